"""Rules about Python versions: those of the projects, of their dependency groups, and of `.python-version`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Related, Severity
from ws_lsp.checking.reported_faults import report_faults
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import INVENTION, REMOVAL, TRANSLATION
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import ABOVE_ANY_INTERPRETER
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.pythons import PythonRequest, lacks_lower_bound, single_releases
from ws_lsp.grammar.requirement import releases_overlap
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DefaultGroups
from ws_lsp.rules.project_table import header_span
from ws_lsp.text import Span
from ws_lsp.toml.edit import insert_entry, remove_entry, replace_string, string_text
from ws_lsp.toml.tree import String, Table
from ws_lsp.vfs import join

__all__ = ["RULES"]


@rule("invalid-requires-python", Severity.ERROR, *PARSED, risks=(NO_RISK, TRANSLATION, REMOVAL))
def invalid_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """`requires-python` cannot be read.

    It is a list of version specifiers, separated by commas. `.*` goes with `==` and `!=` only, and there
    is no `^`. The same holds for `requires-python` in `[tool.uv.dependency-groups]`.

    ```toml
    [project]
    requires-python = ">=3.11.*"
    ```

    Write a range such as `>=3.11`.
    """
    for finding in report_faults(view, rule):
        # a range that can be read counts for the whole workspace
        fixes = tuple(fix for fix in finding.fixes if _suits_others(view, fix))
        yield finding._replace(fixes=fixes)


def _suits_others(view: View, fix: Fix) -> bool:
    written = {edit.text.strip("\"'") for one in fix.changes for edit in one.edits}
    node = view.manifest.requires_python_node
    others = view.python_specifiers() - {node.value if node else ""}
    return releases_overlap(others | (written - {""}))


@rule("ambiguous-requires-python", Severity.WARNING, *BELONGING, risks=(TRANSLATION,))
def ambiguous_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """`requires-python` means more or fewer versions than it seems to.

    `~=3.11` means `>=3.11, <4`, and not `>=3.11, <3.12` as one might think. uv warns about it. `==3.11`
    means 3.11.0 alone: uv refuses every other 3.11. The same holds for `requires-python` in
    `[tool.uv.dependency-groups]`.

    ```toml
    [project]
    requires-python = "~=3.11"
    ```

    Write `>=3.11` for the one, and `~=3.11.0` or `==3.11.*` for the other.
    """
    for node in (view.manifest.requires_python_node, *view.manifest.group_python_nodes.values()):
        if node is None:
            continue
        match = re.fullmatch(r"\s*~=\s*(\d+)\.(\d+)\s*", node.value)
        if match is not None:
            major, minor = int(match[1]), int(match[2])
            message = (
                f"`~={major}.{minor}` means `>={major}.{minor}, <{major + 1}`. "
                f"Did you mean `~={major}.{minor}.0`?"
            )
            texts = [f">={major}.{minor}", f"~={major}.{minor}.0"]
            yield rule.finding(view, node.span, message, *_writing(view, node, texts))
        text = node.value
        single = single_releases(text)
        for (start, end), series in reversed(single):
            text = text[:start] + series + text[end:]
        for (start, end), series in single:
            written = node.value[start:end].strip()
            release = f"{series[2:-2]}{'.0' * (2 - series.count('.', 0, -2))}"
            release += ".0" * (2 - release.count("."))
            message = f"`{written}` means {release} alone. Did you mean `{series}`?"
            yield rule.finding(view, node.span, message, *_writing(view, node, [text]))


def _writing(view: View, node: String, texts: list[str]) -> Iterator[Fix]:
    for text in texts:
        change = view.change(replace_string(node, text))
        yield Fix(f"Write `{text}`", (change,), risk=TRANSLATION)


# ---------------------------------------------------------------------------- all together


class _Wish(NamedTuple):
    """What a project, or a group of it, wants of Python; `group` is None for the project."""

    path: str
    specifier: str
    group: Name | None = None

    def shown(self, view: View) -> str:
        where = f"`{view.shown(self.path)}`"
        place = f"in {where}" if self.group is None else f"of the group `{self.group}` in {where}"
        return f"`{self.specifier}` {place}"


class _Sync(NamedTuple):
    """A sync with dependency groups that are for some Python versions: its command, and what all want.

    A sync that few people run is worth a warning.
    """

    command: str
    severity: Severity
    wishes: list[_Wish]

    @property
    def specifiers(self) -> frozenset[str]:
        return frozenset(one.specifier for one in self.wishes)

    def of(self, path: str) -> Iterator[tuple[Name, _Wish]]:
        """Yield what the groups of a file want."""
        for one in self.wishes:
            if one.path == path and one.group is not None:
                yield one.group, one


def _wishes(view: View) -> list[_Wish]:
    return [_Wish(path, text) for path, text in view.python_requirements()]


def _syncs(view: View) -> Iterator[_Sync]:
    """Yield the syncs that may fail because of the groups of this file, the usual ones first.

    uv takes the names of the default groups of what it syncs, and minds the groups of these names in all
    files.
    """
    found = view.group_pythons()
    if not any(one.path == view.path for one in found):
        return
    packages = next(iter(view.root_manifest().default_packages), None)
    alone = packages.names[0] if packages is not None and len(packages.names) == 1 else None
    groups_of = view.default_groups()
    root = next(iter(groups_of), None)
    seen: set[DefaultGroups] = set()
    for name in dict.fromkeys((root, *([alone] if alone in groups_of else ()), *groups_of)):
        groups = groups_of[name]
        if groups not in seen:
            seen.add(groups)
            usual = name in (root, alone)
            wishes = [
                _Wish(one.path, one.specifier, one.name) for one in found if one.is_of(groups)
            ]
            command = "uv sync" if name == root else f"uv sync --package {name}"
            severity = Severity.ERROR if usual else Severity.WARNING
            yield _Sync(command, severity, _wishes(view) + wishes)


@rule("disjoint-requires-python", Severity.ERROR, *BELONGING, risks=(TRANSLATION, REMOVAL))
def disjoint_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """No Python version suits all projects of the workspace.

    A workspace has one environment, so uv takes the intersection of every `requires-python`, the root's
    included, and refuses the workspace where that is empty.

    ```toml
    # packages/a/pyproject.toml
    requires-python = ">=3.12"
    # packages/b/pyproject.toml
    requires-python = "<3.12"
    ```

    Dependency groups may have a `requires-python` of their own (`[tool.uv.dependency-groups]`), and those
    that include others have theirs as well. It counts where the group is synced: by default in `dev`, or
    in what `default-groups` of the synced project names, and then in the groups of that name of *all*
    members. Where that makes a bare `uv sync` fail it is an error, where the sync of one member, a warning.

    Widen one of them, or exclude the project from the workspace.
    """
    node = view.manifest.requires_python_node
    if not releases_overlap(view.python_specifiers()):
        if node is not None:
            own = _Wish(view.path, node.value)
            yield from _disagreement(view, rule, node, own, _wishes(view))
        return
    nodes, told = view.manifest.group_python_nodes, set[Name]()
    for sync in _syncs(view):
        if releases_overlap(sync.specifiers):
            continue
        for group, own in sync.of(view.path):
            if group not in told:
                for finding in _disagreement(view, rule, nodes[group], own, sync.wishes):
                    told.add(group)
                    message = f"{finding.message}: `{sync.command}` fails"
                    yield finding._replace(message=message, severity=sync.severity, fixes=())


def _disagreement(
    view: View, rule: Rule, node: String, own: _Wish, wishes: list[_Wish]
) -> Iterator[Finding]:
    """Yield that a file wants other Python versions than others do; not where only others exclude each other."""
    if not releases_overlap(frozenset({own.specifier})):
        message = f"No Python version is meant by `{own.specifier}`"
        yield rule.finding(view, node.span, message, *_python_fixes(view, node, set()))
        return
    specifiers = {one.specifier for one in wishes}
    specifiers = {one for one in specifiers if releases_overlap(frozenset({one}))}
    against = {one for one in specifiers if not releases_overlap(frozenset({one, own.specifier}))}
    if not against:
        pairs = map(frozenset, combinations(sorted(specifiers), 2))
        if releases_overlap(frozenset(specifiers)) or not all(map(releases_overlap, pairs)):
            return  # others exclude each other; this one suits both
        against = specifiers - {own.specifier}
    others = [one for one in wishes if one.specifier in against and one != own]
    related: list[Related] = []
    for one in others:
        other = view.other(one.path)
        if other is not None:
            place = other.requires_python_node
            if one.group is not None:
                place = other.group_python_nodes.get(one.group)
            if place is not None:
                related.append(Related(one.path, place.span, one.shown(view)))
    named = ", ".join(one.shown(view) for one in others[:3])
    message = f"No Python version suits `{own.specifier}` and {named}"
    fixes = _python_fixes(view, node, against)
    yield rule.finding(view, node.span, message, *fixes, related=tuple(related))


def _python_fixes(view: View, node: String, against: set[str]) -> Iterator[Fix]:
    """Yield the ways to make one project agree with the others, which agree among themselves."""
    rest = frozenset(text for path, text in view.python_requirements() if path != view.path)
    # of older versions alone the markers would have to be judged anew
    newest = frozenset((*rest, ABOVE_ANY_INTERPRETER))
    if not rest or not releases_overlap(newest) or view.environments().markers:
        return
    if len(against) == 1:
        yield from _writing(view, node, [*against])
    entry = view.manifest.tree.root.entry("project", "requires-python")
    if entry is not None:
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield Fix("Remove `requires-python`", (remove,), risk=REMOVAL)


@rule("excluded-python-version", Severity.ERROR, *BELONGING)
def excluded_python_version(view: View, rule: Rule) -> Iterator[Finding]:
    """The `.python-version` beside the root's manifest asks for a Python that `requires-python` leaves out.

    uv then refuses every command. Where there is no such file it looks at `.python-versions`; it goes by the
    first line that is neither a comment nor passed over. A file above the root does not count, and one in a member's directory
    where uv runs in there alone. Nothing is said of paths, names of programs and prereleases. The
    `requires-python` of default groups counts in a sync.

    ```toml
    # .python-version: 3.11
    [project]
    requires-python = ">=3.12"
    ```

    Widen the range, or let `uv python pin` ask for another version.
    """
    found = view.python_requests()
    specifiers = view.python_specifiers()
    asked = _asked_for(view)
    specifier = asked.specifier if asked is not None else None
    if found is None or asked is None or specifier is None or not releases_overlap(specifiers):
        return
    if not releases_overlap(frozenset({specifier})):
        return
    related = (Related(found.path, asked.span, "The Python version that is asked for", asked.line),)
    asks = f"`{view.shown(found.path)}` asks for Python `{asked.written}`, which"
    node = view.manifest.requires_python_node
    if not releases_overlap(specifiers | {specifier}):
        if node is not None and _leaves_out(node.value, specifiers, specifier):
            message = f"{asks} `{node.value}` leaves out"
            yield rule.finding(view, node.span, message, related=related)
        return
    nodes, told = view.manifest.group_python_nodes, set[Name]()
    for sync in _syncs(view):
        all_of_them = sync.specifiers
        if releases_overlap(all_of_them) and not releases_overlap(all_of_them | {specifier}):
            for group, own in sync.of(view.path):
                if group not in told and _leaves_out(own.specifier, all_of_them, specifier):
                    told.add(group)
                    message = f"{asks} `{own.specifier}` leaves out: `{sync.command}` fails"
                    span = nodes[group].span
                    yield rule.finding(view, span, message, severity=sync.severity, related=related)


def _asked_for(view: View) -> PythonRequest | None:
    """Return the request that uv goes by: the first that it does not pass over."""
    found = view.python_requests()
    requests = found.requests if found is not None else ()
    return next((one for one in requests if not _is_passed_over(view, one)), None)


def _is_passed_over(view: View, request: PythonRequest) -> bool:
    """Tell whether uv takes a request for the name of a program, and none is there."""
    return request.is_unsupported and view.kind_of(join(view.root(), request.written)) is None


def _leaves_out(text: str, specifiers: frozenset[str], asked: str) -> bool:
    """Tell whether one of several specifiers leaves out what is asked for, or only all of them together do."""
    return not releases_overlap(frozenset({text, asked})) or all(
        releases_overlap(frozenset({one, asked})) for one in specifiers
    )


@rule("unsupported-python-request", Severity.WARNING, Scope.ROOT)
def unsupported_python_request(view: View, rule: Rule) -> Iterator[Finding]:
    """A line of the `.python-version` beside the root's manifest is none that uv understands.

    uv takes it for the name of a program, warns, and goes on to the next line: one finds such names of
    environments, comments after a version and `3.11-dev` where another tool reads the file as well. The
    same holds for `.python-versions`. Nothing is said of paths, nor of names that lead to something.

    ```toml
    # .python-version: my-environment
    [project]
    requires-python = ">=3.12"
    ```

    Write a version, as `uv python pin` does.
    """
    found = view.python_requests()
    for one in found.requests if found is not None else ():
        if found is None or not _is_passed_over(view, one):
            continue
        entry = view.manifest.tree.root.entries.get("project") or view.manifest.workspace
        span = Span(0, 0)
        if entry is not None and isinstance(entry.value, Table):
            span = header_span(entry, entry.value)
        message = (
            f"uv does not understand `{one.written}` in `{view.shown(found.path)}`, and ignores it"
        )
        related = (Related(found.path, one.span, "The line that uv ignores", one.line),)
        yield rule.finding(view, span, message, related=related)


# --------------------------------------------------------------------------- lower bounds


@rule("missing-requires-python", Severity.WARNING, Scope.ROOT, risks=(INVENTION,))
def missing_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """No project of the workspace says `requires-python`.

    uv warns at every command. It locks for the Python that it happens to run with and newer ones, so the
    lock file differs from one machine to another. One `requires-python` of any member is enough, that of
    a dependency group is not.

    ```toml
    [project]
    name = "acme"
    version = "1.0"
    ```

    Add `requires-python = ">=3.12"`, say.
    """
    entry = view.manifest.tree.root.entries.get("project")
    table = entry.value if entry is not None else None
    if view.python_requirements() or (
        isinstance(table, Table) and "requires-python" in table.entries
    ):
        return
    message = "No project of the workspace says `requires-python`: uv locks for the Python that it runs with and newer ones"
    if entry is None or not isinstance(table, Table):
        entry = view.manifest.workspace
        span = Span(0, 0)
        if entry is not None and isinstance(entry.value, Table):
            span = header_span(entry, entry.value)
        yield rule.finding(view, span, message)
        return
    fixes: list[Fix] = []
    lowest = _lowest(view)
    if lowest is not None:
        value = string_text(lowest)
        edits = insert_entry(view.manifest.tree, ("project",), "requires-python", value)
        change = view.change(*edits)
        fixes.append(Fix(f"Add `requires-python = {value}`", (change,), risk=INVENTION))
    yield rule.finding(view, header_span(entry, table), message, *fixes)


@rule("unbounded-requires-python", Severity.WARNING, *BELONGING, risks=(TRANSLATION,))
def unbounded_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """`requires-python` has no lower bound, and that of no other project has one.

    uv warns at every command: it looks for versions of all packages that suit the oldest Python, too.

    ```toml
    [project]
    requires-python = "<3.13"
    ```

    Add a lower bound: `>=3.11,<3.13`.
    """
    node = view.manifest.requires_python_node
    if node is None or not lacks_lower_bound(node.value):
        return
    specifiers = view.python_specifiers()
    if not all(map(lacks_lower_bound, specifiers)) or not releases_overlap(specifiers):
        return
    lowest = _lowest(view)
    fixes: tuple[Fix, ...] = ()
    if lowest is not None and releases_overlap(specifiers | {lowest}):
        text = f"{lowest},{node.value.strip()}".rstrip(",")
        fixes = (*_writing(view, node, [text]),)
    message = f"`{node.value}` has no lower bound. Add one, as in `>=3.11`"
    yield rule.finding(view, node.span, message, *fixes)


def _lowest(view: View) -> str | None:
    """Return the lower bound that the Python version which is asked for suggests."""
    asked = _asked_for(view)
    match = re.match(r"==(\d+\.\d+)", asked.specifier or "") if asked is not None else None
    return f">={match[1]}" if match is not None else None


RULES = (
    invalid_requires_python,
    ambiguous_requires_python,
    disjoint_requires_python,
    excluded_python_version,
    unsupported_python_request,
    missing_requires_python,
    unbounded_requires_python,
)
