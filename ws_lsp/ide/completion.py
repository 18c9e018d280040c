"""Completion of what a workspace knows: member names, their directories, `default-packages`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

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
from ws_lsp.ide.proposal import (
    Completion,
    CompletionKind,
    Completions,
    Slot,
    listed_names,
    other_strings,
)
from ws_lsp.project.declarations import SOURCES
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import Name
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.edit import insert_entry, string_text
from ws_lsp.toml.tree import Array, Scalar, String
from ws_lsp.vfs import FileSystem, join

__all__ = ["Completions", "completions"]


def completions(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, offset: int
) -> Completions:
    """Return what may stand at `offset` (code points) of a file; nothing where it is not ours."""
    match place(snapshot, manifest, offset):
        case DefaultPackagesPlace() as found:
            return _default_packages(snapshot, found.cursor, offset)
        case RequirementPlace() as found:
            return _requirements(snapshot, manifest, found.cursor, offset)
        case SourceKeyPlace() as found:
            return _sources(snapshot, manifest, found.cursor, offset)
        case MemberPatternPlace() as found:
            return _directories(snapshot, files, manifest, found.cursor, offset)
        case KeyPlace() as found:
            return key_completions(snapshot, manifest, found.cursor, offset)
        case NamePlace() as found:
            return name_completions(snapshot, manifest, found, offset)
        case ValuePlace() as found:
            return flag_completions(found.cursor, offset)
        case _:
            return Completions(Span(offset, offset), [])


def _default_packages(snapshot: Snapshot, cursor: Cursor, offset: int) -> Completions:
    if cursor.where is Where.VALUE:
        if isinstance(cursor.node, Array):
            return Completions(Span(offset, offset), [])
        return _whole_value(snapshot, cursor, offset)
    span, before, after = Slot.at(cursor, offset)
    listed = listed_names(cursor, offset)
    return Completions(
        span,
        [
            _member(name, f"{before}{name}{after}", directory, description)
            for name, directory, description in _members(snapshot)
            if name not in listed
        ],
    )


def _whole_value(snapshot: Snapshot, cursor: Cursor, offset: int) -> Completions:
    """Offer `"all"` and lists of one member where no list stands yet."""
    node = cursor.node
    span = node.span if isinstance(node, String | Scalar) else Span(offset, offset)
    lead = '"' if isinstance(node, String) else ""  # what clients compare with
    detail = "every member of the workspace"
    every = Completion("all", CompletionKind.VALUE, '"all"', detail, filter_text=f"{lead}all")
    single = [
        _member(name, f"[{string_text(name)}]", directory, description, f"{lead}{name}", 1)
        for name, directory, description in _members(snapshot)
    ]
    return Completions(span, [every, *single])


def _requirements(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Completions:
    slot = Slot.at(cursor, offset)
    rest = ""
    string = cursor.string
    if string is not None:
        named = _first_package(manifest, string)
        if named is not None:
            if offset > named.end:  # in an extra, a specifier or a marker
                return extra_completions(snapshot, manifest, named, string, offset)
            rest = manifest.text[named.end : string.inner.end]
    listed = listed_names(cursor, offset)
    found = Completions(slot.span, list(package_completions(snapshot, slot, listed, rest)))
    if cursor.path[:2] == ("tool", "uv") and cursor.path[-1] != "dev-dependencies":
        return found  # constraints and the like are about other packages
    if manifest.path in snapshot.workspace.detached:
        return found  # no source of the file leads to the members
    inherited = snapshot.root.sources if snapshot.inherits(manifest.path) else {}
    # one edit serves all: only the name differs
    template = insert_entry(manifest.tree, SOURCES, _NAME, "{ workspace = true }")
    for name, directory, description in _members(snapshot):
        if name in listed or name == manifest.name:
            continue
        item = _member(name, slot.quoted(f"{name}{rest}"), directory, description)
        if (
            snapshot.workspace.explicit
            and name not in manifest.sources
            and not (name in inherited and inherited[name].workspace)
        ):
            additional = tuple(Edit(one.span, one.text.replace(_NAME, name)) for one in template)
            item = item._replace(additional=additional)
        found.items.append(item)
    return found


def _first_package(manifest: Manifest, string: String) -> Occurrence | None:
    """Return the name that a requirement begins with."""
    for one in occurrences(manifest):
        if one.subject is Subject.PACKAGE and string.start < one.start < string.end:
            return one
    return None


_NAME = "name-of-the-member"
"""Stands for each member's name in an edit that is made once."""


def _sources(snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int) -> Completions:
    key = cursor.key
    span = key.span if key is not None else Span(offset, offset)
    if manifest.path in snapshot.workspace.detached:
        return Completions(span, [])
    statement = cursor.statement
    alone = cursor.where is Where.KEY and (statement is None or statement.equals < 0)
    tail = " = { workspace = true }" if alone else ""
    quote = manifest.text[span.start : span.start + 1] if key is not None else ""
    lead = quote if quote in ('"', "'") else ""
    taken = {name for name, source in manifest.sources.items() if source.key != key}
    if manifest.name is not None:
        taken.add(manifest.name)
    return Completions(
        span,
        [  # a normal form is a bare key
            _member(name, f"{name}{tail}", directory, description, f"{lead}{name}")
            for name, directory, description in _members(snapshot)
            if name not in taken
        ],
    )


_NEVER_MEMBERS = frozenset({"__pycache__", "node_modules"})


def _directories(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, cursor: Cursor, offset: int
) -> Completions:
    slot = Slot.at(cursor, offset)
    found = Completions(slot.span, [])
    typed = manifest.text[slot.span.start : offset]
    above = typed.rpartition("/")[0]
    if any(character in above for character in "?*["):
        return found
    directory = join(snapshot.workspace.root, above)
    listed = {item.value for item in other_strings(cursor, offset)}
    prefix = f"{above}/" if above or typed.startswith("/") else ""
    below = [name for name, kind in files.listing(directory).items() if kind.is_directory]
    everything = f"{prefix}*"
    if above and below and everything not in listed:
        found.items.append(
            _directory(everything, slot.quoted(everything), f"{len(below)} directories")
        )
    members = snapshot.workspace.by_directory
    all_fit = slot.fits(prefix + "".join(below))
    for name in below:
        text = prefix + name
        if text in listed or name[0] == "." or name in _NEVER_MEMBERS:
            continue
        if not all_fit and not slot.fits(text):
            continue
        member = members.get(f"{directory}/{name}")
        detail = f"`{member.name}`" if member else ""
        found.items.append(_directory(text, slot.quoted(text), detail))
    return found


# --------------------------------------------------------------------------- helpers


def _members(snapshot: Snapshot) -> Iterator[tuple[Name, str, str]]:
    """Yield the name, the directory and the description of every member."""
    manifests = snapshot.manifests
    for member, directory in snapshot.workspace.summaries:
        manifest = manifests.get(member.path)
        yield member.name, directory, manifest.description if manifest else ""


_MANY = 1 << 13
"""How many proposals are kept: a request for all of a large workspace makes none anew."""


@lru_cache(maxsize=_MANY)
def _member(
    name: Name, text: str, directory: str, description: str, filter_text: str = "", rank: int = 0
) -> Completion:
    return Completion(
        name, CompletionKind.MEMBER, text, directory, description, (), filter_text or name, rank
    )


@lru_cache(maxsize=_MANY)
def _directory(label: str, text: str, detail: str) -> Completion:
    return Completion(label, CompletionKind.DIRECTORY, text, detail, filter_text=label)
