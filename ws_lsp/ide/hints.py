"""Inlay hints: what stands behind a requirement, a pattern, a default package."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.navigation import located_pattern
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Span
from ws_lsp.vfs import base_name, relative

__all__ = ["Hint", "HintKinds", "hints"]


class HintKinds(NamedTuple):
    """Which hints are wished for: the settings `inlayHints.…`."""

    versions: bool = True
    matches: bool = True
    paths: bool = True


class Hint(NamedTuple):
    """A text to show at an offset (code points), behind what stands before it."""

    offset: int
    text: str
    tooltip: str


def hints(snapshot: Snapshot, manifest: Manifest, span: Span, kinds: HintKinds) -> Iterator[Hint]:
    """Yield the hints within `span` of a file, kind by kind."""
    if base_name(manifest.path) != MANIFEST:
        return
    if kinds.versions:
        yield from _versions(snapshot, manifest, span)
    if manifest.path != snapshot.workspace.path:
        return
    if kinds.matches:
        yield from _matches(snapshot, manifest, span)
    if kinds.paths:
        yield from _paths(snapshot, manifest, span)


def _versions(snapshot: Snapshot, manifest: Manifest, span: Span) -> Iterator[Hint]:
    """Say which version `uv.lock` holds of what a requirement asks for; not where it says so itself."""
    lockfile = snapshot.lockfile
    if lockfile is None or lockfile.problem:
        return
    members = snapshot.workspace.members
    for one in manifest.requirements:
        if one.name is None or one.name in members or not _within(one.node.end, span):
            continue
        versions = [locked.version for locked in lockfile.packages(one.name) if locked.version]
        if not versions or (one.specifier and one.specifier[0] == f"=={versions[0]}"):
            continue
        shown = ", ".join(dict.fromkeys(versions))
        yield Hint(one.node.end, shown, f"`uv.lock` holds {one.name} {shown}")


def _matches(snapshot: Snapshot, manifest: Manifest, span: Span) -> Iterator[Hint]:
    by_directory = snapshot.workspace.by_directory
    for node in manifest.member_patterns:
        if _within(node.end, span):
            directories = located_pattern(snapshot, manifest, node)
            count = sum(directory in by_directory for directory in directories)
            text = f"{count} member{'' if count == 1 else 's'}"
            yield Hint(node.end, text, f"`{node.value}` matches {text}")


def _paths(snapshot: Snapshot, manifest: Manifest, span: Span) -> Iterator[Hint]:
    """Say where a default package lives whose directory is not called as it is."""
    packages = snapshot.default_packages
    for node in packages.strings if packages is not None else ():
        member = snapshot.workspace.members.get(normalise(node.value))
        if member is None or not _within(node.end, span):
            continue
        directory = relative(member.directory, snapshot.workspace.root)
        if not _expected(member.name, directory):
            yield Hint(node.end, directory, f"`{member.name}` is in `{directory}`")


def _expected(name: Name, directory: str) -> bool:
    """Tell whether a directory is called as its project, or as some words of its name."""
    return f"-{normalise(base_name(directory))}-" in f"-{name}-"


def _within(offset: int, span: Span) -> bool:
    return span.start <= offset <= span.end
