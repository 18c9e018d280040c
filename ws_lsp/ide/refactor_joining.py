"""Add a single project to the workspace above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.checking.ranges import exclude_each_other
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import releases_overlap
from ws_lsp.ide.place import Place, is_about_project
from ws_lsp.ide.refactor_members import added_member
from ws_lsp.ide.refactor_sources import workspace_source_edits
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind, rewritten
from ws_lsp.project.declarations import SOURCES_PATH, WORKSPACE_PATH, WORKSPACE_SOURCE
from ws_lsp.project.globs import Pattern, compile_pattern
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import Workspace, discover
from ws_lsp.text import Edit
from ws_lsp.toml.edit import insert_entry, remove_items
from ws_lsp.toml.tree import Array, String
from ws_lsp.vfs import join, relative

__all__ = ["joining", "source_step"]


def joining(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield what adds a single project to the workspace whose root is the next manifest above it.

    It is offered at `[project]` and its name, where the project's name and Python versions suit the
    workspace. Members that it requires become workspace sources, and so does itself where it is required.
    """
    workspace = snapshot.workspace
    if not is_about_project(at) or workspace.explicit or manifest.path != workspace.path:
        return
    outer = next((snapshot.manifests.get(path) for path in workspace.parsed_only), None)
    if outer is None or outer.workspace is None or outer.syntax is not None:
        return
    known = discover(snapshot.files, snapshot.read_manifest, outer.directory, snapshot.uv_version)
    if _may_join(snapshot, manifest, outer, known):
        shown = relative(outer.directory, manifest.directory)
        title = f"Add this project to the workspace in `{shown}`"
        yield Refactoring(
            title,
            RefactoringKind.REWRITE,
            lambda: _changes(snapshot, manifest, outer, known),
        )


def _may_join(snapshot: Snapshot, manifest: Manifest, outer: Manifest, known: Workspace) -> bool:
    """Tell whether uv would accept the workspace then; no file but the project's is parsed for it."""
    name, python = manifest.name, manifest.shared.requires_python
    if name is None or name in known.members or manifest.default_packages:
        return False
    if python is not None and not releases_overlap(known.python_specifiers | {python}):
        return False
    sources = outer.shared.sources
    if set(sources.get(name, (WORKSPACE_SOURCE,))) != {WORKSPACE_SOURCE}:
        return False
    strangers = manifest.required - {*known.members, *manifest.sources, name}
    if not strangers.isdisjoint(sources):
        return False  # these would come from elsewhere than now
    users = _users(snapshot, known, name)
    if any(
        WORKSPACE_SOURCE not in one.shared.sources.get(name, (WORKSPACE_SOURCE,)) for one in users
    ):
        return False
    if _is_contradicted(snapshot, manifest, known):
        return False
    return all(  # an entry without wildcards can be taken out
        join(outer.directory, pattern.text) == manifest.directory
        for text in outer.shared.exclude
        if isinstance(pattern := compile_pattern(text), Pattern)
        and pattern.excludes(manifest.directory, outer.directory)
    )


def _is_contradicted(snapshot: Snapshot, manifest: Manifest, known: Workspace) -> bool:
    """Tell whether the workspace requires a package in versions that the project's requirements exclude."""
    own: dict[Name, set[str]] = {}
    for one in manifest.ranges:
        own.setdefault(one.name, set()).add(one.specifier)
    others = (
        other
        for path in known.paths
        if (file := snapshot.read_manifest(path)) is not None
        for other in file.ranges
        if other.name in own
    )
    return any(
        exclude_each_other((specifier, other.specifier))
        for other in others
        for specifier in own[other.name]
    )


def _users(snapshot: Snapshot, known: Workspace, name: Name) -> Iterator[Manifest]:
    """Yield the files of a workspace that require a package."""
    for path in known.paths:
        one = snapshot.read_manifest(path)
        if one is not None and name in one.required:
            yield one


def _changes(
    snapshot: Snapshot, manifest: Manifest, outer: Manifest, known: Workspace
) -> tuple[Change, ...]:
    """Return the edits of both files; none where a table or list of theirs has another shape."""
    name = manifest.name
    if name is None:
        return ()
    needs_source = any(name not in one.shared.sources for one in _users(snapshot, known, name))
    root = rewritten(
        outer,
        lambda one: _without_exclude(one, manifest.directory),
        lambda one: added_member(one, manifest.directory),
        lambda one: source_step(one, name) if needs_source else [],
    )
    with outer.lent():
        own = rewritten(manifest, *(_source(outer, other) for other in _needed(manifest, known)))
    return (*root, *own) if root and own is not None else ()


def _needed(manifest: Manifest, known: Workspace) -> Iterator[Name]:
    return (name for name in sorted(manifest.required) if name in known.members)


def _source(outer: Manifest, name: Name) -> Callable[[Manifest], list[Edit] | None]:
    def step(manifest: Manifest) -> list[Edit] | None:
        source = manifest.sources.get(name)
        if source is not None:
            return [] if source.workspace else workspace_source_edits(manifest, source) or None
        inherited = outer.sources.get(name)
        return [] if inherited is not None and inherited.workspace else source_step(manifest, name)

    return step


def source_step(manifest: Manifest, name: Name) -> list[Edit] | None:
    """Return the edits that add a workspace source; none where there is one, None where it cannot be."""
    source = manifest.sources.get(name)
    if source is not None:
        return [] if source.workspace else None
    return insert_entry(manifest.tree, SOURCES_PATH, name, "{ workspace = true }") or None


def _without_exclude(manifest: Manifest, directory: str) -> list[Edit] | None:
    """Return the edits after which no `exclude` without wildcards hides a directory."""
    array = manifest.tree.root.get(*WORKSPACE_PATH, "exclude")
    if not isinstance(array, Array):
        return []
    hiding = [
        index
        for index, item in enumerate(array.items)
        if isinstance(item, String)
        and isinstance(pattern := compile_pattern(item.value), Pattern)
        and pattern.excludes(directory, manifest.directory)
    ]
    return remove_items(manifest.tree, array, hiding)
