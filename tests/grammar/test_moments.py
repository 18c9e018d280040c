"""Dates, points in time and durations, as uv 0.13.9 takes and refuses them."""

from __future__ import annotations

import pytest

from ws_lsp.grammar.moments import duration_problem, moment_problem, timestamp_problem

MOMENTS = (
    *("2024-01-31", "20240131", "-000001-01-01", "+002024-01-31", "2024-01-31[UTC]"),
    *("2024-01-31T10:00:00Z", "2024-01-31 10:00:00Z", "2024-01-31t10:00:00z", "20240131T100000Z"),
    *("2024-01-31T10Z", "2024-01-31T10:00:00,5Z", "2024-01-31T10:00:60Z", "2024-01-31T10:00"),
    *("7 days", "7days", "1w3d", "1 week, 3 days", "90 min", "1.5 hours", "-7 days", "7 days ago"),
    *("1:30:00", "7 days 01:30:00", "P7D", "p7d", "-P7D", "PT1.5H", "P1DT12H", "P0M", "0 months"),
)
WRONG = (
    *("", "soon", "7", "2024", "2024-1-31", "2024-13-01", "2024-02-30", "9999-12-31", "24-01-31"),
    *("2024-01-31Z", "2024-01-31T", "2024-01-31 ", " 2024-01-31", "2024-01-31T24:00:00Z"),
    *("2024-01-31T10:61:00Z", "2024-01-31T10:00:00+26:00", "2024-01-31T10:00:00 Z"),
    *(
        "1 month",
        "P1Y",
        "1.5 days",
        "3 days 2 weeks",
        " 7 days",
        "7 Days",
        "7 dayz",
        "1 day,2 hours",
    ),
    *("P", "P7", "P7DT", "P7H", "P1.5D", "1e3 days", "100000000 days", "1 fortnight"),
)


@pytest.mark.parametrize("text", MOMENTS)
def test_moments(text: str) -> None:
    assert moment_problem(text) is None


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_moment(text: str) -> None:
    assert moment_problem(text) is not None


@pytest.mark.parametrize(
    "text", ["2024-01-31T10:00:00Z", "2024-01-31T10:00:00+01:00[Europe/Berlin]"]
)
def test_timestamps(text: str) -> None:
    assert timestamp_problem(text) is None


@pytest.mark.parametrize("text", ["2024-01-31", "2024-01-31T10:00:00", "7 days", ""])
def test_what_is_no_timestamp(text: str) -> None:
    assert timestamp_problem(text) is not None


def test_a_duration_alone_may_count_in_months() -> None:
    assert duration_problem("1 month") is None
    assert duration_problem("soon") is not None
