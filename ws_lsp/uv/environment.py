"""The environment that uv gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ws_lsp.project.variables import Variables

__all__ = [
    "child_environment",
    "command_environment",
    "plain_environment",
    "project_environment",
    "variables_of",
]

_MISLEADING = ("VIRTUAL_ENV", "UV_PROJECT", "UV_WORKING_DIRECTORY", "UV_WORKING_DIR")
"""What makes uv look elsewhere: it would warn that `VIRTUAL_ENV` is not the workspace's, and the others
name another project."""
_OURS = ("CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH")
"""What may speak of the environment that we ourselves run in."""


def plain_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a uv whose output is read: no colours, no progress bars."""
    kept = child_environment(environment)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        kept.pop(name, None)
    return {**kept, "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what speaks of the one that we ourselves run in."""
    return {
        name: value for name, value in command_environment(environment).items() if name not in _OURS
    }


def command_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a command of the user's that uv runs: theirs, but for what misleads uv."""
    return {name: value for name, value in environment.items() if name not in _MISLEADING}


def project_environment(environment: Mapping[str, str]) -> str | None:
    """Return the directory that uv syncs in place of `.venv`, with `/`, None where that is not set."""
    return environment.get("UV_PROJECT_ENVIRONMENT", "").replace("\\", "/") or None


_TRUE = ("1", "on", "t", "true", "y", "yes")
_OTHER_SETTINGS = ("UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_ISOLATED")
"""What makes uv take other settings than the workspace's, or none."""


def variables_of(environment: Mapping[str, str], exists: Callable[[str], bool]) -> Variables:
    """Return what an environment decides of uv's settings; `exists` tells whether there is a file."""
    names = environment.get("UV_PREVIEW_FEATURES", "").split(",")
    return Variables(
        environment.get("UV_PREVIEW", "").lower() in _TRUE,
        frozenset(name.strip() for name in names if name.strip()),
        any(environment.get(name) for name in _OTHER_SETTINGS)
        or any(map(exists, _settings_files(environment))),
        _overridden(environment),
    )


def _overridden(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the settings on which a lock file depends and that an environment decides."""
    if not any(value and name.startswith("UV_") for name, value in environment.items()):
        return frozenset()
    from ws_lsp.project.lock_settings import LOCK_SETTINGS  # here: few commands need the tables

    return frozenset(key for key in LOCK_SETTINGS if environment.get(_variable(key)))


def _variable(key: str) -> str:
    """Return the variable that says what a setting says."""
    return f"UV_{key.upper().replace('-', '_')}"


def _settings_files(environment: Mapping[str, str]) -> list[str]:
    """Return where the settings of the person and of the system may be."""
    home = environment.get("HOME")
    directories = [
        environment.get("XDG_CONFIG_HOME"),
        f"{home}/.config" if home else None,
        *(environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"),
        "/etc",
        environment.get("APPDATA"),
        environment.get("PROGRAMDATA"),
    ]
    return [f"{one}/uv/uv.toml" for one in directories if one]
