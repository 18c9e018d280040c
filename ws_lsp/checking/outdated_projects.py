"""Projects that paths lead to and that are no members, compared with what `uv.lock` says of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.comparison import Locked
from ws_lsp.project.direct import Index
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.lockfile import LockedSource
from ws_lsp.project.origins import Origin
from ws_lsp.project.staleness import Declared, project_mismatches
from ws_lsp.vfs import Kind, join

if TYPE_CHECKING:
    from ws_lsp.analysis import Snapshot
    from ws_lsp.checking.rulebook import Rulebook

__all__ = ["outdated_projects"]


def outdated_projects(rulebook: Rulebook, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the manifests of such projects that the lock file does not agree with, and the reasons."""
    lockfile = snapshot.lockfile
    if lockfile is None or lockfile.problem is not None:
        return
    inside = View(rulebook, snapshot, snapshot.workspace.path)
    declared = Declared.BY_NAME if lockfile.leaves_metadata_out else Declared.WHOLLY
    for package in lockfile.local_projects:
        directory = join(snapshot.workspace.root, package.source.value)
        around, path = snapshot.around(directory), join(directory, MANIFEST)
        if around is None or path not in around.manifests:
            continue
        locked = Locked(
            package,
            lockfile.requires_python,
            lockfile.supported_markers,
            has_extras=lockfile.has_extras,
        )
        with around.manifests[path].lent() as manifest:
            if manifest.unreadable or manifest.syntax:
                continue
            surroundings = _Surroundings(inside, View(rulebook, around, path))
            for mismatch in project_mismatches(manifest, locked, surroundings, declared):
                yield path, mismatch.reason


class _Surroundings:
    """What such a project has to know: its sources are of its own workspace, the rest is of this one."""

    def __init__(self, inside: View, around: View) -> None:
        self._inside = inside
        self._around = around

    def root(self) -> str:
        """Return the directory of the lock file."""
        return self._inside.root()

    def inherited_origins(self, names: frozenset[Name]) -> tuple[tuple[Name, Origin | None], ...]:
        """Return those of many names that inherit a source, and what it says; None is not certain."""
        return self._around.inherited_origins(names)

    def inherited_source_may_be_partial(self, name: Name) -> bool:
        """Tell whether that source may be for an extra, a group or an environment alone."""
        return self._around.inherited_source_may_be_partial(name)

    def root_index(self, name: str) -> Index | None:
        """Return the index of a name that the root declares."""
        return self._around.root_index(name)

    def sources_left_out(self) -> frozenset[Name | None] | None:
        """Return the packages whose sources settings turn off; None in it is any, alone it is not known."""
        return self._inside.sources_left_out()

    def is_replaced(self, name: Name) -> bool:
        """Tell whether the root overrides or excludes a package."""
        return self._inside.is_replaced(name)

    def kind_of(self, path: str) -> Kind | None:
        """Return what stands at a path of the disk."""
        return self._inside.kind_of(path)

    def is_package_at(self, directory: str) -> bool:
        """Tell whether a project that a path leads to is installed and not its dependencies alone."""
        return self._inside.is_package_at(directory)

    def resolved_sources(self, name: Name) -> frozenset[LockedSource]:
        """Return where the lock file has a package from."""
        return self._inside.resolved_sources(name)

    def comes_from_elsewhere(self, name: Name) -> bool:
        """Tell whether another file may take a package from one place, for all that require it."""
        return True
