"""Every rule is known by its code, and has a test of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ws_lsp.checking.findings import Severity
from ws_lsp.rules import catalogue

HERE = Path(__file__).resolve().parent
EXPECTED = re.compile(rf"\b(?:{'|'.join(one.value for one in Severity)})\[([a-z-]+)\]")
"""How the fixtures of `support` say what is expected where."""


def expected_codes() -> frozenset[str]:
    """Return the codes that tests of rules write as `severity[code]`, as fixtures and some tables do."""
    texts = (path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    return frozenset(code for text in texts for code in EXPECTED.findall(text))


TESTED = expected_codes()


@pytest.mark.parametrize("code", catalogue.BY_CODE)
def test_every_rule_has_a_test_that_expects_it(code: str) -> None:
    assert code in TESTED, f"no fixture in tests/rules expects `severity[{code}]`"


def test_tests_expect_rules_that_exist() -> None:
    assert catalogue.BY_CODE.keys() >= TESTED


def test_every_family_is_in_the_catalogue() -> None:
    modules = {rule.check.__module__.rpartition(".")[2] for rule in catalogue.ALL}
    files = {path.stem for path in Path(catalogue.__file__).parent.glob("*.py")}
    assert modules == files - {"__init__", "catalogue"}


def test_codes_are_unique() -> None:
    assert len(catalogue.BY_CODE) == len(catalogue.ALL)
