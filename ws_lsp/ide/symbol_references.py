"""What names stand for in a workspace, and where else it is mentioned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import INDEX
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.schema.shapes import Role

__all__ = ["Mention", "Symbol", "definitions", "mentions", "naming", "symbol_of", "with_indexes"]


class Symbol(NamedTuple):
    """What a name stands for in a workspace.

    `owner` is the path of the file that a group, an extra or an index belongs to, or the name of the
    package where the workspace does not hold it. Names of indexes are not normalised.
    """

    subject: Subject
    name: str
    owner: str = ""


class Mention(NamedTuple):
    """A mention in one of the workspace's files."""

    path: str
    occurrence: Occurrence


def symbol_of(snapshot: Snapshot, manifest: Manifest, occurrence: Occurrence) -> Symbol:
    """Return what a mention in a file stands for."""
    subject, name = occurrence.subject, occurrence.name
    if subject is Subject.PACKAGE:
        return Symbol(subject, name)
    if subject is Subject.INDEX:
        return Symbol(subject, name, _index_owner(snapshot, manifest, name))
    if occurrence.owner is None or occurrence.owner == manifest.name:
        return Symbol(subject, name, manifest.path)
    member = snapshot.workspace.members.get(occurrence.owner)
    return Symbol(subject, name, member.path if member else occurrence.owner)


def mentions(snapshot: Snapshot, symbol: Symbol) -> Iterator[Mention]:
    """Yield every mention of a symbol, file by file, that of its definition included."""
    for path in sorted(_candidates(snapshot, symbol)):
        manifest = snapshot.manifests[path]
        for one in occurrences(manifest):
            if (
                one.name == symbol.name
                and one.subject is symbol.subject
                and symbol_of(snapshot, manifest, one) == symbol
            ):
                yield Mention(path, one)


def definitions(snapshot: Snapshot, symbol: Symbol) -> tuple[Mention, ...]:
    """Return where a symbol is defined in the workspace; nothing for what comes from elsewhere."""
    path = symbol.owner
    if symbol.subject is Subject.PACKAGE:
        member = snapshot.workspace.members.get(Name(symbol.name))
        if member is None:
            return ()
        path = member.path
    manifest = snapshot.manifests.get(path)
    return tuple(
        Mention(path, one)
        for one in (occurrences(manifest) if manifest else ())
        if one.role is Role.DEFINITION and one.subject is symbol.subject and one.name == symbol.name
    )


def naming(snapshot: Snapshot, name: str) -> Iterator[str]:
    """Yield the files that may name a package; closed files that do not are not read for it.

    The root and the settings may always do. What the other files name is gone through once for each
    discovery, and again in those that were edited since.
    """
    settings = snapshot.settings
    own = {snapshot.workspace.path, settings.path if settings else ""}
    for path in _naming(snapshot).get(name, ()):
        if path not in own and path not in snapshot.edited and path in snapshot.manifests:
            yield path
    for path in snapshot.edited - own:
        if path in snapshot.belonging and name in _named_in(snapshot.manifests[path]):
            yield path
    for path in own:
        if path in snapshot.manifests:
            yield path


@derived(Input.FILES)
def _naming(snapshot: Snapshot) -> Mapping[str, list[str]]:
    """Return the files that may name a package, by name, as they were at the discovery."""
    found: dict[str, list[str]] = {}
    for path, manifest in snapshot.belonging.items():
        for one in _named_in(manifest):
            found.setdefault(one, []).append(path)
    return found


def _named_in(manifest: Manifest) -> set[str]:
    """Return all that may be packages named in a file, its own project included."""
    shared = manifest.shared
    named: set[str] = {*manifest.required, *manifest.named_elsewhere, *shared.sources}
    if shared.name is not None:
        named.add(shared.name)
    return named


def _candidates(snapshot: Snapshot, symbol: Symbol) -> set[str]:
    """Return the files that may mention a symbol."""
    if symbol.subject is Subject.INDEX:
        using = (
            path
            for path, manifest in snapshot.belonging.items()
            if any(INDEX in kinds for kinds in manifest.shared.sources.values())
        )
        return {symbol.owner, snapshot.workspace.path, *using} & snapshot.manifests.keys()
    if symbol.subject is Subject.PACKAGE:
        return {*naming(snapshot, symbol.name)}
    owner = snapshot.manifests.get(symbol.owner)
    package = owner.shared.name if owner else symbol.owner
    own = {symbol.owner} & snapshot.manifests.keys()
    return {*naming(snapshot, package), *own} if package else {*own, snapshot.workspace.path}


def _index_owner(snapshot: Snapshot, manifest: Manifest, name: str) -> str:
    """Return the file whose index a source of `manifest` means: its own, the root's, the settings'."""
    for one in with_indexes(snapshot, manifest):
        for found in occurrences(one):
            if (
                found.subject is Subject.INDEX
                and found.role is Role.DEFINITION
                and found.name == name
            ):
                return one.path
    return ""


def with_indexes(snapshot: Snapshot, manifest: Manifest) -> Iterator[Manifest]:
    """Yield the files whose indexes a source of `manifest` may name, in the order in which they count."""
    yield manifest
    found = snapshot.sourcing(manifest.path)
    if found.root.path != manifest.path:
        yield found.root
    if found.settings is not None:
        yield found.settings
