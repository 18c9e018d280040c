"""Completion of what the schema and the workspace know: keys, words, names, directories."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import lru_cache

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.completion_keys import key_completions, name_key_completions
from ws_lsp.ide.completion_members import member_completion, members, required_members
from ws_lsp.ide.completion_names import extra_completions, names_for, package_completions
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.ide.place import KeyPlace, NamePlace, ValuePlace, place
from ws_lsp.ide.proposal import (
    MANY,
    Completion,
    CompletionKind,
    Completions,
    Slot,
    listed_names,
    other_strings,
)
from ws_lsp.project.declarations import SOURCES_PATH
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.schema.shapes import Flag, Holds, ListOf, Role, Text, alternatives
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.edit import insert_entry, string_text
from ws_lsp.toml.tree import Scalar, String
from ws_lsp.vfs import FileSystem, join

__all__ = ["Completions", "completions"]


def completions(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, offset: int
) -> Completions:
    """Return what may stand at `offset` (code points) of a file; nothing where it is not ours."""
    match place(snapshot, manifest, offset):
        case KeyPlace() as at:
            return key_completions(snapshot, manifest, at, offset)
        case NamePlace() as at:
            return name_key_completions(snapshot, manifest, at, offset)
        case ValuePlace(counts=False):
            return Completions(Span(offset, offset), [])  # the value has no effect here
        case ValuePlace(cursor=cursor) as at if cursor.where is Where.VALUE:
            return _value(snapshot, manifest, at, offset)
        case ValuePlace(cursor=cursor) as at if at.holds(Holds.PATTERN):
            return _directories(snapshot, files, manifest, cursor, offset)
        case ValuePlace() as at if at.holds(Holds.REQUIREMENT, Holds.LATE_REQUIREMENT):
            return _requirements(snapshot, manifest, at, offset)
        case ValuePlace(cursor=cursor) as at:
            slot = Slot.at(cursor, offset)
            listed = listed_names(cursor, offset)
            named = _named(snapshot, manifest, at, slot, at.texts, listed)
            return Completions(slot.span, [*_words(at, slot, offset), *named])
        case _:
            return Completions(Span(offset, offset), [])


# ------------------------------------------------------------------------------ values


def _value(snapshot: Snapshot, manifest: Manifest, at: ValuePlace, offset: int) -> Completions:
    """Offer the words that a value may be, the names, and lists of one name where no list stands yet."""
    node = at.cursor.node
    if node is not None and not isinstance(node, String | Scalar) and node.start != node.end:
        return Completions(Span(offset, offset), [])
    if at.holds(Holds.REQUIREMENT):
        return _requirements(snapshot, manifest, at, offset)
    slot = Slot.at(at.cursor, offset)
    found = [*_words(at, slot, offset), *_named(snapshot, manifest, at, slot, at.texts)]
    lists = [one for one in at.shapes if isinstance(one, ListOf)]
    if not lists:
        return Completions(slot.span, found)
    # what takes the place of a list is written with its quotes
    span = node.span if isinstance(node, String | Scalar) else Span(offset, offset)
    lead = '"' if isinstance(node, String) else ""  # what clients compare with
    items = [
        one._replace(text=f'"{one.label}"', filter_text=f"{lead}{one.label}")
        if one.kind is CompletionKind.VALUE and one.text not in ("true", "false")
        else one
        for one in found
    ]
    whole = Slot(span, "", "")
    for shape in lists:
        texts = [one for one in alternatives(shape.item) if isinstance(one, Text)]
        for one in _named(snapshot, manifest, at, whole, texts):
            text = f"[{string_text(one.label)}]"
            items.append(one._replace(text=text, filter_text=f"{lead}{one.label}", rank=1))
    return Completions(span, items)


def _words(at: ValuePlace, slot: Slot, offset: int) -> Iterator[Completion]:
    """Yield the words that a value may be: those of an enumeration, `true` and `false`."""
    listed = {one.value for one in other_strings(at.cursor, offset)}
    quoted = isinstance(at.cursor.node, String)
    for shape in at.shapes:
        if isinstance(shape, Flag) and not quoted:
            for word in shape.words:
                yield Completion(word, CompletionKind.VALUE, word, filter_text=word)
        elif isinstance(shape, Text):
            for word in (*shape.words, *shape.suggested):
                if word == shape.deprecated[0] or word in listed:
                    continue
                detail = "default" if word == at.key.default else ""
                if shape.holds is Holds.WHOLE_VALUE:
                    detail = "every name"
                yield Completion(
                    word, CompletionKind.VALUE, slot.quoted(word), detail, filter_text=word
                )


def _named(
    snapshot: Snapshot,
    manifest: Manifest,
    at: ValuePlace,
    slot: Slot,
    texts: Iterable[Text],
    listed: Container[Name] = (),
) -> list[Completion]:
    """Return the names that a string may be, without those that are listed already."""
    found: list[Completion] = []
    for text in texts:
        if text.holds is Holds.MEMBER:
            found += [
                member_completion(name, slot.quoted(name), directory, description)
                for name, directory, description in members(snapshot)
                if name not in listed
            ]
            continue
        found += [
            Completion(label, kind, slot.quoted(label), detail, filter_text=label)
            for label, kind, detail in names_for(snapshot, manifest, at, text)
            if slot.fits(label) and normalise(label) not in listed
        ]
    return found


# ------------------------------------------------------------------------- requirements


def _requirements(
    snapshot: Snapshot, manifest: Manifest, at: ValuePlace, offset: int
) -> Completions:
    cursor = at.cursor
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
    if not at.has(Role.REQUIREMENT):
        return found  # constraints and the like are about other packages
    around = snapshot.sourcing(manifest.path)
    inherited = around.root.sources if around.inherits(manifest.path) else {}
    # one edit serves all: only the name differs
    template = insert_entry(manifest.tree, SOURCES_PATH, _NAME, "{ workspace = true }")
    for name, directory, description in required_members(snapshot, manifest):
        if name in listed or name == manifest.name:
            continue
        item = member_completion(name, slot.quoted(f"{name}{rest}"), directory, description)
        if (
            around.workspace.explicit
            and name in around.workspace.members
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


# -------------------------------------------------------------------------- directories

_NEVER_MEMBERS = frozenset({"__pycache__", "node_modules"})


def _directories(
    snapshot: Snapshot, files: FileSystem, manifest: Manifest, cursor: Cursor, offset: int
) -> Completions:
    """Offer the directories at the path that is typed, and all of them as a pattern."""
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


@lru_cache(maxsize=MANY)
def _directory(label: str, text: str, detail: str) -> Completion:
    return Completion(label, CompletionKind.DIRECTORY, text, detail, filter_text=label)
