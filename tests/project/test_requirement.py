"""Short ways of judging specifiers say what packaging says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ws_lsp.project.requirement import releases_overlap, requirement_problem, specifiers_problem

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
