"""The names of the files that uv reads."""

__all__ = ["LOCKFILE", "MANIFEST", "SETTINGS"]

MANIFEST = "pyproject.toml"
SETTINGS = "uv.toml"
"""The file of uv's settings; where there is one, uv takes none from the `pyproject.toml` beside it."""
LOCKFILE = "uv.lock"
