"""Links, outline, workspace symbols, folding, selection, hints, lenses and the graph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import cursor, host_of, read, workspace

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.graph import graph
from ws_lsp.ide.hints import HintKinds, hints
from ws_lsp.ide.lenses import LensKinds, lenses
from ws_lsp.ide.links import links
from ws_lsp.ide.structure import Fold, folds, selections
from ws_lsp.ide.symbols import (
    DocumentSymbol,
    document_symbols,
    symbol_location,
    workspace_symbols,
)
from ws_lsp.text import Span

WORKSPACE = """
#- /pyproject.toml
# the workspace
# of acme
[project]
name = "acme"
version = "1"
readme = "README.md"
license = { file = "LICENSE" }
license-files = ["LICENSE", "licenses/*", "gone"]
dependencies = [
    "Acme_Core",
    "idna",
]

[tool.ws-lsp]
default-packages = ["acme-core", 'tools']

[tool.uv.workspace]
members = ["packages/*", "extra/tool-box"]

[tool.uv.sources]
acme-core = { workspace = true }
vendored = { path = "vendor/vendored" }

[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /README.md
#- /LICENSE
#- /packages/core/pyproject.toml
[project]
name = "acme-core"
version = "1"
dependencies = ["tools"]

[project.optional-dependencies]
fast = ["idna"]

[dependency-groups]
dev = ["acme"]
#- /packages/leaf/pyproject.toml
[project]
name = "leaf"
version = "1"
optional-dependencies.all = ["acme-core[fast]", "leaf[all]"]
#- /extra/tool-box/pyproject.toml
[project]
name = "tools"
version = "1"
dependencies = ["acme-core>=1"]
#- /vendor/vendored/pyproject.toml
[project]
name = "vendored"
version = "1"
#- /uv.lock
version = 1

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://index.example/" }
"""


@pytest.fixture
def snapshot() -> Snapshot:
    return host_of(read(WORKSPACE).files).snapshot("/")


def test_links_lead_to_what_is_there(snapshot: Snapshot) -> None:
    text = snapshot.root.text
    found = {(text[slice(*one.span)], one.path) for one in links(snapshot, snapshot.root)}
    core, tools = "/packages/core/pyproject.toml", "/extra/tool-box/pyproject.toml"
    assert found == {
        ("Acme_Core", core),
        ("acme-core", core),
        ("tools", tools),
        ("extra/tool-box", tools),
        ("vendor/vendored", "/vendor/vendored/pyproject.toml"),
        ("README.md", "/README.md"),
        ("LICENSE", "/LICENSE"),
    }


def tree(symbols: tuple[DocumentSymbol, ...]) -> list[object]:
    return [[one.name, tree(one.children)] if one.children else one.name for one in symbols]


def test_the_outline_follows_the_text(snapshot: Snapshot) -> None:
    symbols = document_symbols(snapshot, snapshot.root)
    assert tree(symbols)[2:] == [
        [
            "tool.uv.workspace",
            [["members", [["packages/*", ["acme-core", "leaf"]], ["extra/tool-box", ["tools"]]]]],
        ],
        ["tool.uv.sources", ["acme-core", "vendored"]],
        ["tool.uv.index", ["name", "url"]],
    ]
    assert symbols[3].children[0].detail == "{ workspace = true }"
    assert [one.detail for one in symbols] == ["acme", "", "", "", "corp"]


def assert_nested(symbols: tuple[DocumentSymbol, ...], around: Span) -> None:
    for one in symbols:
        assert around.start <= one.span.start <= one.selection.start
        assert one.selection.end <= one.span.end <= around.end
        assert one.name.strip()
        assert_nested(one.children, one.span)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "x", "[", "[]", "[a.]\n", "= 1", '[x]\n"" = [{', 'a = ["', "a.b = { c = [1, {d"],
)
def test_the_outline_is_sound_in_broken_text(text: str) -> None:
    broken = workspace(f"#- /pyproject.toml\n{text}")
    root = broken.root
    assert_nested(document_symbols(broken, root), Span(0, len(root.text)))
    assert all(fold.first < fold.last for fold in folds(root))
    for offset in range(len(root.text) + 1):
        assert selections(root, offset)[-1] == Span(0, len(root.text))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"acme", "acme-core", "leaf", "tools"}),
        ("ACO", {"acme-core"}),
        ("a", {"acme", "acme-core", "leaf", "fast", "all"}),
        ("zz", set()),
        ("a.", set()),
        ("e\nl", set()),
    ],
)
def test_workspace_symbols(snapshot: Snapshot, query: str, expected: set[str]) -> None:
    found = list(workspace_symbols(snapshot, query))
    assert {one.name for one in found} == expected
    for one in found:
        location = symbol_location(snapshot, one)
        assert snapshot.manifests[location.path].text[slice(*location.span)] == one.name


@given(
    st.lists(st.text("ab-", min_size=1, max_size=6), unique=True, max_size=6),
    st.text("aB-", min_size=1, max_size=4),
)
def test_workspace_symbols_hold_the_letters_in_their_order(names: list[str], query: str) -> None:
    groups = "".join(f'"{name}" = []\n' for name in names)
    host = host_of({"/pyproject.toml": f"[tool.uv.workspace]\n[dependency-groups]\n{groups}"})

    def holds(name: str) -> bool:
        letters = iter(name)
        return all(letter in letters for letter in query.lower())

    found = workspace_symbols(host.snapshot("/"), query)
    known = host.snapshot("/").root.group_names
    assert [one.name for one in found] == [name for name in known if holds(name)]


def test_a_query_may_hold_one_letter_many_times() -> None:
    """With an expression that goes back, this would not end."""
    name = "a" * 300
    text = f"[project]\nname = '{name}'\nversion = '1'\n[tool.uv.workspace]\n"
    snapshot = host_of({"/pyproject.toml": text}).snapshot("/")
    assert [one.name for one in workspace_symbols(snapshot, "a" * 300)] == [name]
    assert not list(workspace_symbols(snapshot, "a" * 100 + "b"))


def test_workspace_symbols_follow_an_edit() -> None:
    host = host_of(read(WORKSPACE).files)
    assert [one.name for one in workspace_symbols(host.snapshot("/"), "dev")] == ["dev"]
    path = "/packages/core/pyproject.toml"
    before = host.snapshot("/").manifests[path].text
    host.edit(path, before.replace("dev = ", "develop = "))
    found = [one.name for one in workspace_symbols(host.snapshot("/"), "dev")]
    assert found == ["develop"]


def test_folds(snapshot: Snapshot) -> None:
    assert folds(snapshot.root) == [
        Fold(0, 1, comment=True),
        Fold(2, 11),
        Fold(8, 11),
        Fold(13, 14),
        Fold(16, 17),
        Fold(19, 21),
        Fold(23, 25),
    ]


def test_selections_grow() -> None:
    where = cursor(WORKSPACE.replace('"acme-core[fast]"', '"acme-core[fa$0st]"'))
    text = where.manifest.text
    found = [text[slice(*span)] for span in selections(where.manifest, where.offset)]
    assert found == [
        "fast",
        "acme-core[fast]",
        '"acme-core[fast]"',
        '["acme-core[fast]", "leaf[all]"]',
        'optional-dependencies.all = ["acme-core[fast]", "leaf[all]"]',
        text.rstrip("\n"),
        text,
    ]


def shown_hints(snapshot: Snapshot, kinds: HintKinds) -> list[tuple[str, str]]:
    """Return each hint with what it stands behind, in its line."""
    text = snapshot.root.text
    found = hints(snapshot, snapshot.root, Span(0, len(text)), kinds)
    return [(text[: one.offset].rpartition("\n")[2].split()[-1], one.text) for one in found]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (HintKinds(True, False, False), [('"idna"', "3.10")]),
        (
            HintKinds(False, True, False),
            [('["packages/*"', "2 members"), ('"extra/tool-box"', "1 member")],
        ),
        (HintKinds(False, False, True), [("'tools'", "extra/tool-box")]),
        (HintKinds(False, False, False), []),
    ],
)
def test_hints(snapshot: Snapshot, kinds: HintKinds, expected: list[tuple[str, str]]) -> None:
    assert shown_hints(snapshot, kinds) == expected


def test_hints_outside_of_the_range_are_not_made(snapshot: Snapshot) -> None:
    assert list(hints(snapshot, snapshot.root, Span(0, 10), HintKinds())) == []


def titles(snapshot: Snapshot, path: str, kinds: LensKinds) -> list[str]:
    return [one.title for one in lenses(snapshot, snapshot.manifests[path], kinds)]


def test_lenses(snapshot: Snapshot) -> None:
    core, leaf = "/packages/core/pyproject.toml", "/packages/leaf/pyproject.toml"
    everything = LensKinds()
    assert titles(snapshot, "/pyproject.toml", everything) == [
        "Sync workspace",
        "Sync default packages (2)",
        "Preview",
        "Sync `acme`",
        "Add to default packages",
        "Used by 1 member",
    ]
    assert titles(snapshot, core, everything) == [
        "Sync `acme-core`",
        "Remove from default packages",
        "Used by 3 members",
    ]
    assert titles(snapshot, leaf, everything) == ["Sync `leaf`", "Add to default packages"]
    assert titles(snapshot, core, LensKinds(False, False, False)) == []


def test_the_graph(snapshot: Snapshot) -> None:
    found = graph(snapshot)
    assert found.members == ("acme", "acme-core", "leaf", "tools")
    edges = {(one.source, one.target, one.kind.value, one.name) for one in found.edges}
    assert edges == {
        ("acme", "acme-core", "dependency", ""),
        ("acme-core", "tools", "dependency", ""),
        ("acme-core", "acme", "group", "dev"),
        ("leaf", "acme-core", "extra", "all"),
        ("tools", "acme-core", "dependency", ""),
    }
    assert found.cycles == (("acme-core", "tools"),)


def test_a_long_chain_and_a_large_circle() -> None:
    count = 1500
    text = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["*"]\n' + "".join(
        f'#- /m{index}/pyproject.toml\n[project]\nname = "m{index:04}"\n'
        f'dependencies = ["m{(index + 1) % count:04}"]\n'
        for index in range(count)
    )
    (cycle,) = graph(workspace(text)).cycles
    assert cycle == tuple(f"m{index:04}" for index in range(count))
