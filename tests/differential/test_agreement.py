"""What the requirements and the places of a workspace must agree on, with the real uv as judge.

All that a workspace requires is resolved together. What `conflicts` and markers keep apart, and what
they do not, is asked row by row.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from differential.judge import Judge, needs_uv

HEAD = '[project]\nname = "NAME"\nversion = "1.0"\nrequires-python = ">=3.10"\n'
EXTRAS = "[project.optional-dependencies]\nx = [{}]\ny = [{}]\n"
APART = '[tool.uv]\nconflicts = [[{ extra = "x" }, { extra = "y" }]]\n'
WHOLE = '[tool.uv]\nconflicts = [[{ package = "a" }, { package = "b" }]]\n'


def requires(*texts: str) -> str:
    return f"dependencies = [{', '.join(map(repr, texts))}]\n".replace("'", '"').replace("`", "'")


MEMBERS = "[tool.uv.sources]\na = { workspace = true }\nb = { workspace = true }\n"


def groups(first: str, second: str) -> str:
    text = f"[dependency-groups]\nx = [{first}]\ny = [{second}]\n"
    return text.replace("LINUX", "sys_platform == 'linux'").replace(
        "OTHERS", "sys_platform != 'linux'"
    )


def alone(rest: str, **others: str) -> dict[str, str]:
    return {"pyproject.toml": HEAD.replace("NAME", "root") + rest, **PLACES, **others}


def workspace(*members: str, root: str = "") -> dict[str, str]:
    """Return a workspace of members that are called `a`, `b` and `c`."""
    names = "abc"[: len(members)]
    return {
        "pyproject.toml": f'{root}[tool.uv.workspace]\nmembers = ["?"]\n',
        **{
            f"{name}/pyproject.toml": HEAD.replace("NAME", name) + rest
            for name, rest in zip(names, members, strict=True)
        },
        **PLACES,
    }


def place(path: str, more: str = "") -> str:
    return f'[tool.uv.sources]\none = {{ path = "{path}"{more} }}\n'


PLACES = {
    f"places/{name}/pyproject.toml": f'[project]\nname = "one"\nversion = "{version}"\n{more}'
    for name, version, more in (
        ("old", "1.0", ""),
        ("new", "2.0", ""),
        ("young", "1.0", 'requires-python = ">=3.11"\n'),
        ("aged", "1.0", 'requires-python = "<3.10"\n'),
        ("odd", "1.0", 'dependencies = ["two^1"]\n'),
        ("empty", "1.0", "[tool.uv.sources]\ntwo = { workspace = true, more = 1 }\n"),
    )
}

LINUX, OTHERS = "; sys_platform == `linux`", "; sys_platform != `linux`"
NEW, OLD = "; python_version >= `3.12`", "; python_version < `3.12`"

TABLE: dict[str, tuple[bool, dict[str, str]]] = {
    # conflicts
    "two extras that conflict": (False, alone(EXTRAS.format('"one<2"', '"one>=2"') + APART)),
    "an extra and the dependencies": (True, alone(requires("one<2") + EXTRAS.format("", '"one>=2"') + APART)),
    "the dependencies themselves": (True, alone(requires("one<2", "one>=2") + EXTRAS.format("", "") + APART)),
    "one extra itself": (True, alone(EXTRAS.format('"one<2", "one>=2"', "") + APART)),
    "an extra that conflicts and one that does not": (
        True,
        alone(EXTRAS.format('"one<2"', "") + 'z = ["one>=2"]\n' + APART),
    ),
    "no conflicts": (True, alone(requires("one<2", "one>=2") + "[tool.uv]\nconflicts = []\n")),
    "conflicts of another member": (
        True,
        workspace(requires("one<2") + EXTRAS.format("", "") + APART, requires("one>=2")),
    ),
    "an extra of a member and another member": (
        True,
        workspace(EXTRAS.format('"one<2"', "") + APART, requires("one>=2")),
    ),
    "projects that conflict": (False, workspace(requires("one<2"), requires("one>=2"), root=WHOLE)),
    "an extra of a project that conflicts": (
        False,
        workspace(EXTRAS.format('"one<2"', ""), requires("one>=2"), root=WHOLE),
    ),
    "a project that conflicts with another, and its own extra": (
        True,
        workspace(requires("one<2") + EXTRAS.format('"one>=2"', ""), "", root=WHOLE),
    ),
    "a group of a project that conflicts": (
        True,
        workspace(groups('"one<2"', ""), requires("one>=2"), root=WHOLE),
    ),
    "a project that a third one requires": (
        True,
        workspace(requires("one<2"), requires("one>=2"), requires("a") + MEMBERS, root=WHOLE),
    ),
    "a project that a third one requires for an extra": (
        False,
        workspace(
            requires("one<2"), requires("one>=2"), EXTRAS.format('"a"', "") + MEMBERS, root=WHOLE
        ),
    ),
    "a project that a third one requires, which conflicts as well": (
        False,
        workspace(
            requires("one<2"),
            requires("one>=2"),
            requires("a") + MEMBERS,
            root=WHOLE.replace("]]", "], [{ package = \"c\" }, { package = \"b\" }]]"),
        ),
    ),
    "a project that the other one requires": (
        True,
        workspace(requires("one<2", "b") + MEMBERS, requires("one>=2"), root=WHOLE),
    ),
    "an extra that a third one asks for": (
        False,
        workspace(
            EXTRAS.format('"one<2"', ""),
            requires("one>=2"),
            requires("a[x]") + MEMBERS,
            root='[tool.uv]\nconflicts = [[{ package = "a", extra = "x" }, { package = "b" }]]\n',
        ),
    ),
    "places of a project that a third one requires and of another": (
        True,
        workspace(
            requires("one") + place("../places/old"),
            requires("one") + place("../places/new"),
            requires("a") + MEMBERS,
            root=WHOLE,
        ),
    ),
    "a project and its own group": (
        False,
        alone(
            requires("one<2") + '[dependency-groups]\ng = ["one>=2"]\n'
            '[tool.uv]\nconflicts = [[{ package = "root" }, { group = "g" }]]\n'
        ),
    ),
    "groups that include those that conflict": (
        False,
        alone(
            '[dependency-groups]\nx = []\ny = []\ng = ["one<2", { include-group = "x" }]\n'
            'h = ["one>=2", { include-group = "y" }]\n' + APART.replace("extra", "group")
        ),
    ),
    "a group that includes both": (
        True,
        alone(
            '[dependency-groups]\nx = ["one<2"]\ny = ["one>=2"]\n'
            'g = [{ include-group = "x" }, { include-group = "y" }]\n' + APART.replace("extra", "group")
        ),
    ),
    "a constraint, whatever conflicts": (
        True,
        alone(requires("one>=2") + EXTRAS.format("", "") + APART + 'constraint-dependencies = ["one<2"]\n'),
    ),
    "places of extras that conflict": (
        False,
        alone(
            EXTRAS.format('"one"', '"one"') + APART + "[tool.uv.sources]\n"
            'one = [{ path = "places/old", extra = "x" }, { path = "places/new", extra = "y" }]\n'
        ),
    ),
    "places of an extra and of another member": (
        True,
        workspace(
            EXTRAS.format('"one"', "") + APART + place("../places/old"),
            requires("one") + place("../places/new"),
        ),
    ),
    # markers
    "markers that overlap": (True, workspace(requires("one<2" + LINUX), requires("one>=2" + NEW))),
    "markers that overlap in one list": (True, alone(requires("one<2" + LINUX, "one>=2" + NEW))),
    "markers that do not, in one list": (False, alone(requires("one<2" + LINUX, "one>=2" + OTHERS))),
    "markers that do not, in two members": (True, workspace(requires("one<2" + LINUX), requires("one>=2" + OTHERS))),
    "markers that do not, in two extras": (
        True,
        alone(EXTRAS.format('"one<2; os_name == \'nt\'"', '"one>=2; os_name == \'posix\'"')),
    ),
    "markers that do not, in two groups of a root without a project": (
        False,
        workspace(
            "",
            root="[dependency-groups]\nx = [\"one<2; os_name == 'nt'\"]\ny = [\"one>=2; os_name == 'posix'\"]\n",
        ),
    ),
    "markers that do not, in two groups": (True, alone(groups('"one<2; LINUX"', '"one>=2; OTHERS"'))),
    "markers that do not, in one group": (False, alone(groups('"one<2; LINUX", "one>=2; OTHERS"', ""))),
    "markers that do not, in a group and the dependencies": (
        True,
        alone(requires("one<2" + LINUX) + groups('"one>=2; OTHERS"', "")),
    ),
    "markers that do not, in the group dev and in dev-dependencies": (
        False,
        alone(
            groups("", "").replace("x", "dev").replace("[]", "[\"one<2; sys_platform == 'linux'\"]", 1)
            + "[tool.uv]\ndev-dependencies = [\"one>=2; sys_platform != 'linux'\"]\n"
        ),
    ),
    "groups that settings keep apart": (
        False,
        alone(
            groups('"one<2"', '"one>=2"')
            + '[tool.uv.dependency-groups]\nx = { requires-python = ">=3.12" }\ny = { requires-python = "<3.12" }\n'
        ),
    ),
    "a group that settings limit and another one": (
        True,
        alone(
            groups('"one<2"', '"one>=2"')
            + '[tool.uv.dependency-groups]\nx = { requires-python = ">=3.12" }\n'
        ),
    ),
    "markers that do not, where a list above splits them": (
        False,
        workspace(
            requires("two>=1" + LINUX, "two<3" + OTHERS), requires("one<2" + LINUX), requires("one>=2" + OTHERS)
        ),
    ),
    "markers that do not, where a list above splits Python": (
        True,
        workspace(requires("two" + NEW), requires("one<2" + LINUX), requires("one>=2" + OTHERS)),
    ),
    "Python versions that uv resolves apart": (False, workspace(requires("one<2" + NEW), requires("one>=2" + OLD))),
    "a marker that no environment has": (
        False,
        workspace(
            requires("one<2; sys_platform == `win32`"),
            requires("one>=2"),
            root="[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n",
        ),
    ),
    "a marker that one environment has": (
        True,
        workspace(
            requires("one<2" + LINUX),
            requires("one>=2"),
            root="[tool.uv]\nenvironments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\n",
        ),
    ),
    "a marker for a Python older than any": (
        False,
        {
            path: text.replace('requires-python = ">=3.10"\n', "")
            for path, text in workspace(
                requires("one<2; python_version < `3.10`"), requires("one>=2; python_version < `3.10`")
            ).items()
        },
    ),
    "a constraint under a marker that does not hold there": (
        False,
        workspace(
            requires("one>=2" + OTHERS),
            root="[tool.uv]\nconstraint-dependencies = [\"one<2; sys_platform == 'linux'\"]\n",
        ),
    ),
    "places under markers that do not overlap": (
        True,
        workspace(
            requires("one" + LINUX) + place("../places/old"), requires("one" + OTHERS) + place("../places/new")
        ),
    ),
    # the version of a place
    "a place and a range": (True, workspace(requires("one") + place("../places/old"), requires("one>=2"))),
    "a place under a marker and a range": (
        True,
        workspace(requires("one" + LINUX) + place("../places/old"), requires("one>=2" + NEW)),
    ),
    "a source under a marker and a range": (
        True,
        workspace(
            requires("one") + place("../places/old", ", marker = \"sys_platform == 'linux'\""), requires("one>=2")
        ),
    ),
    "a place and a range that it meets": (False, workspace(requires("one") + place("../places/new"), requires("one>=2"))),
    "the root's place and a member's index": (
        True,
        {
            "pyproject.toml": HEAD.replace("NAME", "root")
            + requires("one")
            + place("places/old")
            + '[tool.uv.workspace]\nmembers = ["a"]\n',
            "a/pyproject.toml": HEAD.replace("NAME", "a")
            + requires("one>=2")
            + '[tool.uv.sources]\none = { index = "there" }\n[[tool.uv.index]]\nname = "there"\nurl = "simple"\n',
            **PLACES,
        },
    ),
    "the root's source under a marker, and a version of the project itself": (
        True,
        workspace(
            requires("a>=2"), root="[tool.uv.sources]\na = { workspace = true, marker = \"sys_platform == 'linux'\" }\n"
        ),
    ),
    "the root's source under a marker that covers the requirement's": (
        False,
        workspace(
            requires("a>=2" + LINUX),
            root="[tool.uv.sources]\na = { workspace = true, marker = \"sys_platform == 'linux'\" }\n",
        ),
    ),
    "the root's place for all": (
        False,
        workspace(requires("one"), requires("one>=2"), root=place("places/old")),
    ),
    "a place for one group and a range in another": (
        True,
        alone('[dependency-groups]\nx = ["one"]\ny = ["one>=2"]\n' + place("places/old", ', group = "x"')),
    ),
    "a constraint and a place": (
        True,
        workspace(
            requires("one") + place("../places/old"), root='[tool.uv]\nconstraint-dependencies = ["one>=2"]\n'
        ),
    ),
    "a constraint and a place, under markers": (
        True,
        workspace(
            requires("one" + LINUX) + place("../places/old"),
            root="[tool.uv]\nconstraint-dependencies = [\"one>=2; python_version >= '3.12'\"]\n",
        ),
    ),
    "a constraint that has the place as well": (
        False,
        alone(requires("one") + '[tool.uv]\nconstraint-dependencies = ["one>=2"]\n' + place("places/old")),
    ),
    "a constraint and a wheel": (
        True,
        workspace(
            requires("one") + place("../simple/one/one-1.0-py3-none-any.whl"),
            root='[tool.uv]\nconstraint-dependencies = ["one>=2"]\n',
        ),
    ),
    # what a place says of itself
    "a place for newer Python versions alone": (True, alone(requires("one") + place("places/young"))),
    "a place for newer Python versions, under a marker": (
        False,
        alone(requires("one" + NEW) + place("places/young")),
    ),
    "a place for newer Python versions, under another marker": (
        True,
        alone(requires("one" + LINUX) + place("places/young")),
    ),
    "a place for older Python versions alone": (False, alone(requires("one") + place("places/aged"))),
    "a place with a requirement that cannot be read": (True, alone(requires("one") + place("places/odd"))),
    "a place with a source that cannot be read": (True, alone(requires("one") + place("places/empty"))),
    # sources that nobody looks at
    "a wheel of another name, for an extra that there is not": (
        False,
        alone(requires("one; extra == `x`") + place("two-1.0-py3-none-any.whl")),
    ),
    "a wheel of another name, for an older Python": (
        True,
        alone(requires("one; python_version < `3.5`") + place("two-1.0-py3-none-any.whl")),
    ),
    "a path in a repository that is no archive": (
        True,
        alone(requires("two") + '[tool.uv.sources]\ntwo = { git = "https://example.invalid/x", path = "p" }\n'),
    ),
    "a path in a repository that is no archive, which nothing requires": (
        False,
        alone('[tool.uv.sources]\ntwo = { git = "https://example.invalid/x", path = "p" }\n'),
    ),
    "the root's index for one group, which nobody declares": (
        True,
        workspace(
            '[dependency-groups]\ndev = [{ include-group = "test" }]\ntest = ["two"]\n',
            root='[tool.uv.sources]\ntwo = { index = "there", group = "dev" }\n',
        ),
    ),
    "the root's index for another group, which nobody declares": (
        False,
        workspace(
            '[dependency-groups]\ntest = ["two"]\n',
            root='[tool.uv.sources]\ntwo = { index = "there", group = "dev" }\n',
        ),
    ),
    # an extra of the project itself is a part of the list that asks for it
    "two extras of the project itself": (
        False,
        alone(EXTRAS.format('"one<2; sys_platform == \'linux\'"', '"one>=2; sys_platform != \'linux\'"') + 'all = ["root[x,y]"]\n'),
    ),
    "an extra of the project itself and a dependency": (
        False,
        alone(requires("root[x]", "one>=2" + OTHERS) + EXTRAS.format('"one<2; sys_platform == \'linux\'"', "")),
    ),
    "an extra of a member itself and two others": (
        False,
        workspace(
            requires("a[x]", "two") + EXTRAS.format('"two>=1; sys_platform == \'linux\'"', ""),
            requires("one>=2" + LINUX),
            requires("one<2" + OTHERS),
        ),
    ),
    "groups that conflict, one called dev-dependencies": (
        False,
        alone(
            '[dependency-groups]\nb = ["one<2"]\ndev-dependencies = ["one>=2"]\n'
            '[tool.uv]\nconflicts = [[{ group = "b" }, { group = "dev-dependencies" }]]\n'
        ),
    ),
    "a source of a group called dev-dependencies": (
        False,
        alone('[dependency-groups]\ndev-dependencies = ["one"]\n' + place("places/old", ', group = "dev-dependencies"')),
    ),
    "a place and its version, written otherwise": (False, workspace(requires("one") + place("../places/old"), requires("one===1.0.0"))),
    "a place and another version": (True, workspace(requires("one") + place("../places/old"), requires("one===2.0.0"))),
    "a constraint of what is never required": (
        False,
        alone(requires("one; python_version < `3.8`") + '[tool.uv]\nconstraint-dependencies = ["one<1", "one>2"]\n'),
    ),
    "a constraint of what is required somewhere": (
        True,
        alone(requires("one" + LINUX) + '[tool.uv]\nconstraint-dependencies = ["one<1", "one>2"]\n'),
    ),
    "an override of what is never required": (
        True,
        alone(requires("one; python_version < `3.8`") + '[tool.uv]\noverride-dependencies = ["one<1", "one>2"]\n'),
    ),
    "an environment that requires-python leaves a hole for": (
        False,
        {"pyproject.toml": '[project]\nname = "root"\nversion = "1.0"\nrequires-python = ">=3.10,!=3.12.*"\n'
         '[tool.uv]\nenvironments = ["python_version == \'3.12\'"]\n'},
    ),
    "a platform that does not exist": (True, alone(requires("root>=2; sys_platform == ``"))),
    "another platform than one that does not exist": (True, alone(requires("root>=2; sys_platform != `odd`"))),
    "a platform that does not exist, and an operating system": (
        True,
        alone(requires("root>=2; sys_platform == `linux` and os_name == `posix`")),
    ),
}  # fmt: skip


@needs_uv
@pytest.mark.parametrize("name", TABLE)
def test_what_is_required_must_agree(index: Path, name: str) -> None:
    refused, texts = TABLE[name]
    Judge(index).check(texts, refused)


SETTINGS_ABOVE = {
    "a version that is wanted above": (True, {"uv.toml": 'required-version = "<0.1"\n'}, ""),
    "a version that is wanted in a project above": (
        True,
        {"pyproject.toml": '[tool.uv]\nrequired-version = "<0.1"\n'},
        "",
    ),
    "a version that is wanted above, and settings in between": (
        False,
        {"uv.toml": 'required-version = "<0.1"\n', "in/pyproject.toml": "[tool.uv]\n"},
        "",
    ),
    "a version that is wanted above, and a project in between": (
        True,
        {"uv.toml": 'required-version = "<0.1"\n', "in/pyproject.toml": HEAD.replace("NAME", "x")},
        "",
    ),
    "a version that is wanted above, and empty settings": (
        False,
        {"uv.toml": 'required-version = "<0.1"\n'},
        "[tool.uv]\n",
    ),
    "a version that is wanted above, and settings that are dropped": (
        True,
        {"uv.toml": 'required-version = "<0.1"\n'},
        "[tool.uv]\nbogus = 1\n",
    ),
    "a version that is wanted above, and default packages": (
        True,
        {"pyproject.toml": '[tool.uv]\nrequired-version = "<0.1"\n'},
        '[tool.uv]\ndefault-packages = ["root"]\n',
    ),
    "a version that is wanted above beside a setting that is dropped": (
        True,
        {"pyproject.toml": '[tool.uv]\nbogus = 1\nrequired-version = "<0.1"\n'},
        "",
    ),
    "an unknown setting above": (True, {"uv.toml": "bogus = 1\n"}, ""),
    "an unknown setting in a project above": (False, {"pyproject.toml": "[tool.uv]\nbogus = 1\n"}, ""),
    "settings above that are not TOML": (True, {"uv.toml": "no\n"}, ""),
    "a key of projects above": (True, {"uv.toml": "[sources]\n"}, ""),
    "both kinds of settings above": (
        False,
        {"uv.toml": "", "pyproject.toml": '[tool.uv]\nrequired-version = "<0.1"\n'},
        "",
    ),
    "a project two directories above that is not TOML": (
        False,
        {"pyproject.toml": "no\n", "in/pyproject.toml": HEAD.replace("NAME", "x")},
        "",
    ),
    "a version that is wanted in a project two directories above that is not TOML": (
        False,
        {
            "pyproject.toml": '[tool.uv]\nrequired-version = "<0.1"\n[x\n',
            "in/pyproject.toml": HEAD.replace("NAME", "x"),
        },
        "",
    ),
}  # fmt: skip


@needs_uv
@pytest.mark.parametrize("name", SETTINGS_ABOVE)
def test_settings_above_must_be_sound(index: Path, name: str) -> None:
    refused, above, rest = SETTINGS_ABOVE[name]
    texts = {**above, "in/here/pyproject.toml": HEAD.replace("NAME", "root") + rest}
    verdict = Judge(index).check(texts, refused, "in/here")
    assert [one.code for one in verdict.errors] == ["settings-above"] * refused
    for one in verdict.errors:
        assert re.match(r"uv refuses the settings in `\.\./(?:\.\./)?[a-z.]*`: ", one.message)
