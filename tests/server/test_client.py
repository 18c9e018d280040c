"""What is asked of a client: what it answers, refuses, or is not asked at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from ws_lsp.server.client import Client, NoAnswer
from ws_lsp.server.protocol import QuietServer

Question = Callable[[Client], Coroutine[Any, Any, object]]

QUESTIONS: dict[str, Question] = {
    "choose": lambda client: client.choose(types.MessageType.Info, "?", ["Yes"], "no choice"),
    "apply": lambda client: client.apply("Label", {"changes": {}}),
    "save": lambda client: client.save(["file:///a"]),
    "progress": lambda client: client.begin_progress("token"),
}
ABLE = {
    "message_requests": True,
    "apply_edit": True,
    "work_done_progress": True,
    "commands": frozenset({"ws-lsp.client.saveAll"}),
}


class Editor:
    """What is behind a client: it answers every request in one way, and keeps what it is told."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked = 0
        self.logged: list[str] = []
        self.protocol = SimpleNamespace(_converter=get_converter(), send_request_async=self.reply)
        self.work_done_progress = SimpleNamespace(create_async=self.reply)
        self.window_show_message_request_async = self.reply
        self.workspace_apply_edit_async = self.reply

    async def reply(self, *asked: object) -> object:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def window_log_message(self, params: types.LogMessageParams) -> None:
        self.logged.append(params.message)


def ask(editor: Editor, question: str, **capabilities: object) -> object:
    client = Client(cast(QuietServer, editor))
    client.capabilities = client.capabilities._replace(**cast(dict[str, Any], capabilities))
    return asyncio.run(QUESTIONS[question](client))


@pytest.mark.parametrize(
    ("question", "answer", "meaning"),
    [
        ("choose", types.MessageActionItem("Yes"), "Yes"),
        ("choose", None, None),
        ("apply", types.ApplyWorkspaceEditResult(applied=True), True),
        ("apply", types.ApplyWorkspaceEditResult(applied=False), False),
        ("save", None, True),
        ("progress", None, True),
    ],
)
def test_an_answer(question: str, answer: object, meaning: object) -> None:
    editor = Editor(answer)
    assert ask(editor, question, **ABLE) == meaning
    assert (editor.asked, editor.logged) == (1, [])


REFUSALS = {
    "choose": "no choice: not now",
    "apply": "not applied: not now",
    "save": "not saved: not now",
    "progress": "no progress: not now",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_refusal_is_logged(question: str) -> None:
    editor = Editor(RuntimeError("not now"))
    meaning = ask(editor, question, **ABLE)
    assert meaning is False or isinstance(meaning, NoAnswer)
    assert (editor.asked, editor.logged) == (1, [REFUSALS[question]])


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_cannot_answer_is_not_asked(question: str) -> None:
    editor = Editor(RuntimeError("not now"))
    meaning = ask(editor, question)
    assert meaning is False or isinstance(meaning, NoAnswer)
    assert (editor.asked, editor.logged) == (0, [])


def test_who_asks_may_be_cancelled_but_not_the_request() -> None:
    """An answer to a request that was cancelled would be an error to pygls."""
    editor = Editor(None)
    answered: list[str] = []

    async def slow(*asked: object) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        answered.append("answered")

    editor.work_done_progress.create_async = slow

    async def play() -> None:
        client = Client(cast(QuietServer, editor))
        client.capabilities = client.capabilities._replace(work_done_progress=True)
        task = asyncio.ensure_future(client.begin_progress("token"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while not answered:
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(play(), 5))
    assert answered == ["answered"]
