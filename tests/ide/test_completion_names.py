"""Completion of groups, extras, indexes, other packages, keys and flags."""

from __future__ import annotations

import pytest
from support import Cursor, cursor, host_of, read

from ws_lsp.ide.completion import completions
from ws_lsp.ide.proposal import CompletionKind, Completions
from ws_lsp.text import apply_edits

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv]
BODY

[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
dependencies = ["idna>=3", "numpy>=1"]
MEMBER

[project.optional-dependencies]
Fast = []
slow = []

[dependency-groups]
dev = []
Lint_All = ["idna>=3", "numpy>=2"]
GROUPS
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1"

[project.optional-dependencies]
http = ["numpy>=2", "anyio"]

[dependency-groups]
docs = []
#- /uv.lock
version = 1

[[package]]
name = "anyio"
version = "4"
source = { registry = "https://index.example/" }

[package.optional-dependencies]
trio = []

[[package]]
name = "sniffio"
version = "1"
source = { registry = "https://index.example/" }
"""


def fixture(body: str = "", member: str = "", groups: str = "") -> str:
    text = WORKSPACE.replace("BODY", body).replace("MEMBER", member)
    return text.replace("GROUPS", groups)


def offered(text: str) -> tuple[Cursor, Completions]:
    at = cursor(text)
    host = host_of(read(text).files)
    snapshot = host.snapshot("/")
    return at, completions(snapshot, host.files, snapshot.manifests[at.path], at.offset)


def labels(text: str) -> list[str]:
    return [item.label for item in offered(text)[1].items]


def line_after(text: str, label: str) -> str:
    """Return the line of the cursor after the completion of this label."""
    at, found = offered(text)
    item = next(item for item in found.items if item.label == label)
    after = apply_edits(at.manifest.text, found.edits(item))
    line = after.count("\n", 0, found.span.start + 1)
    lines = after.split("\n")
    return next(one for one in (lines[line], *lines) if label in one)


TABLES = [
    "dependency-groups",
    "build-backend",
    "minimum-libc-version",
    "config-settings",
    "config-settings-package",
    "extra-build-dependencies",
    "extra-build-variables",
    "exclude-newer-package",
    "prerelease-package",
    "audit",
    "pip",
]
"""The tables that `[tool.uv]` of a root may have, but for `sources` and `workspace`."""
PACKAGES = ["anyio", "api", "core", "idna", "numpy", "sniffio"]
PRERELEASES = ["disallow", "allow", "if-necessary", "explicit"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (fixture(groups='x = [{ include-group = "$0" }]'), ["dev", "lint-all"]),
        (fixture(groups='x = [{ include-group = "li$0nt" }]'), ["dev", "lint-all"]),
        (fixture(groups='x = [{include-group="dev"}]\ny = [{include-group = $0}]'), None),
        (fixture(groups='x = [{include-group = "y$0"}]\ny = [{include-group="x"}]'), "-y"),
        (fixture(groups="x = [{ $0 }]"), ["include-group"]),
        (fixture('default-groups = ["$0"]'), []),
        (
            fixture(groups='[tool.uv]\ndefault-groups = ["dev", "$0"]'),
            ["lint-all"],
        ),
        (fixture('conflicts = [[{ package = "$0" }]]'), ["api", "core"]),
        (fixture('conflicts = [[{ package = "Core", extra = "$0" }]]'), ["fast", "slow"]),
        (fixture('conflicts = [[{ package = "core", group = "d$0" }]]'), ["dev", "lint-all"]),
        (fixture('conflicts = [[{ package = "gone", group = "$0" }]]'), []),
        (fixture(groups='[tool.uv]\nconflicts = [[{ extra = "$0" }]]'), ["fast", "slow"]),
        (fixture("conflicts = [[{ $0 }]]"), ["package", "extra", "group"]),
        (fixture(groups='[tool.uv.sources]\nidna = { index = "$0" }'), ["corp"]),
        (fixture(groups='[tool.uv.sources]\nidna = [{ index = "co$0" }]'), ["corp"]),
        (fixture(groups='[tool.uv.sources]\nidna = { extra = "$0" }'), ["fast", "slow"]),
        (fixture(groups='[tool.uv.sources]\nidna = { group = "$0" }'), ["dev", "lint-all"]),
        (fixture(groups='x = ["core[$0]"]'), ["fast", "slow"]),
        (fixture(groups='x = ["core[fast, $0]"]'), ["slow"]),
        (fixture(groups='x = ["core[fa$0, slow]>=1"]'), ["fast"]),
        (fixture(groups='x = ["api[$0"]'), ["http"]),
        (fixture(groups='x = ["anyio[$0]"]'), ["trio"]),
        (fixture(groups='x = ["core[fast]$0>=1"]'), []),
        (fixture('constraint-dependencies = ["$0"]'), ["anyio", "idna", "numpy", "sniffio"]),
        (fixture('constraint-dependencies = ["idna<4", "$0"]'), ["anyio", "numpy", "sniffio"]),
        (fixture("[tool.ws-lsp.rules]\nunknown-member = '$0'"), None),
        (fixture("[tool.uv.$0]"), ["sources", *TABLES]),
        (fixture("[tool.uv.so$0"), ["sources", *TABLES]),
        (fixture("[tool.uv.sources]\n[tool.uv.$0]"), TABLES),
        (fixture(groups="[tool.uv.$0]"), ["sources", "dependency-groups", "build-backend"]),
        (fixture("[[tool.uv.$0]]"), ["index", "dependency-metadata"]),
        (
            fixture("sources.idna = { path = 'x', $0 }"),
            ["editable", "package", "git", "lfs", "subdirectory", "marker", "extra", "group"],
        ),
        (
            fixture("sources.core = { workspace = true, extra = 'x', $0 }"),
            ["editable", "lfs", "subdirectory", "marker"],
        ),
        (
            fixture("sources.idna = { rev = 'x', gi$0 }"),
            ["editable", "package", "git", "lfs", "subdirectory", "marker", "extra", "group"],
        ),
        (fixture("[tool.$0]"), ["ws-lsp"]),
        (fixture(groups="[tool.$0]"), ["uv"]),
        (fixture("[$0]"), ["project", "build-system", "dependency-groups", "tool"]),
        (fixture('resolution = "$0"'), ["highest", "lowest", "lowest-direct"]),
        (fixture("resolution = $0"), ["highest", "lowest", "lowest-direct"]),
        (fixture('pip.annotation-style = "l$0'), ["line", "split"]),
        (fixture('no-build-package = ["$0"]'), PACKAGES),
        (fixture('no-build-package = ["idna", "$0'), [one for one in PACKAGES if one != "idna"]),
        (fixture("prerelease-package = { $0 }"), PACKAGES),
        (fixture('prerelease-package = { idna = "$0" }'), PRERELEASES),
        (fixture("default-groups = $0"), ["all"]),
        (fixture("exclude-dependencies $0"), []),
        (fixture(groups="x $0"), []),
        (fixture("workspace.exclude = []\n[tool.uv.wo$0"), "-workspace"),
        (fixture('preview-features = ["pylock", "$0"]'), "-pylock"),
        (fixture('pip.no-binary = ["$0"]'), [":all:", ":none:", *PACKAGES]),
        (fixture('[tool.uv.exclude-newer-package]\nCore = "2026-01-31"\n$0'), "-core"),
        (fixture("managed = $0"), ["true", "false"]),
        (fixture('managed = "$0"'), []),
        (fixture(groups="[tool.uv.sources]\napi = { workspace = $0 }"), ["true", "false"]),
        (fixture(groups="[tool.ruff]\nmanaged = $0"), []),
    ],
)
def test_what_is_offered(text: str, expected: list[str] | str | None) -> None:
    found = labels(text)
    if isinstance(expected, str):
        assert expected.lstrip("-") not in found
    elif expected is None:
        assert found
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        (fixture(groups='x = ["$0"]'), "idna", 'x = ["idna>=3"]'),
        (fixture(groups="x = ['$0"), "idna", "x = ['idna>=3'"),
        (fixture(groups='x = ["id$0<4"]'), "idna", 'x = ["idna<4"]'),
        (fixture(groups='x = ["$0"]'), "sniffio", 'x = ["sniffio"]'),
        (fixture(groups='x = ["core[fa$0st, slow]>=1"]'), "fast", 'x = ["core[fast, slow]>=1"]'),
        (fixture(groups='x = ["core[slow,  fa$0'), "fast", 'x = ["core[slow,  fast'),
        (
            fixture(groups="x = [{ include-group = $0 }]"),
            "lint-all",
            'x = [{ include-group = "lint-all" }]',
        ),
        (
            fixture('conflicts = [[{ package = "core", extra = "s$0" }]]'),
            "slow",
            'conflicts = [[{ package = "core", extra = "slow" }]]',
        ),
        (fixture("man$0"), "managed", "managed = true"),
        (fixture("conf$0licts = [[]]"), "conflicts", "conflicts = [[]]"),
    ],
)
def test_what_stands_there_afterwards(text: str, label: str, line: str) -> None:
    assert line_after(text, label) == line


def test_packages_come_behind_members_and_say_where_they_differ() -> None:
    _, offers = offered(fixture(groups='x = ["$0"]'))
    found = {item.label: item for item in offers.items}
    assert found["numpy"].detail == "⚠ members differ: >=1, >=2"
    assert found["idna"].detail == ">=3"
    assert found["anyio"].detail == "any version"
    assert found["sniffio"].detail == "in `uv.lock`"
    assert found["api"].kind is CompletionKind.MEMBER
    assert found["api"].rank < found["idna"].rank
    assert "core" not in found


def test_a_member_is_not_offered_keys_that_count_in_the_root_alone() -> None:
    in_member = labels(fixture(groups="[tool.uv]\n$0"))
    assert {"sources", "default-groups", "conflicts"} <= set(in_member)
    assert not {"workspace", "environments", "default-packages"} & set(in_member)
    in_root = labels(fixture("$0"))
    assert {"environments", "default-packages", "constraint-dependencies"} <= set(in_root)
    assert "workspace" not in in_root  # it is there
