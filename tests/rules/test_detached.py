"""Members from whose directory uv does not find the workspace: uv reads their sources in the one that it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import check as check_all
from support import findings as all_findings
from support import host_of, read, workspace

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.fixing import apply_fixes
from ws_lsp.checking.rule import Beyond, Rule, Scope, rule
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.checking.view import View
from ws_lsp.rules.catalogue import ALL, RULEBOOK
from ws_lsp.text import Span

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

OTHERS = RULEBOOK.by_code.keys() - {"detached-member", "missing-requires-python"}
"""All codes but those that nearly every text here has."""


def findings(snapshot: Snapshot) -> list[Finding]:
    return all_findings(snapshot, OTHERS)


def check(text: str) -> None:
    check_all(text, OTHERS)


SOURCE = "[tool.uv.sources]\nc = {{ {} }}\n"


HIDDEN = {
    BETWEEN: "`libs/pyproject.toml` hides the root of this workspace from here",
    OUTSIDE: "From here uv does not find the root of this workspace, which is not above the member",
}
NOT_THERE = (
    "warning[unknown-workspace-source] `c` is not a member of the workspace that uv finds from here"
)
VERSION = "error[unsatisfiable-requirement] The member `c` is 1, not `c>=2`"
PLACE = (
    "error[conflicting-urls] `c` is a member of this workspace, and comes from another place here"
)
NO_INDEX = "warning[unknown-index] There is no index `there` in this file"
INDEX = '[[tool.uv.index]]\nname = "there"\nurl = "https://there.example/simple"\n'


def worse(text: str) -> str:
    return text.replace("warning", "error", 1)


@pytest.mark.parametrize("base", [BETWEEN, OUTSIDE], ids=["below another manifest", "outside"])
@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ('dependencies = ["c"]', []),
        ('dependencies = ["c[x]"]', []),
        ('dependencies = ["c[x]>=2"]', [VERSION]),
        ("dependencies = [\"c>=2; sys_platform == 'win32'\"]", [VERSION]),
        ('[dependency-groups]\ndev = ["c>=2"]', [VERSION]),
        ('[project.optional-dependencies]\nx = ["c>=2"]', [VERSION]),
        ('dependencies = ["c"]\n' + SOURCE.format("workspace = true"), [worse(NOT_THERE)]),
        (
            '[dependency-groups]\ndev = ["c"]\n' + SOURCE.format("workspace = true"),
            [worse(NOT_THERE)],
        ),
        ('dependencies = ["c>=2"]\n' + SOURCE.format("workspace = true"), [worse(NOT_THERE)]),
        ('dependencies = ["c"]\n' + SOURCE.format('git = "https://example.com/c"'), [PLACE]),
        ('dependencies = ["c"]\n' + SOURCE.format('index = "there"'), [worse(NO_INDEX)]),
        ('dependencies = ["c"]\n' + SOURCE.format('index = "there"') + INDEX, []),
        ('dependencies = ["c>=2"]\n' + SOURCE.format('index = "there"') + INDEX, [VERSION]),
        (SOURCE.format("workspace = true"), [NOT_THERE]),
        (SOURCE.format('index = "there"'), [NO_INDEX]),
        ("[tool.uv]\nenvironments = [\"os_name == 'nt'\"]", []),
        ('[tool.ws-lsp]\ndefault-packages = ["c"]', []),
    ],
)
def test_sources_are_read_where_uv_looks_and_versions_are_those_of_members(
    base: str, rest: str, expected: list[str]
) -> None:
    found = workspace(f"{base}{rest}")
    hidden = HIDDEN[base]
    told = [f"{one.severity.value}[{one.code}] {one.message}" for one in findings(found)]
    assert [one.removesuffix(f". {hidden}") for one in told] == expected
    assert apply_fixes(RULEBOOK, found, found.manifests) == ({}, 0)
    for one in told:
        assert one.endswith(hidden) == ("unknown" in one)


@pytest.mark.parametrize(
    ("source", "root", "expected"),
    [
        ('path = "../c"', "", []),
        (
            'path = "../c", editable = true',
            "",
            ["`c` is not editable in this workspace, but is here"],
        ),
        ('path = "../c", editable = true', "workspace = true", []),
        ('path = "../c"', "workspace = true", ["`c` is editable in this workspace, but not here"]),
        (
            'path = "../../d"',
            "",
            ["`c` is a member of this workspace, and comes from another place here"],
        ),
    ],
)
def test_the_place_is_that_of_the_member(source: str, root: str, expected: list[str]) -> None:
    """uv installs a member that is no package where it is, unless a source asks for it: it is not editable then."""
    text = BETWEEN.replace("[tool.uv.w", f"{SOURCE.format(root) if root else ''}[tool.uv.w", 1)
    text = text.replace(
        "#- /libs/b", '#- /d/pyproject.toml\n[project]\nname = "c"\nversion = "1"\n#- /libs/b'
    )
    found = findings(workspace(f'{text}dependencies = ["c"]\n{SOURCE.format(source)}'))
    assert [one.message for one in found] == expected
    assert {one.code for one in found} <= {"conflicting-urls"}


NEARER = '[tool.uv.workspace]\nmembers = ["b"]\n'


@pytest.mark.parametrize(
    ("nearer", "rest", "codes"),
    [
        (NEARER + SOURCE.format('path = "c"'), 'dependencies = ["c>=2"]', []),
        (
            NEARER + SOURCE.format('path = "c", editable = true'),
            'dependencies = ["c"]',
            ["conflicting-urls"],
        ),
        (
            NEARER + SOURCE.format("workspace = true"),
            'dependencies = ["c"]',
            ["unknown-workspace-source"],
        ),
        (NEARER + INDEX, 'dependencies = ["c"]\n' + SOURCE.format('index = "there"'), []),
        (NEARER.replace('"b"', '"*"'), 'dependencies = ["c"]', ["missing-workspace-source"]),
        (
            NEARER.replace('"b"', '"*"'),
            'dependencies = ["c>=2"]\n' + SOURCE.format("workspace = true"),
            [],
        ),
        ("[x\n", "", ["detached-member", "detached-member"]),
    ],
)
def test_a_nearer_workspace_decides(nearer: str, rest: str, codes: list[str]) -> None:
    text = BETWEEN.replace("#- /libs/pyproject.toml\n", f"#- /libs/pyproject.toml\n{nearer}")
    found = all_findings(workspace(f"{text}{rest}"))
    assert [one.code for one in found if one.severity.value == "error"] == codes


def test_no_sources_are_read_where_the_root_turns_them_off() -> None:
    text = BETWEEN.replace("[tool.uv.w", "[tool.uv]\nno-sources = true\n[tool.uv.w", 1)
    needs = f'{text}dependencies = ["{{}}"]\n{SOURCE}'
    assert findings(workspace(needs.format("c", "workspace = true"))) == []
    (found,) = findings(workspace(needs.format("c>=2", 'path = "../../d"')))
    assert found.code == "unsatisfiable-requirement"


def test_it_is_said_once_and_at_the_name() -> None:
    check_all(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["libs/*"]
        #- /libs/pyproject.toml
        #- /libs/b/pyproject.toml
        [project]
        name = "b"
        #      ^^^ information[detached-member]
        version = "1"
        dependencies = ["b[x]", "d"]
        """
    )


@pytest.mark.parametrize("base", [BETWEEN, OUTSIDE], ids=["below another manifest", "outside"])
def test_it_is_said_what_hides_the_root(base: str) -> None:
    found = [one for one in all_findings(workspace(base)) if one.code == "detached-member"]
    assert {one.severity.value for one in found} == {"information"}
    end = ". Sources and indexes of the root do not count in this file"
    assert {one.message for one in found} == {f"{HIDDEN[base]}{end}"}


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
        # ^ warning[unknown-workspace-source]
        #- /libs/c/pyproject.toml
        [project]
        name = "Near"
        version = "1"
        [tool.uv.sources]
          z = { workspace = true, editable = false }
        # ^ warning[unknown-workspace-source]
        #                                    ^^^^^ error[editable-conflict]
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
    assert [fix.title for fix in found[-1].fixes] == titles
    others = {fix.title for one in found[:-1] for fix in one.fixes}
    assert others <= {"Remove the source `c`"}


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
    assert apply_fixes(RULEBOOK, found, found.manifests) == ({}, 0)


def test_a_manifest_that_comes_between_is_heard_of() -> None:
    files = read(f'{BETWEEN}dependencies = ["c"]\n').files
    del files["/libs/pyproject.toml"]
    host, checker = host_of(files), Checker(RULEBOOK)

    def codes() -> list[str]:
        found = checker.findings(host.snapshot("/"))
        assert found == Checker(RULEBOOK).findings(host.snapshot("/"))
        return [one.code for some in found.values() for one in some if one.code in OTHERS]

    assert codes() == ["missing-workspace-source"]
    host.edit("/libs/pyproject.toml", "")
    assert codes() == []
    host.edit("/libs/pyproject.toml", '[tool.uv.workspace]\nmembers = ["*"]\n')
    assert codes() == ["missing-workspace-source"]
    host.edit("/libs/pyproject.toml", f'{NEARER}[tool.uv.sources]\nc.path = "c"\n')
    assert codes() == []
    host.edit("/libs/pyproject.toml", f'{NEARER}[tool.uv.sources]\nc.path = "b"\n')
    assert codes() == ["conflicting-urls"]
    host.edit("/libs/pyproject.toml", "")
    assert codes() == []
    host.edit("/libs/c/pyproject.toml", files["/libs/c/pyproject.toml"].replace('"c"', '"d"'))
    assert codes() == []
    host.edit("/libs/b/pyproject.toml", files["/libs/b/pyproject.toml"].replace('"c"', '"d>1"'))
    assert codes() == ["unsatisfiable-requirement"]
    host.close("/libs/c/pyproject.toml")
    host.close("/libs/b/pyproject.toml")
    host.close("/libs/pyproject.toml")
    assert codes() == ["missing-workspace-source"]


@pytest.mark.parametrize("nearer", ["", '[tool.uv.workspace]\nmembers = ["*"]\n'])
def test_a_keystroke_in_one_costs_one_check(nearer: str) -> None:
    files = {
        f"/libs/m{number}/pyproject.toml": f'[project]\nname = "m{number}"\nversion = "1"\n'
        f'dependencies = ["c"]\n{SOURCE.format("workspace = true")}'
        for number in range(50)
    }
    host = host_of({**read(BETWEEN).files, **files, "/libs/pyproject.toml": nearer})
    checker = Checker(RULEBOOK)
    checker.findings(host.snapshot("/"))
    path, text = next(iter(files.items()))
    host.edit(path, text)
    checker.findings(host.snapshot("/"))
    checks, parses = checker.checks, host.parses
    host.edit(path, text.replace('"c"', '"c>=2"'))
    checker.begin(host.snapshot("/"))
    suspects = len(checker.suspects)
    found = checker.findings(host.snapshot("/"))
    assert found == Checker(RULEBOOK).findings(host.snapshot("/"))
    assert (checker.checks - checks, host.parses - parses) == (1, 1)
    assert nearer or suspects == 1


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


def test_what_is_worked_out_around_a_member_is_of_its_text() -> None:
    @rule("probe", Severity.WARNING, Scope.ROOT, beyond=Beyond.PROJECT)
    def probe(view: View, rule: Rule) -> Iterator[Finding]:
        yield rule.finding(view, Span(0, 0), ", ".join(sorted(view.contradicted())))

    files, path = read(BETWEEN).files, "/libs/b/pyproject.toml"
    host, rulebook = host_of(files), Rulebook((*ALL, probe))
    checker = Checker(rulebook)
    for more in ("", 'dependencies = ["x<1"]\n[dependency-groups]\ng = ["x>2"]\n', ""):
        text = f"{files[path]}{more}"
        host.edit(path, text)
        new = host_of({**files, path: text}).snapshot("/")
        assert checker.findings(host.snapshot("/")) == Checker(rulebook).findings(new)
