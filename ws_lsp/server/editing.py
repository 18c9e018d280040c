"""The handlers of what edits several files: rename, file operations, default packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.ide import moves
from ws_lsp.ide.lenses import change_of_default
from ws_lsp.ide.rename import Refusal, prepare_rename, rename
from ws_lsp.project.names import normalise
from ws_lsp.rules.base import Change
from ws_lsp.server import convert, presentation
from ws_lsp.server.locating import located, presenter_of, workspace_at
from ws_lsp.server.quirks import Prepared, Refused

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["SET_DEFAULT_COMMAND", "SetDefaultArguments", "register", "set_default"]

SET_DEFAULT_COMMAND = "ws-lsp.server.setDefaultPackage"


def register(server: Server) -> None:
    """Register the handlers."""
    feature = server.feature
    feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(_prepare_rename)
    feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(_rename)
    everything = types.FileOperationRegistrationOptions(
        filters=[types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
    )
    feature(types.WORKSPACE_WILL_RENAME_FILES, everything)(_will_rename)
    feature(types.WORKSPACE_DID_RENAME_FILES, everything)(_did_rename)
    feature(types.WORKSPACE_DID_DELETE_FILES, everything)(_did_delete)


def _edit(
    ls: Server, snapshot: Snapshot, changes: tuple[Change, ...], label: str
) -> dict[str, Any] | None:
    session = ls.session
    return presentation.workspace_edit(
        snapshot, changes, label, session.versions(), session.uris(), ls.client, ls.features.client
    )


def _apply(ls: Server, snapshot: Snapshot, changes: tuple[Change, ...], label: str) -> None:
    """Ask the client to carry out changes, where it can."""
    edit = _edit(ls, snapshot, changes, label) if ls.features.client.apply_edit else None
    if edit is not None and changes:
        params = {"label": label, "edit": edit}
        structure = ls.protocol._converter.structure
        ls.workspace_apply_edit(structure(params, types.ApplyWorkspaceEditParams))


def _prepare_rename(ls: Server, params: types.PrepareRenameParams) -> Prepared | Refused | None:
    at = located(ls, params)
    if at is None:
        return None
    found = prepare_rename(*at)
    if isinstance(found, Refusal):
        return Refused(found.reason)
    place = presenter_of(ls, at[0]).range(at[1].path, found.span)
    return Prepared({"range": place, "placeholder": found.placeholder})


def _rename(ls: Server, params: types.RenameParams) -> Prepared | Refused | None:
    at = located(ls, params)
    if at is None:
        return None
    changes = rename(*at, params.new_name)
    if isinstance(changes, Refusal):
        return Refused(changes.reason)
    return Prepared(_edit(ls, at[0], changes, f"Rename to `{params.new_name}`"))


@attrs.define
class SetDefaultArguments:
    """The argument of `ws-lsp.server.setDefaultPackage`: a root's URI, a member, and what is wanted."""

    root: str
    name: str
    default: bool


def set_default(ls: Server, arguments: SetDefaultArguments) -> None:
    """Carry out `ws-lsp.server.setDefaultPackage`: let the client edit the root."""
    snapshot = workspace_at(ls, arguments.root)
    if snapshot is None:
        return
    name = normalise(arguments.name)
    change = change_of_default(snapshot, name, arguments.default)
    if change is not None:
        verb = "Add" if arguments.default else "Remove"
        _apply(ls, snapshot, (change,), f"{verb} default package `{name}`")


def _moves(params: types.RenameFilesParams) -> list[moves.Move]:
    found = ((convert.path_of(one.old_uri), convert.path_of(one.new_uri)) for one in params.files)
    return [moves.Move(before, after) for before, after in found if before and after]


def _will_rename(ls: Server, params: types.RenameFilesParams) -> Prepared | None:
    """Return what must be edited, all workspaces in one edit."""
    moved = _moves(params)
    merged: dict[str, Any] = {}
    for snapshot in map(ls.session.host.snapshot, ls.session.checkers):
        changes = moves.changes_of_moves(snapshot, moved)
        edit = _edit(ls, snapshot, changes, "Follow renamed directories") if changes else None
        for key, value in (edit or {}).items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            else:
                merged.setdefault(key, {}).update(value)
    return Prepared(merged) if merged else None


def _did_rename(ls: Server, params: types.RenameFilesParams) -> None:
    _changed(ls, [uri for one in params.files for uri in (one.old_uri, one.new_uri)])


def _did_delete(ls: Server, params: types.DeleteFilesParams) -> None:
    uris = [one.uri for one in params.files]
    paths = [path for path in map(convert.path_of, uris) if path is not None]
    _changed(ls, uris)
    for snapshot in map(ls.session.host.snapshot, list(ls.session.checkers)):
        changes = moves.changes_of_deletions(snapshot, paths)
        _apply(ls, snapshot, changes, "Follow deleted directories")


def _changed(ls: Server, uris: list[str]) -> None:
    ls.session.changed_on_disk(uris)
    ls.publisher.poke()
