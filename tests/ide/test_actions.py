"""Code actions: fixes of findings at a place, all safe fixes of a file, and syncs to offer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cursor, findings, workspace

from ws_lsp.ide.actions import (
    command_actions,
    fix_actions,
    fix_all,
    sync_actions,
)
from ws_lsp.ide.difference import difference
from ws_lsp.text import Span, apply_edits

WORKSPACE = """
#- /pyproject.toml
[tool.ws-lsp]
default-packages = ["acme-cor", "Core", "core"]

[tool.uv.workspace]
members = ["packages/*"]
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
dependencies = ["api", "cli"] # both are members
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1"
#- /packages/cli/pyproject.toml
[project]
name = "cli"
version = "1"
"""


def test_fixes_are_those_of_the_findings_that_touch_the_range() -> None:
    snapshot = workspace(WORKSPACE)
    root = snapshot.root
    start = root.text.index('"core"]')
    found = [one for one in findings(snapshot) if one.path == root.path]
    titles = [action.fix.title for action in fix_actions(found, Span(start, start))]
    assert titles == ["Remove the second `core`"]
    assert [action.preferred for action in fix_actions(found, Span(start, start))] == [True]


def test_an_unsafe_fix_is_never_the_preferred_one() -> None:
    snapshot = workspace(WORKSPACE)
    found = [one for one in findings(snapshot) if one.path == snapshot.root.path]
    at = snapshot.root.text.index("acme-cor")
    actions = [*fix_actions(found, Span(at, at))]
    assert [action.fix.title for action in actions] == ["Remove `acme-cor`"]
    assert not any(action.preferred for action in actions)


def test_all_safe_fixes_of_a_file_are_one_edit_that_leaves_no_safe_fix() -> None:
    snapshot = workspace(WORKSPACE)
    path = "/packages/core/pyproject.toml"
    text = snapshot.manifests[path].text
    assert apply_edits(text, fix_all(snapshot, path)) == (
        '[project]\nname = "core"\nversion = "1"\n'
        'dependencies = ["api", "cli"] # both are members\n\n'
        "[tool.uv.sources]\napi = { workspace = true }\ncli = { workspace = true }\n"
    )


def test_a_file_without_safe_fixes_has_nothing_to_fix() -> None:
    assert fix_all(workspace(WORKSPACE), "/packages/api/pyproject.toml") == ()


@given(st.text(alphabet="ab\n\r", max_size=30), st.text(alphabet="ab\n\r", max_size=30))
def test_a_difference_turns_one_text_into_the_other(before: str, after: str) -> None:
    assert apply_edits(before, difference(before, after)) == after


def sync_titles(text: str) -> list[str]:
    at = cursor(text)
    return [action.title for action in sync_actions(at.snapshot, at.manifest, at.offset)]


BOTH = ["Sync workspace", "Sync default packages", "Preview sync"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Core"', '"Co$0re"', ["Sync `core`", *BOTH]),
        ('"acme-cor"', '"acme$0-cor"', BOTH),
        ("default-packages", "default-$0packages", BOTH),
        ('"packages/*"', '"pack$0ages/*"', BOTH),
        ("[tool.uv.workspace]", "[tool.uv.work$0space]", BOTH),
        ('name = "core"', 'name = "co$0re"', ["Sync `core`", *BOTH]),
        ('"cli"]', '"c$0li"]', ["Sync `cli`", *BOTH]),
        ('[project]\nname = "api"', '[pro$0ject]\nname = "api"', ["Sync `api`", *BOTH]),
        ("# both are members", "# both $0are members", []),
    ],
)
def test_syncs_are_offered_where_members_are_spoken_of(
    old: str, new: str, expected: list[str]
) -> None:
    assert sync_titles(WORKSPACE.replace(old, new, 1)) == expected


def test_default_packages_are_not_offered_where_there_are_none() -> None:
    text = WORKSPACE.replace('default-packages = ["acme-cor", "Core", "core"]', "")
    assert sync_titles(text.replace("members =", "mem$0bers =")) == [
        "Sync workspace",
        "Preview sync",
    ]


def test_what_uv_can_mend_is_offered_once() -> None:
    snapshot = workspace(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "2"
        dependencies = ["idna", "six"]
        #- /uv.lock
        version = 1
        [[package]]
        name = "acme"
        version = "1"
        source = { virtual = "." }
        """
    )
    found = findings(snapshot)
    text = snapshot.root.text
    assert [one.code for one in found].count("outdated-lockfile") == 3
    (offered,) = command_actions(found, Span(0, len(text)))
    assert (offered.title, offered.packages) == ("Update lockfile", None)
    assert text[slice(*offered.finding.span)] == '"2"'
    start = text.index("[project]")
    assert not list(command_actions(found, Span(start, start + 3)))
