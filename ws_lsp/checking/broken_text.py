"""What a mistake in the syntax of a file leads to, and is not said again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ws_lsp.checking.findings import Finding
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Span
from ws_lsp.toml.cursor import locate
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem

__all__ = ["without_consequences"]

SYNTAX = "toml-syntax"


def without_consequences(findings: Iterable[Finding], manifest: Manifest) -> Iterator[Finding]:
    """Yield findings without those about pieces of a file that are no TOML themselves.

    The finding about the syntax speaks for them. What is about a sound string, key or value stays,
    before the mistake and after it: somebody may be typing there.
    """
    syntax = manifest.syntax
    if syntax is None:
        yield from findings
        return
    for finding in findings:
        if finding.code == SYNTAX or _is_sound(manifest, finding.span):
            yield finding


def _is_sound(manifest: Manifest, span: Span) -> bool:
    """Tell whether the piece of text that a finding is about can stand in a TOML file."""
    string = locate(manifest.tree, span.start).string
    if string is not None and string.start <= span.start and span.end <= string.end:
        return True  # also one that is being typed
    section = next(
        (one for one in reversed(manifest.tree.sections) if one.start <= span.start), None
    )
    if section is not None and not section.closed:
        return False  # the keys below a header that is not closed belong to another table
    text = manifest.text[span.start : span.end]
    return any(
        syntax_problem(parse(one)) is None
        for one in (f"{text} = 1", f"x = {text}", text, f"[{text}]")
    )
