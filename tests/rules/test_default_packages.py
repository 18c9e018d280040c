"""Rules about `default-packages`."""

from __future__ import annotations

import pytest
from support import check_fix, checking, findings, workspace

from ws_lsp.rules import default_packages

check = checking(default_packages.RULES)
"""Others have their say about these fixtures too."""

CORE = """
#- /packages/core/pyproject.toml
[project]
name = "acme-core"
version = "1"
requires-python = ">=3.11"
"""
API = """
#- /packages/api/pyproject.toml
[project]
name = "Acme_API"
version = "1"
requires-python = ">=3.11"
"""
OLD = """
#- /packages/old/pyproject.toml
[project]
name = "acme-old"
version = "1"
requires-python = ">=3.11"
"""
WORKSPACE = """
[tool.uv.workspace]
members = ["packages/*"]
"""


def root(text: str, *more: str) -> str:
    """Return a fixture with a virtual root that `text` begins, and two members."""
    return f"#- /pyproject.toml\n{text.strip()}\n{WORKSPACE}{''.join(more)}{CORE}{API}"


# ----------------------------------------------------------------------------- valid


@pytest.mark.parametrize(
    "text",
    [
        '[tool.ws-lsp]\ndefault-packages = ["acme-core"]',
        '[tool.ws-lsp]\ndefault-packages = ["ACME.core", "acme-api"]',
        "[tool.ws-lsp]\ndefault-packages = ['Acme_Core',\n  '''acme__api''', # last\n]",
        '[tool.ws-lsp]\ndefault-packages = "all"',
        'tool.ws-lsp.default-packages = ["acme-core"]',
        '["tool"."ws-lsp"]\n"default-packages" = ["acme\\u002dcore"]',
        "",
    ],
)
def test_valid(text: str) -> None:
    check(root(text))


def test_valid_in_an_inline_table() -> None:
    settings = 'ws-lsp.default-packages = ["acme-core"], uv.workspace.members = ["packages/*"]'
    check(f"#- /pyproject.toml\ntool = {{ {settings} }}{CORE}")


UNKNOWN = "unknown-default-package"


def test_the_roots_own_project_counts() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "Acme"
        version = "1"
        requires-python = ">=3.11"
        [tool.ws-lsp]
        default-packages = ["acme"]
        """
    )


def test_a_member_that_is_called_all() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "all"
        version = "1"
        requires-python = ">=3.11"
        [tool.ws-lsp]
        default-packages = ["all"]
        """
    )


# -------------------------------------------------------------------- unknown-default-package


def test_unknown() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = ["acme-core", "acme-cor", 'zzz', "Packages/core"]
#                                ^^^^^^^^^^ error[unknown-default-package]: `acme-cor` is not a member of this workspace
#                                            ^^^^^ error[unknown-default-package]: `zzz` is not a member of this workspace
#                                                   ^^^^^^^^^^^^^^^ error[unknown-default-package]
"""
        )
    )


def test_a_directory_is_no_name() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = ["packages/core", "./packages/api/"]
#                   ^^^^^^^^^^^^^^^ error[unknown-default-package]: `packages/core` is the directory of a member, not its name. Did you mean `acme-core`?
#                                    ^^^^^^^^^^^^^^^^^ error[unknown-default-package]: `./packages/api/` is the directory of a member, not its name. Did you mean `acme-api`?
"""
        )
    )


def test_an_excluded_project_is_no_member() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = ["acme_old"]
#                   ^^^^^^^^^^ error[unknown-default-package]: `acme_old` is excluded from the workspace by `packages/old`
""",
            'exclude = ["packages/old"]\n',
            OLD,
        )
    )


def test_unknown_in_a_single_project() -> None:
    check(
        """
        #- /pyproject.toml
        project = { name = "acme", version = "1" }
        [tool.uv]
        default-packages = ["other"]
        #                   ^^^^^^^ error[unknown-default-package]: `other` is not a member of this workspace
        """,
        {UNKNOWN},
    )


def test_an_escape_is_read() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = ["acme\\u002dcor"]
#                   ^^^^^^^^^^^^^^^ error[unknown-default-package]: `acme-cor` is not a member of this workspace. Did you mean `acme-core`?
"""
        )
    )


@pytest.mark.parametrize("tail", ["", "[project", "x = ", '"', "]", "[tool.uv.sources]\na = {"])
def test_a_broken_text_behind_it_hides_nothing(tail: str) -> None:
    check(
        f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["acme-cor"]
#                   ^^^^^^^^^^ error[unknown-default-package]
{tail}
{CORE}""",
        {UNKNOWN},
    )


def test_while_it_is_written() -> None:
    check(
        f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["acme-core", "acme-co
#                                ^^^^^^^^ error[unknown-default-package]
{CORE}""",
        {UNKNOWN},
    )


def test_a_broken_member_is_a_member() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["core"]
        [tool.ws-lsp]
        default-packages = ["acme-core"]
        #- /core/pyproject.toml
        [project]
        name = "acme-core"
        version =
        """
    )


@pytest.mark.parametrize(
    ("wrong", "title", "right"),
    [
        ('["acme-cor"]', "Replace with `acme-core`", '["acme-core"]'),
        ("['acme-cor', 'acme-api']", "Replace with `acme-core`", "['acme-core', 'acme-api']"),
        ('["packages/core"]', "Replace with `acme-core`", '["acme-core"]'),
        ('["acme-core", "zzz"]', "Remove `zzz`", '["acme-core"]'),
        ('["zzz", "acme-core"]', "Remove `zzz`", '["acme-core"]'),
        ('["acme-core", "zzz",]', "Remove `zzz`", '["acme-core",]'),
        ('["zzz"]', "Remove `zzz`", "[]"),
        ('[\n  "zzz", # why\n  "acme-core",\n]', "Remove `zzz`", '[\n  "acme-core",\n]'),
        ('[\n  "acme-core",\n  "zzz" # why\n]', "Remove `zzz`", '[\n  "acme-core"\n]'),
    ],
)
def test_fixes_of_an_unknown_one(wrong: str, title: str, right: str) -> None:
    check_fix(
        root(f"[tool.ws-lsp]\ndefault-packages = {wrong}"),
        title,
        f"#- /pyproject.toml\n[tool.ws-lsp]\ndefault-packages = {right}\n{WORKSPACE}",
    )


# ------------------------------------------------------------------ duplicate-default-package


def test_duplicate() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = ["acme-core", "acme-api", "Acme.Core", "acme-core"]
#                                            ^^^^^^^^^^^ warning[duplicate-default-package]: `Acme.Core` is already listed
#                                                         ^^^^^^^^^^^ warning[duplicate-default-package]: `acme-core` is already listed
"""
        )
    )


@pytest.mark.parametrize(
    ("wrong", "title", "right"),
    [
        ('["acme-core", "Acme_Core"]', "Remove the second `Acme_Core`", '["acme-core"]'),
        (
            '[\n  "acme-core",\n  "acme-api",\n  "acme-core",\n]',
            "Remove the second `acme-core`",
            '[\n  "acme-core",\n  "acme-api",\n]',
        ),
    ],
)
def test_fixes_of_a_duplicate(wrong: str, title: str, right: str) -> None:
    check_fix(
        root(f"[tool.ws-lsp]\ndefault-packages = {wrong}"),
        title,
        f"#- /pyproject.toml\n[tool.ws-lsp]\ndefault-packages = {right}\n{WORKSPACE}",
    )


# ------------------------------------------------------------------- invalid-default-packages


@pytest.mark.parametrize("value", ['"acme-core"', '""', "true", "1", "{ a = 1 }", "1979-05-27"])
def test_a_value_that_is_no_list(value: str) -> None:
    check(
        root(
            f"""
[tool.ws-lsp]
default-packages = {value}
#                  {"^" * len(value)} error[invalid-default-packages]: `default-packages` must be a list of member names or `"all"`
"""
        )
    )


def test_a_table_is_no_list() -> None:
    check(
        root(
            """
[tool.ws-lsp.default-packages]
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-default-packages]
x = 1
"""
        )
    )


def test_a_value_that_is_missing() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages =
^^^^^^^^^^^^^^^^ error[invalid-default-packages]
"""
        )
    )


def test_entries_that_are_no_names() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = [1, "", "all", ["acme-core"], { a = 1 }, "acme-core"]
#                   ^ error[invalid-default-packages]: An entry must be the name of a member
#                      ^^ error[invalid-default-packages]: An entry must not be empty
#                          ^^^^^ error[invalid-default-packages]: `"all"` stands in place of the list, not in it
#                                 ^^^^^^^^^^^^^ error[invalid-default-packages]: An entry must be the name of a member
#                                                ^^^^^^^^^ error[invalid-default-packages]: An entry must be the name of a member
"""
        )
    )


@pytest.mark.parametrize(
    ("wrong", "title", "right"),
    [
        ('"acme-core"', 'Write `["acme-core"]`', '["acme-core"]'),
        ("'acme-core'", 'Write `["acme-core"]`', '["acme-core"]'),
        ('["all"]', 'Write `"all"` in place of the list', '"all"'),
        ('[\n  "acme-core",\n  "all",\n]', 'Write `"all"` in place of the list', '"all"'),
        ("[1]", "Remove this entry", "[]"),
        ('["", "acme-core"]', "Remove this entry", '["acme-core"]'),
        ('["all", "acme-core"]', "Remove this entry", '["acme-core"]'),
    ],
)
def test_fixes_of_a_wrong_value(wrong: str, title: str, right: str) -> None:
    check_fix(
        root(f"[tool.ws-lsp]\ndefault-packages = {wrong}"),
        title,
        f"#- /pyproject.toml\n[tool.ws-lsp]\ndefault-packages = {right}\n{WORKSPACE}",
    )


def test_a_list_of_tables_is_removed_as_a_whole() -> None:
    check_fix(
        root("[[tool.ws-lsp.default-packages]]\nname = 1"),
        "Remove this entry",
        f"#- /pyproject.toml\n{WORKSPACE.lstrip()}",
    )


# --------------------------------------------------------------------- empty-default-packages


def test_empty() -> None:
    check(
        root(
            """
[tool.ws-lsp]
default-packages = []
#                  ^^ information[empty-default-packages]: No default packages: there is nothing to sync by default
"""
        )
    )
    check(
        root(
            """
[tool.ws-lsp]
default-packages = [ # none
#                  ^^^^^^^^>1:1 information[empty-default-packages]
]
"""
        )
    )


def test_not_while_it_is_written() -> None:
    check(root("[tool.ws-lsp]\ndefault-packages = ["))


def test_fixes_of_an_empty_list() -> None:
    before = root("[tool.ws-lsp]\ndefault-packages = [] # none")
    check_fix(
        before,
        'Write `"all"`',
        f'#- /pyproject.toml\n[tool.ws-lsp]\ndefault-packages = "all" # none\n{WORKSPACE}',
    )
    check_fix(
        before,
        "Remove `default-packages`",
        f"#- /pyproject.toml\n[tool.ws-lsp]\n{WORKSPACE}",
    )


# ------------------------------------------------------------------ shadowed-default-packages


def test_shadowed() -> None:
    before = root(
        """
[tool.uv]
default-packages = ["zzz"]
^^^^^^^^^^^^^^^^ warning[shadowed-default-packages]: `default-packages` in `[tool.ws-lsp]` wins over this one
^^^^^^^^^^^^^^^^ warning[dropped-settings]
[tool.ws-lsp]
default-packages = ["acme-core"]
"""
    )
    check(before)
    check_fix(
        before,
        "Remove this `default-packages`",
        f"""
#- /pyproject.toml
[tool.uv]
[tool.ws-lsp]
default-packages = ["acme-core"]
{WORKSPACE}""",
    )


# ------------------------------------------------------------------ default-packages-in-member


MEMBER = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["core"]
#- /core/pyproject.toml
[project]
name = "acme-core"
version = "1"
requires-python = ">=3.11"
"""


def test_in_a_member() -> None:
    check(
        MEMBER
        + """
[tool.ws-lsp]
default-packages = ["anything"]
^^^^^^^^^^^^^^^^ warning[default-packages-in-member]: `default-packages` has no effect in a member: only the root's counts
[tool.uv]
default-packages = 1
^^^^^^^^^^^^^^^^ warning[default-packages-in-member]
"""
    )


def test_fixes_in_a_member() -> None:
    before = MEMBER + '\n[tool.ws-lsp]\ndefault-packages = [\n  "acme-core", # all\n]\n'
    without = MEMBER[MEMBER.index("#- /core") :] + "\n[tool.ws-lsp]\n"
    check_fix(before, "Remove `default-packages`", without)
    check_fix(
        before,
        "Move `default-packages` to the root",
        f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["core"]

[tool.ws-lsp]
default-packages = [
  "acme-core", # all
]
{without}""",
    )


# ------------------------------------------------------------------ misplaced-default-packages


def test_in_the_table_of_the_workspace() -> None:
    check(
        f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
default-packages = ["acme-core"]
^^^^^^^^^^^^^^^^ error[misplaced-default-packages]: uv refuses `default-packages` in `[tool.uv.workspace]`. Move it to `[tool.ws-lsp]`
default-members = ["packages/core"]
^^^^^^^^^^^^^^^ error[misplaced-default-packages]
{CORE}"""
    )


def test_in_uv_toml() -> None:
    check(
        root("")
        + """
#- /uv.toml
default-packages = ["acme-core"]
^^^^^^^^^^^^^^^^ error[misplaced-default-packages]: uv refuses `default-packages` in `uv.toml`. Move it to `[tool.ws-lsp]`
"""
    )


def test_fixes_in_the_table_of_the_workspace() -> None:
    before = f"""
#- /pyproject.toml
[tool.uv.workspace]
default-packages = ["acme-core"] # some
members = ["packages/*"]
{CORE}"""
    check_fix(
        before,
        "Move `default-packages` to `[tool.ws-lsp]`",
        """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.ws-lsp]
default-packages = ["acme-core"] # some
""",
    )
    check_fix(
        before,
        "Remove `default-packages`",
        '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    )


def test_the_fix_in_uv_toml() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "acme-core"
        version = "1"
        #- /uv.toml
        default-packages = ["acme-core"]
        offline = true
        """,
        "Move `default-packages` to `[tool.ws-lsp]`",
        """
        #- /pyproject.toml
        [project]
        name = "acme-core"
        version = "1"

        [tool.ws-lsp]
        default-packages = ["acme-core"]
        #- /uv.toml
        offline = true
        """,
    )


# ---------------------------------------------------------------------------- dropped-settings


def test_uv_warns_about_the_key() -> None:
    before = root(
        """
[tool.uv]
default-packages = ["acme-core"]
^^^^^^^^^^^^^^^^ warning[dropped-settings]: uv does not know `default-packages` and warns about it at every command
constraint-dependencies = []
"""
    )
    check(before)
    check_fix(
        before,
        "Move `default-packages` to `[tool.ws-lsp]`",
        f"""
#- /pyproject.toml
[tool.uv]
constraint-dependencies = []
{WORKSPACE}
[tool.ws-lsp]
default-packages = ["acme-core"]
""",
    )
    check_fix(before, "Create an empty `uv.toml`", "#- /uv.toml\n")


def test_uv_drops_settings() -> None:
    check(
        root(
            """
[tool.uv]
exclude-newer = "2026-01-01"
default-packages = ["acme-core"]
^^^^^^^^^^^^^^^^ warning[dropped-settings]: uv does not know `default-packages` and, because of it, ignores `exclude-newer`
"""
        )
    )
    check(
        root(
            """
[tool.uv]
default-packages = ["acme-core"]
^^^^^^^^^^^^^^^^ warning[dropped-settings]: uv does not know `default-packages` and, because of it, ignores `index`: packages will silently come from the public index
[[tool.uv.index]]
name = "corp"
url = "https://example.invalid/simple"
"""
        )
    )


def test_nothing_is_dropped_beside_a_uv_toml() -> None:
    check(root("[tool.uv]\ndefault-packages = ['acme-core']") + "\n#- /uv.toml\n")


def test_the_settings_are_moved_to_a_new_file() -> None:
    check_fix(
        root(
            """
[tool.uv]
# why
exclude-newer = "2026-01-01" # frozen
default-packages = ["acme-core"]
no-build-package = [
  "x",
]

[tool.uv.pip] # of pip
strict = true # very
# much

[[tool.uv.index]]
name = "corp"
url = "https://example.invalid/simple"
default = true
"""
        ),
        "Move the settings to `uv.toml`",
        f"""
#- /pyproject.toml
[tool.uv]
default-packages = ["acme-core"]

[[tool.uv.index]]
name = "corp"
url = "https://example.invalid/simple"
default = true
{WORKSPACE}
#- /uv.toml
# why
exclude-newer = "2026-01-01" # frozen
no-build-package = [
  "x",
]

[pip] # of pip
strict = true # very
# much

[[index]]
name = "corp"
url = "https://example.invalid/simple"
default = true
""",
    )


def test_settings_that_uv_refuses_are_not_moved() -> None:
    text = """
#- /pyproject.toml
[tool.uv]
default-packages = "all"
[[tool.uv.index]]
name = "a b"
url = "simple"
"""
    (found,) = (one for one in findings(workspace(text)) if one.code == "dropped-settings")
    assert [fix.title for fix in found.fixes] == ["Move `default-packages` to `[tool.ws-lsp]`"]
