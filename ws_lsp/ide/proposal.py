"""A proposal of completion, and where its text goes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from ws_lsp.grammar.names import Name, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor
from ws_lsp.toml.tree import Scalar, String

__all__ = [
    "MANY",
    "Completion",
    "CompletionKind",
    "Completions",
    "Slot",
    "listed_names",
    "other_strings",
]


class CompletionKind(Enum):
    """What a completion stands for."""

    MEMBER = auto()
    DIRECTORY = auto()
    KEY = auto()
    PACKAGE = auto()
    GROUP = auto()
    EXTRA = auto()
    INDEX = auto()
    VALUE = auto()


class Completion(NamedTuple):
    """One proposal.

    `text` is what it writes; `additional` edits stand elsewhere in the same file. Clients filter by
    `filter_text` against what stands between the beginning of what is replaced and the cursor.
    """

    label: str
    kind: CompletionKind
    text: str
    detail: str = ""
    documentation: str = ""
    additional: tuple[Edit, ...] = ()
    filter_text: str = ""
    rank: int = 0
    """Lower ranks are shown first; within a rank the label decides."""


class Completions(NamedTuple):
    """What may stand at a place.

    Each proposal replaces `span`, which is on the cursor's line: within quotes that are closed, their
    inside. So a proposal holds no place, and those of members are made once.
    """

    span: Span
    items: list[Completion]

    def edits(self, item: Completion) -> tuple[Edit, ...]:
        """Return all that accepting one of the proposals changes."""
        return Edit(self.span, item.text), *item.additional


MANY = 1 << 13
"""How many proposals are kept: a request for all of a large workspace makes none anew."""
_PLAIN = regular_expression(r"[^\"'\\\x00-\x1f\x7f]*\Z")


class Slot(NamedTuple):
    """Where the text of a string goes: what it replaces, and the quotes that it brings along."""

    span: Span
    before: str
    after: str

    @classmethod
    def at(cls, cursor: Cursor, offset: int) -> Slot:
        """Return the slot at `offset`: within its quotes, or all of a bare word, or nothing."""
        node = cursor.node
        if isinstance(node, String) and offset >= node.inner.start:
            start, end = node.inner
            if _took_the_next_quote(cursor, node):
                typed = len(node.value.rstrip(" \t,"))
                return cls(Span(start, max(start + typed, offset)), "", node.quote)
            return cls(Span(start, max(end, offset)), "", "" if node.closed else node.quote)
        quote = quote_of(cursor)
        if isinstance(node, String | Scalar):
            return cls(node.span, quote, quote)
        return cls(Span(offset, offset), quote, quote)

    def quoted(self, text: str) -> str:
        """Return `text`, which `fits`, with the quotes that are missing."""
        return f"{self.before}{text}{self.after}"

    def fits(self, text: str) -> bool:
        """Tell whether `text` can stand between any quotes as it is."""
        return _PLAIN.match(text) is not None


def _took_the_next_quote(cursor: Cursor, node: String) -> bool:
    """Tell whether a string that is being written ends at the quote that begins the next item."""
    items = cursor.array.items if cursor.array else []
    return node.closed and any(item.start == node.end for item in items)


def quote_of(cursor: Cursor) -> str:
    """Return the quote to write where none stands: that of the neighbours."""
    items = cursor.array.items if cursor.array else []
    strings = [item for item in items if isinstance(item, String) and item is not cursor.node]
    return strings[0].quote[0] if strings else '"'


def other_strings(cursor: Cursor, offset: int) -> Iterator[String]:
    """Yield the strings of the array at the cursor but for the one that is typed at `offset`."""
    for item in cursor.array.items if cursor.array else ():
        if (
            isinstance(item, String)
            and item is not cursor.node
            and not (item.start < offset < item.end)
        ):
            yield item


def listed_names(cursor: Cursor, offset: int) -> set[Name]:
    """Return the names that other strings of the same array begin with."""
    listed: set[Name] = set()
    for item in other_strings(cursor, offset):
        text = item.value.strip()
        for index, character in enumerate(text):
            if character not in "-_." and not character.isalnum():
                text = text[:index]
                break
        listed.add(normalise(text))
    return listed
