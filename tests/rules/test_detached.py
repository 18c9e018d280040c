"""Members from whose directory uv does not find the workspace: nothing of it is told of their requirements."""

from __future__ import annotations

import pytest
from support import check, findings, host_of, read, workspace

from ws_lsp.checking.checker import Checker
from ws_lsp.checking.fixing import fixed_texts
from ws_lsp.rules.catalogue import RULEBOOK

BETWEEN = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["libs/*"]
#- /libs/pyproject.toml
#- /libs/c/pyproject.toml
[project]
name = "c"
version = "1"
#- /libs/b/pyproject.toml
[project]
name = "b"
version = "1"
"""

OUTSIDE = """
#- /ws/pyproject.toml
[tool.uv.workspace]
members = ["c", "../b"]
#- /ws/c/pyproject.toml
[project]
name = "c"
version = "1"
#- /b/pyproject.toml
[project]
name = "b"
version = "1"
"""

SOURCE = "[tool.uv.sources]\nc = {{ {} }}\n"


@pytest.mark.parametrize("base", [BETWEEN, OUTSIDE], ids=["below another manifest", "outside"])
@pytest.mark.parametrize(
    "rest",
    [
        'dependencies = ["c"]',
        'dependencies = ["c[x]>=2"]',
        '[dependency-groups]\ndev = ["c>=2"]',
        '[project.optional-dependencies]\nx = ["c"]',
        'dependencies = ["c"]\n' + SOURCE.format("workspace = true"),
        'dependencies = ["c>=2"]\n' + SOURCE.format("workspace = true"),
        'dependencies = ["c"]\n' + SOURCE.format('git = "https://example.com/c"'),
        'dependencies = ["c"]\n' + SOURCE.format('index = "there"'),
        SOURCE.format("workspace = true"),
        'dependencies = ["ghost"]\n[tool.uv.sources]\nghost = { workspace = true }',
        "[tool.uv]\nenvironments = [\"os_name == 'nt'\"]",
        '[tool.ws-lsp]\ndefault-packages = ["c"]',
    ],
)
def test_nothing_is_told_that_is_read_from_the_workspace(base: str, rest: str) -> None:
    found = workspace(f"{base}{rest}")
    assert findings(found) == []
    assert fixed_texts(RULEBOOK, found, found.manifests) == {}


@pytest.mark.parametrize(
    ("source", "specifier"),
    [
        ("workspace = true", ""),
        ('path = "other"', ""),
        ('url = "https://example.com/d"', ""),
        ('index = "there"', ""),
        ("workspace = true", ">=2"),
    ],
)
def test_no_source_of_the_root_is_theirs(source: str, specifier: str) -> None:
    text = BETWEEN.replace("[tool.uv.w", f"[tool.uv.sources]\nd = {{ {source} }}\n[tool.uv.w", 1)
    found = findings(workspace(f'{text}dependencies = ["d{specifier}"]'))
    assert {one.path for one in found} <= {"/pyproject.toml"}
    assert "error" not in {one.severity.value for one in found}


def test_what_the_file_says_alone_is_told() -> None:
    check(
        BETWEEN
        + """dependencies = ["d", "e=1", "b>=2"]
#                    ^^^^^ error[invalid-requirement]
#                           ^^^^^^ error[unsatisfiable-requirement]: The project itself is 1, not `b>=2`
requires-python = ">=3.11 <4"
#                 ^^^^^^^^^^^ error[invalid-requires-python]
[dependency-groups]
x = [{ include-group = "y" }]
#                      ^^^ error[unknown-included-group]
[tool.uv]
default-groups = ["z"]
#                 ^^^ error[unknown-default-group]
[tool.uv.sources]
d = { path = "nowhere" }
#            ^^^^^^^^^ error[unusable-path]
c = { }
#   ^^^ error[invalid-source]
"""
    )


def test_what_is_resolved_together_is_told() -> None:
    check("""
        #- /pyproject.toml
        [tool.uv]
        constraint-dependencies = ["f<2"]
        #                          ^^^^^ error[impossible-constraint]
        [tool.uv.sources]
        g = { path = "old" }
        [tool.uv.workspace]
        members = ["libs/*", "near"]
        #- /old/pyproject.toml
        [project]
        name = "g"
        version = "1"
        #- /new/pyproject.toml
        [project]
        name = "g"
        version = "2"
        #- /libs/pyproject.toml
        #- /libs/b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        requires-python = ">=3.12"
        #                 ^^^^^^^^ error[disjoint-requires-python]
        dependencies = ["d<2", "f>=2", "g"]
        #               ^^^^^ error[unsatisfiable-requirement]: No version can meet both `d<2` and `d>=2` of `near/pyproject.toml`
        [tool.uv.sources]
        g = { path = "../../new" }
        z = { workspace = true, editable = true }
        #- /libs/c/pyproject.toml
        [project]
        name = "Near"
        version = "1"
        [tool.uv.sources]
        z = { workspace = true, editable = false }
        #                                  ^^^^^ error[editable-conflict]
        #- /near/pyproject.toml
        [project]
        name = "near"
        #      ^^^^^^ error[duplicate-member]
        version = "1"
        requires-python = "<3.12"
        #                 ^^^^^^^ error[disjoint-requires-python]
        dependencies = ["d>=2", "g"]
        #                       ^^^ error[conflicting-urls]
        """)


def test_a_range_counts_where_others_have_the_roots_place() -> None:
    check("""
        #- /pyproject.toml
        [tool.uv.sources]
        d = { path = "new" }
        [tool.uv.workspace]
        members = ["libs/*", "near"]
        #- /new/pyproject.toml
        [project]
        name = "d"
        version = "2"
        #- /libs/pyproject.toml
        #- /libs/b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dependencies = ["d<2"]
        #- /near/pyproject.toml
        [project]
        name = "near"
        version = "1"
        dependencies = ["d"]
        #               ^^^ error[unusable-path]: The project in `new` is 2, which does not meet `d<2` of `libs/b/pyproject.toml`
        """)


@pytest.mark.parametrize(
    ("rest", "titles"),
    [
        ('dependencies = ["c"]\n' + SOURCE.format(""), []),
        ('dependencies = ["c"]\n[tool.uv.sources]\nc = []', ["Remove the source `c`"]),
        (SOURCE.format('workspace = true, path = "../c"'), ["Remove `workspace`"]),
        (SOURCE.format('workspace = true, index = "there"'), ["Remove `workspace`"]),
        (
            '[project.optional-dependencies]\nx = ["c"]\n'
            + SOURCE.format('workspace = true, extra = "y"'),
            ["Replace with `x`"],
        ),
    ],
)
def test_no_fix_leads_to_the_workspace(rest: str, titles: list[str]) -> None:
    found = findings(workspace(f"{BETWEEN}{rest}"))
    assert len(found) == 1
    assert [fix.title for fix in found[0].fixes] == titles


def test_an_import_of_a_member_is_not_told() -> None:
    on = '[tool.ws-lsp.rules]\nundeclared-import = "warning"\n[tool.uv.w'
    built = '[build-system]\nrequires = ["x"]\nbuild-backend = "x"\n#- /libs/c/src/c/__init__.py\n#- /libs/b/'
    text = BETWEEN.replace("[tool.uv.w", on, 1).replace("#- /libs/b/", built)
    text += "#- /libs/b/main.py\nimport c\n"
    assert findings(workspace(text)) == []
    found = findings(workspace(text.replace("#- /libs/pyproject.toml\n", "")))
    assert [one.code for one in found] == ["undeclared-import"]


def test_a_nested_workspace_is_told_of_and_not_fixed_in_bulk() -> None:
    """From its own directory uv takes it as it is, and there `c` is no member: a source would break it."""
    text = """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dependencies = ["c"]
        #               ^^^ error[missing-workspace-source]
        [tool.uv.workspace]
        #        ^^^^^^^^^ error[nested-workspace]
        #- /c/pyproject.toml
        [project]
        name = "c"
        version = "1"
        """
    check(text)
    found = workspace(text)
    assert any(finding.fixes for finding in findings(found))
    assert fixed_texts(RULEBOOK, found, found.manifests) == {}


def test_a_manifest_that_comes_between_is_heard_of() -> None:
    files = read(f'{BETWEEN}dependencies = ["c"]\n').files
    del files["/libs/pyproject.toml"]
    host, checker = host_of(files), Checker(RULEBOOK)

    def codes() -> list[str]:
        found = checker.findings(host.snapshot("/"))
        every = [one.code for some in found.values() for one in some]
        return [code for code in every if code != "missing-requires-python"]

    assert codes() == ["missing-workspace-source"]
    host.edit("/libs/pyproject.toml", "")
    assert codes() == []
    host.close("/libs/pyproject.toml")
    assert codes() == ["missing-workspace-source"]


@pytest.mark.parametrize("base", [BETWEEN, OUTSIDE], ids=["below another manifest", "outside"])
def test_a_path_that_leads_nowhere_is_told_also_for_the_name_of_a_member(base: str) -> None:
    source = SOURCE.format('path = "../zzz"')
    found = findings(workspace(f'{base}dependencies = ["c"]\n{source}'))
    assert [one.code for one in found if one.severity.value == "error"] == ["unusable-path"]


def test_no_manifest_is_made_above_members_that_find_the_workspace() -> None:
    text = """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["libs", "libs/*"]
        #- /libs/notes.txt
        #- /libs/b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        """
    (found,) = findings(workspace(text))
    assert [fix.title for fix in found.fixes] == ["Exclude `libs` from the workspace"]
    (found,) = findings(workspace(text.replace("libs/*", "libs/*/*").replace("libs/b", "libs/c/b")))
    assert len(found.fixes) == 1
    (found,) = findings(workspace(text.replace(', "libs/*"', "")))
    assert len(found.fixes) == 2  # no member lies below
