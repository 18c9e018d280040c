"""Rules about what `uv lock` accepts and a sync refuses: members, extras and groups that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.checking.obstacles import RefusedSync
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.suggestions import REMOVAL
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import is_valid, normalise
from ws_lsp.project.conflicts import conflict_sets, with_including_groups
from ws_lsp.project.versions import NEWEST
from ws_lsp.rules.default_packages import counting
from ws_lsp.schema.keys import DEFAULT_GROUPS, EXCLUSIONS
from ws_lsp.text import Span
from ws_lsp.toml.edit import remove_item
from ws_lsp.toml.tree import Array, Node, String

if TYPE_CHECKING:
    from ws_lsp.project.together import Obstacle

__all__ = ["RULES"]


@rule("conflicting-default-packages", Severity.ERROR, Scope.ROOT, risks=(REMOVAL,))
def conflicting_default_packages(view: View, rule: Rule) -> Iterator[Finding]:
    """The default packages cannot be installed together.

    `conflicts` sets two of them against each other, or what they bring along: the members that they
    require, the groups of theirs that the root's `default-groups` name, the extras that they ask for.
    Or `exclude-dependencies` leaves one of them out. uv locks such a workspace and refuses the sync.

    ```toml
    [tool.uv]
    conflicts = [[{ package = "cpu" }, { package = "gpu" }]]

    [tool.ws-lsp]
    default-packages = ["cpu", "gpu"]
    ```

    Leave one of them out.
    """
    packages = counting(view)
    if packages is None or not packages.sound:
        return
    names = None if packages.everything else packages.names
    # to learn the version of uv takes longer than all else
    if not view.refused_defaults(names, NEWEST) or view.strangers(frozenset(packages.names)):
        return
    value = packages.entry.value
    for obstacle in view.refused_defaults(names, view.uv_version()):
        node, fixes = _guilty(view, value, obstacle)
        message = f"The default packages cannot be synced: {obstacle.text}"
        yield rule.finding(view, node.span, message, *fixes)


def _guilty(view: View, value: Node, obstacle: Obstacle) -> tuple[Node, tuple[Fix, ...]]:
    """Return the last of the default packages that an obstacle names, or all of them, with a fix."""
    if isinstance(value, Array):
        named = {one.package for one in obstacle.contexts}
        for index, node in reversed([*enumerate(value.items)]):
            if isinstance(node, String) and normalise(node.value) in named:
                remove = view.change_by(remove_item, view.manifest.tree, value, index)
                return node, (Fix(f"Remove `{node.value}`", (remove,), risk=REMOVAL),)
    return value, ()


@rule("conflicting-sync", Severity.ERROR, *BELONGING)
def conflicting_sync(view: View, rule: Rule) -> Iterator[Finding]:
    """A sync installs what `conflicts` says cannot be installed together.

    uv locks what is in conflict and refuses to sync it. A bare `uv sync` installs the root's project
    (or every member of a virtual root) with all that it requires, and the groups of all these members
    that the root's `default-groups` name; `dev` is one unless they say otherwise. So it always fails
    where two default groups are in one set, or a package and one of its default groups, or two members
    that come along, or two extras that requirements ask for. It is a warning where only
    `uv sync --all-packages` or the sync of one member fails.

    A group that includes both groups of a set is a warning, too: uv then writes a `uv.lock` that it
    cannot read.

    ```toml
    [dependency-groups]
    dev = ["numpy<2"]
    next = ["numpy>=2"]

    [tool.uv]
    default-groups = ["dev", "next"]
    conflicts = [[{ group = "dev" }, { group = "next" }]]
    ```

    Take one of them out of `default-groups`, or of what is required, or remove the conflict.
    """
    if not view.conflicts():
        return
    yield from _unreadable_locks(view, rule)
    if not view.refused_syncs(NEWEST):
        return
    told: set[Span] = set()
    for refused in view.refused_syncs(view.uv_version()):
        for node in _places(view, refused):
            if node.span not in told:
                told.add(node.span)
                message = f"`{refused.command}` fails: {refused.obstacle.text}"
                severity = Severity.ERROR if refused.certain else Severity.WARNING
                yield rule.finding(view, node.span, message, severity=severity)


def _unreadable_locks(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield the sets of which one group includes all entries: uv writes that group alone, and wants two."""
    manifest = view.manifest
    sets = [*conflict_sets(manifest.uv, manifest.name)]
    expanded = with_including_groups(
        (one.entries for one in sets), {manifest.name: manifest.group_includes}
    )
    for one, entries in zip(sets, expanded, strict=True):
        for shared in sorted(frozenset.intersection(*entries), key=str) if len(entries) > 1 else ():
            if len(set(one.entries)) > 1:
                message = (
                    f"The group `{shared.group}` includes all of this set: "
                    "uv writes a `uv.lock` that it cannot read"
                )
                yield rule.finding(view, one.array.span, message, severity=Severity.WARNING)
                break


def _places(view: View, refused: RefusedSync) -> Iterator[Node]:
    """Yield what of this file makes uv refuse a sync."""
    manifest, obstacle = view.manifest, refused.obstacle
    asked = {one for by, one in obstacle.causes if by == manifest.name}
    for requirement in manifest.requirements if asked else ():
        if requirement.asked in asked:
            yield requirement.node
    if obstacle.causes or refused.path != view.path:
        return
    if refused.position is not None:
        yield [*conflict_sets(manifest.uv, manifest.name)][refused.position].array
    elif manifest.uv is not None and DEFAULT_GROUPS in manifest.uv.entries:
        yield manifest.uv.entries[DEFAULT_GROUPS].value


@rule("excluded-member", Severity.WARNING, Scope.ROOT, risks=(REMOVAL,))
def excluded_member(view: View, rule: Rule) -> Iterator[Finding]:
    """`exclude-dependencies` names a member of the workspace.

    uv leaves it out of the lock file, and then refuses every sync that names it: ``Could not find root
    package``. Those are `uv sync --package` and `uv sync --all-packages`, and it is an error where the bare
    `uv sync` is one: in a virtual root, and for the root's own project.

    ```toml
    [tool.uv]
    exclude-dependencies = ["acme-core"]  # a member
    ```

    Remove the entry. A project that is no member at all is left out by `[tool.uv.workspace] exclude`.
    """
    value = view.manifest.uv.get(EXCLUSIONS) if view.manifest.uv else None
    for index, node in enumerate(value.items if isinstance(value, Array) else ()):
        if not isinstance(node, String) or not isinstance(value, Array) or not is_valid(node.value):
            continue
        member = view.member(normalise(node.value))
        if member is None:
            continue
        bare = view.is_virtual() or member.is_root
        command = "uv sync" if bare else "uv sync --all-packages"
        message = f"`{node.value}` is a member of this workspace: `{command}` fails without it"
        remove = view.change_by(remove_item, view.manifest.tree, value, index)
        yield rule.finding(
            view,
            node.span,
            message,
            Fix("Remove this entry", (remove,), risk=REMOVAL),
            severity=Severity.ERROR if bare else Severity.WARNING,
        )


RULES = (conflicting_default_packages, conflicting_sync, excluded_member)
