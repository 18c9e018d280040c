"""What several rules propose: the nearest name for a wrong one, and a workspace source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ws_lsp.checking.findings import Fix
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex
from ws_lsp.project.declarations import SOURCES_PATH
from ws_lsp.text import Edit
from ws_lsp.toml.edit import insert_entry, replace_string
from ws_lsp.toml.tree import String

__all__ = ["is_needed", "nearest", "question", "replacement", "replacing", "workspace_source"]


def question(*near: str | None) -> str:
    """Return the end of a message that proposes a name, if there is one, or several together."""
    shown = " and ".join(f"`{one}`" for one in near if one is not None)
    return f". Did you mean {shown}?" if shown else ""


def replacing(view: View, node: String, patterns: Sequence[str]) -> Fix:
    """Return the fix that writes patterns in place of a wrong one."""
    first, *others = (replace_string(node, one) for one in patterns)
    text = ", ".join(one.text for one in (first, *others))
    shown = ", ".join(f"`{one}`" for one in patterns)
    return Fix(f"Replace with {shown}", (view.change(Edit(first.span, text)),))


def replacement(view: View, near: str, *edits: Edit) -> Fix:
    """Return the fix that writes the nearest name in place of a wrong one."""
    return Fix(f"Replace with `{near}`", (view.change(*edits),))


def nearest(view: View, node: String, names: Iterable[str]) -> tuple[str, tuple[Fix, ...]]:
    """Return the end of a message about a wrong string, and the fixes: for the nearest name, if any."""
    near = NameIndex(names).closest(node.value)
    if near is None:
        return "", ()
    return question(near), (replacement(view, near, replace_string(node, near)),)


def is_needed(view: View, name: Name) -> bool:
    """Tell whether a member of this name is required here, and the file's own source is the only one."""
    return (
        name != view.manifest.name
        and view.sourced_member(name) is not None
        and name in view.manifest.required
        and view.inherited_source(name) is None
    )


def workspace_source(view: View, name: Name, safe: bool = False) -> Fix:
    """Return the fix that adds `{ workspace = true }` for a member to the sources of the file."""
    edits = insert_entry(view.manifest.tree, SOURCES_PATH, name, "{ workspace = true }")
    return Fix(f"Add the source `{name} = {{ workspace = true }}`", (view.change(*edits),), safe)
