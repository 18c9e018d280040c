"""Completion of what a workspace knows: member names, their directories, `default-packages`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.place import (
    DefaultPackagesPlace,
    KeyPlace,
    MemberPatternPlace,
    RequirementPlace,
    SourceKeyPlace,
    place,
)
from ws_lsp.project.manifest import Home, Manifest
from ws_lsp.project.names import Name, normalise
from ws_lsp.project.workspace import Member
from ws_lsp.rules.sources import SOURCES
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.edit import insert_entry, key_text, string_text
from ws_lsp.toml.tree import Array, Scalar, String
from ws_lsp.vfs import FileSystem, join, relative

__all__ = ["Completion", "CompletionKind", "completions"]


class CompletionKind(Enum):
    """What a completion stands for."""

    MEMBER = auto()
    DIRECTORY = auto()
    KEY = auto()
    VALUE = auto()


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal.

    `edit` replaces all that is to go, on the cursor's line; `additional` edits stand elsewhere in the
    same file. Clients filter by `edit.text` against what stands in its span, so no other text is given.
    """

    label: str
    kind: CompletionKind
    edit: Edit
    detail: str = ""
    documentation: str = ""
    additional: tuple[Edit, ...] = ()
    rank: int = 0
    """Lower ranks are shown first; within a rank the label decides."""


def completions(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, offset: int
) -> list[Completion]:
    """Return what may stand at `offset` (code points) of a file; nothing where it is not ours."""
    match place(snapshot, manifest, offset):
        case DefaultPackagesPlace() as found:
            return list(_default_packages(snapshot, manifest, found.cursor, offset))
        case RequirementPlace() as found:
            return list(_requirements(snapshot, manifest, found.cursor, offset))
        case SourceKeyPlace() as found:
            return list(_sources(snapshot, manifest, found.cursor, offset))
        case MemberPatternPlace() as found:
            return list(_directories(snapshot, files, manifest, found.cursor, offset))
        case KeyPlace() as found:
            return list(_keys(snapshot, manifest, found.cursor, offset))
        case _:
            return []


def _default_packages(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    span = _replaced(manifest, cursor, offset)
    if cursor.where is Where.VALUE:
        if isinstance(cursor.node, Array):
            return
        yield Completion(
            "all", CompletionKind.VALUE, Edit(span, '"all"'), "every member of the workspace"
        )
        for member in snapshot.workspace.members.values():
            text = f"[{string_text(member.name)}]"
            yield _member(snapshot, member, Edit(span, text), rank=1)
        return
    listed = _listed(cursor, offset)
    quote = _quote(cursor)
    for member in snapshot.workspace.members.values():
        if member.name not in listed:
            yield _member(snapshot, member, Edit(span, string_text(member.name, quote)))


def _requirements(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    span = _replaced(manifest, cursor, offset)
    rest = ""
    string = cursor.string
    if string is not None:
        requirement = next((one for one in manifest.requirements if one.node is string), None)
        if requirement is not None and requirement.name is not None:
            if offset > requirement.name_span.end:
                return  # in an extra, a specifier or a marker
            rest = manifest.text[requirement.name_span.end : string.inner.end]
    listed = _listed(cursor, offset)
    quote = _quote(cursor)
    inherited = snapshot.root.sources if snapshot.of_member(manifest.path) else {}
    for member in snapshot.workspace.members.values():
        name = member.name
        if name in listed or name == manifest.name:
            continue
        additional: tuple[Edit, ...] = ()
        if (
            snapshot.workspace.explicit
            and name not in manifest.sources
            and not (name in inherited and inherited[name].workspace)
        ):
            edits = insert_entry(manifest.tree, SOURCES, name, "{ workspace = true }")
            additional = tuple(edits)
        yield _member(
            snapshot, member, Edit(span, f"{quote}{name}{rest}{quote}"), additional=additional
        )


def _sources(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    key = cursor.key
    span = key.span if key is not None else Span(offset, offset)
    statement = cursor.statement
    alone = cursor.where is Where.KEY and (statement is None or statement.equals < 0)
    for member in snapshot.workspace.members.values():
        name = member.name
        if name == manifest.name or (
            name in manifest.sources and manifest.sources[name].key != key
        ):
            continue
        text = key_text(name) + (" = { workspace = true }" if alone else "")
        yield _member(snapshot, member, Edit(span, text))


def _directories(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    span = _replaced(manifest, cursor, offset)
    typed = manifest.text[cursor.string.inner.start : offset] if cursor.string else ""
    above = typed.rpartition("/")[0]
    if any(character in above for character in "?*["):
        return
    root = snapshot.workspace.root
    directory = join(root, above)
    listed = {item.value for item in _other_strings(cursor, offset)}
    quote = _quote(cursor)
    prefix = f"{above}/" if above or typed.startswith("/") else ""
    below = [name for name, kind in files.listing(directory).items() if kind.is_directory]
    if above and below and f"{prefix}*" not in listed:
        edit = Edit(span, string_text(f"{prefix}*", quote))
        yield Completion(f"{prefix}*", CompletionKind.DIRECTORY, edit, f"{len(below)} directories")
    members = snapshot.workspace.by_directory
    for name in below:
        text = prefix + name
        if name.startswith(".") or text in listed or name in ("__pycache__", "node_modules"):
            continue
        member = members.get(f"{directory}/{name}")
        yield Completion(
            text,
            CompletionKind.DIRECTORY,
            Edit(span, string_text(text, quote)),
            f"`{member.name}`" if member else "",
            rank=1,
        )


def _keys(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    home = next((home for home in Home if cursor.path == home.value), None)
    if home is None or cursor.where is not Where.KEY or manifest is not snapshot.root:
        return
    for packages in manifest.default_packages:
        if packages.home is home and packages.entry.key != cursor.key:
            return
    span = cursor.key.span if cursor.key is not None else Span(offset, offset)
    alone = cursor.statement is None or cursor.statement.equals < 0
    yield Completion(
        "default-packages",
        CompletionKind.KEY,
        Edit(span, "default-packages = []" if alone else "default-packages"),
        "members to sync by default",
        'A list of member names, or `"all"`. No uv release reads this key: ws-lsp carries it out.',
    )


# --------------------------------------------------------------------------- helpers


def _member(
    snapshot: Snapshot,
    member: Member,
    edit: Edit,
    additional: tuple[Edit, ...] = (),
    rank: int = 0,
) -> Completion:
    manifest = snapshot.manifests.get(member.path)
    return Completion(
        member.name,
        CompletionKind.MEMBER,
        edit,
        relative(member.directory, snapshot.workspace.root),
        manifest.description if manifest else "",
        additional,
        rank,
    )


def _replaced(manifest: Manifest, cursor: Cursor, offset: int) -> Span:
    """Return what a completion replaces: the string or bare word at the cursor, or nothing."""
    node = cursor.node
    if isinstance(node, String):
        end = node.end
        if node.closed or "\n" not in manifest.text[node.start : end]:
            return Span(node.start, max(end, offset))
    if isinstance(node, Scalar):
        return node.span
    return Span(offset, offset)


def _quote(cursor: Cursor) -> str:
    """Return the quote to write: that of the string at the cursor, or of its neighbours."""
    if cursor.string is not None:
        return cursor.string.quote[0]
    items = cursor.array.items if cursor.array else []
    strings = [item for item in items if isinstance(item, String)]
    return strings[0].quote[0] if strings else '"'


def _other_strings(cursor: Cursor, offset: int) -> Iterator[String]:
    for item in cursor.array.items if cursor.array else ():
        if (
            isinstance(item, String)
            and item is not cursor.node
            and not (item.start < offset < item.end)
        ):
            yield item


def _listed(cursor: Cursor, offset: int) -> set[Name]:
    """Return the names that other strings of the same array begin with."""
    listed: set[Name] = set()
    for item in _other_strings(cursor, offset):
        text = item.value.strip()
        for index, character in enumerate(text):
            if character not in "-_." and not character.isalnum():
                text = text[:index]
                break
        listed.add(normalise(text))
    return listed
