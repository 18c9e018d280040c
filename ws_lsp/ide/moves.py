"""What manifests must say after directories were renamed or deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.ide.workspace_lists import added_directories
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_PATH
from ws_lsp.project.globs import Pattern, compile_member_pattern, escape, literal
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_items, replace_string
from ws_lsp.toml.tree import Array, String
from ws_lsp.vfs import is_absolute, join, relative

__all__ = ["Move", "changes_of_deletions", "changes_of_moves"]


class Move(NamedTuple):
    """A file or directory gets another path."""

    before: str
    after: str


def changes_of_moves(snapshot: Snapshot, moves: Sequence[Move]) -> tuple[Change, ...]:
    """Return the edits, of the files at their old paths, that let all patterns and paths follow.

    `members` and `exclude` keep their wildcards; a member that no pattern names any more is added.
    """
    edits: dict[str, list[Edit]] = {}
    edits[snapshot.workspace.path] = list(_patterns(snapshot, moves))
    for path, manifest in snapshot.belonging.items():
        if any("path" in kinds for kinds in manifest.shared.sources.values()):
            with manifest.lent():
                edits.setdefault(path, []).extend(_sources(manifest, moves))
    return tuple(Change(path, tuple(some)) for path, some in edits.items() if some)


def changes_of_deletions(snapshot: Snapshot, paths: Sequence[str]) -> tuple[Change, ...]:
    """Return the edits that remove what `members` and `exclude` say of deleted directories.

    Only entries without wildcards are removed. Path sources stay: without them the package would come
    from an index.
    """
    root = snapshot.root
    edits: list[Edit] = []
    for key in ("members", "exclude"):
        array = root.tree.root.get(*WORKSPACE_PATH, key)
        if not isinstance(array, Array):
            continue
        gone = [
            index
            for index, item in enumerate(array.items)
            if isinstance(item, String)
            and (path := literal(item.value)) is not None
            and _is_below(join(root.directory, path), paths)
        ]
        edits += remove_items(root.tree, array, gone)
    return (Change(root.path, tuple(edits)),) if edits else ()


def _is_below(path: str, others: Sequence[str]) -> bool:
    return any(path == other or path.startswith(f"{other}/") for other in others)


def _moved(path: str, moves: Sequence[Move]) -> str:
    """Return the new path of something; the longest of the old paths above it decides."""
    fitting = [move for move in moves if _is_below(path, (move.before,))]
    if not fitting:
        return path
    move = max(fitting, key=lambda move: len(move.before))
    return move.after + path[len(move.before) :]


def _patterns(snapshot: Snapshot, moves: Sequence[Move]) -> Iterator[Edit]:
    root = snapshot.root
    new_root = _moved(root.directory, moves)
    texts: list[str] = []
    for node in (*root.member_patterns, *root.exclude_patterns):
        text = _moved_pattern(node.value, root.directory, new_root, moves)
        if node in root.member_patterns:
            texts.append(text)
        if text != node.value:
            yield replace_string(node, text)
    if not root.member_patterns:
        return
    compiled = map(compile_member_pattern, texts)
    patterns = [pattern for pattern in compiled if isinstance(pattern, Pattern)]
    left_out: list[str] = []
    for member in snapshot.workspace.members.values():
        directory = _moved(member.directory, moves)
        if (
            directory != member.directory
            and not member.is_root
            and directory.startswith(f"{new_root}/")
            and not any(pattern.includes(directory, new_root) for pattern in patterns)
        ):
            left_out.append(relative(directory, new_root))
    if left_out:
        yield from added_directories(root, "members", left_out) or ()


def _moved_pattern(text: str, root: str, new_root: str, moves: Sequence[Move]) -> str:
    """Return a pattern whose leading directories, up to the first wildcard, have moved."""
    parts = text.split("/")
    literals = list(takewhile(lambda one: one is not None, map(literal, parts)))
    above = "/".join(one for one in literals if one is not None)
    moved = _rewritten(above, root, new_root, moves) if above else above
    return text if moved == above else "/".join([escape(moved), *parts[len(literals) :]])


def _rewritten(text: str, directory: str, new_directory: str, moves: Sequence[Move]) -> str:
    """Return a path as it is to be written from where its file will be."""
    after = _moved(join(directory, text), moves)
    if is_absolute(text):
        return after if after != join(directory, text) else text
    if join(new_directory, text) == after:
        return text
    lead = "./" if text.startswith("./") else ""
    return lead + relative(after, new_directory)


def _sources(manifest: Manifest, moves: Sequence[Move]) -> Iterator[Edit]:
    new_directory = _moved(manifest.directory, moves)
    for source in manifest.sources.values():
        for entry in source.entries:
            node = entry.table.get("path")
            if isinstance(node, String):
                text = _rewritten(node.value, manifest.directory, new_directory, moves)
                if text != node.value:
                    yield replace_string(node, text)
