"""What in a directory is not ignored: where there are no files, uv skips it instead of refusing it.

Mirrors the walk of the Rust crate `ignore` that uv starts in `has_only_gitignored_files`: `.ignore`
counts always; `.gitignore`, `.git/info/exclude` and the user's global excludes only inside of a git
repository. `ignore_rules` reads the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    levels = _levels_at(files, directory, repository)
    if not all(level.sound for level in levels[:-1]):
        return Content.FILES
    found = Content.NOTHING
    for _, kind in _unignored(files, directory, repository, levels, lambda _: True):
        if kind is not Kind.DIRECTORY:
            return Content.FILES
        found = Content.DIRECTORIES
    return found


def directories_below(
    files: FileSystem, directory: str, enters: Callable[[str], bool]
) -> Iterator[str]:
    """Yield the directories at any depth that escape the ignore rules, and that `enters` wants.

    What is below a directory that it does not want is not looked at, nor is what is behind symbolic links.
    """
    repository = _repository(files, directory)
    levels = _levels_at(files, directory, repository)
    for path, kind in _unignored(files, directory, repository, levels, enters):
        if kind is Kind.DIRECTORY and enters(path):
            yield path


def _unignored(
    files: FileSystem,
    directory: str,
    repository: str | None,
    levels: Sequence[_Level],
    enters: Callable[[str], bool],
) -> Iterator[tuple[str, Kind]]:
    """Yield what escapes the ignore rules, at any depth; `levels` are those of `directory` and above."""
    from ws_lsp.project.ignore_rules import read_rules  # here: few directories have no manifest

    user = read_rules(repository, files.global_excludes()) if repository is not None else None
    entered = [(directory, levels)]
    while entered:
        at, levels = entered.pop()
        for name, kind in files.listing(at).items():
            path = join(at, name)
            if kind is Kind.LINKED_DIRECTORY:
                continue
            if _is_ignored(path, kind is Kind.DIRECTORY, levels, user):
                continue
            yield path, kind
            if kind is Kind.DIRECTORY and enters(path):
                entered.append((path, [*levels, _level(files, path, repository)]))


def _levels_at(files: FileSystem, directory: str, repository: str | None) -> list[_Level]:
    """Return the rules of a directory and of those above it, outermost first."""
    levels = [_level(files, directory, repository)]
    while directory != parent(directory):
        directory = parent(directory)
        levels.insert(0, _level(files, directory, repository))
    return levels


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
