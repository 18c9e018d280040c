"""The environment that uv gets."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["child_environment", "plain_environment"]

_OURS = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT")


def plain_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a uv whose output is read: no colours, no progress bars."""
    kept = child_environment(environment)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        kept.pop(name, None)
    return {**kept, "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what speaks of the one that we ourselves run in.

    uv would warn that `VIRTUAL_ENV` is not the workspace's, and `UV_PROJECT` would name another one.
    """
    return {name: value for name, value in environment.items() if name not in _OURS}
