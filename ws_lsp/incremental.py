"""Why something is worked out again: what it reads, said where it is defined.

A fact of a manifest says which input it is a part of (`fact`), a question of rules what it reads
(`checking.view.question`), and so does what is worked out of a whole workspace (`derived`). Nothing else
decides whether a finding or a remembered value is still good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

__all__ = ["Fact", "Input", "Memo", "derived", "fact", "once_for_each_text", "once_for_each_tree"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Remembering(Protocol):
    @property
    def remembered(self) -> dict[object, Any]: ...


class _RememberingTree(Protocol):
    @property
    def remembered_of_tree(self) -> dict[object, Any]: ...


class _Revised(Protocol):
    @property
    def revisions(self) -> Mapping[Input, int]: ...
    @property
    def memo(self) -> Memo: ...


_Text = TypeVar("_Text", bound=_Remembering)
_Tree = TypeVar("_Tree", bound=_RememberingTree)
_State = TypeVar("_State", bound=_Revised)


class Input(Enum):
    """What answers and values are made of. A snapshot has a revision of each, but of `TEXT`."""

    SHAPE = "what discovery finds, and what manifests show each other (`Manifest.shared`)"
    REQUIREMENTS = "what manifests require"
    SELECTION = "which members the default packages are"
    DISK = "kinds and texts of files on the disk, and the uv there"
    PATHS = "files that paths lead to, which may be open, and need not belong to the workspace"
    IMPORTS = "the surveys of sources"
    FILES = (
        "all files as they were when the workspace was discovered; `Snapshot.edited` names the rest"
    )
    TEXT = "the text of the one file whose path is the first argument of a question"

    __hash__ = (
        object.__hash__
    )  # that of `Enum` is no C, and each question is filed under what it reads


class Fact(cached_property):  # type: ignore[type-arg]
    """A property of a manifest that is kept when the tree is let go."""

    def __init__(
        self, function: Callable[[Any], object], inputs: frozenset[Input], of_tree: bool
    ) -> None:
        super().__init__(function)
        self.inputs = inputs
        """Those that change with it."""
        self.of_tree = of_tree
        """Whether it is read from the tree, and so has to be known before that goes."""


def fact(
    *inputs: Input, of_tree: bool = False
) -> Callable[[Callable[[Any], _R]], cached_property[_R]]:
    """Make a fact of a manifest's method: part of some inputs, and kept when the tree is let go.

    What is worked out of other facts alone is a part of what these are, and names no input.
    """
    return lambda function: Fact(function, frozenset(inputs), of_tree)


def once_for_each_text(
    function: Callable[Concatenate[_Text, _P], _R],
) -> Callable[Concatenate[_Text, _P], _R]:
    """Let a function of a manifest be worked out once; it is kept when the tree is let go."""

    @wraps(function)
    def look(manifest: _Text, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        return _remembered(manifest.remembered, function, manifest, *arguments, **named)

    return look


def once_for_each_tree(
    function: Callable[Concatenate[_Tree, _P], _R],
) -> Callable[Concatenate[_Tree, _P], _R]:
    """Let a function of a manifest be worked out once, until the tree is let go: for what holds nodes."""

    @wraps(function)
    def look(manifest: _Tree, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        return _remembered(manifest.remembered_of_tree, function, manifest, *arguments, **named)

    return look


class Memo:
    """What was worked out of the snapshots of one workspace, each value while all that it reads is the same.

    `followed` are the files that paths led to: an edit of them changes `Input.PATHS`.
    """

    def __init__(self, followed: set[str] | None = None) -> None:
        self.followed: set[str] = followed if followed is not None else set()
        self._values: dict[tuple[Input, ...], tuple[tuple[int, ...], dict[object, Any]]] = {}

    def values(self, reads: tuple[Input, ...], revisions: Mapping[Input, int]) -> dict[object, Any]:
        """Return the values of what `reads` these inputs, as far as they are good; the caller adds to them."""
        now = tuple([revisions[one] for one in reads])
        before, values = self._values.get(reads, ((), {}))
        if before != now:
            values = {}
            self._values[reads] = now, values
        return values


def derived(
    *reads: Input,
) -> Callable[[Callable[Concatenate[_State, _P], _R]], Callable[Concatenate[_State, _P], _R]]:
    """Let a function of a snapshot be worked out once, until something that it reads has changed."""
    if not reads or not all(isinstance(one, Input) for one in reads):
        raise TypeError("what is derived says what it reads: `@derived(Input.REQUIREMENTS)`")

    def make(
        function: Callable[Concatenate[_State, _P], _R],
    ) -> Callable[Concatenate[_State, _P], _R]:
        @wraps(function)
        def look(snapshot: _State, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
            values = snapshot.memo.values(reads, snapshot.revisions)
            return _remembered(values, function, snapshot, *arguments, **named)

        return look

    return make


def _remembered(
    values: dict[object, Any],
    function: Callable[Concatenate[Any, _P], _R],
    of: object,
    *arguments: _P.args,
    **named: _P.kwargs,
) -> _R:
    """Return what a function says of something, from `values` where it is there."""
    key = (function, arguments, *named.items())
    if key not in values:
        values[key] = function(of, *arguments, **named)
    found: _R = values[key]
    return found
