"""Rules about `[dependency-groups]` and `default-groups`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Related, Severity
from ws_lsp.checking.misplaced_keys import move_of
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    rule,
)
from ws_lsp.checking.suggestions import GUESS, REMOVAL, nearest, question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex, is_valid, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.versions import Feature
from ws_lsp.schema.keys import DEFAULT_GROUPS, DEPENDENCY_GROUPS, DEV_DEPENDENCIES, GROUP_SETTINGS
from ws_lsp.toml.edit import insert_entry, remove_entry, remove_item, replace_key, string_text
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
    return (
        Fix(title, (view.change_by(remove_item, view.manifest.tree, array, index),), risk=REMOVAL),
    )


@rule(
    "unknown-included-group",
    Severity.ERROR,
    *BELONGING,
    beyond=Beyond.PROJECT,
    risks=(GUESS, REMOVAL),
)
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


@rule("group-cycle", Severity.ERROR, *BELONGING, beyond=Beyond.PROJECT, risks=(REMOVAL,))
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


@rule("invalid-group-entry", Severity.ERROR, *BELONGING, beyond=Beyond.PROJECT, risks=(REMOVAL,))
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


_INSTALLS_MORE = "A sync then installs what the extra requires"


@rule(
    "unknown-default-group",
    Severity.ERROR,
    *BELONGING,
    risks=(NO_RISK, GUESS, _INSTALLS_MORE, REMOVAL),
)
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
        fix = Fix("Remove this entry", (remove,), risk=REMOVAL)
        if normalise(node.value) in view.manifest.extras and view.manifest.name is not None:
            message += ": it is an extra, which no default installs"
            yield rule.finding(view, node.span, message, _group_of_extra(view, node.value), fix)
            continue
        names = [entry.key.text for entry in view.manifest.groups.values()]
        end, replacing = nearest(view, node, names)
        yield rule.finding(view, node.span, message + end, *replacing, fix)


def _group_of_extra(view: View, extra: str) -> Fix:
    """Return the fix that adds a dependency group which requires the project with an extra."""
    requirement = f"{view.manifest.name}[{extra}]"
    value = f"[{string_text(requirement)}]"
    edits = insert_entry(view.manifest.tree, (DEPENDENCY_GROUPS,), extra, value)
    title = f"Add the group `{extra}`, which requires `{requirement}`"
    return Fix(title, (view.change(*edits),), risk=_INSTALLS_MORE)


@rule(
    "unknown-group-settings",
    Severity.ERROR,
    *BELONGING,
    beyond=Beyond.PROJECT,
    risks=(NO_RISK, GUESS, REMOVAL),
)
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
        move = move_of(view, entry, refused=True) if isinstance(entry.value, Array) else None
        if move is not None:
            message = (
                f"`{text}` is not in `[dependency-groups]`, where a list of requirements belongs"
            )
            yield rule.finding(view, entry.key.span, message, move.fix)
            continue
        remove = view.change_by(remove_entry, tree, entry)
        fixes = [Fix(f"Remove `{text}`", (remove,), risk=REMOVAL)]
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


RULES = (
    unknown_included_group,
    group_cycle,
    invalid_group_entry,
    unknown_default_group,
    unknown_group_settings,
    deprecated_dev_dependencies,
)
