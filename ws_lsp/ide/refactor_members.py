"""Write `members` as a pattern or as a list; add entries to it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.ide.place import Place, ValuePlace
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind
from ws_lsp.ide.workspace_lists import added_directories, separator
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.globs import (
    Pattern,
    PatternProblem,
    compile_member_pattern,
    compile_pattern,
    escape,
    literal,
)
from ws_lsp.project.ignored import Content, content
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.tool_uv import MEMBERS
from ws_lsp.text import Edit
from ws_lsp.toml.edit import (
    remove_items,
    replace_string,
    string_text,
)
from ws_lsp.toml.tree import Array, String
from ws_lsp.vfs import base_name, join, normal_form, relative

__all__ = ["added_member", "listings"]

_MOST = 100
"""A pattern that names more directories than that is not written as a list."""


# ------------------------------------------------------------------- patterns and lists


def listings(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield the pattern that names what is listed beside the entry at a place, or the list for a pattern.

    The members of the workspace are the same afterwards: what a pattern would add goes to `exclude`.
    """
    if not isinstance(at, ValuePlace) or at.key is not MEMBERS or not at.is_root:
        return
    array, node = at.cursor.array, at.cursor.string
    if array is None or node is None or not array.closed:
        return
    if literal(node.value) == node.value:
        yield from _as_pattern(snapshot, manifest, array, node)
    else:
        yield from _as_list(snapshot, manifest, node)


def _as_pattern(
    snapshot: Snapshot, manifest: Manifest, array: Array, node: String
) -> Iterator[Refactoring]:
    above = _above(node.value)
    if above is None:
        return
    text = f"{escape(above)}/*" if above else "*"
    listed = {
        index: join(manifest.directory, item.value)
        for index, item in enumerate(array.items)
        if isinstance(item, String)
        and literal(item.value) == item.value
        and _above(item.value) == above
    }
    present = {path for path in listed.values() if snapshot.files.kind(path) is not None}
    if len(present) < 2 or len(present) < len(listed):
        return
    others = _others(snapshot, manifest, text, present)
    if others is None or len(others) > len(present):
        return
    first, *rest = listed
    kept = array.items[first]
    removed = remove_items(manifest.tree, array, rest)
    if not isinstance(kept, String) or any(_has_comment(manifest, edit) for edit in removed):
        return
    edits = [replace_string(kept, text), *removed]
    if others:
        shown = [relative(path, manifest.directory) for path in others]
        excluded = added_directories(manifest, "exclude", shown)
        if excluded is None:
            return
        edits += excluded
    changes = (Change(manifest.path, tuple(edits)),)
    title = f"Write `{text}` for {len(listed)} listed members"
    if others:
        title += f", and exclude {len(others)}"
    yield Refactoring(title, RefactoringKind.REWRITE, lambda: changes)


def _above(text: str) -> str | None:
    """Return the directory that a literal entry lies in, empty for the root; None for an odd one."""
    normal = normal_form(text)
    if (
        normal != text.removeprefix("./").rstrip("/")
        or normal.startswith(("/", ".."))
        or not normal
    ):
        return None
    return normal.rpartition("/")[0]


def _has_comment(manifest: Manifest, edit: Edit) -> bool:
    return "#" in manifest.text[edit.span.start : edit.span.end]


def _others(
    snapshot: Snapshot, manifest: Manifest, text: str, listed: set[str]
) -> list[str] | None:
    """Return the directories that a pattern would add to the workspace."""
    pattern = compile_member_pattern(text)
    if isinstance(pattern, PatternProblem):
        return None
    files, root = snapshot.files, manifest.directory
    known = {directory for some in snapshot.workspace.matches for directory in some}
    compiled = map(compile_pattern, manifest.shared.exclude)
    hiding = [one for one in compiled if isinstance(one, Pattern)]
    found: list[str] = []
    for directory, kind in pattern.directories(files, root):
        if not kind.is_directory or directory in listed or directory in known:
            continue
        if any(one.excludes(directory, root) for one in hiding):
            continue
        if files.kind(join(directory, MANIFEST)) is None and (
            base_name(directory).startswith(".") or content(files, directory) is not Content.FILES
        ):
            continue
        found.append(directory)
    return found


def _as_list(snapshot: Snapshot, manifest: Manifest, node: String) -> Iterator[Refactoring]:
    workspace = snapshot.workspace
    index = next(at for at, one in enumerate(manifest.member_patterns) if one is node)
    if index >= len(workspace.matches):
        return
    paths = {*workspace.paths}
    others = [
        directory
        for at, some in enumerate(workspace.matches)
        if at != index and (text := manifest.member_patterns[at].value) == literal(text)
        for directory in some
    ]
    listed = [
        relative(directory, manifest.directory)
        for directory in workspace.matches[index]
        if join(directory, MANIFEST) in paths and directory not in others
        if directory != manifest.directory
    ]
    if not 1 <= len(listed) <= _MOST:
        return
    between = separator(manifest.text, node.start)
    written = between.join(string_text(escape(one), node.quote[0]) for one in listed)
    changes = (Change(manifest.path, (Edit(node.span, written),)),)
    count = f"the {len(listed)} members" if len(listed) > 1 else "the member"
    title = f"List {count} that `{node.value}` names"
    yield Refactoring(title, RefactoringKind.REWRITE, lambda: changes)


# ---------------------------------------------------------------------- more entries


def added_member(manifest: Manifest, directory: str) -> list[Edit] | None:
    """Return the edits after which a root's `members` name a directory; none where they do already.

    None where `members` is something else than a list.
    """
    root = manifest.directory
    patterns = (compile_member_pattern(text) for text in manifest.shared.members)
    if any(isinstance(one, Pattern) and one.includes(directory, root) for one in patterns):
        return []
    return added_directories(manifest, "members", [relative(directory, root)])
