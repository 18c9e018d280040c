"""Many projects that lead to each other by paths: each is judged once, whatever they form.

The work is counted in calls of functions, so no clock decides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import Shape, all_to_all, chain, lattice, projects, ring, size
from support import host_of

import ws_lsp
from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Severity
from ws_lsp.checking.outside import problem
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.toml.parser import parse

PACKAGE = str(Path(ws_lsp.__file__).parent)
ENOUGH = 2_000
"""More calls than a project or a source may cost."""
NO_GROUP = '[dependency-groups]\nx = [{ include-group = "y" }]\n'
NOTHING: frozenset[str] = frozenset()


class Calls:
    """How many functions of ws-lsp were called, and those of some names."""

    def __init__(self, limit: int) -> None:
        self.all = 0
        self.limit = limit
        self.reads = 0
        """How many texts were parsed."""
        self.named = dict.fromkeys(("_judged", "_list", "_rooted"), 0)

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Hear of an event; it is an error if there were more calls than the limit."""
        if event != "call" or not frame.f_code.co_filename.startswith(PACKAGE):
            return
        self.all += 1
        if frame.f_code is parse.__code__:
            self.reads += 1
        if frame.f_code.co_qualname in self.named:
            self.named[frame.f_code.co_qualname] += 1
        assert self.all <= self.limit, f"more than {self.limit} calls"


@contextmanager
def counting(limit: int) -> Iterator[Calls]:
    """Count the calls of functions of ws-lsp, of which there must be no more than `limit`."""
    calls, before = Calls(limit), sys.getprofile()
    sys.setprofile(calls.note)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def errors(snapshot: Snapshot) -> list[str]:
    found = Checker(RULEBOOK).findings(snapshot)
    return [
        one.message for some in found.values() for one in some if one.severity is Severity.ERROR
    ]


@pytest.mark.parametrize("wrong", ["", NO_GROUP], ids=["sound", "wrong"])
@pytest.mark.parametrize("make", [chain, lattice, ring, all_to_all])
def test_the_work_grows_with_the_projects_and_their_sources(
    make: Callable[[int], Shape], wrong: str
) -> None:
    costs: list[float] = []
    most = 40 if make is all_to_all or (make is lattice and wrong) else 100
    for count in (most // 2, most):
        shape = make(count)
        snapshot = host_of(projects(shape, {count // 2: wrong})).snapshot(f"/p{count - 1}")
        with counting(ENOUGH * size(shape)) as calls:
            assert bool(errors(snapshot)) is bool(wrong)
        costs.append(calls.all / size(shape))
        # the one that is asked about is no project outside, and behind a mistake nothing is looked at
        judged = calls.named["_judged"]
        assert judged < count if wrong else judged == count - 1
        assert max(calls.named.values()) < count
    assert costs[1] < costs[0] * 1.1


def test_a_workspace_around_many_projects_is_looked_at_once() -> None:
    count = 40
    inside = ring(count)
    members = {
        f"/w{path}": text.replace('path = "../p', 'workspace = true }  # { path = "')
        for path, text in projects(inside).items()
    }
    root = {"/w/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n'}
    for editable in (True, False):  # for its workspace a member is editable
        others = {
            path: text.replace("../p", "../w/p").replace(
                '" }', f'", editable = {editable} }}'.lower()
            )
            for path, text in projects({count: range(count)}).items()
        }
        snapshot = host_of(root | members | others).snapshot(f"/p{count}")
        with counting(ENOUGH * 4 * count) as calls:
            assert len(errors(snapshot)) == (0 if editable else count)
        assert calls.named == {"_judged": count, "_list": count, "_rooted": 1}


def test_extras_that_make_no_difference_are_no_reason_to_read_a_project_again() -> None:
    count = 12
    texts: dict[str, str] = {}
    for at in range(count):
        others = [one for one in range(count) if one != at]
        texts[f"/p{at}/pyproject.toml"] = "\n".join(
            [
                f'[project]\nname = "p{at}"\nversion = "1"',
                f"dependencies = {[f'p{one}[e{at}]' for one in others]}",
                "[project.optional-dependencies]",
                *(f'e{one} = ["x"]' for one in range(count)),
                "[tool.uv.sources]",
                *(f'p{one} = {{ path = "../p{one}" }}' for one in others),
            ]
        )
    snapshot = host_of(texts).snapshot("/p0")
    with counting(ENOUGH * count**2) as calls:
        assert errors(snapshot) == []
    assert calls.named["_judged"] == calls.named["_rooted"] == count - 1
    assert calls.reads <= 4 * count


# ---------------------------------------------------------------------------- answers

COUNT = 5
shapes = st.lists(
    st.lists(st.integers(0, COUNT - 1), max_size=3, unique=True), min_size=COUNT, max_size=COUNT
).map(lambda rows: {at: [one for one in row if one != at] for at, row in enumerate(rows)})
numbers = st.integers(0, COUNT - 1)


def reached(shape: Shape, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += shape[at]
    return found


def answer(host: Host, at: int) -> tuple[str, str] | None:
    return problem(RULEBOOK, host.snapshot("/e"), f"/p{at}", frozenset())


@settings(max_examples=100)
@given(shapes, st.sets(numbers, max_size=3), st.permutations(range(COUNT)))
def test_what_is_asked_first_decides_nothing(
    shape: Shape, wrong: set[int], order: list[int]
) -> None:
    texts = projects(shape, dict.fromkeys(wrong, NO_GROUP))
    texts["/e/pyproject.toml"] = "[project]\nname = 'e'\nversion = '1'\n"
    host = host_of(texts)
    for at in order:
        alone = answer(host_of(texts), at)
        assert answer(host, at) == alone
        assert (alone is None) is reached(shape, at).isdisjoint(wrong)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_wrong_name_is_minded_where_uv_does_not_come_by_the_right_one_first(
    order: tuple[int, ...],
) -> None:
    shape = {0: [1], 1: [], 2: [0]}
    more = {
        1: 'wrong = { path = "../p0" }\n[project.optional-dependencies]\nx = []\n',
    }
    texts = projects(shape, more)
    texts["/p1/pyproject.toml"] = texts["/p1/pyproject.toml"].replace("[]", '["wrong"]', 1)
    texts["/e/pyproject.toml"] = "[project]\nname = 'e'\nversion = '1'\n"
    host = host_of(texts)
    found = {at: answer(host, at) for at in order}
    path = "/p1/pyproject.toml"
    assert found == {
        0: None,
        1: (path, "The project in `../p0` is called `p0`, not `wrong`"),
        2: None,
    }


def test_the_nearest_mistake_is_told() -> None:
    host = host_of(projects({0: [1, 3], 1: [2], 2: [], 3: [], 4: [0]}, {2: NO_GROUP, 3: NO_GROUP}))
    (message,) = errors(host.snapshot("/p4"))
    assert message == (
        "The `pyproject.toml` in `../p0` cannot be used: The `pyproject.toml` in `../p3` cannot be used: "
        "There is no group `y` to include"
    )


needs = st.sampled_from(("", "one<2", "one>=2", "one<2,>3", "p0>=2"))
ends = st.sampled_from(("", NO_GROUP, '[project.optional-dependencies]\nx = ["one"]\n'))


@settings(max_examples=60)
@given(shapes, st.lists(st.tuples(numbers, needs, ends), min_size=2, max_size=6))
def test_after_edits_the_findings_are_those_of_a_new_look(
    shape: Shape, edits: list[tuple[int, str, str]]
) -> None:
    texts = projects(shape)
    host, checkers = host_of(texts), {at: Checker(RULEBOOK) for at in (0, 1)}
    for path, text in texts.items():
        host.edit(path, text)
    for at, need, end in edits:
        ((path, text),) = projects({at: shape[at]}, {at: end}).items()
        texts[path] = text.replace(
            "dependencies = [", f'dependencies = ["{need}", ' if need else "dependencies = ["
        )
        host.edit(path, texts[path])
        for start, checker in checkers.items():
            new = Checker(RULEBOOK).findings(host_of(texts).snapshot(f"/p{start}"))
            assert checker.findings(host.snapshot(f"/p{start}")) == new
