"""Rules about what uv silently ignores and people stumble over: never an error, uv succeeds."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Related, Severity
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.suggestions import COMMENT, GUESS, REMOVAL, question, replacing, without_effect
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import normalise
from ws_lsp.grammar.requirement import contradicts
from ws_lsp.project.declarations import WORKSPACE_PATH, WORKSPACE_SOURCE
from ws_lsp.project.globs import Pattern, compile_pattern, spellings
from ws_lsp.schema.keys import DEFAULT_GROUPS, DEFAULT_PACKAGES, WORKSPACE
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.toml.edit import remove_entry, remove_item
from ws_lsp.toml.tree import Array, String

__all__ = ["RULES"]


@rule("ignored-in-member", Severity.INFORMATION, Scope.MEMBER, risks=(REMOVAL,))
def ignored_in_member(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting stands in a member, but only the root's counts.

    Of a member's `[tool.uv]` uv reads `sources`, `index` (for these sources), `package`, `managed`,
    `default-groups`, `dependency-groups`, `dev-dependencies`, `conflicts`, `cache-keys` and
    `build-backend`. Everything else is decided by the root of the workspace, and uv does not say so.

    ```toml
    # packages/core/pyproject.toml
    [tool.uv]
    constraint-dependencies = ["idna<4"]  # has no effect
    ```

    Move the setting to the root's `pyproject.toml`, or remove it.
    """
    table = view.manifest.uv
    if table is None or not view.is_workspace():
        return
    for entry in table.entries.values():
        key = entry.key.text
        known = TOOL_UV.keys.get(key)
        if key in (WORKSPACE, DEFAULT_PACKAGES) or (known and not known.root_only):
            continue
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

    Correct the pattern, or remove it.
    """
    array = view.manifest.tree.root.get(*WORKSPACE_PATH, "exclude")
    if not isinstance(array, Array) or not view.manifest.member_patterns:
        return
    hiding = view.hiding_excludes()
    for index, node in enumerate(view.manifest.exclude_patterns):
        if index not in hiding:
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
    listed = ", ".join(f"`{name}`" for name in names[:5])
    rest = f" and {len(names) - 5} more" if len(names) > 5 else ""
    message = f"No default package needs {listed}{rest}"
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
    repeated_entry,
    unneeded_members,
)
