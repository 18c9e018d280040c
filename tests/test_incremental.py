"""What is remembered, and for how long."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from ws_lsp.incremental import Input, Memo, derived, once_for_each_text, once_for_each_tree
from ws_lsp.project.manifest import Manifest


class State(NamedTuple):
    """As little of a snapshot as values are derived from."""

    memo: Memo
    revisions: dict[Input, int]


class Sum:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def __call__(self, of: Any, one: int, other: int = 0) -> int:
        self.asked.append((one, other))
        return one + other


@pytest.fixture
def state() -> State:
    return State(Memo(), dict.fromkeys(Input, 0))


def test_a_value_is_worked_out_once_for_all_its_arguments(state: State) -> None:
    first, second = Sum(), Sum()
    one, other = derived(Input.DISK)(first), derived(Input.DISK)(second)
    for _ in range(2):
        assert [one(state, 1), one(state, 2), one(state, 2, 1), one(state, 2, other=2)] == [
            1,
            2,
            3,
            4,
        ]
    assert first.asked == [(1, 0), (2, 0), (2, 1), (2, 2)]
    assert other(state, 1) == 1
    assert second.asked == [(1, 0)]


@pytest.mark.parametrize("revised", Input)
def test_a_value_is_good_until_something_that_it_reads_is_revised(
    state: State, revised: Input
) -> None:
    asked = Sum()
    value = derived(Input.DISK, Input.PATHS)(asked)
    value(state, 1)
    state.revisions[revised] += 1
    value(state, 1)
    value(state, 1)
    assert len(asked.asked) == (2 if revised in (Input.DISK, Input.PATHS) else 1)


def test_what_is_known_of_a_text_outlives_its_tree() -> None:
    manifest, of_text, of_tree = Manifest("/pyproject.toml", ""), Sum(), Sum()
    text, tree = once_for_each_text(of_text), once_for_each_tree(of_tree)
    for _ in range(2):
        assert (text(manifest, 1), text(manifest, 1, other=1)) == (1, 2)
        assert (tree(manifest, 1), tree(manifest, 1, other=1)) == (1, 2)
    assert len(of_text.asked) == len(of_tree.asked) == 2
    manifest.release()
    text(manifest, 1)
    tree(manifest, 1)
    assert len(of_text.asked) == 2
    assert len(of_tree.asked) == 3
