"""Short ways of judging specifiers say what packaging says."""

from __future__ import annotations

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
    releases_overlap,
    requirement_problem,
    specifiers_differ,
    specifiers_problem,
    version_problem,
)

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
