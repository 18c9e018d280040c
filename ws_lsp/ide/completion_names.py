"""Completion of names that are not those of members: groups, extras, indexes, other packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.contents import included_groups, required_names
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.ide.place import ValuePlace
from ws_lsp.ide.proposal import Completion, CompletionKind, Completions, Slot
from ws_lsp.ide.symbol_references import with_indexes
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.schema.shapes import Holds, Role, Text
from ws_lsp.text import Span
from ws_lsp.toml.cursor import Cursor
from ws_lsp.toml.tree import String, Table, node_at

__all__ = ["extra_completions", "names_for", "package_completions", "package_names"]


def names_for(
    snapshot: Snapshot, manifest: Manifest, at: ValuePlace, text: Text
) -> Iterator[tuple[str, CompletionKind, str]]:
    """Yield the names that a string of a shape may be at a place, their kinds, and a word on each."""
    owner = _owner(snapshot, manifest, at.cursor, text.owner) if text.owner else manifest
    match text.holds:
        case Holds.GROUP | Holds.GROUP_OF_FILE:
            around = next((name for role, name in at.names if role is Role.DEFINITION), None)
            for name in owner.group_names if owner else ():
                if (
                    text.role is Role.INCLUDE
                    and around is not None
                    and normalise(around) in included_groups(manifest, name)
                ):
                    continue  # it would include itself
                yield name, CompletionKind.GROUP, "dependency group"
        case Holds.EXTRA:
            for name in (owner.shared.extras or ()) if owner else ():
                yield name, CompletionKind.EXTRA, "extra"
        case Holds.INDEX if text.role is not Role.DEFINITION:
            for index in _indexes(snapshot, manifest):
                yield index, CompletionKind.INDEX, "index"
        case Holds.PACKAGE | Holds.SELECTED_PACKAGE if text.role is not Role.DEFINITION:
            for name in package_names(snapshot):
                member = name in snapshot.workspace.members
                yield name, CompletionKind.MEMBER if member else CompletionKind.PACKAGE, ""


def _owner(snapshot: Snapshot, manifest: Manifest, cursor: Cursor, key: str) -> Manifest | None:
    """Return the file whose extras and groups are meant: that of the package beside the cursor, or this."""
    around = node_at(manifest.tree.root, cursor.path[:-1])
    package = around.get(key) if isinstance(around, Table) else None
    if not isinstance(package, String):
        return manifest
    member = snapshot.workspace.members.get(normalise(package.value))
    return snapshot.manifests.get(member.path) if member else None


def _indexes(snapshot: Snapshot, manifest: Manifest) -> Iterable[str]:
    found: dict[str, None] = {}
    for one in with_indexes(snapshot, manifest):
        for mention in occurrences(one):
            if mention.subject is Subject.INDEX and mention.role is Role.DEFINITION:
                found[mention.name] = None
    return found


# -------------------------------------------------------------------------- packages


def package_names(snapshot: Snapshot) -> list[Name]:
    """Return the packages that the workspace requires or `uv.lock` holds, and the members, sorted."""
    names: set[str] = {*snapshot.workspace.members, *required_names(snapshot)}
    lockfile = snapshot.lockfile
    return sorted(map(Name, names | (lockfile.names if lockfile is not None else frozenset())))


def package_completions(
    snapshot: Snapshot, slot: Slot, listed: set[Name], rest: str
) -> Iterator[Completion]:
    """Yield the packages that the workspace requires or `uv.lock` holds, members left out.

    Where nothing follows the name (`rest`), the specifier comes along that most members use; a detail
    says so where they differ.
    """
    used: dict[Name, Counter[str]] = {}
    for manifest in snapshot.belonging.values():
        for name, specifier in manifest.specifiers:
            used.setdefault(name, Counter())[specifier] += 1
    lockfile = snapshot.lockfile
    names = used.keys() | (lockfile.names if lockfile is not None else frozenset())
    for name in sorted(names - snapshot.workspace.members.keys() - listed):
        specifiers = used.get(name, Counter())
        usual = min(specifiers, key=lambda one: (-specifiers[one], one), default="")
        text = f"{name}{rest or usual}"
        if not slot.fits(text):
            text = name
        yield Completion(
            name,
            CompletionKind.PACKAGE,
            slot.quoted(text),
            _detail(specifiers, usual),
            filter_text=name,
            rank=1,
        )


def _detail(specifiers: Counter[str], usual: str) -> str:
    if not specifiers:
        return "in `uv.lock`"
    if len(specifiers) == 1:
        return usual or "any version"
    shown = ", ".join(sorted(specifier or "any version" for specifier in specifiers))
    return f"⚠ members differ: {shown}"


def extra_completions(
    snapshot: Snapshot, manifest: Manifest, named: Occurrence, string: String, offset: int
) -> Completions:
    """Return the extras that the brackets behind a requirement's name may hold at `offset`."""
    text = manifest.text
    start = text.find("[", named.end, offset)
    if start < 0 or "]" in text[start:offset]:
        return Completions(Span(offset, offset), [])
    typed = max(start, text.rfind(",", start, offset)) + 1
    typed = offset - len(text[typed:offset].lstrip())
    end = offset
    others: set[Name] = set()
    for one in occurrences(manifest):
        if one.subject is Subject.EXTRA and string.start < one.start < string.end:
            if one.start <= offset <= one.end:
                end = one.end
            else:
                others.add(one.name)
    return Completions(
        Span(typed, end),
        [
            Completion(extra, CompletionKind.EXTRA, extra, detail, filter_text=extra)
            for extra, detail in _extras_of(snapshot, manifest, named.name)
            if extra not in others
        ],
    )


def _extras_of(snapshot: Snapshot, manifest: Manifest, name: Name) -> Iterator[tuple[Name, str]]:
    member = snapshot.workspace.members.get(name)
    if member is not None:
        owner = manifest if member.path == manifest.path else snapshot.manifests[member.path]
        for extra in owner.shared.extras or ():
            yield extra, f"extra of `{name}`"
        return
    found: dict[Name, None] = {}
    lockfile = snapshot.lockfile
    for package in lockfile.packages(name) if lockfile is not None else ():
        found |= dict.fromkeys((*package.provides_extras, *package.optional_dependencies))
    for extra in sorted(found):
        yield extra, "in `uv.lock`"
