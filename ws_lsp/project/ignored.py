"""What in a directory is not ignored: where there are no files, uv skips it instead of refusing it.

Who looks for projects of a folder leaves out what is ignored as well.

Mirrors the walk of the Rust crate `ignore` that uv starts in `has_only_gitignored_files`: `.ignore`
counts always; `.gitignore`, `.git/info/exclude` and the user's global excludes only inside of a git
repository. `ignore_rules` reads the files.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.vfs import FileSystem, Kind, join, parent

if TYPE_CHECKING:
    from ws_lsp.project.ignore_rules import IgnoreRules

__all__ = ["Content", "content", "directories_below"]


class Content(Enum):
    """What of a directory, at any depth, the ignore rules leave."""

    NOTHING = auto()
    DIRECTORIES = auto()
    """Directories without files."""
    FILES = auto()


class _Level(NamedTuple):
    """The rules that one directory adds, by kind in the order in which they win."""

    ignore: IgnoreRules | None
    gitignore: IgnoreRules | None
    exclude: IgnoreRules | None
    in_repository: bool
    """Whether those of git count."""

    @property
    def sound(self) -> bool:
        """Whether each line, even of what does not count, is a pattern."""
        return all(one is None or one.sound for one in (self.ignore, self.gitignore, self.exclude))


def content(files: FileSystem, directory: str) -> Content:
    """Return what below `directory` escapes the ignore rules; what is behind symbolic links does not count.

    Where an ignore file above it has a line that is not a pattern, uv takes it that files escape them.
    """
    repository = _repository(files, directory)
    levels = _levels(files, directory, repository)
    if not all(one.sound for one in levels[:-1]):
        return Content.FILES
    user = _of_user(files, repository)
    found = Content.NOTHING
    entered = [(directory, levels)]
    while entered:
        at, levels = entered.pop()
        for name, kind in files.listing(at).items():
            path = join(at, name)
            if kind is Kind.LINKED_DIRECTORY:
                continue
            if _is_ignored(path, kind is Kind.DIRECTORY, levels, user):
                continue
            if kind is not Kind.DIRECTORY:
                return Content.FILES
            found = Content.DIRECTORIES
            entered.append((path, [*levels, _level(files, path, repository)]))
    return found


def directories_below(files: FileSystem, directory: str, most: float = math.inf) -> Iterator[str]:
    """Yield a directory and those below it that no rule ignores, the upper ones first, at most so many.

    Hidden directories, environments and what is behind symbolic links are left out.
    """
    repository = _repository(files, directory)
    user = _of_user(files, repository)
    entered = deque([(directory, _levels(files, directory, repository))])
    while entered and most > 0:
        at, levels = entered.popleft()
        listing = files.listing(at)
        if "pyvenv.cfg" in listing:
            continue
        most -= 1
        yield at
        for name, kind in listing.items():
            path = join(at, name)
            if kind is not Kind.DIRECTORY or name.startswith(".") or name in _NEVER_OWN:
                continue
            if not _is_ignored(path, True, levels, user):
                entered.append((path, [*levels, _level(files, path, repository)]))


_NEVER_OWN = frozenset({"__pycache__", "node_modules"})
"""Directories that tools fill, also where no rule ignores them."""


def _levels(files: FileSystem, directory: str, repository: str | None) -> list[_Level]:
    """Return what a directory and those above it say, the uppermost first."""
    levels = [_level(files, directory, repository)]
    while directory != parent(directory):
        directory = parent(directory)
        levels.insert(0, _level(files, directory, repository))
    return levels


def _of_user(files: FileSystem, repository: str | None) -> IgnoreRules | None:
    from ws_lsp.project.ignore_rules import read_rules  # here: few directories have no manifest

    return read_rules(repository, files.global_excludes()) if repository is not None else None


def _is_ignored(
    path: str, is_directory: bool, levels: Sequence[_Level], user: IgnoreRules | None
) -> bool:
    for kind in ("ignore", "gitignore", "exclude"):
        for level in reversed(levels):
            rules: IgnoreRules | None = getattr(level, kind)
            if rules is None or not (kind == "ignore" or level.in_repository):
                continue
            verdict = rules.verdict(path, is_directory)
            if verdict is not None:
                return verdict
    return bool(user and user.verdict(path, is_directory))


def _repository(files: FileSystem, directory: str) -> str | None:
    """Return the git repository that a directory is in: the nearest one above with a `.git`."""
    while files.kind(join(directory, ".git")) in (None, Kind.DANGLING):
        if directory == parent(directory):
            return None
        directory = parent(directory)
    return directory


def _level(files: FileSystem, directory: str, repository: str | None) -> _Level:
    inside = repository is not None and (
        directory == repository or directory.startswith(repository.rstrip("/") + "/")
    )
    return _Level(
        _read(files, directory, ".ignore"),
        _read(files, directory, ".gitignore"),
        _read(files, directory, ".git/info/exclude"),
        inside,
    )


def _read(files: FileSystem, directory: str, name: str) -> IgnoreRules | None:
    path = join(directory, name)
    if files.kind(path) is not Kind.FILE:
        return None
    file = files.read(path)
    if file is None or not file.text:
        return None
    text = file.text
    if file.problem is not None:  # uv reads up to the line that is not UTF-8
        text = text.partition("\ufffd")[0].rpartition("\n")[0]
    from ws_lsp.project.ignore_rules import read_rules

    return read_rules(directory, text)
