"""`environments` and `required-environments`."""

from __future__ import annotations

from support import check

from ws_lsp.rules.environments import RULES

MINE = tuple(rule.code for rule in RULES)


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


def test_environments_are_of_a_python_of_the_workspace() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv]
        environments = [
            "python_version >= '3.12' and sys_platform == 'linux'",
            "python_version < '3.9'",
        #   ^^^^^^^^^^^^^^^^^^^^^^^^ error[unreachable-environment]: `python_version < '3.9'` holds for no Python version that the workspace wants: `>=3.11`
            "extra == 'x'",
        #   ^^^^^^^^^^^^^^ error[unreachable-environment]: `extra == 'x'` asks for an extra, and an environment has no extras
        ]
        """,
        ("unreachable-environment",),
    )
