"""Rules about what members must agree on: editability, extras."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    rule,
)
from ws_lsp.checking.suggestions import question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import NameIndex, normalise
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry

__all__ = ["RULES"]


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


RULES = (editable_conflict, unknown_member_extra)
