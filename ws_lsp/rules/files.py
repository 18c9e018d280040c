"""Rules about a file as such."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.rules.base import Finding, Rule, Scope, Severity, View, rule
from ws_lsp.text import Span

__all__ = ["RULES"]

EVERY_FILE = (Scope.ROOT, Scope.MEMBER, Scope.SETTINGS)


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
    anything else, as it does a directory of that name or a file that it may not read.

    Save the file as UTF-8, or correct its permissions.
    """
    problem = view.manifest.unreadable
    if problem is not None:
        yield rule.finding(view, Span(0, 0), f"`{view.shown(view.path)}` cannot be read: {problem}")


RULES = (toml_syntax, unreadable_file)
