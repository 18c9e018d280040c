"""The handlers of completion, navigation and the other features that only read."""

from __future__ import annotations

import shlex
from functools import partial
from typing import Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import normalise
from ws_lsp.ide import links, navigation, symbols
from ws_lsp.ide.completion import completions
from ws_lsp.ide.hints import hints
from ws_lsp.ide.hover import about_member, hover
from ws_lsp.ide.lenses import Lens, LensAction, lenses
from ws_lsp.ide.structure import folds, selections
from ws_lsp.incremental import Input, derived
from ws_lsp.project.manifest import Manifest
from ws_lsp.server.answers import JSONText, Prepared
from ws_lsp.server.commands import DEFAULT_PACKAGES_COMMAND
from ws_lsp.server.completion_items import completion_list
from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.locating import located, presenter_of
from ws_lsp.server.positions import offset_of, span_of
from ws_lsp.server.presenter import Presenter, folding_ranges
from ws_lsp.server.sync_arguments import SYNC_COMMAND
from ws_lsp.server.uris import uri_of
from ws_lsp.uv.command import Plan, plan
from ws_lsp.uv.selection import Packages
from ws_lsp.uv.target import target_of

__all__ = ["HANDLERS"]

SHOW_REFERENCES = "editor.action.showReferences"
"""What a client that shows a list of locations lists among its `commands` (initialization options)."""


# -------------------------------------------------------------------- reading features


def _completion(ls: Server, params: types.CompletionParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    snapshot, manifest, offset = at
    items = completions(snapshot, ls.session.host.files, manifest, offset)
    root, capabilities = snapshot.workspace.root, ls.client.capabilities
    return Prepared(completion_list(root, manifest.lines, items, capabilities))


def _hover(ls: Server, params: types.HoverParams) -> Prepared | None:
    at = located(ls, params)
    if at is None:
        return None
    snapshot, manifest, _ = at

    def sync_command() -> str | None:
        planned = plan(target_of(snapshot), Packages.DEFAULT, ls.session.uv_version)
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
            item.documentation = ls.client.capabilities.markup(about_member(snapshot, member))
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
    for snapshot in ls.session.snapshots():
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
    return Prepared(folding_ranges(folds(found[1]))) if found is not None else None


def _selection_range(ls: Server, params: types.SelectionRangeParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    presenter = presenter_of(ls, snapshot)
    out: list[dict[str, Any]] = []
    for position in params.positions:
        offset = offset_of(manifest.lines, position, ls.client.capabilities.encoding)
        out.append(presenter.selections(manifest.path, selections(manifest, offset)))
    return Prepared(out)


def _inlay_hint(ls: Server, params: types.InlayHintParams) -> Prepared | None:
    ls.refreshes.asked.add(types.TEXT_DOCUMENT_INLAY_HINT)
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    span = span_of(manifest.lines, params.range, ls.client.capabilities.encoding)
    some = hints(snapshot, manifest, span, ls.session.settings.hint_kinds)
    return Prepared(presenter_of(ls, snapshot).hints(manifest.path, some))


# ------------------------------------------------------------------------ code lenses


def _code_lens(ls: Server, params: types.CodeLensParams) -> Prepared | None:
    ls.refreshes.asked.add(types.TEXT_DOCUMENT_CODE_LENS)
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    presenter = presenter_of(ls, snapshot)
    out: list[dict[str, Any]] = []
    for lens in lenses(snapshot, manifest, ls.session.settings.lens_kinds):
        command = _lens_command(ls, snapshot, presenter, manifest, lens)
        if command is not None:
            place = presenter.range(manifest.path, lens.span)
            out.append({"range": place, "command": {"title": lens.title, **command}})
    return Prepared(out)


def _lens_command(
    ls: Server, snapshot: Snapshot, presenter: Presenter, manifest: Manifest, lens: Lens
) -> dict[str, Any] | None:
    """Return what a lens does, None where this client, or an untrusted workspace, cannot do it."""
    root = uri_of(snapshot.workspace.root)
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
            if not ls.client.capabilities.apply_edit:
                return None
            what = "add" if lens.action is LensAction.ADD_DEFAULT else "remove"
            argument = {"root": root, what: packages}
            return {"command": DEFAULT_PACKAGES_COMMAND, "arguments": [argument]}
        case LensAction.REFERENCES:
            if SHOW_REFERENCES not in ls.client.capabilities.commands:
                return None
            place = navigation.name_location(snapshot, manifest.path)
            found = navigation.references(snapshot, manifest, place.span.start, False)
            uri, start = presenter.uri(manifest.path), presenter.location(place)["range"]["start"]
            return {
                "command": SHOW_REFERENCES,
                "arguments": [uri, start, [presenter.location(one) for one in found]],
            }


HANDLERS = (
    Handler(
        types.TEXT_DOCUMENT_COMPLETION,
        _completion,
        types.CompletionOptions(
            trigger_characters=['"', "'", "/", "[", "."], resolve_provider=True
        ),
    ),
    Handler(types.COMPLETION_ITEM_RESOLVE, _resolve_completion),
    Handler(types.TEXT_DOCUMENT_HOVER, _hover),
    Handler(types.TEXT_DOCUMENT_DEFINITION, _definition),
    Handler(types.TEXT_DOCUMENT_REFERENCES, _references),
    Handler(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, _highlight),
    Handler(types.TEXT_DOCUMENT_DOCUMENT_LINK, _document_link),
    Handler(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _document_symbol),
    Handler(
        types.WORKSPACE_SYMBOL,
        _workspace_symbol,
        types.WorkspaceSymbolOptions(resolve_provider=True),
    ),
    Handler(types.WORKSPACE_SYMBOL_RESOLVE, _resolve_workspace_symbol),
    Handler(types.TEXT_DOCUMENT_FOLDING_RANGE, _folding_range),
    Handler(types.TEXT_DOCUMENT_SELECTION_RANGE, _selection_range),
    Handler(types.TEXT_DOCUMENT_INLAY_HINT, _inlay_hint),
    Handler(types.TEXT_DOCUMENT_CODE_LENS, _code_lens),
)
