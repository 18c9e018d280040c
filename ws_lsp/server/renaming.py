"""The handlers of what follows new names: rename, and files that are renamed or deleted."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ws_lsp.checking.findings import Change
from ws_lsp.ide import moves
from ws_lsp.ide.rename import prepare_rename, rename
from ws_lsp.refusal import Refusal
from ws_lsp.server.answers import Prepared, Refused
from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.locating import located, presenter_of
from ws_lsp.server.uris import path_of
from ws_lsp.text import Edit

__all__ = ["HANDLERS"]


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
    snapshot, manifest, offset = at
    changes = rename(snapshot, manifest, offset, params.new_name, ls.session.folders)
    if isinstance(changes, Refusal):
        return Refused(changes.reason)
    read = ((one.path, snapshot.read_manifest(one.path)) for one in changes)
    manifests = {path: manifest for path, manifest in read if manifest is not None}
    known = snapshot._replace(manifests={**manifests, **snapshot.manifests})
    return Prepared(ls.edit(known, changes, f"Rename to `{params.new_name}`"))


def _moves(params: types.RenameFilesParams) -> list[moves.Move]:
    found = ((path_of(one.old_uri), path_of(one.new_uri)) for one in params.files)
    return [moves.Move(before, after) for before, after in found if before and after]


def _will_rename(ls: Server, params: types.RenameFilesParams) -> Prepared | None:
    """Return what must be edited, all workspaces in one edit."""
    moved = _moves(params)
    merged: dict[str, Any] = {}
    taken: set[tuple[str, Edit]] = set()
    for snapshot in ls.session.snapshots():
        # a file that two workspaces hold is to be changed once
        changes = tuple(
            Change(one.path, edits)
            for one in moves.changes_of_moves(snapshot, moved)
            if (edits := tuple(edit for edit in one.edits if (one.path, edit) not in taken))
        )
        taken |= {(one.path, edit) for one in changes for edit in one.edits}
        edit = ls.edit(snapshot, changes, "Follow renamed directories") if changes else None
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
    paths = [path for path in map(path_of, uris) if path is not None]
    _changed(ls, uris)
    for snapshot in ls.session.snapshots():
        changes = moves.changes_of_deletions(snapshot, paths)
        ls.background.begin(ls.apply(snapshot, changes, "Follow deleted directories"))


def _changed(ls: Server, uris: list[str]) -> None:
    ls.session.changed_on_disk(uris)
    ls.publisher.poke()


_EVERYTHING = types.FileOperationRegistrationOptions(
    filters=[types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
)
HANDLERS = (
    Handler(types.TEXT_DOCUMENT_PREPARE_RENAME, _prepare_rename),
    Handler(types.TEXT_DOCUMENT_RENAME, _rename, types.RenameOptions(prepare_provider=True)),
    Handler(types.WORKSPACE_WILL_RENAME_FILES, _will_rename, _EVERYTHING),
    Handler(types.WORKSPACE_DID_RENAME_FILES, _did_rename, _EVERYTHING),
    Handler(types.WORKSPACE_DID_DELETE_FILES, _did_delete, _EVERYTHING),
)
