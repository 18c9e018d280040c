"""The names of the files that uv reads."""

__all__ = ["LOCKFILE", "MANIFEST", "SETTINGS"]

MANIFEST = "pyproject.toml"
SETTINGS = "uv.toml"
LOCKFILE = "uv.lock"
