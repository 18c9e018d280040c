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


def test_environments_of_the_root_are_disjoint() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        environments = ["sys_platform == 'linux'", "platform_machine == 'x86_64'"]
        #                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[overlapping-environments]: `platform_machine == 'x86_64'` overlaps with `sys_platform == 'linux'`: they must be disjoint
        required-environments = ["sys_platform == 'linux'", "sys_platform == 'win32'", "sys_platform == 'linux'"]
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        [tool.uv]
        environments = ["sys_platform == 'linux'", "platform_machine == 'x86_64'"]
        """,
        MINE,
    )
