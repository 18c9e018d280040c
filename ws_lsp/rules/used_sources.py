"""Rules about sources that a requirement uses: uv lowers requirements to them (uv-distribution, `lowering.rs`).

A source that nothing uses is never looked at so closely. uv takes no notice of what is wrong with one
until a requirement needs it: findings are warnings until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.checking.applied_sources import (
    applying,
    is_looked_for,
    may_be_wanted,
    meets_marker,
    severity_of_source,
)
from ws_lsp.checking.findings import NO_RISK, Applicability, Finding, Fix, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    Scope,
    rule,
)
from ws_lsp.checking.suggestions import GUESS, REMOVAL, nearest, question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, NameIndex, is_valid, normalise
from ws_lsp.grammar.requirement import (
    requirement_url,
    wheel_problem,
)
from ws_lsp.grammar.url import ARCHIVES, archive_problem, has_archive_extension, url_problem
from ws_lsp.project.declarations import Source, SourceEntry
from ws_lsp.schema.keys import DEV_DEPENDENCIES, INDEX, WORKSPACE
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry, replace_string, string_text
from ws_lsp.toml.tree import Entry, Node, Scalar, String, Table
from ws_lsp.vfs import join

__all__ = ["RULES"]


@rule(
    "unknown-source-extra",
    Severity.ERROR,
    *BELONGING,
    beyond=Beyond.PROJECT,
    risks=(GUESS, REMOVAL),
)
def unknown_source_extra(view: View, rule: Rule) -> Iterator[Finding]:
    """A source is for an extra or a group that does not hold the package.

    `extra` and `group` limit a source to the requirements of one extra or dependency group of *this*
    file, which must exist and require the package. uv does not check it in a virtual root.

    ```toml
    [project.optional-dependencies]
    gpu = ["torch"]

    [tool.uv.sources]
    torch = { index = "pytorch", extra = "cuda" }
    ```

    Write the name of an extra (`project.optional-dependencies`) or group that requires the package.
    """
    manifest = view.manifest
    if manifest.project is None:
        return
    for source in view.manifest.special_sources:
        for one in source.entries:
            for key, known in (("extra", manifest.extras), ("group", manifest.groups)):
                entry = one.table.entries.get(key)
                if entry is not None and not (key == "extra" and manifest.has_hidden_requirements):
                    yield from _target_problem(view, rule, source, entry, known)


def _target_problem(
    view: View, rule: Rule, source: Source, entry: Entry, known: dict[Name, Entry]
) -> Iterator[Finding]:
    node, key = entry.value, entry.key.text
    if not isinstance(node, String) or not is_valid(node.value):
        return
    target = normalise(node.value)
    fixes: tuple[Fix, ...] = ()
    if _may_be_for_all(view, source):
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        fixes = (Fix(f"Remove `{key}`", (remove,), risk=REMOVAL),)
    if source.name in _required_by(view, key, target):
        return
    holders = [
        one.key.text for name, one in known.items() if source.name in _required_by(view, key, name)
    ]
    if target in known or (key == "group" and target == "dev" and _has_legacy_group(view)):
        message = f"The {key} `{node.value}` does not require `{source.key.text}`"
    else:
        message = f"There is no {key} `{node.value}` in this file"
    near = NameIndex(holders).closest(node.value) or (holders[0] if len(holders) == 1 else None)
    if near is not None:
        fixes = (replacement(view, near, replace_string(node, near)), *fixes)
    yield rule.finding(view, node.span, message + question(near), *fixes)


def _may_be_for_all(view: View, source: Source) -> bool:
    """Tell whether a source for one extra or group can be for all requirements without harm."""
    if len(source.entries) != 1 or (view.scope is Scope.ROOT and view.inherits(source.name)):
        return False  # neighbours might apply at once then, members would get the source as well
    if source.workspace:
        return view.sourced_member(source.name) is not None
    # a place might be another one than elsewhere, or have another version than is required
    return source.kinds == (INDEX,) or source.name not in view.manifest.required


def _has_legacy_group(view: View) -> bool:
    uv = view.manifest.uv
    return uv is not None and DEV_DEPENDENCIES in uv.entries


def _required_by(view: View, key: str, target: Name) -> set[Name]:
    """Return the packages that an extra or a group requires, included groups and all."""
    wanted = (target, None) if key == "extra" else (None, target)
    return {
        requirement.name
        for requirement in view.manifest.requirements
        if requirement.name is not None and wanted in view.manifest.contexts(requirement.path)
    }


@rule("unknown-index", Severity.ERROR, beyond=Beyond.PROJECT, risks=(GUESS,))
def unknown_index(view: View, rule: Rule) -> Iterator[Finding]:
    """A source names an index that neither this file nor the root declares.

    uv looks for it in the `[[tool.uv.index]]` of the member itself, then in the root's; not in other
    members, and not in a `uv.toml`. A source that nothing uses is never looked at: a warning then. The
    root's source is used by each member that requires the package and has no source of its own for it.

    ```toml
    [tool.uv.sources]
    torch = { index = "pytorch" }  # no [[tool.uv.index]] has that name
    ```

    Correct the name, or declare the index.
    """
    for source in view.manifest.special_sources:
        member = view.member(source.name)
        if source.name == view.manifest.name:
            member = None
        if member is not None and view.scope is not Scope.ROOT:
            continue  # reported as coming from elsewhere
        for index, one in enumerate(source.entries):
            node = one.table.get(INDEX)
            if one.kind != INDEX or not isinstance(node, String):
                continue
            names = view.manifest.index_names
            if node.value not in names and view.scope is Scope.MEMBER:
                names = (*names, *view.root_indexes())
            if node.value in names:
                continue
            message = f"There is no index `{node.value}` in {_where_indexes_are(view)}"
            end, fixes = nearest(view, node, names)
            lacking = (
                view.scope is Scope.ROOT
                and view.outside is None
                and one.table.entries.keys() <= {INDEX, "marker"}
                and (
                    view.lacks_index(source.name, node.value, member.path if member else None)
                    or view.is_built_with(source.name, node.value, False)
                )
            )
            if member is not None and not lacking:
                continue  # reported as coming from elsewhere, but for the member itself
            used = severity_of_source(view, source, index, inherited=False)
            if lacking:
                used = Severity.ERROR
            yield rule.finding(view, node.span, message + end, *fixes, severity=used)
    if view.scope is Scope.MEMBER:
        yield from _inherited_unknown_index(view, rule)


def _where_indexes_are(view: View) -> str:
    alone = view.scope is Scope.ROOT and view.outside is not None
    return "this file" if alone else "this file or the root"


def _inherited_unknown_index(view: View, rule: Rule) -> Iterator[Finding]:
    """A member has the root's source for one of its extras or groups, and that names an unknown index.

    In another workspace that holds for all of its requirements: here the root is told of these.
    """
    indexes = {*view.manifest.index_names, *view.root_indexes()}
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None or name in view.manifest.sources or view.member(name) is not None:
            continue
        if INDEX not in (view.inherited_source(name) or ()):
            continue
        limited = view.inherited_limited(name)
        source = view.root_manifest().sources.get(name)
        if source is None or (limited is None and view.outside is None):
            continue
        contexts = [*view.manifest.contexts(requirement.path)]
        for at, one in enumerate(source.entries):
            node = one.table.get(INDEX)
            if (
                one.kind == INDEX
                and isinstance(node, String)
                and node.value not in indexes
                and (limited is None or any(limited[at].suits(*context) for context in contexts))
                and meets_marker(one, requirement)
            ):
                message = (
                    f"There is no index `{node.value}`, which the root's source of `{name}` names"
                )
                yield rule.finding(view, requirement.node.span, message)
                break


@rule(
    "unusable-source", Severity.ERROR, *BELONGING, beyond=Beyond.PROJECT, risks=(NO_RISK, REMOVAL)
)
def unusable_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A source says where a package is, but uv cannot take one from there.

    A `url` must be one of the web, end as an archive does (`.whl`, `.tar.gz` or `.zip`) and have no
    `#fragment`; a repository is a `git` source, a file a `path`. The file name of a wheel must be one, and the package's. A file cannot
    be `editable`, and the `path` in a repository must be that of an archive. `workspace = false` means
    nothing yet. A project that requires itself is where it is. uv finds out when a requirement uses the
    source; one that nothing uses is a warning here.

    ```toml
    [tool.uv.sources]
    idna = { url = "https://github.com/kjd/idna" }
    ```

    Write `idna = { git = "https://github.com/kjd/idna" }`.
    """
    for source in view.manifest.special_sources:
        if view.member(source.name) is not None and source.name != view.manifest.name:
            continue  # reported as coming from elsewhere
        for index, one in enumerate(source.entries):
            found = _unusable(view, source.name, one)
            archive = _unusable_archive(source.name, one) if found is None else None
            if found is not None:
                node, message, fixes = found
                # a constraint alone does not make uv look at the archive
                used = severity_of_source(view, source, index, constrained=one.kind != "path")
                yield rule.finding(view, node.span, message, *fixes, severity=used)
            elif archive is not None:
                used = severity_of_source(view, source, index, constrained=one.kind != "path")
                if not is_looked_for(view, source.name):
                    used = Severity.WARNING
                yield rule.finding(view, archive[0].span, archive[1], severity=used)
    for requirement in view.manifest.requirements:
        url = requirement_url(requirement.node.value) if "@" in requirement.node.value else None
        # a source takes the place of the URL
        if (
            url
            and requirement.name
            and not any(applying(view, requirement))
            and may_be_wanted(view, requirement)
        ):
            path = re.split("[?#]", url)[0]
            problem = wheel_problem(path, requirement.name) or archive_problem(path)
            if problem is not None and not url.startswith("git+"):
                yield rule.finding(view, requirement.node.span, problem)


def _unusable(view: View, name: Name, one: SourceEntry) -> tuple[Node, str, tuple[Fix, ...]] | None:
    node = one.table.get(one.kind) if one.kind else None
    if name == view.manifest.name and node is not None and _leads_away(view, one.kind, node):
        return node, f"`{name}` is this project itself and cannot come from elsewhere", ()
    if one.kind == WORKSPACE and isinstance(node, Scalar) and node.raw == "false":
        return node, "`workspace = false` is not supported yet", ()
    if not isinstance(node, String):
        return None
    if one.kind == "url":
        return _unusable_url(view, one.table, node)
    if one.kind == "git" and not url_problem(node.value):
        scheme = node.value.removeprefix("git+").partition(":")[0].lower()
        if scheme not in ("http", "https", "ssh", "file"):
            return node, f"`{scheme}:` is not supported. Write an `https:` or `ssh:` URL", ()
        archive = one.table.get("path")
        if isinstance(archive, String) and not has_archive_extension(archive.value):
            message = f"`{archive.value}` is no archive ({ARCHIVES}). Use `subdirectory`"
            return archive, f"{message} for a directory of the repository", ()
    if one.kind == "path" and has_archive_extension(node.value):
        editable = one.table.get("editable")
        if isinstance(editable, Scalar) and editable.is_true:
            entry = one.table.entries["editable"]
            remove = view.change_by(remove_entry, view.manifest.tree, entry)
            message = f"`{node.value}` is a file: only a directory can be editable"
            return editable, message, (Fix("Remove `editable`", (remove,), risk=REMOVAL),)
    return None


def _unusable_archive(name: Name, one: SourceEntry) -> tuple[Node, str] | None:
    """Say why uv does not install the archive that a source leads to, which it finds out when it looks."""
    node = one.table.get(one.kind) if one.kind in ("path", "url") else None
    if not isinstance(node, String) or (one.kind == "url" and url_problem(node.value)):
        return None
    path = re.split("[?#]", node.value)[0] if one.kind == "url" else node.value
    if not has_archive_extension(path):
        return None
    scheme = path.partition(":")[0].lower()
    if one.kind == "url" and "+" not in scheme and scheme not in ("http", "https"):
        place = "Use a `path` source" if scheme == "file" else "Write an `https:` URL"
        return node, f"uv fetches no `url` source by `{scheme}:`. {place}"
    problem = wheel_problem(path, name) or archive_problem(path)
    return (node, problem) if problem is not None else None


def _leads_away(view: View, kind: str, node: Node) -> bool:
    """Tell whether a source of the project's own name leads to something else."""
    if kind == WORKSPACE:
        return isinstance(node, String)
    if kind == "path" and isinstance(node, String):
        return join(view.manifest.directory, node.value) != view.manifest.directory
    return kind in ("git", "url")


def _unusable_url(
    view: View, table: Table, node: String
) -> tuple[Node, str, tuple[Fix, ...]] | None:
    text = node.value
    if url_problem(text):
        return None
    if "#" in text:
        return node, "A `url` source cannot have a `#fragment`. Use `subdirectory`", ()
    path = re.split("[?#]", text)[0]
    if has_archive_extension(path):
        return None
    if re.match(
        r"https?://(?:github\.com|gitlab\.com|bitbucket\.org)/[^/]+/[^/]+(?:\.git)?\Z", path
    ):
        entry = table.entries["url"]
        fixes: tuple[Fix, ...] = ()
        if table.inline:
            edit = Edit(entry.key.span, "git")
            fixes = (
                Fix(f"Write `git = {string_text(text)}`", (view.change(edit),), Applicability.SAFE),
            )
        return node, f"`{text}` is a repository. Use a `git` source", fixes
    return node, f"`{text}` does not end as an archive does ({ARCHIVES})", ()


RULES = (unknown_source_extra, unknown_index, unusable_source)
