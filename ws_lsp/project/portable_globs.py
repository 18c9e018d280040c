"""Patterns for files as PEP 639 has them, in the dialect of uv's own build backend (uv-globfilter)."""

from __future__ import annotations

import re
from functools import lru_cache

from ws_lsp.project.wildcards import Character, Literal, Part, Star, matches
from ws_lsp.vfs import FileSystem, Kind

__all__ = ["has_match", "pattern_problem"]

_LISTINGS = 5_000
"""So many directories are looked into for one pattern; after that it is taken to match."""


def pattern_problem(pattern: str) -> str | None:
    """Say why a pattern is refused, None where it is sound."""
    if ".." in pattern.split("/"):
        return f"`{pattern}` leads out of the project"
    rest = re.sub(r"\[[-\w.]+\]", "", pattern)
    if "[" in rest:
        return f"`[` is not closed in `{pattern}`, or holds more than letters, digits, `-`, `_` and `.`"
    wrong = re.search(r"[^-\w.*?/]", rest)
    if wrong is not None:
        return f"`{wrong[0]}` is not allowed in a pattern for files"
    if re.search(r"\*{3}|\*\*[^/*]", pattern):
        return f"`**` must be a whole part of `{pattern}`"
    return None


def has_match(files: FileSystem, directory: str, pattern: str) -> bool:
    """Tell whether a sound pattern matches a file below a directory; links to directories are not entered."""
    waiting = [(directory, tuple(pattern.split("/")))]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        one = at, (first, *rest) = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if len(seen) > _LISTINGS:
            return True
        if first == "**" and rest:
            waiting.append((at, tuple(rest)))
        for name, kind in files.listing(at).items():
            below = f"{at.rstrip('/')}/{name}"
            if first == "**" and kind is Kind.DIRECTORY:
                waiting.append((below, (first, *rest)))
            elif first == "**" and not rest and kind is Kind.FILE:
                return True
            elif first != "**" and matches(_parts(first), name):
                if not rest and kind is Kind.FILE:
                    return True
                if rest and kind is Kind.DIRECTORY:
                    waiting.append((below, tuple(rest)))
    return False


@lru_cache(maxsize=1 << 8)
def _parts(text: str) -> tuple[Part, ...]:
    """Return the parts of a pattern for one name."""
    found: list[Part] = []
    for token in re.findall(r"\[[^\]]*\]|\*+|\?|[^\[*?]+", text):
        if token[0] == "*":
            found.append(Star(False))
        elif token == "?":
            found.append(Character((), True, False))
        elif token[0] == "[":
            found.append(Character(_ranges(token[1:-1]), False, False))
        else:
            found.append(Literal(token))
    return tuple(found)


def _ranges(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((one[0], one[-1]) for one in re.findall(r".-.|.", text))
