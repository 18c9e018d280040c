"""Rules about `[[tool.uv.index]]`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.rule import PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import REMOVAL
from ws_lsp.checking.view import View
from ws_lsp.project.versions import Feature
from ws_lsp.schema.keys import INDEX
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Array, Entry, Scalar, String, Table

__all__ = ["RULES"]


def _indexes(table: Table | None) -> list[Table]:
    value = table.get(INDEX) if table else None
    items = value.items if isinstance(value, Array) else []
    return [item for item in items if isinstance(item, Table)]


def _true(entry: Entry | None) -> bool:
    return entry is not None and isinstance(entry.value, Scalar) and entry.value.is_true


@rule("duplicate-index", Severity.ERROR, *PARSED)
def duplicate_index(view: View, rule: Rule) -> Iterator[Finding]:
    """Two indexes have the same name.

    ```toml
    [[tool.uv.index]]
    name = "corp"
    url = "https://a.example/simple"

    [[tool.uv.index]]
    name = "corp"
    url = "https://b.example/simple"
    ```

    Rename one of them.
    """
    first: dict[str, String] = {}
    for index in _indexes(view.manifest.uv):
        node = index.get("name")
        if not isinstance(node, String):
            continue
        if node.value in first:
            related = (Related(view.path, first[node.value].span, "The first one"),)
            message = f"There is another index `{node.value}`"
            yield rule.finding(view, node.span, message, related=related)
        else:
            first[node.value] = node


@rule("several-default-indexes", Severity.ERROR, *PARSED, risks=(REMOVAL,))
def several_default_indexes(view: View, rule: Rule) -> Iterator[Finding]:
    """More than one index is the default.

    The default index takes the place of the public one, so there is one at most in a file (uv 0.10 and
    later).

    ```toml
    [[tool.uv.index]]
    url = "https://a.example/simple"
    default = true

    [[tool.uv.index]]
    url = "https://b.example/simple"
    default = true
    ```

    Remove `default` from all but one.
    """
    defaults = [
        entry
        for index in _indexes(view.manifest.uv)
        if (entry := index.entries.get("default")) is not None and _true(entry)
    ]
    if len(defaults) < 2 or not view.uv_has(Feature.ONE_DEFAULT_INDEX):
        return
    for entry in defaults[1:]:
        remove = Fix(
            "Remove this `default`",
            (view.change_by(remove_entry, view.manifest.tree, entry),),
            risk=REMOVAL,
        )
        related = (Related(view.path, defaults[0].key.span, "The first one"),)
        message = "Only one index can be the default"
        yield rule.finding(view, entry.key.span, message, remove, related=related)


@rule("nameless-explicit-index", Severity.ERROR, *PARSED, Scope.SETTINGS)
def nameless_explicit_index(view: View, rule: Rule) -> Iterator[Finding]:
    """An index is `explicit` and has no name, so no source could use it.

    ```toml
    [[tool.uv.index]]
    url = "https://a.example/simple"
    explicit = true
    ```

    Give it a `name`.
    """
    for index in _indexes(view.manifest.settings_table):
        entry = index.entries.get("explicit")
        if entry is not None and _true(entry) and "name" not in index.entries:
            message = "An index with `explicit = true` needs a `name`"
            yield rule.finding(view, entry.key.span, message)


RULES = (duplicate_index, several_default_indexes, nameless_explicit_index)
