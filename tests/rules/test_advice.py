"""What uv silently ignores, and lists that say a thing twice."""

from __future__ import annotations

import pytest
from support import check_fix, checking, findings, workspace

from ws_lsp.rules import advice

check = checking(advice.RULES)

ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
"""
CORE = """
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1.0"
"""


def member(text: str) -> str:
    """Return a workspace of core and of a member that requires it, with more in the latter."""
    return (
        ROOT
        + CORE
        + """
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1.0"
"""
        + text
    )


def test_settings_of_a_member_have_no_effect() -> None:
    check(
        member(
            """
[tool.uv]
constraint-dependencies = ["idna<4"]
^^^^^^^^^^^^^^^^^^^^^^^ information[ignored-in-member]: `constraint-dependencies` has no effect in a member: only the root's counts
resolution = "lowest"
^^^^^^^^^^ information[ignored-in-member]
package = false
default-groups = []
"""
        )
    )


def test_settings_of_a_single_project_count() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "one"
        version = "1"
        [tool.uv]
        constraint-dependencies = ["idna<4"]
        """
    )


def test_the_setting_is_removed() -> None:
    check_fix(
        member('[tool.uv]\npackage = false\nresolution = "lowest"\n'),
        "Remove `resolution`",
        """
        #- /packages/api/pyproject.toml
        [project]
        name = "api"
        version = "1.0"
        [tool.uv]
        package = false
        """,
    )


def test_an_exclude_that_hides_nothing() -> None:
    check(
        ROOT
        + """
exclude = ["packages/core", "package/legacy"]
#                           ^^^^^^^^^^^^^^^^ information[unmatched-exclude]: `package/legacy` hides no directory that `members` names
"""
        + CORE
    )


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ('"core>=2"', "    ^^^ information[ignored-specifier]: `core` is 1.0, which is not `>=2`: uv takes it nevertheless"),
        ('"core>=1"', ""),
        ('"core"', ""),
    ],
)  # fmt: skip
def test_uv_takes_a_member_of_any_version(requirement: str, expected: str) -> None:
    check(
        member(
            f"""
dependencies = [
{requirement}
#{expected}
]
[tool.uv.sources]
core = {{ workspace = true }}
"""
        )
    )


def test_a_source_that_nothing_requires() -> None:
    check(
        member(
            """
[tool.uv.sources]
core = { workspace = true }
^^^^ hint[unused-workspace-source]: Nothing in this file requires `core`
"""
        )
    )
    check(ROOT + "[tool.uv.sources]\ncore = { workspace = true }" + CORE)


def test_entries_that_are_listed_twice() -> None:
    check(
        CORE
        + """
#- /pyproject.toml
[project]
name = "root"
version = "1"
dependencies = ["idna>=3", "sniffio", "idna>=3", "idna"]
#                                     ^^^^^^^^^ hint[repeated-entry]: `idna>=3` is already listed
[dependency-groups]
dev-tools = ["idna"]
[tool.uv]
default-groups = ["dev-tools", "Dev_Tools"]
#                              ^^^^^^^^^^^ hint[repeated-entry]: `Dev_Tools` is already listed
[tool.uv.workspace]
members = ["packages/*", "packages/*"]
#                        ^^^^^^^^^^^^ hint[repeated-entry]
"""
    )


def test_the_second_entry_is_removed() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["idna>=3", "sniffio", "idna>=3"]
        """,
        "Remove the second `idna>=3`",
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["idna>=3", "sniffio"]
        """,
    )


UNNEEDED = (
    CORE
    + """
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1"
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["api"]"""
)


def test_members_that_no_default_package_needs() -> None:
    check(
        UNNEEDED
        + """
^^^^^^^^^^^^^^^^ hint[unneeded-members]: No default package needs `core`
[tool.ws-lsp.rules]
unneeded-members = "hint"
"""
    )
    assert findings(workspace(UNNEEDED)) == []  # nobody has asked for it


def test_rules_in_a_member_have_no_effect() -> None:
    before = member(
        """
[tool.ws-lsp.rules]  # ours
#            ^^^^^ information[ignored-in-member]: `rules` of `[tool.ws-lsp]` has no effect in a member: only the root's counts
unmatched-member = "off"  # for now
"""
    )
    check(before)
    check_fix(
        before,
        "Move to the root",
        ROOT
        + """
[tool.ws-lsp.rules]  # ours
unmatched-member = "off"  # for now
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1.0"
""",
    )


def test_a_source_of_what_nothing_requires_has_no_effect() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["a"]
        [build-system]
        requires = ["b"]
        build-backend = "b"
        [tool.uv]
        constraint-dependencies = ["c<2"]
        [tool.uv.workspace]
        members = ["m"]
        [tool.uv.extra-build-dependencies]
        x = ["d"]
        [tool.uv.sources]
        a = { git = "https://example.org/a" }
        b = { git = "https://example.org/b" }
        c = { git = "https://example.org/c" }
        d = { git = "https://example.org/d" }
        e = { git = "https://example.org/e" }
        f = { git = "https://example.org/f" }
        g = { git = "https://example.org/g" }
        ^ information[unused-source]: Nothing in this workspace requires `g` directly, so its source has no effect
        m = { workspace = true }
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        dependencies = []
        [dependency-groups]
        dev = ["e"]
        [build-system]
        requires = ["f"]
        build-backend = "f"
        [tool.uv.sources]
        e = { git = "https://example.org/e2" }
        f = { git = "https://example.org/f2" }
        a = { git = "https://example.org/a2" }
        ^ information[unused-source]: Nothing in this file requires `a` directly, so its source has no effect
        """,
        ["unused-source"],
    )


def test_what_is_hidden_may_use_a_source() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dynamic = ["dependencies"]
        [tool.uv.sources]
        a = { git = "https://example.org/a" }
        """,
        ["unused-source"],
    )


def test_an_index_of_a_member_serves_its_sources_alone() -> None:
    before = member(
        """
dependencies = ["a"]
[tool.uv.sources]
a = { index = "one" }
[[tool.uv.index]]
name = "one"
url = "https://example.org/one"
[[tool.uv.index]]
name = "two"
#      ^^^^^ information[unused-index]: No source of this file names the index `two`, so it has no effect in a member
url = "https://example.org/two"
"""
    )
    check(before)
    check_fix(
        member(
            """
[[tool.uv.index]]
url = "https://example.org/one"  # ours
"""
        ),
        "Move to the root",
        ROOT
        + """
[[tool.uv.index]]
url = "https://example.org/one"  # ours
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1.0"
""",
    )
