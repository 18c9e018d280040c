"""What in a directory is not ignored: where there are no files, uv skips it instead of refusing it.

Mirrors the walk of the Rust crate `ignore` that uv starts in `has_only_gitignored_files`: `.ignore`
counts always; `.gitignore`, `.git/info/exclude` and the user's global excludes only inside of a git
repository. pathspec matches the patterns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.vfs import FileSystem, Kind, join, parent, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["Content", "content"]


class Content(Enum):
    """What of a directory, at any depth, the ignore rules leave."""

    NOTHING = auto()
    DIRECTORIES = auto()
    """Directories without files."""
    FILES = auto()


class _Rules(NamedTuple):
    """The patterns of one file, which speak of paths below `directory`."""

    directory: str
    patterns: GitIgnoreSpec

    def verdict(self, path: str, is_directory: bool) -> bool | None:
        """Tell whether `path` is ignored (True), kept by a `!pattern` (False), or not spoken of.

        What speaks of a directory does not speak of what is in it: the walk asks at each level, but
        not about the directory where it begins.
        """
        name = relative(path, self.directory) + ("/" if is_directory else "")
        for pattern in reversed(list(self.patterns.patterns)):
            found = pattern.match_file(name) if pattern.include is not None else None
            if found is not None and _is_whole(found.match, name, is_directory):
                return pattern.include
        return None


class _Level(NamedTuple):
    """The rules that one directory adds, by kind in the order in which they win."""

    ignore: _Rules | None
    gitignore: _Rules | None
    exclude: _Rules | None


def content(files: FileSystem, directory: str) -> Content:
    """Return what below `directory` escapes the ignore rules; what is behind symbolic links does not count."""
    repository = _repository(files, directory)
    levels: list[_Level] = []
    above = directory
    while True:
        levels.insert(0, _level(files, above, repository))
        if above == parent(above):
            break
        above = parent(above)
    user = _rules(repository, files.global_excludes()) if repository is not None else None
    return _content(files, directory, levels, repository, user)


def _content(
    files: FileSystem,
    directory: str,
    levels: Sequence[_Level],
    repository: str | None,
    user: _Rules | None,
) -> Content:
    found = Content.NOTHING
    for name, kind in files.listing(directory).items():
        path = join(directory, name)
        if kind is Kind.LINKED_DIRECTORY or _is_ignored(path, kind is Kind.DIRECTORY, levels, user):
            continue
        if kind is not Kind.DIRECTORY:
            return Content.FILES
        inner = [*levels, _level(files, path, repository)]
        if _content(files, path, inner, repository, user) is Content.FILES:
            return Content.FILES
        found = Content.DIRECTORIES
    return found


def _is_ignored(
    path: str, is_directory: bool, levels: Sequence[_Level], user: _Rules | None
) -> bool:
    for kind in ("ignore", "gitignore", "exclude"):
        for level in reversed(levels):
            rules: _Rules | None = getattr(level, kind)
            verdict = rules.verdict(path, is_directory) if rules else None
            if verdict is not None:
                return verdict
    return bool(user and user.verdict(path, is_directory))


def _repository(files: FileSystem, directory: str) -> str | None:
    """Return the git repository that a directory is in: the nearest one above with a `.git`."""
    while files.kind(join(directory, ".git")) is None:
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
        _read(files, directory, ".gitignore") if inside else None,
        _read(files, directory, ".git/info/exclude") if inside else None,
    )


def _read(files: FileSystem, directory: str, name: str) -> _Rules | None:
    path = join(directory, name)
    if files.kind(path) is not Kind.FILE:
        return None
    file = files.read(path)
    return _rules(directory, file.text) if file and file.text else None


def _is_whole(match: re.Match[str], name: str, is_directory: bool) -> bool:
    """Tell whether pathspec matched `name` itself, neither a directory above it nor what is below it."""
    end: int = match.end("ps_d") if "ps_d" in match.re.groupindex else -1
    if end >= 0:
        return end == len(name)  # the slash behind what matched
    return not is_directory or match.end() < len(name)


def _rules(directory: str, text: str) -> _Rules:
    from pathspec import GitIgnoreSpec

    return _Rules(directory, GitIgnoreSpec.from_lines(text.replace("\r\n", "\n").split("\n")))
