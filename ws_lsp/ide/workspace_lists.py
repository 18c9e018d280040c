"""The lists of `[tool.uv.workspace]`: `members` and `exclude`."""

from __future__ import annotations

from ws_lsp.project.declarations import WORKSPACE_PATH
from ws_lsp.project.globs import escape
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit, line_start, newline_of
from ws_lsp.toml.edit import append_item, insert_entry, string_text
from ws_lsp.toml.tree import Array

__all__ = ["added_directories", "separator"]


def added_directories(manifest: Manifest, key: str, directories: list[str]) -> list[Edit] | None:
    """Return the edits that add directories to a list, which may be missing; None where it takes none."""
    array = manifest.tree.root.get(*WORKSPACE_PATH, key)
    texts = [string_text(escape(one)) for one in directories]
    if array is None:
        value = f"[{', '.join(texts)}]"
        return insert_entry(manifest.tree, WORKSPACE_PATH, key, value) or None
    if not isinstance(array, Array) or not array.closed or array.of_tables:
        return None
    between = separator(manifest.text, array.items[-1].start) if array.items else ", "
    return append_item(manifest.tree, array, between.join(texts))


def separator(text: str, start: int) -> str:
    """Return what separates the items of a list: a line break where the one at `start` begins its line."""
    indent = text[line_start(text, start) : start]
    return ", " if indent.strip(" \t") else f",{newline_of(text)}{indent}"
