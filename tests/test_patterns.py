"""The regular expressions mean the same in every Python that is supported."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]  # no public way to read a pattern
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

import ws_lsp
from ws_lsp.regular_expression import regular_expression

ROOT = Path(ws_lsp.__file__).parent


def patterns() -> Iterator[tuple[str, str, int]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if parts[-1] in ("__init__", "__main__"):
            continue
        module = importlib.import_module(".".join(parts))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern | regular_expression):
                yield f"{'.'.join(parts[1:])}.{name}", value.pattern, value.flags


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


PATTERNS = {name: (pattern, flags) for name, pattern, flags in patterns()}


@pytest.mark.parametrize("name", PATTERNS)
def test_no_group_is_possessive(name: str) -> None:
    """Before Python 3.11.5, `(?:ab?)*+` misses what it should match (gh-106052 of CPython)."""
    pattern, flags = PATTERNS[name]
    assert not list(possessive_groups(parser.parse(pattern, flags)))


def test_possessive_groups_are_found() -> None:
    assert list(possessive_groups(parser.parse(r"x(?:a|b{1,2})*+")))
    assert not list(possessive_groups(parser.parse(r"x(?:a++|[bc]*+|[^d]?+)*")))
