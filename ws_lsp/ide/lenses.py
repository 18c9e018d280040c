"""Code lenses: what one can do with a workspace, and with a member, above where they are declared."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Literal, TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.contents import dependents_of
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DefaultPackages
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array
from ws_lsp.vfs import base_name

__all__ = ["Lens", "LensAction", "LensKinds", "lenses"]


class LensKinds(NamedTuple):
    """Which lenses are wished for: the settings `codeLens.…`."""

    sync: bool = True
    default_packages: bool = True
    references: bool = True


class LensAction(Enum):
    """What a click on a lens does."""

    SYNC = auto()
    PREVIEW = auto()
    ADD_DEFAULT = auto()
    REMOVE_DEFAULT = auto()
    REFERENCES = auto()


Packages: TypeAlias = Literal["default", "all"] | tuple[Name, ...]


class Lens(NamedTuple):
    """A lens above the line of `span`; `packages` is what it is about."""

    span: Span
    title: str
    action: LensAction
    packages: Packages


def lenses(snapshot: Snapshot, manifest: Manifest, kinds: LensKinds) -> Iterator[Lens]:
    """Yield the lenses of a file."""
    if base_name(manifest.path) != MANIFEST:
        return
    if manifest.path == snapshot.workspace.path and kinds.sync:
        yield from _of_workspace(snapshot, manifest)
    member = snapshot.workspace.by_path.get(manifest.path)
    entry = manifest.tree.root.entry("project")
    if member is not None and entry is not None:
        yield from _of_member(snapshot, member.name, entry.key.span, kinds)


def _of_workspace(snapshot: Snapshot, manifest: Manifest) -> Iterator[Lens]:
    packages = snapshot.default_packages
    workspace = manifest.workspace
    if workspace is not None:
        span = workspace.key.span
        yield Lens(span, "Sync workspace", LensAction.SYNC, "all")
        if packages is None:
            yield Lens(span, "Preview", LensAction.PREVIEW, "all")
    if packages is not None and packages.sound:
        span = packages.entry.key.span
        count = len(snapshot.workspace.members if packages.everything else packages.names)
        yield Lens(span, f"Sync default packages ({count})", LensAction.SYNC, "default")
        yield Lens(span, "Preview", LensAction.PREVIEW, "default")


def _of_member(snapshot: Snapshot, name: Name, span: Span, kinds: LensKinds) -> Iterator[Lens]:
    if kinds.sync:
        yield Lens(span, f"Sync `{name}`", LensAction.SYNC, (name,))
    packages = snapshot.default_packages
    if kinds.default_packages and packages is not None and _is_list(packages):
        listed = name in packages.names
        title = "Remove from default packages" if listed else "Add to default packages"
        action = LensAction.REMOVE_DEFAULT if listed else LensAction.ADD_DEFAULT
        yield Lens(span, title, action, (name,))
    if kinds.references:
        count = len(dependents_of(snapshot, name))
        if count:
            title = f"Used by {count} member{'' if count == 1 else 's'}"
            yield Lens(span, title, LensAction.REFERENCES, (name,))


def _is_list(packages: DefaultPackages) -> bool:
    return isinstance(packages.entry.value, Array)
