"""The rule about `[tool.ws-lsp]`, the settings of ws-lsp itself."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.suggestions import GUESS, REMOVAL, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import NameIndex
from ws_lsp.schema.pyproject import SEVERITIES, WS_LSP
from ws_lsp.toml.edit import remove_entry, replace_key, replace_string
from ws_lsp.toml.tree import Entry, String, Table

__all__ = ["RULES"]


@rule("unknown-setting-of-ws-lsp", Severity.WARNING, Scope.ROOT, risks=(GUESS, REMOVAL))
def unknown_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """`[tool.ws-lsp]` holds a key or a value that ws-lsp does not know.

    The table knows `default-packages` and `rules`. In `[tool.ws-lsp.rules]` each key is the code of a
    rule, and its value `"error"`, `"warning"`, `"information"`, `"hint"` or `"off"`.

    ```toml
    [tool.ws-lsp.rules]
    unmatched-membr = "off"      # unmatched-member
    dropped-settings = "ignore"  # "off"
    ```

    Correct it, or remove it. `ws-lsp rule` lists the codes.
    """
    table = view.manifest.tree.root.table("tool", "ws-lsp")
    for entry in table.entries.values() if table else ():
        if entry.key.text not in WS_LSP.keys:
            near = NameIndex(WS_LSP.keys).closest(entry.key.text)
            yield _unknown(view, rule, entry, f"Unknown setting `{entry.key.text}`", near)
    rules = table.entries.get("rules") if table else None
    if rules is None:
        return
    if not isinstance(rules.value, Table):
        message = "`rules` must be a table of codes and severities"
        yield rule.finding(view, rules.key.span, message)
        return
    codes = view.rulebook.by_code
    for entry in rules.value.entries.values():
        if entry.key.text not in codes:
            near = NameIndex(codes).closest(entry.key.text)
            yield _unknown(view, rule, entry, f"There is no rule `{entry.key.text}`", near)
        elif not isinstance(entry.value, String) or entry.value.value not in SEVERITIES:
            message = "A severity is " + ", ".join(f'`"{level}"`' for level in SEVERITIES)
            fixes: list[Fix] = []
            if isinstance(entry.value, String):
                near = NameIndex(SEVERITIES).closest(entry.value.value)
                if near is not None:
                    edit = replace_string(entry.value, near)
                    fixes.append(replacement(view, near, edit))
            yield rule.finding(view, entry.value.span, message, *fixes)


def _unknown(view: View, rule: Rule, entry: Entry, message: str, near: str | None) -> Finding:
    tree = view.manifest.tree
    removal = view.change_by(remove_entry, tree, entry)
    fixes = [Fix(f"Remove `{entry.key.text}`", (removal,), risk=REMOVAL)]
    if near is not None:
        message += f". Did you mean `{near}`?"
        edit = replace_key(tree, entry.key.start, entry.key.end, near)
        fixes.insert(0, replacement(view, near, edit))
    return rule.finding(view, entry.key.span, message, *fixes)


RULES = (unknown_setting,)
