"""What Git's own files say of a working tree: its submodules, and other worktrees in it. Pure."""

from __future__ import annotations

from ws_lsp.grammar.names import Name, normalise
from ws_lsp.regular_expression import regular_expression
from ws_lsp.vfs import FileSystem, Kind, base_name, join, parent

__all__ = ["absent_submodules", "submodule_of", "worktree_around"]

_PATH = regular_expression(r'(?m)^[ \t]*path[ \t]*=[ \t]*"?([^"\r\n]+)')


def absent_submodules(files: FileSystem, directory: str) -> tuple[str, ...]:
    """Return the directories of the submodules that are not checked out, of the repository around a directory."""
    while files.kind(join(directory, ".gitmodules")) is not Kind.FILE:
        if directory == parent(directory):
            return ()
        directory = parent(directory)
    file = files.read(join(directory, ".gitmodules"))
    paths = [join(directory, one.strip()) for one in _PATH.findall(file.text if file else "")]
    return tuple(one for one in paths if not files.listing(one))


def submodule_of(files: FileSystem, directory: str, name: Name) -> str | None:
    """Return the submodule, not checked out, whose directory is called like a project, or the only one."""
    absent = absent_submodules(files, directory)
    called = (one for one in absent if normalise(base_name(one)) == name)
    return next(called, absent[0] if len(absent) == 1 else None)


def worktree_around(files: FileSystem, directory: str, root: str) -> str | None:
    """Return the worktree below `root`, another checkout of a repository, that holds a directory of `root`."""
    found = None
    while directory != root and directory.startswith(root.rstrip("/") + "/"):
        file = files.read(join(directory, ".git")) if _has_file(files, directory) else None
        if file is not None and _WORKTREE.match(file.text):
            found = directory
        directory = parent(directory)
    return found


def _has_file(files: FileSystem, directory: str) -> bool:
    return files.kind(join(directory, ".git")) is Kind.FILE


_WORKTREE = regular_expression(r"gitdir:[^\r\n]*[/\\]worktrees[/\\]")
"""The `.git` of a submodule leads to `modules` instead."""
