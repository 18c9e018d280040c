"""Hover: what is said of every kind of place."""

from __future__ import annotations

import pytest
from support import Cursor, cursor, host_of, read

from ws_lsp.ide.hover import hover

LOCK = """version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://index.example/" }

[[package]]
name = "numpy"
version = "1.26.0"
source = { registry = "https://index.example/" }
resolution-markers = [
    "python_full_version < '3.12'",
]

[[package]]
name = "numpy"
version = "2.3.0"
source = { registry = "https://index.example/" }
resolution-markers = [
    "python_full_version >= '3.12'",
]
"""

WORKSPACE = f"""
#- /pyproject.toml
[dependency-groups]
dev = ["idna", {{ include-group = "Test" }}]
test = ["numpy", {{ include-group = "dev" }}]

[tool.ws-lsp]
default-packages = ["acme-app", "gone"]

[tool.uv]
default-groups = ["dev"]
constraint-dependencies = ["idna<4"]

[tool.uv.workspace]
members = ["packages/*", "nothing/*"]
exclude = ["packages/old"]

[tool.uv.sources]
acme-core = {{ workspace = true }}
vendored = {{ path = "vendor/vendored" }}
lost = {{ path = "vendor/lost" }}

[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
explicit = true
#- /packages/core/pyproject.toml
[project]
name = "Acme_Core"
version = "1.2"
description = "The *core*"

[project.optional-dependencies]
fast = ["idna>=3"]
all = ["acme-core[fast]", "numpy"]

[dependency-groups]
dev = []
#- /packages/app/pyproject.toml
[project]
name = "acme-app"
version = "1"
dependencies = ["acme.core[fast]>=1", "idna>=3", "unknown-one"]

[build-system]
requires = []
#- /packages/old/pyproject.toml
[project]
name = "old"
version = "1"
#- /vendor/vendored/pyproject.toml
[project]
name = "vendored"
version = "1"
#- /uv.lock
{LOCK.strip()}
#- /.venv/pyvenv.cfg
#- /.venv/lib/python3.11/site-packages/acme_core-1.2.dist-info/METADATA
#- /.venv/lib/python3.11/site-packages/acme_core-1.2.dist-info/direct_url.json
{{"url": "file:///packages/core", "dir_info": {{"editable": true}}}}
"""

CORE = """**acme-core** 1.2 (workspace member, `packages/core`)

The \\*core\\*

- Required by 1 member: `acme-app`
- Default groups: `dev`
- Installed: 1.2 (editable)"""

IDNA = """**idna** (not a member of this workspace)

Locked: 3.10

Required as

- `>=3`: `acme-app`, `acme-core`
- any version: `pyproject.toml`"""


def at(old: str, new: str) -> Cursor:
    assert old in WORKSPACE
    return cursor(WORKSPACE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"acme.core[', '"acme.$0core[', CORE),
        ("]>=1", "]>=$01", CORE),
        ("acme-core = {", "acme-$0core = {", CORE),
        ("workspace = true", "workspace = tr$0ue", CORE),
        ('"Acme_Core"', '"Acme_C$0ore"', CORE),
        (
            '"acme-app",',
            '"acme-$0app",',
            "**acme-app** 1 (workspace member, `packages/app`)\n\n"
            "- Requires `acme-core`\n- Required by no member\n- Default package\n- Not installed",
        ),
        ('"gone"', '"go$0ne"', None),
        ('"idna>=3", "unknown', '"id$0na>=3", "unknown', IDNA),
        ('"idna<4"', '"idna<$04"', IDNA),
        (
            '"numpy", {',
            '"num$0py", {',
            "**numpy** (not a member of this workspace)\n\n"
            "Locked: 1.26.0 where `python_full_version < '3.12'`, "
            "2.3.0 where `python_full_version >= '3.12'`\n\nRequired as\n\n"
            "- any version: `acme-core`, `pyproject.toml`",
        ),
        (
            "core[fast]>",
            "core[fa$0st]>",
            "Extra **fast** of `acme-core`\n\n- `idna>=3`",
        ),
        ("all = [", "al$0l = [", "Extra **all** of `acme-core`\n\n- `numpy`\n- `idna>=3`"),
        (
            'include-group = "Test"',
            'include-group = "Te$0st"',
            "Dependency group **test** of `pyproject.toml`\n\n- `numpy`\n- `idna`",
        ),
        ("\ndev = []", "\nde$0v = []", "Dependency group **dev** of `acme-core`\n\nIt is empty"),
        (
            '"corp"',
            '"co$0rp"',
            "Index **corp** (explicit) of `pyproject.toml`\n\n<https://index.example/>",
        ),
        (
            '"packages/*"',
            '"packages/$0*"',
            "`packages/*` matches 3 directories\n\n- `packages/app`: acme-app\n"
            "- `packages/core`: acme-core\n- `packages/old`, not a member",
        ),
        ('"nothing/*"', '"nothing/$0*"', "`nothing/*` matches no project"),
        (
            '"packages/old"',
            '"packages/o$0ld"',
            "`packages/old` matches 1 directory\n\n- `packages/old`, not a member",
        ),
        ('"vendor/vendored"', '"vendor/ven$0dored"', "The project in `vendor/vendored`"),
        (
            '"vendor/lost"',
            '"vendor/lo$0st"',
            "There is no project and no file at `vendor/lost`",
        ),
        (
            "default-packages",
            "default-$0packages",
            "`default-packages`: The members that are synced by default: a list of names "
            'or `"all"`. No release of uv reads this key: ws-lsp carries it out.\n\n'
            "It counts in the root of the workspace only.\n\n- Default packages: `acme-app`, `gone`\n"
            "- Not members of this workspace: `gone`\n"
            "- With what they need of the workspace: `acme-core`\n\n"
            "```console\nuv sync --package acme-app\n```",
        ),
        (
            "include-group",
            "include$0-group",
            "`include-group`: Another dependency group of this file, all of it.",
        ),
        (
            '["acme-app", "gone"]',
            '"a$0ll"',
            "- Default packages: `acme-app`, `acme-core`\n\n"
            "```console\nuv sync --package acme-app\n```",
        ),
        (
            "[tool.uv.workspace]",
            "[tool.uv.work$0space]",
            "`workspace`: Makes this file the root of a workspace. Its members share one `uv.lock` and "
            "one environment.\n\nIt counts in the root of the workspace only.",
        ),
        ("[tool.uv.workspace]", "[too$0l.uv.workspace]", "`tool`: The settings of tools."),
        (
            "vendored = {",
            "vend$0ored = {",
            "**vendored** (not a member of this workspace)\n\nThe project in `vendor/vendored`",
        ),
        (
            'path = "vendor/vendored"',
            'workspace = "vendor/$0vendored"',
            "There is no workspace with `vendored` at `vendor/vendored`",
        ),
        (
            "version = ",
            "ver$0sion = ",
            "`version`: The version of the package. Without it, `dynamic` must name `version`.",
        ),
        ('description = "The', 'description = "T$0he', None),
    ],
)
def test_what_is_said(old: str, new: str, expected: str | None) -> None:
    where = at(old, new)
    host = host_of(read(WORKSPACE.replace(old, new, 1)).files)
    snapshot = host.snapshot("/")
    manifest = snapshot.manifests[where.path]
    found = hover(snapshot, manifest, where.offset, lambda: "uv sync --package acme-app")
    assert (found.text if found else None) == expected


def test_many_dependents_are_counted() -> None:
    members = "".join(
        f'#- /packages/m{index}/pyproject.toml\n[project]\nname = "m{index}"\nversion = "1"\n'
        'dependencies = ["core"]\n'
        for index in range(30)
    )
    where = cursor(
        '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        '#- /packages/core/pyproject.toml\n[project]\nname = "co$0re"\nversion = "1"\n' + members
    )
    found = hover(where.snapshot, where.manifest, where.offset)
    assert found is not None
    assert "Required by 30 members: `m0`" in found.text
    assert found.text.endswith("and 10 more")


def test_who_requires_a_package_follows_an_edit() -> None:
    files = {"/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n'}
    for name in ("a", "b", "c"):
        text = f'[project]\nname = "{name}"\nversion = "1"\ndependencies = ["idna>=3"]\n'
        files[f"/{name}/pyproject.toml"] = text
    host, path = host_of(files), "/b/pyproject.toml"

    def said() -> str:
        snapshot = host.snapshot("/")
        manifest = snapshot.manifests[path]
        found = hover(snapshot, manifest, manifest.text.index("idna"))
        assert found is not None
        return found.text.partition("Required as\n\n")[2]

    assert said() == "- `>=3`: `a`, `b`, `c`"
    host.edit(path, files[path].replace("idna>=3", "idna"))
    assert said() == "- `>=3`: `a`, `c`\n- any version: `b`"
    host.edit(path, files[path])
    assert said() == "- `>=3`: `a`, `b`, `c`"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ('["dev"]', "Default groups: `dev`"),
        ('"all"', "Default groups: `dev`, `test`"),
        ("[]", None),
    ],
)
def test_the_groups_that_are_synced_by_themselves(setting: str, expected: str | None) -> None:
    text = WORKSPACE.replace('["acme-app", "gone"]', '["acme-root", "gone"]', 1)
    text = text.replace('default-groups = ["dev"]', f"default-groups = {setting}")
    text = text.replace(
        "[dependency-groups]",
        '[project]\nname = "acme-root"\nversion = "1"\n[dependency-groups]',
        1,
    )
    host = host_of(read(text).files)
    snapshot = host.snapshot("/")
    offset = snapshot.root.text.index('["acme-root') + 4
    found = hover(snapshot, snapshot.root, offset, lambda: "uv sync")
    assert found is not None
    said = [line for line in found.text.split("\n") if "Default groups" in line]
    assert said == ([f"- {expected}"] if expected else [])
