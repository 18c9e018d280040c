"""Rules about references to members: requirements and `[tool.uv.sources]`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.manifest import WORKSPACE, Requirement, Source
from ws_lsp.project.names import Name
from ws_lsp.rules.base import Change, Finding, Fix, Related, Rule, Scope, Severity, View, rule
from ws_lsp.text import Edit
from ws_lsp.toml.edit import insert_entry, remove_entry, replace_key
from ws_lsp.toml.tree import Table

__all__ = ["RULES", "SOURCES"]

SOURCES = ("tool", "uv", "sources")


def _used(view: View) -> dict[Name, Requirement]:
    """Return the first requirement of each name in this file, self-references left out."""
    found: dict[Name, Requirement] = {}
    for requirement in view.manifest.requirements:
        if requirement.name is not None and requirement.name != view.manifest.name:
            found.setdefault(requirement.name, requirement)
    return found


@rule("missing-workspace-source", Severity.ERROR)
def missing_workspace_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement on a member has no `workspace = true` source.

    A name that a member has must come from the workspace, and uv wants that said: in the
    `[tool.uv.sources]` of the file, or in the root's, which every member inherits. Markers do not
    matter, nor do extras; a project that requires itself needs no source.

    ```toml
    [project]
    dependencies = ["acme-core"]  # a member, and no source says so
    ```

    Add `acme-core = { workspace = true }` to `[tool.uv.sources]`.
    """
    if not view.is_workspace():
        return
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None or name == view.manifest.name:
            continue
        member = view.member(name)
        if member is None or name in view.manifest.sources:
            continue
        if view.scope is Scope.MEMBER and view.root_source(name) is not None:
            continue
        edits = insert_entry(view.manifest.tree, SOURCES, name, "{ workspace = true }")
        fixes = [
            Fix(f"Add the source `{name} = {{ workspace = true }}`", (view.change(*edits),), True)
        ]
        if view.scope is Scope.MEMBER:
            root = view.root_manifest()
            added = insert_entry(root.tree, SOURCES, name, "{ workspace = true }")
            change = Change(root.path, tuple(added))
            fixes.append(Fix("Add the source to the root, for all members", (change,)))
        yield rule.finding(
            view,
            requirement.node.span,
            f"`{name}` is a member of this workspace and needs a `workspace = true` source",
            *fixes,
        )


@rule("unknown-workspace-source", Severity.ERROR)
def unknown_workspace_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A source says `workspace = true` of a name that no member has.

    uv refuses it as soon as a requirement of that name uses the source; a source that nothing uses is
    never looked at, and is a warning here.

    ```toml
    [project]
    dependencies = ["acme-cor"]

    [tool.uv.sources]
    acme-cor = { workspace = true }  # the member is called acme-core
    ```

    Write the member's name, add its directory to `members`, or remove the source.
    """
    used = _used(view)
    for source in view.manifest.sources.values():
        if WORKSPACE not in source.kinds:
            continue
        if view.member(source.name) is not None:
            continue
        requirement = used.get(source.name)
        yield _unknown(view, rule, source, requirement)
    if view.scope is Scope.MEMBER:
        yield from _unknown_inherited(view, rule, used)


def _unknown(view: View, rule: Rule, source: Source, requirement: Requirement | None) -> Finding:
    tree = view.manifest.tree
    shown = source.key.text
    remove = Fix(f"Remove the source `{shown}`", (view.change(*remove_entry(tree, source.entry)),))
    used = requirement is not None or view.manifest.has_hidden_requirements
    severity = Severity.ERROR if used else Severity.WARNING
    excluded = view.excluded(source.name)
    if excluded is not None:
        root = view.root_manifest()
        pattern = root.exclude_patterns[excluded.pattern]
        note = Related(root.path, pattern.span, f"`{shown}` is excluded here")
        message = f"`{shown}` is excluded from the workspace by `{pattern.value}`"
        return rule.finding(
            view, source.key.span, message, remove, severity=severity, related=(note,)
        )
    message = f"`{shown}` is not a member of this workspace"
    near = view.closest_member(shown)
    if near is None or near in view.manifest.sources:
        return rule.finding(view, source.key.span, message, remove, severity=severity)
    edits = [replace_key(tree, source.key.start, source.key.end, near)]
    edits += [
        Edit(one.name_span, near)
        for one in view.manifest.requirements
        if one.name == source.name and "\\" not in view.manifest.text[one.node.start : one.node.end]
    ]
    fix = Fix(f"Replace with `{near}`", (view.change(*edits),))
    message += f". Did you mean `{near}`?"
    return rule.finding(view, source.key.span, message, fix, remove, severity=severity)


def _unknown_inherited(view: View, rule: Rule, used: dict[Name, Requirement]) -> Iterator[Finding]:
    """A member uses the root's source of a name that no member has."""
    for name, requirement in used.items():
        if name in view.manifest.sources or view.member(name) is not None:
            continue
        kinds = view.root_source(name)
        if kinds is None or WORKSPACE not in kinds:
            continue
        root = view.root_manifest()
        source = root.sources.get(name)
        related = (Related(root.path, source.key.span, "The root's source"),) if source else ()
        message = f"`{name}` is not a member of this workspace, but the root's source says so"
        yield rule.finding(view, requirement.node.span, message, related=related)


@rule("member-from-elsewhere", Severity.ERROR)
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
    for source in view.manifest.sources.values():
        if source.workspace or not source.entries or view.member(source.name) is None:
            continue
        if source.name == view.manifest.name:
            continue
        wrong = next(kind for kind in source.kinds if kind != WORKSPACE)
        value = source.entry.value
        fixes: tuple[Fix, ...] = ()
        if source.entry.statement is not None and isinstance(value, Table) and value.inline:
            change = view.change(Edit(value.span, "{ workspace = true }"))
            fixes = (Fix("Write `{ workspace = true }`", (change,), safe=True),)
        kind = f"`{wrong}`" if wrong else "another source"
        message = f"`{source.key.text}` is a member of this workspace and cannot come from {kind}"
        if wrong == "workspace":
            message = (
                f"`{source.key.text}` is a member of this workspace and needs `workspace = true`"
            )
        severity = Severity.ERROR if source.name in used else Severity.WARNING
        yield rule.finding(view, source.key.span, message, *fixes, severity=severity)
    if view.scope is Scope.MEMBER:
        yield from _elsewhere_inherited(view, rule, used)


def _elsewhere_inherited(
    view: View, rule: Rule, used: dict[Name, Requirement]
) -> Iterator[Finding]:
    """A member uses the root's source of a member's name, and that is no workspace source."""
    for name, requirement in used.items():
        kinds = None if name in view.manifest.sources else view.root_source(name)
        if not kinds or view.member(name) is None or all(kind == WORKSPACE for kind in kinds):
            continue
        root = view.root_manifest()
        source = root.sources.get(name)
        related = (Related(root.path, source.key.span, "The root's source"),) if source else ()
        edits = insert_entry(view.manifest.tree, SOURCES, name, "{ workspace = true }")
        yield rule.finding(
            view,
            requirement.node.span,
            f"`{name}` is a member of this workspace, but the root's source takes it from elsewhere",
            Fix(f"Add the source `{name} = {{ workspace = true }}`", (view.change(*edits),)),
            related=related,
        )


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


RULES = (
    missing_workspace_source,
    unknown_workspace_source,
    member_from_elsewhere,
    excluded_dependency,
)
