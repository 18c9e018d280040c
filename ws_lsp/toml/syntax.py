"""The judge of TOML syntax: tomli, and nobody else."""

from __future__ import annotations

from typing import NamedTuple

import tomli

from ws_lsp.text import Span

__all__ = ["SyntaxProblem", "syntax_problem"]


class SyntaxProblem(NamedTuple):
    """Why a text is no TOML: tomli's message, and where tomli stopped (code points)."""

    message: str
    span: Span


def syntax_problem(text: str) -> SyntaxProblem | None:
    """Return the first mistake of `text`, or None where it is valid TOML 1.1.

    A byte order mark at the beginning is no mistake (uv reads it).
    """
    mark = text.startswith("\ufeff")
    try:
        tomli.loads(text[mark:])
    except tomli.TOMLDecodeError as error:
        shift = 1 if mark and error.lineno == 1 else 0
        offset = _offset(text, error.lineno, error.colno + shift)
        return SyntaxProblem(error.msg, _visible(text, offset))
    except RecursionError:
        return SyntaxProblem("Nested too deeply", Span(0, min(1, len(text))))
    except ValueError as error:  # a number with more digits than Python converts
        return SyntaxProblem(str(error), Span(0, min(1, len(text))))
    return None


def _offset(text: str, line: int, column: int) -> int:
    r"""Return the offset of tomli's position; it counts `\n` alone, from 1, after `\r\n` -> `\n`."""
    offset = 0
    for _ in range(line - 1):
        offset = text.index("\n", offset) + 1
    return min(offset + column - 1, len(text))


def _visible(text: str, offset: int) -> Span:
    """Return one character at `offset`, or the one before it at the end of a line or of the text."""
    if offset < len(text) and text[offset] not in "\r\n":
        return Span(offset, offset + 1)
    if offset > 0 and text[offset - 1] not in "\r\n":
        return Span(offset - 1, offset)
    return Span(offset, offset)
