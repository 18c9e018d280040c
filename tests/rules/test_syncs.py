"""What uv locks and refuses to sync. Each answer is that of uv 0.13.9."""

from __future__ import annotations

import pytest
from support import check, check_fix

from ws_lsp.rules.conflicts import unknown_conflict
from ws_lsp.rules.syncs import RULES

CODES = {rule.code for rule in (*RULES, unknown_conflict)}

VIRTUAL = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["*"]
"""
PROJECT = f"""{VIRTUAL}
[project]
name = "r"
version = "1"
"""


def project(name: str, more: str = "") -> str:
    return f'\n#- /{name}/pyproject.toml\n[project]\nname = "{name}"\nversion = "1"\n{more}\n'


def defaults(value: str, expected: str) -> str:
    return (
        VIRTUAL
        + f"""
[tool.uv]
conflicts = [[{{ package = "a" }}, {{ package = "b" }}]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[conflicting-sync]: `uv sync` fails: `a` and `b` cannot be installed together: `conflicts` has `[{{ package = "a" }}, {{ package = "b" }}]`
[tool.ws-lsp]
default-packages = {value}
{expected}
"""
        + project("a")
        + project("b")
        + project("c", 'dependencies = ["b"]\n[tool.uv.sources]\nb = { workspace = true }')
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('["a", "b"]', "#                        ^^^ error[conflicting-default-packages]"),
        ('["b", "a"]', "#                        ^^^ error[conflicting-default-packages]"),
        # what comes along counts
        ('["c", "a"]', "#                        ^^^ error[conflicting-default-packages]"),
        ('"all"', "#                  ^^^^^ error[conflicting-default-packages]"),
        ('["b", "c"]', ""),
        ('["a"]', ""),
        ('["a", "nope"]', ""),
    ],
)
def test_default_packages_that_conflict(value: str, expected: str) -> None:
    check(defaults(value, expected), CODES)


def test_one_of_conflicting_default_packages_can_be_removed() -> None:
    after, _, _ = defaults('["a"]', "").partition("#- /a")
    check_fix(defaults('["a", "b"]', ""), "Remove `b`", after)


GROUPS = "[dependency-groups]\ndev = []\nx = []\ny = []\n"
XY = '[[{ group = "x" }, { group = "y" }]]'
SOURCES = "[tool.uv.sources]\np = { workspace = true }\nq = { workspace = true }\n"
LIB = project(
    "p",
    """
[project.optional-dependencies]
cpu = ["idna"]
gpu = ["idna"]
empty = []
all = ["p[cpu, gpu]"]
[tool.uv]
conflicts = [[{ extra = "cpu" }, { extra = "gpu" }], [{ extra = "cpu" }, { extra = "empty" }]]
""",
)
TOGETHER = "error[conflicting-sync]: `uv sync` fails: `p[cpu]` and `p[gpu]` cannot be installed"


@pytest.mark.parametrize(
    "text",
    [
        # default groups
        PROJECT
        + f"""{GROUPS}[tool.uv]
conflicts = {XY}
default-groups = ["x", "y"]
#                ^^^^^^^^^^ error[conflicting-sync]
""",
        PROJECT
        + f"""{GROUPS}[tool.uv]
conflicts = {XY}
default-groups = "all"
#                ^^^^^ error[conflicting-sync]
""",
        PROJECT + f'{GROUPS}[tool.uv]\nconflicts = {XY}\ndefault-groups = ["x", "dev"]\n',
        PROJECT + f"{GROUPS}[tool.uv]\nconflicts = {XY}\n",
        # a group that includes one of them
        PROJECT
        + f"""{GROUPS}z = [{{ include-group = "x" }}]
[tool.uv]
conflicts = {XY}
default-groups = ["y", "z"]
#                ^^^^^^^^^^ error[conflicting-sync]
""",
        # one that includes both: uv would write a set of one entry
        PROJECT
        + f"""{GROUPS}z = [{{ include-group = "x" }}, {{ include-group = "y" }}]
[tool.uv]
conflicts = {XY}
#            {"^" * (len(XY) - 2)} warning[conflicting-sync]: The group `z` includes all of this set: uv writes a `uv.lock` that it cannot read
""",
        PROJECT
        + f"""{GROUPS}z = [{{ include-group = "x" }}, {{ include-group = "y" }}]
[tool.uv]
conflicts = [[{{ group = "x" }}, {{ group = "y" }}, {{ group = "dev" }}]]
""",
        # a package against its own group
        PROJECT
        + f"""{GROUPS}[tool.uv]
conflicts = [[{{ package = "r" }}, {{ group = "dev" }}]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[conflicting-sync]: `uv sync` fails: `r` and the group `dev` of `r` cannot be installed together: `conflicts` has `[{{ package = "r" }}, {{ package = "r", group = "dev" }}]`
""",
        PROJECT + f'{GROUPS}[tool.uv]\nconflicts = [[{{ package = "r" }}, {{ group = "x" }}]]\n',
        # the same group of two members, in a virtual root and in a project's
        VIRTUAL
        + """[tool.uv]
conflicts = [[{ package = "a", group = "dev" }, { package = "b", group = "dev" }]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[conflicting-sync]
"""
        + project("a", GROUPS)
        + project("b", GROUPS),
        PROJECT
        + """[tool.uv]
conflicts = [[{ package = "a", group = "dev" }, { package = "b", group = "dev" }]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[conflicting-sync]
"""
        + project("a", GROUPS)
        + project("b", GROUPS),
        # the default groups of one member, which count where it is synced alone
        PROJECT
        + project(
            "a",
            f"""{GROUPS}[tool.uv]
conflicts = {XY}
default-groups = ["x", "y"]
#                ^^^^^^^^^^ warning[conflicting-sync]: `uv sync --package a` fails: the group `x` of `a` and the group `y` of `a` cannot be installed together: `conflicts` has `[{{ package = "a", group = "x" }}, {{ package = "a", group = "y" }}]`
""",
        ),
        # members that the root requires
        PROJECT
        + """dependencies = ["p"]
[dependency-groups]
dev = ["q"]
[tool.uv]
conflicts = [[{ package = "p" }, { package = "q" }]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[conflicting-sync]
"""
        + SOURCES
        + project("p")
        + project("q"),
        PROJECT
        + """
[tool.uv]
conflicts = [[{ package = "p" }, { package = "q" }]]
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[conflicting-sync]: `uv sync --all-packages` fails: `p` and `q` cannot be installed together: `conflicts` has `[{ package = "p" }, { package = "q" }]`
"""
        + project("p")
        + project("q"),
        # extras that requirements ask for
        PROJECT
        + f"""dependencies = [
    "p[cpu,gpu]",
#   ^^^^^^^^^^^^ {TOGETHER} together: `conflicts` has `[{{ package = "p", extra = "cpu" }}, {{ package = "p", extra = "gpu" }}]`
]
{SOURCES}"""
        + LIB
        + project("q"),
        PROJECT
        + f"""dependencies = [
    "p[cpu]",
#   ^^^^^^^^ error[conflicting-sync]
]
[dependency-groups]
dev = ["p[GPU]"]
#      ^^^^^^^^ error[conflicting-sync]
{SOURCES}"""
        + LIB
        + project("q"),
        # an extra that is required of the project itself is its list's own; one that is empty is none
        PROJECT + f'dependencies = ["p[all]", "p[empty]"]\n{SOURCES}' + LIB + project("q"),
        # uv may not install both
        PROJECT
        + f'dependencies = ["p[cpu]", "p[gpu]; sys_platform == \'win32\'"]\n{SOURCES}'
        + LIB
        + project("q"),
        # one in each of two members
        VIRTUAL
        + SOURCES
        + LIB
        + project(
            "q", 'dependencies = ["p[cpu]"]\n#               ^^^^^^^^ error[conflicting-sync]'
        )
        + project(
            "s", 'dependencies = ["p[gpu]"]\n#               ^^^^^^^^ error[conflicting-sync]'
        ),
        PROJECT
        + SOURCES
        + LIB
        + project(
            "q", 'dependencies = ["p[cpu]"]\n#               ^^^^^^^^ warning[conflicting-sync]'
        )
        + project(
            "s", 'dependencies = ["p[gpu]"]\n#               ^^^^^^^^ warning[conflicting-sync]'
        ),
        # an extra of a member that nobody asks for
        PROJECT
        + SOURCES
        + LIB
        + project("q", '[project.optional-dependencies]\nx = ["p[cpu,gpu]"]'),
        # overrides and exclusions take the place of what is required
        PROJECT
        + f'dependencies = ["p[cpu,gpu]"]\n{SOURCES}[tool.uv]\nexclude-dependencies = ["idna"]\n'
        + LIB
        + project("q"),
    ],
)
def test_syncs_that_conflicts_forbid(text: str) -> None:
    check(text, CODES)


@pytest.mark.parametrize(
    "text",
    [
        VIRTUAL
        + """[tool.uv]
exclude-dependencies = ["A", "idna"]
#                       ^^^ error[excluded-member]: `A` is a member of this workspace: `uv sync` fails without it
[tool.ws-lsp]
default-packages = ["b", "a"]
#                        ^^^ error[conflicting-default-packages]: The default packages cannot be synced: `a` cannot be installed: `exclude-dependencies` leaves it out
"""
        + project("a")
        + project("b"),
        PROJECT
        + """dependencies = ["a"]
[tool.uv]
exclude-dependencies = ["a"]
#                       ^^^ warning[excluded-member]: `a` is a member of this workspace: `uv sync --all-packages` fails without it
[tool.uv.sources]
a = { workspace = true }
"""
        + project("a"),
        PROJECT
        + """[tool.uv]
exclude-dependencies = [{ package = { name = "b" }, dependencies = ["a"] }]
"""
        + project("a"),
    ],
)
def test_members_that_exclusions_name(text: str) -> None:
    check(text, CODES)


@pytest.mark.parametrize(
    "text",
    [
        PROJECT
        + """
[tool.uv]
conflicts = [[
    { extra = "old" },
    #         ^^^^^ warning[unknown-conflict]: `r` has no extra `old`: this entry keeps nothing apart. The member `a` has one: add `package = "a"`
    { package = "aa", extra = "new" },
    #           ^^^^ warning[unknown-conflict]: `aa` is not a member of this workspace, and nothing requires it. Did you mean `a`?
    { package = "a", extra = "nw" },
    #                        ^^^^ warning[unknown-conflict]: `a` has no extra `nw`: this entry keeps nothing apart. Did you mean `new`?
    { package = "A", extra = "New" },
    { package = "a", extra = "lint" },
    #                ^^^^^ warning[unknown-conflict]: `a` has no extra `lint`: this entry keeps nothing apart. `lint` is a group
    { package = "a", group = "new" },
    #                ^^^^^ warning[unknown-conflict]: `a` has no group `new`: this entry keeps nothing apart. `new` is an extra
    { package = "a", group = "dev" },
    { package = "third", extra = "any" },
]]
"""
        + project(
            "a",
            """
dependencies = ["third"]
[project.optional-dependencies]
old = ["idna"]
new = ["idna"]
[dependency-groups]
lint = []
[tool.uv]
dev-dependencies = ["idna"]
""",
        ),
        # a build backend makes the extras
        PROJECT
        + 'dynamic = ["optional-dependencies"]\n[tool.uv]\n'
        + 'conflicts = [[{ extra = "x" }, { extra = "y" }]]\n',
    ],
)
def test_entries_that_match_nothing(text: str) -> None:
    check(text, {"unknown-conflict"})


@pytest.mark.parametrize(
    ("entry", "title", "written"),
    [
        ('{ extra = "lint" }', "Write `group`", '{ group = "lint" }'),
        ('{ extra = "nw" }', "Replace with `new`", '{ extra = "new" }'),
        ('{ extra = "of-a" }', 'Add `package = "a"`', '{ package = "a", extra = "of-a" }'),
        ('{ package = "aa" }', "Replace with `a`", '{ package = "a" }'),
    ],
)
def test_entries_are_mended(entry: str, title: str, written: str) -> None:
    def text(one: str) -> str:
        return f"""#- /pyproject.toml
[project]
name = "r"
version = "1"
[project.optional-dependencies]
new = ["idna"]
[dependency-groups]
lint = []
test = []
[tool.uv]
conflicts = [[{one}, {{ group = "test" }}]]
[tool.uv.workspace]
members = ["a"]
"""

    check_fix(
        text(entry) + project("a", "[project.optional-dependencies]\nof-a = ['idna']"),
        title,
        text(written),
    )
