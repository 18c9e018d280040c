"""The judge of the other tests is judged: each offence that it knows is found."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.client import PROFILES, profile
from e2e.conformance import (
    message_problems,
    notification_problems,
    request_problems,
    result_problems,
)

Json = dict[str, Any]
ORIGIN = {"line": 0, "character": 0}
NOWHERE = {"start": ORIGIN, "end": ORIGIN}
DIAGNOSTIC: Json = {"range": NOWHERE, "message": "m", "severity": 1, "code": "c", "source": "s"}


def published(**more: Any) -> Json:
    return {"uri": "file:///a", "diagnostics": [{**DIAGNOSTIC, **more}]}


@pytest.mark.parametrize("name", PROFILES)
def test_what_an_editor_announced_is_no_offence(name: str) -> None:
    params = published(relatedInformation=[], tags=[1])
    method = "textDocument/publishDiagnostics"
    assert not list(notification_problems(profile(name), method, params))


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/publishDiagnostics", published(codeDescription={"href": "https://a"})),
        ("textDocument/publishDiagnostics", published(tags=[1])),
        ("textDocument/publishDiagnostics", published(relatedInformation=[])),
        ("textDocument/publishDiagnostics", published(data=1)),
        ("textDocument/publishDiagnostics", published(colour="red")),
        ("textDocument/publishDiagnostics", published(message=" ")),
        ("textDocument/publishDiagnostics", published(severity=9)),
        ("textDocument/publishDiagnostics", {"diagnostics": []}),
        ("telemetry/event", {}),
        ("ws-lsp/anything", {}),
    ],
)
def test_notifications_that_were_not_announced(method: str, params: Json) -> None:
    assert list(notification_problems({}, method, params))


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("window/workDoneProgress/create", {"token": "t"}),
        ("workspace/configuration", {"items": []}),
        ("workspace/applyEdit", {"edit": {"documentChanges": []}}),
        (
            "client/registerCapability",
            {"registrations": [{"id": "i", "method": "workspace/didChangeWatchedFiles"}]},
        ),
        ("workspace/diagnostic/refresh", None),
    ],
)
def test_requests_that_were_not_announced(method: str, params: Any) -> None:
    assert list(request_problems({}, method, params))


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("initialize", {"capabilities": {"positionEncoding": "utf-8"}}),
        ("initialize", {"capabilities": {"codeActionProvider": {}}}),
        ("textDocument/codeAction", [{"title": "t"}]),
        ("textDocument/completion", [{"label": "l", "kind": 19}]),
        ("textDocument/completion", [{"label": "l", "insertTextFormat": 2}]),
        (
            "textDocument/completion",
            [{"label": "l", "documentation": {"kind": "markdown", "value": ""}}],
        ),
        (
            "textDocument/completion",
            [
                {
                    "label": "l",
                    "textEdit": {
                        "newText": "",
                        "range": {"start": ORIGIN, "end": {"line": 1, "character": 0}},
                    },
                }
            ],
        ),
    ],
)
def test_results_that_were_not_announced(method: str, result: Any) -> None:
    assert list(result_problems({}, method, {"position": ORIGIN}, result))


@pytest.mark.parametrize(
    "message",
    [
        1,
        [],
        {"id": 1, "result": None},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "result": None},
        {"jsonrpc": "2.0", "id": 1, "result": None, "error": {"code": 1, "message": ""}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": "1", "message": ""}},
        {"jsonrpc": "2.0", "method": "m", "params": 1},
        {"jsonrpc": "2.0", "method": "m", "extra": 1},
    ],
)
def test_messages_that_are_none(message: Any) -> None:
    assert list(message_problems(message))
