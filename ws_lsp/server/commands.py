"""The commands that a client can let us execute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from pygls.exceptions import JsonRpcInvalidParams

from ws_lsp.grammar.names import normalise
from ws_lsp.ide.default_packages import changed_default_packages
from ws_lsp.project.declarations import Home
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.refusal import Refusal
from ws_lsp.server.answers import Prepared, Refused
from ws_lsp.server.language_server import Server
from ws_lsp.server.locating import workspace_at
from ws_lsp.server.sync_arguments import (
    LOCK_COMMAND,
    SYNC_COMMAND,
    LockArguments,
    SyncArguments,
)
from ws_lsp.server.uris import uri_of
from ws_lsp.vfs import base_name

__all__ = ["COMMANDS", "DEFAULT_PACKAGES_COMMAND"]

DEFAULT_PACKAGES_COMMAND = "ws-lsp.server.changeDefaultPackages"
NEW_MEMBER_COMMAND = "ws-lsp.server.newMember"


async def _sync(ls: Server, arguments: SyncArguments | None = None) -> dict[str, Any]:
    if arguments is None:
        raise JsonRpcInvalidParams(f"`{SYNC_COMMAND}` needs an argument")
    return await ls.syncs.execute(arguments, ls.protocol.msg_id)


async def _lock(ls: Server, arguments: LockArguments | None = None) -> dict[str, Any]:
    if arguments is None:
        raise JsonRpcInvalidParams(f"`{LOCK_COMMAND}` needs an argument")
    return await ls.syncs.execute(arguments, ls.protocol.msg_id)


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


async def _change_default_packages(
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
    return {"applied": await ls.apply(snapshot, changes, "Change the default packages")}


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


async def _create_member(ls: Server, arguments: NewMemberArguments) -> Prepared | Refused:
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
    edit = ls.edit(snapshot, changes, label)
    if edit is None:
        return Refused("This editor cannot create files for a language server")
    made = next(one.path for one in changes if one.create and base_name(one.path) == MANIFEST)
    answer: dict[str, Any] = {"manifest": uri_of(made)}
    if not ls.client.capabilities.apply_edit:
        answer["edit"] = edit
    elif not await ls.client.apply(label, edit):
        return Refused("The editor did not create the member")
    return Prepared(answer)


COMMANDS: dict[str, Callable[..., Any]] = {
    SYNC_COMMAND: _sync,
    LOCK_COMMAND: _lock,
    DEFAULT_PACKAGES_COMMAND: _change_default_packages,
    NEW_MEMBER_COMMAND: _create_member,
}
"""By name: pygls makes the argument from JSON by the annotation of the function's parameter."""
