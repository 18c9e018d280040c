"""Completion as an editor uses it: items asked for, filtered, taken over; the text is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.client import Client
from e2e.conftest import Project
from language_client.positions import offset

MEMBERS = """
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
description = "The first."
#- /packages/beta/pyproject.toml
[project]
name = "Beta_Lib"
version = "1"
#- /tools/gamma/pyproject.toml
[project]
name = "gamma"
version = "1"
"""
ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*", "tools/gamma"]
"""


def ask(client: Client, project: Project, root: str) -> tuple[Any, list[dict[str, Any]], int]:
    """Open the file that holds the cursor and ask there."""
    place = project(f"{root.rstrip()}\n{MEMBERS.lstrip()}")
    assert place.cursor is not None
    path, index = place.cursor
    document = client.open(path)
    return document, client.complete(document, index), index


def labels(items: list[dict[str, Any]]) -> list[str]:
    return [item["label"] for item in sorted(items, key=lambda item: str(item["sortText"]))]


def take(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    (item,) = [item for item in items if item["label"] == label]
    return item


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("default-packages = [$0", 'default-packages = ["alpha"'),
        ("default-packages = [$0]", 'default-packages = ["alpha"]'),
        ('default-packages = ["$0"]', 'default-packages = ["alpha"]'),
        ('default-packages = ["$0', 'default-packages = ["alpha"'),
        ('default-packages = ["al$0', 'default-packages = ["alpha"'),
        ('default-packages = ["al$0"]', 'default-packages = ["alpha"]'),
        ('default-packages = ["al$0pine"]', 'default-packages = ["alpha"]'),
        ("default-packages = ['$0']", "default-packages = ['alpha']"),
        ('default-packages = ["gamma", $0]', 'default-packages = ["gamma", "alpha"]'),
        ('default-packages = ["gamma", "a$0]', 'default-packages = ["gamma", "alpha"'),
        ('default-packages = "a$0"', 'default-packages = ["alpha"]'),
        ("default-packages = $0", 'default-packages = ["alpha"]'),
    ],
)
def test_a_member_in_default_packages(
    client: Client, project: Project, line: str, after: str
) -> None:
    document, items, _ = ask(client, project, f"{ROOT}[tool.ws-lsp]\n{line}")
    text = client.accept(document, take(items, "alpha"))
    assert text.rstrip("\n").split("\n")[-1] == after


def test_what_is_offered_in_default_packages(client: Client, project: Project) -> None:
    root = f'{ROOT}[tool.ws-lsp]\ndefault-packages = ["gamma", "$0"]'
    _, items, _ = ask(client, project, root)
    assert labels(items) == ["alpha", "beta-lib"]
    alpha = take(items, "alpha")
    assert alpha["detail"] == "packages/alpha"


def test_all_members_can_be_meant(client: Client, project: Project) -> None:
    document, items, _ = ask(client, project, f"{ROOT}[tool.ws-lsp]\ndefault-packages = $0")
    assert labels(items) == ["all", "alpha", "beta-lib", "gamma"]
    assert client.accept(document, take(items, "all")).endswith('default-packages = "all"\n')


def test_items_fit_what_is_typed(client: Client, project: Project) -> None:
    """Editors compare `filterText` with the text in the range, from its start to the cursor."""
    root = f'{ROOT}[tool.ws-lsp]\ndefault-packages = ["al$0"]'
    document, items, index = ask(client, project, root)
    item = take(items, "alpha")
    start = offset(document.text, item["textEdit"]["range"]["start"], client.encoding)
    assert item["filterText"].startswith(document.text[start:index])


@pytest.mark.parametrize("home", ["tool.ws-lsp", "tool.uv"])
def test_the_key_itself(client: Client, project: Project, home: str) -> None:
    document, items, _ = ask(client, project, f"{ROOT}[{home}]\ndef$0")
    text = client.accept(document, take(items, "default-packages"))
    assert text.rstrip("\n").split("\n")[-1] == "default-packages = []"


def test_a_dependency_brings_its_source(client: Client, project: Project) -> None:
    root = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
dependencies = ["be$0"]
[tool.uv.workspace]
members = ["packages/*", "tools/gamma"]
"""
    document, items, _ = ask(client, project, root)
    text = client.accept(document, take(items, "beta-lib"))
    assert 'dependencies = ["beta-lib"]' in text
    assert "beta-lib = { workspace = true }" in text
    client.settle()
    assert client.diagnostics(document.uri) == []


BETWEEN = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
#- /packages/pyproject.toml
{}
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
{}
"""


@pytest.mark.parametrize(
    "rest",
    [
        'dependencies = ["$0"]',
        'dependencies = ["be$0"]',
        '[dependency-groups]\ndev = ["$0"]',
        "[tool.uv.sources]\n$0",
        '[tool.uv.sources]\nidna = { index = "$0" }',
    ],
)
def test_a_member_that_does_not_find_the_workspace(
    client: Client, project: Project, rest: str
) -> None:
    place = project(BETWEEN.format("", rest))
    assert place.cursor is not None
    path, index = place.cursor
    document = client.open(path)
    items = client.complete(document, index)
    assert not any("additionalTextEdits" in item for item in items)
    if "sources" in rest:
        assert {"beta", "corp"}.isdisjoint(labels(items))
    else:  # uv takes the member, which needs no source here
        client.accept(document, take(items, "beta"))
        client.wait_for_codes(path, "detached-member")


def test_a_member_that_finds_a_nearer_workspace(client: Client, project: Project) -> None:
    nearer = '[tool.uv.workspace]\nmembers = ["*"]'
    place = project(BETWEEN.format(nearer, 'dependencies = ["$0"]'))
    assert place.cursor is not None
    path, index = place.cursor
    document = client.open(path)
    text = client.accept(document, take(client.complete(document, index), "beta"))
    assert "beta = { workspace = true }" in text
    client.wait_for_codes(path, "detached-member")


def test_an_extra_and_a_group_are_lists_of_requirements(client: Client, project: Project) -> None:
    root = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
[dependency-groups]
dev = ["$0"]
[tool.uv.workspace]
members = ["packages/*"]
"""
    _, items, _ = ask(client, project, root)
    assert labels(items) == ["alpha", "beta-lib"]


def test_the_keys_of_sources(client: Client, project: Project) -> None:
    root = f"{ROOT}[tool.uv.sources]\ngamma = {{ workspace = true }}\na$0"
    document, items, _ = ask(client, project, root)
    assert labels(items) == ["alpha", "beta-lib"]
    assert client.accept(document, take(items, "alpha")).endswith("alpha = { workspace = true }\n")


def test_directories_of_members(client: Client, project: Project) -> None:
    root = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["$0"]
"""
    document, items, _ = ask(client, project, root)
    assert labels(items) == ["packages", "tools"]
    client.accept(document, take(items, "packages"))
    client.change(document, document.text.replace('"packages"', '"packages/"'))
    inside = document.text.index('packages/"') + len("packages/")
    items = client.complete(document, inside)
    assert labels(items) == ["packages/*", "packages/alpha", "packages/beta"]
    assert client.accept(document, take(items, "packages/*")).endswith('members = ["packages/*"]\n')


@pytest.mark.parametrize(
    "line",
    ["# default-packages = [$0]", 'other = ["$0"]', '[tool.black]\ndefault-packages = ["$0"]'],
)
def test_nothing_is_offered_elsewhere(client: Client, project: Project, line: str) -> None:
    _, items, _ = ask(client, project, f"{ROOT}[tool.ws-lsp]\n{line}")
    assert "alpha" not in labels(items)


def test_nothing_is_offered_in_the_default_packages_of_a_member(
    client: Client, project: Project
) -> None:
    place = project(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["a"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        [tool.ws-lsp]
        default-packages = ["$0"]
        """
    )
    assert place.cursor is not None
    document = client.open(place.cursor[0])
    assert client.complete(document, place.cursor[1]) == []
