"""Walks along what leads on to each other, in circles too: linear in all that there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

__all__ = ["explore", "measure"]

_Key = TypeVar("_Key")
_Onward = TypeVar("_Onward", covariant=True)


class _Leading(Protocol[_Onward]):
    @property
    def onward(self) -> Iterable[_Onward]:
        """What it leads on to."""


_Node = TypeVar("_Node", bound=_Leading)  # type: ignore[type-arg]


def explore(
    known: dict[_Key, _Node], start: _Key, look: Callable[[_Key], _Node]
) -> dict[_Key, _Node]:
    """Look at `start` and at all that it leads on to, but at nothing that is `known`; return what was new."""
    found: dict[_Key, _Node] = {}
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in known:
            known[key] = found[key] = look(key)
            waiting.extend(found[key].onward)
    return found


def measure(
    found: Mapping[_Key, _Leading[_Key]], steps: dict[_Key, int], ends: Iterable[_Key]
) -> None:
    """Add to `steps` how many steps it is from all that was `found` to the nearest end, where one leads to any.

    `ends` are among what was found, and `steps` tells the same of what was found before: that leads to
    nothing new, so no answer depends on what was asked first.
    """
    back: dict[_Key, list[_Key]] = {}
    rounds: dict[int, list[_Key]] = {0: [*ends]}
    for key, stop in found.items():
        for onward in stop.onward:
            back.setdefault(onward, []).append(key)
            if onward in steps:
                rounds.setdefault(steps[onward] + 1, []).append(key)
    count = 0
    while rounds:
        for key in rounds.pop(count, ()):
            if key in found and key not in steps:
                steps[key] = count
                if key in back:
                    rounds.setdefault(count + 1, []).extend(back[key])
        count += 1
