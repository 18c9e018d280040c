"""What several rules propose: the nearest name for a wrong one, and a workspace source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ws_lsp.checking.findings import Applicability, Fix
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex
from ws_lsp.project.declarations import SOURCES_PATH, WORKSPACE_PATH
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit
from ws_lsp.toml.edit import append_item, deletes_comment, insert_entry, replace_string, string_text
from ws_lsp.toml.tree import Array, String

__all__ = [
    "COMMENT",
    "GUESS",
    "INVENTION",
    "IN_FORCE",
    "MOVE",
    "OWN_SOURCE",
    "REMOVAL",
    "TRANSLATION",
    "UNCOMMENTED",
    "added_patterns",
    "is_needed",
    "nearest",
    "question",
    "replacement",
    "replacing",
    "translation",
    "without_effect",
    "workspace_source",
]

COMMENT = "A comment goes with what is removed"
GUESS = "Another name may be meant"
IN_FORCE = "Settings that uv has ignored so far count from then on"
INVENTION = "Nobody chose what is written: it is made up"
MOVE = "uv then reads what it has passed over so far"
OWN_SOURCE = "What other files say of the package's source counts here no more"
REMOVAL = "What is removed is lost, with its comments"
TRANSLATION = "Something else may be meant"
UNCOMMENTED = "The comments in the value are lost, and something else may be meant"


def question(*near: str | None) -> str:
    """Return the end of a message that proposes a name, if there is one, or several together."""
    shown = " and ".join(f"`{one}`" for one in near if one is not None)
    return f". Did you mean {shown}?" if shown else ""


def replacing(view: View, node: String, patterns: Sequence[str]) -> Fix:
    """Return the fix that writes patterns in place of a wrong one."""
    first, *others = (replace_string(node, one) for one in patterns)
    text = ", ".join(one.text for one in (first, *others))
    shown = ", ".join(f"`{one}`" for one in patterns)
    return Fix(f"Replace with {shown}", (view.change(Edit(first.span, text)),), risk=GUESS)


def replacement(view: View, near: str, *edits: Edit) -> Fix:
    """Return the fix that writes the nearest name in place of a wrong one."""
    return Fix(f"Replace with `{near}`", (view.change(*edits),), risk=GUESS)


def translation(view: View, title: str, edit: Edit) -> Fix:
    """Return the fix that writes another value, which may not be the one that was meant."""
    lost = deletes_comment(view.manifest.tree, [edit])
    return Fix(title, (view.change(edit),), risk=UNCOMMENTED if lost else TRANSLATION)


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


def workspace_source(view: View, name: Name) -> Fix:
    """Return the fix that adds `{ workspace = true }` for a member to the sources of the file.

    It is safe where no other source counts yet.
    """
    edits = insert_entry(view.manifest.tree, SOURCES_PATH, name, "{ workspace = true }")
    title = f"Add the source `{name} = {{ workspace = true }}`"
    fix = Fix(title, (view.change(*edits),), Applicability.SAFE)
    return fix if view.inherited_source(name) is None else fix.as_unsafe(OWN_SOURCE)


def without_effect(view: View, title: str, edits: list[Edit]) -> Fix:
    """Return the fix that removes what has no effect: it is safe unless a comment goes along."""
    fix = Fix(title, (view.change(*edits),), Applicability.SAFE)
    return fix.as_unsafe(COMMENT) if deletes_comment(view.manifest.tree, edits) else fix


def added_patterns(root: Manifest, key: str, patterns: Iterable[str]) -> list[Edit]:
    """Return the edits that add patterns to a root's `members` or `exclude`, none where that is no list."""
    text = ", ".join(map(string_text, patterns))
    array = root.tree.root.get(*WORKSPACE_PATH, key)
    if array is None:
        return insert_entry(root.tree, WORKSPACE_PATH, key, f"[{text}]")
    if isinstance(array, Array) and array.closed and not array.of_tables:
        return append_item(root.tree, array, text)
    return []
