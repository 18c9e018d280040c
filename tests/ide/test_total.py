"""No text of a user's makes a feature raise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support import host_of

from ws_lsp.ide.completion import completions
from ws_lsp.ide.graph import graph
from ws_lsp.ide.hints import HintKinds, hints
from ws_lsp.ide.hover import hover
from ws_lsp.ide.lenses import LensKinds, lenses
from ws_lsp.ide.links import links
from ws_lsp.ide.moves import Move, changes_of_deletions, changes_of_moves
from ws_lsp.ide.navigation import definition, highlights, references
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.ide.refactor import refactorings
from ws_lsp.ide.refactor_new_member import new_member
from ws_lsp.ide.rename import prepare_rename, rename
from ws_lsp.ide.structure import folds, selections
from ws_lsp.ide.symbols import document_symbols, workspace_symbols
from ws_lsp.refusal import Refusal
from ws_lsp.text import Span, apply_edits

LINES = (
    '[project]\nname = "a"',
    'name = "b"',
    'dependencies = ["a[x, y]>=1", "b"',
    '"A.B" = [',
    "[project.optional-dependencies]",
    'x = ["a[x]"]',
    "[dependency-groups]",
    'dev = [{ include-group = "dev" }, { include-group = ',
    '[tool.uv.workspace]\nmembers = ["*", "b/../b", "[", "/", "\\u0000"]',
    'exclude = ["b"]',
    "[tool.uv]",
    'default-groups = ["dev"]',
    'conflicts = [[{ package = "a", extra = "x" }, { group = "dev" }], 1, [[]]]',
    'conflicts = [[{ package = "a", extra = "',
    "[tool.uv.sources]",
    'b = { workspace = true }\na = [{ path = "../b" }, { index = "i" }, 3]',
    'b.path = "/"',
    "[tool.uv.sources.b]",
    '[[tool.uv.index]]\nname = "i"',
    "[tool.uv.index]",
    '[tool.ws-lsp]\ndefault-packages = ["a", "b", 1, ""]',
    'default-packages = "all"',
    "[tool.ws-lsp.rules]\nx = ",
    "[[dependency-groups]]",
    '[[project]]\nreadme = { file = "x" }',
    'readme = "\\u0000"',
    "tool = 1",
    '"""\\u0061',
    "# 😀",
)
TEXTS = st.lists(st.sampled_from(LINES), max_size=7).map("\n".join)


@given(TEXTS, TEXTS, st.sampled_from(["\n", "\r\n"]))
def test_every_feature_answers_at_every_place(root: str, member: str, newline: str) -> None:
    files = {
        "/w/pyproject.toml": root.replace("\n", newline),
        "/w/b/pyproject.toml": member,
        "/w/uv.toml": 'conflicts = 3\n[[index]]\nname = "i"\n',
    }
    host = host_of(files)
    snapshot = host.snapshot("/w")
    for manifest in snapshot.manifests.values():
        end = len(manifest.text)
        whole = Span(0, end)
        list(links(snapshot, manifest))
        list(hints(snapshot, manifest, whole, HintKinds()))
        list(lenses(snapshot, manifest, LensKinds()))
        document_symbols(snapshot, manifest)
        folds(manifest)
        for one in occurrences(manifest):
            assert 0 <= one.start <= one.end <= end
        for offset in range(0, end + 1, 3):
            hover(snapshot, manifest, offset)
            definition(snapshot, manifest, offset)
            references(snapshot, manifest, offset, True)
            highlights(snapshot, manifest, offset)
            prepare_rename(snapshot, manifest, offset)
            changes = rename(snapshot, manifest, offset, "new.name")
            for change in () if isinstance(changes, Refusal) else changes:
                apply_edits(snapshot.manifests[change.path].text, change.edits)
            for refactoring in refactorings(snapshot, manifest, offset):
                for change in refactoring.changes():
                    apply_edits(snapshot.manifests[change.path].text, change.edits)
            assert selections(manifest, offset)[-1] == whole
            found = completions(snapshot, host.files, manifest, offset)
            for item in found.items:
                apply_edits(manifest.text, found.edits(item))
    created = new_member(snapshot, "fresh", None, True)
    for change in () if isinstance(created, Refusal) else created:
        if not change.create:
            apply_edits(snapshot.manifests[change.path].text, change.edits)
    graph(snapshot)
    list(workspace_symbols(snapshot, "a"))
    for change in (
        *changes_of_moves(snapshot, [Move("/w/b", "/w/c")]),
        *changes_of_deletions(snapshot, ["/w/b"]),
    ):
        apply_edits(snapshot.manifests[change.path].text, change.edits)
