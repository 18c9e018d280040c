"""Rules about what is installed."""

from __future__ import annotations

import pytest
from support import check

from ws_lsp.rules import installation

CODES = frozenset(rule.code for rule in installation.RULES)

MEMBERS = """
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
[build-system]
requires = []
build-backend = "x"
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "2.0"
[tool.uv]
package = true
#- /packages/gamma/pyproject.toml
[project]
name = "gamma"
version = "3.0"
"""
ENVIRONMENT = """
#- /.venv/pyvenv.cfg
#- /.venv/lib/python3.12/site-packages/beta-1.0.dist-info/direct_url.json
{"url": "file:///packages/beta", "dir_info": {"editable": true}}
"""


def test_each_default_package() -> None:
    check(
        """
#- /pyproject.toml
[tool.ws-lsp]
default-packages = ["alpha", "beta", "gamma", "Alpha"]
#                   ^^^^^^^ information[default-packages-not-installed]: `alpha` is not installed in `.venv`. Run `ws-lsp sync`
#                            ^^^^^^ information[default-packages-not-installed]: `beta` 1.0 is installed in `.venv`, and the workspace has 2.0. Run `ws-lsp sync`
"""
        + MEMBERS.lstrip()
        + ENVIRONMENT.lstrip(),
        CODES,
    )


def test_from_elsewhere() -> None:
    check(
        """
#- /pyproject.toml
[tool.ws-lsp]
default-packages = ["beta"]
#                   ^^^^^^ information[default-packages-not-installed]: `beta` 2.0 is installed in `.venv`, and it is not what the workspace has now. Run `ws-lsp sync`
"""
        + MEMBERS.lstrip()
        + ENVIRONMENT.lstrip().replace("beta-1.0", "beta-2.0").replace("/packages", "/old"),
        CODES,
    )


def test_all() -> None:
    check(
        """
#- /pyproject.toml
[tool.ws-lsp]
default-packages = "all"
#                  ^^^^^ information[default-packages-not-installed]: `alpha` is not installed in `.venv`. Run `ws-lsp sync`
#                  ^^^^^ information[default-packages-not-installed]: `beta` is not installed in `.venv` as the workspace has it now. Run `ws-lsp sync`
"""
        + MEMBERS.lstrip()
        + ENVIRONMENT.lstrip(),
        CODES,
    )


@pytest.mark.parametrize(
    ("table", "rest"),
    [
        # no environment yet
        ('default-packages = ["alpha"]', ""),
        # what is not set needs no package
        ("", ENVIRONMENT.lstrip()),
        ("default-packages = []", ENVIRONMENT.lstrip()),
        # a directory that is no environment
        ('default-packages = ["alpha"]', "#- /.venv/readme\n"),
        # it is said elsewhere that there is no such member
        ('default-packages = ["ghost"]', ENVIRONMENT.lstrip()),
        ('default-packages = 1', ENVIRONMENT.lstrip()),
        ('rules.default-packages-not-installed = "off"\ndefault-packages = ["alpha"]', ENVIRONMENT.lstrip()),
    ],
)  # fmt: skip
def test_silent(table: str, rest: str) -> None:
    check(f"#- /pyproject.toml\n[tool.ws-lsp]\n{table}\n{MEMBERS.lstrip()}{rest}", CODES)
