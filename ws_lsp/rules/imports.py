"""Rules about what Python sources import; the sources are read, never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import Rule, rule
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.declarations import SOURCES_PATH
from ws_lsp.rules.project_table import header_span
from ws_lsp.schema.keys import DEPENDENCY_GROUPS
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import append_item, insert_entry, string_text
from ws_lsp.toml.tree import Array, Table

if TYPE_CHECKING:
    from ws_lsp.project.import_survey import ForeignImport

__all__ = ["RULES"]

_OTHER_LIST = "The import may be the mistake, or the requirement belong in another list"

_SHOWN = 5
"""Into so many files a finding points, at the first import of each."""


@rule("undeclared-import", Severity.WARNING, off=True, risks=(_OTHER_LIST,))
def undeclared_import(view: View, rule: Rule) -> Iterator[Finding]:
    """A member imports another member's package without depending on it.

    All members share one environment, so the import works there, until somebody installs the member
    alone. The rule is off until it gets a severity in `[tool.ws-lsp.rules]`; `ws-lsp check --imports`
    turns it on for once. Sources are parsed, never run.

    What the member installs must be required by its `dependencies` or an extra, directly or through
    other members. Tests, and all that is not installed, may also rely on dependency groups: the
    member's, and those of the root.

    Not counted are imports that may fail: below `if TYPE_CHECKING:`, in a `try` that catches
    `ImportError`, below `suppress(ImportError)` or `find_spec`, behind `pytest.importorskip`. Nor are
    modules that several members provide, scripts that declare their own requirements, and text that is
    no Python. Nothing is reported where a build backend makes the dependencies.

    ```toml
    [project]
    name = "acme-api"
    dependencies = []  # and src/acme_api/main.py says `import acme_core`
    ```

    Add the member to `dependencies`, or to a dependency group where only tests need it.
    """
    manifest = view.manifest
    if manifest.name is None or manifest.has_hidden_requirements or not view.is_workspace():
        return
    imports = view.foreign_imports()
    if not imports:
        return
    published = view.with_their_members(manifest.published)
    grouped = view.with_their_members(
        manifest.published | manifest.grouped | view.grouped_by_root()
    )
    if published is None or grouped is None:
        return
    missing: dict[Name, list[ForeignImport]] = {}
    for one in imports:
        if one.provider not in (grouped if one.development else published):
            missing.setdefault(one.provider, []).append(one)
    for provider, some in sorted(missing.items()):
        some.sort(key=lambda one: (one.development, one.path, one.found.line.number))
        yield _undeclared(view, rule, provider, some, provider in grouped)


def _undeclared(
    view: View, rule: Rule, provider: Name, imports: list[ForeignImport], grouped: bool
) -> Finding:
    first = imports[0]
    where = view.shown(first.path)
    message = f"`{where}` imports `{first.module}` of the member `{provider}`, "
    if grouped:
        message += "which only a dependency group requires"
    else:
        message += "which this project does not require"
    by_file = {one.path: one for one in reversed(imports)}
    more = len(by_file) - 1
    if more:
        message += f"; so {'does' if more == 1 else 'do'} {more} more file{'s' * (more > 1)}"
    related = tuple(
        Related(one.path, one.found.span, f"`{one.module}` is imported here", one.found.line)
        for one in [*reversed(by_file.values())][:_SHOWN]
    )
    fixes = _fixes(view, provider, first.development)
    return rule.finding(view, _place(view), message, *fixes, related=related)


def _place(view: View) -> Span:
    """Return the key `dependencies`, or the header of the table that has none."""
    root = view.manifest.tree.root
    dependencies, project = root.entry("project", "dependencies"), root.entries["project"]
    if dependencies is not None:
        return dependencies.key.span
    table = project.value
    return header_span(project, table) if isinstance(table, Table) else project.key.span


def _fixes(view: View, provider: Name, development: bool) -> Iterator[Fix]:
    """Yield the fix that requires a member, from the workspace."""
    tree, manifest = view.manifest.tree, view.manifest
    table, key = ("project",), "dependencies"
    if development:
        group = manifest.groups.get(_DEVELOPMENT)
        table, key = (DEPENDENCY_GROUPS,), group.key.text if group is not None else _DEVELOPMENT
    value = tree.root.get(*table, key)
    edits: list[Edit] = []
    if isinstance(value, Array):
        edits += append_item(tree, value, string_text(provider))
    elif value is None:
        edits += insert_entry(tree, table, key, f"[{string_text(provider)}]")
    if not edits:
        return
    if provider not in manifest.sources and view.root_source(provider) is None:
        edits += insert_entry(tree, SOURCES_PATH, provider, "{ workspace = true }")
    place = f"the dependency group `{key}`" if development else "`dependencies`"
    yield Fix(f"Add `{provider}` to {place}", (view.change(*edits),), risk=_OTHER_LIST)


_DEVELOPMENT = Name("dev")
"""The group that uv installs by default."""


RULES = (undeclared_import,)
