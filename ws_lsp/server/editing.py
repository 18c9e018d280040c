"""The handlers of what edits several files: rename, file operations, refactorings, new members."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import normalise
from ws_lsp.ide import moves
from ws_lsp.ide.default_packages import changed_default_packages
from ws_lsp.ide.rename import prepare_rename, rename
from ws_lsp.project.declarations import Home
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.refusal import Refusal
from ws_lsp.server import convert, presentation
from ws_lsp.server.locating import located, presenter_of, workspace_at
from ws_lsp.server.quirks import Prepared, Refused
from ws_lsp.text import Edit
from ws_lsp.vfs import base_name

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = [
    "DEFAULT_PACKAGES_COMMAND",
    "NEW_MEMBER_COMMAND",
    "REFACTORINGS",
    "DefaultPackagesArguments",
    "NewMemberArguments",
    "change_default_packages",
    "create_member",
    "refactor_actions",
    "register",
]

DEFAULT_PACKAGES_COMMAND = "ws-lsp.server.changeDefaultPackages"
NEW_MEMBER_COMMAND = "ws-lsp.server.newMember"
REFACTORINGS = (types.CodeActionKind.RefactorExtract, types.CodeActionKind.RefactorRewrite)


def register(server: Server) -> None:
    """Register the handlers."""
    feature = server.feature
    feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(_prepare_rename)
    feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(_rename)
    feature(types.CODE_ACTION_RESOLVE)(_resolve_code_action)
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


async def _apply(ls: Server, snapshot: Snapshot, changes: tuple[Change, ...], label: str) -> bool:
    """Ask the client to carry out changes, where it can; tell whether it did."""
    if not changes:
        return True
    edit = _edit(ls, snapshot, changes, label) if ls.features.client.apply_edit else None
    if edit is None:
        return False
    params = {"label": label, "edit": edit}
    structured = ls.protocol._converter.structure(params, types.ApplyWorkspaceEditParams)
    # an answer to a request that was cancelled would be an error to pygls
    answer = asyncio.ensure_future(ls.workspace_apply_edit_async(structured))
    try:
        return (await asyncio.shield(answer)).applied
    except Exception as error:  # noqa: BLE001 - the client's refusal comes as one of many types
        ls.log(types.MessageType.Warning, f"not applied: {error}")
        return False


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
class DefaultPackagesArguments:
    """The argument of `ws-lsp.server.changeDefaultPackages`.

    `root` is the URI of the root's directory, `add` and `remove` are names of packages. `home` is where
    the setting comes if it is missing: `"tool.ws-lsp"` or `"tool.uv"`.
    """

    root: str
    add: list[str] = attrs.Factory(list)
    remove: list[str] = attrs.Factory(list)
    home: str = "tool.ws-lsp"


async def change_default_packages(
    ls: Server, arguments: DefaultPackagesArguments
) -> dict[str, Any] | Refused:
    """Carry out `ws-lsp.server.changeDefaultPackages`: let the client edit the root.

    The answer is `{"applied": …}`, and comes when the client has applied the edit.
    """
    snapshot = workspace_at(ls, arguments.root)
    if snapshot is None:
        return Refused("There is no workspace at this `root`")
    home = next((one for one in Home if ".".join(one.value) == arguments.home), None)
    if home is None:
        return Refused('`home` must be "tool.ws-lsp" or "tool.uv"')
    added = [normalise(name) for name in arguments.add]
    for name in added:
        if name not in snapshot.workspace.members:
            return Refused(f"`{name}` is not a member of this workspace")
    changes = changed_default_packages(snapshot, added, {*map(normalise, arguments.remove)}, home)
    if changes is None:
        return Refused("`default-packages` cannot be changed so: correct it first")
    return {"applied": await _apply(ls, snapshot, changes, "Change the default packages")}


@attrs.define
class NewMemberArguments:
    """The argument of `ws-lsp.server.newMember`.

    `root` is the URI of the root's directory, `directory` is seen from there and may be left out;
    `default`: the member becomes a default package.
    """

    root: str
    name: str
    directory: str | None = None
    default: bool = False


async def create_member(ls: Server, arguments: NewMemberArguments) -> Prepared | Refused:
    """Carry out `ws-lsp.server.newMember`: let the client create the files and edit the root.

    The answer is `{"manifest": URI}` and comes when the client has applied the edit; with the `edit`
    where the client does not let us apply it.
    """
    snapshot = workspace_at(ls, arguments.root)
    if snapshot is None:
        return Refused("There is no workspace at this `root`")
    ls.session.look_at_disk()  # what exists is not overwritten
    snapshot = ls.session.host.snapshot(snapshot.workspace.root)
    from ws_lsp.ide.refactor_new_member import new_member

    changes = new_member(snapshot, arguments.name, arguments.directory, arguments.default)
    if isinstance(changes, Refusal):
        return Refused(changes.reason)
    label = f"Create the member `{arguments.name}`"
    edit = _edit(ls, snapshot, changes, label)
    if edit is None:
        return Refused("This editor cannot create files for a language server")
    made = next(one.path for one in changes if one.create and base_name(one.path) == MANIFEST)
    answer: dict[str, Any] = {"manifest": convert.uri_of(made)}
    if not ls.features.client.apply_edit:
        answer["edit"] = edit
    elif not await _apply(ls, snapshot, changes, label):
        return Refused("The editor did not create the member")
    return Prepared(answer)


def refactor_actions(
    ls: Server,
    snapshot: Snapshot,
    manifest: Manifest,
    params: types.CodeActionParams,
    wanted: Callable[[str], bool],
) -> Iterator[dict[str, Any]]:
    """Yield the refactorings of those kinds that are wanted, as code actions.

    Where the client asks for an action's edit when it is chosen, the edits are found then.
    """
    if not any(wanted(kind.value) for kind in REFACTORINGS):
        return
    offset = convert.offset_of(manifest.lines, params.range.start, ls.client.encoding)
    from ws_lsp.ide.refactor import refactorings  # here: no editor waits for it at its start

    for one in refactorings(snapshot, manifest, offset):
        if not wanted(one.kind.value):
            continue
        action: dict[str, Any] = {"title": one.title, "kind": one.kind.value}
        if ls.features.client.resolved_edits:
            uri = params.text_document.uri
            yield {**action, "data": {"uri": uri, "offset": offset}}
        else:
            changes = one.changes()
            edit = _edit(ls, snapshot, changes, one.title) if changes else None
            if edit is not None:
                yield {**action, "edit": edit}


def _resolve_code_action(ls: Server, action: types.CodeAction) -> Prepared | Refused:
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
    edit = _edit(ls, snapshot, changes, one.title)
    return Prepared({"title": one.title, "kind": one.kind.value, "edit": edit})


def _moves(params: types.RenameFilesParams) -> list[moves.Move]:
    found = ((convert.path_of(one.old_uri), convert.path_of(one.new_uri)) for one in params.files)
    return [moves.Move(before, after) for before, after in found if before and after]


def _will_rename(ls: Server, params: types.RenameFilesParams) -> Prepared | None:
    """Return what must be edited, all workspaces in one edit."""
    moved = _moves(params)
    merged: dict[str, Any] = {}
    taken: set[tuple[str, Edit]] = set()
    for snapshot in map(ls.session.host.snapshot, ls.session.checkers):
        # a file that two workspaces hold is to be changed once
        changes = tuple(
            Change(one.path, edits)
            for one in moves.changes_of_moves(snapshot, moved)
            if (edits := tuple(edit for edit in one.edits if (one.path, edit) not in taken))
        )
        taken |= {(one.path, edit) for one in changes for edit in one.edits}
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
        ls.in_background(_apply(ls, snapshot, changes, "Follow deleted directories"))


def _changed(ls: Server, uris: list[str]) -> None:
    ls.session.changed_on_disk(uris)
    ls.publisher.poke()
