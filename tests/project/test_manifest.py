"""One file, lowered: the same in every spelling of TOML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_lsp.project.declarations import NO_SETTINGS, Home
from ws_lsp.project.manifest import UNSHARED_KEYS, Manifest

PATH = "/w/pyproject.toml"


def manifest(text: str) -> Manifest:
    return Manifest(PATH, text)


def lowered(one: Manifest) -> dict[str, Any]:
    """Return all that is lowered, without places."""
    return {
        "shared": one.shared,
        "version": one.version,
        "description": one.description,
        "extras": list(one.extras),
        "groups": list(one.groups),
        "requirements": [
            (requirement.path, requirement.name, requirement.node.value)
            for requirement in one.requirements
        ],
        "sources": {name: (source.kinds, source.workspace) for name, source in one.sources.items()},
        "default": [(found.home, found.everything, found.names) for found in one.default_packages],
    }


# --------------------------------------------------------------------- every spelling


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{quoted(key)} = {inline(some)}" for key, some in value.items())
            + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value)


def spelt(
    value: dict[str, Any], draw: Callable[[st.SearchStrategy[str]], str], path: tuple[str, ...] = ()
) -> str:
    """Write tables as headers, dotted keys or inline, keys bare or in quotes, as the draw wants."""
    lines: list[str] = []
    sections: list[str] = []

    def key(name: str) -> str:
        bare = name.replace("-", "").replace("_", "").isalnum() and name.isascii()
        how = draw(st.sampled_from(("bare", '"', "'")))
        return name if bare and how == "bare" else quoted(name) if how != "'" else f"'{name}'"

    for name, some in value.items():
        how = draw(st.sampled_from(("header", "dotted", "inline")))
        if not isinstance(some, dict) or how == "inline" or (how == "dotted" and not some):
            lines.append(f"{key(name)} = {inline(some)}\n")
        elif how == "dotted":
            for inner, deep in some.items():
                gap = draw(st.sampled_from(("", " ")))
                lines.append(f"{key(name)}{gap}.{gap}{key(inner)} = {inline(deep)}\n")
        else:
            header = ".".join(map(key, (*path, name)))
            sections.append(f"[{header}]\n" + spelt(some, draw, (*path, name)))
    return "".join(lines) + "".join(sections)


names = st.sampled_from(("acme", "Acme_Core", "acme.core", "x", "a-b"))
requirements = st.lists(
    st.sampled_from(("acme", "Acme_Core>=1", " x [e] ; python_version>'3'", "", "-")), max_size=3
)
strings = st.sampled_from(("packages/*", "a", "é", ""))
sources = st.dictionaries(
    names,
    st.one_of(
        st.just({"workspace": True}),
        st.just({"workspace": False}),
        st.just({"path": "../x", "editable": True}),
        st.lists(
            st.sampled_from([{"index": "corp"}, {"workspace": True, "marker": "x"}]), max_size=2
        ),
        st.just("oops"),
    ),
    max_size=3,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "project": st.fixed_dictionaries(
            {},
            optional={
                "name": names | st.just("-bad"),
                "version": st.just("1.0"),
                "description": strings,
                "dependencies": requirements | strings,
                "optional-dependencies": st.dictionaries(names, requirements, max_size=2),
            },
        ),
        "dependency-groups": st.dictionaries(names, requirements, max_size=2),
        "tool": st.fixed_dictionaries(
            {},
            optional={
                "ws-lsp": st.fixed_dictionaries(
                    {"default-packages": st.lists(names, max_size=3) | strings}
                ),
                "uv": st.fixed_dictionaries(
                    {},
                    optional={
                        "managed": st.booleans(),
                        "sources": sources,
                        "dev-dependencies": requirements,
                        "default-packages": st.just("all"),
                        "workspace": st.fixed_dictionaries(
                            {},
                            optional={
                                "members": st.lists(strings, max_size=3),
                                "exclude": st.lists(strings, max_size=2),
                            },
                        ),
                    },
                ),
            },
        ),
    },
)


@given(documents, st.data())
def test_every_spelling_is_lowered_alike(document: dict[str, Any], data: st.DataObject) -> None:
    plain = manifest(
        "".join(f"{quoted(key)} = {inline(value)}\n" for key, value in document.items())
    )
    other = manifest(spelt(document, data.draw))
    assert plain.syntax is None
    assert other.syntax is None, other.text
    assert lowered(other) == lowered(plain), other.text


@given(documents, st.data())
def test_the_mark_and_the_line_endings_change_nothing(
    document: dict[str, Any], data: st.DataObject
) -> None:
    text = spelt(document, data.draw)
    windows = manifest("\ufeff" + text.replace("\n", "\r\n"))
    assert windows.syntax is None
    assert lowered(windows) == lowered(manifest(text))


@given(documents, st.data())
def test_places_are_where_the_text_says_so(document: dict[str, Any], data: st.DataObject) -> None:
    one = manifest(spelt(document, data.draw))
    for requirement in one.requirements:
        if requirement.name is not None:
            written = one.text[slice(*requirement.name_span)]
            assert requirement.node.value.strip().startswith(written)
    for source in one.sources.values():
        assert one.text[slice(*source.key.span)].strip("\"'") == source.key.text
    if one.name_node is not None:
        assert one.text[slice(*one.name_node.inner)] == one.name_node.value


@given(documents, st.data())
def test_a_broken_text_is_lowered_all_the_same(
    document: dict[str, Any], data: st.DataObject
) -> None:
    text = spelt(document, data.draw)
    at = data.draw(st.integers(0, len(text)))
    lowered(manifest(text[:at]))
    lowered(
        manifest(
            text[:at]
            + data.draw(st.sampled_from(("[", '"', "= ", "]]", "{", ".", "'''")))
            + text[at:]
        )
    )


# ----------------------------------------------------------------------- single facts


def test_an_empty_workspace_table_counts() -> None:
    assert manifest("[tool.uv.workspace]\n").workspace is not None
    assert manifest("tool.uv.workspace = {}\n").workspace is not None
    assert manifest("[tool.uv.workspace.x]\n").workspace is not None
    assert manifest("[tool.uv]\nworkspace = true\n").workspace is None
    assert manifest("[tool.uv]\n").workspace is None


@pytest.mark.parametrize(
    ("value", "managed"),
    [("false", False), ("true", True), ("0", True), ('"false"', True), ("", True)],
)
def test_managed(value: str, managed: bool) -> None:
    assert manifest(f"[tool.uv]\nmanaged = {value}\n").managed is managed


def test_a_name_that_is_not_sound_is_none() -> None:
    assert manifest('[project]\nname = "Acme_Core"\n').name == "acme-core"
    assert manifest('[project]\nname = "-x"\n').name is None
    assert manifest("[project]\nname = 1\n").name is None
    assert manifest("[project]\n").name is None


def test_the_table_of_ws_lsp_wins() -> None:
    one = manifest(
        '[tool.uv]\ndefault-packages = ["a"]\n[tool.ws-lsp]\ndefault-packages = ["B_c", "b-C", "", "d"]\n'
    )
    assert [found.home for found in one.default_packages] == [Home.WS_LSP, Home.UV]
    assert one.default_packages[0].names == ("b-c", "d")
    assert not one.default_packages[0].everything
    assert manifest('[tool.uv]\ndefault-packages = "all"\n').default_packages[0].everything


def test_groups_may_include_groups() -> None:
    one = manifest('[dependency-groups]\ndev = ["x", {include-group = "test"}]\nTest_x = []\n')
    assert list(one.groups) == ["dev", "test-x"]
    assert [requirement.name for requirement in one.requirements] == ["x"]


def test_what_others_see_does_not_hold_places() -> None:
    before = manifest('[project]\nname = "x"\ndependencies = ["a"]\n')
    after = manifest('# more\n\n[project]\nname = "X"\ndependencies = ["a", "b"]\n')
    assert before.shared == after.shared
    assert before.shared != manifest('[project]\nname = "y"\n').shared


def test_an_unreadable_file_says_so() -> None:
    one = Manifest(PATH, "caf�", "stream did not contain valid UTF-8")
    assert one.unreadable
    assert one.shared.unreadable == one.unreadable


def test_the_keys_that_most_files_have_say_nothing_of_shared_settings() -> None:
    values = {
        "default-packages": '["a"]',
        "managed": "false",
        "package": "false",
        "sources": "{ a = { workspace = true } }",
        "workspace": '{ members = ["a"] }',
    }
    lines = [f"{key} = {values[key]}" for key in sorted(UNSHARED_KEYS)]
    # an empty list of indexes says nothing either, but the long way is taken
    assert manifest("\n".join(["[tool.uv]", "index = []", *lines])).shared.settings == NO_SETTINGS
