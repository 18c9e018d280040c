"""uv's member patterns: the dialect of the Rust crate `glob` 0.3 (uv-workspace, `collect_members_only`).

`?`, `*`, `**`, `[abc]`, `[a-z]`, `[!abc]`; no braces, no escape but brackets. `members` are enumerated
component by component; `exclude` is matched against a path as a whole, where `*` crosses `/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ws_lsp.grammar.names import closest_word
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.wildcards import Character, Directories, Literal, Part, Star, matches
from ws_lsp.regular_expression import regular_expression
from ws_lsp.vfs import FileSystem, Kind, base_name, is_absolute, join, normal_form

__all__ = [
    "Pattern",
    "PatternProblem",
    "compile_member_pattern",
    "compile_pattern",
    "escape",
    "literal",
    "spellings",
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
        yield from _enumerate(files, start, parts)

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

    def is_found(self, files: FileSystem, root: str) -> bool:
        """Tell whether the pattern names a directory."""
        return any(kind.is_directory for _, kind in self.directories(files, root))

    def excludes(self, directory: str, root: str) -> bool:
        """Tell whether this pattern, as an `exclude`, hits a member's directory as `directories` yields it.

        The path relative to the root is matched, or the absolute one where the pattern had to be
        brought to normal form or is absolute.
        """
        if self.normal != self.text or is_absolute(self.normal):
            return matches(_parts(join_pattern(root, self.normal), True), directory)
        if directory != root and not directory.startswith(root.rstrip("/") + "/"):
            return False
        inside = directory.removeprefix(root).removeprefix("/")
        return matches(_parts(self.normal, True), inside)

    def includes(self, directory: str, root: str) -> bool:
        """Tell whether this pattern, as one of `members`, hits a directory: `*` keeps to its component."""
        if self.normal == "":
            return directory == root
        return matches(_parts(join_pattern(root, self.normal), False), directory)


_DEPTH = 40
"""How deep `**` goes: loops of links end at the system's limit for uv too."""
_LISTINGS = 50_000
"""So many directories one pattern may list by `**`: `/**/x` would search the whole disk."""

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


_MOST_SPELLINGS = 20
"""So many patterns one with braces stands for at most: more than that is no list of directories."""


def spellings(text: str, root: str) -> tuple[str, ...]:
    """Return the patterns that somebody means who writes one as other tools want it.

    These know back slashes, `{a,b}`, paths from the root with a `/` in front, and files of projects.
    What needs no other spelling is returned as it is.
    """
    found = text.replace("\\", "/")
    if found.startswith("/"):
        inside = root.rstrip("/") + "/"
        found = found.removeprefix(inside) if found.startswith(inside) else found.lstrip("/")
    if base_name(found) == MANIFEST:
        found = found.rstrip("/").removesuffix(MANIFEST).rstrip("/")
    expanded = _expanded(found) if found else []
    return tuple(dict.fromkeys(one for one in expanded if one)) or (text,)


def _expanded(text: str) -> list[str]:
    """Return a pattern without its alternatives in braces; where they are too many, as it is."""
    waiting, found = [text], list[str]()
    while waiting:
        one = waiting.pop(0)
        innermost = _BRACES.search(one)
        if innermost is None:
            found.append(one)
            continue
        start, end = innermost.span()
        waiting += [one[:start] + part.strip() + one[end:] for part in innermost[1].split(",")]
        if len(waiting) + len(found) > _MOST_SPELLINGS:
            return [text]
    return found


_BRACES = regular_expression(r"\{([^{}]*,[^{}]*)\}")


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
def _parts(pattern: str, star_crosses: bool) -> tuple[Part, ...]:
    """Return the parts of a sound pattern, for a whole path."""
    parts: list[Part] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        end = at + 1
        if pattern.startswith("**/", at):
            parts.append(Directories())
            end = at + 3
        elif pattern.startswith("**", at):
            parts.append(Star(True))
            end = at + 2
        elif character == "*":
            parts.append(Star(star_crosses))
        elif character == "?":
            parts.append(Character((), True, star_crosses))
        elif character == "[" and (closed := _range_end(pattern, at)) >= 0:
            parts.append(_range(pattern[at + 1 : closed - 1], star_crosses))
            end = closed
        else:  # among them a `[` of the escaped root of a sound pattern
            while end < len(pattern) and pattern[end] not in "?*[":
                end += 1
            parts.append(Literal(pattern[at:end]))
        at = end
    return tuple(parts)


def _range(inside: str, star_crosses: bool) -> Character:
    negated = inside.startswith("!")
    characters = inside[1:] if negated else inside
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(characters):
        if at + 2 < len(characters) and characters[at + 1] == "-":
            ranges.append((characters[at], characters[at + 2]))
            at += 3
        else:
            ranges.append((characters[at], characters[at]))
            at += 1
    return Character(tuple(ranges), negated, star_crosses)


class _Place(NamedTuple):
    """Where the enumeration of a pattern has come to."""

    path: str
    part: int
    """The index of the part that is next."""
    kind: Kind | None = None
    """What stands there, None where no listing has said so."""
    depth: int = 0
    """So many directories above were entered by `**`."""


def _enumerate(files: FileSystem, start: str, parts: Sequence[str]) -> Iterator[tuple[str, Kind]]:
    """Yield what stands at the end of the parts, once each.

    A directory is looked at once for each part, in however many ways the stars lead there.
    """
    open_places = [iter((_Place(start, 0),))]
    seen: set[tuple[str, int]] = set()
    listings = 0
    while open_places:
        place = next(open_places[-1], None)
        if place is None:
            open_places.pop()
            continue
        path, part, kind, depth = place
        if (path, part) in seen:
            continue
        seen.add((path, part))
        if part == len(parts):
            kind = kind or files.kind(normal_form(path))
            if kind is not None:
                yield path, kind
        elif parts[part] == "**":
            may_enter = depth < _DEPTH and listings < _LISTINGS
            listings += may_enter
            open_places.append(_at_any_depth(files, place, len(parts), may_enter))
        else:
            open_places.append(_one_below(files, place, parts))


def _one_below(files: FileSystem, place: _Place, parts: Sequence[str]) -> Iterator[_Place]:
    path, part, following = place.path, parts[place.part], place.part + 1
    if not any(character in part for character in "?*["):
        yield _Place(_below(path, part), following, None, place.depth)
        return
    wildcards = _parts(part, False)
    if part.startswith("."):  # as in a shell, `.*` stands for `..` and `.` too
        for special in ("..", "."):
            if matches(wildcards, special) and files.kind(normal_form(path)) is not None:
                below = path if special == "." else _below(path, special)
                yield _Place(below, following, None, place.depth)
    for name, kind in files.listing(normal_form(path)).items():
        if (following == len(parts) or kind.is_directory) and (
            part == "*" or matches(wildcards, name)
        ):
            yield _Place(_below(path, name), following, kind, place.depth)


def _at_any_depth(files: FileSystem, place: _Place, end: int, may_enter: bool) -> Iterator[_Place]:
    path, part, _, depth = place
    if part + 1 < end:
        yield _Place(path, part + 1, None, depth)
    if not may_enter:
        return
    for name, kind in files.listing(normal_form(path)).items():
        if kind.is_directory:
            below = _below(path, name)
            if part + 1 == end:
                yield _Place(below, end, kind, depth)
            yield _Place(below, part, kind, depth + 1)


def _below(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name}"
