"""The protocol where it hurts: what pygls 2.1 does not do by itself, over a real pipe."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.client import COMMAND, Client, profile
from e2e.disk import Place, environment
from processes import posix

from language_client import ResponseError
from server.conftest import Start

ORIGIN = {"line": 0, "character": 0}

# ---------------------------------------------------------------------- ends and exit codes


def test_exit_after_shutdown_is_0(start: Start) -> None:
    client = start()
    client.initialize()
    assert client.close() == 0


def test_exit_without_shutdown_is_1(start: Start) -> None:
    client = start()
    client.initialize()
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 1


def test_exit_ends_although_the_input_stays_open(start: Start) -> None:
    client = start()
    client.initialize()
    client.request("shutdown")
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.process.wait(8) == 0


def test_the_end_of_the_input_is_the_end(start: Start) -> None:
    client = start()
    client.initialize()
    assert client.ended() == 1


def test_the_end_of_the_input_before_anything_was_said(start: Start) -> None:
    assert start().ended() == 1


def test_an_input_that_ends_within_a_message(start: Start) -> None:
    client = start()
    client.initialize()
    client.send_bytes(b"Content-Length: 1000\r\n\r\n{")
    assert client.ended() == 1


@posix
def test_a_client_that_no_longer_reads(tmp_path: Path) -> None:
    read, write = os.pipe()
    server = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path / "home"),
    )
    os.close(read)
    os.close(write)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "no/such/method"}).encode()
    _, errors = server.communicate(b"Content-Length: %d\r\n\r\n%s" % (len(body), body), 8)
    assert server.returncode == 1
    assert b"BrokenPipe" not in errors


# -------------------------------------------------------------------- requests at odd times


@pytest.mark.parametrize(
    "method", ["textDocument/completion", "workspace/executeCommand", "shutdown", "no/such/method"]
)
def test_a_request_before_initialize(start: Start, method: str) -> None:
    client = start()
    client.expected_errors.append("")
    with pytest.raises(ResponseError) as caught:
        client.request(method, {})
    assert caught.value.code == -32002
    client.initialize()
    assert client.close() == 0


def test_a_notification_before_initialize_is_dropped(start: Start, place: Place) -> None:
    client = start()
    client.expected_errors.append("")
    client.open(place / "pyproject.toml")
    client.documents.clear()
    client.initialize()
    client.settle()
    assert client.published == {}
    assert client.close() == 0


def test_a_request_after_shutdown(start: Start) -> None:
    client = start()
    client.expected_errors.append("")
    client.initialize()
    client.request("shutdown")
    for method in ("textDocument/codeAction", "shutdown", "initialize"):
        with pytest.raises(ResponseError) as caught:
            client.request(method, {})
        assert caught.value.code == -32600
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 0


def test_a_second_initialize(start: Start) -> None:
    client = start()
    client.initialize()
    with pytest.raises(ResponseError) as caught:
        client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert caught.value.code == -32600
    client.settle()
    assert client.close() == 0


# ---------------------------------------------------------------------- what does not fit


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return one server that has to bear all that follows; its log may say what was wrong."""
    home = tmp_path_factory.mktemp("home")
    client = Client(profile("visual-studio-code"), environment(home), home)
    client.expected_errors.append("")
    client.initialize()
    try:
        yield client
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/completion", {}),
        ("textDocument/completion", {"textDocument": {"uri": 7}, "position": ORIGIN}),
        ("textDocument/completion", {"textDocument": {"uri": "file:///a"}, "position": [0, 0]}),
        (
            "textDocument/completion",
            {"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": -1}},
        ),
        ("textDocument/codeAction", {"textDocument": {}, "range": None, "context": {}}),
        (
            "textDocument/codeAction",
            {
                "textDocument": {"uri": "file:///a"},
                "range": {"start": ORIGIN, "end": ORIGIN},
                "context": {
                    "diagnostics": [
                        {"range": {"start": ORIGIN, "end": ORIGIN}, "message": "m", "severity": 9}
                    ]
                },
            },
        ),
        ("workspace/executeCommand", {}),
        ("workspace/executeCommand", {"command": "ws-lsp.server.sync", "arguments": [7]}),
        ("workspace/executeCommand", {"command": "ws-lsp.server.sync", "arguments": []}),
        ("workspace/executeCommand", {"command": "ws-lsp.server.sync"}),
        ("workspace/executeCommand", {"command": "ws-lsp.server.sync", "arguments": [{}, {}]}),
        ("workspace/executeCommand", {"command": "ws-lsp.no-such-command", "arguments": []}),
        ("no/such/method", {}),
    ],
)
def test_every_request_gets_an_answer(survivor: Client, method: str, params: Any) -> None:
    survivor.messages.clear()
    try:
        survivor.request(method, params)
    except ResponseError as error:
        assert error.code in (-32602, -32601)
        assert survivor.messages == []
    survivor.settle()


def test_parameters_that_do_not_fit_are_called_so(start: Start) -> None:
    client = start()
    client.expected_errors.append("")
    client.initialize()
    with pytest.raises(ResponseError) as caught:
        client.request("textDocument/completion", {"textDocument": 7})
    assert caught.value.code == -32602
    assert client.messages == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"[1, 2]",
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "method": "exit"}',
        b'{"jsonrpc": "2.0", "id": 77}',
        b'{"jsonrpc": "2.0", "id": 77, "result": null}',
        b'{"jsonrpc": "2.0", "id": 77, "result": {"a": [{"jsonrpc": "2.0"}]}}',
        b'{"jsonrpc": "2.0", "id": 77, "error": {"code": 1, "message": "m"}}',
        b'{"jsonrpc": "2.0", "id": 77, "error": 7}',
        b'{"jsonrpc": "2.0", "method": 7}',
        b'{"jsonrpc": "2.0", "method": "a/b", "params": {"deep": '
        + b"[" * 500
        + b"]" * 500
        + b"}}",
        b'{"jsonrpc": "2.0", "method": "a/b", "params": ' + b"[" * 100_000,
        b'{"jsonrpc": "2.0", "method": "no/such/notification", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": null}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///a/pyproject.toml", "version": 1}, "contentChanges": []}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never/opened/pyproject.toml"}}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 4711}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest"}',
        b'{"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "verbose"}}',
        b'{"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": "t"}}',
        b'{"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": {"jsonrpc": "2.0"}}}',
        b'{"jsonrpc": "2.0", "method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": "", "type": 1}]}}',
    ],
    ids=itertools.count(),
)
def test_a_message_that_is_none_is_survived(survivor: Client, body: bytes) -> None:
    survivor.messages.clear()
    survivor.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    survivor.settle()
    assert survivor.messages == []


def test_a_message_that_cannot_be_handled_takes_no_others_along(start: Start) -> None:
    client = start()
    client.expected_errors.append("")
    client.initialize()
    bad = [
        b'{"jsonrpc": "2.0", "id": [1], "method": "workspace/executeCommand", "params": {"command": "x"}}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "result": null}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}}',
        b'{"jsonrpc": "2.0", "id": "never asked", "result": null}',
        b"[]",
        b"",
    ]
    good = b'{"jsonrpc": "2.0", "id": 99, "method": "shutdown"}'
    bodies = [*bad, good]
    client.send_bytes(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(one), one) for one in bodies))
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 0
    # the client asked for neither of them by its own count
    *errors, shutdown = client.problems
    assert all("-32" in one for one in errors)
    assert shutdown.startswith("an answer to nothing: {'id': 99")
    client.problems.clear()


def test_headers_in_any_case_and_order(start: Start) -> None:
    client = start()
    client.expected_errors.append("")
    client.initialize()
    body = json.dumps(
        {"jsonrpc": "2.0", "id": "text", "method": "textDocument/completion", "params": {}}
    ).encode()
    kind = b"content-type: application/vscode-jsonrpc; charset=utf-8"
    for head in (b"%s\r\nCONTENT-LENGTH:%d", b"%s\r\ncontent-length:   %d"):
        client.expect("text", "textDocument/completion", {})
        client.send_bytes(head % (kind, len(body)) + b"\r\n\r\n" + body)
        with pytest.raises(ResponseError):
            client.result("text")


def test_a_message_in_pieces_and_two_at_once(start: Start, place: Place) -> None:
    client = start()
    client.initialize([place.directory])
    root = client.open(place / "pyproject.toml")
    client.settle()
    root.text += '# 😀\n[tool.ws-lsp]\ndefault-packages = ["nobody"]\n'
    about = {"uri": root.uri, "version": 2}
    params: dict[str, Any] = {"textDocument": about, "contentChanges": [{"text": root.text}]}
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
    body = json.dumps(message, ensure_ascii=False).encode()
    data = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    for index in range(len(data)):
        client.send_bytes(data[index : index + 1])
    client.wait_for_codes(place / "pyproject.toml", "unknown-default-package")
    client.send_bytes(data + data)
    client.settle()


def test_a_stray_print_does_not_break_the_protocol(tmp_path: Path, start: Start) -> None:
    code = (
        "from ws_lsp.server import app\n"
        "from ws_lsp.server.session import Session\n"
        "original = Session.open\n"
        "def noisy(self, *arguments):\n"
        "    print('stray')\n"
        "    return original(self, *arguments)\n"
        "Session.open = noisy\n"
        "raise SystemExit(app.serve())\n"
    )
    client = Client(
        profile("neovim"), environment(tmp_path / "home"), tmp_path, [sys.executable, "-c", code]
    )
    try:
        client.expected_errors.append("^stray$")
        client.initialize()
        client.open((tmp_path / "pyproject.toml").as_uri(), "")
        client.settle()
        assert client.close() == 0
        assert client.errors == "stray"
        client.assert_clean()
    finally:
        client.kill()


# ------------------------------------------------------------- is the work-around needed?


UPSTREAM = """
import asyncio, sys
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("plain", "1")
@server.command("slow")
async def slow(ls):
    try:
        await asyncio.sleep(0.3)
        print("went on", file=sys.stderr, flush=True)
    except asyncio.CancelledError:
        print("was cancelled", file=sys.stderr, flush=True)
        raise
@server.feature(types.TEXT_DOCUMENT_COMPLETION)
def completion(ls, params):
    return []
server.start_io()
"""


class Upstream:
    """A conversation with a server of plain pygls; it says everything at once and listens."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", UPSTREAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # what is not answered must not be waited for
        self.alarm = threading.Timer(8, self.process.kill)
        self.alarm.start()

    def say(self, *messages: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        self.heard.append(message.get("id"))
        return message

    def answer(self, identifier: Any) -> dict[str, Any]:
        while (message := self.hear()).get("id") != identifier:
            pass
        return message

    def initialize(self) -> None:
        params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
        self.say({"id": 0, "method": "initialize", "params": params})
        assert "result" in self.answer(0), FIXED

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=8)
        return self.process.returncode, errors.decode()


SLOW = {"id": 1, "method": "workspace/executeCommand", "params": {"command": "slow"}}
SHUTDOWN = {"id": 2, "method": "shutdown"}
FIXED = "pygls mended this: remove the work-around from ws_lsp/server/protocol.py"


@pytest.fixture
def upstream() -> Any:
    plain = Upstream()
    yield plain
    plain.alarm.cancel()
    if plain.process.poll() is None:
        plain.process.kill()
        plain.process.communicate()


def test_needed_exit_code(upstream: Upstream) -> None:
    upstream.initialize()
    upstream.say({"method": "exit"})
    code, _ = upstream.end()
    assert code == 0, FIXED


def test_needed_answer_to_parameters_that_do_not_fit(upstream: Upstream) -> None:
    upstream.initialize()
    upstream.say({"id": 1, "method": "textDocument/completion", "params": {}}, SHUTDOWN)
    while (message := upstream.hear()).get("id") is None:
        pass  # `window/showMessage` about it
    assert message["id"] == 2, FIXED


def test_needed_answer_before_initialize(upstream: Upstream) -> None:
    upstream.say({"id": 1, "method": "textDocument/completion", "params": {}})
    upstream.initialize()
    upstream.say(SHUTDOWN)
    assert upstream.answer(2)["result"] is None
    assert 1 not in upstream.heard, FIXED


def test_needed_answer_to_a_second_initialize(upstream: Upstream) -> None:
    upstream.initialize()
    upstream.initialize()


def test_needed_cancel_of_a_command(upstream: Upstream) -> None:
    upstream.initialize()
    upstream.say(SLOW, {"method": "$/cancelRequest", "params": {"id": 1}})
    assert upstream.answer(1)["error"]["code"] == -32800
    assert upstream.process.stderr is not None
    while (line := upstream.process.stderr.readline().decode().strip()) not in (
        "went on",
        "was cancelled",
        "",
    ):
        pass
    assert line == "went on", FIXED


def test_needed_quiet_shutdown(upstream: Upstream) -> None:
    upstream.initialize()
    upstream.say(SLOW, SHUTDOWN)
    assert "error" in upstream.answer(2), FIXED
