"""Edits of the setting `default-packages`: one way for lenses, the command, and new members."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.refactoring import rewritten
from ws_lsp.project.declarations import Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import DEFAULT_PACKAGES
from ws_lsp.text import Edit
from ws_lsp.toml.edit import append_item, insert_entry, remove_items, string_text
from ws_lsp.toml.tree import Array, String

__all__ = ["added_default_package", "changed_default_packages"]


def changed_default_packages(
    snapshot: Snapshot,
    added: Iterable[Name],
    removed: Collection[Name],
    home: Home = Home.WS_LSP,
) -> tuple[Change, ...] | None:
    """Return the change of the root after which some packages are default ones, and others are not.

    Entries that are not named stay as they are, unknown ones as well. Where the setting is missing it
    comes into `home`; `"all"` becomes a list where something is to be removed. None where the setting
    has a value of another shape, and where a package to be added is no member.
    """
    names = tuple(dict.fromkeys(added))
    members = snapshot.workspace.members
    if any(name not in members for name in names):
        return None
    return rewritten(
        snapshot.root,
        lambda one: _removed(one, removed, members),
        *(lambda one, name=name: added_default_package(one, name, home) for name in names),
    )


def added_default_package(
    root: Manifest, name: Name, home: Home = Home.WS_LSP
) -> list[Edit] | None:
    """Return the edits that make a package a default one; none where it is, None where they cannot."""
    packages = next(iter(root.default_packages), None)
    if packages is None:
        return (
            insert_entry(root.tree, home.value, DEFAULT_PACKAGES, f"[{string_text(name)}]") or None
        )
    array = packages.entry.value
    if packages.everything or name in packages.names:
        return []
    if not isinstance(array, Array) or not array.closed:
        return None
    quotes = [item.quote[0] for item in array.items if isinstance(item, String)]
    return append_item(root.tree, array, string_text(name, quotes[0] if quotes else '"'))


def _removed(
    root: Manifest, names: Collection[Name], members: Collection[Name]
) -> list[Edit] | None:
    packages = next(iter(root.default_packages), None)
    if packages is None or not names:
        return []
    value = packages.entry.value
    if packages.everything:
        kept = ", ".join(string_text(name) for name in members if name not in names)
        return [Edit(value.span, f"[{kept}]")]
    if not isinstance(value, Array) or not value.closed:
        return None
    at = [
        index
        for index, item in enumerate(value.items)
        if isinstance(item, String) and normalise(item.value) in names
    ]
    return list(remove_items(root.tree, value, at)) if at else []
