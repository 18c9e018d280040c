"""Rules about packages that two requirements take from different places or indexes."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.pins import Pin
from ws_lsp.checking.required_places import are_resolved_together, place_of_member, places
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.conflicts import exclude_each_other
from ws_lsp.project.declarations import Requirement
from ws_lsp.project.direct import (
    are_different,
    is_editable,
    may_be_two_commits,
    path_of,
)
from ws_lsp.schema.keys import CONFLICTS, INDEX
from ws_lsp.toml.edit import append_item, insert_entry, string_text
from ws_lsp.toml.tree import Array
from ws_lsp.vfs import is_absolute

__all__ = ["RULES"]

_APART = "What is declared a conflict can no longer be installed together"


@rule("conflicting-urls", Severity.ERROR, *BELONGING)
def conflicting_urls(view: View, rule: Rule) -> Iterator[Finding]:
    """Two requirements take one package from different places.

    A workspace has one environment for all members, all extras and all groups, so a `path`, a `url` or a
    repository of a package must be the same everywhere, `editable` included; a `file:` URL says nothing of
    that. A requirement without a place goes along with any. uv takes such requirements apart where
    `conflicts` tells it to, and an override takes the place of all of them. Two references of one
    repository (`rev`, `tag`, `branch`) are a warning: uv refuses them where they lead to two commits, and
    no file shows that.

    ```toml
    # packages/a/pyproject.toml
    vendored = { path = "../../vendor/one" }
    # packages/b/pyproject.toml
    vendored = { path = "../../vendor/two" }
    ```

    Write the same place, best of all in the root's `[tool.uv.sources]`, which every member inherits.
    """
    uses = [
        (requirement, used)
        for requirement in view.manifest.requirements
        if requirement.name is not None and view.member(requirement.name) is None
        for used in places(view, requirement, requirement.name)
    ]
    told: set[Name] = set()
    yield from _members_from_elsewhere(view, rule)
    for differ, severity, noun, end in (
        (are_different, Severity.ERROR, "place", ""),
        (may_be_two_commits, Severity.WARNING, "reference of its repository", _TWO_COMMITS),
    ):
        for at, (requirement, used) in enumerate(uses):
            if used.name in told or view.is_replaced(used.name):
                continue
            where, related = "", tuple[Related, ...]()
            for one, found in uses[:at]:
                if (
                    one.name == used.name
                    and one is not requirement
                    and differ(used.place, found.place)
                    and are_resolved_together(view, used, found, view.path)
                ):
                    where = "above"
                    related = (Related(view.path, one.node.span, f"The other {noun}"),)
                    break
            else:
                for path, found in view.directs(used.name):
                    if (
                        path != view.path
                        and differ(used.place, found.place)
                        and are_resolved_together(view, used, found, path)
                    ):
                        where = f"in `{view.shown(path)}`"
                        break
            if where:
                told.add(used.name)
                message = f"`{used.name}` comes from another {noun} here than {where}{end}"
                span = requirement.node.span
                yield rule.finding(view, span, message, severity=severity, related=related)


def _members_from_elsewhere(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield what a detached member takes from elsewhere than where the other member is."""
    for span, wanted in view.wanted_around() if view.scope is Scope.DETACHED else ():
        name, member = wanted.name, view.member(wanted.name)
        if not wanted.place or member is None or view.is_replaced(name):
            continue
        own = place_of_member(view, member)
        if is_absolute(wanted.place) and view.kind_of(path_of(wanted.place)) is None:
            continue  # reported as leading nowhere
        if not are_different(own, wanted.place) or not view.environments().include(wanted.marker):
            continue
        message = f"`{name}` is a member of this workspace, and comes from another place here"
        if path_of(own) == path_of(wanted.place):
            is_not, here = ("is", "not here") if is_editable(own) else ("is not", "is here")
            message = f"`{name}` {is_not} editable in this workspace, but {here}"
        yield rule.finding(view, span, message)


_TWO_COMMITS = ": uv refuses two commits"


@rule("conflicting-indexes", Severity.ERROR, *BELONGING, risks=(_APART,))
def conflicting_indexes(view: View, rule: Rule) -> Iterator[Finding]:
    """Two requirements take one package from different indexes.

    A source that names an index pins the package to it, and uv pins a package to one index: two with
    different URLs are refused, whatever extras, groups or members the requirements stand in. A
    requirement without such a source goes along with any. A member's own `[[tool.uv.index]]` wins over
    one of the root with the same name.

    uv takes two indexes apart where markers in the sources exclude each other, or where both sources
    are for an extra or a group alone and `conflicts` has the two in one set.

    ```toml
    [project.optional-dependencies]
    cpu = ["torch"]
    gpu = ["torch"]

    [tool.uv.sources]
    torch = [{ index = "cpu-wheels", extra = "cpu" }, { index = "gpu-wheels", extra = "gpu" }]
    ```

    Declare the conflict: `conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]`. Otherwise name one
    index, best of all in the root's `[tool.uv.sources]`, which every member inherits.
    """
    told: set[Name] = set()
    above: list[tuple[Requirement, Pin]] = []
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None or name in told or not _may_be_pinned(view, name):
            continue
        if view.member(name) is not None or view.is_replaced(name) or view.ignores_sources():
            continue
        pins = view.pins(name)
        if len({pin.place for _, pin in pins}) < 2:
            continue
        asked = requirement.asked
        for path, own in pins:
            if path != view.path or own.asked != asked or name in told:
                continue
            earlier = [
                (one, pin)
                for one, pin in above
                if pin.asked.name == name and one is not requirement
            ]
            found = _other_index(view, rule, requirement, own, earlier)
            if found is not None:
                told.add(name)
                yield found
            above.append((requirement, own))


def _other_index(
    view: View,
    rule: Rule,
    requirement: Requirement,
    own: Pin,
    earlier: list[tuple[Requirement, Pin]],
) -> Finding | None:
    """Return the finding that a pin of a requirement excludes an earlier one, or one of another file."""
    span = requirement.node.span
    for one, pin in earlier:
        if _exclude_each_other(view, own, pin):
            related = (Related(view.path, one.node.span, "The other index"),)
            fixes = _declared_conflict(view, own, pin)
            message = _two_indexes(own, pin, "above")
            return rule.finding(view, span, message, *fixes, related=related)
    for path, pin in view.pins(own.asked.name):
        if path != view.path and _exclude_each_other(view, own, pin):
            message = _two_indexes(own, pin, f"in `{view.shown(path)}`")
            return rule.finding(view, span, message)
    return None


def _may_be_pinned(view: View, name: Name) -> bool:
    source = view.manifest.sources.get(name)
    kinds = source.kinds if source is not None else view.inherited_source(name)
    return INDEX in (kinds or ())


def _exclude_each_other(view: View, one: Pin, other: Pin) -> bool:
    """Tell whether it is certain that uv refuses two pins of one package."""
    if one.place == other.place:
        return False
    kept_apart = (
        one.scope is not None
        and other.scope is not None
        and exclude_each_other(view.conflicts(), one.scope, other.scope)
    )
    return not kept_apart and view.environments().meet(one.marker, other.marker)


def _two_indexes(own: Pin, other: Pin, where: str) -> str:
    subject = f"`{own.asked.name}` comes from"
    if own.index_name == other.index_name:
        subject += f" another index `{own.index_name}` here than {where}"
    else:
        subject += f" the index `{own.index_name}` here, and from `{other.index_name}` {where}"
    return f"{subject}: uv takes a package from one index"


def _declared_conflict(view: View, one: Pin, other: Pin) -> tuple[Fix, ...]:
    """Return the fix that declares a conflict between the extras or groups that two sources are for."""
    if one.scope is None or other.scope is None or one.scope == other.scope:
        return ()
    entries = [
        f"{{ {key} = {string_text(name)} }}"
        for scope in (other.scope, one.scope)
        for key, name in (("extra", scope.extra), ("group", scope.group))
        if name is not None
    ]
    text = f"[{', '.join(entries)}]"
    tree, uv = view.manifest.tree, view.manifest.uv
    value = uv.get(CONFLICTS) if uv is not None else None
    if isinstance(value, Array):
        change = view.change_by(append_item, tree, value, text)
    else:
        change = view.change_by(insert_entry, tree, ("tool", "uv"), CONFLICTS, f"[{text}]")
    return (Fix(f"Declare the conflict `{text}`", (change,), risk=_APART),)


RULES = (conflicting_urls, conflicting_indexes)
