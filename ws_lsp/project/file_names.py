"""The names of the files that uv reads."""

__all__ = ["LOCKFILE", "MANIFEST", "PYTHON_VERSIONS", "SETTINGS"]

MANIFEST = "pyproject.toml"
SETTINGS = "uv.toml"
LOCKFILE = "uv.lock"
PYTHON_VERSIONS = (".python-version", ".python-versions")
"""The files that ask for a Python version; the first one that there is counts."""
