"""The regular expressions mean the same in every Python that is supported."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]  # no public way to read a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import ws_lsp
from ws_lsp.ide import symbols
from ws_lsp.regular_expression import regular_expression

ROOT = Path(ws_lsp.__file__).parent


def patterns() -> Iterator[tuple[str, str, int]]:
    """Yield the expressions of all modules: the named ones, those in tables, those in a call."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if parts[-1] in ("__init__", "__main__"):
            continue
        module = importlib.import_module(".".join(parts))
        place = ".".join(parts[1:])
        for name, value in vars(module).items():
            for one in expressions(value):
                yield f"{place}.{name}", one.pattern, one.flags
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Attribute(ast.Name("re"), attr), [ast.Constant(str(pattern)), *_]
                ) if attr != "escape":
                    yield f"{place}:{node.lineno}", pattern, 0


def expressions(value: object) -> Iterator[Any]:
    if isinstance(value, re.Pattern | regular_expression):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from expressions(one)


def possessive_groups(node: object) -> Iterator[object]:
    """Yield what is repeated possessively in a parsed pattern and is more than a single character."""
    if isinstance(node, parser.SubPattern):
        node = node.data
    if isinstance(node, tuple) and node and node[0] is constants.POSSESSIVE_REPEAT:
        repeated = node[1][2].data
        if [kind for kind, _ in repeated] not in (
            [constants.IN],
            [constants.NOT_LITERAL],
            [constants.LITERAL],
        ):
            yield repeated
    if isinstance(node, (list, tuple)):
        for part in node:
            yield from possessive_groups(part)


PATTERNS = [
    pytest.param(pattern, flags, id=f"{name} {pattern}") for name, pattern, flags in patterns()
]


@pytest.mark.parametrize(("pattern", "flags"), PATTERNS)
def test_no_group_is_possessive(pattern: str, flags: int) -> None:
    """Before Python 3.11.5, `(?:ab?)*+` misses what it should match (gh-106052 of CPython)."""
    assert not list(possessive_groups(parser.parse(pattern, flags)))


def test_possessive_groups_are_found() -> None:
    assert list(possessive_groups(parser.parse(r"x(?:a|b{1,2})*+")))
    assert not list(possessive_groups(parser.parse(r"x(?:a++|[bc]*+|[^d]?+)*")))


# ------------------------------------------------------------------------ going back

Characters = frozenset[str]

ALPHABET = frozenset(map(chr, range(0x80))) | {"é"}
CATEGORIES: dict[object, Callable[[str], bool]] = {
    constants.CATEGORY_DIGIT: str.isdecimal,
    constants.CATEGORY_SPACE: str.isspace,
    constants.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    constants.CATEGORY_NOT_DIGIT: lambda one: not one.isdecimal(),
    constants.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    constants.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
}
ZERO_WIDTH = (constants.AT, constants.ASSERT, constants.ASSERT_NOT)


class Shape:
    """What a part of a parsed pattern has at its ends, and how often it can go back.

    `heads` and `tails` are the characters of the endless repeats that can stand at its beginning, and of
    those at its end that give characters back.
    """

    def __init__(self) -> None:
        self.empty = False
        """Whether it matches nothing at all, too."""
        self.first: Characters = frozenset()
        self.heads: list[Characters] = []
        self.tails: list[Characters] = []
        self.trades = 0
        """So many pairs of endless repeats inside can divide the same characters between them: each
        multiplies the time by the length of the text."""
        self.explosions: list[str] = []
        """What inside is repeated and can itself divide the same characters in several ways."""


def one_of(kind: object, value: Any) -> Characters:
    """Return the characters that a part of one character matches."""
    match kind, value:
        case constants.LITERAL, int(code):
            return frozenset({chr(code)})
        case constants.NOT_LITERAL, int(code):
            return ALPHABET - {chr(code)}
        case constants.ANY, _:
            return ALPHABET
        case constants.RANGE, (int(low), int(high)):
            return frozenset(one for one in ALPHABET if low <= ord(one) <= high)
        case constants.CATEGORY, _:
            return frozenset(filter(CATEGORIES[value], ALPHABET))
        case constants.IN, list(parts):
            negated = parts[0][0] is constants.NEGATE
            found = frozenset[str]().union(*(one_of(*part) for part in parts[negated:]))
            return ALPHABET - found if negated else found
    raise AssertionError(kind)


def shape_of(kind: object, value: Any) -> Shape:
    shape = Shape()
    match kind, value:
        case constants.SUBPATTERN, (_, _, _, inner):
            return shape_of_row(inner)
        case constants.ATOMIC_GROUP, inner:
            shape = shape_of_row(inner)
            shape.tails = []
        case constants.BRANCH, (_, rows):
            for one in map(shape_of_row, rows):
                shape.empty |= one.empty
                shape.first |= one.first
                shape.heads += one.heads
                shape.tails += one.tails
                shape.trades = max(shape.trades, one.trades)
                shape.explosions += one.explosions
        case (
            (constants.MAX_REPEAT | constants.MIN_REPEAT | constants.POSSESSIVE_REPEAT),
            (least, most, inner),
        ):
            shape = shape_of_row(inner)
            endless = most is constants.MAXREPEAT
            single = len(inner) == 1 and inner[0][0] in (
                constants.LITERAL, constants.NOT_LITERAL, constants.ANY, constants.IN,
            )  # fmt: skip
            if endless and single:
                shape.heads = [shape.first]
                shape.tails = [] if kind is constants.POSSESSIVE_REPEAT else [shape.first]
            elif endless and (
                any(tail & shape.first for tail in shape.tails) or share_beginnings(inner)
            ):
                shape.explosions.append(str(inner))
            shape.empty |= least == 0
        case _ if kind in ZERO_WIDTH:
            shape.empty = True
        case _:
            shape.first = one_of(kind, value)
    return shape


def share_beginnings(inner: Any) -> bool:
    """Tell whether two alternatives can begin with the same character."""
    if len(inner) == 1 and inner[0][0] is constants.SUBPATTERN:
        return share_beginnings(inner[0][1][3])
    if len(inner) != 1 or inner[0][0] is not constants.BRANCH:
        return False
    firsts = [shape_of_row(row).first for row in inner[0][1][1]]
    return sum(map(len, firsts)) > len(frozenset[str]().union(*firsts))


def shape_of_row(row: Any) -> Shape:
    whole = Shape()
    whole.empty = True
    for kind, value in row:
        part = shape_of(kind, value)
        whole.trades += part.trades
        whole.trades += sum(bool(tail & head) for tail in whole.tails for head in part.heads)
        whole.explosions += part.explosions
        if whole.empty:
            whole.first |= part.first
            whole.heads += part.heads
        whole.tails = [*(whole.tails if part.empty else ()), *part.tails]
        whole.empty &= part.empty
    return whole


@pytest.mark.parametrize(("pattern", "flags"), PATTERNS)
def test_an_expression_does_not_go_back_again_and_again(pattern: str, flags: int) -> None:
    """A text of some hundred letters must not keep an expression busy for minutes."""
    shape = shape_of_row(parser.parse(pattern, flags))
    assert not shape.explosions
    assert shape.trades <= 1


def test_the_expression_of_a_query_never_goes_back() -> None:
    made = symbols._in_order("aa-]^b")
    parsed = parser.parse(made.pattern, made.flags)
    shape = shape_of_row(parsed)
    assert (shape.trades, shape.explosions) == (0, [])
    assert parsed[0] == (constants.AT, constants.AT_BEGINNING)  # or each letter would be a start


@pytest.mark.parametrize(
    ("pattern", "trades"),
    [
        (r"a*b*", 0), (r"a*a*", 1), (r"a*+a*", 0), (r"a*(?:b)?\s*a*", 1), (r"a*ba*", 0),
        (r"\s*(?:x)?\s*(y)?[^;]*", 3), (r".*?\d+", 1), (r"(?>a*)a*", 0), (r"(a*|b)[ac]+", 1),
    ],
)  # fmt: skip
def test_repeats_that_trade_are_counted(pattern: str, trades: int) -> None:
    shape = shape_of_row(parser.parse(pattern))
    assert (shape.trades, shape.explosions) == (trades, [])


@pytest.mark.parametrize(
    ("pattern", "explodes"),
    [
        (r"(?:a+)*", True), (r"(?:a*b)*", False), (r"(?:ba*)*", False), (r"(?:ab?a*)+", True),
        (r"(?:ab|[ac])*", True), (r"(a|b)*", False), (r"(?:[^a]++|ab)*", False), (r"(?:\.\d+)*", False),
    ],
)  # fmt: skip
def test_repeats_of_repeats_are_found(pattern: str, explodes: bool) -> None:
    assert bool(shape_of_row(parser.parse(pattern)).explosions) is explodes
