"""Let a plain `uv sync` install the default packages: by a root project that requires them, and back.

A virtual root gets a `[project]` that is no package itself. From then on `uv sync` and `uv run` install
what it requires, in any terminal, image or pipeline, without ws-lsp. What differs from a sync of
`default-packages`: uv takes no dependency groups of the members, and the root is in `uv.lock`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import Name, is_valid, normalise
from ws_lsp.grammar.requirement import releases_overlap
from ws_lsp.ide.place import Place, is_about_project
from ws_lsp.ide.refactor_joining import source_step
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind, rewritten
from ws_lsp.project.declarations import DefaultPackages, Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import DEFAULT_PACKAGES, DEPENDENCY_GROUPS, PACKAGE
from ws_lsp.text import Edit
from ws_lsp.toml.edit import (
    append_item,
    deletes_comment,
    insert_entry,
    is_movable,
    move_entry,
    remove_entry,
    string_text,
)
from ws_lsp.toml.tree import Array, Node, Scalar, String, Table
from ws_lsp.vfs import base_name

__all__ = ["root_projects"]

_KNOWN = ("name", "version", "description", "requires-python", "dependencies")
"""The keys of a root's `[project]` that say nothing which is lost without it."""

_Step = Callable[[Manifest], "list[Edit] | None"]


def root_projects(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield what makes the default packages the dependencies of the root, and what makes them so again."""
    if manifest.path != snapshot.workspace.path or not snapshot.workspace.explicit:
        return
    if snapshot.workspace.virtual:
        yield from _into_project(snapshot, manifest, at)
    elif is_about_project(at) and (steps := _back(snapshot, manifest)) is not None:
        yield Refactoring(
            "Turn the root project into `default-packages`",
            RefactoringKind.REWRITE,
            lambda: rewritten(manifest, *steps) or (),
        )


# ------------------------------------------------------------------------ into a project


def _into_project(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    packages = next(iter(manifest.default_packages), None)
    if packages is None or at.path != (*packages.home.value, DEFAULT_PACKAGES):
        return
    members = snapshot.workspace.members
    names = tuple(members) if packages.everything else packages.names
    if not packages.sound or not names or any(name not in members for name in names):
        return
    pythons = _pythons(snapshot)
    if pythons is None or not _takes_project(manifest, names):
        return
    title = "Let `uv sync` install the default packages: give the root a `[project]`"
    plain = _project_steps(snapshot, packages, names, pythons)
    yield _refactoring(snapshot, title, names, plain)
    groups = _default_groups(snapshot, names)
    if groups:
        required = dict.fromkeys(name for _, _, name in groups if name is not None)
        yield _refactoring(
            snapshot,
            f"{title}, and the dependency groups that come along",
            names,
            [
                *plain,
                *(_gather(group, node) for group, node, _ in groups),
                *(_source(name) for name in required if name in members),
            ],
        )


def _refactoring(
    snapshot: Snapshot, title: str, names: Sequence[Name], steps: Sequence[_Step]
) -> Refactoring:
    def changes() -> tuple[Change, ...]:
        root = rewritten(snapshot.root, *steps)
        return (*root, *_members_that_stay_apart(snapshot, names)) if root else ()

    return Refactoring(title, RefactoringKind.REWRITE, changes)


def _members_that_stay_apart(snapshot: Snapshot, names: Sequence[Name]) -> Iterator[Change]:
    """Yield the changes of members that are no packages: uv builds a member that another requires.

    It does so where `package` does not say otherwise (uv 0.13.9).
    """
    for name in names:
        member = snapshot.workspace.members[name]
        if not snapshot.workspace.is_package(member):
            yield from rewritten(snapshot.manifests[member.path], _no_package) or ()


def _takes_project(root: Manifest, names: Sequence[Name]) -> bool:
    """Tell whether the settings of a root suit a project that is no package and requires members."""
    setting = root.uv.get(PACKAGE) if root.uv is not None else None
    sources = (root.sources.get(name) for name in names)
    return (setting is None or _is_false(setting)) and all(
        source is None or source.workspace for source in sources
    )


def _project_steps(
    snapshot: Snapshot, packages: DefaultPackages, names: Sequence[Name], pythons: str
) -> list[_Step]:
    def entry(key: str, value: str) -> _Step:
        return lambda one: insert_entry(one.tree, ("project",), key, value) or None

    steps = [entry("name", string_text(_name(snapshot))), entry("version", string_text("0"))]
    if pythons:
        steps.append(entry("requires-python", string_text(pythons)))
    if packages.everything or not is_movable(packages.entry):
        listed = ", ".join(map(string_text, names))
        steps += [entry("dependencies", f"[{listed}]"), _without_default_packages]
    else:
        steps.append(_default_packages_as_dependencies)
    return [*steps, _emptied(packages.home.value), _no_package, *map(_source, names)]


def _no_package(manifest: Manifest) -> list[Edit] | None:
    if manifest.uv is not None and PACKAGE in manifest.uv.entries:
        return []
    return insert_entry(manifest.tree, ("tool", "uv"), PACKAGE, "false") or None


def _is_false(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_true is False


def _emptied(path: tuple[str, ...]) -> _Step:
    """Return the step that takes a table out that has nothing left, not even a comment."""

    def step(manifest: Manifest) -> list[Edit] | None:
        entry = manifest.tree.root.entry(*path)
        if entry is None or not isinstance(entry.value, Table) or entry.value.entries:
            return []
        edits = remove_entry(manifest.tree, entry)
        return [] if deletes_comment(manifest.tree, edits) else edits

    return step


def _default_packages_as_dependencies(manifest: Manifest) -> list[Edit] | None:
    entry = manifest.default_packages[0].entry
    return move_entry(manifest.tree, entry, ("project",), "dependencies") or None


def _without_default_packages(manifest: Manifest) -> list[Edit] | None:
    return remove_entry(manifest.tree, manifest.default_packages[0].entry)


def _source(name: Name) -> _Step:
    return lambda one: source_step(one, name)


def _name(snapshot: Snapshot) -> str:
    """Return a name for the root that nobody has or requires: that of its directory, if it can be."""
    taken = {*snapshot.workspace.members}
    for manifest in snapshot.belonging.values():
        taken |= manifest.required
    name = base_name(snapshot.workspace.root)
    name = normalise(name) if is_valid(name) else "root"
    while name in taken:
        name += "-workspace"
    return name


def _pythons(snapshot: Snapshot) -> str | None:
    """Return the `requires-python` that all members have together, None where no version suits them."""
    specifiers = snapshot.workspace.python_specifiers
    if not releases_overlap(specifiers):
        return None
    parts = dict.fromkeys(part.strip() for one in sorted(specifiers) for part in one.split(","))
    return ", ".join(filter(None, parts))


_Grouped = tuple[Name, String, "Name | None"]
"""A group, a requirement of it in some member, and the package that is required."""


def _default_groups(snapshot: Snapshot, names: Sequence[Name]) -> list[_Grouped]:
    """Return what the default groups of members require; nothing where that means another thing in the root."""
    root, found = snapshot.root, list[_Grouped]()
    defaults = root.shared.settings.default_groups
    for name in names:
        manifest = snapshot.manifests[snapshot.workspace.members[name].path]
        if manifest.path in snapshot.workspace.detached:
            return []
        with manifest.lent():
            for group in filter(defaults.include, manifest.groups):
                for node in _flattened(manifest, group, set()):
                    required = _required(manifest, node)
                    source = manifest.sources.get(required) if required is not None else None
                    if required is None or (source is not None and not source.usual):
                        return []
                    found.append((group, node, required))
    return found


def _required(manifest: Manifest, node: String) -> Name | None:
    return next((one.name for one in manifest.requirements if one.node is node), None)


def _flattened(manifest: Manifest, group: Name, seen: set[Name]) -> Iterator[String]:
    """Yield the requirements of a group and of those that it includes."""
    entry = manifest.groups.get(group)
    if entry is None or group in seen or not isinstance(entry.value, Array):
        return
    seen.add(group)
    for item in entry.value.items:
        if isinstance(item, String):
            yield item
        elif isinstance(item, Table) and isinstance(included := item.get("include-group"), String):
            yield from _flattened(manifest, normalise(included.value), seen)


def _gather(group: Name, node: String) -> _Step:
    """Return the step that adds a requirement to a group of the root, where that does not have it."""

    def step(root: Manifest) -> list[Edit] | None:
        entry = root.groups.get(group)
        if entry is None:
            listed = f"[{string_text(node.value)}]"
            return insert_entry(root.tree, (DEPENDENCY_GROUPS,), group, listed) or None
        array = entry.value
        if not isinstance(array, Array) or not array.closed:
            return None
        if any(isinstance(item, String) and item.value == node.value for item in array.items):
            return []
        return append_item(root.tree, array, string_text(node.value))

    return step


# ------------------------------------------------------------------------ and back again


def _back(snapshot: Snapshot, root: Manifest) -> list[_Step] | None:
    """Return the steps that make a root virtual again, None where its project says more than that."""
    project = root.project
    entry = project.entries.get("dependencies") if project is not None else None
    package = root.uv.get(PACKAGE) if root.uv is not None else None
    if project is None or entry is None or package is None or root.default_packages:
        return None
    is_plain = project.entries.keys() <= {*_KNOWN} and root.build_system is None
    if not is_plain or not is_movable(entry) or not _is_false(package):
        return None
    if not _are_members(snapshot, root, entry.value):
        return None
    return [
        _dependencies_as_default_packages,
        _without_package_setting,
        _emptied(("tool", "uv")),
        _without_project,
    ]


def _are_members(snapshot: Snapshot, root: Manifest, dependencies: Node) -> bool:
    """Tell whether dependencies of the root are names of other members, and nobody requires the root."""
    items = dependencies.items if isinstance(dependencies, Array) else ()
    names = [item.value if isinstance(item, String) else "" for item in items]
    others = snapshot.workspace.members.keys() - {root.name}
    return (
        bool(names)
        and all(is_valid(name) and normalise(name) in others for name in names)
        and not any(root.name in one.required for one in snapshot.belonging.values())
    )


def _dependencies_as_default_packages(root: Manifest) -> list[Edit] | None:
    entry = root.tree.root.entry("project", "dependencies")
    if entry is None:
        return None
    return move_entry(root.tree, entry, Home.WS_LSP.value, DEFAULT_PACKAGES) or None


def _without_package_setting(root: Manifest) -> list[Edit] | None:
    entry = root.tree.root.entry("tool", "uv", PACKAGE)
    return remove_entry(root.tree, entry) if entry is not None else None


def _without_project(root: Manifest) -> list[Edit] | None:
    return remove_entry(root.tree, root.tree.root.entries["project"])
