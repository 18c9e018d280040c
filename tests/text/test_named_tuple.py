"""Our named tuples are those of `typing`."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from ws_lsp.named_tuple import NamedTuple


class Ours(NamedTuple):
    """A place."""

    path: str
    line: int = 0

    @property
    def shown(self) -> str:
        """The place as it is written."""
        return f"{self.path}:{self.line}"


class Standard(typing.NamedTuple):
    """A place."""

    path: str
    line: int = 0

    @property
    def shown(self) -> str:
        """The place as it is written."""
        return f"{self.path}:{self.line}"


@pytest.mark.parametrize(
    "name", ["__doc__", "__module__", "_fields", "_field_defaults", "__match_args__"]
)
def test_the_class_says_the_same_of_itself(name: str) -> None:
    assert getattr(Ours, name) == getattr(Standard, name)


def test_objects_behave_alike() -> None:
    ours, standard = Ours("a"), Standard("a")
    assert tuple(ours) == tuple(standard) == ("a", 0)
    assert ours == ("a", 0) and ours != ("a", 1)
    assert hash(ours) == hash(standard)
    assert repr(ours) == repr(standard).replace("Standard", "Ours")
    assert ours.shown == standard.shown == "a:0"
    assert ours._replace(line=3) == Ours("a", 3)
    assert Ours(line=3, path="b") == ("b", 3)
    assert copy.copy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    assert isinstance(ours, tuple) and not hasattr(ours, "__dict__")
    assert Ours.__qualname__ == "Ours"
    with pytest.raises(TypeError):
        Ours()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Ours("a", column=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        ours._replace(column=1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        ours.line = 1  # type: ignore[misc]
