"""Rules about the entries of `conflicts`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import GUESS, TRANSLATION, nearest, question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, is_valid, normalise
from ws_lsp.project.versions import Feature
from ws_lsp.schema.keys import CONFLICTS, PACKAGE
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import replace_string, string_text
from ws_lsp.toml.tree import Array, String, Table

__all__ = ["RULES"]


@rule("invalid-conflict", Severity.ERROR, *PARSED)
def invalid_conflict(view: View, rule: Rule) -> Iterator[Finding]:
    """A set of `conflicts` is not one.

    A set has at least two different entries, and each of them an `extra` or a `group` (not both), or a
    `package` alone. In a virtual root an entry must name its `package` (uv 0.11.4 and later). Names that
    do not exist are accepted.

    ```toml
    [tool.uv]
    conflicts = [[{ extra = "cpu" }]]
    ```

    Write what excludes what: `conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]`.
    """
    value = view.manifest.uv.get(CONFLICTS) if view.manifest.uv else None
    for one in value.items if isinstance(value, Array) else ():
        if not isinstance(one, Array):
            continue
        tables = [item for item in one.items if isinstance(item, Table)]
        wrong = [found for item in tables for found in _conflict_problems(view, item)]
        for span, message in wrong:
            yield rule.finding(view, span, message)
        if wrong or len(tables) < len(one.items):
            continue
        if len({_conflict_key(view, table) for table in tables}) < 2:
            message = "A set of conflicts needs at least two different entries"
            yield rule.finding(view, one.span, message)


def _conflict_problems(view: View, item: Table) -> Iterator[tuple[Span, str]]:
    if "extra" in item.entries and "group" in item.entries:
        yield item.span, "A conflicting entry has either `extra` or `group`"
    elif not item.entries.keys() & {PACKAGE, "extra", "group"}:
        yield item.span, "A conflicting entry needs `package`, `extra` or `group`"
    elif (
        PACKAGE not in item.entries
        and view.scope is Scope.ROOT
        and view.is_virtual()
        and view.uv_has(Feature.PACKAGE_OF_CONFLICTS)
    ):
        yield item.span, "A conflicting entry of a virtual root needs `package`"


def _conflict_key(view: View, item: Table) -> tuple[str, ...]:
    """Return what an entry is about; without a `package` it is about the project itself."""

    def name(key: str) -> str:
        value = item.get(key)
        return normalise(value.value) if isinstance(value, String) else ""

    own = "" if view.scope is Scope.PARSED_ONLY else view.manifest.name or ""
    return name(PACKAGE) or own, name("extra"), name("group")


@rule("unknown-conflict", Severity.WARNING, *BELONGING, risks=(TRANSLATION, GUESS))
def unknown_conflict(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `conflicts` names nothing that there is.

    uv accepts any name. An entry that matches no member, extra or group keeps nothing apart, and uv
    resolves all together that was meant to be apart. Without a `package` an entry is about the project
    of its own file. A package that no member is may be any that is required, and is not judged.

    ```toml
    [dependency-groups]
    cpu = ["torch"]
    gpu = ["torch"]

    [tool.uv]
    conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]  # they are groups
    ```

    Write the names as they are declared.
    """
    value = view.manifest.uv.get(CONFLICTS) if view.manifest.uv else None
    for one in value.items if isinstance(value, Array) else ():
        for item in one.items if isinstance(one, Array) else ():
            if isinstance(item, Table) and not any(True for _ in _conflict_problems(view, item)):
                yield from _unknown_in_conflict(view, rule, item)


def _unknown_in_conflict(view: View, rule: Rule, item: Table) -> Iterator[Finding]:
    nodes = {key: node for key in (PACKAGE, "extra", "group") if (node := _named(item, key))}
    if len(nodes) < len(item.entries):
        return  # reported as a wrong value
    package = nodes.get(PACKAGE)
    project = normalise(package.value) if package is not None else view.manifest.name
    if project is None:
        return
    if package is not None and view.member(project) is None:
        yield from _unknown_package(view, rule, project, package)
        return
    extras, groups = view.names_in(project)
    for key, other, known, others in (
        ("extra", "group", extras, groups),
        ("group", "extra", groups, extras),
    ):
        node = nodes.get(key)
        if node is None or known is None or normalise(node.value) in known:
            continue
        name = normalise(node.value)
        message = f"`{project}` has no {key} `{node.value}`: this entry keeps nothing apart"
        if name in (others or ()):
            edit = Edit(item.entries[key].key.span, other)
            fix = Fix(f"Write `{other}`", (view.change(edit),), risk=TRANSLATION)
            message += f". `{node.value}` is {'an' if other == 'extra' else 'a'} {other}"
            yield rule.finding(view, item.entries[key].key.span, message, fix)
            continue
        holders = view.members_with(*((name, None) if key == "extra" else (None, name)))
        if package is None and len(holders) == 1:
            end, fixes = _of_member(view, item, key, holders[0])
        else:
            end, fixes = nearest(view, node, known)
        yield rule.finding(view, node.span, message + end, *fixes)


def _unknown_package(view: View, rule: Rule, project: Name, node: String) -> Iterator[Finding]:
    lockfile = view.lockfile()
    if view.is_required(project) or (lockfile is not None and lockfile.packages(project)):
        return
    near = view.closest_member(node.value)
    message = f"`{node.value}` is not a member of this workspace, and nothing requires it"
    correct = [replacement(view, near, replace_string(node, near))] if near else []
    yield rule.finding(view, node.span, message + question(near), *correct)


def _of_member(view: View, item: Table, key: str, member: Name) -> tuple[str, tuple[Fix, ...]]:
    """Return the end of a message about an entry that is meant for a member, and the fix."""
    text = f"{PACKAGE} = {string_text(member)}, "
    start = item.entries[key].key.start
    change = view.change(Edit(Span(start, start), text))
    fix = Fix(f"Add `{text[:-2]}`", (change,), risk=TRANSLATION)
    end = f". The member `{member}` has one: add `{text[:-2]}`"
    return end, (fix,) if item.inline else ()


def _named(item: Table, key: str) -> String | None:
    node = item.get(key)
    return node if isinstance(node, String) and is_valid(node.value) else None


RULES = (invalid_conflict, unknown_conflict)
