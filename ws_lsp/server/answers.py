"""What a handler may answer with, besides the classes of lsprotocol."""

from __future__ import annotations

from typing import Any

__all__ = ["JSONText", "Prepared", "Refused"]


class JSONText(str):
    """JSON, written already; ASCII only, as `json.dumps` writes it."""

    __slots__ = ()


class Prepared:
    """A result that is plain JSON data already, or its text.

    Thousands of completion items take longer to convert through attrs classes than to find.
    """

    __slots__ = ("data",)

    def __init__(self, data: Any) -> None:
        self.data = data


class Refused:
    """An answer that says why there is no result.

    pygls wants an exception for that, and writes its traceback to the log: a refusal is no failure.
    """

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message
