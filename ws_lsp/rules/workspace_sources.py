"""Rules about members that are required: their sources, and members of other workspaces."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.applied_sources import applying, knows_no_members, severity_of_source
from ws_lsp.checking.build_requirements import (
    extra_build_requirements,
    lowered_build_requirements,
    severity_of_build,
)
from ws_lsp.checking.findings import NO_RISK, Applicability, Change, Finding, Fix, Related, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    Scope,
    rule,
)
from ws_lsp.checking.suggestions import (
    GUESS,
    OWN_SOURCE,
    REMOVAL,
    added_patterns,
    question,
    replacement,
    workspace_source,
)
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import (
    requirement_marker,
)
from ws_lsp.project.declarations import (
    SOURCES_PATH,
    WORKSPACE_SOURCE,
    Requirement,
    Source,
)
from ws_lsp.project.direct import path_of
from ws_lsp.project.globs import escape
from ws_lsp.project.versions import Feature
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import WORKSPACE
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import (
    insert_entry,
    remove_entry,
    replace_key,
    replace_string,
)
from ws_lsp.toml.tree import String, Table
from ws_lsp.vfs import join

__all__ = ["RULES"]

_PLACE = "What the source says of another place, and of a version, is lost"

_MEMBERSHIP = "The project is locked with the workspace from then on, not by itself"

_FOR_ALL = "The source counts for every member that has none of its own"

_NAME = regular_expression(r"[-_.A-Za-z0-9]+")


def _used(view: View) -> dict[Name, list[Requirement]]:
    """Return the requirements of each name in this file, self-references left out."""
    known = view.manifest.requirements_by_name
    return {name: some for name, some in known.items() if name != view.manifest.name}


def _used_by_build(view: View) -> dict[Name, list[Requirement]]:
    """Return the build requirements of each name in this file, itself left out."""
    found: dict[Name, list[Requirement]] = {}
    for requirement in lowered_build_requirements(view):
        if requirement.name is not None and requirement.name != view.manifest.name:
            found.setdefault(requirement.name, []).append(requirement)
    return found


def _severity_of_use(view: View, name: Name, user: Requirement | None, own: bool) -> Severity:
    """Return how bad a source is that uv refuses where it is used, by the requirement `user` or by a build.

    `own` tells whether the entries are wrong that are `workspace = true`, or the others.
    """
    if user is not None:
        return Severity.ERROR
    severity = severity_of_build(view)
    if severity is not None and _user(view, _used_by_build(view).get(name, []), own):
        return severity
    return Severity.WARNING


def _user(view: View, requirements: list[Requirement], own: bool) -> Requirement | None:
    """Return the first requirement to which an entry applies that is `workspace = true`, or is not."""
    return next(
        (
            requirement
            for requirement in requirements
            if any(
                (kind == WORKSPACE_SOURCE) is own
                for some in applying(view, requirement)
                for kind in some
            )
        ),
        None,
    )


@rule("missing-workspace-source", Severity.ERROR, beyond=Beyond.PROJECT, risks=(NO_RISK, _FOR_ALL))
def missing_workspace_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement on a member has no `workspace = true` source.

    A name that a member has must come from the workspace, and uv wants that said: in the
    `[tool.uv.sources]` of the file, or in the root's, which every member inherits. Markers do not
    matter, nor do extras; a project that requires itself needs no source. Where a source has entries for
    other extras or groups only, uv does not mind. From a member that lies outside of
    the root's directory, or below another `pyproject.toml`, uv does not find this workspace: there the
    members of the one count that it finds.

    The same holds for `requires` of `[build-system]`, which uv reads where it builds the project: an error
    where a bare `uv sync`, the sync of `default-packages` or `uv lock` does, a warning elsewhere.

    ```toml
    [project]
    dependencies = ["acme-core"]  # a member, and no source says so
    ```

    Add `acme-core = { workspace = true }` to `[tool.uv.sources]`.
    """
    if not view.is_workspace():
        return
    built = lowered_build_requirements(view)
    for requirement in (*view.manifest.requirements, *built):
        name = requirement.name
        if name is None or name == view.manifest.name:
            continue
        member = view.member(name)
        if member is None or name in view.manifest.sources or view.root_source(name) is not None:
            continue
        if view.has_no_source(name) or knows_no_members(view, name):
            continue  # the member is taken all the same
        severity = severity_of_build(view) if requirement in built else Severity.ERROR
        fixes = [workspace_source(view, name)]
        if view.scope is Scope.MEMBER:
            root = view.root_manifest()
            added = insert_entry(root.tree, SOURCES_PATH, name, "{ workspace = true }")
            change = Change(root.path, tuple(added))
            fixes.append(
                Fix("Add the source to the root, for all members", (change,), risk=_FOR_ALL)
            )
        yield rule.finding(
            view,
            requirement.node.span,
            f"`{name}` is a member of {view.this_workspace} and needs a `workspace = true` source",
            *fixes,
            severity=severity,
        )


@rule(
    "unknown-workspace-source",
    Severity.ERROR,
    beyond=Beyond.PROJECT,
    risks=(GUESS, REMOVAL, _MEMBERSHIP),
)
def unknown_workspace_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A source says `workspace = true` of a name that no member has.

    uv refuses it as soon as a requirement of that name uses the source; a source that nothing uses is
    never looked at, and is a warning here. Where `no-sources-package` names any package uv knows no member
    but the root and the project itself, and refuses the sources of the others that are not named there.

    ```toml
    [project]
    dependencies = ["acme-cor"]

    [tool.uv.sources]
    acme-cor = { workspace = true }  # the member is called acme-core
    ```

    Write the member's name, add its directory to `members`, or remove the source.
    """
    used = _used(view)
    sources = view.manifest.sources
    for name in view.strangers(frozenset(sources)):
        source = sources[name]
        if WORKSPACE_SOURCE not in source.kinds:
            continue
        requirement = _user(view, used.get(source.name, []), True)
        yield _unknown(view, rule, source, requirement)
    yield from _unknown_members(view, rule, used)
    if view.scope is Scope.MEMBER:
        yield from _unknown_inherited(view, rule, used)
        yield from _unknown_inherited(view, rule, _used_by_build(view), by_build=True)


def _unknown(view: View, rule: Rule, source: Source, requirement: Requirement | None) -> Finding:
    tree = view.manifest.tree
    shown = source.key.text
    fixes: tuple[Fix, ...] = ()
    named = [one for one in view.manifest.requirements if one.name == source.name]
    replaced = view.scope is Scope.MEMBER and view.root_source(source.name) is not None
    if requirement is None or not (replaced or any("@" in one.node.value for one in named)):
        # else the root's, or a URL, would take its place
        remove = view.change_by(remove_entry, tree, source.entry)
        fixes = (Fix(f"Remove the source `{shown}`", (remove,), risk=REMOVAL),)
    severity = _severity_of_unknown(view, source.name, requirement)
    excluded = view.excluded(source.name)
    if excluded is not None:
        root = view.root_manifest()
        pattern = root.exclude_patterns[excluded.pattern]
        note = Related(root.path, pattern.span, f"`{shown}` is excluded here")
        message = f"`{shown}` is excluded from the workspace by `{pattern.value}`"
        return rule.finding(
            view, source.key.span, message, *fixes, severity=severity, related=(note,)
        )
    message = f"`{shown}` is not a member of {view.this_workspace}"
    if view.outside is None and view.scope is not Scope.DETACHED:
        stray = view.stray_project(source.name)
        if stray is not None:
            where = view.shown(stray)
            message += f", and no entry of `members` names its directory `{where}`"
            fixes = (*_add_member(view, where), *fixes)
            return rule.finding(view, source.key.span, message, *fixes, severity=severity)
        submodule = view.absent_submodule(source.name)
        if submodule is not None:
            message += (
                f". It may be in the submodule `{view.shown(submodule)}`, which is not checked out"
            )
            message += ": run `git submodule update --init`"
            return rule.finding(view, source.key.span, message, *fixes, severity=severity)
    near = view.closest_member(shown)
    if near is None or near in view.manifest.sources:
        return rule.finding(view, source.key.span, message, *fixes, severity=severity)
    edits = [replace_key(tree, source.key.start, source.key.end, near)]
    edits += [
        Edit(one.name_span, near)
        if one.node.verbatim
        else replace_string(one.node, _NAME.sub(near, one.node.value, count=1))
        for one in named
    ]
    fixes = (replacement(view, near, *edits), *fixes)
    return rule.finding(view, source.key.span, message + question(near), *fixes, severity=severity)


def _severity_of_unknown(view: View, name: Name, requirement: Requirement | None) -> Severity:
    """Return how bad it is that a source names no member: what nobody uses uv passes over."""
    of_all = view.scope is Scope.ROOT and view.outside is None
    if view.manifest.has_hidden_requirements or (
        of_all and (name in view.manifest.constrained or name in extra_build_requirements(view))
    ):
        return Severity.ERROR
    return _severity_of_use(view, name, requirement, True)


def _add_member(view: View, directory: str) -> Iterator[Fix]:
    """Yield the fix that adds a directory to the root's `members`."""
    root = view.root_manifest()
    edits = added_patterns(root, "members", [escape(directory)])
    if edits:
        yield Fix(
            f"Add `{directory}` to `members`", (Change(root.path, tuple(edits)),), risk=_MEMBERSHIP
        )


def _unknown_members(
    view: View, rule: Rule, used: dict[Name, list[Requirement]]
) -> Iterator[Finding]:
    """Yield the members that uv does not know because of `no-sources-package`."""
    for name, requirements in used.items():
        if knows_no_members(view, name):
            requirement = _user(view, requirements, True)
            if requirement is not None:
                message = (
                    f"Because of `no-sources-package` uv does not take `{name}` for a member. "
                    f"Name `{name}` there as well, or no package"
                )
                yield rule.finding(view, requirement.node.span, message)


def _unknown_inherited(
    view: View, rule: Rule, used: dict[Name, list[Requirement]], *, by_build: bool = False
) -> Iterator[Finding]:
    """A member uses the root's source of a name that no member has."""
    for name, requirements in used.items():
        if name in view.manifest.sources or view.member(name) is not None:
            continue
        requirement = _user(view, requirements, True)
        if requirement is None:
            continue
        root = view.root_manifest()
        source = root.sources.get(name)
        related = (Related(root.path, source.key.span, "The root's source"),) if source else ()
        message = (
            f"`{name}` is not a member of {view.this_workspace}, but the root's source says so"
        )
        yield rule.finding(
            view,
            requirement.node.span,
            message,
            severity=severity_of_build(view) if by_build else Severity.ERROR,
            related=related,
        )


@rule(
    "member-from-elsewhere",
    Severity.ERROR,
    beyond=Beyond.PROJECT,
    risks=(NO_RISK, _PLACE, OWN_SOURCE),
)
def member_from_elsewhere(view: View, rule: Rule) -> Iterator[Finding]:
    """A member's name has a source that is not `workspace = true`.

    A name that a member has can come from nowhere else: `path`, `git`, `url` and `index` are refused
    as soon as a requirement uses the source, and so are `workspace = false` and a path in its place.
    Every entry of a list must be `workspace = true`. A source that nothing uses is a warning.

    ```toml
    [tool.uv.sources]
    acme-core = { path = "../core" }
    ```

    Write `acme-core = { workspace = true }`.
    """
    if not view.is_workspace():
        return
    used = _used(view)
    for source in view.manifest.special_sources:
        if source.workspace or not source.entries or view.member(source.name) is None:
            continue
        if source.name == view.manifest.name or knows_no_members(view, source.name):
            continue
        wrong = next(kind for kind in source.kinds if kind != WORKSPACE_SOURCE)
        fixes = _as_workspace_source(view, source)
        kind = f"`{wrong}`" if wrong else "another source"
        where = view.this_workspace
        message = f"`{source.key.text}` is a member of {where} and cannot come from {kind}"
        if wrong == WORKSPACE:
            message = f"`{source.key.text}` is a member of {where} and needs `workspace = true`"
        user = _user(view, used.get(source.name, []), False)
        severity = _severity_of_use(view, source.name, user, False)
        span = source.key.span
        if wrong == WORKSPACE:
            span = source.entries[source.kinds.index(wrong)].table.entries[WORKSPACE].value.span
        yield rule.finding(view, span, message, *fixes, severity=severity)
    if view.scope is Scope.MEMBER:
        yield from _elsewhere_inherited(view, rule, used)
        yield from _elsewhere_inherited(view, rule, _used_by_build(view), by_build=True)
        yield from _itself_elsewhere(view, rule)


def _as_workspace_source(view: View, source: Source) -> Iterator[Fix]:
    """Yield the fix that takes a member from the workspace.

    It is safe where the source is the path of the member: what else the source says then stays.
    """
    value, member = source.entry.value, view.member(source.name)
    if source.entry.statement is None or not isinstance(value, Table) or not value.inline:
        return
    text = "{ workspace = true }"
    edit = Edit(value.span, text)
    entry = value.entries.get("path")
    if (
        entry is not None
        and entry.statement is not None
        and isinstance(entry.value, String)
        and member is not None
        and join(view.manifest.directory, entry.value.value) == member.directory
        and value.entries.keys() <= {"path", "editable", "marker", "extra", "group"}
    ):
        start, end = entry.statement.start, entry.statement.end
        edit = Edit(Span(start, end), "workspace = true")
        written = view.manifest.text
        text = f"{written[value.start : start]}{edit.text}{written[end : value.end]}"
        yield Fix(f"Write `{text}`", (view.change(edit),), Applicability.SAFE)
    else:
        yield Fix(f"Write `{text}`", (view.change(edit),), risk=_PLACE)


def _elsewhere_inherited(
    view: View, rule: Rule, used: dict[Name, list[Requirement]], *, by_build: bool = False
) -> Iterator[Finding]:
    """A member uses the root's source of a member's name, and that is no workspace source."""
    for name, requirements in used.items():
        if name in view.manifest.sources or view.member(name) is None:
            continue
        if knows_no_members(view, name):
            continue
        requirement = _user(view, requirements, False)
        if requirement is None:
            continue
        root = view.root_manifest()
        source = root.sources.get(name)
        related = (Related(root.path, source.key.span, "The root's source"),) if source else ()
        yield rule.finding(
            view,
            requirement.node.span,
            f"`{name}` is a member of {view.this_workspace}, but the root's source takes it from elsewhere",
            workspace_source(view, name),
            severity=severity_of_build(view) if by_build else Severity.ERROR,
            related=related,
        )


def _itself_elsewhere(view: View, rule: Rule) -> Iterator[Finding]:
    """A member requires itself, and the root's source of its name leads to something else."""
    name = view.manifest.name
    if name is None or name in view.manifest.sources or view.member(name) is None:
        return
    requirement = next(
        (
            one
            for one in view.manifest.requirements
            if one.name == name and not requirement_marker(one.node.value)
        ),
        None,
    )
    if requirement is None or view.inherited_limited(name) is not None:
        return
    direct = view.inherited_direct_source(name)
    leads_away = (
        direct is not None
        and not direct.marker
        and path_of(direct.place) != view.manifest.directory
    )
    if leads_away or view.root_source(name) == (WORKSPACE,):
        message = f"`{name}` is this project itself, but the root's source takes it from elsewhere"
        source = workspace_source(view, name)
        yield rule.finding(view, requirement.node.span, message, source)


@rule("excluded-dependency", Severity.INFORMATION)
def excluded_dependency(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement names a project that is excluded from the workspace.

    uv never looks at an excluded directory: without a source the package is taken from an index, where
    another package may have that name.

    ```toml
    # root: exclude = ["packages/legacy"]
    [project]
    dependencies = ["legacy"]
    ```

    Add a `path` source, or take the directory out of `exclude`.
    """
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None or name == view.manifest.name or name in view.manifest.sources:
            continue
        excluded = view.excluded(name)
        if excluded is None or view.member(name) is not None:
            continue
        if view.scope is Scope.MEMBER and view.root_source(name) is not None:
            continue
        root = view.root_manifest()
        pattern = root.exclude_patterns[excluded.pattern]
        note = Related(root.path, pattern.span, f"`{name}` is excluded here")
        message = (
            f"`{name}` is excluded from the workspace by `{pattern.value}` "
            "and will be looked for in an index"
        )
        yield rule.finding(view, requirement.node.span, message, related=(note,))


@rule("unknown-other-workspace", Severity.ERROR, *BELONGING, beyond=Beyond.PROJECT)
def unknown_other_workspace(view: View, rule: Rule) -> Iterator[Finding]:
    """`workspace = "<path>"` leads to no workspace, or to one without that member.

    The string is the path of another workspace's root, from the file that it stands in. Versions of uv
    before 0.11.31 know no such path, and refuse the file. A source that nothing uses is a warning.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = "../../other" }
    ```

    Correct the path, or the name.
    """
    for source in view.manifest.sources.values():
        if WORKSPACE not in source.kinds:
            continue
        for index, one in enumerate(source.entries):
            node = one.table.get(WORKSPACE)
            if not isinstance(node, String):
                continue
            if not view.uv_has(Feature.OTHER_WORKSPACE):
                message = "uv takes the path of another workspace from version 0.11.31 on"
                yield rule.finding(view, node.span, message)
                continue
            if view.member(source.name) is not None and source.name != view.manifest.name:
                continue
            members = view.other_workspace(join(view.manifest.directory, node.value))
            if members is not None and source.name in members:
                continue
            message = f"`{node.value}` is not the root of a workspace"
            if members is not None:
                message = f"`{source.key.text}` is not a member of the workspace in `{node.value}`"
            used = severity_of_source(view, source, index)
            yield rule.finding(view, node.span, message, severity=used)


RULES = (
    missing_workspace_source,
    unknown_workspace_source,
    member_from_elsewhere,
    excluded_dependency,
    unknown_other_workspace,
)
