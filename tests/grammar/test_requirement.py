"""Short ways of judging specifiers say what packaging says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ws_lsp.grammar.markers import differ, holds_somewhere, overlap, python_overlap
from ws_lsp.grammar.poetry import without_carets
from ws_lsp.grammar.requirement import (
    bounds_differ,
    contradicts,
    is_unsatisfiable,
    marker_problem,
    releases_overlap,
    requirement_marker,
    requirement_problem,
    specifiers_differ,
    specifiers_problem,
    version_problem,
)
from ws_lsp.project.declarations import name_and_specifier

OPERATORS = (">=", "<=", "==", "!=", "~=", ">", "<", "=", "", ">>", "=>")
VERSIONS = ("3", "3.11", "3.11.0", "0", "3.", ".3", "3.11.*", "3 11", "3a1", "01.002")
SPECIFIERS = st.builds(
    "{}{}{}".format,
    st.sampled_from(OPERATORS),
    st.sampled_from(("", " ", "  ")),
    st.sampled_from(VERSIONS),
)
LISTS = st.builds(
    str.join, st.sampled_from((",", ", ", " ,", " ")), st.lists(SPECIFIERS, min_size=1, max_size=3)
)


def accepts(text: str) -> bool:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


@given(LISTS)
def test_specifiers_are_sound_where_packaging_reads_them(text: str) -> None:
    assert (specifiers_problem(text) is None) == accepts(text)


@given(LISTS, st.sampled_from(("", " ")))
def test_requirements_are_sound_where_packaging_reads_them(text: str, space: str) -> None:
    requirement = f"acme{space}{text}"
    try:
        Requirement(requirement)
    except InvalidRequirement:
        assert requirement_problem(requirement) is not None
    else:
        assert requirement_problem(requirement) is None


@given(
    st.lists(
        st.sampled_from((">=3.11", ">3.11", ">= 4", "<4", "==3.12.*", "<=3", "!=3")), min_size=1
    )
)
def test_ranges_overlap_where_a_version_meets_all(specifiers: list[str]) -> None:
    wanted = SpecifierSet(",".join(specifiers))
    versions = ("0", "2.9", "3", "3.0.1", "3.11", "3.11.1", "3.12", "3.12.1", "3.13", "4", "4.0.1")
    found = any(wanted.contains(version) for version in versions)
    assert releases_overlap(frozenset(specifiers)) == found


@given(st.sampled_from(VERSIONS), LISTS)
def test_a_version_contradicts_specifiers_where_packaging_says_so(version: str, text: str) -> None:
    try:
        found = not SpecifierSet(text).contains(version, prereleases=True)
    except ValueError:
        found = False
    assert contradicts(version, text) == found


def test_markers_differ_nowhere_within_environments_that_cannot_be_looked_at() -> None:
    markers = "python_version > '3.11'", "python_version > '3.12'"
    assert differ(*markers, ">=3.9", ("sys_platform == 'linux'",))
    assert not differ(*markers, ">=3.9", ("'x' in extras",))


def test_numbers_that_python_refuses_to_read_are_too_large_and_raise_nothing() -> None:
    for number in ("1" * 5000, "0" * 5000):
        version = f"3.{number}"
        for problem in (
            version_problem(version),
            specifiers_problem(f">=3.11,<{version}"),
            requirement_problem(f"acme<{version}"),
        ):
            assert number[0] == "0" or (problem is not None and "too large" in problem)
        assert not is_unsatisfiable(f"acme>1,<{version}")
        assert releases_overlap(frozenset({f"<{version}", ">=3"}))
        assert not specifiers_differ(f"<{version}", ">=3")
        assert not bounds_differ(f"<{version}", ">=3")
        assert not contradicts("1", f"<{version}")
        marker = f"python_version < '{version}'"
        other = "python_version >= '3'"
        assert overlap(marker, other) in (True, False)
        assert differ(marker, other, f"<{version}") in (True, False)
        assert holds_somewhere(marker, frozenset({f"<{version}"})) in (True, False)
        assert python_overlap(marker, frozenset({f"<{version}"}))
        assert without_carets(f"^{number}") == f"^{number}"


def test_carets_of_more_than_releases_stay() -> None:
    assert without_carets("acme^1.2b1") == "acme^1.2b1"
    assert without_carets("acme^1.2") == "acme>=1.2,<2"


SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
NO_SPACES = "\x1c\x1d\x1e\x1f\u180e\u200b\u2060\ufeff"
WITH_SPACES: dict[Callable[[str], str | None], tuple[str, ...]] = {
    requirement_problem: (
        *("b{}>=1", "b>={}1", "b>=1{}", "{}b", "b>=1{},<2", "b>=1,{}<2", "b{}[x]", "b[{}x]"),
        *("b[x{}]", "b[x]{}>=1", "b({}>=1{}){}", "b{};os_name=='nt'", "b;{}os_name=='nt'"),
        *("b;os_name{}=='nt'", "b;os_name not{}in 'nt'", "b;os_name=='nt'{}and 'a'=='b'"),
        *("b{}@ file:///x", "b @ file:///x ;{}os_name=='nt'"),
    ),
    specifiers_problem: ("{}>=3.11", ">={}3.11", ">=3.11{}", ">=3.11{},<4", ">=3.11,{}<4"),
    marker_problem: ("{}os_name=='nt'", "os_name{}=='nt'", "os_name=='nt'{}"),
}


@pytest.mark.parametrize("problem", WITH_SPACES, ids=lambda one: one.__name__)
def test_the_white_space_of_unicode_is_white_space(problem: Callable[[str], str | None]) -> None:
    for form in WITH_SPACES[problem]:
        assert [one for one in SPACES if problem(form.replace("{}", one))] == []
        assert [one for one in NO_SPACES if not problem(form.replace("{}", one))] == []


def test_the_invisible_character_is_named() -> None:
    found = {requirement_problem("b\u200b>=1"), specifiers_problem("\x1c>=1")}
    found |= {marker_problem("os_name=='nt'\ufeff")}
    assert [text.rpartition("U+")[2] for text in sorted(filter(None, found))] == [
        "001C",
        "200B",
        "FEFF",
    ]


def test_versions_have_the_white_space_of_ascii_around() -> None:
    found = [one for one in SPACES + NO_SPACES if not version_problem(f"{one}1{one}")]
    assert found == ["\t", "\n", "\f", "\r", " "]


def test_white_space_alone_is_no_specifier() -> None:
    assert specifiers_problem("") is None
    assert all(specifiers_problem(one) for one in (" ", "\t", "\xa0"))


def test_what_is_asked_for_is_read_whatever_the_white_space() -> None:
    text = "b\xa0>=\u30003;\u2003python_version\xa0>= '3'"
    assert is_unsatisfiable("b\xa0>\u20032,\x0b<1")
    assert name_and_specifier(text) == ("b", ">= 3")
    assert holds_somewhere(requirement_marker(text), frozenset({">=3.11"}))
    assert holds_somewhere("python_version\xa0>= '3'", frozenset({">=3.11"}))
