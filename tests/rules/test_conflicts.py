"""The entries of `conflicts`."""

from __future__ import annotations

import pytest
from support import check

from ws_lsp.rules.conflicts import RULES

MINE = tuple(rule.code for rule in RULES)


@pytest.mark.parametrize(
    "value",
    [
        "[]",
        '[[{ extra = "a" }, { extra = "b" }]]',
        '[[{ extra = "a" }, { group = "a" }]]',
        '[[{ package = "x" }, { package = "y" }]]',
    ],
)
def test_sound_conflicts(value: str) -> None:
    check(
        f"""
#- /pyproject.toml
[project]
name = "r"
version = "1"
dependencies = ["x", "y"]
[project.optional-dependencies]
a = []
b = []
[dependency-groups]
a = []
[tool.uv]
conflicts = {value}
""",
        MINE,
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[]", "A set of conflicts needs at least two different entries"),
        ('[{ extra = "a" }]', "A set of conflicts needs at least two different entries"),
        ('[{ extra = "a-b" }, { extra = "a_b" }]', "A set of conflicts needs at least two different entries"),
        ('[{ extra = "a" }, { extra = "a", package = "R" }]', "A set of conflicts needs at least two different entries"),
    ],
)  # fmt: skip
def test_sets_that_are_too_small(value: str, message: str) -> None:
    carets = "^" * len(value)
    check(
        f"""
        #- /pyproject.toml
        [project]
        name = "r"
        version = "1"
        [project.optional-dependencies]
        a = []
        a-b = []
        [tool.uv]
        conflicts = [{value}]
        #            {carets} error[invalid-conflict]: {message}
        """,
        MINE,
    )


def test_entries_of_conflicts() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        conflicts = [[{ extra = "a", group = "b" }, {}, { extra = "c" }, { extra = "c", package = "p" }]]
        #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-conflict]: A conflicting entry has either `extra` or `group`
        #                                           ^^ error[invalid-conflict]: A conflicting entry needs `package`, `extra` or `group`
        #                                               ^^^^^^^^^^^^^^^ error[invalid-conflict]: A conflicting entry of a virtual root needs `package`
        #                                                                                         ^^^ warning[unknown-conflict]
        """,
        MINE,
    )
