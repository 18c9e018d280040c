"""The handlers of navigation and the other editor features: convert, ask, convert."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import normalise
from ws_lsp.ide import links, navigation, symbols
from ws_lsp.ide.hints import HintKinds, hints
from ws_lsp.ide.hover import about_member, hover
from ws_lsp.ide.lenses import Lens, LensAction, LensKinds, lenses
from ws_lsp.ide.structure import folds, selections
from ws_lsp.incremental import Input, derived
from ws_lsp.project.manifest import Manifest
from ws_lsp.server import convert, presentation
from ws_lsp.server.editing import DEFAULT_PACKAGES_COMMAND
from ws_lsp.server.locating import located, presenter_of
from ws_lsp.server.presentation import FeatureCapabilities, Presenter
from ws_lsp.server.quirks import JSONText, Prepared
from ws_lsp.server.requests import WORKSPACES
from ws_lsp.server.sync_arguments import SYNC_COMMAND
from ws_lsp.uv.command import Plan, Selection, plan
from ws_lsp.uv.target import target_of

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["Features", "register"]

SHOW_REFERENCES = "editor.action.showReferences"
"""What a client that shows a list of locations lists among its `commands` (initialization options)."""
_SHOWN = (Input.FILES, Input.SHAPE, Input.REQUIREMENTS, Input.DISK)
"""What lenses, hints and the list of workspaces show."""
WORKSPACES_CHANGED = "ws-lsp/workspacesChanged"


class Features:
    """The state of the features between messages."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.client = FeatureCapabilities.of(types.ClientCapabilities())
        self.hint_kinds = HintKinds()
        """The settings `inlayHints.…`."""
        self.lens_kinds = LensKinds()
        """The settings `codeLens.…`."""
        self.asked: set[str] = set()
        """The methods that the client has used: nobody else is told to ask again."""
        self._state: object = None

    def apply_settings(self, settings: Mapping[str, Any]) -> None:
        """Take over the sections `inlayHints` and `codeLens`; what is no boolean is ignored.

        A section that is there counts as a whole: what it leaves out is wished for.
        """
        before = self.hint_kinds, self.lens_kinds
        if "inlayHints" in settings:
            self.hint_kinds = HintKinds(**_flags(settings["inlayHints"], HintKinds._fields))
        if "codeLens" in settings:
            self.lens_kinds = LensKinds(**_flags(settings["codeLens"], LensKinds._fields))
        if before != (self.hint_kinds, self.lens_kinds):
            self.refresh()

    def published(self, anything: bool) -> None:
        """Hear that findings are up to date; `anything` tells whether some have changed."""
        if not self.asked:
            return
        session = self._server.session
        state = [
            (
                snapshot.workspace.root,
                *(snapshot.revisions[one] for one in _SHOWN),
                snapshot.selected,
            )
            for snapshot in map(session.host.snapshot, session.checkers)
        ]
        if state != self._state:
            self._state = state
            self.refresh()
        elif anything:
            self._tell_workspaces()

    def refresh(self) -> None:
        """Let the client ask again for what depends on more than the file that it shows."""
        server = self._server
        if self.client.lens_refresh and types.TEXT_DOCUMENT_CODE_LENS in self.asked:
            server.workspace_code_lens_refresh(None)
        if self.client.hint_refresh and types.TEXT_DOCUMENT_INLAY_HINT in self.asked:
            server.workspace_inlay_hint_refresh(None)
        self._tell_workspaces()

    def _tell_workspaces(self) -> None:
        if WORKSPACES in self.asked:
            self._server.protocol.notify(WORKSPACES_CHANGED, {})


def _flags(section: Any, names: tuple[str, ...]) -> dict[str, bool]:
    """Return the booleans among settings, which are named as in JavaScript."""
    found: dict[str, bool] = {}
    for name in names if isinstance(section, dict) else ():
        first, *rest = name.split("_")
        value = section.get(first + "".join(map(str.title, rest)))
        if isinstance(value, bool):
            found[name] = value
    return found


def register(server: Server) -> None:
    """Register the handlers."""
    feature = server.feature
    feature(types.COMPLETION_ITEM_RESOLVE)(_resolve_completion)
    feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    feature(types.TEXT_DOCUMENT_DEFINITION)(_definition)
    feature(types.TEXT_DOCUMENT_REFERENCES)(_references)
    feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(_highlight)
    feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(_document_link)
    feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(_document_symbol)
    options = types.WorkspaceSymbolOptions(resolve_provider=True)
    feature(types.WORKSPACE_SYMBOL, options)(_workspace_symbol)
    feature(types.WORKSPACE_SYMBOL_RESOLVE)(_resolve_workspace_symbol)
    feature(types.TEXT_DOCUMENT_FOLDING_RANGE)(_folding_range)
    feature(types.TEXT_DOCUMENT_SELECTION_RANGE)(_selection_range)
    feature(types.TEXT_DOCUMENT_INLAY_HINT)(_inlay_hint)
    feature(types.TEXT_DOCUMENT_CODE_LENS)(_code_lens)


# -------------------------------------------------------------------- reading features


def _hover(ls: Server, params: types.HoverParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    snapshot, manifest, _ = at

    def sync_command() -> str | None:
        planned = plan(target_of(snapshot), Selection.DEFAULT, ls.session.uv_version)
        if not isinstance(planned, Plan) or not planned.commands:
            return None
        return "\n".join(f"uv {shlex.join(command)}" for command in planned.commands)

    found = hover(*at, sync_command)
    return Prepared(presenter_of(ls, snapshot).hover(manifest.path, found)) if found else None


def _resolve_completion(ls: Server, item: types.CompletionItem) -> types.CompletionItem:
    """Say of a member what a hover says."""
    root = item.data.get("root") if isinstance(item.data, dict) else None
    if root in ls.session.checkers and item.kind == types.CompletionItemKind.Module:
        snapshot = ls.session.host.snapshot(root)
        member = snapshot.workspace.members.get(normalise(item.label))
        if member is not None:
            item.documentation = ls.features.client.markup(about_member(snapshot, member))
    return item


def _definition(ls: Server, params: types.DefinitionParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    found = navigation.definition(*at)
    return Prepared(presenter_of(ls, at[0]).targets(at[1].path, found)) if found else None


def _references(ls: Server, params: types.ReferenceParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    found = navigation.references(*at, params.context.include_declaration)
    presenter = presenter_of(ls, at[0])
    return Prepared([presenter.location(one) for one in found])


def _highlight(ls: Server, params: types.DocumentHighlightParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    found = navigation.highlights(*at)
    return Prepared(presenter_of(ls, at[0]).highlights(at[1].path, found)) if found else None


def _document_link(ls: Server, params: types.DocumentLinkParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    return Prepared(presenter_of(ls, found[0]).links(found[1].path, links.links(*found)))


def _document_symbol(ls: Server, params: types.DocumentSymbolParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    outline = symbols.document_symbols(*found)
    return Prepared(presenter_of(ls, found[0]).outline(found[1].path, outline))


@derived(Input.FILES)
def _symbol_texts(snapshot: Snapshot) -> dict[symbols.WorkspaceSymbol, str]:
    """Return the workspace symbols in closed files as JSON, as far as known: a thousand are to be sent at each key."""
    return {}


def _workspace_symbol(ls: Server, params: types.WorkspaceSymbolParams) -> Prepared:
    out: list[str] = []
    for snapshot in map(ls.session.host.snapshot, ls.session.checkers):
        known = _symbol_texts(snapshot)
        found = symbols.workspace_symbols(snapshot, params.query)
        locate = partial(symbols.symbol_location, snapshot)
        out += presenter_of(ls, snapshot).workspace_symbols(found, locate, known)
    return Prepared(JSONText(f"[{', '.join(out)}]"))


def _resolve_workspace_symbol(ls: Server, symbol: types.WorkspaceSymbol) -> types.WorkspaceSymbol:
    data = symbol.data if isinstance(symbol.data, dict) else {}
    if (
        data.get("root") in ls.session.checkers
        and data.get("kind") in symbols.SymbolKind.__members__
    ):
        snapshot = ls.session.host.snapshot(data["root"])
        kind = symbols.SymbolKind[data["kind"]]
        wanted = symbols.WorkspaceSymbol(symbol.name, kind, str(data.get("path")), "")
        place = presenter_of(ls, snapshot).location(symbols.symbol_location(snapshot, wanted))
        (start, end) = (types.Position(**place["range"][end]) for end in ("start", "end"))
        symbol.location = types.Location(place["uri"], types.Range(start, end))
    return symbol


def _folding_range(ls: Server, params: types.FoldingRangeParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    return Prepared(presentation.folds(folds(found[1]))) if found is not None else None


def _selection_range(ls: Server, params: types.SelectionRangeParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    presenter = presenter_of(ls, snapshot)
    out: list[dict[str, Any]] = []
    for position in params.positions:
        offset = convert.offset_of(manifest.lines, position, ls.client.encoding)
        out.append(presenter.selections(manifest.path, selections(manifest, offset)))
    return Prepared(out)


def _inlay_hint(ls: Server, params: types.InlayHintParams) -> Prepared | None:
    ls.features.asked.add(types.TEXT_DOCUMENT_INLAY_HINT)
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    span = convert.span_of(manifest.lines, params.range, ls.client.encoding)
    some = hints(snapshot, manifest, span, ls.features.hint_kinds)
    return Prepared(presenter_of(ls, snapshot).hints(manifest.path, some))


# ------------------------------------------------------------------------ code lenses


def _code_lens(ls: Server, params: types.CodeLensParams) -> Prepared | None:
    ls.features.asked.add(types.TEXT_DOCUMENT_CODE_LENS)
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    presenter = presenter_of(ls, snapshot)
    out: list[dict[str, Any]] = []
    for lens in lenses(snapshot, manifest, ls.features.lens_kinds):
        command = _lens_command(ls, snapshot, presenter, manifest, lens)
        if command is not None:
            place = presenter.range(manifest.path, lens.span)
            out.append({"range": place, "command": {"title": lens.title, **command}})
    return Prepared(out)


def _lens_command(
    ls: Server, snapshot: Snapshot, presenter: Presenter, manifest: Manifest, lens: Lens
) -> dict[str, Any] | None:
    """Return what a lens does, None where this client, or an untrusted workspace, cannot do it."""
    root = convert.uri_of(snapshot.workspace.root)
    packages = lens.packages if isinstance(lens.packages, str) else list(lens.packages)
    match lens.action:
        case LensAction.SYNC | LensAction.PREVIEW:
            if not ls.session.trusted:
                return None
            argument: dict[str, Any] = {"root": root, "packages": packages}
            if lens.action is LensAction.PREVIEW:
                argument["options"] = {"dryRun": True}
            return {"command": SYNC_COMMAND, "arguments": [argument]}
        case LensAction.ADD_DEFAULT | LensAction.REMOVE_DEFAULT:
            if not ls.features.client.apply_edit:
                return None
            what = "add" if lens.action is LensAction.ADD_DEFAULT else "remove"
            argument = {"root": root, what: packages}
            return {"command": DEFAULT_PACKAGES_COMMAND, "arguments": [argument]}
        case LensAction.REFERENCES:
            if SHOW_REFERENCES not in ls.session.client_commands:
                return None
            place = navigation.name_location(snapshot, manifest.path)
            found = navigation.references(snapshot, manifest, place.span.start, False)
            uri, start = presenter.uri(manifest.path), presenter.location(place)["range"]["start"]
            return {
                "command": SHOW_REFERENCES,
                "arguments": [uri, start, [presenter.location(one) for one in found]],
            }
