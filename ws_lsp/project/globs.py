"""uv's member patterns: the dialect of the Rust crate `glob` 0.3 (uv-workspace, `collect_members_only`).

`?`, `*`, `**`, `[abc]`, `[a-z]`, `[!abc]`; no braces, no escape but brackets. `members` are enumerated
component by component; `exclude` is matched against a path as a whole, where `*` crosses `/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ws_lsp.grammar.names import closest_word
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.vfs import FileSystem, Kind, is_absolute, join, normal_form

__all__ = [
    "Pattern",
    "PatternProblem",
    "compile_member_pattern",
    "compile_pattern",
    "escape",
    "literal",
]


class PatternProblem(NamedTuple):
    """Why a pattern is refused; `position` is an index of the pattern, in code points from 0."""

    position: int
    message: str


class Pattern(NamedTuple):
    """A sound pattern; `text` is as written, `normal` without `.`, `..` and doubled or final `/`."""

    text: str
    normal: str

    def directories(self, files: FileSystem, root: str) -> Iterator[tuple[str, Kind]]:
        """Yield what the pattern names below `root`, as uv enumerates `members`: sorted, depth first.

        Symbolic links are followed, hidden directories are entered, files are yielded too. A `..` of
        the pattern is left in the path, because to uv `/w/../w/a` is another member than `/w/a`.
        """
        start = "/" if self.normal.startswith("/") else root
        if not self.normal.startswith("/") and is_absolute(self.normal):
            start = self.normal[:3]
        rest = self.normal.removeprefix(start) if is_absolute(self.normal) else self.normal
        parts = [part for part in rest.split("/") if part]
        seen: set[str] = set()
        for path, kind in _enumerate(files, start, parts, _Budget()):
            if path not in seen:
                seen.add(path)
                yield path, kind

    def nearest(self, files: FileSystem, root: str) -> str | None:
        """Return a pattern that names something and differs in the misspelt names of directories only.

        None where there is no directory of a similar name, or where the pattern is absolute.
        """
        if is_absolute(self.normal):
            return None
        at, parts = root, self.normal.split("/")
        for index, part in enumerate(parts):
            if any(character in part for character in "?*["):
                break
            below = join(at, part)
            kind = files.kind(below)
            if kind is None or not kind.is_directory:
                names = [name for name, kind in files.listing(at).items() if kind.is_directory]
                near = closest_word(part, names)
                if near is None:
                    return None
                parts[index], below = near, join(at, near)
            at = below
        found = "/".join(parts)
        pattern = compile_pattern(found)
        if found == self.normal or not isinstance(pattern, Pattern):
            return None
        return found if any(pattern.directories(files, root)) else None

    def excludes(self, directory: str, root: str) -> bool:
        """Tell whether this pattern, as an `exclude`, hits a member's directory as `directories` yields it.

        The path relative to the root is matched, or the absolute one where the pattern had to be
        brought to normal form or is absolute.
        """
        if self.normal != self.text or is_absolute(self.normal):
            return _translate(join_pattern(root, self.normal), True).match(directory) is not None
        if directory != root and not directory.startswith(root.rstrip("/") + "/"):
            return False
        inside = directory.removeprefix(root).removeprefix("/")
        return _translate(self.normal, True).match(inside) is not None

    def includes(self, directory: str, root: str) -> bool:
        """Tell whether this pattern, as one of `members`, hits a directory: `*` keeps to its component."""
        if self.normal == "":
            return directory == root
        return _translate(join_pattern(root, self.normal), False).match(directory) is not None


class _Budget:
    """What one pattern may cost: `/**/x` would search the whole disk, and links may form loops."""

    def __init__(self) -> None:
        self.depth = 40
        """How deep `**` goes: loops of links end at the system's limit for uv too."""
        self.listings = 50_000


_WILDCARDS = "wildcards are either regular `*` or recursive `**`"
_RECURSIVE = "recursive wildcards must form a single path component"
_RANGE = "invalid range pattern"


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern | PatternProblem:
    """Read a pattern; what `glob::Pattern::new` refuses is a `PatternProblem`."""
    problem = _problem(text)
    if problem is not None:
        return problem
    normal = normal_form(text)
    return Pattern(text, normal)


def compile_member_pattern(text: str) -> Pattern | PatternProblem:
    """Read an entry of `members`, which is enumerated: there a `[…]` must not hold a `/` either."""
    pattern = compile_pattern(text)
    if isinstance(pattern, Pattern):
        for part in pattern.normal.split("/"):
            problem = _problem(part)
            if problem is not None:
                return PatternProblem(max(text.find(part), 0) + problem.position, problem.message)
    return pattern


def escape(text: str) -> str:
    """Write `text` as a pattern that matches just it."""
    return re.sub(r"[?*\[\]]", r"[\g<0>]", text)


def literal(pattern: str) -> str | None:
    """Return the one path that a pattern matches, None where it has wildcards."""
    plain = re.sub(r"\[([?*\[\]])\]", "", pattern)
    return None if re.search(r"[?*\[]", plain) else re.sub(r"\[([?*\[\]])\]", r"\1", pattern)


def join_pattern(root: str, pattern: str) -> str:
    """Return a pattern for absolute paths; a `..` that it begins with stays, and so hits nothing real."""
    return pattern if is_absolute(pattern) else f"{escape(root).rstrip('/')}/{pattern}"


def _problem(text: str) -> PatternProblem | None:
    at = 0
    while at < len(text):
        if text[at] == "*":
            end = at
            while text[end : end + 1] == "*":
                end += 1
            if end - at > 2:
                return PatternProblem(at + 2, _WILDCARDS)
            if end - at == 2:
                if at and text[at - 1] != "/":
                    return PatternProblem(at - 1, _RECURSIVE)
                if text[end : end + 1] not in ("", "/"):
                    return PatternProblem(end, _RECURSIVE)
            at = end
        elif text[at] == "[":
            end = _range_end(text, at)
            if end < 0:
                return PatternProblem(at, _RANGE)
            at = end
        else:
            at += 1
    return None


def _range_end(text: str, at: int) -> int:
    """Return the offset behind a `[…]` that begins at `at`, or -1; its first character may be `]`."""
    first = at + (3 if text[at + 1 : at + 2] == "!" else 2)
    end = text.find("]", first)
    return end + 1 if end >= 0 else -1


@lru_cache(maxsize=4096)
def _translate(pattern: str, star_crosses: bool) -> re.Pattern[str]:
    """Return the expression of a sound pattern, for a whole path."""
    any_one = "." if star_crosses else "[^/]"
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**", at):
            at += 2
            if pattern[at : at + 1] == "/":
                at += 1
                parts.append("(?:.*/)?")
            else:
                parts.append(".*")
            continue
        if character == "*":
            parts.append(any_one + "*")
        elif character == "?":
            parts.append(any_one)
        elif character == "[":
            end = _range_end(pattern, at)
            if end < 0:  # the escaped root of a sound pattern has none
                parts.append(re.escape(character))
            else:
                parts.append(_range(pattern[at + 1 : end - 1], star_crosses))
                at = end
                continue
        else:
            parts.append(re.escape(character))
        at += 1
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def _range(inside: str, star_crosses: bool) -> str:
    negated = inside.startswith("!")
    characters = inside[1:] if negated else inside
    pieces: list[str] = []
    at = 0
    while at < len(characters):
        if at + 2 < len(characters) and characters[at + 1] == "-":
            low, high = characters[at], characters[at + 2]
            if low <= high:
                pieces.append(f"{re.escape(low)}-{re.escape(high)}")
            at += 3
        else:
            pieces.append(re.escape(characters[at]))
            at += 1
    guard = "" if star_crosses else "(?!/)"
    if not pieces:
        return f"{guard}." if negated else r"(?!)"
    return f"{guard}[{'^' if negated else ''}{''.join(pieces)}]"


def _enumerate(
    files: FileSystem, path: str, parts: list[str], budget: _Budget
) -> Iterator[tuple[str, Kind]]:
    if not parts:
        kind = files.kind(normal_form(path))
        if kind is not None:
            yield path, kind
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _enumerate_all(files, path, rest, budget)
        return
    if not any(character in part for character in "?*["):
        yield from _enumerate(files, _below(path, part), rest, budget)
        return
    expression = _translate(part, False)
    if part.startswith("."):  # as in a shell, `.*` stands for `..` and `.` too
        for special in ("..", "."):
            if expression.match(special) and files.kind(normal_form(path)) is not None:
                below = path if special == "." else _below(path, special)
                yield from _enumerate(files, below, rest, budget)
    for name, kind in files.listing(normal_form(path)).items():
        if expression.match(name):
            below = _below(path, name)
            if not rest:
                yield below, kind
            elif kind.is_directory:
                yield from _enumerate(files, below, rest, budget)


def _enumerate_all(
    files: FileSystem, path: str, rest: list[str], budget: _Budget
) -> Iterator[tuple[str, Kind]]:
    if rest:
        yield from _enumerate(files, path, rest, budget)
    if budget.depth == 0 or budget.listings == 0:
        return
    budget.depth -= 1
    budget.listings -= 1
    for name, kind in files.listing(normal_form(path)).items():
        if kind.is_directory:
            below = _below(path, name)
            if not rest:
                yield below, kind
            yield from _enumerate_all(files, below, rest, budget)
    budget.depth += 1


def _below(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name}"
