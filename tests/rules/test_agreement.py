"""What members must agree on."""

from __future__ import annotations

from support import check


def shared(text: str, init: str = "", more: str = "") -> str:
    """Return a workspace of two members that both have a package `acme`."""
    return f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.uv]
{more}
#- /packages/a/pyproject.toml
[project]
name = "a"
version = "1"
{text}
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
#- /packages/a/src/acme/__init__.py
{init}
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[tool.hatch.build.targets.wheel]
packages = ["lib/acme"]
#- /packages/b/lib/acme/__init__.py
#- /packages/c/pyproject.toml
[project]
name = "acme"
version = "1"
#- /packages/c/src/acme/__init__.py
"""


def test_two_members_install_one_package() -> None:
    check(
        shared("")
        .replace(
            'name = "a"\n',
            'name = "a"\n#      ^^^ warning[shared-module]: `a` and `b` both install the Python package `acme`\n',
        )
        .replace(
            'name = "b"\n',
            'name = "b"\n#      ^^^ warning[shared-module]: `b` and `a` both install the Python package `acme`\n',
        ),
        ["shared-module"],
    )


def test_namespaces_are_shared() -> None:
    for text in (
        shared("", "__path__ = __import__('pkgutil').extend_path(__path__, __name__)"),
        shared("").replace(
            "/packages/a/src/acme/__init__.py", "/packages/a/src/acme/a/__init__.py"
        ),
        shared("", more='conflicts = [[{ package = "a" }, { package = "b" }]]'),
        shared("")
        .replace("lib/acme/__init__.py", "lib/acme/b/__init__.py")
        .replace("src/acme/__init__.py", "src/acme/a/__init__.py", 1),
    ):
        check(text, ["shared-module"])
