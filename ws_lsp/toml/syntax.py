"""The judge of TOML syntax: tomli, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Node, String, Table, Tree

__all__ = ["SyntaxProblem", "conflict_marker", "remainder", "syntax_problem"]


class SyntaxProblem(NamedTuple):
    """Why a text is no TOML, and where (code points): in tomli's words, or in plainer ones for what is common."""

    message: str
    span: Span


_WORTH_IT = 10
"""With so many proven parts, reading the rest first saves time."""


def syntax_problem(tree: Tree) -> SyntaxProblem | None:
    """Return the first mistake of a text, or None where it is valid TOML 1.1.

    A byte order mark at the beginning is no mistake (uv reads it).

    Most manifests are nothing but headers of bare names, plain strings, words and numbers, and lists of them.
    Where our reader met nothing else, no mistake and no key twice, they cannot be wrong (`Tree.certain`).
    In others that holds for parts (`Tree.proven`): tomli reads the rest, and all of it only if the rest is
    wrong.
    """
    if tree.certain:
        return None
    long = len(tree.proven) > _WORTH_IT or any(end - start > 500 for start, end in tree.proven)
    if long and _problem(remainder(tree)) is None:
        return None
    problem = _problem(tree.text)
    return _in_plain_words(tree, problem) if problem is not None else None


def conflict_marker(text: str) -> Span | None:
    """Return the first line by which a merge of Git marks what it could not merge."""
    match = _CONFLICT_MARKER.search(text)
    return Span(*match.span()) if match else None


_CONFLICT_MARKER = regular_expression(r"(?m)^(?:<<<<<<<|>>>>>>>)(?: [^\r\n]*)?(?=\r?$)")


def _in_plain_words(tree: Tree, problem: SyntaxProblem) -> SyntaxProblem:
    marker = conflict_marker(tree.text)
    if marker is not None and marker.start <= problem.span.start:
        return SyntaxProblem("The file has an unresolved merge conflict", marker)
    if problem.message not in _UNCLOSED:
        return problem
    # what stands before is sound, so the first unclosed string is the one
    first = min(_unclosed(tree.root), key=lambda one: one.start, default=None)
    span = first.span if first is not None and first.start <= problem.span.start else problem.span
    return SyntaxProblem("The string is not closed", span)


_UNCLOSED = ("Illegal character '\\n'", "Unterminated string", 'Expected "\'"', "Expected \"'''\"")
"""What tomli says of a string without its closing quote."""


def _unclosed(node: Node) -> Iterator[String]:
    if isinstance(node, String) and not node.closed:
        yield node
    elif isinstance(node, Array):
        for item in node.items:
            yield from _unclosed(item)
    elif isinstance(node, Table):
        for entry in node.entries.values():
            yield from _unclosed(entry.value)


def remainder(tree: Tree) -> str:
    """Return what is left of a text without its proven parts: sound just where the whole text is."""
    parts: list[str] = []
    position = 0
    for start, end in tree.proven:
        parts.append(tree.text[position:start])
        position = end
    parts.append(tree.text[position:])
    return "".join(parts)


def _problem(text: str) -> SyntaxProblem | None:
    import tomli  # here: for most manifests nobody asks it, and importing it takes 7 ms

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
