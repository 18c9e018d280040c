"""Rename: what the files are after it, and when it is refused."""

from __future__ import annotations

import pytest
from support import Cursor, apply_fix, cursor, host_of, read

from ws_lsp.checking.findings import Fix
from ws_lsp.ide.rename import Renamable, prepare_rename, rename
from ws_lsp.refusal import Refusal

WORKSPACE = """
#- /pyproject.toml
[project]
name = "acme"
version = "1"
dependencies = ["Acme_Core[fast] >=1 ; python_version > '3.8'", "requests[socks]"]

[dependency-groups]
dev = ["pytest", { include-group = "Test" }]
test = []

[tool.ws-lsp]
default-packages = ["acme.core", 'acme-cli'] # the usual ones

[tool.uv]
default-groups = ["dev"]
conflicts = [[{ package = "acme-core", extra = "fast" }, { package = "acme-cli" }]]
workspace.members = ["packages/*"]
dependency-groups.dev.requires-python = ">=3.12"

[tool.uv.sources]
acme-core.workspace = true
acme-core.editable = true
"acme-cli" = { workspace = true }

[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /packages/core/pyproject.toml
[project]
name = "acme-core"
version = "1"

[project.optional-dependencies]
fast = ["orjson"]
all = ["acme-core[fast,other]"]
other = []

[tool.uv.sources]
orjson = { index = "corp", extra = "fast" }
#- /packages/cli/pyproject.toml
[project]
name = "acme-cli"
version = "1"
dependencies = ['acme-core [fast]~=1', "acme-c\\u006Fre", "acme-core-more"]
"""

ROOT, CORE, CLI = (
    "/pyproject.toml",
    "/packages/core/pyproject.toml",
    "/packages/cli/pyproject.toml",
)


def at(old: str, new: str, text: str = WORKSPACE) -> Cursor:
    assert old in text
    return cursor(text.replace(old, new, 1))


def renamed(where: Cursor, name: str, text: str = WORKSPACE) -> dict[str, str]:
    """Return all texts after a rename."""
    changes = rename(where.snapshot, where.manifest, where.offset, name)
    assert not isinstance(changes, Refusal), changes
    return apply_fix(read(text).files, Fix("Rename", changes))


def changed_lines(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """Return the new lines by file."""
    assert before.keys() == after.keys()
    return {
        path: [
            new
            for old, new in zip(text.split("\n"), after[path].split("\n"), strict=True)
            if old != new
        ]
        for path, text in before.items()
        if text != after[path]
    }


@pytest.mark.parametrize(
    ("old", "new", "name", "expected"),
    [
        (
            'name = "acme-core"',
            'name = "acme$0-core"',
            "kernel",
            {
                ROOT: [
                    'dependencies = ["kernel[fast] >=1 ; python_version > \'3.8\'", "requests[socks]"]',
                    "default-packages = [\"kernel\", 'acme-cli'] # the usual ones",
                    'conflicts = [[{ package = "kernel", extra = "fast" }, { package = "acme-cli" }]]',
                    "kernel.workspace = true",
                    "kernel.editable = true",
                ],
                CORE: ['name = "kernel"', 'all = ["kernel[fast,other]"]'],
                CLI: ['dependencies = [\'kernel [fast]~=1\', "kernel", "acme-core-more"]'],
            },
        ),
        (
            "'acme-cli'",
            "'acme-$0cli'",
            "Acme.CLI_2",
            {
                ROOT: [
                    "default-packages = [\"acme.core\", 'Acme.CLI_2'] # the usual ones",
                    'conflicts = [[{ package = "acme-core", extra = "fast" }, { package = "Acme.CLI_2" }]]',
                    '"Acme.CLI_2" = { workspace = true }',
                ],
                CLI: ['name = "Acme.CLI_2"'],
            },
        ),
        (
            'extra = "fast" }, {',
            'extra = "fa$0st" }, {',
            "quick.er",
            {
                ROOT: [
                    'dependencies = ["Acme_Core[quick.er] >=1 ; python_version > \'3.8\'", "requests[socks]"]',
                    'conflicts = [[{ package = "acme-core", extra = "quick.er" }, { package = "acme-cli" }]]',
                ],
                CORE: [
                    '"quick.er" = ["orjson"]',
                    'all = ["acme-core[quick.er,other]"]',
                    'orjson = { index = "corp", extra = "quick.er" }',
                ],
                CLI: [
                    'dependencies = [\'acme-core [quick.er]~=1\', "acme-c\\u006Fre", "acme-core-more"]'
                ],
            },
        ),
        (
            "\ntest = []",
            "\nte$0st = []",
            "checks",
            {ROOT: ['dev = ["pytest", { include-group = "checks" }]', "checks = []"]},
        ),
        (
            'default-groups = ["dev',
            'default-groups = ["$0dev',
            "work",
            {
                ROOT: [
                    'work = ["pytest", { include-group = "Test" }]',
                    'default-groups = ["work"]',
                    'dependency-groups.work.requires-python = ">=3.12"',
                ]
            },
        ),
        (
            'index = "corp"',
            'index = "co$0rp"',
            "Corp",
            {ROOT: ['name = "Corp"'], CORE: ['orjson = { index = "Corp", extra = "fast" }']},
        ),
        ('name = "acme-core"', 'name = "$0acme-core"', "acme-core", None),
    ],
)
def test_the_texts_after_a_rename(
    old: str, new: str, name: str, expected: dict[str, list[str]] | None
) -> None:
    after = renamed(at(old, new), name)
    if expected is None:
        # other spellings of the same name become that one
        expected = {
            ROOT: [
                'dependencies = ["acme-core[fast] >=1 ; python_version > \'3.8\'", "requests[socks]"]',
                "default-packages = [\"acme-core\", 'acme-cli'] # the usual ones",
            ],
            CLI: ['dependencies = [\'acme-core [fast]~=1\', "acme-core", "acme-core-more"]'],
        }
    assert changed_lines(read(WORKSPACE).files, after) == expected


BUILT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["core"]
#- /core/pyproject.toml
[project]
name = "acme$0-core"
version = "1"
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /core/src/acme_core/__init__.py
"""
ADDED = '\n[tool.uv.build-backend]\nmodule-name = "acme_core"\n'


@pytest.mark.parametrize(
    ("text", "name", "added"),
    [
        (BUILT, "kernel", ADDED),
        (BUILT, "Acme.Core", ""),  # the module has that name
        (BUILT.replace("/src/acme_core", "/src/other"), "kernel", ""),  # there is none
        (BUILT.replace("uv_build", "hatchling"), "kernel", ""),
        (
            BUILT.replace("/src/", "/lib/").replace(
                "#- /core/l", '[tool.uv.build-backend]\nmodule-root = "lib"\n#- /core/l'
            ),
            "kernel",
            'module-name = "acme_core"\n',
        ),
        (
            BUILT.replace("/src/", "/").replace(
                "#- /core/a", '[tool.uv.build-backend]\nmodule-root = ""\n#- /core/a'
            ),
            "kernel",
            'module-name = "acme_core"\n',
        ),
        (
            BUILT.replace(
                "#- /core/s", '[tool.uv.build-backend]\nmodule-name = "acme_core"\n#- /core/s'
            ),
            "kernel",
            "",
        ),
    ],
)
def test_uv_build_finds_the_module_after_a_rename(text: str, name: str, added: str) -> None:
    where = cursor(text)
    before = where.manifest.text
    after = renamed(where, name, text)["/core/pyproject.toml"]
    assert after == before.replace("acme-core", name) + added


@pytest.mark.parametrize(
    ("old", "new", "name", "reason"),
    [
        ('"requests[', '"reque$0sts[', "x", "`requests` is not a member of this workspace"),
        (
            "[socks]",
            "[so$0cks]",
            "x",
            "`socks` is an extra of `requests`, which is not a member of this workspace",
        ),
        ('version = "1"', 'ver$0sion = "1"', "x", "There is no name here that could be renamed"),
        (
            "'acme-cli'",
            "'acme$0-cli'",
            "a b",
            "`a b` is not a valid name: letters, digits, `-`, `_` and `.`, "
            "with a letter or digit at both ends",
        ),
        (
            "'acme-cli'",
            "'acme$0-cli'",
            "ACME_core",
            "`acme-core` is a member already (`packages/core`)",
        ),
        (
            "'acme-cli'",
            "'acme$0-cli'",
            "orjson",
            "`packages/core/pyproject.toml` requires another package `orjson` already: "
            "it would get the member instead",
        ),
        ("\ntest = []", "\nte$0st = []", "Dev", "There is another dependency group `dev`"),
        ('fast = ["', 'fa$0st = ["', "ALL", "There is another extra `all`"),
        ('name = "corp"', 'name = "co$0rp"', "", "A name cannot be empty"),
        (
            'name = "corp"',
            'name = "co$0rp"',
            "a b",
            "`a b` is not a valid name of an index: letters, digits, `-`, `_` and `.`",
        ),
        (
            'include-group = "Test"',
            'include-group = "Te$0sts"',
            "x",
            "There is no dependency group `Tests` in this workspace",
        ),
    ],
)
def test_a_rename_that_is_refused(old: str, new: str, name: str, reason: str) -> None:
    where = at(old, new)
    assert rename(where.snapshot, where.manifest, where.offset, name) == Refusal(reason)


def test_a_name_that_two_members_have_is_not_renamed() -> None:
    where = cursor(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["a", "b"]
        #- /a/pyproject.toml
        [project]
        name = "x$0"
        #- /b/pyproject.toml
        [project]
        name = "X"
        """
    )
    refusal = Refusal("Two workspace members are both named `x`")
    assert prepare_rename(where.snapshot, where.manifest, where.offset) == refusal


def test_what_would_be_renamed_is_the_name_alone() -> None:
    where = at("Acme_Core[fast] >=1", "Acme_C$0ore[fast] >=1")
    found = prepare_rename(where.snapshot, where.manifest, where.offset)
    assert isinstance(found, Renamable)
    assert found.placeholder == "Acme_Core"
    assert where.manifest.text[slice(*found.span)] == "Acme_Core"


def test_the_workspace_is_as_sound_after_a_rename_as_before() -> None:
    where = at('name = "acme-core"', 'name = "acme$0-core"')
    host = host_of(renamed(where, "kernel"))
    snapshot = host.snapshot("/")
    assert list(snapshot.workspace.members) == ["acme", "acme-cli", "kernel"]
    default = snapshot.default_packages
    assert default is not None
    assert default.names == ("kernel", "acme-cli")
