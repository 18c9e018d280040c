"""What is offered for a key that stands where nobody reads it: the place where it belongs, and the move."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Applicability, Change, Fix
from ws_lsp.checking.rule import Scope
from ws_lsp.checking.suggestions import MOVE, TRANSLATION
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import LOWERED, WORKSPACE_SOURCE, requirement_name
from ws_lsp.schema.keys import DEFAULT_PACKAGES, DEPENDENCY_GROUPS, EXCLUSIONS, WORKSPACE
from ws_lsp.schema.misplaced import belonging
from ws_lsp.schema.places import described
from ws_lsp.schema.pyproject import PYPROJECT
from ws_lsp.text import Edit
from ws_lsp.toml.edit import key_text
from ws_lsp.toml.moving import moved_to, moved_within, path_of
from ws_lsp.toml.tree import Array, Entry, Node, String, Table, strings

__all__ = ["Move", "inherited", "move_of", "required_in", "written_by_root"]


class Move(NamedTuple):
    """Where a key belongs: the end of a message that says so, and the fix."""

    path: tuple[str, ...]
    end: str
    where: str
    """In which table, as messages say it."""
    fix: Fix
    named: bool
    """Whether it is called as it is there."""
    stays: bool
    """Whether the key stays in its table, and is only called otherwise."""


def move_of(view: View, entry: Entry, *, refused: bool = False) -> Move | None:
    """Return where a key of the file belongs, None where nothing is known or the text forbids the move.

    `refused` tells that uv refuses the file as it is, so that a move cannot make that worse.
    """
    tree = view.manifest.tree
    old = path_of(tree, entry)
    other = view.root_manifest() if view.manifest.is_settings else view.manifest
    if old is None or (other.is_settings and other is view.manifest):
        return None
    new = belonging(other.tree.root, old, entry.value, of_uv_toml=view.manifest.is_settings)
    if new is None or not _is_readable_there(view, new, entry.value):
        return None
    if other is view.manifest:
        edits = moved_within(tree, old, new)
        changes: tuple[Change, ...] = (view.change(*edits),) if edits is not None else ()
    else:
        both = moved_to(tree, old, other.tree, new)
        changes = (view.change(*both[0]), Change(other.path, tuple(both[1]))) if both else ()
    if not changes:
        return None
    stays = other is view.manifest and old[:-1] == new[:-1]
    named = old[-1] == new[-1]
    where = _table(new, entry.value)
    if stays:
        shown = _shown(new, entry.value).partition(" of ")[0]
        title, end = f"Replace with {shown}", f". Did you mean {shown}?"
    elif named:
        title, end = f"Move to {where}", f". It belongs {_at(where)}"
    else:
        shown = _shown(new, entry.value)
        title, end = f"Move to {shown}", f". Did you mean {shown}?"
    safe = refused and named
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    fix = Fix(title, changes, applicability, NO_RISK if safe else MOVE)
    return Move(new, end, _at(where), fix, named, stays)


def _at(where: str) -> str:
    return f"{'in' if where.startswith('`') else 'at'} {where}"


def _shown(path: tuple[str, ...], node: Node) -> str:
    """Return a path as it is written in a message: a table by its header."""
    header = ".".join(map(key_text, path))
    if isinstance(node, Table):
        return f"`[{header}]`"
    if isinstance(node, Array) and node.of_tables:
        return f"`[[{header}]]`"
    return f"`{key_text(path[-1])}` of `[{'.'.join(map(key_text, path[:-1]))}]`"


def _table(path: tuple[str, ...], node: Node) -> str:
    """Return the table in which a value at a path is, a table itself by its own header."""
    if isinstance(node, Table) and len(path) == 1:
        return "the top level of the file"
    return _shown(path, node).rpartition(" of ")[2]


def _is_readable_there(view: View, path: tuple[str, ...], node: Node) -> bool:
    """Tell whether a value can be read at a path of this file, and uv finds what it names."""
    place = described(PYPROJECT, path)
    if place is None or (place.root_only and view.scope not in (Scope.ROOT, Scope.SETTINGS)):
        return False
    if path[-1] == DEFAULT_PACKAGES:
        return not view.strangers(frozenset(normalise(one.value) for one in strings(node)))
    if path[:2] == ("tool", "uv") and path[-1] in _OF_OTHERS:
        return all(view.member(name) is None for name in required_in(node))
    if path[0] == DEPENDENCY_GROUPS or path[:2] in (
        ("project", "dependencies"),
        ("project", "optional-dependencies"),
    ):
        return all(_can_be_required(view, name) for name in required_in(node))
    return True


_OF_OTHERS = frozenset({*LOWERED, EXCLUSIONS})
"""The settings that uv refuses for most members."""


def required_in(node: Node) -> Iterator[Name]:
    """Yield the names of what is required, wherever in a value."""
    if isinstance(node, String):
        name = requirement_name(node.value)
        if name is not None:
            yield name
    elif isinstance(node, Array):
        for item in node.items:
            yield from required_in(item)
    elif isinstance(node, Table):
        for entry in node.entries.values():
            yield from required_in(entry.value)


def _can_be_required(view: View, name: Name) -> bool:
    """Tell whether nothing is wrong with a requirement of a package: members need a source, others none of the workspace."""
    own = view.manifest.sources.get(name)
    kinds = own.kinds if own is not None else view.inherited_source(name) or ()
    if view.sourced_member(name) is not None and name != view.manifest.name:
        return kinds == (WORKSPACE_SOURCE,)
    return WORKSPACE_SOURCE not in kinds


def inherited(entry: Entry) -> bool:
    """Tell whether a value is `{ workspace = true }`, in which Cargo reads that of the workspace."""
    return isinstance(entry.value, Table) and [*entry.value.entries] == [WORKSPACE]


_PATHS = frozenset({"readme"})
"""The keys of `[project]` whose strings are paths: from a member they lead elsewhere than from the root."""


def written_by_root(view: View, entry: Entry) -> Fix | None:
    """Return the fix that writes what the root says of a key of `[project]` in place of its value."""
    root = view.root_manifest()
    value = root.tree.root.get("project", entry.key.text)
    if value is None or root is view.manifest or not isinstance(value, String):
        return None
    if entry.key.text in _PATHS:
        return None
    text = root.text[value.start : value.end]
    statement = entry.statement
    if statement is None or statement.value is not entry.value:
        return None
    return Fix(f"Write `{text}`", (view.change(Edit(entry.value.span, text)),), risk=TRANSLATION)
