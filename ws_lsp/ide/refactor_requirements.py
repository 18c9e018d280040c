"""Say once for the workspace what its members repeat: specifiers, `requires-python`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.markers import below_lowest, python_overlap
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import is_unsatisfiable, requirement_problem, specifiers_problem
from ws_lsp.ide.place import KeyPlace, NamePlace, Place, ValuePlace
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind, rewritten
from ws_lsp.ide.symbol_references import naming
from ws_lsp.project.declarations import Requirement
from ws_lsp.project.direct import path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import CONSTRAINTS, INDEX
from ws_lsp.schema.pyproject import REQUIRES_PYTHON
from ws_lsp.text import Edit
from ws_lsp.toml.edit import append_item, insert_entry, replace_string, string_text
from ws_lsp.toml.tree import Array
from ws_lsp.vfs import join

__all__ = ["constraints", "shared_python"]

_PYTHONS = 5
"""So many `requires-python` are offered to be that of all."""


# ------------------------------------------------------------------------ constraints


def constraints(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield what moves specifiers that several files repeat to the root's `constraint-dependencies`.

    On a requirement that is its own one; on the key of a list, those of the whole list.
    """
    chosen = [one for one in _at(manifest, at) if _is_plain(manifest, one)]
    if (
        not chosen
        or not _takes_constraints(snapshot)
        or manifest.path in snapshot.workspace.detached
    ):
        return
    found: dict[Name, str] = {}
    for one in chosen:
        specifier = one.specifier
        if one.name is None or specifier is None or one.name in found:
            continue
        if _can_be_extracted(snapshot, one.name, specifier[0]):
            found[one.name] = specifier[0]
    if not found:
        return
    listed = [f"{name}{specifier}" for name, specifier in found.items()]
    title = f"Extract `{listed[0]}` into `{CONSTRAINTS}`"
    if len(listed) > 1:
        title = f"Extract {len(listed)} repeated specifiers into `{CONSTRAINTS}`"
    yield Refactoring(title, RefactoringKind.EXTRACT, lambda: _extracted(snapshot, found))


def _at(manifest: Manifest, at: Place) -> list[Requirement]:
    match at:
        case ValuePlace(cursor=cursor) if cursor.string is not None:
            return [one for one in manifest.requirements if one.node is cursor.string]
        case KeyPlace(path=path):
            return [one for one in manifest.requirements if one.path == path]
        case NamePlace(cursor=cursor) if cursor.key is not None:
            path = (*at.path, cursor.key.text)
            return [one for one in manifest.requirements if one.path == path]
    return []


def _takes_constraints(snapshot: Snapshot) -> bool:
    """Tell whether the root's `constraint-dependencies` can take more and count."""
    root = snapshot.root
    if not snapshot.workspace.explicit or snapshot.settings is not None or root.syntax is not None:
        return False
    value = root.tree.root.get("tool", "uv", CONSTRAINTS)
    return value is None or (isinstance(value, Array) and value.closed and not value.of_tables)


def _is_plain(manifest: Manifest, one: Requirement) -> bool:
    """Tell whether a requirement is of a package from an index, everywhere, in certain versions alone."""
    return (
        one.name is not None
        and one.node.verbatim
        and not {";", "@"} & {*one.node.value}
        and one.specifier is not None
        and requirement_problem(one.node.value) is None
        and {*manifest.shared.sources.get(one.name, ())} <= {INDEX}
    )


def _can_be_extracted(snapshot: Snapshot, name: Name, specifier: str) -> bool:
    """Tell whether several files have a specifier that all who require the package can live with."""
    root = snapshot.root
    if name in snapshot.workspace.members or name in root.constrained:
        return False
    if name in root.shared.sources and {*root.shared.sources[name]} - {INDEX}:
        return False
    others = [
        (path, other)
        for path in {*naming(snapshot, name)}
        for one, other in snapshot.manifests[path].specifiers
        if one == name
    ]
    alike = {path for path, other in others if _same(other, specifier)}
    if len(alike - snapshot.workspace.detached.keys()) < 2:
        return False
    bare = (_bare(other) for other in {other for _, other in others})
    together = ",".join(sorted({_bare(specifier), *filter(None, bare)}))
    return not is_unsatisfiable(f"{name}{together}")


def _bare(specifier: str) -> str:
    return specifier.strip().removeprefix("(").removesuffix(")").strip()


def _same(first: str, second: str) -> bool:
    return "".join(_bare(first).split()) == "".join(_bare(second).split())


def _extracted(snapshot: Snapshot, found: dict[Name, str]) -> tuple[Change, ...]:
    texts = [f"{name}{_bare(specifier)}" for name, specifier in found.items()]
    paths = {path for name in found for path in naming(snapshot, name)} - {snapshot.root.path}
    paths -= (
        snapshot.workspace.detached.keys()
    )  # in the workspace that these find, it does not count
    changes: list[Change] = []
    for path in sorted(paths):
        with snapshot.manifests[path].lent() as manifest:
            edits = _without_specifiers(manifest, found)
        if edits and manifest.syntax is None:
            changes.append(Change(path, tuple(edits)))
    root = rewritten(
        snapshot.root,
        lambda one: _without_specifiers(one, found),
        *(lambda one, text=text: _constrained(one, text) for text in texts),
    )
    return (*root, *changes) if root else ()


def _without_specifiers(manifest: Manifest, found: dict[Name, str]) -> list[Edit]:
    """Return the edits that take the found specifiers from a file's requirements."""
    edits: list[Edit] = []
    for one in manifest.requirements:
        specifier = one.specifier if one.name in found and _is_plain(manifest, one) else None
        if one.name is not None and specifier is not None and _same(specifier[0], found[one.name]):
            text, span = specifier
            at = span.start - one.node.inner.start
            before, after = one.node.value[:at].rstrip(), one.node.value[at + len(text) :]
            edits.append(replace_string(one.node, f"{before}{after}".strip()))
    return edits


def _constrained(root: Manifest, text: str) -> list[Edit] | None:
    array = root.tree.root.get("tool", "uv", CONSTRAINTS)
    written = string_text(text)
    if isinstance(array, Array):
        return append_item(root.tree, array, written)
    return insert_entry(root.tree, ("tool", "uv"), CONSTRAINTS, f"[{written}]") or None


# -------------------------------------------------------------------- requires-python


def shared_python(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield what gives all projects that say `requires-python` the same: this file's, or another's."""
    if not _is_python(at) or manifest.requires_python_node is None:
        return
    written: dict[str, list[str]] = {}
    for path, text in snapshot.workspace.python_requirements:
        written.setdefault(text, []).append(path)
    if len(written) < 2:
        return
    own = manifest.requires_python_node.value
    offered = [own, *(text for text in sorted(written) if text != own)]
    sound = [one for one in offered if specifiers_problem(one) is None][:_PYTHONS]
    for text in [one for one in sound if _suits_path_projects(snapshot, one)]:
        paths = [path for other, some in written.items() if other != text for path in some]
        count = sum(map(len, written.values()))
        title = f"Require Python `{text}` in all {count} projects"
        yield Refactoring(
            title,
            RefactoringKind.REWRITE,
            lambda text=text, paths=paths: _with_python(snapshot, paths, text),  # type: ignore[misc]
        )


def _suits_path_projects(snapshot: Snapshot, text: str) -> bool:
    """Tell whether all projects that a path leads to are for the oldest Python that `text` allows.

    uv demands it of them, and they are no part of the workspace whose `requires-python` is changed.
    """
    members = {member.directory for member in snapshot.workspace.members.values()}
    known = snapshot.workspace.directs.values()
    paths = {path_of(one.place) for some in known for _, one in some}
    for path in filter(None, paths - members):
        project = snapshot.read_manifest(join(path, MANIFEST))
        wanted = project.shared.requires_python if project is not None else None
        below = below_lowest(wanted) if wanted is not None else None
        if below is not None and python_overlap(below, frozenset({text})):
            return False
    return True


def _is_python(at: Place) -> bool:
    match at:
        case ValuePlace(key=key) | KeyPlace(key=key):
            return key is REQUIRES_PYTHON
    return False


def _with_python(snapshot: Snapshot, paths: Sequence[str], text: str) -> tuple[Change, ...]:
    changes: list[Change] = []
    for path in paths:
        with snapshot.manifests[path].lent() as manifest:
            node = manifest.requires_python_node
            if node is not None:
                changes.append(Change(path, (replace_string(node, text),)))
    return tuple(changes)
