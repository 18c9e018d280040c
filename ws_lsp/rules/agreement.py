"""Rules about what members must agree on: Python versions, editability, extras."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    rule,
)
from ws_lsp.checking.suggestions import question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import ABOVE_ANY_INTERPRETER
from ws_lsp.grammar.names import NameIndex, normalise
from ws_lsp.grammar.requirement import (
    releases_overlap,
)
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry, replace_string
from ws_lsp.toml.tree import String

__all__ = ["RULES"]


@rule("disjoint-requires-python", Severity.ERROR, *BELONGING)
def disjoint_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """No Python version suits all projects of the workspace.

    A workspace has one environment, so uv takes the intersection of every `requires-python`, the root's
    included, and refuses the workspace where that is empty.

    ```toml
    # packages/a/pyproject.toml
    requires-python = ">=3.12"
    # packages/b/pyproject.toml
    requires-python = "<3.12"
    ```

    Widen one of them, or exclude the project from the workspace.
    """
    node = view.manifest.requires_python_node
    if node is None:
        return
    specifiers = view.python_specifiers()
    if releases_overlap(specifiers):
        return
    against = {one for one in specifiers if not releases_overlap(frozenset((one, node.value)))}
    if not against:
        if any(
            not releases_overlap(frozenset(pair)) for pair in combinations(sorted(specifiers), 2)
        ):
            return  # others exclude each other; this one suits both
        against = set(specifiers) - {node.value}
    others = [
        (path, text)
        for path, text in view.python_requirements()
        if text in against and path != view.path
    ]
    related: list[Related] = []
    for path, text in others:
        other = view.other(path)
        place = other.requires_python_node if other else None
        if place is not None:
            related.append(Related(path, place.span, f"`{text}` in `{view.shown(path)}`"))
    named = ", ".join(f"`{text}` in `{view.shown(path)}`" for path, text in others[:3])
    message = f"No Python version suits `{node.value}` and {named}"
    fixes = _python_fixes(view, node, against)
    yield rule.finding(view, node.span, message, *fixes, related=tuple(related))


def _python_fixes(view: View, node: String, against: set[str]) -> Iterator[Fix]:
    """Yield the ways to make one file agree with the others, which agree among themselves."""
    rest = frozenset(text for path, text in view.python_requirements() if path != view.path)
    # of older versions alone the markers would have to be judged anew
    newest = frozenset((*rest, ABOVE_ANY_INTERPRETER))
    if not rest or not releases_overlap(newest) or view.environments().markers:
        return
    if len(against) == 1:
        text = next(iter(against))
        yield Fix(f"Write `{text}`", (view.change(replace_string(node, text)),))
    entry = view.manifest.tree.root.entry("project", "requires-python")
    if entry is not None:
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield Fix("Remove `requires-python`", (remove,))


@rule("editable-conflict", Severity.ERROR, *BELONGING, beyond=Beyond.WORKSPACE)
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
            Fix("Remove `editable`", (remove,)),
            related=related,
        )


@rule("unknown-member-extra", Severity.WARNING)
def unknown_member_extra(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement asks for an extra that the member does not have.

    uv warns and goes on without it. A project's own extra is no exception in a dependency group; in its
    dependencies and its extras uv does not say a word of it.

    ```toml
    dependencies = ["acme-core[fast]"]  # acme-core has no extra of that name
    ```

    Correct the name, or add the extra to the member.
    """
    for requirement in view.manifest.requirements:
        if requirement.name is None:
            continue
        if requirement.name == view.manifest.name and requirement.context[1] is None:
            continue
        if "[" not in requirement.node.value:
            continue
        member = view.member(requirement.name)
        if member is None:
            continue
        known = view.extras_of(member)
        for text, span in requirement.extras:
            if known is None or normalise(text) in known:
                continue
            near = NameIndex(known).closest(text)
            message = f"`{member.name}` has no extra `{text}`{question(near)}"
            fixes: tuple[Fix, ...] = ()
            if near is not None and requirement.node.verbatim:
                fixes = (replacement(view, near, Edit(span, near)),)
            yield rule.finding(view, span, message, *fixes)


RULES = (disjoint_requires_python, editable_conflict, unknown_member_extra)
