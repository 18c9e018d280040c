"""What the comparisons with uv share."""

from __future__ import annotations

from pathlib import Path

import pytest

from differential.wheel_index import make_index


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a local package index; uv's cache beside it is filled once."""
    directory = tmp_path_factory.mktemp("index").resolve()
    make_index(directory)
    return directory
