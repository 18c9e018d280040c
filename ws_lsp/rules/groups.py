"""Rules about `[dependency-groups]`, `default-groups` and `conflicts`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import nearest, question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex, is_valid, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.versions import Feature
from ws_lsp.schema.tool_uv import (
    CONFLICTS,
    DEFAULT_GROUPS,
    DEV_DEPENDENCIES,
    GROUP_SETTINGS,
    PACKAGE,
)
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import remove_entry, remove_item, replace_key, replace_string, string_text
from ws_lsp.toml.tree import Array, Entry, String, Table

__all__ = ["RULES"]


class _Include(NamedTuple):
    """A table with nothing but `include-group`: an entry of a group that stands for another group."""

    array: Array
    position: int
    node: String
    name: Name


def _includes(entry: Entry) -> Iterator[_Include]:
    """Yield the includes of a group, those that are written rightly."""
    array = entry.value
    for index, item in enumerate(array.items if isinstance(array, Array) else ()):
        if isinstance(item, Table) and isinstance(array, Array):
            value = item.get("include-group")
            if isinstance(value, String) and len(item.entries) == 1 and is_valid(value.value):
                yield _Include(array, index, value, normalise(value.value))


def _removal(view: View, array: Array, index: int, title: str) -> tuple[Fix, ...]:
    """Return the fix that removes an item; none where a header is the item, and may be the array."""
    if array.of_tables:
        return ()
    return (Fix(title, (view.change_by(remove_item, view.manifest.tree, array, index),)),)


@rule("unknown-included-group", Severity.ERROR, *BELONGING)
def unknown_included_group(view: View, rule: Rule) -> Iterator[Finding]:
    """`include-group` names no group of the file.

    Only groups of the same `[dependency-groups]` can be included; names are compared in normal form.
    `tool.uv.dev-dependencies` makes a group `dev`, but not one that can be included.

    ```toml
    [dependency-groups]
    dev = [{ include-group = "test" }]  # there is no group test
    ```

    Write the name of a group, or add the group.
    """
    groups = view.manifest.groups
    for entry in groups.values():
        for include in _includes(entry):
            if include.name in groups:
                continue
            message = f"There is no group `{include.node.value}` to include"
            if include.name == "dev" and _legacy(view) is not None:
                message += ": `tool.uv.dev-dependencies` cannot be included"
            fixes = _removal(view, include.array, include.position, "Remove this entry")
            # to include one of these would close a circle
            circular = view.manifest.including(normalise(entry.key.text))
            names = [one.key.text for name, one in groups.items() if name not in circular]
            end, replacing = nearest(view, include.node, names)
            yield rule.finding(view, include.node.span, message + end, *replacing, *fixes)


def _legacy(view: View) -> Entry | None:
    return view.manifest.uv.entries.get(DEV_DEPENDENCIES) if view.manifest.uv else None


@rule("group-cycle", Severity.ERROR, *BELONGING)
def group_cycle(view: View, rule: Rule) -> Iterator[Finding]:
    """Dependency groups include each other in a circle.

    ```toml
    [dependency-groups]
    a = [{ include-group = "b" }]
    b = [{ include-group = "a" }]
    ```

    Remove one of the includes.
    """
    groups = view.manifest.groups
    graph = {name: list(_includes(entry)) for name, entry in groups.items()}
    if not any(graph.values()):
        return
    done: set[Name] = set()
    for start in sorted(graph):
        for cycle in _cycles(graph, start, done):
            names = [include.name for include in cycle]
            shown = " → ".join(f"`{name}`" for name in (names[-1], *names))
            last = cycle[-1]
            title = f"Do not include `{last.node.value}`"
            fixes = _removal(view, last.array, last.position, title)
            related = tuple(
                Related(view.path, include.node.span, f"`{include.name}` is included here")
                for include in cycle
            )
            entry = groups[names[-1]]
            message = f"Groups include each other: {shown}"
            yield rule.finding(view, entry.key.span, message, *fixes, related=related)


def _cycles(
    graph: dict[Name, list[_Include]], start: Name, done: set[Name]
) -> Iterator[list[_Include]]:
    """Yield the cycles met from a group on, each as the includes that make it; no group is left twice."""
    path: list[_Include] = []
    on_path = [start]
    pending = [iter(graph[start] if start not in done else [])]
    while pending:
        include = next(pending[-1], None)
        if include is None:
            pending.pop()
            done.add(on_path.pop())
            if path:
                path.pop()
        elif include.name in on_path:
            yield [*path[on_path.index(include.name) :], include]
        elif include.name in graph and include.name not in done:
            path.append(include)
            on_path.append(include.name)
            pending.append(iter(graph[include.name]))


@rule("invalid-group-entry", Severity.ERROR, *BELONGING)
def invalid_group_entry(view: View, rule: Rule) -> Iterator[Finding]:
    """A table in a dependency group is not `{ include-group = "…" }`.

    The standard (PEP 735) knows requirements and that one kind of table, with that one key. Versions of
    uv before 0.11.22 do not mind other keys beside it.

    ```toml
    [dependency-groups]
    dev = [{ path = "../core" }, { include-group = "test", foo = "x" }]
    ```

    Write the name of the package, and its place in `[tool.uv.sources]`.
    """
    for entry in view.manifest.groups.values():
        array = entry.value
        if not isinstance(array, Array):
            continue
        for index, item in enumerate(array.items):
            if not isinstance(item, Table) or list(item.entries) == ["include-group"]:
                continue
            if "include-group" not in item.entries or view.uv_has(Feature.INCLUDE_GROUP_ALONE):
                yield rule.finding(
                    view,
                    item.span,
                    'A table in a group must be `{ include-group = "…" }` and nothing else',
                    *_removal(view, array, index, "Remove this entry"),
                )


@rule("unknown-default-group", Severity.ERROR, *BELONGING)
def unknown_default_group(view: View, rule: Rule) -> Iterator[Finding]:
    """`default-groups` names no dependency group of the file.

    uv 0.13 and later check every member whenever they lock; nothing is reported where an older uv is
    installed, which checks the current project alone and only on sync. `dev` is a default where `default-groups`
    is absent, but to name it, it must be in `[dependency-groups]`: `tool.uv.dev-dependencies` does not
    count.

    ```toml
    [tool.uv]
    default-groups = ["tests"]

    [dependency-groups]
    test = ["pytest"]
    ```

    Write the name of a group, or add the group.
    """
    value = view.manifest.uv.get(DEFAULT_GROUPS) if view.manifest.uv else None
    if isinstance(value, Array) and not view.uv_has(Feature.DEFAULT_GROUPS_OF_MEMBERS):
        return
    for index, node in enumerate(value.items if isinstance(value, Array) else ()):
        if not isinstance(node, String) or not is_valid(node.value) or not isinstance(value, Array):
            continue
        if normalise(node.value) in view.manifest.groups:
            continue
        remove = view.change_by(remove_item, view.manifest.tree, value, index)
        message = f"`{node.value}` is not in `[dependency-groups]`"
        if node.value == "all":
            message += '. For every group write `default-groups = "all"`'
        fix = Fix("Remove this entry", (remove,))
        names = [entry.key.text for entry in view.manifest.groups.values()]
        end, replacing = nearest(view, node, names)
        yield rule.finding(view, node.span, message + end, *replacing, fix)


@rule("unknown-group-settings", Severity.ERROR, *BELONGING)
def unknown_group_settings(view: View, rule: Rule) -> Iterator[Finding]:
    """`[tool.uv.dependency-groups]` has settings for a group that does not exist.

    ```toml
    [tool.uv.dependency-groups]
    docs = { requires-python = ">=3.12" }  # there is no group docs
    ```

    Write the name of a group of `[dependency-groups]`.
    """
    settings = view.manifest.uv.table(GROUP_SETTINGS) if view.manifest.uv else None
    for text, entry in settings.entries.items() if settings else ():
        if not is_valid(text) or normalise(text) in view.manifest.groups:
            continue
        tree = view.manifest.tree
        fixes = [Fix(f"Remove `{text}`", (view.change_by(remove_entry, tree, entry),))]
        taken = {normalise(one) for one in settings.entries} if settings else set()
        free = [one.key.text for name, one in view.manifest.groups.items() if name not in taken]
        near = NameIndex(free).closest(text)
        if near is not None:
            edit = replace_key(tree, entry.key.start, entry.key.end, near)
            fixes.insert(0, replacement(view, near, edit))
        message = f"`{text}` is not in `[dependency-groups]`{question(near)}"
        yield rule.finding(view, entry.key.span, message, *fixes)


@rule("deprecated-dev-dependencies", Severity.WARNING, *BELONGING)
def deprecated_dev_dependencies(view: View, rule: Rule) -> Iterator[Finding]:
    """`tool.uv.dev-dependencies` is deprecated; uv warns about it.

    ```toml
    [tool.uv]
    dev-dependencies = ["pytest"]
    ```

    Write `[dependency-groups]` with a group `dev`, which other tools understand as well.
    """
    entry = _legacy(view)
    if entry is not None:
        message = "`dev-dependencies` is deprecated. Use the group `dev` of `[dependency-groups]`"
        yield rule.finding(view, entry.key.span, message)


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


@rule("unknown-conflict", Severity.WARNING, *BELONGING)
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
        lockfile = view.lockfile()
        if view.is_required(project) or (lockfile is not None and lockfile.packages(project)):
            return
        near = view.closest_member(package.value)
        message = f"`{package.value}` is not a member of this workspace, and nothing requires it"
        correct = [replacement(view, near, replace_string(package, near))] if near else []
        yield rule.finding(view, package.span, message + question(near), *correct)
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
            fix = Fix(f"Write `{other}`", (view.change(edit),))
            message += f". `{node.value}` is {'an' if other == 'extra' else 'a'} {other}"
            yield rule.finding(view, item.entries[key].key.span, message, fix)
            continue
        holders = view.members_with(*((name, None) if key == "extra" else (None, name)))
        if package is None and len(holders) == 1:
            text = f"{PACKAGE} = {string_text(holders[0])}, "
            start = item.entries[key].key.start
            fix = Fix(f"Add `{text[:-2]}`", (view.change(Edit(Span(start, start), text)),))
            message += f". The member `{holders[0]}` has one: add `{text[:-2]}`"
            yield rule.finding(view, node.span, message, *((fix,) if item.inline else ()))
            continue
        end, fixes = nearest(view, node, known)
        yield rule.finding(view, node.span, message + end, *fixes)


def _named(item: Table, key: str) -> String | None:
    node = item.get(key)
    return node if isinstance(node, String) and is_valid(node.value) else None


RULES = (
    unknown_included_group,
    group_cycle,
    invalid_group_entry,
    unknown_default_group,
    unknown_group_settings,
    deprecated_dev_dependencies,
    invalid_conflict,
    unknown_conflict,
)
