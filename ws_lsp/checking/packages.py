"""The Python packages that members install, and those that two of them do."""

from __future__ import annotations

from collections.abc import Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input, derived
from ws_lsp.project.modules import regular_packages
from ws_lsp.vfs import FileSystem, join

__all__ = ["packages_of_others"]


def packages_of_others(snapshot: Snapshot, name: Name) -> tuple[tuple[str, Name], ...]:
    """Return the packages that a member installs and another one as well, with the first of these."""
    return tuple(
        (package, next(one for one in owners if one != name))
        for package, owners in _installed_twice(snapshot).items()
        if name in owners
    )


@derived(Input.SHAPE, Input.DISK)
def _installed_twice(snapshot: Snapshot) -> Mapping[str, tuple[Name, ...]]:
    """Return the packages that several members install, and these."""
    workspace, files = snapshot.workspace, snapshot.files
    owners: dict[str, dict[Name, str]] = {}
    for name, member in workspace.members.items():
        shared = workspace.shared.get(member.path)
        if shared is None or not workspace.is_package(member):
            continue
        found = regular_packages(files, member.directory, name, shared.module_places)
        for package, directory in found:
            owners.setdefault(package, {})[name] = directory
    return {
        package: tuple(some)
        for package, some in owners.items()
        if len(some) > 1 and not any(_is_namespace(files, one) for one in some.values())
    }


def _is_namespace(files: FileSystem, directory: str) -> bool:
    """Tell whether the `__init__.py` of a package makes it a namespace, as one did before Python 3.3."""
    file = files.read(join(directory, "__init__.py"))
    text = file.text if file is not None else ""
    return "extend_path" in text or "declare_namespace" in text
