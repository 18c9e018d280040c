"""What a refactoring is: a change of the files that keeps what they mean, for a person to choose."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from ws_lsp.checking.findings import Change
from ws_lsp.ide.difference import difference
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit, apply_edits

__all__ = ["Refactoring", "RefactoringKind", "rewritten"]


class RefactoringKind(Enum):
    """LSP's kind of a code action (LSP 3.17, `CodeActionKind`)."""

    EXTRACT = "refactor.extract"
    REWRITE = "refactor.rewrite"


class Refactoring(NamedTuple):
    """A refactoring to offer; `title` begins with a verb.

    `changes` are found when they are wanted: they may be in a thousand files.
    """

    title: str
    kind: RefactoringKind
    changes: Callable[[], tuple[Change, ...]]


def rewritten(
    manifest: Manifest, *steps: Callable[[Manifest], list[Edit] | None]
) -> tuple[Change, ...] | None:
    """Return the change of a file that steps make one after the other, each on what the last one left.

    None where a step has no answer; no change where they leave the text as it is.
    """
    text = manifest.text
    for step in steps:
        edits = step(Manifest(manifest.path, text))
        if edits is None:
            return None
        text = apply_edits(text, edits)
    if text == manifest.text:
        return ()
    return (Change(manifest.path, difference(manifest.text, text)),)
