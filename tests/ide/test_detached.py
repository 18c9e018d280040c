"""Members from whose directory uv does not find the workspace, seen from that workspace."""

from __future__ import annotations

import pytest
from support import Cursor, cursor

from ws_lsp.ide.completion import completions
from ws_lsp.ide.hover import hover
from ws_lsp.ide.navigation import definition, references
from ws_lsp.ide.refactor import refactorings
from ws_lsp.ide.rename import rename
from ws_lsp.refusal import Refusal

ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["libs/*", "near"]
[tool.uv.sources]
vend = { path = "vend" }
[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /vend/pyproject.toml
[project]
name = "vend"
version = "1"
#- /libs/pyproject.toml
#- /libs/core/pyproject.toml
[project]
name = "core"
version = "1"
dependencies = ["idna>=3"]
#- /near/pyproject.toml
[project]
name = "near"
version = "1"
dependencies = ["core", "idna>=3"]
[tool.uv.sources]
core = { path = "../libs/core" }
#- /libs/b/pyproject.toml
[project]
name = "b"
version = "1"
"""


def labels(rest: str, base: str = ROOT) -> list[str]:
    at = cursor(f"{base}{rest}")
    return [
        one.label
        for one in completions(at.snapshot, at.snapshot.files, at.manifest, at.offset).items
    ]


def titles(at: Cursor) -> list[str]:
    return [one.title for one in refactorings(at.snapshot, at.manifest, at.offset)]


@pytest.mark.parametrize(
    ("rest", "offered"),
    [
        ('dependencies = ["$0"]', ["idna", "core", "near"]),
        ('[dependency-groups]\ndev = ["$0"]', ["idna", "core", "near"]),
        ("[tool.uv.sources]\n$0", []),
        ('[tool.uv.sources]\nidna = { index = "$0" }', []),
        (
            '[tool.uv.sources]\nidna = { index = "$0" }\n[[tool.uv.index]]\nname = "own"\nurl = "https://index.example/"',
            ["own"],
        ),
    ],
)
def test_nothing_is_offered_that_uv_refuses_there(rest: str, offered: list[str]) -> None:
    assert labels(rest) == offered


def test_a_member_comes_without_a_source() -> None:
    at = cursor(f'{ROOT}dependencies = ["$0"]')
    items = completions(at.snapshot, at.snapshot.files, at.manifest, at.offset).items
    assert [one.additional for one in items] == [(), (), ()]


def test_no_source_becomes_a_workspace_source() -> None:
    own = '[tool.uv.sources]\ncore = { path = "../core$0" }\n'
    assert titles(cursor(f"{ROOT}{own}")) == []
    text = ROOT.replace('"../libs/core" }', '"../libs/core$0" }')
    at = cursor(text + own.replace("$0", ""))
    (found,) = refactorings(at.snapshot, at.manifest, at.offset)
    assert [change.path for change in found.changes()] == ["/near/pyproject.toml"]


def test_no_specifier_of_theirs_becomes_a_constraint() -> None:
    rest = 'dependencies = ["idna>=3"]\n'
    assert titles(cursor(f"{ROOT}{rest.replace('3', '3$0')}")) == []
    at = cursor(ROOT.replace('"core", "idna>=3"]', '"core", "idna>=3$0"]') + rest)
    assert titles(at) == []  # no other file that inherits repeats it
    text = ROOT.replace('"core", "idna>=3"]', '"core", "idna>=3$0"]') + rest
    more = '#- /more/pyproject.toml\n[project]\nname = "more"\nversion = "1"\ndependencies = ["idna>=3"]\n'
    at = cursor(text.replace('"near"]', '"near", "more"]') + more)
    (found,) = refactorings(at.snapshot, at.manifest, at.offset)
    assert sorted(change.path for change in found.changes()) == [
        "/more/pyproject.toml",
        "/near/pyproject.toml",
        "/pyproject.toml",
    ]


def test_the_roots_sources_and_indexes_are_not_theirs() -> None:
    at = cursor(f'{ROOT}dependencies = ["ve$0nd"]\n')
    assert definition(at.snapshot, at.manifest, at.offset) == ()
    at = cursor(f'{ROOT}[tool.uv.sources]\nidna = {{ index = "co$0rp" }}\n')
    assert definition(at.snapshot, at.manifest, at.offset) == ()
    at = cursor(
        ROOT.replace('"corp"', '"co$0rp"') + '[tool.uv.sources]\nidna = { index = "corp" }\n'
    )
    found = references(at.snapshot, at.manifest, at.offset, True)
    assert [one.path for one in found] == ["/pyproject.toml"]


def test_members_are_renamed_in_their_requirements() -> None:
    """All is resolved together: whatever names the member there means it."""
    text = ROOT.replace('name = "core"', 'name = "co$0re"')
    at = cursor(f'{text}dependencies = ["core>=1"]\n')
    changes = rename(at.snapshot, at.manifest, at.offset, "kernel")
    assert not isinstance(changes, Refusal)
    assert sorted(change.path for change in changes) == [
        "/libs/b/pyproject.toml",
        "/libs/core/pyproject.toml",
        "/near/pyproject.toml",
    ]


def test_a_workspace_source_leads_to_the_workspace_that_uv_finds_from_there() -> None:
    at = cursor(f"{ROOT}[tool.uv.sources]\ncore = {{ workspace = $0true }}\n")
    assert definition(at.snapshot, at.manifest, at.offset) == ()


def test_a_requirement_leads_to_the_member_that_uv_takes() -> None:
    at = cursor(f'{ROOT}dependencies = ["co$0re"]\n')
    (found,) = definition(at.snapshot, at.manifest, at.offset)
    assert found.location.path == "/libs/core/pyproject.toml"
    said = hover(at.snapshot, at.manifest, at.offset)
    assert said is not None
    assert said.text.startswith("**core** 1 (workspace member, `libs/core`)")


NEARER = ROOT.replace(
    "#- /libs/pyproject.toml\n",
    """#- /libs/pyproject.toml
[tool.uv.workspace]
members = ["*"]
[[tool.uv.index]]
name = "near"
url = "https://near.example/"
#- /libs/more/pyproject.toml
[project]
name = "more"
version = "1"
""",
).replace("libs/*", "libs/[!m]*")


@pytest.mark.parametrize(
    ("rest", "offered"),
    [
        ('dependencies = ["$0"]', ["idna", "near", "core", "more"]),
        ("[tool.uv.sources]\n$0", ["core", "more"]),
        ('[tool.uv.sources]\nidna = { index = "$0" }', ["near"]),
    ],
)
def test_sources_of_a_nearer_workspace_are_offered(rest: str, offered: list[str]) -> None:
    assert labels(rest, NEARER) == offered


def test_members_of_a_nearer_workspace_come_with_their_source() -> None:
    at = cursor(f'{NEARER}dependencies = ["$0"]')
    items = completions(at.snapshot, at.snapshot.files, at.manifest, at.offset).items
    assert [one.label for one in items if one.additional] == ["core", "more"]
