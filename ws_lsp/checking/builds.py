"""Which projects of a workspace uv builds, and what their builds require.

A sync builds the members that it installs and that are packages, and in front of each the members that
its `[build-system]` requires. Only what is certain is followed: no requirement with a marker, and none
of a package that an override or an exclusion names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import requirement_marker
from ws_lsp.incremental import Input, derived
from ws_lsp.project.declarations import WORKSPACE_SOURCE, name_and_extras, requirement_name
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.uv_build import UV_BUILD

__all__ = ["is_built", "is_built_with", "is_ever_built", "needing_itself"]

_Wanted: TypeAlias = tuple[Name, frozenset[Name]]
"""A member and the extras that are asked for."""


def is_ever_built(snapshot: Snapshot, path: str) -> bool:
    """Tell whether a command of uv builds the project of a file."""
    member = snapshot.workspace.by_path.get(path)
    return member is not None and (
        snapshot.manifests[path].has_hidden_metadata or snapshot.workspace.is_package(member)
    )


def is_built(snapshot: Snapshot, path: str) -> bool:
    """Tell whether uv certainly builds the project of a file.

    Where it does not, `uv sync --all-packages` or the sync of that member may (`is_ever_built`).
    """
    if not is_ever_built(snapshot, path):
        return False
    # for hidden metadata `uv lock` asks the backend
    hidden = snapshot.manifests[path].has_hidden_metadata
    return hidden or snapshot.workspace.by_path[path].name in _built(snapshot)


def is_built_with(
    snapshot: Snapshot, path: str, name: Name, index: str | None, always: bool
) -> bool:
    """Tell whether the source of a package in a file certainly serves a build.

    With `index` only files count that do not declare an index of this name themselves; with `always`
    requirements that have a marker do not count.
    """
    if name == UV_BUILD:
        return False  # uv need not look for it
    return any(
        _requires(one, name, always)
        and index not in one.shared.settings.index_names
        and is_built(snapshot, one.path)
        for one in _users(snapshot, path, name)
    )


def needing_itself(snapshot: Snapshot, name: Name) -> tuple[Name, ...]:
    """Return the members on the way from a member that needs itself to be built, from it to it.

    Empty where it does not.
    """
    start = snapshot.manifests[snapshot.workspace.members[name].path]
    came: dict[_Wanted, _Wanted | None] = {}
    waiting: list[_Wanted] = []
    for one in _build_requirements(snapshot, start):
        came.setdefault(one, None)
        waiting.append(one)
    while waiting:
        at = waiting.pop(0)
        if at[0] == name:
            return name, *reversed([*_names_back(came, at)])
        for one in _needs(snapshot, at):
            if one not in came:
                came[one] = at
                waiting.append(one)
    return ()


def _names_back(came: dict[_Wanted, _Wanted | None], at: _Wanted | None) -> Iterator[Name]:
    while at is not None:
        yield at[0]
        at = came[at]


def _users(snapshot: Snapshot, path: str, name: Name) -> Iterator[Manifest]:
    """Yield the files whose build requirements have the source of a package that one file gives."""
    yield snapshot.manifests[path]
    if path == snapshot.workspace.path:
        yield from (one for one in snapshot.inheriting() if name not in one.shared.sources)


def _requires(manifest: Manifest, name: Name, always: bool) -> bool:
    return any(
        requirement_name(text) == name and not (always and requirement_marker(text))
        for text in manifest.built_with
    )


@derived(Input.SHAPE, Input.REQUIREMENTS, Input.SELECTION)
def _built(snapshot: Snapshot) -> frozenset[Name]:
    """Return the members that a bare sync, or that of `default-packages`, certainly installs or builds."""
    members, selected = snapshot.workspace.members, snapshot.root.default_selection
    if snapshot.workspace.virtual or selected == "all":
        return frozenset(members)
    waiting: list[_Wanted] = [*_of_root(snapshot)]
    if isinstance(selected, tuple):
        waiting += [(name, frozenset()) for name in selected if name in members]
    seen: set[_Wanted] = set()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += _needs(snapshot, one)
    return frozenset([name for name, _ in seen])


def _of_root(snapshot: Snapshot) -> Iterator[_Wanted]:
    """Yield the root's project, and what its default groups require."""
    root = snapshot.root
    groups = root.shared.settings.default_groups
    if root.shared.name is not None:
        yield root.shared.name, frozenset()
    for path, text in root.declared:
        if any(group is not None and groups.include(group) for _, group in root.contexts(path)):
            yield from _followed(snapshot, text)


def _needs(snapshot: Snapshot, wanted: _Wanted) -> Iterator[_Wanted]:
    """Yield the members that an installed member requires, and those that its build does."""
    name, extras = wanted
    member = snapshot.workspace.members.get(name)
    if member is None:
        return
    manifest = snapshot.manifests[member.path]
    for path, text in manifest.declared:
        if path[0] == "project" and (len(path) == 2 or normalise(path[2]) in extras):
            yield from _followed(snapshot, text)
    if snapshot.workspace.is_package(member):
        yield from _build_requirements(snapshot, manifest)


def _build_requirements(snapshot: Snapshot, manifest: Manifest) -> Iterator[_Wanted]:
    """Yield the members that the build of a project takes from the workspace."""
    for text in manifest.built_with:
        for name, extras in _followed(snapshot, text):
            kinds = manifest.shared.sources.get(name)
            if kinds is None and manifest.path not in snapshot.workspace.detached:
                kinds = snapshot.root.shared.sources.get(name)
            if WORKSPACE_SOURCE in (kinds or ()):
                yield name, extras


def _followed(snapshot: Snapshot, text: str) -> Iterator[_Wanted]:
    """Yield what a requirement certainly leads to, where it is a member."""
    one = name_and_extras(text)
    if one is None or one[0] not in snapshot.workspace.members:
        return
    if ";" in text and requirement_marker(text):
        return
    if snapshot.root.shared.settings.replaced.isdisjoint((None, one[0])):
        yield one
