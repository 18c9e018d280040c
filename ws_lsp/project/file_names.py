"""The names of the files that uv reads."""

__all__ = ["LARGEST_LOCKFILE", "LOCKFILE", "MANIFEST", "PYTHON_VERSIONS", "SETTINGS"]

MANIFEST = "pyproject.toml"
SETTINGS = "uv.toml"
"""The file of uv's settings; where there is one, uv takes none from the `pyproject.toml` beside it."""
LOCKFILE = "uv.lock"
PYTHON_VERSIONS = (".python-version", ".python-versions")
"""The files that ask for a Python version; the first one that there is counts."""
LARGEST_LOCKFILE = 64 * 2**20
"""So many bytes of a lock file are read: ten thousand packages of thirty wheels each, in some seconds."""
