"""The host, which knows all files and changes, and snapshots of single workspaces, which do not.

A change replaces one manifest. The workspace is discovered anew only where something changed that
files see of each other (`Manifest.shared`) or the disk did; otherwise the same object serves on. What
else has changed is told by the revisions of a snapshot (`incremental.Input`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input, Memo, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DefaultPackages
from ws_lsp.project.file_names import LARGEST_LOCKFILE, LOCKFILE, MANIFEST, SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.variables import NO_VARIABLES, Variables
from ws_lsp.project.versions import Version, newest_version
from ws_lsp.project.workspace import Member, Workspace, discover, find_root
from ws_lsp.vfs import Disk, File, FileSystem, Overlay, base_name, join, parent

if TYPE_CHECKING:
    from ws_lsp.project.import_survey import ForeignImport, ImportSurvey
    from ws_lsp.project.installed import Environment, EnvironmentState
    from ws_lsp.project.lockfile import Lockfile

__all__ = ["Host", "Snapshot"]


@lru_cache(maxsize=1 << 5)
def places_above(directory: str) -> tuple[tuple[str, str], ...]:
    """Return where settings may be in the directories above one, the closest first."""
    found: list[tuple[str, str]] = []
    while parent(directory) != directory:
        directory = parent(directory)
        found.append((join(directory, SETTINGS), join(directory, MANIFEST)))
    return tuple(found)


def no_manifest(path: str) -> Manifest | None:
    """Give no manifest."""
    return None


def no_lockfile(directory: str) -> None:
    """Return None: there is no lock file."""


def no_imports(workspace: Workspace) -> Mapping[str, tuple[ForeignImport, ...]]:
    """Return nothing: no sources are read."""
    return {}


def _manifests(
    workspace: Workspace, read: Callable[[str], Manifest | None], *others: str
) -> Mapping[str, Manifest]:
    """Return what is there of a workspace's files and of others, and a root in any case."""
    found = {path: read(path) for path in (*workspace.paths, *others)}
    manifests = {path: manifest for path, manifest in found.items() if manifest is not None}
    manifests.setdefault(workspace.path, Manifest(workspace.path, ""))
    return manifests


_UNREVISED: Mapping[Input, int] = MappingProxyType(dict.fromkeys(Input, 0))


class Snapshot(NamedTuple):
    """A workspace and its files at one moment; nothing in it changes."""

    workspace: Workspace
    manifests: Mapping[str, Manifest]
    """By path: all that uv reads of the workspace, and the `uv.toml` beside the root where there is one."""
    files: FileSystem
    """For what is looked at only by name: sources with a path, directories while typing."""
    memo: Memo
    """What was worked out of this snapshot and of those before; `derived` looks there."""
    revisions: Mapping[Input, int] = _UNREVISED
    """For each input a number that is another one when the input is."""
    edited: frozenset[str] = frozenset()
    """The files that have changed since the workspace was discovered (`Input.FILES`)."""
    uv_version: Callable[[], Version] = newest_version
    """Gives the version of the uv that decides; it is asked for only where versions differ."""
    variables: Variables = NO_VARIABLES
    """What the environment variables of the process decide of uv's settings."""
    read_manifest: Callable[[str], Manifest | None] = no_manifest
    """Gives the manifest at any path, parsed once for each text: for discovery, which looks at `shared` alone."""
    read_lockfile: Callable[[str], Lockfile | None] = no_lockfile
    """Gives the `uv.lock` in a directory; it is read when somebody asks for it."""
    read_environment: Callable[[str], Environment] | None = None
    """Gives the environment of the workspace in a directory."""
    read_imports: Callable[[Workspace], Mapping[str, tuple[ForeignImport, ...]]] = no_imports
    """Gives what the members of a workspace import from each other; sources are read once somebody asks."""

    @property
    def belonging(self) -> Mapping[str, Manifest]:
        """The files that belong to the workspace: not those that uv parses and then leaves alone."""
        strange = self.workspace.parsed_only
        if not strange:
            return self.manifests
        return {path: one for path, one in self.manifests.items() if path not in strange}

    @property
    def root(self) -> Manifest:
        """The root's manifest."""
        return self.manifests[self.workspace.path]

    @property
    def settings(self) -> Manifest | None:
        """The `uv.toml` beside the root's manifest."""
        return self.manifests.get(join(self.workspace.root, SETTINGS))

    @property
    def lockfile(self) -> Lockfile | None:
        """The `uv.lock` of the workspace as it is on disk, read once for each text."""
        return self.read_lockfile(self.workspace.root)

    @property
    def environment(self) -> Environment:
        """The workspace's environment as it is on disk."""
        if self.read_environment is not None:
            return self.read_environment(self.workspace.root)
        from ws_lsp.project.installed import Environment

        return Environment(self.files, join(self.workspace.root, ".venv"))

    @property
    def imports(self) -> Mapping[str, tuple[ForeignImport, ...]]:
        """What the members import from each other, by the member's directory, as far as it is known."""
        return self.read_imports(self.workspace)

    @property
    def environment_state(self) -> EnvironmentState:
        """What of the members is installed; for each that is, one small file is read once."""
        from ws_lsp.project.installed import environment_state

        return environment_state(self.environment, self.workspace, self.selected)

    @property
    def selected(self) -> frozenset[Name] | None:
        """The members that `default-packages` selects, None where it is not set."""
        packages = self.default_packages
        if packages is None:
            return None
        return frozenset(self.workspace.members if packages.everything else packages.names)

    @property
    def default_packages(self) -> DefaultPackages | None:
        """The `default-packages` that counts."""
        return next(iter(self.root.default_packages), None)

    @property
    def unreached(self) -> tuple[Name, ...]:
        """The members that no default package needs, directly or through others.

        Empty where the default packages are no list of names, or need what no file shows.
        """
        packages = self.default_packages
        if packages is None or not packages.names:
            return ()
        members = self.workspace.members
        if any(name not in members for name in packages.names):
            return ()
        reached: set[Name] = set()
        waiting = list(packages.names)
        if self.workspace.virtual:
            # the root's own dependency groups are installed with the default packages
            waiting += [name for name in self.root.required if name in members]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                if self.manifests[members[name].path].has_hidden_requirements:
                    return ()
                required = self.manifests[members[name].path].required
                waiting += [other for other in required if other in members]
        return tuple(name for name in members if name not in reached)

    def with_their_members(self, names: Iterable[Name]) -> frozenset[Name] | None:
        """Return packages and the members that these require, directly or through others.

        Extras of members are taken for asked for. None where one requires what no file shows.
        """
        members = self.workspace.members
        found: set[Name] = set()
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                manifest = self.manifests[members[name].path] if name in members else None
                if manifest is not None and manifest.has_hidden_requirements:
                    return None
                waiting += manifest.published if manifest is not None else ()
        return frozenset(found)

    def other_workspace(self, directory: str) -> Mapping[Name, Member] | None:
        """Return the members of the workspace whose root is a directory of the disk, None if it is none."""
        around = self.around(directory)
        if around is None or around.workspace.root != directory or not around.workspace.explicit:
            return None
        return around.workspace.members

    def around(self, directory: str) -> Snapshot | None:
        """Return the workspace that uv finds from a directory of the disk, None where there is none.

        It is no snapshot of the host's, and the same one for all directories of the workspace.
        """
        return _around(self, directory)

    def sourcing(self, path: str) -> Snapshot:
        """Return the workspace in which uv reads the sources of the file at `path`: another one for a detached member."""
        if path not in self.workspace.detached:
            return self
        return self.around(parent(path)) or self

    def at_path(self, path: str) -> Manifest | None:
        """Return the manifest that a path leads to; to edit it changes `Input.PATHS` from now on."""
        self.memo.followed.add(path)
        return self.read_manifest(path)

    def with_texts(self, texts: Mapping[str, str]) -> Snapshot:
        """Return the snapshot with other texts of some of its files, and what is worked out of these apart."""
        changed = {path: Manifest(path, text) for path, text in texts.items()}
        return self._replace(manifests={**self.manifests, **changed}, memo=Memo())

    def changed_since(self, before: Snapshot) -> frozenset[Input]:
        """Return the inputs that differ from those of another snapshot of the workspace."""
        return frozenset(
            [one for one, now in self.revisions.items() if now != before.revisions[one]]
        )

    def inheriting(self) -> Iterator[Manifest]:
        """Yield the files that have the sources and the indexes of the root."""
        return (one for path, one in self.manifests.items() if self.inherits(path))

    def inherits(self, path: str) -> bool:
        """Tell whether the file at `path` is of a member that has the sources and the indexes of the root."""
        return self.of_member(path) and path not in self.workspace.detached

    def belongs(self, path: str) -> bool:
        """Tell whether the file at `path` is one of `belonging`."""
        return path in self.manifests and path not in self.workspace.parsed_only

    def of_member(self, path: str) -> bool:
        """Tell whether the file at `path` is the manifest of a member other than the root."""
        return (
            path != self.workspace.path
            and base_name(path) == MANIFEST
            and path not in self.workspace.parsed_only
        )


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def _around(snapshot: Snapshot, directory: str) -> Snapshot | None:
    root = find_root(snapshot.files, snapshot.read_manifest, directory, snapshot.uv_version)
    if root is None or root == directory:
        return _rooted(snapshot, root) if root is not None else None
    return snapshot.around(root)


def _rooted(snapshot: Snapshot, root: str) -> Snapshot:
    workspace = discover(snapshot.files, snapshot.read_manifest, root, snapshot.uv_version)
    # who asks about a member that is a root of its own has its text: to note it would let each keystroke
    # there be one of all
    alone = snapshot.workspace.detached.get(workspace.path)
    own = workspace.path if alone is not None and alone.root == root else None

    def read(path: str) -> Manifest | None:
        return snapshot.read_manifest(path) if path == own else snapshot.at_path(path)

    return Snapshot(
        workspace,
        _manifests(workspace, read),
        snapshot.files,
        Memo(snapshot.memo.followed),
        uv_version=snapshot.uv_version,
        variables=snapshot.variables,
        read_manifest=snapshot.read_manifest,
    )


class Host:
    """All files, open or on disk, and the workspaces among them.

    `uv_version` gives the version of the uv that decides where versions differ. `environment` is the
    directory of the environments, `.venv` if not given: uv's `UV_PROJECT_ENVIRONMENT`; `variables` are
    what the environment of the process decides of uv's settings. Python sources
    are read when their imports are asked for; with `survey_later`, when `survey_imports` is called. With
    `one_look` the trees of files on disk are kept: the host is asked once, and gone.
    """

    def __init__(
        self,
        disk: Disk | None = None,
        files: Overlay | None = None,
        uv_version: Callable[[], Version] = newest_version,
        environment: str | None = None,
        variables: Variables = NO_VARIABLES,
        survey_later: bool = False,
        one_look: bool = False,
    ) -> None:
        self.disk = disk or Disk({LOCKFILE: LARGEST_LOCKFILE})
        self.files = files or Overlay(self.disk)
        self.uv_version = uv_version
        self._environment = environment or ".venv"
        self._variables = variables
        self.parses = 0
        """How many texts were parsed: tests count them."""
        self.discoveries = 0
        """How many times a workspace was discovered: tests count them."""
        self._manifests: dict[str, tuple[File, Manifest]] = {}
        self._lockfiles: dict[str, tuple[File, Lockfile]] = {}
        self._environments: dict[str, Environment] = {}
        self._survey_later = survey_later
        self._one_look = one_look
        self._surveys: dict[str, ImportSurvey] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._stale: set[str] = set()
        self._revision = count(1)
        self._disk_revision = 0

    # --------------------------------------------------------------------- changes

    def edit(self, path: str, text: str) -> None:
        """Let an open buffer hold `text`."""
        before = self._known_manifest(path)
        appears = self.files.kind(path) is None
        self.files.buffers[path] = File(text)
        if appears:
            self._revise_disk()
        self._replace(path, before)

    def close(self, path: str) -> None:
        """Let the file on disk count again."""
        before = self._known_manifest(path)
        if self.files.buffers.pop(path, None) is not None:
            if self.files.kind(path) is None:
                self._revise_disk()
            self._replace(path, before)
            after = self._known_manifest(path)
            if after is not None:
                after.settle()  # it is kept if the disk holds the same text

    def forget(self, paths: Iterable[str]) -> None:
        """Look at these paths, and at all below them, anew: they changed on disk."""
        self.disk.forget(*paths)
        self._revise_disk()

    def refresh(self) -> bool:
        """Compare what is remembered of the disk with it; tell whether anything differed."""
        changed = self.disk.refresh()
        if changed:
            self._revise_disk()
        return changed

    def another_uv(self) -> None:
        """Hear that `uv_version` may answer otherwise now."""
        self._revise_disk()

    def drop(self, root: str) -> None:
        """Forget a workspace that nobody asks for any more."""
        self._snapshots.pop(root, None)
        self._stale.discard(root)
        self._lockfiles.pop(join(root, LOCKFILE), None)
        self._environments.pop(join(root, self._environment), None)
        self._surveys.pop(root, None)

    # --------------------------------------------------------------------- queries

    def text(self, path: str) -> str | None:
        """Return the text of a file as it is now, None where there is none."""
        file = self.files.read(path)
        return file.text if file is not None else None

    def manifest(self, path: str) -> Manifest | None:
        """Return the manifest at `path` as it is now, parsed once for each text."""
        file = self.files.read(path)
        if file is None:
            self._manifests.pop(path, None)
            return None
        known = self._manifests.get(path)
        if known is not None and (known[0] is file or known[0] == file):
            return known[1]
        manifest = Manifest(path, file.text, file.problem)
        self.parses += 1
        if path not in self.files.buffers and not self._one_look:
            manifest.settle()
        self._manifests[path] = (file, manifest)
        return manifest

    def lockfile(self, directory: str) -> Lockfile | None:
        """Return the `uv.lock` in a directory, None where there is none; read once for each text."""
        path = join(directory, LOCKFILE)
        file = self.files.read(path)
        if file is None:
            self._lockfiles.pop(path, None)
            return None
        from ws_lsp.project.lockfile import Lockfile  # here: few commands read one

        known = self._lockfiles.get(path)
        if known is None or (known[0] is not file and known[0] != file):
            known = self._lockfiles[path] = file, Lockfile(file.text, file.problem)
        return known[1]

    def environment(self, root: str) -> Environment:
        """Return the environment of the workspace whose root is in a directory."""
        directory = join(root, self._environment)
        known = self._environments.get(directory)
        if known is None or not known.is_current(self.files):
            from ws_lsp.project.installed import Environment

            known = self._environments[directory] = Environment(self.files, directory)
        return known

    def imports(self, workspace: Workspace) -> Mapping[str, tuple[ForeignImport, ...]]:
        """Return what the members of a workspace import from each other.

        With `survey_later` that is what was known last, until `survey_imports` has found out.
        """
        survey = self._surveys.get(workspace.root)
        if survey is None:
            from ws_lsp.project.import_survey import ImportSurvey  # here: few ask for it

            survey = self._surveys[workspace.root] = ImportSurvey(self.files)
        if not survey.is_current(workspace, self._disk_revision) and not self._survey_later:
            while survey.advance():
                pass
        return survey.imports

    def survey_imports(self, enough: Callable[[], bool]) -> bool:
        """Read sources whose imports were asked for, until `enough`.

        Tell whether there was anything to do: then snapshots may differ, or more is left.
        """
        worked = False
        for root, survey in self._surveys.items():
            if not survey.is_pending:
                continue
            worked = True
            while survey.advance():
                if enough():
                    return True
            if root in self._snapshots:
                self._snapshots[root] = self._revised(self._snapshots[root], Input.IMPORTS)
        return worked

    def root_of(self, path: str) -> str | None:
        """Return the root directory of the workspace that uv finds from a file's directory."""
        return self.root_of_directory(parent(path))

    def root_of_directory(self, directory: str) -> str | None:
        """Return the root directory of the workspace that uv finds from a directory."""
        return find_root(self.files, self.manifest, directory, self.uv_version)

    def roots_below(self, directory: str) -> tuple[str, ...]:
        """Return the root directories of the workspaces that a directory and those below it hold."""
        from ws_lsp.project.roots import find_roots  # here: few commands look for them

        return find_roots(self.files, self.manifest, directory, self.uv_version)

    def snapshot(self, root: str) -> Snapshot:
        """Return the workspace at a root directory as it is now."""
        known = self._snapshots.get(root)
        if known is not None and root not in self._stale:
            return known
        self._stale.discard(root)
        self.discoveries += 1
        workspace = discover(self.files, self.manifest, root, self.uv_version)
        manifests = _manifests(workspace, self.manifest, join(root, SETTINGS))
        if known is None:
            snapshot = Snapshot(
                workspace,
                manifests,
                self.files,
                Memo(),
                dict.fromkeys(Input, next(self._revision)),
                frozenset(),
                self.uv_version,
                self._variables,
                self.manifest,
                self.lockfile,
                self.environment,
                self.imports,
            )
        else:
            changed = _changes(known.manifests, manifests)
            if known.workspace == workspace:
                workspace = known.workspace
            else:
                changed.add(Input.SHAPE)
            snapshot = self._revised(known, Input.FILES, *changed)._replace(
                workspace=workspace,
                manifests=manifests,
                edited=frozenset(),
                uv_version=self.uv_version,
            )
        self._snapshots[root] = snapshot
        return snapshot

    # --------------------------------------------------------------------- helpers

    def _known_manifest(self, path: str) -> Manifest | None:
        known = self._manifests.get(path)
        return known[1] if known is not None else None

    def _revised(self, snapshot: Snapshot, *inputs: Input) -> Snapshot:
        """Return a snapshot of which some inputs are others."""
        if not inputs:
            return snapshot
        revision = next(self._revision)
        return snapshot._replace(
            revisions={**snapshot.revisions, **dict.fromkeys(inputs, revision)}
        )

    def _revise_all(self, *inputs: Input) -> None:
        """Let some inputs of all workspaces be others, each of which is discovered anew."""
        for root, snapshot in self._snapshots.items():
            self._snapshots[root] = self._revised(snapshot, *inputs)
        self._stale.update(self._snapshots)

    def _revise_disk(self) -> None:
        self._disk_revision = next(self._revision)
        self._revise_all(Input.DISK)

    def _replace(self, path: str, before: Manifest | None) -> None:
        """Give the snapshots that hold `path` its new manifest, or mark them as stale."""
        after = self.manifest(path)
        changed = after.changed_since(before) if before is not None and after is not None else None
        if after is None or changed is None or Input.SHAPE in changed:
            # also where no snapshot holds the file: a pattern may have led to it (unmanaged, excluded)
            self._revise_all(Input.PATHS)
            return
        for root, snapshot in self._snapshots.items():
            if path in snapshot.memo.followed:
                snapshot = self._revised(snapshot, Input.PATHS)
            if root not in self._stale and path in snapshot.manifests:
                snapshot = self._revised(snapshot, *changed)._replace(
                    manifests={**snapshot.manifests, path: after}, edited=snapshot.edited | {path}
                )
            self._snapshots[root] = snapshot


def _changes(before: Mapping[str, Manifest], after: Mapping[str, Manifest]) -> set[Input]:
    """Return the inputs that differ because of the files of a workspace."""
    if before.keys() != after.keys():
        return {Input.SHAPE, Input.REQUIREMENTS, Input.SELECTION}
    return {
        one
        for path, manifest in after.items()
        if manifest is not before[path]
        for one in manifest.changed_since(before[path])
    }
