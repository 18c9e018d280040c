"""Packages that come from one place. What uv says of each kind is asked in `differential.test_verdicts`."""

from __future__ import annotations

import pytest
from support import check, check_fix, findings, workspace

from ws_lsp.checking.findings import Severity

CODES = {"conflicting-urls"}

VENDORED = """
#- /one/pyproject.toml
[project]
name = "vend"
version = "1"
#- /two/pyproject.toml
[project]
name = "vend"
version = "1"
"""
ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
"""


def member(name: str, place: str, marker: str = "", expected: str = "") -> str:
    return f"""
#- /packages/{name}/pyproject.toml
[project]
name = "{name}"
version = "1"
dependencies = [
    "vend{marker}",
{expected}
]
[tool.uv.sources]
vend = {{ path = "../../{place}" }}
"""


def test_both_requirements_are_told_of() -> None:
    check(
        ROOT
        + member(
            "a",
            "one",
            "",
            "#   ^^^^^^ error[conflicting-urls]: `vend` comes from another place here than in "
            "`packages/b/pyproject.toml`",
        )
        + member("b", "two", "", "#   ^^^^^^ error[conflicting-urls]")
        + VENDORED,
        CODES,
    )


def test_a_file_with_both_is_told_of_once() -> None:
    check(
        """
#- /pyproject.toml
[project]
name = "a"
version = "1"
[dependency-groups]
x = ["vend"]
y = ["vend"]
#    ^^^^^^ error[conflicting-urls]: `vend` comes from another place here than above
z = [{ include-group = "x" }]
[tool.uv.sources]
vend = [{ path = "one", group = "x" }, { path = "two", group = "y" }]
"""
        + VENDORED,
        CODES,
    )


def test_urls_are_places() -> None:
    check(
        """
#- /pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["vend @ https://x.example/vend-1.zip", "other @ git+https://x.example/o@main"]
[project.optional-dependencies]
fast = [
    "vend @ https://x.example/vend-2.zip",
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[conflicting-urls]
    "other @ git+https://x.example/o.git@v1",
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[conflicting-urls]
]
""",
        CODES,
    )


def test_nothing_is_said_where_uv_may_tell_them_apart() -> None:
    check(
        ROOT
        + member("a", "one", "; python_version < '3.9'")
        + member("b", "two", "; python_version >= '3.9'")
        + VENDORED,
        CODES,
    )
    check(
        ROOT.replace("[tool", '[tool.uv]\noverride-dependencies = ["vend==1"]\n[tool')
        + member("a", "one")
        + member("b", "two")
        + VENDORED,
        CODES,
    )


def test_the_version_there_must_suit_what_other_files_require() -> None:
    check(
        """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/a/pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["vend"]
[tool.uv.sources]
vend = { path = "../../one" }
#               ^^^^^^^^^^^ error[unusable-path]: The project in `../../one` is 1, which does not meet `vend>=2` of `packages/b/pyproject.toml`
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
dependencies = ["vend>=2"]
"""
        + VENDORED,
        {"unusable-path"},
    )


@pytest.mark.parametrize(
    ("marker", "extras", "severity"),
    [
        ("extra == 'fast'", "", "warning"),
        ("extra == 'fast'", "fast = []", "error"),
        ("extra == 'FAST_x'", "fast-x = []", "error"),
        ("extra != 'fast'", "", "error"),
        ("extra == 'slow' or python_version >= '3.9'", "", "error"),
    ],
)
def test_a_place_is_looked_for_where_the_extra_exists(
    marker: str, extras: str, severity: str
) -> None:
    check(
        f"""
#- /pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["vend; {marker}"]
[project.optional-dependencies]
{extras}
[tool.uv.sources]
vend = {{ path = "missing" }}
#               ^^^^^^^^^ {severity}[unusable-path]: `missing` does not exist
""",
        {"unusable-path"},
    )


def test_a_group_has_no_extras() -> None:
    check(
        """
#- /pyproject.toml
[project]
name = "a"
version = "1"
[project.optional-dependencies]
fast = []
[dependency-groups]
dev = ["vend; extra == 'fast'", "other @ file:///nowhere; extra == 'fast'"]
[tool.uv.sources]
vend = { path = "missing" }
#               ^^^^^^^^^ warning[unusable-path]: `missing` does not exist
""",
        {"unusable-path"},
    )


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("missing.txt", "`missing.txt` does not exist"),
        ("./notes.txt", "`./notes.txt` is no directory and no archive"),
    ],
)
def test_what_is_no_archive_is_refused_unseen(path: str, problem: str) -> None:
    text = f"""
#- /pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["vend; extra == 'fast'"]
[tool.uv.sources]
vend = {{ path = "{path}" }}
#- /notes.txt
"""
    (found,) = (one for one in findings(workspace(text)) if one.code == "unusable-path")
    assert found.severity is Severity.ERROR
    assert found.message.startswith(problem)


def test_a_place_must_suit_the_workspace() -> None:
    check(
        """
#- /pyproject.toml
[tool.uv]
constraint-dependencies = ["old>=2", "vend<2"]
#                          ^^^^^^^^ error[impossible-constraint]: `old` is 1 where `a/pyproject.toml` takes it from, not `old>=2`
[tool.uv.workspace]
members = ["a"]
#- /a/pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.10"
dependencies = ["old; os_name == 'nt'", "vend"]
[tool.uv.sources]
old = { path = "../old" }
vend = { path = "../one" }
#               ^^^^^^^^ error[unusable-path]: The project in `../one` needs Python `>=3.11`, the workspace allows older ones
#- /old/pyproject.toml
[project]
name = "old"
version = "1"
"""
        + VENDORED.replace('"vend"', '"vend"\nrequires-python = ">=3.11"'),
        {"impossible-constraint", "unusable-path"},
    )


def test_what_cannot_be_read_in_a_place_is_told_of() -> None:
    check(
        """
#- /pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["odd"]
[tool.uv.sources]
odd = { path = "odd" }
#              ^^^^^ error[unusable-path]: The `pyproject.toml` in `odd` cannot be used: `one=1` is not a valid requirement: `=` is not an operator. Did you mean `==`?
#- /odd/pyproject.toml
[project]
name = "odd"
version = "1"
dependencies = ["one=1"]
""",
        {"unusable-path"},
    )


def test_two_references_of_a_repository_may_be_two_commits() -> None:
    commit = "0123456789" * 4
    check(
        f"""
#- /pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["one", "two @ git+https://x.example/two@v1", "three", "four", "five"]
[dependency-groups]
x = ["one"]
#    ^^^^^ warning[conflicting-urls]: `one` comes from another reference of its repository here than above: uv refuses two commits
y = [
    "two @ git+ssh://git@x.example/two.git",
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[conflicting-urls]
    "three",
    "four",
    "five",
#   ^^^^^^ error[conflicting-urls]: `five` comes from another place here than above
]
[tool.uv.sources]
one = [{{ git = "https://x.example/one", tag = "v1", group = "x" }}, {{ git = "https://x.example/one", branch = "v2" }}]
three = [{{ git = "https://x.example/three", rev = "{commit}", group = "y" }}, {{ git = "https://x.example/three", rev = "{commit[:7]}" }}]
four = [{{ git = "https://x.example/four", rev = "v1", group = "y" }}, {{ git = "https://x.example/four", tag = "v1" }}]
five = [{{ git = "https://x.example/five", rev = "{commit}", group = "y" }}, {{ git = "https://x.example/five", rev = "{commit[::-1]}" }}]
""",
        CODES,
    )


INDEXES = """
[[tool.uv.index]]
name = "one"
url = "https://one.example/simple"
[[tool.uv.index]]
name = "two"
url = "https://two.example/simple"
"""
TWO_EXTRAS = """
#- /pyproject.toml
[project]
name = "a"
version = "1"
[project.optional-dependencies]
cpu = ["torch"]
gpu = ["torch"]
{expected}
[tool.uv]
{settings}
[tool.uv.sources]
torch = [{{ index = "one", extra = "cpu" }}, {{ index = "two", extra = "gpu" }}]
"""
SECOND = (
    "#      ^^^^^^^ error[conflicting-indexes]: `torch` comes from the index `two` here, and from "
    "`one` above: uv takes a package from one index"
)
DECLARED = 'conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]'


def two_extras(settings: str = "", expected: str = "", indexes: str = INDEXES) -> str:
    return TWO_EXTRAS.format(settings=settings, expected=expected) + indexes


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (two_extras(expected=SECOND), False),
        (two_extras(DECLARED), True),
        (two_extras('override-dependencies = ["torch==1"]'), True),
        (two_extras('exclude-dependencies = ["torch"]'), True),
        (two_extras("no-sources = true"), True),
        (two_extras(indexes=INDEXES.replace("two.", "one.")), True),
        (two_extras(indexes=INDEXES.replace("two.example", "ONE.example:443")), True),
        # a slash, a password and the format make another index
        (
            two_extras("", SECOND, INDEXES.replace("two.example/simple", "one.example/simple/")),
            False,
        ),
        (two_extras("", SECOND, INDEXES.replace("two.", "me:pw@one.")), False),
        (
            two_extras("", SECOND, INDEXES.replace("two.", "one.") + 'format = "flat"\n'),
            False,
        ),
        (two_extras(indexes=INDEXES.replace("two.example", "${HOST}")), True),
        (
            two_extras(
                indexes=INDEXES.replace("https://one.example", ".").replace(
                    "https://two.example", "x/.."
                )
            ),
            True,
        ),
    ],
)
def test_a_package_comes_from_one_index(text: str, sound: bool) -> None:
    check(text, {"conflicting-indexes"})
    assert ("error[" in text) is not sound


def member_with_index(
    name: str, table: str, source: str, expected: str = "", more: str = ""
) -> str:
    return f"""
#- /packages/{name}/pyproject.toml
[project]
name = "{name}"
version = "1"
{table}
{expected}
[tool.uv.sources]
torch = {source}
{more}
"""


ELSEWHERE = "#       ^^^^^^^ error[conflicting-indexes]"
OWN = '[[tool.uv.index]]\nname = "{}"\nurl = "https://{}.example/simple"'


@pytest.mark.parametrize(
    "text",
    [
        # whatever `conflicts` say of members and of extras: the sources must say `extra`, too
        ROOT
        + '[tool.uv]\nconflicts = [[{ package = "a" }, { package = "b" }]]'
        + INDEXES
        + member_with_index("a", 'dependencies = [\n"torch"]', '{ index = "one" }', "", "").replace(
            '"torch"]', '        "torch"\n' + ELSEWHERE + "\n]"
        )
        + member_with_index("b", 'dependencies = [\n"torch"]', '{ index = "two" }').replace(
            '"torch"]', '        "torch"\n' + ELSEWHERE + "\n]"
        ),
        # each with its own index of one name
        ROOT
        + "".join(
            member_with_index(
                name,
                f'dependencies = [\n        "torch"\n{ELSEWHERE}\n]',
                '{ index = "corp" }',
                more=OWN.format("corp", name),
            )
            for name in ("a", "b")
        ),
        # the root's source leads to the member's own index
        ROOT
        + '[tool.uv.sources]\ntorch = { index = "one" }'
        + INDEXES
        + f"""
#- /packages/a/pyproject.toml
[project]
name = "a"
version = "1"
dependencies = [
        "torch"
{ELSEWHERE}: `torch` comes from another index `one` here than in `packages/b/pyproject.toml`: uv takes a package from one index
]
{OWN.format("one", "other")}
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
dependencies = [
        "torch"
{ELSEWHERE}
]
""",
        # extras of two members, declared and named by the sources
        ROOT
        + '[tool.uv]\nconflicts = [[{ package = "a", extra = "x" }, { package = "b", extra = "x" }]]'
        + INDEXES
        + "".join(
            member_with_index(
                name,
                '[project.optional-dependencies]\nx = ["torch"]',
                f'{{ index = "{index}", extra = "x" }}',
            )
            for name, index in (("a", "one"), ("b", "two"))
        ),
        # a constraint has the root's source
        ROOT
        + '[tool.uv]\nconstraint-dependencies = ["torch<9"]\n'
        + '[tool.uv.sources]\ntorch = { index = "one" }'
        + INDEXES
        + member_with_index(
            "a", f'dependencies = [\n        "torch"\n{ELSEWHERE}\n]', '{ index = "two" }'
        ),
        # one side without an index, one side from a path
        ROOT
        + INDEXES
        + member_with_index("a", 'dependencies = ["torch"]', '{ index = "one" }')
        + '#- /packages/b/pyproject.toml\n[project]\nname = "b"\nversion = "1"\ndependencies = ["torch"]\n'
        + member_with_index("c", 'dependencies = ["torch"]', '{ path = "../../one" }'),
        # markers of sources that exclude each other
        ROOT
        + INDEXES
        + "".join(
            member_with_index(
                name,
                'dependencies = ["torch"]',
                f'{{ index = "{index}", marker = "sys_platform == \'{platform}\'" }}',
            )
            for name, index, platform in (("a", "one", "linux"), ("b", "two", "darwin"))
        ),
    ],
)
def test_indexes_of_several_members(text: str) -> None:
    check(text, {"conflicting-indexes"})


def test_a_conflict_between_two_extras_with_an_index_each_can_be_declared() -> None:
    title = 'Declare the conflict `[{ extra = "cpu" }, { extra = "gpu" }]`'
    before = two_extras("managed = true")
    check_fix(before, title, before.replace("managed = true", f"managed = true\n{DECLARED}"))
    before = two_extras('conflicts = [[{ extra = "x" }, { extra = "y" }]]')
    after = (
        'conflicts = [[{ extra = "x" }, { extra = "y" }], [{ extra = "cpu" }, { extra = "gpu" }]]'
    )
    check_fix(
        before, title, before.replace('conflicts = [[{ extra = "x" }, { extra = "y" }]]', after)
    )


HERE = (
    "file://${PROJECT_ROOT}/one",
    "file:///${PROJECT_ROOT}/packages/../one/",
    "${PROJECT_ROOT}/one",
    "file:///one",
    "file:////one",
    "file://localhost/one",
    "file:///%6Fne#egg=vend",
    "/one",
)
"""URLs of one place for a uv that runs in the root, which is `/` in a fixture."""


@pytest.mark.parametrize("editable", ["", ", editable = true", ", editable = false"])
def test_a_file_url_is_the_path_that_it_leads_to(editable: str) -> None:
    # uv 0.13.9 takes all pairs: a URL says nothing of editable
    urls = "".join(f'    "vend @ {url}",\n' for url in HERE)
    text = f"""
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
dependencies = [
{urls}]
"""
    path = member("a", "one").replace('one" }', f'one"{editable} }}')
    assert [
        one for one in findings(workspace(ROOT + path + text + VENDORED)) if one.code in CODES
    ] == []
    two = member("a", "two").replace('two" }', f'two"{editable} }}')
    found = [one for one in findings(workspace(ROOT + two + text + VENDORED)) if one.code in CODES]
    assert {one.path for one in found} == {
        "/packages/a/pyproject.toml",
        "/packages/b/pyproject.toml",
    }


def test_what_other_variables_lead_to_is_not_known() -> None:
    check(
        ROOT
        + member("a", "one")
        + """
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
dependencies = ["vend @ file://${HOME}/two", "vend @ ${PROJECT_ROOT}${X}/two", "other @ file://${HOME}/x"]
"""
        + VENDORED,
        {*CODES, "unusable-path"},
    )


def test_the_root_counts_for_a_project_at_a_path_as_well() -> None:
    check(
        """
        #- /w/pyproject.toml
        [project]
        name = "r"
        version = "1"
        dependencies = ["b", "c", "d"]
        [tool.uv.workspace]
        [tool.uv.sources]
        b = { path = "../b" }
        c = { path = "../c", editable = true }
        d = { path = "../d" }
        #            ^^^^^^ error[unusable-path]: The `pyproject.toml` in `../d` cannot be used: `file://${PROJECT_ROOT}/../nowhere` does not exist
        #- /b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dependencies = ["c @ file://${PROJECT_ROOT}/../c"]
        #- /c/pyproject.toml
        [project]
        name = "c"
        version = "1"
        #- /d/pyproject.toml
        [project]
        name = "d"
        version = "1"
        dependencies = ["x @ file://${PROJECT_ROOT}/../nowhere"]
        """,
        {*CODES, "unusable-path"},
    )


def test_a_file_url_that_leads_nowhere() -> None:
    check(
        """
        #- /w/pyproject.toml
        [tool.uv.workspace]
        members = ["m"]
        #- /w/m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        dependencies = [
            "a @ file://${PROJECT_ROOT}/../a",
            "b @ file://${PROJECT_ROOT}/../nowhere",
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-path]: `file://${PROJECT_ROOT}/../nowhere` does not exist
        ]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        """,
        {"unusable-path"},
    )
