"""The comments of a TOML text, found without the reader that is tested, and texts full of them."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["commented", "comments"]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n',
    re.DOTALL,
)


def comments(text: str) -> Counter[str]:
    """Return the comments of a text, each with how often it is there."""
    return Counter(one[0].rstrip() for one in _TOKEN.finditer(text) if one[0].startswith("#"))


def commented(text: str, name: str) -> str:
    """Return the same document with a comment of its own behind each line, and above most."""
    count = 0

    def behind(match: re.Match[str]) -> str:
        nonlocal count
        if match[0] != "\n":
            return match[0]
        count += 1
        above = "" if count % 3 == 0 else f"  # above {name} {count}\n"
        return f"  # beside {name} {count}\n{above}"

    return _TOKEN.sub(behind, text)
