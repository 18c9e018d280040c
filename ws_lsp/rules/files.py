"""Rules about a file as such."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Span
from ws_lsp.toml.syntax import remainder
from ws_lsp.toml.tree import Array, Node, Scalar, Table

__all__ = ["RULES"]

EVERY_FILE = (*PARSED, Scope.SETTINGS)


@rule("toml-syntax", Severity.ERROR, *EVERY_FILE)
def toml_syntax(view: View, rule: Rule) -> Iterator[Finding]:
    r"""The file is not valid TOML.

    uv reads every member's `pyproject.toml` for every command, so one mistake stops the whole
    workspace. The place is where reading stopped, the mistake may be just before it. TOML 1.1 is
    accepted, as uv does (inline tables over several lines, trailing commas in them, `\\e`, `\\x41`).

    ```toml
    [tool.uv.workspace
    members = ["packages/*"]
    ```

    Close the bracket, the quote or the brace.
    """
    if view.manifest.unreadable is None and view.manifest.syntax is not None:
        yield rule.finding(view, view.manifest.syntax.span, view.manifest.syntax.message)


@rule("unreadable-file", Severity.ERROR, *EVERY_FILE)
def unreadable_file(view: View, rule: Rule) -> Iterator[Finding]:
    """The file cannot be read as UTF-8 text.

    uv reads `pyproject.toml` and `uv.toml` as UTF-8 (a byte order mark is accepted) and refuses
    anything else, as it does a directory of that name or a file that it may not read. In front of a
    pipe it waits for ever, and a device it reads to its end, which may not come; ws-lsp reads neither,
    nor a file of more than 8 MiB.

    Save the file as UTF-8, correct its permissions, or put a regular file in its place.
    """
    problem = view.manifest.unreadable
    if problem is not None:
        yield rule.finding(view, Span(0, 0), f"`{view.shown(view.path)}` cannot be read: {problem}")


_LONG_NUMBER = regular_expression(r"[0-9A-Fa-f_]{16,}|[0-9][eE]\+?[0-9_]{3,}")
"""Where none of these is, no number can be too large: so few files are looked through. Proven parts
(`toml.syntax.remainder`) hold no numbers."""
_LARGEST_IN_PROJECT = 2**63 - 1
_LARGEST = 2**128 - 1


@rule("number-too-large", Severity.ERROR, *EVERY_FILE)
def number_too_large(view: View, rule: Rule) -> Iterator[Finding]:
    """A number is larger than those that uv can hold.

    An integer of a file with a `[project]` has 64 bits with a sign, wherever it stands: uv reads the
    whole file once more for the project's metadata. Elsewhere it has 128 bits. A decimal fraction must be
    a finite double.

    ```toml
    [tool.other]
    limit = 9223372036854775808
    ```

    Write a smaller number, or a string.
    """
    if _LONG_NUMBER.search(remainder(view.manifest.tree)) is None:
        return
    in_project = view.manifest.project is not None and view.scope in BELONGING
    largest = _LARGEST_IN_PROJECT if in_project else _LARGEST
    for node in _scalars(view.manifest.tree.root):
        if _is_too_large(node, largest):
            yield rule.finding(view, node.span, f"`{_shortened(node.raw)}` is too large for uv")


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Array):
        for item in node.items:
            yield from _scalars(item)
    elif isinstance(node, Table):
        for entry in node.entries.values():
            yield from _scalars(entry.value)


def _is_too_large(node: Scalar, largest: int) -> bool:
    value = node.value
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return not -(largest // 2 if largest == _LARGEST else largest) - 1 <= value <= largest
    if isinstance(value, float):
        return value in (float("inf"), float("-inf")) and "inf" not in node.raw
    return False


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


RULES = (toml_syntax, unreadable_file, number_too_large)
