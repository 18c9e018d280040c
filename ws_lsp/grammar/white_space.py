r"""What is white space to uv in requirements, specifiers and markers: all of Unicode's, and no more.

Python's `str.isspace`, `str.strip` and `\s` also take U+001C to U+001F for white space.
"""

from __future__ import annotations

__all__ = ["WHITE_SPACE", "WHITE_SPACE_CLASS", "invisible", "spaced", "without_invisible"]

WHITE_SPACE_CLASS = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The characters, as they stand between the brackets of a regular expression."""
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f"
    "\u205f\u3000"
)
"""The characters, for `str.strip`."""
_ONLY_PYTHON_S = "\x1c\x1d\x1e\x1f"
_SPACED = dict.fromkeys(map(ord, WHITE_SPACE), " ") | dict.fromkeys(
    map(ord, _ONLY_PYTHON_S), "\x01"
)


def spaced(text: str) -> str:
    """Return a text whose white space is spaces, and in which nothing else is space to Python."""
    return text if text.isprintable() else text.translate(_SPACED)


def invisible(text: str) -> str:
    """Return the first character that nobody sees, and that is no white space, if there is one."""
    if text.isprintable():
        return ""
    return next((one for one in text if not one.isprintable() and one not in WHITE_SPACE), "")


def without_invisible(text: str) -> str:
    """Return a text without the characters that nobody sees; white space is left."""
    return "".join([one for one in text if one.isprintable() or one in WHITE_SPACE])
