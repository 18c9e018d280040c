"""Rename a member, a dependency group, an extra or an index everywhere it is named."""

from __future__ import annotations

from collections.abc import Iterable

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import name_problem
from ws_lsp.ide.navigation import symbol_at
from ws_lsp.ide.rename_beyond import mentions_beyond, workspaces_meaning
from ws_lsp.ide.symbol_references import Symbol, definitions, mentions, naming
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.modules import module_places
from ws_lsp.project.workspace import ProblemKind
from ws_lsp.refusal import Refusal
from ws_lsp.schema.formats import index_name_problem
from ws_lsp.schema.keys import BUILD_BACKEND
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import insert_entry, key_text, string_text
from ws_lsp.vfs import join, relative

__all__ = ["Renamable", "prepare_rename", "rename"]


_BACKEND = ("tool", "uv", BUILD_BACKEND)


class Renamable(NamedTuple):
    """A name that can be renamed: where it stands, and what stands there."""

    span: Span
    placeholder: str


def prepare_rename(snapshot: Snapshot, manifest: Manifest, offset: int) -> Renamable | Refusal:
    """Return what would be renamed at `offset` (code points), or why nothing can be."""
    found = symbol_at(snapshot, manifest, offset)
    if found is None:
        return Refusal("There is no name here that could be renamed")
    occurrence, symbol = found
    refusal = _unknown(snapshot, manifest, occurrence, symbol)
    if refusal is not None:
        return refusal
    return Renamable(occurrence.span, manifest.text[slice(*occurrence.span)])


def rename(
    snapshot: Snapshot,
    manifest: Manifest,
    offset: int,
    name: str,
    folders: Iterable[str] = (),
) -> tuple[Change, ...] | Refusal:
    """Return the edits that give what is named at `offset` (code points) another name.

    A member gets it in all workspaces and projects below its root and below `folders` that mean it.

    Every mention is written as `name` is; extras, specifiers, markers and quotes stay. Where uv's build
    backend finds a module by the name of a member, the member says from now on which module that is.
    """
    found = symbol_at(snapshot, manifest, offset)
    if found is None:
        return Refusal("There is no name here that could be renamed")
    occurrence, symbol = found
    refusal = _unknown(snapshot, manifest, occurrence, symbol) or _unfit(snapshot, symbol, name)
    if refusal is not None:
        return refusal
    edits: dict[str, list[Edit]] = {}
    for path, one in mentions(snapshot, symbol):
        edit = _edit(snapshot.manifests[path].text, one, name)
        if edit is not None:
            edits.setdefault(path, []).append(edit)
    if symbol.subject is Subject.PACKAGE:
        old = Name(symbol.name)
        member = snapshot.workspace.members[old]
        for around in workspaces_meaning(snapshot, member, folders):
            taken = _taken_package(around, name) if normalise(name) != old else None
            if taken is not None:
                where = relative(around.workspace.root, snapshot.workspace.root)
                return Refusal(f"In the workspace `{where}`: {taken.reason}")
        for other, (path, one) in mentions_beyond(snapshot, member, folders):
            edit = _edit(other.text, one, name)
            if edit is not None:
                edits.setdefault(path, []).append(edit)
        path = member.path
        added = _module_by_name(snapshot, snapshot.manifests[path], old, normalise(name))
        if added:
            edits.setdefault(path, []).extend(added)
    return tuple(Change(path, tuple(some)) for path, some in edits.items())


def _module_by_name(
    snapshot: Snapshot, manifest: Manifest, before: Name, after: Name
) -> list[Edit]:
    """Return what lets `uv_build` find the module of a project that it would look for by another name now."""
    root = manifest.tree.root
    places = module_places(root, before)
    if not manifest.uses_uv_build or places == module_places(root, after):
        return []
    (place,) = places  # the default: what `module-name` says does not change with the name
    module = place.module or ""
    directory = join(manifest.directory, place.directory or "")
    kind = snapshot.files.kind(join(directory, module))
    if kind is None or not kind.is_directory:
        return []
    return insert_entry(manifest.tree, _BACKEND, "module-name", string_text(module))


def _edit(text: str, one: Occurrence, name: str) -> Edit | None:
    """Return the edit that writes `name` in the place of a mention, None where it stands there."""
    if text[one.start : one.end] == name:
        return None
    bare = one.is_key and text[one.start - 1 : one.start] not in ('"', "'")
    return Edit(one.span, key_text(name) if bare else name)


def _unknown(
    snapshot: Snapshot, manifest: Manifest, occurrence: Occurrence, symbol: Symbol
) -> Refusal | None:
    """Refuse what the workspace does not define."""
    written = manifest.text[slice(*occurrence.span)]
    match symbol.subject:
        case Subject.PACKAGE:
            if symbol.name not in snapshot.workspace.members:
                return Refusal(f"`{written}` is not a member of this workspace")
            for problem in snapshot.workspace.problems:
                if problem.kind is ProblemKind.DUPLICATE_NAME and problem.detail == symbol.name:
                    return Refusal(f"Two workspace members are both named `{symbol.name}`")
        case Subject.EXTRA if symbol.owner not in snapshot.manifests:
            return Refusal(
                f"`{written}` is an extra of `{symbol.owner}`, which is not a member of this workspace"
            )
        case _ if not definitions(snapshot, symbol):
            return Refusal(f"There is no {_KINDS[symbol.subject]} `{written}` in this workspace")
    return None


_KINDS = {Subject.GROUP: "dependency group", Subject.EXTRA: "extra", Subject.INDEX: "index"}


def _unfit(snapshot: Snapshot, symbol: Symbol, name: str) -> Refusal | None:
    """Refuse a name that is invalid, or that something else has."""
    index = symbol.subject is Subject.INDEX
    problem = index_name_problem(name) if index else name_problem(name)
    if problem is not None or not name:
        return Refusal(problem or "A name cannot be empty")
    wanted = name if index else normalise(name)
    if wanted == symbol.name:
        return None
    if symbol.subject is Subject.PACKAGE:
        return _taken_package(snapshot, name)
    other = Symbol(symbol.subject, wanted, symbol.owner)
    if definitions(snapshot, other):
        return Refusal(f"There is another {_KINDS[symbol.subject]} `{wanted}`")
    return None


def _taken_package(snapshot: Snapshot, name: str) -> Refusal | None:
    wanted = normalise(name)
    root = snapshot.workspace.root
    member = snapshot.workspace.members.get(wanted)
    if member is not None:
        return Refusal(f"`{wanted}` is a member already (`{relative(member.directory, root)}`)")
    for path in sorted(naming(snapshot, wanted)):
        manifest = snapshot.manifests[path]
        if wanted in manifest.required or wanted in manifest.shared.sources:
            return Refusal(
                f"`{relative(path, root)}` requires another package `{wanted}` already: "
                "it would get the member instead"
            )
    return None
