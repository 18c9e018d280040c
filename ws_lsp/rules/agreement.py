"""Rules about what members must agree on: editability, extras."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    rule,
)
from ws_lsp.checking.suggestions import GUESS, REMOVAL, question, replacement
from ws_lsp.checking.taken_paths import may_take_from_paths, wanted_paths
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex, normalise
from ws_lsp.project.direct import path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry
from ws_lsp.vfs import is_absolute, join

__all__ = ["RULES"]


@rule("editable-conflict", Severity.ERROR, *BELONGING, beyond=Beyond.WORKSPACE, risks=(REMOVAL,))
def editable_conflict(view: View, rule: Rule) -> Iterator[Finding]:
    """One file wants a member to be editable and another wants it not to be.

    A member is installed once, so all sources that say `editable` of it must say the same. A source that
    says nothing of it goes along with either, and what a project says of itself does not count.

    ```toml
    # packages/b/pyproject.toml
    acme-core = { workspace = true, editable = true }
    # packages/c/pyproject.toml
    acme-core = { workspace = true, editable = false }
    ```

    Remove `editable` from one of them.
    """
    for name, flag, entry in view.manifest.editable:
        first = view.first_editable(name)
        if first is None or first[1] == flag or name == view.manifest.name:
            continue
        path = first[0]
        other = view.other(path)
        places = [one for said, _, one in other.editable if said == name] if other else []
        related = tuple(Related(path, one.value.span, "The other one") for one in places[:1])
        word, contrary = ("true", "false") if flag else ("false", "true")
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.value.span,
            f"`{name}` cannot be `editable = {word}` here and `{contrary}` in `{view.shown(path)}`",
            Fix("Remove `editable`", (remove,), risk=REMOVAL),
            related=related,
        )


@rule("unknown-member-extra", Severity.WARNING, risks=(GUESS,))
def unknown_member_extra(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement asks for an extra that the member does not have.

    uv warns and goes on without it. A project's own extra is no exception in a dependency group; in its
    dependencies and its extras uv does not say a word of it. The same holds of a project that a `path`
    source or a `file:` URL leads to.

    ```toml
    dependencies = ["acme-core[fast]"]  # acme-core has no extra of that name
    ```

    Correct the name, or add the extra to the member.
    """
    places: dict[Name, set[str]] | None = None
    for requirement in view.manifest.requirements:
        if requirement.name is None:
            continue
        if requirement.name == view.manifest.name and requirement.context[1] is None:
            continue
        if "[" not in requirement.node.value:
            continue
        member = view.member(requirement.name)
        if member is None and places is None:
            places = _places(view)
        known = view.extras_of(member) if member else _extras_at(view, requirement.name, places)
        for text, span in requirement.extras:
            if known is None or normalise(text) in known:
                continue
            near = NameIndex(known).closest(text)
            message = f"`{requirement.name}` has no extra `{text}`{question(near)}"
            fixes: tuple[Fix, ...] = ()
            if near is not None and requirement.node.verbatim:
                fixes = (replacement(view, near, Edit(span, near)),)
            yield rule.finding(view, span, message, *fixes)


def _places(view: View) -> dict[Name, set[str]]:
    """Return the paths that the file takes packages from."""
    if not may_take_from_paths(view):
        return {}
    found: dict[Name, set[str]] = {}
    for name, path, _ in wanted_paths(view):
        found.setdefault(name, set()).add(path)
    return found


def _extras_at(
    view: View, name: Name, places: Mapping[Name, set[str]] | None
) -> Collection[Name] | None:
    """Return the extras of the project that a file takes from a path; None where no file shows them."""
    paths = (places or {}).get(name, set())
    if not paths and name not in view.manifest.sources and view.root_has_places():
        direct = view.inherited_direct_source(name)
        paths = {path_of(direct.place)} if direct is not None else paths
    if len(paths) != 1:
        return None
    (path,) = paths
    manifest = view.file_at(join(path, MANIFEST)) if is_absolute(path) else None
    if manifest is None or manifest.project is None or "optional-dependencies" in manifest.dynamic:
        return None
    return manifest.extras if manifest.name == name else None


RULES = (editable_conflict, unknown_member_extra)
