"""A root project in place of `default-packages`, and back."""

from __future__ import annotations

import pytest

from ide.test_refactor import check, titles

MEMBERS = """
#- /w/packages/a/pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.11"
[build-system]
requires = []
#- /w/packages/b/pyproject.toml
[project]
name = "b"
version = "1"
requires-python = ">=3.11,<4"
dependencies = ["a"]
[build-system]
requires = []
"""
PROJECT = "Let `uv sync` install the default packages: give the root a `[project]`"
GROUPS = f"{PROJECT}, and the dependency groups that come along"
BACK = "Turn the root project into `default-packages`"

SETTING = '[tool.ws-lsp]\ndefault-pack$0ages = ["a"]\n'
WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def root(text: str) -> str:
    return f"#- /w/pyproject.toml\n{text}\n{MEMBERS}"


def test_the_default_packages_become_dependencies_with_their_comments() -> None:
    check(
        root("""\
# the workspace
[tool.uv.workspace]
members = ["packages/*"]

[tool.ws-lsp]
# what we ship
default-pack$0ages = [
    "b", # the product
    "A",
]

[tool.uv.sources]
a = { workspace = true }"""),
        PROJECT,
        """\
#- /w/pyproject.toml
# the workspace
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
a = { workspace = true }
b = { workspace = true }

[tool.uv]
package = false

[project]
name = "w"
version = "0"
requires-python = ">=3.11, <4"
# what we ship
dependencies = [
    "b", # the product
    "A",
]
""",
    )


def test_all_members_become_dependencies() -> None:
    check(
        root("""\
[tool.uv]
default-packages = "all"$0
[tool.uv.workspace]
members = ["packages/*"]"""),
        PROJECT,
        """\
#- /w/pyproject.toml
[tool.uv]
package = false
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
a = { workspace = true }
b = { workspace = true }

[project]
name = "w"
version = "0"
requires-python = ">=3.11, <4"
dependencies = ["a", "b"]
""",
    )


def test_a_member_that_is_no_package_stays_so() -> None:
    check(
        root(f"{WORKSPACE}{SETTING}").replace("[build-system]\nrequires = []\n", "", 1),
        PROJECT,
        """\
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv]
package = false

[tool.uv.sources]
a = { workspace = true }
[project]
name = "w"
version = "0"
requires-python = ">=3.11, <4"
dependencies = ["a"]
#- /w/packages/a/pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.11"

[tool.uv]
package = false
""",
    )


def test_groups_of_members_come_along() -> None:
    text = (
        root("""\
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["b$0"]
[dependency-groups]
dev = ["pytest>=8"]""")
        + """\
[dependency-groups]
test = ["pytest>=8", "hypothesis", "a"]
dev = [{ include-group = "test" }]
"""
    )
    assert titles(text)[-2:] == [PROJECT, GROUPS]
    check(
        text,
        GROUPS,
        """\
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv]
package = false

[tool.uv.sources]
b = { workspace = true }
a = { workspace = true }
[dependency-groups]
dev = ["pytest>=8", "hypothesis", "a"]

[project]
name = "w"
version = "0"
requires-python = ">=3.11, <4"
dependencies = ["b"]
""",
    )


def test_back_again() -> None:
    check(
        root("""\
[pro$0ject]
name = "w"
version = "0"
requires-python = ">=3.11"
# what we ship
dependencies = [
    "b", # the product
]

[tool.uv]
package = false

[tool.uv.workspace]
members = ["packages/*"]"""),
        BACK,
        """\
#- /w/pyproject.toml
[tool.uv]

[tool.uv.workspace]
members = ["packages/*"]

[tool.ws-lsp]
# what we ship
default-packages = [
    "b", # the product
]
""",
    )


@pytest.mark.parametrize(
    "text",
    [
        SETTING.replace('"a"', '"c"') + WORKSPACE,
        SETTING.replace('"a"', "") + WORKSPACE,
        SETTING.replace('["a"]', "7") + WORKSPACE,
        SETTING + WORKSPACE + '[tool.uv.sources]\na = { path = "x" }\n',
        SETTING + WORKSPACE + '[project]\nname = "w"\nversion = "1"\n',
        SETTING + WORKSPACE + "[tool.uv]\npackage = true\n",
        WORKSPACE + '[project]$0\nname = "w"\nversion = "1"\ndependencies = ["a"]\n',
        WORKSPACE
        + '[project]$0\nname = "w"\nversion = "1"\ndependencies = ["a", "httpx"]\n[tool.uv]\npackage = false\n',
        WORKSPACE
        + '[project]$0\nname = "w"\nversion = "1"\ndependencies = ["a"]\nscripts.x = "x:y"\n'
        "[tool.uv]\npackage = false\n",
    ],
)
def test_where_neither_is_offered(text: str) -> None:
    assert not {PROJECT, GROUPS, BACK} & {*titles(root(text))}


def test_the_name_of_the_root_is_nobody_elses() -> None:
    text = root(f"{WORKSPACE}{SETTING}").replace("/w/", "/a/")
    assert titles(text)
    check(
        text,
        PROJECT,
        """\
#- /a/pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv]
package = false

[tool.uv.sources]
a = { workspace = true }
[project]
name = "a-workspace"
version = "0"
requires-python = ">=3.11, <4"
dependencies = ["a"]
""",
    )
