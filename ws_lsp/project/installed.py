"""What is installed in a workspace's environment, read from its directory; nothing is run. Pure.

An environment is the directory that uv syncs: `.venv` beside the root, or `UV_PROJECT_ENVIRONMENT`. What
is installed stands in `*.dist-info` directories of its site-packages (PyPA, "Recording installed
projects"), and where it came from in their `direct_url.json` (PEP 610).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ws_lsp.grammar.names import Name, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.workspace import Member, Workspace
from ws_lsp.regular_expression import regular_expression
from ws_lsp.vfs import FileSystem, Kind, join, normal_form

__all__ = [
    "Environment",
    "EnvironmentState",
    "MemberState",
    "Origin",
    "environment_state",
    "member_state",
]


class Origin(NamedTuple):
    """Where an installed project came from: a directory, and whether it is used in its place."""

    directory: str
    editable: bool


class Environment:
    """An environment: the versions of what is installed in it, by name.

    `directory` is its own; `exists` tells whether it is a virtual environment (PEP 405).
    """

    def __init__(self, files: FileSystem, directory: str) -> None:
        self.directory = directory
        self.exists = files.kind(join(directory, "pyvenv.cfg")) is Kind.FILE
        self.listings = tuple(
            (place, files.listing(place)) for place in _site_packages(files, directory)
        )
        """The names in each site-packages; while they are the same, nothing was installed or removed."""
        self.versions: dict[Name, str] = {}
        self._files = files
        self._metadata: dict[Name, str] = {}
        for place, names in self.listings:
            for name, kind in names.items():
                match = _DIST_INFO.fullmatch(name) if kind.is_directory else None
                if match is not None:
                    self.versions.setdefault(normalise(match[1]), match[2])
                    self._metadata.setdefault(normalise(match[1]), join(place, name))

    def origin(self, name: Name) -> Origin | None:
        """Return where a project was installed from, None where that is no directory."""
        if name not in self._metadata:
            return None
        file = self._files.read(join(self._metadata[name], "direct_url.json"))
        return _origin(file.text) if file is not None else None

    def is_current(self, files: FileSystem) -> bool:
        """Tell whether the same is installed still, by the names in the directories."""
        present = files.kind(join(self.directory, "pyvenv.cfg")) is Kind.FILE
        places = _site_packages(files, self.directory)
        return (
            present == self.exists
            and places == tuple(place for place, _ in self.listings)
            and all(files.listing(place) is known for place, known in self.listings)
        )


class MemberState(NamedTuple):
    """A member, and what of it is installed.

    `declared` is the version in its manifest, None where that is dynamic; `version` the installed one,
    None where it is not installed. `default` tells whether a sync of the default packages selects it,
    `package` whether uv installs it at all (else only its dependencies). `editable` tells whether it is
    used in its place. `outdated`: it is installed, but with another version, from another directory, or
    not in the way (editable or not) that a sync would install it.
    """

    name: Name
    directory: str
    declared: str | None
    default: bool
    package: bool
    version: str | None
    editable: bool
    outdated: bool

    @property
    def installed(self) -> bool:
        """Whether it is installed, up to date or not."""
        return self.version is not None

    @property
    def missing(self) -> bool:
        """Whether a sync of the default packages would install it, and it is not there."""
        return self.default and self.package and not self.installed


class EnvironmentState(NamedTuple):
    """The environment of a workspace and its members in it, in the order of their names."""

    directory: str
    exists: bool
    members: tuple[MemberState, ...]

    def plain(self) -> dict[str, Any]:
        """Return the state as JSON data.

        `{"environment": str, "exists": bool, "members": [{"name": str, "directory": str,
        "declared": str | null, "default": bool, "package": bool, "installed": null |
        {"version": str, "editable": bool}, "outdated": bool}]}`. Directories are absolute, with `/`.
        """
        return {
            "environment": self.directory,
            "exists": self.exists,
            "members": [
                {
                    "name": one.name,
                    "directory": one.directory,
                    "declared": one.declared,
                    "default": one.default,
                    "package": one.package,
                    "installed": {"version": one.version, "editable": one.editable}
                    if one.installed
                    else None,
                    "outdated": one.outdated,
                }
                for one in self.members
            ],
        }


def environment_state(
    environment: Environment, workspace: Workspace, default_packages: Collection[Name] | None
) -> EnvironmentState:
    """Return what of a workspace's members is installed.

    `default_packages` are the members that a sync selects, None where nothing but uv's own default does:
    every member of a virtual root, otherwise the root alone.
    """
    members = tuple(
        member_state(
            environment,
            workspace,
            member,
            (workspace.virtual or member.is_root)
            if default_packages is None
            else member.name in default_packages,
        )
        for member in workspace.members.values()
    )
    return EnvironmentState(environment.directory, environment.exists, members)


def member_state(
    environment: Environment, workspace: Workspace, member: Member, default: bool
) -> MemberState:
    """Return what of one member is installed; `default` as in `MemberState`."""
    shared = workspace.shared.get(member.path)
    declared = shared.version if shared else None
    version = environment.versions.get(member.name)
    origin = environment.origin(member.name)
    wanted = workspace.editable.get(member.name, ("", True))[1]
    outdated = version is not None and (
        origin is None
        or origin != (member.directory, wanted)
        or (declared is not None and differ_in_version(declared, version))
    )
    return MemberState(
        member.name,
        member.directory,
        declared,
        default,
        workspace.is_package(member),
        version,
        origin is not None and origin.editable,
        outdated,
    )


def differ_in_version(declared: str, installed: str) -> bool:
    """Tell whether it is certain that two versions are not the same: `1.0` and `1.0.0` are."""
    if declared == installed:
        return False
    from ws_lsp.grammar.requirement import specifiers_differ

    return specifiers_differ(f"=={declared}", f"=={installed}")


_DIST_INFO = regular_expression(r"(.+)-([^-]+)\.dist-info")


def _site_packages(files: FileSystem, directory: str) -> tuple[str, ...]:
    """Return the directories into which an environment installs.

    `Lib/site-packages` on Windows, else `lib/python3.X/site-packages`, and the same below `lib64` where
    that is more than a link to `lib` (the `venv` module, PEP 405).
    """
    found: list[str] = []
    inside = files.listing(directory)
    for library in ("Lib", "lib", "lib64"):
        if library not in inside or (library == "lib64" and inside[library] is not Kind.DIRECTORY):
            continue
        below = join(directory, library)
        for name, kind in files.listing(below).items():
            if kind.is_directory and (name == "site-packages" or name.startswith(_INTERPRETERS)):
                place = join(below, name)
                found.append(place if name == "site-packages" else join(place, "site-packages"))
    return tuple(found)


_INTERPRETERS = ("python3.", "pypy3.", "graalpy3.")


def _origin(text: str) -> Origin | None:
    import json
    from urllib.parse import unquote, urlsplit

    try:
        table = json.loads(text)
    except ValueError:
        return None
    if not isinstance(table, Mapping):
        return None
    url, info = table.get("url"), table.get("dir_info")
    if not isinstance(url, str) or not isinstance(info, Mapping):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if path[2:4] == ":/":
        path = path[1].upper() + path[2:]
    return Origin(normal_form(path), info.get("editable") is True)
