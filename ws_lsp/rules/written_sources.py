"""Rules about `[tool.uv.sources]` as uv reads it (uv-workspace, `Source`): in every member, used or not.

`ws_lsp.rules.workspace_sources` is about members in it, `ws_lsp.rules.used_sources` about sources that are used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations, pairwise

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Severity
from ws_lsp.checking.reported_faults import report_faults
from ws_lsp.checking.rule import PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import REMOVAL, TRANSLATION, UNCOMMENTED, is_needed, translation
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import overlap
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import marker_problem
from ws_lsp.project.declarations import Source, SourceEntry
from ws_lsp.schema.keys import INDEX, PACKAGE, SOURCE_KINDS, WORKSPACE
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Array, Scalar, String, Table

__all__ = ["RULES", "refused_beside"]

_REFERENCES = ("rev", "tag", "branch")
_FORBIDDEN = {
    "git": (INDEX, WORKSPACE, "url", "editable", PACKAGE),
    "url": (INDEX, WORKSPACE, "path", *_REFERENCES, "editable", PACKAGE),
    "path": (INDEX, WORKSPACE, *_REFERENCES),
    INDEX: (WORKSPACE, *_REFERENCES, "editable", PACKAGE),
    WORKSPACE: (*_REFERENCES, PACKAGE),
}
"""What uv refuses beside each kind; the first kind of a table decides."""
_EXCLUSIVE = (("extra", "group"), _REFERENCES)
"""Keys of which a source may have one."""


def refused_beside(keys: Collection[str]) -> frozenset[str]:
    """Return the keys that uv refuses in a source which has some already."""
    kind = next((kind for kind in SOURCE_KINDS if kind in keys), "")
    refused = {*_FORBIDDEN.get(kind, ())}
    refused |= {other for other, some in _FORBIDDEN.items() if any(key in keys for key in some)}
    for some in _EXCLUSIVE:
        if any(key in keys for key in some):
            refused.update(some)
    return frozenset(refused)


@rule("invalid-source", Severity.ERROR, *PARSED, risks=(TRANSLATION, UNCOMMENTED, REMOVAL))
def invalid_source(view: View, rule: Rule) -> Iterator[Finding]:
    """A source lacks its kind, or has keys that exclude each other.

    A source is a table with exactly one of `git`, `url`, `path`, `index` and `workspace` (a `git` source
    may have a `path`, too), or a list of such tables. `rev`, `tag` and `branch` go with `git`, and only
    one of them; `editable` goes with `path` and `workspace`; `package` with `path`; `extra` and `group`
    exclude each other. uv refuses such a source in any member, used or not.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = true, path = "../core" }
    acme-util = { editable = true }
    ```

    Keep the key that is meant.
    """
    for source in view.manifest.special_sources:
        value = source.entry.value
        if isinstance(value, Array) and not value.items:
            message = f"`{source.key.text}` needs at least one source"
            if is_needed(view, source.name):
                edit = Edit(value.span, "{ workspace = true }")
                fix = translation(view, "Write `{ workspace = true }`", edit)
            else:
                remove = view.change_by(remove_entry, view.manifest.tree, source.entry)
                fix = Fix(f"Remove the source `{source.key.text}`", (remove,), risk=REMOVAL)
            yield rule.finding(view, value.span, message, fix)
        for one in source.entries:
            problem = _company_problem(view, source.name, one.table)
            if problem is not None:
                message, culprit = problem
                yield _refusal(view, rule, source, one.table, message, culprit)


def _refusal(
    view: View, rule: Rule, source: Source, table: Table, message: str, culprit: str
) -> Finding:
    """Return a finding on the table, or on the source's name where the table has no braces."""
    fixes: list[Fix] = []
    entry = table.entries.get(culprit)
    if entry is not None:
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        fixes.append(Fix(f"Remove `{culprit}`", (remove,), risk=REMOVAL))
    elif not table.entries and table.inline and view.scope is not Scope.DETACHED:
        edit = Edit(table.span, "{ workspace = true }")
        fixes.append(translation(view, "Write `{ workspace = true }`", edit))
    span = table.span if table.inline else source.key.span
    return rule.finding(view, span, message, *fixes)


def _company_problem(view: View, name: Name, table: Table) -> tuple[str, str] | None:
    """Return what is wrong with the keys of a source, and the key to remove."""
    keys = table.entries
    if "extra" in keys and "group" in keys:
        return "`extra` and `group` exclude each other", "group"
    kind = next((kind for kind in SOURCE_KINDS if kind in keys), None)
    if kind is None:
        return "A source needs one of `git`, `url`, `path`, `index` or `workspace`", ""
    for other in _FORBIDDEN[kind]:
        if other in keys:
            if other == WORKSPACE and _is_the_likelier(view, name, kind):
                return f"`{kind}` and `workspace` exclude each other", kind
            return f"`{kind}` and `{other}` exclude each other", other
    if kind == "git":
        if "subdirectory" in keys and "path" in keys:
            return "`subdirectory` and `path` exclude each other", "subdirectory"
        for first, second in combinations(_REFERENCES, 2):
            if first in keys and second in keys:
                return "Only one of `rev`, `tag` and `branch` is allowed", second
    if kind == "path" and _raw(table, "editable") == "true" and _raw(table, PACKAGE) == "false":
        return "`editable = true` and `package = false` exclude each other", PACKAGE
    return None


def _is_the_likelier(view: View, name: Name, kind: str) -> bool:
    """Tell whether a source of two kinds, one of them `workspace`, is meant to be of that."""
    if view.scope is Scope.DETACHED:
        return False  # it leads to nothing there
    return kind == "path" or view.member(name) is not None


def _raw(table: Table, key: str) -> str | None:
    node = table.get(key)
    return node.raw if isinstance(node, Scalar) else None


@rule("invalid-url", Severity.ERROR, *PARSED, risks=(NO_RISK, REMOVAL))
def invalid_url(view: View, rule: Rule) -> Iterator[Finding]:
    """A URL is not absolute.

    ```toml
    [tool.uv.sources]
    acme-core = { git = "git@github.com:acme/core" }
    ```

    Write the whole URL: `ssh://git@github.com/acme/core`, `https://…`. A path has its own key, `path`.
    """
    yield from report_faults(view, rule)


@rule("overlapping-sources", Severity.ERROR, *PARSED)
def overlapping_sources(view: View, rule: Rule) -> Iterator[Finding]:
    """Two entries of a source's list can apply at once.

    Where a package has several sources, neighbouring ones for the same extra and the same group must have
    markers that exclude each other.

    ```toml
    [tool.uv.sources]
    torch = [
        { index = "cpu", marker = "sys_platform == 'linux'" },
        { index = "gpu", marker = "platform_machine == 'x86_64'" },
    ]
    ```

    Add a `marker` to each, and make them disjoint.
    """
    for source in view.manifest.special_sources:
        for left, right in pairwise(source.entries):
            if any(
                _text(left.table, key, True) != _text(right.table, key, True)
                for key in ("extra", "group")
            ):
                continue
            problem = _overlap(left, right)
            if problem is not None:
                span = right.table.span if right.table.inline else source.key.span
                yield rule.finding(view, span, problem)


def _overlap(left: SourceEntry, right: SourceEntry) -> str | None:
    for one in (left, right):
        node = one.table.get("marker")
        if node is None:
            return "Each of several sources needs a `marker`, and they must be disjoint"
        if not isinstance(node, String) or marker_problem(node.value):
            return None
    first, second = _text(left.table, "marker"), _text(right.table, "marker")
    if first is None or second is None or not overlap(first, second):
        return None
    return f"`{second}` overlaps with `{first}`: the markers of sources must be disjoint"


def _text(table: Table, key: str, normal: bool = False) -> str | None:
    node = table.get(key)
    if not isinstance(node, String):
        return None
    return normalise(node.value) if normal else node.value


RULES = (invalid_source, invalid_url, overlapping_sources)
