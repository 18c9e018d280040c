"""A local package index with every name that a random workspace may require."""

from __future__ import annotations

from pathlib import Path

from e2e.disk import write_wheel

from differential.parts import NAMES, THIRD

__all__ = ["make_index"]

VERSIONS = ("1.0", "2.0")


def make_index(directory: Path) -> None:
    """Write an index of the simple kind below `simple/`; nothing fails for want of a package."""
    for name in (*NAMES, *THIRD):
        place = directory / "simple" / name
        for version in VERSIONS:
            write_wheel(place, name.replace("-", "_"), version)
        links = (f'<a href="{wheel.name}">{wheel.name}</a>\n' for wheel in place.glob("*.whl"))
        (place / "index.html").write_text("".join(links), encoding="utf-8")
        # then uv skips it where a pattern of members leads to it
        (place / ".ignore").write_text("*\n", encoding="utf-8")
