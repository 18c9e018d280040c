"""The names of the files that uv reads."""

__all__ = ["LOCKFILE", "MANIFEST", "PYTHON_VERSIONS", "SETTINGS"]

MANIFEST = "pyproject.toml"
SETTINGS = "uv.toml"
"""The file of uv's settings; where there is one, uv takes none from the `pyproject.toml` beside it."""
LOCKFILE = "uv.lock"
PYTHON_VERSIONS = (".python-version", ".python-versions")
"""The files that ask for a Python version; the first one that there is counts."""
