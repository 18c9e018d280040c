"""Projects that lead to each other by paths, as texts: a shape says which of them take which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

__all__ = ["Shape", "all_to_all", "chain", "lattice", "projects", "ring", "size"]

Shape: TypeAlias = Mapping[int, Sequence[int]]
"""For the number of each project, those of the projects that it takes from a path and requires."""


def chain(count: int) -> Shape:
    """Each but the first leads to the one before."""
    return {at: range(max(at - 1, 0), at) for at in range(count)}


def lattice(count: int) -> Shape:
    """Each leads to all before it."""
    return {at: range(at) for at in range(count)}


def ring(count: int) -> Shape:
    """Each leads to the next, and the last to the first."""
    return {at: [(at + 1) % count] for at in range(count)}


def all_to_all(count: int) -> Shape:
    """Each leads to all the others."""
    return {at: [other for other in range(count) if other != at] for at in range(count)}


def size(shape: Shape) -> int:
    """Return how many projects and sources there are."""
    return len(shape) + sum(map(len, shape.values()))


def projects(shape: Shape, more: Mapping[int, str] | None = None) -> dict[str, str]:
    """Return the texts of projects `p0`, `p1` and so on by path, with `more` at the end of some."""
    return {
        f"/p{at}/pyproject.toml": _project(at, others) + (more or {}).get(at, "")
        for at, others in shape.items()
    }


def _project(at: int, others: Sequence[int]) -> str:
    needs = ", ".join(f'"p{other}"' for other in others)
    sources = "".join(f'p{other} = {{ path = "../p{other}" }}\n' for other in others)
    return (
        f'[project]\nname = "p{at}"\nversion = "1"\nrequires-python = ">=3.10"\n'
        f"dependencies = [{needs}]\n[tool.uv.sources]\n{sources}"
    )
