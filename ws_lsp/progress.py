"""How far long work has come, for who waits at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

__all__ = ["PATIENCE", "shown"]

PATIENCE = 1.0
"""So many seconds nobody needs to be told anything."""
_BETWEEN = 0.1
"""So many seconds a line stays."""

T = TypeVar("T")


def shown(
    steps: Iterable[T], total: int, sentence: str, stream: TextIO, clock: Callable[[], float]
) -> Iterator[T]:
    """Yield the steps of work; where it takes long, say in one line of the terminal how many are done."""
    due = clock() + PATIENCE
    written = False
    try:
        for done, step in enumerate(steps):
            now = clock()
            if now >= due:
                stream.write(f"\r\x1b[K{sentence} {done} of {total}")
                stream.flush()
                written, due = True, now + _BETWEEN
            yield step
    finally:
        if written:
            stream.write("\r\x1b[K")
            stream.flush()
