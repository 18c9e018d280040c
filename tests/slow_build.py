"""A member that the real uv builds for a minute: what is begun can be cut short."""

from __future__ import annotations

from e2e.disk import Place
from processes import until

__all__ = ["make_slow", "process_of_the_build"]

BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
import os, pathlib, time
def build_editable(*arguments):
    path = pathlib.Path(__file__).with_name("building")
    path.with_name("new").write_text(str(os.getpid()))
    path.with_name("new").rename(path)
    time.sleep(60)
"""


def make_slow(place: Place) -> Place:
    """Give the member `alpha` a build backend that takes a minute; return the workspace."""
    path = place / "packages/alpha/pyproject.toml"
    path.write_text(path.read_text().partition("[build-system]")[0] + BUILD_SYSTEM)
    (place / "packages/alpha/backend.py").write_text(BACKEND)
    return place


def process_of_the_build(place: Place) -> int:
    """Wait for the build to begin; return its process id."""
    path = place / "packages/alpha/building"
    until(path.exists, "uv does not build", 30)
    return int(path.read_text())
