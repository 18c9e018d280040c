"""What uv accepts of a string, by what the string holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from ws_lsp.grammar.names import is_valid
from ws_lsp.grammar.requirement import (
    lenient_requirement_problem,
    marker_problem,
    name_problem,
    requirement_problem,
    specifiers_problem,
    version_problem,
)
from ws_lsp.grammar.url import index_url_problem, url_problem
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.shapes import Holds

__all__ = ["FORMATS", "Format", "as_name", "index_name_problem"]


class Format(NamedTuple):
    """A check: `problem` says in a few words why uv refuses a string, or returns None.

    `code` is that of the rule that reports it.
    """

    problem: Callable[[str], str | None]
    code: str = "invalid-value"


def index_name_problem(text: str) -> str | None:
    """Check the name of an index."""
    if re.fullmatch(r"[-_.A-Za-z0-9]*", text):
        return None
    return f"`{text}` is not a valid name of an index: letters, digits, `-`, `_` and `.`"


def as_name(text: str) -> str | None:
    """Return a sound name like a wrong one, None where there is none."""
    name = re.sub(r"[^-_.A-Za-z0-9]+", "-", text).strip("-_.")
    return name if is_valid(name) else None


_LIBC_LARGEST = 2**16 - 1


def _libc_problem(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)", text)
    if match is not None and all(
        int(digits.lstrip("0")[:9] or 0) <= _LIBC_LARGEST for digits in match.groups()
    ):
        return None
    return f"`{text}` is not a libc version such as `2.31`"


def _required_version_problem(text: str) -> str | None:
    problem = specifiers_problem(text)
    return problem if problem and version_problem(text) else None


_FORBIDDEN_UNIT = regular_expression(r"(?i)\d\s*(mo|mos|months?|y|yrs?|years?)(?![a-z])|\AP\d*[MY]")
_DATE = regular_expression(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def _moment_problem(text: str) -> str | None:
    """Say what is surely wrong with a date, a point in time or a duration."""
    day = _DATE.match(text)
    if not any(map(str.isdigit, text)) or re.fullmatch("[0-9]{4}", text):
        return f"`{text}` is neither a date such as `2026-01-31` nor a duration such as `7 days`"
    if day is not None and not _is_day(*map(int, day.groups())):
        return f"`{text}` is no day of the calendar"
    if day is None and _FORBIDDEN_UNIT.search(text):
        return f"`{text}` counts in months or years, which differ in length. Use days"
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    from datetime import date  # here: importing it takes 4 ms, and few files hold a date

    try:
        return bool(date(year or 4, month, day))  # uv has a year 0, a leap year
    except ValueError:
        return False


_NAME = Format(name_problem, "invalid-name")

FORMATS: dict[Holds, Format] = {
    Holds.PACKAGE: _NAME,
    Holds.MEMBER: _NAME,
    Holds.GROUP: _NAME,
    Holds.EXTRA: _NAME,
    Holds.INDEX: Format(index_name_problem, "invalid-name"),
    Holds.REQUIREMENT: Format(requirement_problem, "invalid-requirement"),
    Holds.LATE_REQUIREMENT: Format(lenient_requirement_problem, "invalid-requirement"),
    Holds.VERSION: Format(version_problem, "invalid-version"),
    Holds.SPECIFIERS: Format(specifiers_problem),
    Holds.PYTHON_SPECIFIERS: Format(specifiers_problem, "invalid-requires-python"),
    Holds.UV_SPECIFIERS: Format(_required_version_problem),
    Holds.MARKER: Format(marker_problem, "invalid-marker"),
    Holds.URL: Format(url_problem, "invalid-url"),
    Holds.INDEX_URL: Format(index_url_problem, "invalid-url"),
    Holds.MOMENT: Format(_moment_problem),
    Holds.LIBC_VERSION: Format(_libc_problem),
}
