"""What the members of a workspace import from each other, remembered, and read file by file. Pure.

Sources are many, so a survey is a sequence of short steps that somebody takes when there is time. Each
file is read once for each state of it; of its text nothing is kept but the imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ws_lsp.grammar.names import Name
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.imports import Import, imports_of
from ws_lsp.project.modules import ModulePlace, ProjectFiles, SourceFile, project_files
from ws_lsp.project.workspace import Workspace
from ws_lsp.vfs import FileSystem, join

__all__ = ["ForeignImport", "ImportSurvey"]


class ForeignImport(NamedTuple):
    """An import in a member's source of a module that another member alone provides.

    `module` is the part of the import that is a module there. `development`: the source is not
    installed, or is a test.
    """

    provider: Name
    module: str
    path: str
    found: Import
    development: bool


class _Project(NamedTuple):
    """What of a member decides which modules it has."""

    name: Name
    directory: str
    places: tuple[ModulePlace, ...]
    package: bool


_NOTHING: Mapping[str, tuple[ForeignImport, ...]] = MappingProxyType({})


class ImportSurvey:
    """What the members of one workspace import from each other, as far as it has been read.

    `disk` counts the changes of the disk that were noticed: while it is the same, no path is looked at.
    """

    def __init__(self, files: FileSystem) -> None:
        self.reads = 0
        """How many sources were read: tests count them."""
        self.imports: Mapping[str, tuple[ForeignImport, ...]] = _NOTHING
        """By the member's directory, those of the last survey that came to its end."""
        self._files = files
        self._sources: dict[str, tuple[object, tuple[Import, ...]]] = {}
        self._projects: dict[_Project, tuple[int, ProjectFiles]] = {}
        self._wanted: tuple[Workspace, int] | None = None
        self._done: tuple[tuple[_Project, ...], int] | None = None
        self._steps: Iterator[None] | None = None

    def is_current(self, workspace: Workspace, disk: int) -> bool:
        """Tell whether `imports` are those of a workspace now; where they are not, begin a survey."""
        wanted = self._wanted
        if wanted is None or wanted[0] is not workspace or wanted[1] != disk:
            self._wanted = workspace, disk
            projects = tuple(_projects(workspace))
            current = self._done == (projects, disk)
            self._steps = None if current else self._survey(projects, disk)
        return not self.is_pending

    @property
    def is_pending(self) -> bool:
        """Whether a survey was begun and has steps left."""
        return self._steps is not None

    def advance(self) -> bool:
        """Take one step of the survey that was begun; tell whether more are left."""
        if self._steps is None:
            return False
        try:
            next(self._steps)
        except StopIteration:
            self._steps = None
        return self.is_pending

    def _survey(self, projects: tuple[_Project, ...], disk: int) -> Iterator[None]:
        providers: dict[str, tuple[Name, ...]] = {}
        for project in projects:
            for module in self._project_files(project, disk).modules:
                providers[module] = (*providers.get(module, ()), project.name)
            yield
        found: dict[str, tuple[ForeignImport, ...]] = {}
        for project in projects:
            listed = self._project_files(project, disk)
            foreign: list[ForeignImport] = []
            for source in listed.sources:
                foreign += self._foreign(source, project, listed, providers)
                yield
            if foreign:
                found[project.directory] = tuple(foreign)
        self._forget_others(projects)
        self._done = projects, disk
        self.imports = found

    def _project_files(self, project: _Project, disk: int) -> ProjectFiles:
        known = self._projects.get(project)
        if known is None or known[0] != disk:
            listed = project_files(
                self._files, project.directory, project.name, project.places, project.package
            )
            known = self._projects[project] = disk, listed
        return known[1]

    def _imports(self, path: str) -> tuple[Import, ...]:
        """Return the imports of a file, which is read if it has changed."""
        stamp = self._files.stamp(path)
        known = self._sources.get(path)
        if known is None or known[0] != stamp:
            file = self._files.read_once(path)
            self.reads += 1
            known = self._sources[path] = stamp, imports_of(file.text) if file else ()
        return known[1]

    def _foreign(
        self,
        source: SourceFile,
        project: _Project,
        listed: ProjectFiles,
        providers: Mapping[str, tuple[Name, ...]],
    ) -> Iterator[ForeignImport]:
        for found in self._imports(source.path):
            module = _longest(found.module, providers)
            if module is None or len(providers[module]) > 1:
                continue  # nobody's, or somebody's among several: no file says whose
            provider = providers[module][0]
            if provider != project.name and not _is_own(
                found.module, module, source, project, listed
            ):
                yield ForeignImport(provider, module, source.path, found, source.development)

    def _forget_others(self, projects: tuple[_Project, ...]) -> None:
        """Forget the projects and the files that are no more."""
        self._projects = {project: self._projects[project] for project in projects}
        paths = {one.path for _, listed in self._projects.values() for one in listed.sources}
        for path in [path for path in self._sources if path not in paths]:
            del self._sources[path]


def _projects(workspace: Workspace) -> Iterator[_Project]:
    for member in workspace.members.values():
        shared = workspace.shared.get(member.path)
        if shared is not None:
            package = workspace.is_package(member)
            yield _Project(member.name, member.directory, shared.module_places, package)


def _longest(module: str, providers: Mapping[str, object]) -> str | None:
    """Return the module that an import leads to: `a.b` of `a.b.c` where `c` is no module but a name."""
    while module not in providers:
        module, dot, _ = module.rpartition(".")
        if not dot:
            return None
    return module


def _is_own(
    imported: str, module: str, source: SourceFile, project: _Project, listed: ProjectFiles
) -> bool:
    """Tell whether a file of the project itself may be what is imported: a module beside a script, or below `src`.

    It is if it has as much of the import as the `module` that another member provides.
    """
    starts = [join(project.directory, "src")]
    starts += [join(project.directory, one.directory or "") for one in project.places]
    directory = source.path
    while len(directory) > len(project.directory):
        directory = directory.rpartition("/")[0]
        starts.append(directory)
    while len(imported) >= len(module):
        name = imported.replace(".", "/")
        if any(f"{start.rstrip('/')}/{name}" in listed.stems for start in starts):
            return True
        imported = imported.rpartition(".")[0]
    return False
