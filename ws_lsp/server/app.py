"""The server: what is registered, and handlers that only convert, ask and convert."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcInvalidParams

import ws_lsp.rules.catalogue  # noqa: F401 - here: for the first check somebody waits
from ws_lsp import __version__
from ws_lsp.checking.findings import Change
from ws_lsp.ide import actions
from ws_lsp.ide.completion import completions
from ws_lsp.server import convert, editing, features, requests
from ws_lsp.server.convert import ClientCapabilities
from ws_lsp.server.presentation import FeatureCapabilities
from ws_lsp.server.publish import Publisher
from ws_lsp.server.quirks import Prepared, Protocol, QuietServer, Refused
from ws_lsp.server.session import OnSave, Session
from ws_lsp.server.sync import Outcome, Syncs
from ws_lsp.server.sync_arguments import (
    LOCK_COMMAND,
    SYNC_COMMAND,
    LockArguments,
    SyncArguments,
)
from ws_lsp.server.watch import watchers
from ws_lsp.uv.find import search_uv, setting_problem
from ws_lsp.uv.process import find

__all__ = ["Server", "serve"]

FIX_ALL = "source.fixAll.ws-lsp"
SYNC_KIND = "ws-lsp.sync"
SOURCE_SYNC = "source.sync.ws-lsp"


class Server(QuietServer):
    """The language server's state: everything hangs on it, nothing is global."""

    client: ClientCapabilities
    publisher: Publisher
    watched: Sequence[types.FileSystemWatcher] = ()
    watch_count = 0
    asked_uv: str | None = ""
    """The setting `uv.path` by which uv was last asked for its version, `""` before that."""

    def __init__(self) -> None:
        super().__init__(
            "ws-lsp",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=get_converter,
        )
        self.session = Session()
        self.features = features.Features(self)
        self.syncs = Syncs(self)
        self.syncs.finished = self._hear_of_uv
        self.tasks: set[asyncio.Task[object]] = set()
        """What goes on in the background; a task that nobody holds may be collected."""
        _register(self)

    def _hear_of_uv(self, root: str, outcome: Outcome) -> None:
        """Show where what uv said arises, in place of what it said before."""
        from ws_lsp.uv.failure import Failure, failures  # here: no editor waits for it at its start

        found: tuple[Failure, ...] = ()
        if outcome.status == "failed" and outcome.report is not None:
            found = failures(outcome.report.output, self.session.host.snapshot(root))
        self.publisher.set_failures(root, found)

    def cancel_command(self, identifier: int | str) -> None:
        """End the work of a cancelled command."""
        self.syncs.cancel_request(identifier)

    async def stop(self) -> None:
        """End what still runs."""
        await self.syncs.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something that nobody waits for."""
        self.tasks.add(task := asyncio.ensure_future(work))
        task.add_done_callback(self.tasks.discard)

    def show(self, kind: types.MessageType, message: str) -> None:
        """Tell the user something."""
        self.window_show_message(types.ShowMessageParams(kind, message))

    def log(self, kind: types.MessageType, message: str) -> None:
        """Write a line to the client's log."""
        self.window_log_message(types.LogMessageParams(kind, message))

    def send_diagnostics(
        self, uri: str, version: int | None, diagnostics: list[dict[str, Any]]
    ) -> None:
        """Publish as plain JSON."""
        params: dict[str, Any] = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        message = {
            "jsonrpc": "2.0",
            "method": types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            "params": params,
        }
        self.protocol._send_data(message)


def serve() -> int:
    """Serve on stdio until the client ends it; return the exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    server = Server()
    # Trees hold no cycles, so reference counting frees them; the collector would only go through
    # thousands of live nodes in the middle of a keystroke. What exists now stays for ever.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()
    try:
        server.start_io()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _register(server: Server) -> None:
    """Register every feature; handlers are short and synchronous but for the sync command."""
    feature = server.feature
    feature(types.INITIALIZE)(_initialize)
    feature(types.INITIALIZED)(_initialized)
    feature(types.SHUTDOWN)(_shutdown)
    feature(types.TEXT_DOCUMENT_DID_OPEN)(_did_open)
    feature(types.TEXT_DOCUMENT_DID_CHANGE)(_did_change)
    feature(types.TEXT_DOCUMENT_DID_SAVE)(_did_save)
    feature(types.TEXT_DOCUMENT_DID_CLOSE)(_did_close)
    feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_did_change_watched_files)
    feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(_did_change_folders)
    feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_did_change_configuration)
    completion = types.CompletionOptions(
        trigger_characters=['"', "'", "/", "[", "."], resolve_provider=True
    )
    feature(types.TEXT_DOCUMENT_COMPLETION, completion)(_completion)
    kinds = [types.CodeActionKind.QuickFix, FIX_ALL, SYNC_KIND, SOURCE_SYNC, *editing.REFACTORINGS]
    feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True),
    )(_code_action)
    feature("ws-lsp/trust")(_trust)
    server.command(SYNC_COMMAND)(_sync)
    server.command(LOCK_COMMAND)(_lock)
    server.command(editing.DEFAULT_PACKAGES_COMMAND)(_change_default_packages)
    server.command(editing.NEW_MEMBER_COMMAND)(_new_member)
    for module in (features, editing, requests):
        module.register(server)


# ------------------------------------------------------------------------- lifecycle


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.client = ClientCapabilities.of(params.capabilities)
    ls.features.client = FeatureCapabilities.of(params.capabilities)
    if not ls.client.code_action_literals:
        # options are for clients that know literals (LSP 3.17, `codeActionProvider`)
        ls.protocol.fm.feature_options.pop(types.TEXT_DOCUMENT_CODE_ACTION, None)
    ls.publisher = Publisher(ls.session, ls.client, ls.send_diagnostics, asyncio.get_running_loop())
    ls.publisher.published = ls.features.published
    _apply_options(ls, params.initialization_options)
    folders = [folder.uri for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [params.root_uri]
    ls.session.folders.update(filter(None, map(convert.path_of, folders)))


def _initialized(ls: Server, params: types.InitializedParams) -> None:
    ls.session.change_folders((), ())
    ls.publisher.poke()
    _watch(ls)
    _learn_uv_version(ls)


def _learn_uv_version(ls: Server) -> None:
    """Ask the installed uv for its version, and check again where that matters.

    It is asked when the first workspace is there, and whenever another uv may be meant.
    """
    if not ls.session.checkers or not ls.session.trusted or ls.asked_uv == ls.session.uv_path:
        return
    setting = ls.asked_uv = ls.session.uv_path

    async def learn() -> None:
        uv = await find(search_uv(None, setting))
        if setting != ls.session.uv_path:
            return  # another look has begun meanwhile
        problem = setting_problem(setting, uv)
        if problem is not None:
            ls.show(types.MessageType.Warning, problem)
        if ls.session.set_uv_version(uv.version if uv is not None else None):
            ls.publisher.poke()
            ls.features.refresh()

    ls.in_background(learn())


def _watch(ls: Server) -> None:
    """Ask the client to watch what matters now, where it can and where that is something new."""
    if not ls.client.watched_files:
        return
    snapshots = [ls.session.host.snapshot(root) for root in ls.session.checkers]
    wanted = watchers(snapshots, ls.client.relative_patterns)
    if wanted == ls.watched:
        return
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    before, ls.watch_count = ls.watch_count, ls.watch_count + 1
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=wanted)
    registration = types.Registration(
        id=f"ws-lsp.watched-files.{ls.watch_count}", method=method, register_options=options
    )
    ls.client_register_capability(types.RegistrationParams(registrations=[registration]))
    if ls.watched:
        # only now, so that nothing is missed in between
        gone = types.Unregistration(id=f"ws-lsp.watched-files.{before}", method=method)
        ls.client_unregister_capability(types.UnregistrationParams(unregisterations=[gone]))
    ls.watched = wanted


async def _shutdown(ls: Server, params: None) -> None:
    # pygls cancels what is under way while it iterates over it; so nothing may be under way
    await ls.stop()


# ------------------------------------------------------------------------- documents


def _did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    if ls.session.open(document.uri, document.text, document.version):
        ls.publisher.poke()
        _watch(ls)
        _learn_uv_version(ls)


def _did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    document = params.text_document
    lines = ls.session.lines(document.uri)
    if lines is None or not params.content_changes:
        return
    text = convert.changed_text(lines, params.content_changes, ls.client.encoding)
    if ls.session.change(document.uri, text, document.version):
        ls.publisher.poke()


def _did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    uri = params.text_document.uri
    if ls.session.save(uri):
        ls.publisher.poke()
        _watch(ls)
        if ls.session.on_save is not OnSave.OFF and ls.session.trusted:
            ls.in_background(ls.syncs.run_on_save(uri, ls.session.on_save))


def _did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    if ls.session.close(params.text_document.uri):
        ls.publisher.poke()


def _did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.session.changed_on_disk(change.uri for change in params.changes)
    ls.publisher.poke()
    _watch(ls)


def _did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    before = set(ls.session.checkers)
    ls.session.change_folders(
        (folder.uri for folder in params.event.added),
        (folder.uri for folder in params.event.removed),
    )
    ls.syncs.drop(before - set(ls.session.checkers))
    ls.publisher.poke()
    _watch(ls)
    _learn_uv_version(ls)


def _did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    settings = params.settings
    if isinstance(settings, dict):
        _apply_settings(ls, settings.get("ws-lsp", settings))
        _learn_uv_version(ls)


def _trust(ls: Server, params: Any) -> None:
    """Hear whether the workspace is trusted (`{"trusted": bool}`); what runs in one that is not ends."""
    trusted = params.get("trusted") if isinstance(params, dict) else None
    if not isinstance(trusted, bool):
        return
    changed, ls.session.trusted = trusted != ls.session.trusted, trusted
    if not trusted:
        ls.syncs.drop()
    if changed:
        ls.features.refresh()
    _learn_uv_version(ls)


def _apply_options(ls: Server, options: Any) -> None:
    """Take over the initialization options: the settings, `trusted`, and what the client can do."""
    if not isinstance(options, dict):
        return
    if isinstance(options.get("trusted"), bool):
        ls.session.trusted = options["trusted"]
    commands = options.get("commands")
    if isinstance(commands, list | tuple):
        ls.session.client_commands = frozenset(one for one in commands if isinstance(one, str))
    _apply_settings(ls, options)


_LOG_LEVELS = ("ERROR", "WARNING", "INFO", "DEBUG")


def _apply_settings(ls: Server, settings: Any) -> None:
    """Take over the sections `uv`, `sync`, `rules`, `logLevel`, and those of the features.

    Anything of another shape is not ours.

    A section that is there counts as a whole: what it leaves out, or the null in its place, unsets.
    """
    if not isinstance(settings, dict):
        return
    sections = {name: {} if section is None else section for name, section in settings.items()}
    uv = sections.get("uv")
    if isinstance(uv, dict) and isinstance(uv.get("path"), str | None):
        ls.session.uv_path = uv.get("path") or None
    sync = sections.get("sync")
    if isinstance(sync, dict):
        ls.session.sync_exact = sync.get("exact") is not False
        ls.session.ask_for_unsaved_files = sync.get("askForUnsavedFiles") is not False
    if isinstance(sync, dict) or "lockCheckOnSave" in sections:
        chosen = sync.get("onSave") if isinstance(sync, dict) else None
        ls.session.on_save = OnSave.CHECK if sections.get("lockCheckOnSave") is True else OnSave.OFF
        if chosen in (OnSave.LOCK.value, OnSave.DEFAULT.value):
            ls.session.on_save = OnSave(chosen)
    ls.features.apply_settings(sections)
    if "logLevel" in sections:
        level = str(sections["logLevel"]).upper()
        logging.getLogger().setLevel(level if level in _LOG_LEVELS else logging.WARNING)
    rules = sections.get("rules")
    if isinstance(rules, dict):
        ls.session.set_rule_levels(
            {code: level for code, level in rules.items() if isinstance(level, str)}
        )
        ls.publisher.poke()


# -------------------------------------------------------------------------- features


def _completion(ls: Server, params: types.CompletionParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    offset = convert.offset_of(manifest.lines, params.position, ls.client.encoding)
    items = completions(snapshot, ls.session.host.files, manifest, offset)
    return Prepared(
        convert.completion_list(snapshot.workspace.root, manifest.lines, items, ls.client)
    )


def _code_action(ls: Server, params: types.CodeActionParams) -> Prepared | None:
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    only = params.context.only
    span = convert.span_of(manifest.lines, params.range, ls.client.encoding)
    findings = ls.publisher.findings(manifest.path)
    out: list[dict[str, Any]] = []

    def edit_of(changes: tuple[Change, ...]) -> dict[str, Any] | None:
        session = ls.session
        return convert.workspace_edit(
            snapshot, changes, session.versions(), session.uris(), ls.client
        )

    if ls.client.code_action_literals and _wanted(only, "quickfix"):
        for action in actions.fix_actions(findings, span):
            edit = edit_of(action.fix.changes)
            if edit is None:
                continue
            preferred = action.preferred and ls.client.preferred_actions
            diagnostic = convert.diagnostic(snapshot, manifest.lines, action.finding, ls.client)
            out.append(
                {
                    "title": action.fix.title,
                    "kind": "quickfix",
                    "diagnostics": [diagnostic],
                    "edit": edit,
                    **({"isPreferred": True} if preferred else {}),
                }
            )
    if ls.session.trusted and ls.client.code_action_literals and _wanted(only, "quickfix"):
        root = convert.uri_of(snapshot.workspace.root)
        for run in actions.command_actions(findings, span):
            argument = {"root": root, **({"packages": run.packages} if run.packages else {})}
            name = SYNC_COMMAND if run.packages else LOCK_COMMAND
            diagnostic = convert.diagnostic(snapshot, manifest.lines, run.finding, ls.client)
            out.append(
                {
                    "title": run.title,
                    "kind": "quickfix",
                    "diagnostics": [diagnostic],
                    "command": {"title": run.title, "command": name, "arguments": [argument]},
                }
            )
    if ls.client.code_action_literals and only and _wanted(only, FIX_ALL):
        edits = actions.fix_all(snapshot, manifest.path, ls.session.rule_levels)
        if edits:
            edit = edit_of((Change(manifest.path, edits),))
            out.append({"title": "Fix all that is safe to fix", "kind": FIX_ALL, "edit": edit})
    if ls.client.code_action_literals:
        wanted = partial(_wanted, only)
        out += editing.refactor_actions(ls, snapshot, manifest, params, wanted)
    kind = SOURCE_SYNC if only and _wanted(only, SOURCE_SYNC) else SYNC_KIND
    if ls.session.trusted and _wanted(only, kind):
        root = convert.uri_of(snapshot.workspace.root)
        for sync in actions.sync_actions(snapshot, manifest, span.start):
            packages = sync.packages if isinstance(sync.packages, str) else list(sync.packages)
            arguments: dict[str, Any] = {"root": root, "packages": packages}
            if sync.preview:
                arguments["options"] = {"dryRun": True}
            command = {"title": sync.title, "command": SYNC_COMMAND, "arguments": [arguments]}
            literal = {"title": sync.title, "kind": kind, "command": command}
            out.append(literal if ls.client.code_action_literals else command)
    return Prepared(out)


def _wanted(only: Any, kind: str) -> bool:
    """Tell whether a client that asks for `only` these kinds wants one of `kind`."""
    if not only:
        return True
    names = [getattr(name, "value", name) for name in only]
    return any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


async def _sync(ls: Server, arguments: SyncArguments | None = None) -> dict[str, Any]:
    if arguments is None:
        raise JsonRpcInvalidParams(f"`{SYNC_COMMAND}` needs an argument")
    return await ls.syncs.execute(arguments, ls.protocol.msg_id)


async def _lock(ls: Server, arguments: LockArguments | None = None) -> dict[str, Any]:
    if arguments is None:
        raise JsonRpcInvalidParams(f"`{LOCK_COMMAND}` needs an argument")
    return await ls.syncs.execute(arguments, ls.protocol.msg_id)


async def _change_default_packages(
    ls: Server, arguments: editing.DefaultPackagesArguments
) -> dict[str, Any] | Refused:
    return await editing.change_default_packages(ls, arguments)


async def _new_member(ls: Server, arguments: editing.NewMemberArguments) -> Prepared | Refused:
    return await editing.create_member(ls, arguments)
