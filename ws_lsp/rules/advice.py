"""Rules about what uv silently ignores and people stumble over: never an error, uv succeeds."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.build_requirements import extra_build_requirements
from ws_lsp.checking.findings import NO_RISK, Change, Finding, Fix, Related, Severity
from ws_lsp.checking.misplaced_keys import move_of, required_in
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.suggestions import COMMENT, GUESS, REMOVAL, question, replacing, without_effect
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise, some_of
from ws_lsp.grammar.requirement import contradicts
from ws_lsp.project.declarations import LOWERED, WORKSPACE_PATH, WORKSPACE_SOURCE
from ws_lsp.project.globs import Pattern, compile_pattern, spellings
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import DEFAULT_GROUPS, DEFAULT_PACKAGES, INDEX, WORKSPACE
from ws_lsp.schema.pyproject import WS_LSP
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.toml.edit import remove_entry, remove_item
from ws_lsp.toml.moving import moved_to
from ws_lsp.toml.tree import Array, Entry, String, Table

__all__ = ["RULES"]

_FOR_ALL = "It then counts for the whole workspace"


@rule("ignored-in-member", Severity.INFORMATION, Scope.MEMBER, risks=(_FOR_ALL, REMOVAL))
def ignored_in_member(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting stands in a member, but only the root's counts.

    Of a member's `[tool.uv]` uv reads `sources`, `index` (for these sources), `package`, `managed`,
    `default-groups`, `dependency-groups`, `dev-dependencies`, `conflicts`, `cache-keys` and
    `build-backend`. Everything else is decided by the root of the workspace, and uv does not say so. The
    same holds of `[tool.ws-lsp.rules]`.

    ```toml
    # packages/core/pyproject.toml
    [tool.uv]
    constraint-dependencies = ["idna<4"]  # has no effect
    ```

    Move the setting to the root's `pyproject.toml`, or remove it.
    """
    if not view.is_workspace():
        return
    own = view.manifest.tree.root.table("tool", "ws-lsp")
    for name, entry in own.entries.items() if own is not None else ():
        known = WS_LSP.keys.get(name)
        if known is not None and known.root_only and name != DEFAULT_PACKAGES:
            message = (
                f"`{name}` of `[tool.ws-lsp]` has no effect in a member: only the root's counts"
            )
            fixes = _ways_out(view, ("tool", "ws-lsp", name), entry)
            yield rule.finding(view, entry.key.span, message, *fixes, unnecessary=True)
    for entry in view.manifest.uv.entries.values() if view.manifest.uv is not None else ():
        key = entry.key.text
        known = TOOL_UV.keys.get(key)
        if key in (WORKSPACE, DEFAULT_PACKAGES) or (known and not known.root_only):
            continue
        if known is None and move_of(view, entry) is not None:
            continue  # `misplaced-key` says where it belongs
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.key.span,
            f"`{key}` has no effect in a member: only the root's counts",
            Fix(f"Remove `{key}`", (remove,), risk=REMOVAL),
            unnecessary=True,
        )


@rule("unmatched-exclude", Severity.INFORMATION, Scope.ROOT, risks=(GUESS, REMOVAL))
def unmatched_exclude(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `exclude` hides nothing.

    `exclude` takes away from what `members` names. A literal path covers that one directory and none
    below it, while `*` crosses `/`: `packages/legacy/*` hides all that is below.

    ```toml
    [tool.uv.workspace]
    members = ["packages/*"]
    exclude = ["package/legacy"]  # the directory is packages/legacy
    ```

    Correct the pattern, or remove it. Patterns of directories that tools make, such as
    `**/__pycache__` or `dist`, are fine: the directories may be there tomorrow.
    """
    array = view.manifest.tree.root.get(*WORKSPACE_PATH, "exclude")
    if not isinstance(array, Array) or not view.manifest.member_patterns:
        return
    hiding = view.hiding_excludes()
    for index, node in enumerate(view.manifest.exclude_patterns):
        if index not in hiding and not _is_about_what_is_generated(node.value):
            place = array.items.index(node)
            removal = view.change_by(remove_item, view.manifest.tree, array, place)
            fixes = [Fix(f"Remove `{node.value}`", (removal,), risk=REMOVAL)]
            message = f"`{node.value}` hides no directory that `members` names"
            meant = _meant(view, node.value)
            if meant:
                message += question(*meant)
                fixes.insert(0, replacing(view, node, meant))
            yield rule.finding(view, node.span, message, *fixes, unnecessary=not meant)


def _meant(view: View, text: str) -> tuple[str, ...]:
    """Return the patterns that hide something and that one of `exclude` that hides nothing may mean.

    They are another spelling, or all that is below the directory.
    """
    named = [directory for some in view.matches() for directory in some]

    def hides(text: str) -> bool:
        pattern = compile_pattern(text)
        return isinstance(pattern, Pattern) and any(
            pattern.excludes(directory, view.root()) for directory in named
        )

    found = spellings(text, view.root())
    both = ((one, f"{one.rstrip('/')}/*") for one in found)
    return tuple(next(filter(hides, one), "") for one in both if any(map(hides, one)))


_GENERATED = regular_expression(
    r"__pycache__|\.?venv|env|node_modules|build|dist|target|site|site-packages|htmlcov"
    r"|\.(?:git|tox|nox|eggs|ipynb_checkpoints|cache|[a-z]+_cache)|.*\.egg-info"
)


def _is_about_what_is_generated(pattern: str) -> bool:
    """Tell whether a pattern is about directories that tools make and remove."""
    parts = [part for part in pattern.split("/") if part.strip("*")]
    return bool(parts) and _GENERATED.fullmatch(parts[-1]) is not None


@rule("ignored-specifier", Severity.INFORMATION)
def ignored_specifier(view: View, rule: Rule) -> Iterator[Finding]:
    """A workspace member does not have the version that is asked of it, and uv does not mind.

    uv takes a member as it is: `acme-core>=2` locks although acme-core is 1.0. Whoever installs the
    built packages from an index will find that they do not fit together.

    ```toml
    dependencies = ["acme-core>=2"]  # acme-core is 1.0
    ```

    Correct the specifier, or the member's version.
    """
    if not view.is_workspace():
        return
    for requirement in view.manifest.requirements:
        name = requirement.name
        specifier = requirement.specifier if name is not None else None
        member = view.member(name) if name is not None and specifier is not None else None
        if name is None or specifier is None or member is None:
            continue
        own = view.manifest.sources.get(name)
        if WORKSPACE_SOURCE not in (own.kinds if own else view.inherited_source(name) or ()):
            continue
        text, span = specifier
        version = view.version_of(member)
        if version is not None and contradicts(version, text):
            message = f"`{name}` is {version}, which is not `{text}`: uv takes it nevertheless"
            yield rule.finding(view, span, message)


@rule("unused-workspace-source", Severity.HINT, Scope.MEMBER, risks=(REMOVAL,))
def unused_workspace_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A member has a `workspace = true` source for a package that it does not require.

    The source does nothing for this file. In the root it would serve every member, so none is reported
    there.

    ```toml
    [project]
    dependencies = []

    [tool.uv.sources]
    acme-core = { workspace = true }
    ```

    Require the package, or remove the source.
    """
    if view.manifest.has_hidden_requirements:
        return
    required = view.manifest.required
    for source in view.manifest.sources.values():
        if source.name in required or not source.workspace or view.member(source.name) is None:
            continue
        remove = view.change_by(remove_entry, view.manifest.tree, source.entry)
        message = f"Nothing in this file requires `{source.key.text}`"
        fix = Fix(f"Remove the source `{source.key.text}`", (remove,), risk=REMOVAL)
        yield rule.finding(view, source.key.span, message, fix, unnecessary=True)


@rule("unused-source", Severity.INFORMATION, Scope.ROOT, Scope.MEMBER, risks=(REMOVAL,))
def unused_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A source is of a package that no file requires directly.

    uv applies sources to what a file lists: dependencies, extras, groups and build requirements; those of
    the root to members as well, and to constraints and overrides. A package that only another package
    requires comes from an index all the same, and uv does not say so.

    ```toml
    [project]
    dependencies = ["requests"]

    [tool.uv.sources]
    idna = { git = "https://example.org/idna" }  # requests requires it, this file does not
    ```

    Require the package as well, or remove the source. Of members that nothing requires the root may list
    sources.
    """
    if view.ignores_sources() or view.has_settings_file():
        return
    manifest = view.manifest
    is_root = view.scope is Scope.ROOT
    hidden = manifest.has_hidden_requirements
    others = {*extra_build_requirements(view)}
    for key in LOWERED if is_root else ():
        listed = manifest.uv.get(key) if manifest.uv is not None else None
        others.update(required_in(listed) if listed is not None else ())
    for source in manifest.special_sources:
        name = source.name
        if source.workspace or name in others or name == manifest.name:
            continue
        if view.may_be_required(name) if is_root else hidden or _requires(view, name):
            continue
        where = "this workspace" if is_root and view.is_workspace() else "this file"
        remove = view.change_by(remove_entry, manifest.tree, source.entry)
        fix = Fix(f"Remove the source `{source.key.text}`", (remove,), risk=REMOVAL)
        message = (
            f"Nothing in {where} requires `{source.key.text}` directly, so its source has no effect"
        )
        yield rule.finding(view, source.key.span, message, fix, unnecessary=True)


def _requires(view: View, name: Name) -> bool:
    return name in view.manifest.required or name in view.manifest.required_by_build


@rule("unused-index", Severity.INFORMATION, Scope.MEMBER, risks=(_FOR_ALL, REMOVAL))
def unused_index(view: View, rule: Rule) -> Iterator[Finding]:
    """A member has an index that none of its sources names.

    Of a member's indexes uv reads those that the member's own sources name, and no others: packages are
    looked for in the indexes of the root.

    ```toml
    # packages/core/pyproject.toml
    [[tool.uv.index]]
    name = "corp"
    url = "https://corp.example/simple"  # nothing is looked for here
    ```

    Name the index in a source, or move it to the root.
    """
    entry = view.manifest.uv.entries.get(INDEX) if view.manifest.uv is not None else None
    if entry is None or not view.is_workspace() or not isinstance(entry.value, Array):
        return
    used = [
        one.table.get(INDEX) for source in view.manifest.special_sources for one in source.entries
    ]
    names = {node.value for node in used if isinstance(node, String)}
    unused = [
        item
        for item in entry.value.items
        if isinstance(item, Table)
        and not (isinstance(named := item.get("name"), String) and named.value in names)
    ]
    for item in unused:
        node = item.get("name") or item.get("url")
        fixes = (
            [*_ways_out(view, ("tool", "uv", INDEX), entry)]
            if len(unused) == len(entry.value.items)
            else []
        )
        shown = f" `{node.value}`" if isinstance(node, String) else ""
        message = f"No source of this file names the index{shown}, so it has no effect in a member"
        span = node.span if node is not None else item.span
        yield rule.finding(view, span, message, *fixes, unnecessary=True)


def _ways_out(view: View, path: tuple[str, ...], entry: Entry) -> Iterator[Fix]:
    """Yield the fixes for what has no effect in a member: it moves to the root, where that has none, or goes."""
    root = view.root_manifest()
    moved = None
    if root.tree.root.entry(*path) is None:
        moved = moved_to(view.manifest.tree, path, root.tree, path)
    if moved is not None:
        changes = (view.change(*moved[0]), Change(root.path, tuple(moved[1])))
        yield Fix("Move to the root", changes, risk=_FOR_ALL)
    remove = view.change_by(remove_entry, view.manifest.tree, entry)
    yield Fix(f"Remove `{entry.key.text}`", (remove,), risk=REMOVAL)


@rule("repeated-entry", Severity.HINT, *BELONGING, risks=(NO_RISK, COMMENT))
def repeated_entry(view: View, rule: Rule) -> Iterator[Finding]:
    """A list holds the same entry twice.

    uv takes no notice. Requirements are the same if they are written alike, default groups if their
    names are the same in normal form (PEP 503).

    ```toml
    dependencies = ["idna>=3", "sniffio", "idna>=3"]
    ```

    Remove one of them.
    """
    root = view.manifest.tree.root
    arrays = {requirement.path: requirement.array for requirement in view.manifest.requirements}
    for path in _LISTS:
        node = root.get(*path)
        if isinstance(node, Array):
            arrays[path] = node
    for path, array in arrays.items():
        normal = normalise if path[-1] == DEFAULT_GROUPS else str.strip
        first: dict[str, String] = {}
        for index, item in enumerate(array.items):
            if not isinstance(item, String):
                continue
            text = normal(item.value)
            if text not in first:
                first[text] = item
                continue
            removal = remove_item(view.manifest.tree, array, index)
            yield rule.finding(
                view,
                item.span,
                f"`{item.value}` is already listed",
                without_effect(view, f"Remove the second `{item.value}`", removal),
                related=(Related(view.path, first[text].span, "The first one"),),
                unnecessary=True,
            )


@rule("unneeded-members", Severity.HINT, Scope.ROOT, off=True)
def unneeded_members(view: View, rule: Rule) -> Iterator[Finding]:
    """Some members are needed by no default package.

    They are installed when they are named, or with all members. That may be just what is wanted, so the
    rule is off until it gets a severity; it says what "Sync default packages" leaves out.

    ```toml
    [tool.ws-lsp]
    default-packages = ["acme-api"]  # acme-cli is in the workspace as well

    [tool.ws-lsp.rules]
    unneeded-members = "hint"
    ```

    Add them to `default-packages`.
    """
    packages = next(iter(view.manifest.default_packages), None)
    names = view.unreached() if packages is not None else ()
    if packages is None or not names:
        return
    message = f"No default package needs {some_of(names)}"
    yield rule.finding(view, packages.entry.key.span, message)


_LISTS: tuple[tuple[str, ...], ...] = (
    (*WORKSPACE_PATH, "members"),
    (*WORKSPACE_PATH, "exclude"),
    ("tool", "uv", DEFAULT_GROUPS),
)


RULES = (
    ignored_in_member,
    unmatched_exclude,
    ignored_specifier,
    unused_workspace_source,
    unused_source,
    unused_index,
    repeated_entry,
    unneeded_members,
)
