"""Completion of what a workspace knows: member names, their directories, `default-packages`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

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
from ws_lsp.vfs import FileSystem, join

__all__ = ["Completion", "CompletionKind", "completions"]


class CompletionKind(Enum):
    """What a completion stands for."""

    MEMBER = auto()
    DIRECTORY = auto()
    KEY = auto()
    VALUE = auto()


class Completion(NamedTuple):
    """One proposal.

    `edit` replaces what is to go, on the cursor's line: within quotes that are closed, their inside.
    `additional` edits stand elsewhere in the same file. Clients filter by `filter_text` against what
    stands between the beginning of the edit and the cursor.
    """

    label: str
    kind: CompletionKind
    edit: Edit
    detail: str = ""
    documentation: str = ""
    additional: tuple[Edit, ...] = ()
    filter_text: str = ""
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
    if cursor.where is Where.VALUE:
        if not isinstance(cursor.node, Array):
            yield from _whole_value(snapshot, cursor, offset)
        return
    slot = _Slot.at(cursor, offset)
    listed = _listed(cursor, offset)
    for summary in snapshot.workspace.summaries:
        name = summary[0].name
        if name not in listed:
            yield _member(snapshot, summary, slot.edit(name))


def _whole_value(snapshot: Snapshot, cursor: Cursor, offset: int) -> Iterator[Completion]:
    """Offer `"all"` and lists of one member where no list stands yet."""
    node = cursor.node
    span = node.span if isinstance(node, String | Scalar) else Span(offset, offset)
    lead = '"' if isinstance(node, String) else ""  # what clients compare with
    edit = Edit(span, '"all"')
    detail = "every member of the workspace"
    yield Completion("all", CompletionKind.VALUE, edit, detail, filter_text=f"{lead}all")
    for summary in snapshot.workspace.summaries:
        name = summary[0].name
        edit = Edit(span, f"[{string_text(name)}]")
        yield _member(snapshot, summary, edit, filter_text=f"{lead}{name}", rank=1)


def _requirements(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    slot = _Slot.at(cursor, offset)
    rest = ""
    string = cursor.string
    if string is not None:
        requirement = next((one for one in manifest.requirements if one.node is string), None)
        if requirement is not None and requirement.name is not None:
            if offset > requirement.name_span.end:
                return  # in an extra, a specifier or a marker
            rest = manifest.text[requirement.name_span.end : string.inner.end]
    listed = _listed(cursor, offset)
    inherited = snapshot.root.sources if snapshot.of_member(manifest.path) else {}
    # one edit serves all: only the name differs
    template = insert_entry(manifest.tree, SOURCES, _NAME, "{ workspace = true }")
    for summary in snapshot.workspace.summaries:
        name = summary[0].name
        if name in listed or name == manifest.name:
            continue
        additional: tuple[Edit, ...] = ()
        if (
            snapshot.workspace.explicit
            and name not in manifest.sources
            and not (name in inherited and inherited[name].workspace)
        ):
            additional = tuple(Edit(one.span, one.text.replace(_NAME, name)) for one in template)
        yield _member(snapshot, summary, slot.edit(f"{name}{rest}"), additional=additional)


_NAME = "name-of-the-member"
"""Stands for each member's name in an edit that is made once."""


def _sources(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    key = cursor.key
    span = key.span if key is not None else Span(offset, offset)
    statement = cursor.statement
    alone = cursor.where is Where.KEY and (statement is None or statement.equals < 0)
    tail = " = { workspace = true }" if alone else ""
    quote = manifest.text[span.start : span.start + 1] if key is not None else ""
    lead = quote if quote in ('"', "'") else ""
    for summary in snapshot.workspace.summaries:
        name = summary[0].name
        if name == manifest.name or (
            name in manifest.sources and manifest.sources[name].key != key
        ):
            continue
        edit = Edit(span, f"{key_text(name)}{tail}")
        yield _member(snapshot, summary, edit, filter_text=f"{lead}{name}")


def _directories(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    slot = _Slot.at(cursor, offset)
    typed = manifest.text[slot.span.start : offset]
    above = typed.rpartition("/")[0]
    if any(character in above for character in "?*["):
        return
    directory = join(snapshot.workspace.root, above)
    listed = {item.value for item in _other_strings(cursor, offset)}
    prefix = f"{above}/" if above or typed.startswith("/") else ""
    below = [name for name, kind in files.listing(directory).items() if kind.is_directory]
    everything = f"{prefix}*"
    if above and below and everything not in listed:
        edit, detail = slot.edit(everything), f"{len(below)} directories"
        yield Completion(everything, CompletionKind.DIRECTORY, edit, detail, filter_text=everything)
    members = snapshot.workspace.by_directory
    for name in below:
        text = prefix + name
        if name.startswith(".") or text in listed or name in ("__pycache__", "node_modules"):
            continue
        if not slot.fits(text):
            continue
        member = members.get(f"{directory}/{name}")
        detail = f"`{member.name}`" if member else ""
        yield Completion(text, CompletionKind.DIRECTORY, slot.edit(text), detail, filter_text=text)


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
    key = "default-packages"
    yield Completion(
        key,
        CompletionKind.KEY,
        Edit(span, f"{key} = []" if alone else key),
        "members to sync by default",
        'A list of member names, or `"all"`. No uv release reads this key: ws-lsp carries it out.',
        filter_text=key,
    )


# --------------------------------------------------------------------------- helpers


_PLAIN = re.compile(r"[^\"'\\\x00-\x1f\x7f]*\Z")


class _Slot(NamedTuple):
    """Where the text of a string goes: what it replaces, and the quotes that it brings along."""

    span: Span
    before: str
    after: str

    @classmethod
    def at(cls, cursor: Cursor, offset: int) -> _Slot:
        """Return the slot at `offset`: within its quotes, or all of a bare word, or nothing."""
        node = cursor.node
        if isinstance(node, String) and offset >= node.inner.start:
            start, end = node.inner
            return cls(Span(start, max(end, offset)), "", "" if node.closed else node.quote)
        quote = _quote(cursor)
        if isinstance(node, String | Scalar):
            return cls(node.span, quote, quote)
        return cls(Span(offset, offset), quote, quote)

    def edit(self, text: str) -> Edit:
        """Return the edit that writes `text`, which `fits`."""
        return Edit(self.span, f"{self.before}{text}{self.after}")

    def fits(self, text: str) -> bool:
        """Tell whether `text` can stand between any quotes as it is."""
        return _PLAIN.match(text) is not None


def _member(
    snapshot: Snapshot,
    summary: tuple[Member, str],
    edit: Edit,
    additional: tuple[Edit, ...] = (),
    filter_text: str = "",
    rank: int = 0,
) -> Completion:
    member, directory = summary
    name = member.name
    manifest = snapshot.manifests.get(member.path)
    description = manifest.description if manifest else ""
    return Completion(
        name,
        CompletionKind.MEMBER,
        edit,
        directory,
        description,
        additional,
        filter_text or name,
        rank,
    )


def _quote(cursor: Cursor) -> str:
    """Return the quote to write where none stands: that of the neighbours."""
    items = cursor.array.items if cursor.array else []
    strings = [item for item in items if isinstance(item, String) and item is not cursor.node]
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
