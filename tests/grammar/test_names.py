"""Names and the nearest ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from ws_lsp.grammar.names import NameIndex, closest_word, is_valid, normalise, share_a_spelling

UNIFORM = [
    f"acme-{word}-{number:04d}" for number in range(250) for word in ("api", "core", "web", "db")
]
"""1000 names that differ little."""


@pytest.mark.parametrize("text", ["foo-bar", "Foo_Bar", "foo.bar", "FOO--__..bar", "foo-.bar"])
def test_spellings_of_one_name(text: str) -> None:
    assert normalise(text) == "foo-bar"


@given(st.text("aZ0-_.", max_size=12))
def test_the_normal_form_is_the_one_of_the_standard(text: str) -> None:
    assert str(normalise(text)) == canonicalize_name(text)
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("text", ["a", "A1", "foo-bar", "foo.bar_baz", "1a"])
def test_valid(text: str) -> None:
    assert is_valid(text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "_a", "a.", "a b", "é", "a\n", "a/b", "a[b]"])
def test_not_valid(text: str) -> None:
    assert not is_valid(text)


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("acme-cor", "acme-core"),
        ("Acme_Cor", "acme-core"),
        ("acme-croe", "acme-core"),
        ("acme-coree", "acme-core"),
        ("core", "acme-core"),
        ("apii", "api"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_closest_of_a_few(wanted: str, near: str | None) -> None:
    assert NameIndex(["acme-core", "acme-web", "api"]).closest(wanted) == near


@pytest.mark.parametrize(
    "wanted",
    [
        "acme-core-017",
        "acme-core-01777",
        "acme-coer-0177",
        "acme-cre-0177",
        "acme-xcore-0177",
        "amce-core-0177",
    ],
)
def test_a_typo_among_a_thousand_uniform_names(wanted: str) -> None:
    assert NameIndex(UNIFORM).closest(wanted) in {
        name for name in UNIFORM if name.startswith("acme-core-0")
    }


def test_the_typo_with_a_single_answer() -> None:
    index = NameIndex(UNIFORM)
    assert index.closest("acme-coer-0177") == "acme-core-0177"
    assert index.closest("acme-cre-0177") == "acme-core-0177"
    assert index.closest("acme.core.0177x") == "acme-core-0177"


def test_a_shared_rare_word_among_many() -> None:
    index = NameIndex([*UNIFORM, "acme-billing-service"])
    assert index.closest("acme-billing") == "acme-billing-service"
    assert index.closest("billing-servce") == "acme-billing-service"


def test_nothing_is_near_among_many() -> None:
    assert NameIndex(UNIFORM).closest("zebra") is None
    assert NameIndex(UNIFORM).closest("acme") is None
    assert NameIndex([]).closest("x") is None


@given(
    st.lists(st.text("abc-", min_size=1, max_size=6).map(normalise), max_size=80),
    st.text("abc-", max_size=6),
)
def test_the_answer_is_one_of_the_names(names: list[str], wanted: str) -> None:
    near = NameIndex(names).closest(wanted)
    assert near is None or near in names


@given(
    st.lists(st.text("abcde", min_size=4, max_size=9), min_size=41, max_size=60, unique=True),
    st.data(),
)
def test_one_letter_left_out_is_always_seen(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    at = data.draw(st.integers(0, len(name) - 1))
    assert NameIndex(names).closest(name[:at] + name[at + 1 :]) is not None


@given(st.text("ab", max_size=7), st.text("ab", max_size=7))
def test_words_that_are_the_same_without_a_letter_of_each(one: str, other: str) -> None:
    def spellings(word: str) -> set[str]:
        return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}

    assert share_a_spelling(one, other) is not spellings(one).isdisjoint(spellings(other))


@given(st.lists(st.sampled_from(UNIFORM), min_size=1, max_size=3), st.integers(0, 12))
def test_the_index_answers_as_a_look_at_all_names_does(wanted: list[str], without: int) -> None:
    looked, indexed = NameIndex(UNIFORM), NameIndex(UNIFORM)
    for nobody in range(9):
        indexed.closest(f"zebra-{nobody}")
    for name in wanted:
        misspelt = f"{name[:without]}{name[without + 1 :]}"
        assert looked.closest(misspelt) == indexed.closest(misspelt)


def test_nothing_is_near_a_very_long_word() -> None:
    """To compare two of these takes difflib as many steps as the cube of their length."""
    long = "ab" * 5000
    assert closest_word(f"{long}c", [long]) is None
    assert closest_word("core", [long, "cores"]) == "cores"
    for others in ([], [f"{long}-{number}" for number in range(50)]):
        index = NameIndex([long, "acme-core", *others])
        for _ in range(10):
            assert index.closest(f"{long}c") is None
        assert [index.closest(f"acme-cor{number}") for number in range(10)] == ["acme-core"] * 10
