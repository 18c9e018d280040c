"""`[[tool.uv.index]]`, `environments` and `required-environments`."""

from __future__ import annotations

from support import check

from ws_lsp.rules.indexes import RULES

MINE = tuple(rule.code for rule in RULES)


def test_sound_indexes() -> None:
    check(
        """
        #- /pyproject.toml
        [[tool.uv.index]]
        name = "a"
        url = "https://a.example"
        explicit = true
        [[tool.uv.index]]
        url = "./local"
        default = true
        [[tool.uv.index]]
        url = "https://a.example"
        default = false
        """,
        MINE,
    )


def test_wrong_indexes() -> None:
    check(
        """
        #- /pyproject.toml
        [[tool.uv.index]]
        name = "a"
        url = "https://a.example"
        default = true
        [[tool.uv.index]]
        name = "a"
        #      ^^^ error[duplicate-index]: There is another index `a`
        url = "https://b.example"
        default = true
        ^^^^^^^ error[several-default-indexes]: Only one index can be the default
        [[tool.uv.index]]
        url = "https://c.example"
        explicit = true
        ^^^^^^^^ error[nameless-explicit-index]: An index with `explicit = true` needs a `name`
        """,
        MINE,
    )
