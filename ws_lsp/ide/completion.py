"""Completion of what a workspace knows: member names, their directories, `default-packages`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.completion_keys import flag_completions, key_completions
from ws_lsp.ide.completion_names import (
    extra_completions,
    name_completions,
    package_completions,
)
from ws_lsp.ide.occurrences import Occurrence, Subject, occurrences
from ws_lsp.ide.place import (
    DefaultPackagesPlace,
    KeyPlace,
    MemberPatternPlace,
    NamePlace,
    RequirementPlace,
    SourceKeyPlace,
    ValuePlace,
    place,
)
from ws_lsp.ide.proposal import Completion, CompletionKind, Slot, listed_names, other_strings
from ws_lsp.project.manifest import SOURCES, Manifest
from ws_lsp.project.workspace import Member
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.edit import insert_entry, string_text
from ws_lsp.toml.tree import Array, Scalar, String
from ws_lsp.vfs import FileSystem, join

__all__ = ["Completion", "CompletionKind", "completions"]


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
            return list(key_completions(snapshot, manifest, found.cursor, offset))
        case NamePlace() as found:
            return list(name_completions(snapshot, manifest, found, offset))
        case ValuePlace() as found:
            return list(flag_completions(found.cursor, offset))
        case _:
            return []


def _default_packages(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    if cursor.where is Where.VALUE:
        if not isinstance(cursor.node, Array):
            yield from _whole_value(snapshot, cursor, offset)
        return
    span, before, after = Slot.at(cursor, offset)
    listed = listed_names(cursor, offset)
    for summary in snapshot.workspace.summaries:
        name = summary[0].name
        if name not in listed:
            yield _member(snapshot, summary, Edit(span, f"{before}{name}{after}"))


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
    slot = Slot.at(cursor, offset)
    rest = ""
    string = cursor.string
    if string is not None:
        named = _first_package(manifest, string)
        if named is not None:
            if offset > named.end:  # in an extra, a specifier or a marker
                yield from extra_completions(snapshot, manifest, named, string, offset)
                return
            rest = manifest.text[named.end : string.inner.end]
    listed = listed_names(cursor, offset)
    yield from package_completions(snapshot, slot, listed, rest)
    if cursor.path[:2] == ("tool", "uv") and cursor.path[-1] != "dev-dependencies":
        return  # constraints and the like are about other packages
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


def _first_package(manifest: Manifest, string: String) -> Occurrence | None:
    """Return the name that a requirement begins with."""
    for one in occurrences(manifest):
        if one.subject is Subject.PACKAGE and string.start < one.start < string.end:
            return one
    return None


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
        edit = Edit(span, f"{name}{tail}")  # a normal form is a bare key
        yield _member(snapshot, summary, edit, filter_text=f"{lead}{name}")


_NEVER_MEMBERS = frozenset({"__pycache__", "node_modules"})


def _directories(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, cursor: Cursor, offset: int
) -> Iterator[Completion]:
    slot = Slot.at(cursor, offset)
    typed = manifest.text[slot.span.start : offset]
    above = typed.rpartition("/")[0]
    if any(character in above for character in "?*["):
        return
    directory = join(snapshot.workspace.root, above)
    listed = {item.value for item in other_strings(cursor, offset)}
    prefix = f"{above}/" if above or typed.startswith("/") else ""
    below = [name for name, kind in files.listing(directory).items() if kind.is_directory]
    everything = f"{prefix}*"
    if above and below and everything not in listed:
        edit, detail = slot.edit(everything), f"{len(below)} directories"
        yield Completion(everything, CompletionKind.DIRECTORY, edit, detail, filter_text=everything)
    members = snapshot.workspace.by_directory
    span, before, after = slot
    kind = CompletionKind.DIRECTORY
    for name in below:
        text = prefix + name
        if text in listed or name[0] == "." or name in _NEVER_MEMBERS or not slot.fits(text):
            continue
        member = members.get(f"{directory}/{name}")
        detail = f"`{member.name}`" if member else ""
        yield Completion(text, kind, Edit(span, f"{before}{text}{after}"), detail, "", (), text)


# --------------------------------------------------------------------------- helpers


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
