"""Rules about references to members."""

from __future__ import annotations

import pytest
from support import check_fix, checking

from ws_lsp.rules import workspace_sources

check = checking(workspace_sources.RULES)
"""Others have their say about these fixtures too."""

ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]
"""
CORE = """
#- /packages/core/pyproject.toml
[project]
name = "acme-core"
version = "1"
requires-python = ">=3.11"
"""
OLD = """
#- /packages/old/pyproject.toml
project = { name = "acme-old", version = "1" }
"""
API = """
#- /packages/api/pyproject.toml
[project]
name = "acme-api"
version = "1"
requires-python = ">=3.11"
"""


def api(text: str, root: str = "") -> str:
    """Return a fixture whose last file is a member with `text`, beside the member `acme-core`."""
    return f"{ROOT}{root}{CORE}{OLD}{API}{text.strip()}\n"


def api_file(text: str) -> str:
    return f"{API}{text.strip()}\n"


# ----------------------------------------------------------------------------- valid


@pytest.mark.parametrize(
    "text",
    [
        'dependencies = ["acme-core"]\n[tool.uv.sources]\nacme-core = { workspace = true }',
        'dependencies = ["Acme.Core>=2"]\n[tool.uv.sources]\nACME_core.workspace = true',
        'dependencies = ["acme-core"]\n[tool.uv.sources]\nacme-core = { workspace = true, editable = true }',
        'dependencies = ["acme-core"]\n[tool.uv.sources."acme-core"]\n"workspace" = true',
        'dependencies = ["acme-core"]\n[[tool.uv.sources.acme-core]]\nworkspace = true',
        'dependencies = ["acme-api[x]"]\noptional-dependencies = { x = [] }',
        'dependencies = ["acme-corex", "numpy"]',
        "[dependency-groups]\ndev = [\"numpy\", { include-group = 'x' }]\nx = []",
        "",
    ],
)
def test_valid(text: str) -> None:
    check(api(text))


def test_the_roots_source_is_inherited() -> None:
    check(
        api('dependencies = ["acme_core"]', "[tool.uv.sources]\nacme-core = { workspace = true }\n")
    )


def test_a_single_project_has_no_members_to_say_it_of() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["acme", "numpy"]
        """
    )


# ----------------------------------------------------------- missing-workspace-source


def test_missing() -> None:
    check(
        api(
            """
dependencies = ["numpy", "Acme_Core[x]>=1; python_version > '3'"]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[missing-workspace-source]: `acme-core` is a member of this workspace and needs a `workspace = true` source
[project.optional-dependencies]
e = ['acme.core']
#    ^^^^^^^^^^^ error[missing-workspace-source]
[dependency-groups]
"dev" = [
  \"\"\"acme-core\"\"\",
# ^^^^^^^^^^^^^^^ error[missing-workspace-source]
]
[tool.uv]
dev-dependencies = ["acme-core"]
#                   ^^^^^^^^^^^ error[missing-workspace-source]
"""
        )
    )


def test_missing_in_the_root() -> None:
    check(
        f"""
#- /pyproject.toml
[project]
name = "acme"
version = "1"
requires-python = ">=3.11"
dependencies = ["acme-core", "acme"]
#               ^^^^^^^^^^^ error[missing-workspace-source]
[tool.uv.workspace]
members = ["packages/*"]
{CORE}"""
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\n[tool.uv.sources]\nacme-core = { workspace = true }"),
        (
            "[tool.uv.sources]\nx = { path = 'x' } # x",
            "[tool.uv.sources]\nx = { path = 'x' } # x\nacme-core = {{ workspace = true }}",
        ),
        (
            "[tool.uv]\nsources = { x = { path = 'x' } }",
            "[tool.uv]\nsources = { x = { path = 'x' }, acme-core = { workspace = true } }",
        ),
        (
            "[tool.uv]\nsources.x.path = 'x'",
            "[tool.uv]\nsources.x.path = 'x'\nsources.acme-core = { workspace = true }",
        ),
    ],
)
def test_the_source_is_added(before: str, after: str) -> None:
    requirement = 'dependencies = ["Acme_Core"]\n'
    check_fix(
        api(requirement + before),
        "Add the source `acme-core = { workspace = true }`",
        api_file(requirement + after.replace("{{", "{").replace("}}", "}")),
    )


def test_the_source_is_added_to_the_root() -> None:
    check_fix(
        api('dependencies = ["acme-core"]'),
        "Add the source to the root, for all members",
        f"{ROOT}\n[tool.uv.sources]\nacme-core = {{ workspace = true }}\n",
    )


def test_two_requirements_of_one_member_need_one_source() -> None:
    check_fix(
        api('dependencies = ["$0acme-core"]\n[dependency-groups]\ndev = ["acme-core"]'),
        "Add the source `acme-core = { workspace = true }`",
        api_file(
            'dependencies = ["acme-core"]\n[dependency-groups]\ndev = ["acme-core"]\n'
            "\n[tool.uv.sources]\nacme-core = { workspace = true }"
        ),
    )


# ----------------------------------------------------------- unknown-workspace-source


def test_unknown() -> None:
    check(
        api(
            """
dependencies = ["acme-cor", "zzz"]
[tool.uv.sources]
acme-cor = { workspace = true }
^^^^^^^^ error[unknown-workspace-source]: `acme-cor` is not a member of this workspace. Did you mean `acme-core`?
"Zzz".workspace = true
^^^^^ error[unknown-workspace-source]: `Zzz` is not a member of this workspace
unused = { workspace = true }
^^^^^^ warning[unknown-workspace-source]: `unused` is not a member of this workspace
acme_old = { workspace = true }
^^^^^^^^ warning[unknown-workspace-source]: `acme_old` is excluded from the workspace by `packages/old`
away = { workspace = false }
"""
        )
    )


def test_unknown_through_the_root() -> None:
    check(
        api(
            """
dependencies = ["Acme_Cor"]
#               ^^^^^^^^^^ error[unknown-workspace-source]: `acme-cor` is not a member of this workspace, but the root's source says so
""",
            """[tool.uv.sources]
acme-cor = { workspace = true }
^^^^^^^^ warning[unknown-workspace-source]
""",
        )
    )


def test_unknown_in_a_single_project() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["core"]
        [tool.uv]
        sources.core = { workspace = true }
        #       ^^^^ error[unknown-workspace-source]
        """
    )


def test_fixes_of_an_unknown_one() -> None:
    text = """
dependencies = ["acme-cor>=1", "numpy"]
[dependency-groups]
dev = ['Acme_Cor [x]']
[tool.uv.sources]
"acme-cor" = { workspace = true } # ours
x = { path = "x" }
"""
    check_fix(
        api(text),
        "Replace with `acme-core`",
        api_file(
            """
dependencies = ["acme-core>=1", "numpy"]
[dependency-groups]
dev = ['acme-core [x]']
[tool.uv.sources]
"acme-core" = { workspace = true } # ours
x = { path = "x" }
"""
        ),
    )


def test_an_unused_source_is_removed() -> None:
    check_fix(
        api('[tool.uv.sources]\nzzz.workspace = true # gone\nx = { path = "x" }'),
        "Remove the source `zzz`",
        api_file('[tool.uv.sources]\nx = { path = "x" }'),
    )


# -------------------------------------------------------------- member-from-elsewhere


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('{ path = "../core" }', "`path`"),
        ('{ git = "https://example.invalid/x" }', "`git`"),
        ('{ url = "https://example.invalid/x.whl" }', "`url`"),
        ('{ index = "corp" }', "`index`"),
        ("[{ workspace = true }, { path = '../core' }]", "`path`"),
    ],
)
def test_a_member_comes_from_nowhere_else(value: str, kind: str) -> None:
    check(
        api(
            f"""
dependencies = ["acme-core"]
[tool.uv.sources]
Acme_Core = {value}
^^^^^^^^^ error[member-from-elsewhere]: `Acme_Core` is a member of this workspace and cannot come from {kind}
"""
        )
    )


def test_an_unused_source_of_a_member_is_a_warning() -> None:
    check(
        api(
            """
[tool.uv.sources]
acme-core = { path = "../core" }
^^^^^^^^^ warning[member-from-elsewhere]: `acme-core` is a member of this workspace and cannot come from `path`
"""
        )
    )


@pytest.mark.parametrize("value", ["false", '"../other"'])
def test_no_other_workspace(value: str) -> None:
    check(
        api(
            f"""
dependencies = ["acme-core"]
[tool.uv.sources]
acme-core = {{ workspace = {value} }}
#                         {"^" * len(value)} error[member-from-elsewhere]: `acme-core` is a member of this workspace and needs `workspace = true`
"""
        )
    )


def test_the_wrong_source_of_the_root_is_reported_at_its_user_or_itself() -> None:
    check(
        api(
            'dependencies = ["acme-core"]\n'
            "#               ^^^^^^^^^^^ error[member-from-elsewhere]",
            """[tool.uv.sources]
acme-core = { path = "packages/core" }
^^^^^^^^^ warning[member-from-elsewhere]
""",
        )
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('acme-core = { path = "../core" } # x', "acme-core = { workspace = true } # x"),
        ("acme-core = { workspace = false }", "acme-core = { workspace = true }"),
        ('acme-core.path = "../core"', None),
    ],
)
def test_the_source_is_rewritten(before: str, after: str | None) -> None:
    requirement = 'dependencies = ["acme-core"]\n[tool.uv.sources]\n'
    if after is None:
        check(api(f"{requirement}{before}\n^^^^^^^^^ error[member-from-elsewhere]"))
    else:
        check_fix(
            api(requirement + before), "Write `{ workspace = true }`", api_file(requirement + after)
        )


# ---------------------------------------------------------------- excluded-dependency


def test_excluded() -> None:
    check(
        api(
            """
dependencies = ["numpy", "Acme_Old>1"]
#                        ^^^^^^^^^^^^ information[excluded-dependency]: `acme-old` is excluded from the workspace by `packages/old` and will be looked for in an index
"""
        )
    )


def test_excluded_but_given_a_source() -> None:
    check(
        api('dependencies = ["acme-old"]\n[tool.uv.sources]\nacme-old = { path = "../old" }'),
    )
    check(
        api(
            'dependencies = ["acme-old"]',
            '[tool.uv.sources]\nacme-old = { path = "packages/old" }\n',
        )
    )


# ------------------------------------------------------------------------ broken texts


@pytest.mark.parametrize("tail", ["", "[project", "x = ", '"', "[dependency-groups]\na = {"])
def test_a_broken_text_behind_it_hides_nothing(tail: str) -> None:
    check(
        api(
            f"""
dependencies = ["acme-core"]
#               ^^^^^^^^^^^ error[missing-workspace-source]
{tail}"""
        )
    )


def test_a_name_that_is_still_written_is_no_finding() -> None:
    check(api('dependencies = ["", "-", "[x]"]'))


def test_a_renamed_source_takes_escaped_requirements_along() -> None:
    check_fix(
        api(
            'dependencies = ["acme-co\\u0072>=1"]\n'
            "[tool.uv.sources]\n"
            "acme-cor$0 = { workspace = true }"
        ),
        "Replace with `acme-core`",
        api_file(
            'dependencies = ["acme-core>=1"]\n[tool.uv.sources]\nacme-core = { workspace = true }'
        ),
    )


def test_a_source_for_an_extra_is_no_missing_one() -> None:
    check(
        api(
            'dependencies = ["acme-core"]\n'
            "[project.optional-dependencies]\n"
            'fast = ["acme-core"]\n'
            "[tool.uv.sources]\n"
            'acme-core = { workspace = true, extra = "fast" }'
        )
    )


def test_files_that_want_a_member_editable_and_not() -> None:
    text = """
    #- /pyproject.toml
    [tool.uv.workspace]
    members = ["alpha", "beta", "gamma"]
    #- /alpha/pyproject.toml
    [project]
    name = "alpha"
    version = "1"
    dependencies = ["gamma"]
    [tool.uv.sources]
    gamma = { workspace = true, editable = true }
    #- /gamma/pyproject.toml
    [project]
    name = "gamma"
    version = "1"
    dependencies = ["gamma"]
    [tool.uv.sources]
    gamma = { workspace = true, editable = false }
    #- /beta/pyproject.toml
    [project]
    name = "beta"
    version = "1"
    dependencies = ["gamma"]
    [tool.uv.sources]
    gamma = { workspace = true, editable = false }
    #                                      ^^^^^ error[editable-conflict]: `gamma` cannot be `editable = false` here and `true` in `alpha/pyproject.toml`
    """
    check(text, {"editable-conflict"})


def test_a_member_in_a_submodule_that_is_not_checked_out() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        dependencies = ["lib"]
        [tool.uv.workspace]
        members = ["external/*"]
        [tool.uv.sources]
        lib = { workspace = true }
        ^^^ error[unknown-workspace-source]: `lib` is not a member of this workspace. It may be in the submodule `external/lib`, which is not checked out: run `git submodule update --init`
        #- /.gitmodules
        [submodule "external/lib"]
        path = external/lib
        url = https://git.example/lib
        #- /external/lib/
        """
    )
