"""Small workspaces at the border between what uv accepts and what it refuses, with the real uv as judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from differential.judge import Judge, needs_uv

PROJECT = '[project]\nname = "NAME"\nversion = "1.0"\nrequires-python = ">=3.8"\n'
VENDORED = {
    f"{place}/pyproject.toml": '[project]\nname = "vend"\nversion = "1.0"\n'
    for place in ("one", "two")
}


def alone(rest: str, **others: str) -> dict[str, str]:
    """Return a single project with two projects beside it that are called `vend`."""
    return {"pyproject.toml": PROJECT.replace("NAME", "root") + rest, **VENDORED, **others}


def versioned(version: str) -> dict[str, str]:
    """Return a single project of a version."""
    return {"pyproject.toml": PROJECT.replace("NAME", "root").replace("1.0", version)}


def pair(alpha: str, beta: str, root: str = "") -> dict[str, str]:
    """Return a workspace of two members."""
    return {
        "pyproject.toml": f'{root}\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        "packages/alpha/pyproject.toml": PROJECT.replace("NAME", "alpha") + alpha,
        "packages/beta-x/pyproject.toml": PROJECT.replace("NAME", "beta-x") + beta,
        **VENDORED,
    }


def from_place(place: str, marker: str = "", more: str = "") -> str:
    """Return a requirement of `vend` and its source."""
    return (
        f'dependencies = ["vend{marker}"]\n[tool.uv.sources]\n'
        f'vend = {{ path = "../../{place}"{more} }}\n'
    )


CONFLICTS = '[tool.uv]\nconflicts = [[{ group = "a" }, { group = "b" }]]\n'
TWO_GROUPS = (
    '[dependency-groups]\na = ["vend"]\nb = ["vend"]\n[tool.uv.sources]\n'
    'vend = [{ path = "one", group = "a" }, { path = "two", group = "b" }]\n'
)

SOURCED = 'dependencies = ["{}"]\n[tool.uv.sources]\n{}\n'
LIMITED = (
    'dependencies = ["beta-x{}"]\n[project.optional-dependencies]\nfast = ["beta-x"]\n'
    '[tool.uv.sources]\nbeta-x = {{ workspace = true, extra = "fast" }}\n'
)
ONE_AT_LEAST_2 = 'dependencies = ["one>=2"]\n'
CONSTRAINTS = "[tool.uv]\nconstraint-dependencies = [{}]\n"
INDEXED = '[tool.uv.sources]\n{} = {{ index = "there" }}\n'
INDEX = '[[tool.uv.index]]\nname = "there"\nurl = "https://example.invalid/simple"\n'

TABLE: dict[str, tuple[bool, dict[str, str]]] = {
    "two places in two members": (True, pair(from_place("one"), from_place("two"))),
    "one place in two members": (False, pair(from_place("one"), from_place("one/../one/"))),
    "a place and an index": (False, pair(from_place("one"), 'dependencies = ["vend"]\n')),
    "editable in one of two": (True, pair(from_place("one"), from_place("one", "", ", editable = true"))),
    "package in one of two": (False, pair(from_place("one"), from_place("one", "", ", package = true"))),
    "two places under overlapping markers": (
        True,
        pair(from_place("one", "; os_name == 'posix'"), from_place("two", "; sys_platform == 'linux'")),
    ),
    "two places, one under a marker that never holds": (
        False,
        pair(from_place("one", "; python_version < '3.7'"), from_place("two")),
    ),
    "two places, overridden": (
        False,
        pair(from_place("one"), from_place("two"), '[tool.uv]\noverride-dependencies = ["vend==1.0"]\n'),
    ),
    "two places in two groups": (True, alone(TWO_GROUPS)),
    "two places in two groups that conflict": (False, alone(CONFLICTS + TWO_GROUPS)),
    "the root's place and another": (
        True,
        pair('dependencies = ["vend"]\n', from_place("two"), '[tool.uv.sources]\nvend = { path = "one" }\n'),
    ),
    "a source for an extra, and a requirement outside of it": (False, pair(LIMITED.format(""), "")),
    "a source for an extra, and a requirement outside of it that no member meets": (
        True,
        pair(LIMITED.format(">=2"), ""),
    ),
    "a place in the stead of a URL": (
        False,
        alone(
            'dependencies = ["vend @ https://example.invalid/other-1.0-py3-none-any.whl"]\n'
            '[tool.uv.sources]\nvend = { path = "one" }\n'
        ),
    ),
    "a file that is not there": (True, alone('dependencies = ["vend @ file:///nowhere/vend"]\n')),
    "a place that is a member of another name": (
        False,
        pair('dependencies = ["vend"]\n[tool.uv.sources]\nvend = { path = "../beta-x" }\n', ""),
    ),
    "a place that is of another name": (
        True,
        alone('dependencies = ["other"]\n[tool.uv.sources]\nother = { path = "one" }\n'),
    ),
    "a place that is not TOML": (
        True,
        alone('dependencies = ["vend"]\n[tool.uv.sources]\nvend = { path = "bad" }\n', **{"bad/pyproject.toml": "[x\n"}),
    ),
    "a place whose marker keeps out of the requirement's": (
        False,
        alone(
            "dependencies = [\"vend; sys_platform == 'win32'\"]\n[tool.uv.sources]\n"
            "vend = { path = \"nowhere\", marker = \"sys_platform == 'linux'\" }\n"
        ),
    ),
    "an archive of another kind": (
        True,
        alone('dependencies = ["vend"]\n[tool.uv.sources]\nvend = { path = "x.tgz" }\n', **{"x.tgz": ""}),
    ),
    "a large number in a version": (True, versioned(str(2**64 - 1))),
    "the largest number in a version": (False, versioned(str(2**64 - 2))),
    "a large number in a local version": (False, versioned(f"1.0+{2**64}")),
    "a large number in a specifier": (True, alone(f'dependencies = ["one<{2**64}"]\n')),
    "a large integer in a project": (True, alone(f"[tool.other]\na = [{2**63}]\n")),
    "the largest integer in a project": (False, alone(f"[tool.other]\na = [{2**63 - 1}, {-(2**63)}]\n")),
    "a large integer in a virtual root": (False, pair("", "", f"[tool.other]\na = {2**127}\n")),
    "a larger integer in a virtual root": (True, pair("", "", f"[tool.other]\na = {2**128}\n")),
    "a large fraction": (True, pair("", "", "[tool.other]\na = 1e309\n")),
    "an infinite fraction": (False, pair("", "", "[tool.other]\na = inf\n")),
    "environments of Python 2": (True, alone("[tool.uv]\nenvironments = [\"python_version < '3'\"]\n")),
    "environments of Python 4": (False, alone("[tool.uv]\nenvironments = [\"python_version >= '4'\"]\n")),
    "ranges that exclude each other": (True, alone('dependencies = ["one>=2"]\n[dependency-groups]\nx = ["one<2"]\n')),
    "ranges that exclude each other under markers": (
        False,
        alone("dependencies = [\"one>=2; os_name == 'nt'\", \"one<2; os_name != 'nt'\"]\n"),
    ),
    "ranges that exclude each other under one marker": (
        True,
        alone("dependencies = [\"one>=2; os_name == 'nt'\", \"one<2; os_name == 'nt'\"]\n"),
    ),
    "ranges that exclude each other under one marker that never holds": (
        False,
        alone("dependencies = [\"one>=2; python_version < '3.7'\", \"one<2; python_version < '3.7'\"]\n"),
    ),
    "ranges that exclude each other, one under a marker": (
        True,
        alone("dependencies = [\"one>=2; os_name == 'nt'\", \"one<2\"]\n"),
    ),
    "ranges of two members that exclude each other under one marker": (
        True,
        pair(
            "dependencies = [\"one>=2; os_name == 'nt'\"]\n",
            "[dependency-groups]\nx = [\"one<2; os_name == 'nt'\"]\n",
        ),
    ),
    "an empty range under a marker": (True, alone("dependencies = [\"one>=3,<2; os_name == 'nt'\"]\n")),
    "an empty range under a marker that never holds": (
        False,
        alone("dependencies = [\"one>=3,<2; python_version < '3.7'\"]\n"),
    ),
    "itself of another version under a marker": (True, alone("dependencies = [\"root>=2; os_name == 'nt'\"]\n")),
    "a marker that leaves a requirement of itself to an index": (
        True,
        pair(SOURCED.format("alpha>=2", "alpha = { workspace = true, marker = \"os_name == 'nt'\" }"), ""),
    ),
    "markers that leave nothing to an index": (
        False,
        pair(
            SOURCED.format(
                "alpha>=2",
                "alpha = [{ workspace = true, marker = \"os_name == 'nt'\" }, "
                "{ workspace = true, marker = \"os_name != 'nt'\" }]",
            ),
            "",
        ),
    ),
    "a marker that leaves an empty range to an index": (
        True,
        alone(SOURCED.format("vend>=3,<2", "vend = { path = \"one\", marker = \"os_name == 'nt'\" }")),
    ),
    "a marker for all that is required": (
        False,
        alone(
            SOURCED.format(
                "vend>=3,<2; os_name == 'nt'", "vend = { path = \"one\", marker = \"os_name == 'nt'\" }"
            )
        ),
    ),
    "ranges of two members that exclude each other": (
        True,
        pair('dependencies = ["one>=2"]\n', '[dependency-groups]\nx = ["one<2"]\n'),
    ),
    "ranges of two members that meet": (False, pair('dependencies = ["one>=1"]\n', 'dependencies = ["one<2"]\n')),
    "ranges of a member and the virtual root's group": (
        True,
        pair('dependencies = ["one>=2"]\n', "", '[dependency-groups]\nx = ["one<2"]\n'),
    ),
    "ranges of two members, overridden": (
        False,
        pair(
            'dependencies = ["one>=2"]\n',
            'dependencies = ["one<2"]\n',
            '[tool.uv]\noverride-dependencies = ["one"]\n',
        ),
    ),
    "ranges of two members that conflict": (
        False,
        pair(
            'dependencies = ["one>=2"]\n',
            'dependencies = ["one<2"]\n',
            '[tool.uv]\nconflicts = [[{ package = "alpha" }, { package = "beta-x" }]]\n',
        ),
    ),
    "a range of an unmanaged member": (
        False,
        pair('dependencies = ["one>=2"]\n', 'dependencies = ["one<2"]\n[tool.uv]\nmanaged = false\n'),
    ),
    "another workspace in the stead of itself": (
        True,
        pair(SOURCED.format("alpha", 'alpha = { workspace = "../.." }'), ""),
    ),
    "itself, through the root's source, from another place": (
        True,
        pair('dependencies = ["alpha"]\n', "", '[tool.uv.sources]\nalpha = { path = "one" }\n'),
    ),
    "itself, through the root's source, from another workspace": (
        True,
        pair('dependencies = ["alpha"]\n', "", '[tool.uv.sources]\nalpha = { workspace = "." }\n'),
    ),
    "itself, through the root's source, from where it is": (
        False,
        pair('dependencies = ["alpha"]\n', "", '[tool.uv.sources]\nalpha = { path = "packages/alpha" }\n'),
    ),
    "another workspace through the root's source": (
        True,
        pair('dependencies = ["vend"]\n', "", '[tool.uv.sources]\nvend = { workspace = "nowhere" }\n'),
    ),
    "a constraint that excludes a member's range": (True, pair(ONE_AT_LEAST_2, "", CONSTRAINTS.format('"one<2"'))),
    "a constraint that excludes a member's range under a marker": (
        True,
        pair(ONE_AT_LEAST_2, "", CONSTRAINTS.format("\"one<2; os_name == 'nt'\"")),
    ),
    "a constraint that excludes a range under a marker": (
        True,
        pair("dependencies = [\"one>=2; os_name == 'nt'\"]\n", "", CONSTRAINTS.format('"one<2"')),
    ),
    "a constraint that excludes a range under a marker that never holds": (
        False,
        pair("dependencies = [\"one>=2; python_version < '3.7'\"]\n", "", CONSTRAINTS.format('"one<2"')),
    ),
    "a constraint under a marker that never holds": (
        False,
        pair('dependencies = ["one<2"]\n', "", CONSTRAINTS.format("\"one>=2; python_version < '3.7'\"")),
    ),
    "a constraint that meets a member's range": (
        False,
        pair('dependencies = ["one>=1"]\n', "", CONSTRAINTS.format('"one<2"')),
    ),
    "constraints that exclude each other": (
        True,
        pair('dependencies = ["one"]\n', "", CONSTRAINTS.format('"one<2", "one>=2"')),
    ),
    "constraints that exclude each other, of what nothing requires": (
        False,
        pair("", "", CONSTRAINTS.format('"one<2", "one>=2"')),
    ),
    "a constraint that excludes a range that is overridden": (
        False,
        pair(ONE_AT_LEAST_2, "", CONSTRAINTS.format('"one<2"') + 'override-dependencies = ["one"]\n'),
    ),
    "a constraint that excludes an override": (
        True,
        pair('dependencies = ["one"]\n', "", CONSTRAINTS.format('"one<2"') + 'override-dependencies = ["one>=2"]\n'),
    ),
    "an override in the stead of a range that it excludes": (
        False,
        pair(ONE_AT_LEAST_2, "", '[tool.uv]\noverride-dependencies = ["one<2"]\n'),
    ),
    "overrides that exclude each other": (
        True,
        pair('dependencies = ["one"]\n', "", '[tool.uv]\noverride-dependencies = ["one<2", "one>=2"]\n'),
    ),
    "a constraint that excludes a range of what is left out": (
        False,
        pair(ONE_AT_LEAST_2, "", CONSTRAINTS.format('"one<2"') + 'exclude-dependencies = ["one"]\n'),
    ),
    "an empty constraint of what is left out": (
        False,
        pair('dependencies = ["one"]\n', "", CONSTRAINTS.format('"one<0"') + 'exclude-dependencies = ["one"]\n'),
    ),
    "a constraint of what the root takes from a place": (
        False,
        pair(
            'dependencies = ["vend>=2"]\n',
            "",
            CONSTRAINTS.format('"vend<0"') + '[tool.uv.sources]\nvend = { path = "one" }\n',
        ),
    ),
    "a place whose version another member's range excludes": (
        True,
        pair(from_place("one"), 'dependencies = ["vend>=2"]\n'),
    ),
    "a place whose version another member's range excludes, overridden": (
        False,
        pair(from_place("one"), 'dependencies = ["vend>=2"]\n', '[tool.uv]\noverride-dependencies = ["vend==1.0"]\n'),
    ),
    "a place whose version meets another member's range": (
        False,
        pair(from_place("one"), 'dependencies = ["vend<2"]\n'),
    ),
    "a place, through the root's source, whose version a range excludes": (
        False,
        pair('dependencies = ["vend"]\n', 'dependencies = ["vend>=2"]\n', '[tool.uv.sources]\nvend = { path = "one" }\n'),
    ),
    "itself, through the root's source, from an index that nobody declares": (
        True,
        pair('dependencies = ["alpha"]\n', "", INDEXED.format("alpha")),
    ),
    "itself, through the root's source, from an index of its own": (
        False,
        pair('dependencies = ["alpha"]\n' + INDEX, "", INDEXED.format("alpha")),
    ),
    "an index that nobody declares through the root's source": (
        True,
        pair("", '[dependency-groups]\nx = ["one"]\n', INDEXED.format("one")),
    ),
    **{
        f"no-sources-package of another package: {name}": (refused, pair(alpha, "", f"{root}[tool.uv]\nno-sources-package = [{listed}]\n{bogus}"))
        for name, refused, alpha, root, listed, bogus in (
            ("a member", True, SOURCED.format("beta-x", "beta-x = { workspace = true }"), "", "'one'", ""),
            ("a member that is named, too", False, SOURCED.format("beta-x", "beta-x = { workspace = true }"), "", "'one', 'beta_x'", ""),
            ("no name", False, SOURCED.format("beta-x", "beta-x = { workspace = true }"), "", "", ""),
            ("a setting beside it that uv does not know", False, SOURCED.format("beta-x", "beta-x = { workspace = true }"), "", "'one'", "bogus = 1\n"),
            ("a source of the root", True, 'dependencies = ["beta-x"]\n', "[tool.uv.sources]\nbeta-x = { workspace = true }\n", "'one'", ""),
            ("no source", False, 'dependencies = ["beta-x"]\n', "", "'one'", ""),
            ("a path", False, SOURCED.format("beta-x", "beta-x = { path = '../beta-x' }"), "", "'one'", ""),
            ("itself", False, SOURCED.format("alpha", "alpha = { workspace = true }"), "", "'one'", ""),
        )
    },
    "an index that nobody declares, of what nothing requires": (False, pair("", "", INDEXED.format("one"))),
}  # fmt: skip


NO_SOURCES = (
    "[tool.uv]\nno-sources = true\n",
    '[tool.uv]\nno-sources-package = ["beta-x", "one", "vend"]\n',
)
WITHOUT_SOURCES: dict[str, tuple[bool, str, str]] = {
    "a member": (False, 'dependencies = ["beta-x"]\n', ""),
    "a member in a group": (False, '[dependency-groups]\ndev = ["beta-x"]\n', ""),
    "another version of a member": (True, 'dependencies = ["beta-x>=2"]\n', ""),
    "another version of a member with a source": (
        True,
        SOURCED.format("beta-x>=2", "beta-x = { workspace = true }"),
        "",
    ),
    "another version of a member somewhere": (True, "dependencies = [\"beta-x>=2; os_name == 'nt'\"]\n", ""),
    "a workspace source of no member": (False, SOURCED.format("one", "one = { workspace = true }"), ""),
    "an index that nobody declares": (False, SOURCED.format("one", 'one = { index = "nope" }'), ""),
    "a member from an index": (False, SOURCED.format("beta-x", 'beta-x = { index = "nope" }'), ""),
    "a member from a path": (False, SOURCED.format("beta-x", 'beta-x = { path = "../../one" }'), ""),
    "a path that leads nowhere": (False, SOURCED.format("one", 'one = { path = "nope" }'), ""),
    "a source with keys that exclude each other": (
        True,
        SOURCED.format("one", 'one = { workspace = true, rev = "x" }'),
        "",
    ),
    "a source for an extra that is not there": (
        True,
        SOURCED.format("beta-x", 'beta-x = { workspace = true, extra = "nope" }'),
        "",
    ),
    "two places": (False, from_place("one"), from_place("two")),
}  # fmt: skip
"""Requirements and sources of two members, of which settings of the root turn the sources off."""


@needs_uv
@pytest.mark.parametrize("root", NO_SOURCES, ids=["any", "named"])
@pytest.mark.parametrize("name", WITHOUT_SOURCES)
def test_sources_that_are_turned_off(index: Path, name: str, root: str) -> None:
    refused, alpha, beta = WITHOUT_SOURCES[name]
    Judge(index).check(pair(alpha, beta, root), refused)


@needs_uv
@pytest.mark.parametrize("name", TABLE)
def test_an_error_is_a_failure_at_the_border(index: Path, name: str) -> None:
    refused, texts = TABLE[name]
    Judge(index).check(texts, refused)


MEMBER = PROJECT.replace("NAME", "odd")
PARSED = {
    "a sound project": (False, MEMBER),
    "not TOML": (True, "[project\n"),
    "no version": (True, '[project]\nname = "odd"\n'),
    "no name": (True, '[project]\nversion = "1.0"\n'),
    "a wrong type": (True, MEMBER + "dependencies = 1\n"),
    "a requirement that cannot be read": (False, MEMBER + 'dependencies = ["x y"]\n'),
    "a constraint that cannot be read": (True, MEMBER + '[tool.uv]\nconstraint-dependencies = ["x y"]\n'),
    "a wrong name of an extra": (True, MEMBER + '[project.optional-dependencies]\n"a b" = []\n'),
    "a source of no kind": (True, MEMBER + "[tool.uv.sources]\nvend = {}\n"),
    "a source for a member": (False, MEMBER + 'dependencies = ["beta-x"]\n'),
    "an include that leads nowhere": (False, MEMBER + '[dependency-groups]\na = [{ include-group = "b" }]\n'),
    "an include that is no name": (True, MEMBER + '[dependency-groups]\na = [{ include-group = "b c" }]\n'),
    "an object that is no include": (False, MEMBER + '[dependency-groups]\na = [{ path = "b" }]\n'),
    "an object with a number": (True, MEMBER + "[dependency-groups]\na = [{ path = 1 }]\n"),
    "an unknown default group": (False, MEMBER + '[tool.uv]\ndefault-groups = ["b"]\n'),
    "a conflict of one": (True, MEMBER + '[tool.uv]\nconflicts = [[{ extra = "a" }]]\n'),
    "a conflict with itself by name": (
        False,
        MEMBER + '[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "a", package = "odd" }]]\n',
    ),
    "a conflict without a project": (False, '[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "b" }]]\n'),
    "a pattern that cannot be read": (True, MEMBER + '[tool.uv.workspace]\nmembers = ["***"]\n'),
    "a pattern that leads to no project": (False, MEMBER + '[tool.uv.workspace]\nmembers = ["src"]\n'),
    "an unknown key of the workspace": (True, MEMBER + "[tool.uv.workspace]\ndefault-packages = []\n"),
    "a large integer": (False, MEMBER + f"[tool.other]\na = {2**63}\n"),
    "a larger integer": (True, MEMBER + f"[tool.other]\na = {2**128}\n"),
    "an index twice": (
        True,
        MEMBER + '[tool.uv]\nindex = [{ name = "a", url = "x" }, { name = "a", url = "y" }]\n',
    ),
    "a setting that is unknown": (False, MEMBER + "[tool.uv]\nbogus = 1\n"),
}  # fmt: skip


def unmanaged(text: str) -> str:
    """Return a manifest that says `managed = false` as well."""
    if "[tool.uv]\n" in text:
        return text.replace("[tool.uv]\n", "[tool.uv]\nmanaged = false\n")
    return f"tool.uv.managed = false\n{text}"


@needs_uv
@pytest.mark.parametrize("name", PARSED)
def test_an_error_is_a_failure_in_what_uv_only_parses(index: Path, name: str) -> None:
    refused, text = PARSED[name]
    inner = {"src/inner/pyproject.toml": PROJECT.replace("NAME", "inner")}
    for texts, cwd in (
        (pair("", "") | {"packages/odd/pyproject.toml": unmanaged(text)}, "."),
        ({"pyproject.toml": text, **inner}, "src/inner"),
    ):
        Judge(index).check(texts, refused, cwd)
