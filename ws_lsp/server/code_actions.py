"""The handlers of code actions: quick fixes, runs of uv that mend, refactorings, syncs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change, Finding
from ws_lsp.ide import actions
from ws_lsp.project.manifest import Manifest
from ws_lsp.server.answers import Prepared, Refused
from ws_lsp.server.diagnostics import diagnostic
from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.positions import span_of
from ws_lsp.server.sync_arguments import LOCK_COMMAND, SYNC_COMMAND
from ws_lsp.server.uris import uri_of

__all__ = ["HANDLERS"]

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.ws-lsp"
SYNC_KIND = "ws-lsp.sync"
SOURCE_SYNC = "source.sync.ws-lsp"
REFACTORINGS = (
    types.CodeActionKind.RefactorExtract.value,
    types.CodeActionKind.RefactorRewrite.value,
)

Json = dict[str, Any]


def _code_action(ls: Server, params: types.CodeActionParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    offered = _Offered(ls, *found, params)
    if not ls.client.capabilities.code_action_literals:
        return Prepared([action["command"] for action in offered.syncs()])
    return Prepared(
        [
            *offered.fixes(),
            *offered.runs(),
            *offered.all_fixes(),
            *offered.refactorings(),
            *offered.syncs(),
        ]
    )


class _Offered:
    """The actions at one place, of the kinds that the client asks for, as literals."""

    def __init__(
        self, ls: Server, snapshot: Snapshot, manifest: Manifest, params: types.CodeActionParams
    ) -> None:
        self._ls = ls
        self._client = ls.client.capabilities
        self._snapshot = snapshot
        self._manifest = manifest
        self._uri = params.text_document.uri
        self._span = span_of(manifest.lines, params.range, self._client.encoding)
        self._only = [getattr(kind, "value", kind) for kind in params.context.only or ()]
        self._root = uri_of(snapshot.workspace.root)
        self._findings = ls.publisher.findings(manifest.path)

    def fixes(self) -> Iterator[Json]:
        """Yield the fixes of findings."""
        if not self._wants(QUICK_FIX):
            return
        for finding, fix, preferred in actions.fix_actions(self._findings, self._span):
            edit = self._ls.edit(self._snapshot, fix.changes, fix.title, fix.risk)
            if edit is None:
                continue
            annotated = not fix.risk or "changeAnnotations" in edit
            action: Json = {
                "title": fix.title if annotated else f"{fix.title} ({fix.risk})",
                "kind": QUICK_FIX,
                "diagnostics": [self._diagnostic(finding)],
                "edit": edit,
            }
            if preferred and self._client.preferred_actions:
                action["isPreferred"] = True
            yield action

    def runs(self) -> Iterator[Json]:
        """Yield the runs of uv that mend findings."""
        if not self._ls.session.trusted or not self._wants(QUICK_FIX):
            return
        for finding, title, packages in actions.command_actions(self._findings, self._span):
            argument = {"root": self._root, **({"packages": packages} if packages else {})}
            name = SYNC_COMMAND if packages else LOCK_COMMAND
            yield {
                "title": title,
                "kind": QUICK_FIX,
                "diagnostics": [self._diagnostic(finding)],
                "command": {"title": title, "command": name, "arguments": [argument]},
            }

    def all_fixes(self) -> Iterator[Json]:
        """Yield one action for all safe fixes of the file, where the client asks for such a kind."""
        if not self._only or not self._wants(FIX_ALL):
            return
        path, title = self._manifest.path, "Fix all that is safe to fix"
        edits = actions.fix_all(self._snapshot, path, self._ls.session.settings.rule_levels)
        if edits:
            edit = self._ls.edit(self._snapshot, (Change(path, edits),), title)
            yield {"title": title, "kind": FIX_ALL, "edit": edit}

    def refactorings(self) -> Iterator[Json]:
        """Yield the refactorings.

        Where the client asks for an action's edit when it is chosen, the edits are found then.
        """
        if not any(map(self._wants, REFACTORINGS)):
            return
        from ws_lsp.ide.refactor import refactorings  # here: no editor waits for it at its start

        offset = self._span.start
        for one in refactorings(self._snapshot, self._manifest, offset):
            if not self._wants(one.kind.value):
                continue
            action: Json = {"title": one.title, "kind": one.kind.value}
            if self._client.resolved_edits:
                yield {**action, "data": {"uri": self._uri, "offset": offset}}
            else:
                changes = one.changes()
                edit = self._ls.edit(self._snapshot, changes, one.title) if changes else None
                if edit is not None:
                    yield {**action, "edit": edit}

    def syncs(self) -> Iterator[Json]:
        """Yield the syncs, under the kind that the client asks for."""
        kind = SOURCE_SYNC if self._only and self._wants(SOURCE_SYNC) else SYNC_KIND
        if not self._ls.session.trusted or not self._wants(kind):
            return
        for sync in actions.sync_actions(self._snapshot, self._manifest, self._span.start):
            packages = sync.packages if isinstance(sync.packages, str) else list(sync.packages)
            argument: Json = {"root": self._root, "packages": packages}
            if sync.preview:
                argument["options"] = {"dryRun": True}
            command = {"title": sync.title, "command": SYNC_COMMAND, "arguments": [argument]}
            yield {"title": sync.title, "kind": kind, "command": command}

    def _wants(self, kind: str) -> bool:
        """Tell whether the client wants actions of this kind; one that names no kinds wants all."""
        if not self._only:
            return True
        return any(not name or kind == name or kind.startswith(f"{name}.") for name in self._only)

    def _diagnostic(self, finding: Finding) -> Json:
        return diagnostic(self._snapshot, self._manifest.lines, finding, self._client)


def _resolve(ls: Server, action: types.CodeAction) -> Prepared | Refused:
    data = action.data if isinstance(action.data, dict) else {}
    uri, offset = data.get("uri"), data.get("offset")
    found = ls.session.locate(uri) if isinstance(uri, str) else None
    if found is None or not isinstance(offset, int):
        return Refused("There is nothing to be changed here")
    snapshot, manifest = found
    from ws_lsp.ide.refactor import refactorings

    chosen = (one for one in refactorings(snapshot, manifest, offset) if one.title == action.title)
    one = next(chosen, None)
    if one is None:
        return Refused("The file has changed: this is no longer offered here")
    changes = one.changes()
    if not changes:
        return Refused("A table or a list has another shape than uv wants: correct it first")
    edit = ls.edit(snapshot, changes, one.title)
    return Prepared({"title": one.title, "kind": one.kind.value, "edit": edit})


HANDLERS = (
    Handler(
        types.TEXT_DOCUMENT_CODE_ACTION,
        _code_action,
        types.CodeActionOptions(
            code_action_kinds=[QUICK_FIX, FIX_ALL, SYNC_KIND, SOURCE_SYNC, *REFACTORINGS],
            resolve_provider=True,
        ),
    ),
    Handler(types.CODE_ACTION_RESOLVE, _resolve),
)
