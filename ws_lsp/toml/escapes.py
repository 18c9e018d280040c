"""Where a part of a string's value is written, also where escapes stand in between."""

from __future__ import annotations

import re

from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Span
from ws_lsp.toml.tree import String

__all__ = ["span_within"]

_LITERAL = regular_expression(r"\r\n|.", re.DOTALL)
_BASIC = regular_expression(
    r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|"
    r"(?P<nothing>[ \t]*\r?\n[ \t\r\n]*)|\r\n|.)|\r\n|.",
    re.DOTALL,
)


def span_within(text: str, node: String, start: int, end: int) -> Span:
    """Return where `node.value[start:end]` stands in `text` (code points), escapes included whole."""
    inner = node.inner
    if node.verbatim:
        return Span(inner.start + start, inner.start + end)
    at = inner.start
    if len(node.quote) == 3:
        # the line break behind the opening quotes is not part of the value
        at += text.startswith("\n", at) + 2 * text.startswith("\r\n", at)
    begin, reached = inner.end, 0
    for match in (_BASIC if node.quote[0] == '"' else _LITERAL).finditer(text, at, inner.end):
        if match.lastgroup == "nothing":
            continue
        if reached == end:
            break
        if reached == start:
            begin = match.start()
        at, reached = match.end(), reached + 1
    return Span(min(begin, at), at)
