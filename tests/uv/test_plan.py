"""From a selection to command lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support import host_of

from ws_lsp.refusal import Refusal
from ws_lsp.uv.command import PLAIN, Options, Plan, Target, lock_plan, plan
from ws_lsp.uv.selection import Packages, member_of
from ws_lsp.uv.target import target_of

NEW, OLD, ANCIENT = (0, 13, 9), (0, 9, 7), (0, 4, 29)
TARGET = Target("/w", True, ("a", "b", "c"), None)


def commands(
    selection: Packages | Sequence[str],
    defaults: str | tuple[str, ...] | None = None,
    version: tuple[int, ...] = NEW,
    target: Target = TARGET,
    options: Options = PLAIN,
) -> list[str]:
    planned = plan(target._replace(default_packages=defaults), selection, version, options)
    assert isinstance(planned, Plan), planned
    assert all(command[:3] == ("--project", "/w", "sync") for command in planned.commands)
    assert planned.sentence
    return [" ".join(command[3:]) for command in planned.commands]


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (("a", "b"), ["--package a --package b"]),
        (("b", "a"), ["--package b --package a"]),
        (("a",), ["--package a --package a"]),
        ("all", ["--all-packages"]),
        ((), []),
        (None, [""]),
    ],
)
def test_the_default_packages(defaults: str | tuple[str, ...] | None, expected: list[str]) -> None:
    assert commands(Packages.DEFAULT, defaults) == expected


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (("a", "b", "c"), ["--package a", "--inexact --package b", "--inexact --package c"]),
        (("a",), ["--package a"]),
        ("all", ["--all-packages"]),
        ((), []),
        (None, [""]),
    ],
)
def test_the_default_packages_before_0_9_8(
    defaults: str | tuple[str, ...] | None, expected: list[str]
) -> None:
    assert commands(Packages.DEFAULT, defaults, OLD) == expected
    first = plan(TARGET._replace(default_packages=defaults), Packages.DEFAULT, (0, 9, 8))
    assert first == plan(TARGET._replace(default_packages=defaults), Packages.DEFAULT, NEW)


def test_one_name_is_not_doubled_where_groups_make_no_difference() -> None:
    target = TARGET._replace(groups=False)
    assert commands(Packages.DEFAULT, ("a",), target=target) == ["--package a"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a"], ["--package a"]),
        (["a", "a"], ["--package a"]),
        (["c", "a"], ["--package c --package a"]),
        ([], []),
    ],
)
def test_names(names: list[str], expected: list[str]) -> None:
    assert commands(names, ("b",)) == expected


def test_all() -> None:
    assert commands(Packages.ALL, ()) == ["--all-packages"]


def test_unknown_names_are_refused() -> None:
    one = plan(TARGET, ["a", "x"], NEW)
    assert one == Refusal("`x` is not a member of this workspace")
    two = plan(TARGET._replace(default_packages=("x", "y")), Packages.DEFAULT, NEW)
    assert two == Refusal("`x`, `y` are not members of this workspace")


@pytest.mark.parametrize("selection", [Packages.DEFAULT, Packages.ALL, ["a"]])
def test_a_uv_that_is_too_old_is_refused(selection: Packages | list[str]) -> None:
    refused = plan(TARGET, selection, ANCIENT)
    assert isinstance(refused, Refusal)
    assert "0.4.29" in refused.reason
    assert isinstance(plan(TARGET, selection, (0, 4, 30)), Plan)


# ---------------------------------------------------------------------------- options

EVERYTHING = Options(
    exact=False,
    extras=("x", "y"),
    groups=("docs",),
    no_default_groups=True,
    reinstall=True,
    upgrade=True,
    dry_run=True,
)


@pytest.mark.parametrize(
    ("options", "arguments", "words"),
    [
        (PLAIN, "", ""),
        (Options(exact=False), "--inexact", "keeping other packages"),
        (Options(all_extras=True), "--all-extras", "with all extras"),
        (Options(frozen=True), "--frozen", "from the lockfile as it is"),
        (Options(locked=True), "--locked", "if the lockfile is up to date"),
        (
            EVERYTHING,
            "--extra x --extra y --group docs --inexact --no-default-groups --reinstall --upgrade"
            " --dry-run",
            "with the extra `x`, with the extra `y`, with the group `docs`, without default groups,"
            " keeping other packages, reinstalling every package, upgrading what is locked,"
            " as a dry run",
        ),
    ],
)
@pytest.mark.parametrize(
    ("selection", "defaults", "chosen"),
    [
        (Packages.DEFAULT, None, ""),
        (Packages.DEFAULT, ("a",), "--package a --package a"),
        (Packages.ALL, None, "--all-packages"),
        (["b"], ("a",), "--package b"),
    ],
)
def test_options_follow_the_selection(
    selection: Packages | Sequence[str],
    defaults: tuple[str, ...] | None,
    chosen: str,
    options: Options,
    arguments: str,
    words: str,
) -> None:
    expected = " ".join(part for part in (arguments, chosen) if part)
    assert commands(selection, defaults, options=options) == [expected]
    planned = plan(TARGET._replace(default_packages=defaults), selection, NEW, options)
    assert isinstance(planned, Plan)
    assert planned.sentence.endswith(f" ({words})") == bool(words)


@pytest.mark.parametrize(
    ("options", "first", "second"),
    [
        (Options(extras=("x",), all_extras=True), "--extra", "--all-extras"),
        (Options(locked=True, frozen=True), "--locked", "--frozen"),
        (Options(frozen=True, upgrade=True), "--frozen", "--upgrade"),
        (Options(locked=True, upgrade=True), "--locked", "--upgrade"),
    ],
)
def test_options_that_exclude_each_other(options: Options, first: str, second: str) -> None:
    refused = plan(TARGET, Packages.ALL, NEW, options)
    message = f"`{first}` and `{second}` exclude each other. Leave one of them out"
    assert refused == Refusal(message)


def test_options_before_0_9_8() -> None:
    options = Options(reinstall=True, upgrade=True)
    assert commands(["a", "b"], version=OLD, options=options) == [
        "--reinstall --upgrade --package a",
        "--inexact --reinstall --package b",
    ]
    kept = commands(["a", "b"], version=OLD, options=Options(exact=False))
    assert kept == ["--inexact --package a", "--inexact --package b"]
    planned = plan(TARGET, ["a", "b"], OLD)
    assert isinstance(planned, Plan)
    assert "one by one: uv 0.9.7 takes one package at a time" in planned.sentence
    for some in (Options(extras=("x",)), Options(groups=("g",))):
        refused = plan(TARGET, ["a", "b"], OLD, some)
        assert isinstance(refused, Refusal)
        assert "0.9.8" in refused.reason
        assert isinstance(plan(TARGET, ["a"], OLD, some), Plan)


# -------------------------------------------------------------------------- conflicts

MANIFESTS = {
    "/w/pyproject.toml": """
[tool.uv.workspace]
members = ["*"]
[tool.uv]
conflicts = [[{ package = "a" }, { package = "B" }]]
""",
    **{
        f"/w/{name}/pyproject.toml": f"[project]\nname = '{name}'\nversion = '1'\n"
        for name in "abc"
    },
}
CONFLICTING = target_of(host_of(MANIFESTS).snapshot("/w"))


@pytest.mark.parametrize(
    ("selection", "defaults", "refused"),
    [
        (["a", "b"], None, True),
        (["a", "c"], None, False),
        (["a"], None, False),
        (Packages.ALL, None, True),
        (Packages.DEFAULT, None, True),
        (Packages.DEFAULT, "all", True),
        (Packages.DEFAULT, ("c", "b", "a"), True),
        (Packages.DEFAULT, ("c", "b"), False),
        (Packages.DEFAULT, (), False),
    ],
)
def test_members_that_exclude_each_other_are_refused(
    selection: Packages | Sequence[str], defaults: str | tuple[str, ...] | None, refused: bool
) -> None:
    target = CONFLICTING._replace(default_packages=defaults)
    planned = plan(target, selection, NEW)
    assert isinstance(planned, Refusal) == refused
    if isinstance(planned, Refusal):
        assert planned.reason == (
            "`a` and `b` cannot be installed together: `conflicts` has "
            '`[{ package = "a" }, { package = "b" }]`. Sync one of them'
        )
    # uv before that version installs them
    assert isinstance(plan(target, selection, (0, 9, 8)), Plan)


def test_the_root_project_alone_conflicts_with_nobody() -> None:
    files = {
        **MANIFESTS,
        "/w/pyproject.toml": "[project]\nname = 'r'" + MANIFESTS["/w/pyproject.toml"],
    }
    target = target_of(host_of(files).snapshot("/w"))
    assert isinstance(plan(target, Packages.DEFAULT, NEW), Plan)
    assert isinstance(plan(target, Packages.ALL, NEW), Refusal)


@pytest.mark.parametrize(
    ("more", "selection", "options", "message"),
    [
        # one alone has its own default groups, several have those of the root
        ("", ["a"], Options(), "The group `x` of `a` and the group `y` of `a` cannot be installed"),
        ("", ["a"], Options(no_default_groups=True), None),
        ("", ["a", "b"], Options(), None),
        ("", ["a", "b"], Options(groups=("x", "y")), "The group `x` of `a` and the group"),
        ("", ["b"], Options(groups=("x", "y")), None),
        # what is required comes along
        ('dependencies = ["a"]', ["b"], Options(groups=("x", "y")), "The group `x` of `a` and the"),
        (
            'dependencies = ["a[v]", "a[w]"]',
            ["b"],
            Options(),
            "`a[v]` and `a[w]` cannot be installed",
        ),
        ('dependencies = ["a[v]", "a[w]; python_version > \'3\'"]', ["b"], Options(), None),
        ('dependencies = ["a[v]", "a[empty]"]', ["b"], Options(), None),
        ("", ["c"], Options(), "`c` cannot be installed: `exclude-dependencies` leaves it out"),
        ('dependencies = ["c"]', ["b"], Options(), None),
    ],
)
def test_what_comes_along_counts(
    more: str, selection: list[str], options: Options, message: str | None
) -> None:
    files = {
        "/w/pyproject.toml": """
[tool.uv]
exclude-dependencies = ["C"]
[tool.uv.workspace]
members = ["*"]
""",
        "/w/a/pyproject.toml": """
[project]
name = "a"
version = "1"
[project.optional-dependencies]
v = ["idna"]
w = ["idna"]
empty = []
[dependency-groups]
x = []
y = []
[tool.uv]
default-groups = "all"
conflicts = [
    [{ group = "x" }, { group = "y" }],
    [{ extra = "v" }, { extra = "w" }],
    [{ extra = "v" }, { extra = "empty" }],
]
""",
        "/w/b/pyproject.toml": f"[project]\nname = 'b'\nversion = '1'\n{more}",
        "/w/c/pyproject.toml": "[project]\nname = 'c'\nversion = '1'\n",
    }
    planned = plan(target_of(host_of(files).snapshot("/w")), selection, NEW, options)
    assert isinstance(planned, Plan) == (message is None), planned
    assert message is None or (isinstance(planned, Refusal) and planned.reason.startswith(message))


# ------------------------------------------------------------------------------- lock


def test_lock() -> None:
    assert lock_plan(TARGET, NEW) == Plan((("--project", "/w", "lock"),), "Update the lockfile")
    assert isinstance(lock_plan(TARGET, ANCIENT), Refusal)


# ----------------------------------------------------------------------------- target

WORKSPACE = {
    "/w/pyproject.toml": """
[project]
name = "root"
version = "1"
[tool.uv.workspace]
members = ["packages/**"]
""",
    "/w/packages/a/pyproject.toml": """
[project]
name = "A"
version = "1"
[tool.uv]
conflicts = [
    [{ package = "A" }, { package = "b" }],
    [{ extra = "x" }, { package = "b" }],
    [{ package = "a", extra = "x" }, { package = "b" }],
    [{ package = "a" }, 1, { package = 2 }], 3,
]
""",
    "/w/packages/a/inner/pyproject.toml": '[project]\nname = "b"\nversion = "1"\n',
    "/w/packages-more/x.py": "",
}


def test_the_conflicts_of_whole_packages_anywhere_in_the_workspace() -> None:
    target = target_of(host_of(WORKSPACE).snapshot("/w"))
    refused = plan(target, ["a", "b"], NEW)
    assert isinstance(refused, Refusal)
    assert '`[{ package = "a" }, { package = "b" }]`' in refused.reason
    assert isinstance(plan(target, ["a", "root"], NEW), Plan)


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("/w/packages/a/pyproject.toml", "a"),
        ("/w/packages/a/src/a/__init__.py", "a"),
        ("/w/packages/a/inner/x.py", "b"),
        ("/w/packages/a", "a"),
        ("/w/packages/ab/x.py", "root"),
        ("/w/pyproject.toml", "root"),
        ("/elsewhere/x.py", None),
    ],
)
def test_the_member_of_a_file(path: str, member: str | None) -> None:
    assert member_of(host_of(WORKSPACE).snapshot("/w"), path) == member


def test_a_virtual_root_is_no_member() -> None:
    text = '[tool.uv.workspace]\nmembers = ["a"]\n'
    files = {"/w/pyproject.toml": text, "/w/a/pyproject.toml": "[project]\nname='a'\nversion='1'"}
    assert member_of(host_of(files).snapshot("/w"), "/w/pyproject.toml") is None
