"""Wildcards match what they should, and never try a place twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_lsp.project.wildcards import (
    Alternatives,
    Character,
    Directories,
    Literal,
    Part,
    Star,
    matches,
)


def slowly(parts: Sequence[Part], name: str) -> bool:
    """Match as one would explain it: try each beginning of the name for the first part."""
    if not parts:
        return not name
    first, *rest = parts
    if isinstance(first, Alternatives):
        return any(slowly([*row, *rest], name) for row in first.rows)
    return any(fits(first, name[:at]) and slowly(rest, name[at:]) for at in range(len(name) + 1))


def fits(part: Part, text: str) -> bool:
    """Tell whether a part matches the whole of a text."""
    match part:
        case Literal(expected):
            return text == expected
        case Star(crosses):
            return crosses or "/" not in text
        case Directories():
            return text == "" or text.endswith("/")
        case Character(ranges, negated, crosses):
            if len(text) != 1 or (text == "/" and not crosses):
                return False
            return any(low <= text <= high for low, high in ranges) != negated
    raise AssertionError(part)


ranges = st.lists(st.tuples(st.sampled_from("ab/"), st.sampled_from("ab/")), max_size=2).map(tuple)
single: st.SearchStrategy[Part] = st.one_of(
    st.text("ab/", max_size=2).map(Literal),
    st.booleans().map(Star),
    st.builds(Character, ranges, st.booleans(), st.booleans()),
    st.builds(Directories),
)
row = st.lists(single, max_size=4).map(tuple)
part: st.SearchStrategy[Part] = st.one_of(
    single, single, single, st.lists(row, max_size=3).map(tuple).map(Alternatives)
)
patterns = st.lists(part, max_size=6)
names = st.text("ab/", max_size=8)


@given(patterns, names)
def test_they_match_what_trying_everything_matches(parts: list[Part], name: str) -> None:
    assert matches(parts, name) is slowly(parts, name)


class Counted:
    """A part that notes for which places of a name it is asked."""

    def __init__(self, part: Part, every: list[Counted]) -> None:
        self.part = part
        if isinstance(part, Alternatives):
            self.part = Alternatives(
                tuple(tuple(Counted(one, every) for one in row) for row in part.rows)
            )
        self.asked: list[Sequence[int]] = []
        every.append(self)

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        self.asked.append(starts)
        return self.part.ends(name, starts)


def check_work(parts: Sequence[Part], name: str) -> None:
    """Check that each part is asked once at most, for places that are all different."""
    every: list[Counted] = []
    matches([Counted(one, every) for one in parts], name)
    for one in every:
        assert len(one.asked) <= 1
        for starts in one.asked:
            assert list(starts) == sorted(set(starts) & set(range(len(name) + 1)))


@given(patterns, names)
def test_each_part_is_asked_once_for_each_place(parts: list[Part], name: str) -> None:
    check_work(parts, name)


@pytest.mark.parametrize("crosses", [True, False])
def test_many_stars_are_no_more_work_than_their_number(crosses: bool) -> None:
    stars: list[Part] = [Star(crosses), Literal("a")] * 50
    assert matches([*stars, Star(crosses)], "a" * 200)
    either = Alternatives(((Star(True), Literal("b")), (Literal("c"),)))
    lasts: tuple[Part, ...] = (Literal("b"), either)
    for last in lasts:
        assert not matches([*stars, last], "a" * 200)
        check_work([*stars, last], "a" * 200)


def test_a_character_is_never_a_slash_unless_it_crosses() -> None:
    for negated in (True, False):
        assert not matches([Character((("/", "/"),), negated, False)], "/")
    assert matches([Character((("/", "/"),), False, True)], "/")
