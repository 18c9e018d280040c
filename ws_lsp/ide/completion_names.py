"""Completion of names that are not those of members: groups, extras, indexes, other packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.contents import included_groups
from ws_lsp.ide.occurrences import Occurrence, Role, Subject, occurrences
from ws_lsp.ide.place import NamePlace, WantedName
from ws_lsp.ide.proposal import Completion, CompletionKind, Completions, Slot, listed_names
from ws_lsp.ide.symbol_references import with_indexes
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import Name, normalise
from ws_lsp.rules.configuration import LEVELS
from ws_lsp.text import Span
from ws_lsp.toml.cursor import Cursor
from ws_lsp.toml.tree import String

__all__ = ["extra_completions", "name_completions", "package_completions"]


def name_completions(
    snapshot: Snapshot, manifest: Manifest, at: NamePlace, offset: int
) -> Completions:
    """Return the names that a string may be; those that its array has already are left out."""
    cursor = at.cursor
    slot = Slot.at(cursor, offset)
    listed = listed_names(cursor, offset)
    return Completions(
        slot.span,
        [
            Completion(name, kind, slot.quoted(name), detail, filter_text=name)
            for name, kind, detail in _wanted(snapshot, manifest, at.wanted, cursor)
            if normalise(name) not in listed and slot.fits(name)
        ],
    )


def _wanted(
    snapshot: Snapshot, manifest: Manifest, wanted: WantedName, cursor: Cursor
) -> Iterator[tuple[str, CompletionKind, str]]:
    owner: Manifest | None = manifest
    if wanted in (WantedName.CONFLICT_EXTRA, WantedName.CONFLICT_GROUP):
        owner = _conflict_owner(snapshot, manifest, cursor)
    match wanted:
        case WantedName.GROUP | WantedName.CONFLICT_GROUP:
            around = _group_around(cursor)
            for name in owner.group_names if owner else ():
                if around is not None and around in included_groups(manifest, name):
                    continue  # it would include itself
                yield name, CompletionKind.GROUP, "dependency group"
        case WantedName.EXTRA | WantedName.CONFLICT_EXTRA:
            for name in (owner.shared.extras or ()) if owner else ():
                yield name, CompletionKind.EXTRA, "extra"
        case WantedName.CONFLICT_PACKAGE:
            for member, directory in snapshot.workspace.summaries:
                yield member.name, CompletionKind.MEMBER, directory
        case WantedName.INDEX:
            for text in _indexes(snapshot, manifest):
                yield text, CompletionKind.INDEX, "index"
        case WantedName.SEVERITY:
            for text in LEVELS:
                yield text, CompletionKind.VALUE, "severity"


def _group_around(cursor: Cursor) -> Name | None:
    """Return the dependency group that an `include-group` at the cursor stands in."""
    return normalise(str(cursor.path[1])) if cursor.path[0] == "dependency-groups" else None


def _conflict_owner(snapshot: Snapshot, manifest: Manifest, cursor: Cursor) -> Manifest | None:
    """Return the file whose extras and groups an entry of `conflicts` is about."""
    _, _, _, one, item, _ = cursor.path
    conflicts = manifest.tree.root.get("tool", "uv", "conflicts")
    for index in (one, item):
        items = getattr(conflicts, "items", ())
        conflicts = items[index] if isinstance(index, int) and index < len(items) else None
    get = getattr(conflicts, "get", None)
    package = get("package") if get is not None else None
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
