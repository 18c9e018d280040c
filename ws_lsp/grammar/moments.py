"""Dates, points in time and durations, as uv reads them in `exclude-newer` (the Rust crate jiff).

A duration is either ISO 8601 (`P7D`) or "friendly" (`7 days`, `1 week, 3 days`, `2h 30m`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.regular_expression import regular_expression

__all__ = ["duration_problem", "moment_problem", "timestamp_problem"]

_DATE = (
    r"(?P<year>[0-9]{4}|[+-][0-9]{6})(?:-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})|(?P<rest>[0-9]{4}))"
)
_TIME = (
    r"[Tt ](?P<hour>[0-9]{2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"|(?P<minute2>[0-9]{2})(?:(?P<second2>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?"
)
_OFFSET = r"(?:[Zz]|[+-](?P<offset>[0-9]{2})(?::?(?P<offset_minute>[0-9]{2})(?::?[0-9]{2})?)?)"
_ZONE = r"(?:\[!?[A-Za-z0-9_./+:-]+\])*"
_MOMENT = regular_expression(rf"{_DATE}(?P<time>{_TIME}(?P<at>{_OFFSET})?)?{_ZONE}\Z")
_LAST_DAY = (9999, 12, 29)
"""The last day that is a point in time in every time zone."""

_UNITS = (
    ("years", "year", "yrs", "yr", "y"),
    ("months", "month", "mos", "mo"),
    ("weeks", "week", "wks", "wk", "w"),
    ("days", "day", "d"),
    ("hours", "hour", "hrs", "hr", "h"),
    ("minutes", "minute", "mins", "min", "m"),
    ("seconds", "second", "secs", "sec", "s"),
    ("milliseconds", "millisecond", "millis", "milli", "msecs", "msec", "ms"),
    (
        "microseconds",
        "microsecond",
        "micros",
        "micro",
        "usecs",
        "usec",
        "us",
        "µsecs",
        "µsec",
        "µs",
    ),
    ("nanoseconds", "nanosecond", "nanos", "nano", "nsecs", "nsec", "ns"),
)
"""The units of a friendly duration, the longest first: each may stand once, and before shorter ones."""
_YEARS, _MONTHS, _WEEKS, _DAYS, _HOURS = range(5)
_RANK = {word: rank for rank, words in enumerate(_UNITS) for word in words}
_MOST_DAYS = 7_304_484
_MOST = (
    *(19_998, 239_976, 1_043_497, _MOST_DAYS, 24 * _MOST_DAYS, 1_440 * _MOST_DAYS),
    *(86_400 * _MOST_DAYS * 1_000**power for power in range(4)),
)
"""How many of each unit jiff can hold."""
_PART = regular_expression(r"([0-9]+)((?:[.,][0-9]{1,9})?)\s*([A-Za-zµ]+)\s*((?:,(?=\s))?)\s*")
_CLOCK = regular_expression(r"[0-9]+:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?\Z")
_ISO = regular_expression(
    r"(?i)[+-]?P((?:[0-9]+[YMWD])*)(?:T((?:[0-9]+[HMS])*(?:[0-9]+(?:[.,][0-9]{1,9})?[HMS])))?\Z"
)
_ISO_DATE = {"Y": _YEARS, "M": _MONTHS, "W": _WEEKS, "D": _DAYS}
_ISO_TIME = {"H": _HOURS, "M": _HOURS + 1, "S": _HOURS + 2}


def moment_problem(text: str) -> str | None:
    """Check a date, a point in time, or a duration before now."""
    match = _MOMENT.match(text)
    if match is not None:
        return _date_problem(text, match)
    units = _duration(text)
    if units is None:
        return f"`{text}` is neither a date such as `2026-01-31` nor a duration such as `7 days`"
    if units.get(_YEARS) or units.get(_MONTHS):
        return f"`{text}` counts in months or years, which differ in length. Use days"
    return None


def timestamp_problem(text: str) -> str | None:
    """Check a point in time (RFC 3339): it has a time and an offset."""
    match = _MOMENT.match(text)
    if match is None or match["time"] is None or match["at"] is None:
        return f"`{text}` is not a point in time such as `2026-01-31T10:00:00Z`"
    return _date_problem(text, match)


def duration_problem(text: str) -> str | None:
    """Check a duration."""
    if _duration(text) is None:
        return f"`{text}` is not a duration such as `7 days` or `P7D`"
    return None


def _date_problem(text: str, match: re.Match[str]) -> str | None:
    rest = match["rest"] or ""
    year = int(match["year"])
    month, day = int(match["month"] or rest[:2]), int(match["day"] or rest[2:])
    if not _is_day(year, month, day) or match["year"] == "-000000":
        return f"`{text}` is no day of the calendar"
    if not year >= -9999 or (year, month, day) > _LAST_DAY:
        return f"`{text}` is too far away"
    clock = (
        match["hour"],
        match["minute"] or match["minute2"],
        match["second"] or match["second2"],
    )
    limits = (23, 59, 60)
    if any(part is not None and int(part) > most for part, most in zip(clock, limits, strict=True)):
        return f"`{text}` is no time of the day"
    if int(match["offset"] or 0) > 25 or int(match["offset_minute"] or 0) > 59:
        return f"`{text}` has an impossible offset"
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = 29 if month == 2 and leap else 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return 1 <= day <= days


def _duration(text: str) -> dict[int, int] | None:
    """Return how many of each unit a duration has, by the rank of the unit; None where it is none."""
    iso = _ISO.match(text)
    units: dict[int, int] = {}
    parts = _iso_parts(iso) if iso is not None else _friendly_parts(text)
    last = -1
    for rank, number in parts:
        if rank <= last or number > _MOST[rank]:
            return None
        last = rank
        units[rank] = number
    return units or None


def _iso_parts(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    for number, unit in re.findall(r"([0-9]+)([A-Za-z])", match[1]):
        yield _ISO_DATE[unit.upper()], _number(number)
    for number, unit in re.findall(r"([0-9]+)(?:[.,][0-9]+)?([A-Za-z])", match[2] or ""):
        yield _ISO_TIME[unit.upper()], _number(number)


_WRONG = (-1, 0)
"""What no duration has."""


def _friendly_parts(text: str) -> Iterator[tuple[int, int]]:
    at = 1 if text[:1] in ("+", "-") else 0
    end = len(text)
    if text.endswith(" ago"):
        if at:
            yield _WRONG
            return
        end -= len(" ago")
    fraction = False
    while at < end:
        clock = _CLOCK.match(text, at, end)
        if clock is not None and not fraction:
            yield _HOURS, 0
            return
        part = _PART.match(text, at, end)
        rank = _RANK.get(part[3], -1) if part is not None else -1
        if part is None or fraction or rank < 0 or (part[4] and part.end() == end):
            yield _WRONG
            return
        fraction = bool(part[2])
        if (fraction and rank < _HOURS) or (text[part.end() - 1].isspace() and part.end() == end):
            yield _WRONG
            return
        yield rank, _number(part[1])
        at = part.end()


def _number(digits: str) -> int:
    """Return a number, a very large one where there are too many digits to read."""
    return int(digits.lstrip("0")[:25] or 0)
