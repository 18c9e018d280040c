"""Rules about `[project]` and about names."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Severity
from ws_lsp.checking.reported_faults import report_faults
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, rule
from ws_lsp.checking.suggestions import GUESS, INVENTION, REMOVAL, TRANSLATION
from ws_lsp.checking.view import View
from ws_lsp.rules.members import project_name
from ws_lsp.text import Span
from ws_lsp.toml.edit import insert_entry, string_text
from ws_lsp.toml.tree import Entry, String, Table, strings

__all__ = ["RULES", "header_span"]

_UNKNOWN_VERSION = "The build backend may not know the version: uv asks it from then on"


def _project(view: View) -> tuple[Entry, Table] | None:
    entry = view.manifest.tree.root.entries.get("project")
    if entry is None or not isinstance(entry.value, Table):
        return None
    return entry, entry.value


def header_span(entry: Entry, table: Table) -> Span:
    """Return where to say that a table lacks something."""
    if table.inline or not table.headers:
        return entry.key.span
    return table.headers[0].keys[-1].span


def _dynamic(table: Table) -> tuple[String, ...]:
    return strings(table.get("dynamic"))


@rule("missing-name", Severity.ERROR, *PARSED, risks=(INVENTION,))
def missing_name(view: View, rule: Rule) -> Iterator[Finding]:
    """`[project]` has no `name`.

    ```toml
    [project]
    version = "0.1.0"
    ```

    Add a name: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. It cannot be
    `dynamic`.
    """
    found = _project(view)
    if found is None or "name" in found[1].entries:
        return
    name = string_text(project_name(view, view.manifest.directory))
    edits = insert_entry(view.manifest.tree, ("project",), "name", name)
    fix = Fix(f"Add `name = {name}`", (view.change(*edits),), risk=INVENTION)
    yield rule.finding(view, header_span(*found), "`[project]` needs a `name`", fix)


@rule("missing-version", Severity.ERROR, *PARSED, risks=(INVENTION, _UNKNOWN_VERSION))
def missing_version(view: View, rule: Rule) -> Iterator[Finding]:
    """`[project]` has no `version`, and does not say that it is dynamic.

    ```toml
    [project]
    name = "acme-core"
    ```

    Add a version, or `dynamic = ["version"]` where the build backend knows it.
    """
    found = _project(view)
    if found is None or "version" in found[1].entries:
        return
    if any(item.value == "version" for item in _dynamic(found[1])):
        return
    tree = view.manifest.tree
    version = insert_entry(tree, ("project",), "version", '"0.1.0"')
    fixes = [Fix('Add `version = "0.1.0"`', (view.change(*version),), risk=INVENTION)]
    if "dynamic" not in found[1].entries:
        dynamic = insert_entry(tree, ("project",), "dynamic", '["version"]')
        change = view.change(*dynamic)
        fixes.append(Fix('Add `dynamic = ["version"]`', (change,), risk=_UNKNOWN_VERSION))
    message = '`[project]` needs a `version`, or `dynamic = ["version"]`'
    yield rule.finding(view, header_span(*found), message, *fixes)


@rule("static-and-dynamic", Severity.WARNING, *BELONGING)
def static_and_dynamic(view: View, rule: Rule) -> Iterator[Finding]:
    """A key of `[project]` has a value and is listed in `dynamic`, too.

    The standard (PEP 621) forbids it. uv does not mind by itself, but asks the build backend for what is
    dynamic, and backends refuse.

    ```toml
    [project]
    version = "1.0"
    dynamic = ["version"]
    ```

    Remove one of the two.
    """
    found = _project(view)
    for item in _dynamic(found[1]) if found else ():
        if found is not None and item.value != "dynamic" and item.value in found[1].entries:
            message = (
                f"`{item.value}` has a value, so it cannot be dynamic: build backends refuse that"
            )
            yield rule.finding(view, item.span, message)


@rule("invalid-version", Severity.ERROR, *PARSED, risks=(NO_RISK, REMOVAL))
def invalid_version(view: View, rule: Rule) -> Iterator[Finding]:
    """A version is not one (PEP 440).

    ```toml
    [project]
    version = "one"
    ```

    Write a version such as `1.0`, `1.0rc1` or `1.0.post1`. It need not be in normal form.
    """
    yield from report_faults(view, rule)


@rule("invalid-name", Severity.ERROR, *PARSED, risks=(TRANSLATION, GUESS, REMOVAL))
def invalid_name(view: View, rule: Rule) -> Iterator[Finding]:
    """A name of a package, an extra, a group or an index cannot be one.

    Names hold letters, digits, `-`, `_` and `.`; those of packages, extras and groups begin and end with
    a letter or digit.

    ```toml
    [project]
    name = "-alpha"

    [dependency-groups]
    "bad name" = []
    ```

    Rename it.
    """
    yield from report_faults(view, rule)


@rule("duplicate-name", Severity.ERROR, *PARSED, risks=(REMOVAL,))
def duplicate_name(view: View, rule: Rule) -> Iterator[Finding]:
    """Two keys of a table are the same name.

    The names of extras, dependency groups and the packages of `[tool.uv.sources]` are compared in normal
    form (PEP 503): `foo_bar`, `Foo.Bar` and `foo-bar` are one name.

    ```toml
    [dependency-groups]
    foo_bar = []
    foo-bar = []
    ```

    Make one of them, or rename one.
    """
    yield from report_faults(view, rule)


RULES = (
    missing_name,
    missing_version,
    static_and_dynamic,
    invalid_version,
    invalid_name,
    duplicate_name,
)
