"""Rules about `[tool.uv.workspace]` and what its patterns name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.checking.findings import Change, Finding, Fix, Related, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    Scope,
    rule,
)
from ws_lsp.checking.suggestions import (
    GUESS,
    INVENTION,
    REMOVAL,
    added_patterns,
    question,
    replacing,
)
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.project.declarations import WORKSPACE_PATH, WORKSPACE_SOURCE
from ws_lsp.project.globs import PatternProblem, compile_member_pattern, compile_pattern, escape
from ws_lsp.project.versions import Feature
from ws_lsp.project.workspace import Problem, ProblemKind
from ws_lsp.schema.keys import MANAGED
from ws_lsp.text import Edit, Span, line_end, newline_of
from ws_lsp.toml.edit import (
    remove_entry,
    remove_item,
    string_text,
)
from ws_lsp.toml.tree import Array, String
from ws_lsp.vfs import base_name, join

__all__ = ["RULES", "project_name"]

_EXCLUSION = "What lies in the directory is no member then"


def _problems(view: View, *kinds: ProblemKind) -> Iterator[Problem]:
    return (problem for problem in view.problems() if problem.kind in kinds)


@rule("unmatched-member", Severity.WARNING, Scope.ROOT, risks=(_EXCLUSION, GUESS, REMOVAL))
def unmatched_member(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `members` names no directory.

    uv says nothing: a misspelt path simply adds no member, and the first thing one notices is a
    dependency that cannot be found. Patterns have no braces (`{a,b}` is literal) and no negation (`!a`),
    are case-sensitive, want `/` and name directories, not their `pyproject.toml`; `*` stays within one
    directory.

    ```toml
    [tool.uv.workspace]
    members = ["package/*"]  # the directory is called packages
    ```

    Correct the path, or remove the entry. What an entry with a `!` should leave out, write to `exclude`.
    """
    matches = view.matches()
    tree = view.manifest.tree
    array = tree.root.get(*WORKSPACE_PATH, "members")
    for index, node in enumerate(view.manifest.member_patterns):
        if index >= len(matches) or matches[index]:
            continue
        if isinstance(compile_member_pattern(node.value), PatternProblem):
            continue
        fixes: list[Fix] = []
        message = f"`{node.value}` matches no directory"
        if node.value.startswith("!"):
            message += f". `members` has no negation: write `{node.value[1:]}` to `exclude`"
            fixes += _move_to_exclude(view, node)
        elif near := view.closest_directories(node.value):
            message += question(*near)
            fixes.append(replacing(view, node, near))
        if isinstance(array, Array):
            removal = view.change_by(remove_item, tree, array, array.items.index(node))
            fixes.append(Fix(f"Remove `{node.value}`", (removal,), risk=REMOVAL))
        yield rule.finding(view, node.span, message, *fixes)


@rule(
    "invalid-member-pattern", Severity.ERROR, Scope.ROOT, Scope.PARSED_ONLY, beyond=Beyond.WORKSPACE
)
def invalid_member_pattern(view: View, rule: Rule) -> Iterator[Finding]:
    """A pattern of `members` or `exclude` cannot be read.

    uv's patterns know `?`, `*`, `**`, `[abc]`, `[a-z]` and `[!abc]`. `**` must be a whole component of
    the path, three stars mean nothing, and a bracket must be closed; to match a bracket or a star
    itself, put it in brackets: `[[]`, `[*]`.

    ```toml
    [tool.uv.workspace]
    members = ["packages/[abc", "libs/**x"]
    ```

    Correct the pattern.
    """
    for nodes, read in (
        (view.manifest.member_patterns, compile_member_pattern),
        (view.manifest.exclude_patterns, compile_pattern),
    ):
        for node in nodes:
            pattern = read(node.value)
            if isinstance(pattern, PatternProblem):
                yield rule.finding(view, node.span, f"Invalid pattern: {pattern.message}")


_SKIPPED_SINCE = {
    ProblemKind.IGNORED_DIRECTORY: Feature.IGNORED_DIRECTORIES,
    ProblemKind.EMPTY_DIRECTORY: Feature.EMPTY_DIRECTORIES,
}
"""Directories that uv leaves out from a version on."""


@rule(
    "missing-manifest",
    Severity.ERROR,
    Scope.ROOT,
    beyond=Beyond.WORKSPACE,
    risks=(_EXCLUSION, INVENTION),
)
def missing_manifest(view: View, rule: Rule) -> Iterator[Finding]:
    """A directory that `members` names has no `pyproject.toml`.

    Every directory that a pattern matches must be a project. uv makes an exception of hidden
    directories, and from version 0.10.4 on of empty ones and of those that hold nothing but ignored files
    (`.ignore`, and in a git repository `.gitignore`).

    ```toml
    [tool.uv.workspace]
    members = ["packages/*"]  # packages/notes/ holds a README.md only
    ```

    Add a `pyproject.toml` to the directory, or add the directory to `exclude`.
    """
    for problem in _problems(
        view, ProblemKind.MISSING_MANIFEST, ProblemKind.DANGLING_LINK, *_SKIPPED_SINCE
    ):
        since = _SKIPPED_SINCE.get(problem.kind)
        if since is not None and view.uv_has(since):
            continue
        node = _pattern(view, problem)
        if node is None:
            continue
        shown = view.shown(problem.directory)
        if problem.kind is ProblemKind.DANGLING_LINK:
            message = f"`{shown}` is a symbolic link to nothing (matches `{node.value}`)"
            yield rule.finding(view, node.span, message, *_exclude(view, problem.directory))
            continue
        message = f"`{shown}` has no `pyproject.toml` (matches `{node.value}`)"
        if view.hides_members(problem.directory):
            yield rule.finding(view, node.span, message, *_exclude(view, problem.directory))
            continue
        path = join(problem.directory, "pyproject.toml")
        name = project_name(view, problem.directory)
        text = f'[project]\nname = {string_text(name)}\nversion = "0.1.0"\ndependencies = []\n'
        create = Fix(
            f"Create `{view.shown(path)}`",
            (Change(path, (Edit(Span(0, 0), text),), create=True),),
            risk=INVENTION,
        )
        yield rule.finding(view, node.span, message, *_exclude(view, problem.directory), create)


@rule(
    "missing-project-table",
    Severity.ERROR,
    *BELONGING,
    beyond=Beyond.WORKSPACE,
    risks=(_EXCLUSION, INVENTION),
)
def missing_project_table(view: View, rule: Rule) -> Iterator[Finding]:
    """A member has no `[project]` table.

    Only a workspace's root may be without one. A virtual root is no member either, so `members` must
    not name it.

    ```toml
    # packages/core/pyproject.toml
    [tool.ruff]
    line-length = 100
    ```

    Add `[project]` with a `name` and a `version`, add the directory to the root's `exclude`, or set
    `[tool.uv] managed = false`.
    """
    for problem in _problems(view, ProblemKind.MISSING_PROJECT):
        if view.scope is Scope.ROOT:
            node = _pattern(view, problem)
            if node is not None:
                message = f"`{node.value}` names the root, which has no `[project]` table"
                yield rule.finding(view, node.span, message)
            continue
        fixes: list[Fix] = []
        known = view.manifest
        if (known.tree.root.get("project"), known.workspace, known.syntax) == (None, None, None):
            change = view.change(_project_table(view))
            fixes.append(Fix("Add a `[project]` table", (change,), risk=INVENTION))
        fixes += _exclude(view, problem.directory)
        related = _related_pattern(view, problem)
        message = "A member needs a `[project]` table"
        yield rule.finding(view, Span(0, 0), message, *fixes, related=related)


@rule("duplicate-member", Severity.ERROR, *BELONGING, beyond=Beyond.WORKSPACE, risks=(_EXCLUSION,))
def duplicate_member(view: View, rule: Rule) -> Iterator[Finding]:
    """Two members have the same name.

    Names are compared in normal form (PEP 503): `foo.bar` and `foo-bar` are the same. The root's own
    project counts. A symbolic link beside its target makes two members of one.

    ```toml
    # packages/a/pyproject.toml and packages/b/pyproject.toml
    [project]
    name = "same"
    ```

    Rename one of them, or exclude one directory.
    """
    for problem in _problems(view, ProblemKind.DUPLICATE_NAME):
        node = view.manifest.name_node
        first = view.other(join(problem.other, "pyproject.toml"))
        related: tuple[Related, ...] = ()
        if first is not None and first.name_node is not None:
            related = (Related(first.path, first.name_node.span, "The other one"),)
        message = (
            f"Two members are named `{problem.detail}`: "
            f"`{view.shown(problem.other)}` and `{view.shown(problem.directory)}`"
        )
        span = node.span if node else Span(0, 0)
        yield rule.finding(
            view, span, message, *_exclude(view, problem.other, problem.directory), related=related
        )


@rule(
    "nested-workspace",
    Severity.ERROR,
    Scope.MEMBER,
    beyond=Beyond.WORKSPACE,
    risks=(_EXCLUSION, REMOVAL),
)
def nested_workspace(view: View, rule: Rule) -> Iterator[Finding]:
    """A member has a `[tool.uv.workspace]` of its own.

    Workspaces cannot be nested: uv refuses every command in either of them.

    ```toml
    # packages/core/pyproject.toml
    [tool.uv.workspace]
    members = ["plugins/*"]
    ```

    Remove the table and list its members in the root, or exclude the directory from the outer
    workspace.
    """
    for problem in _problems(view, ProblemKind.NESTED_WORKSPACE):
        entry = view.manifest.workspace
        if entry is None:
            continue
        remove = Fix(
            "Remove `tool.uv.workspace`",
            (view.change_by(remove_entry, view.manifest.tree, entry),),
            risk=REMOVAL,
        )
        name = view.manifest.name
        needed = name is not None and view.is_required(name)
        exclude = [] if needed else _exclude(view, problem.directory)
        yield rule.finding(
            view,
            entry.key.span,
            "A member cannot be a workspace: nested workspaces are not supported",
            remove,
            *exclude,
            related=_related_root(view),
        )


@rule("unmanaged-project", Severity.ERROR, Scope.ROOT, risks=(REMOVAL,))
def unmanaged_project(view: View, rule: Rule) -> Iterator[Finding]:
    """The root is marked as unmanaged, so uv refuses to work on it.

    `managed = false` in a *member* takes that member out of the workspace. In a root with a `[project]`
    it makes every command fail. In a virtual root `uv sync`, `uv lock` and `uv run` ignore it (uv 0.11.8
    and later), while `uv workspace list` and `--package` refuse: a warning then.

    ```toml
    [tool.uv]
    managed = false
    ```

    Remove the setting.
    """
    for _ in _problems(view, ProblemKind.UNMANAGED_ROOT):
        entry = view.manifest.tree.root.entry("tool", "uv", MANAGED)
        if entry is None:
            continue
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        fix = Fix("Remove `managed`", (remove,), risk=REMOVAL)
        if view.is_virtual() and view.uv_has(Feature.UNMANAGED_VIRTUAL_ROOT):
            message = "`uv workspace list` and `--package` refuse a root with `managed = false`"
            yield rule.finding(view, entry.key.span, message, fix, severity=Severity.WARNING)
        else:
            message = "uv refuses to work on a root with `managed = false`"
            yield rule.finding(view, entry.key.span, message, fix)


# --------------------------------------------------------------------------- helpers


def project_name(view: View, directory: str) -> str:
    """Return a name for a project in a directory; uv accepts it."""
    stem = re.sub(r"[^a-z0-9]+", "-", base_name(directory).lower()).strip("-") or "project"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 99)))
    return next((name for name in names if not _is_taken(view, normalise(name))), stem)


def _is_taken(view: View, name: Name) -> bool:
    """Tell whether a member has a name, or would then lack its source where the name is required."""
    if view.member(name) is not None:
        return True
    required = (
        view.inherits(name)
        or name in view.manifest.required
        or name in view.root_manifest().constrained
    )
    return required and view.root_source(name) != (WORKSPACE_SOURCE,)


def _project_table(view: View) -> Edit:
    """Return the edit that adds `[project]` at the top, behind what stands above the first header."""
    text, tree = view.manifest.text, view.manifest.tree
    newline = newline_of(text)
    name = project_name(view, view.manifest.directory)
    lines = ["[project]", f'name = "{name}"', 'version = "0.1.0"']
    table = newline.join([*lines, ""])
    above = tree.sections[0].statements
    if above:
        end = line_end(text, above[-1].end)
        return Edit(Span(end, end), f"{newline}{newline}{table.rstrip()}")
    start = 1 if text.startswith("\ufeff") else 0
    gap = newline if text[start:].strip() else ""
    return Edit(Span(start, start), table + gap)


def _pattern(view: View, problem: Problem) -> String | None:
    """Return the string of the root's `members` that a problem came from."""
    patterns = view.root_manifest().member_patterns
    index = problem.pattern
    return patterns[index] if index is not None and index < len(patterns) else None


def _related_pattern(view: View, problem: Problem) -> tuple[Related, ...]:
    node = _pattern(view, problem)
    if node is None:
        return ()
    return (Related(view.root_manifest().path, node.span, "Made a member here"),)


@rule("detached-member", Severity.INFORMATION, Scope.DETACHED)
def detached_member(view: View, rule: Rule) -> Iterator[Finding]:
    """uv does not find the workspace from the directory of a member.

    A `pyproject.toml` between the member and the root hides the root, even an empty one; and from a member
    outside of the root's directory uv does not look there at all. The root lists the member, so uv locks
    and installs it with the others. But uv reads the requirements, the sources and the indexes of the
    member in the workspace that it finds from there: the root's sources and indexes do not count, and
    `workspace = true` leads to no member of this workspace. A requirement without a source on one that has
    the name of a member of this workspace means that member.

    An error where uv refuses a file that it reads on the way.

    ```toml
    # pyproject.toml: members = ["libs/*"]
    # libs/pyproject.toml is there, too, and says nothing of libs/core
    ```

    Remove the file between, or move the member.
    """
    project = view.manifest.project
    node = project.get("name") if project is not None else None
    span = node.span if node is not None else Span(0, 0)
    problem = view.problem_around()
    if problem is not None:
        message = f"{problem}. {view.why_detached()}"
        yield rule.finding(view, span, message, severity=Severity.ERROR)
        return
    message = f"{view.why_detached()}. Sources and indexes of the root do not count in this file"
    yield rule.finding(view, span, message)


def _related_root(view: View) -> tuple[Related, ...]:
    root = view.root_manifest()
    if root.workspace is None:
        return ()
    return (Related(root.path, root.workspace.key.span, "The outer workspace"),)


def _exclude(view: View, *directories: str) -> list[Fix]:
    """Return the fix that adds one of several directories to the root's `exclude`.

    Of a worktree, another checkout of the repository, all is excluded; without one, the last directory is.
    """
    root = view.root_manifest()
    if root.workspace is None or directories[-1] == view.root():
        return []
    if any(".." in node.value.split("/") for node in root.member_patterns):
        return []  # uv compares `exclude` with the path that such a pattern gives, which is another one
    worktrees = filter(None, map(view.worktree_around, directories))
    worktree = next(worktrees, None)
    directory = view.shown(worktree or directories[-1])
    patterns = [escape(directory)]
    if worktree is not None:
        patterns = [f"{patterns[0]}/**"]
        if any(worktree in some for some in view.matches()):
            patterns.insert(0, escape(directory))
    edits = added_patterns(root, "exclude", patterns)
    if not edits:
        return []
    kind = "worktree " if worktree is not None else ""
    title = f"Exclude {'the ' * bool(kind)}{kind}`{directory}` from the workspace"
    return [Fix(title, (Change(root.path, tuple(edits)),), risk=_EXCLUSION)]


def _move_to_exclude(view: View, node: String) -> list[Fix]:
    """Return the fix that lets `exclude` say what a negated pattern of `members` means."""
    manifest, pattern = view.manifest, node.value[1:]
    array = manifest.tree.root.get(*WORKSPACE_PATH, "members")
    known = any(one.value == pattern for one in manifest.exclude_patterns)
    added = [] if known else added_patterns(manifest, "exclude", [pattern])
    if not isinstance(array, Array) or not (added or known):
        return []
    edits = [*remove_item(manifest.tree, array, array.items.index(node)), *added]
    return [Fix(f"Move `{pattern}` to `exclude`", (view.change(*edits),), risk=_EXCLUSION)]


RULES = (
    unmatched_member,
    invalid_member_pattern,
    missing_manifest,
    missing_project_table,
    duplicate_member,
    nested_workspace,
    unmanaged_project,
    detached_member,
)
