"""Packages that come from one place. What uv says of each kind is asked in `differential.test_verdicts`."""

from __future__ import annotations

import pytest
from support import check, findings, workspace

from ws_lsp.rules.base import Severity

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
        #- /work/pyproject.toml
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
        #- /work/pyproject.toml
        [tool.uv.workspace]
        members = ["m"]
        #- /work/m/pyproject.toml
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
