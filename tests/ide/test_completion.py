"""Completion: what is offered at a cursor, and what the text is after it was accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cursor, host_of, read

from ws_lsp.ide.completion import Completions, completions
from ws_lsp.text import apply_edits

MEMBERS = """
#- /packages/core/pyproject.toml
[project]
name = "Acme_Core"
version = "1"
description = "The core"
#- /packages/api/pyproject.toml
[project]
name = "acme-api"
version = "1"
#- /tools/cli/pyproject.toml
[project]
name = "acme-cli"
version = "1"
"""

ROOT = """
[tool.uv.workspace]
members = ["packages/*", "tools/*"]
"""


def offered(text: str) -> Completions:
    """Return what is offered at `$0`."""
    at = cursor(text)
    files = host_of(read(text).files).files
    return completions(at.snapshot, files, at.manifest, at.offset)


def labels(text: str) -> list[str]:
    return [item.label for item in offered(text).items]


def accepted(text: str, label: str) -> str:
    """Return the file at `$0` after the completion of this label."""
    at = cursor(text)
    found = offered(text)
    item = next(item for item in found.items if item.label == label)
    return apply_edits(at.manifest.text, found.edits(item))


def in_root(line: str) -> str:
    """Return a fixture whose root holds `line` in `[tool.ws-lsp]`, in front of the workspace."""
    return f"#- /pyproject.toml\n[tool.ws-lsp]\n{line}\n{ROOT}{MEMBERS}"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ('default-packages = ["$0"]', 'default-packages = ["acme-core"]'),
        ('default-packages = ["acme-c$0"]', 'default-packages = ["acme-core"]'),
        ('default-packages = ["ac$0me-x"]', 'default-packages = ["acme-core"]'),
        ("default-packages = [$0]", 'default-packages = ["acme-core"]'),
        ("default-packages = [ac$0]", 'default-packages = ["acme-core"]'),
        ("default-packages = ['$0']", "default-packages = ['acme-core']"),
        ("default-packages = ['acme-api', $0]", "default-packages = ['acme-api', 'acme-core']"),
        ('default-packages = ["', 'default-packages = ["acme-core"'),
        ('default-packages = ["acme-api", "a', 'default-packages = ["acme-api", "acme-core"'),
        ('default-packages = ["acme-api" $0]', 'default-packages = ["acme-api" "acme-core"]'),
        ("default-packages = [\n  'x',\n  $0", "default-packages = [\n  'x',\n  'acme-core'"),
        ('default-packages = ["😀", "$0', 'default-packages = ["😀", "acme-core"'),
        ("default-packages = $0", 'default-packages = ["acme-core"]'),
        ('default-packages = ["$0 "acme-api"]', 'default-packages = ["acme-core" "acme-api"]'),
        ('default-packages = ["ac$0 "acme-api"]', 'default-packages = ["acme-core" "acme-api"]'),
        ('default-packages = ["ac$0, "x", "y"]', 'default-packages = ["acme-core", "x", "y"]'),
        ('default-packages = ["a$0c "", "y"]', 'default-packages = ["acme-core" "", "y"]'),
        ("default-packages = ['a$0c 'x']", "default-packages = ['acme-core' 'x']"),
        ('default-packages = "ac$0"', 'default-packages = ["acme-core"]'),
    ],
)
def test_a_default_package_is_completed_also_in_unfinished_text(line: str, after: str) -> None:
    line = line if "$0" in line else f"{line}$0"
    result = accepted(in_root(line), "acme-core")
    assert after in result
    assert 'members = ["packages/*", "tools/*"]' in result


def test_a_member_is_shown_with_its_path_and_description() -> None:
    core = next(
        item for item in offered(in_root('default-packages = ["$0"]')).items if item.documentation
    )
    assert (core.label, core.detail, core.documentation) == (
        "acme-core",
        "packages/core",
        "The core",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('default-packages = ["acme-api", "$0"]', ["acme-cli", "acme-core"]),
        ('default-packages = ["ACME.Core", "$0"]', ["acme-api", "acme-cli"]),
        ('default-packages = ["acme-a$0pi"]', ["acme-api", "acme-cli", "acme-core"]),
        ("default-packages = $0", ["all", "acme-api", "acme-cli", "acme-core"]),
        ("default-packages = []$0", []),
        ('default-packages = ["a"] # $0', []),
    ],
)
def test_what_is_listed_already_is_left_out(line: str, expected: list[str]) -> None:
    assert labels(in_root(line)) == expected


def test_the_word_all_stands_in_place_of_the_list() -> None:
    assert 'default-packages = "all"\n' in accepted(in_root("default-packages = $0"), "all")


def test_default_packages_completes_in_its_other_home_but_not_in_a_member() -> None:
    uv = f"#- /pyproject.toml\n[tool.uv]\ndefault-packages = [$0]\n{ROOT}{MEMBERS}"
    assert "acme-core" in labels(uv)
    member = """
    #- /pyproject.toml
    [tool.uv.workspace]
    members = ["a"]
    #- /a/pyproject.toml
    [project]
    name = "a"
    [tool.ws-lsp]
    default-packages = ["$0"]
    """
    assert labels(member) == []


def in_api(body: str, root: str = "") -> str:
    """Return a fixture whose member acme-api has `body`."""
    return (
        f"#- /pyproject.toml\n{ROOT}{root}\n"
        '#- /packages/core/pyproject.toml\n[project]\nname = "acme-core"\n'
        f'#- /packages/api/pyproject.toml\n[project]\nname = "acme-api"\n{body}\n'
    )


@pytest.mark.parametrize(
    ("body", "after"),
    [
        (
            'dependencies = ["$0"]',
            'dependencies = ["acme-core"]\n\n[tool.uv.sources]\nacme-core = { workspace = true }\n',
        ),
        (
            "dependencies = [\"ac$0>=1; python_version > '3'\"]",
            "dependencies = [\"acme-core>=1; python_version > '3'\"]\n\n[tool.uv.sources]\n",
        ),
        (
            "optional-dependencies.fast = ['$0']",
            "optional-dependencies.fast = ['acme-core']\n\n[tool.uv.sources]\n",
        ),
        (
            '[dependency-groups]\ndev = ["ruff", "a$0"]',
            'dev = ["ruff", "acme-core"]\n\n[tool.uv.sources]\n',
        ),
        (
            'dependencies = ["$0"]\n[tool.uv.sources]\nx = { path = "x" }',
            '["acme-core"]\n[tool.uv.sources]\nx = { path = "x" }\nacme-core = { workspace = true }\n',
        ),
        (
            'dependencies = ["$0"]\n[tool.uv.sources]\nacme_core = { workspace = true }',
            'dependencies = ["acme-core"]\n[tool.uv.sources]\nacme_core = { workspace = true }\n',
        ),
    ],
)
def test_a_requirement_on_a_member_brings_its_source(body: str, after: str) -> None:
    assert after in accepted(in_api(body), "acme-core")


def test_no_source_is_added_where_the_root_has_it() -> None:
    root = "[tool.uv.sources]\nacme-core = { workspace = true }"
    result = accepted(in_api('dependencies = ["$0"]', root), "acme-core")
    assert "tool.uv" not in result


def test_a_project_is_not_offered_to_itself() -> None:
    assert labels(in_api('dependencies = ["$0"]')) == ["acme-core"]


@pytest.mark.parametrize(
    "body",
    [
        'dependencies = ["acme-core[$0]"]',
        'dependencies = ["acme-core>=$0"]',
        'description = "$0"',
        'keywords = ["$0"]',
        "[tool.ruff]\nselect = ['$0']",
        '[[tool.uv.index]]\nname = "$0"',
        "# $0",
    ],
)
def test_nothing_is_offered_where_nothing_is_ours(body: str) -> None:
    assert labels(in_api(body)) == []


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("[tool.uv.sources]\n$0\n# end", "\nacme-core = { workspace = true }\n"),
        ("[tool.uv.sources]\nac$0", "\nacme-core = { workspace = true }\n"),
        ("[tool.uv.sources]\nac$0 = { workspace = true }", "\nacme-core = { workspace = true }\n"),
        ('[tool.uv.sources]\n"ac$0" = { git = "x" }', '\nacme-core = { git = "x" }\n'),
        ("[tool.uv]\nsources.a$0", "\nsources.acme-core = { workspace = true }\n"),
        ("[tool.uv]\nsources = { $0 }", "sources = { acme-core = { workspace = true } }\n"),
        ("[tool.uv.sources.a$0]\nworkspace = true", "\n[tool.uv.sources.acme-core]\n"),
    ],
)
def test_a_source_is_completed_by_its_key(body: str, after: str) -> None:
    assert after in accepted(in_api(body), "acme-core")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('members = ["$0"]', ["libs", "packages"]),
        ('members = ["packages/$0"]', ["packages/*", "packages/a", "packages/b"]),
        ('members = ["packages/a", "packages/$0', ["packages/*", "packages/b"]),
        ('members = ["packages/*/$0"]', []),
        (
            'members = ["libs"]\nexclude = ["packages/$0"]',
            ["packages/*", "packages/a", "packages/b"],
        ),
    ],
)
def test_directories_are_offered_for_patterns(members: str, expected: list[str]) -> None:
    text = f"""
#- /pyproject.toml
[tool.uv.workspace]
{members}
#- /packages/a/pyproject.toml
[project]
name = "a"
#- /packages/b/README.md
#- /libs/
#- /.hidden/x
"""
    assert sorted(labels(text)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[tool.ws-lsp]\n$0", ["default-packages"]),
        ("[tool.uv]\ndef$0", ["default-packages"]),
        ("[tool.uv]\ndefault-packages = []\n[tool.ws-lsp]\n$0", ["default-packages"]),
        ("[tool.ws-lsp]\ndefault-packages = []\n$0", []),
        ("[tool.ws-lsp.rules]\n$0", []),
        ("[tool.black]\n$0", []),
    ],
)
def test_the_key_is_offered_in_both_homes_once(body: str, expected: list[str]) -> None:
    found = labels(f"#- /pyproject.toml\n{body}\n{ROOT}{MEMBERS}")
    assert [label for label in found if label == "default-packages"] == expected


@given(
    st.sampled_from(
        ["default-packages = [", "members = [", "dependencies = [", "sources.", "x = {"]
    ),
    st.text(alphabet="\"'[]{}=,. \n#a\\é😀", max_size=12),
    st.integers(0, 60),
)
def test_nothing_raises_and_every_edit_holds_the_cursor(start: str, rest: str, offset: int) -> None:
    text = f"#- /pyproject.toml\n[tool.uv]\n$0\n{MEMBERS}"
    at = cursor(text)
    broken = f"[project]\n{start}{rest}\n[tool.uv.workspace]\nmembers = ['packages/*']\n"
    files = {**read(text).files, "/pyproject.toml": broken}
    host = host_of(files)
    snapshot = host.snapshot("/")
    manifest = snapshot.root
    offset = min(offset, len(broken))
    found = completions(snapshot, host.files, manifest, offset)
    if found.items:
        assert found.span.start <= offset <= found.span.end
        assert "\n" not in broken[found.span.start : found.span.end]
    assert at.path == "/pyproject.toml"
