"""How bad each finding is to the people of a workspace, and which of them they do not want.

`[tool.ws-lsp.rules] code = "severity"` in the root, the same from the editor (the file wins), and
`# ws-lsp: ignore[code]` at the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ws_lsp.grammar.names import NameIndex
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.rules.base import Finding, Fix, Rule, Scope, Severity, rule
from ws_lsp.rules.view import View
from ws_lsp.schema.pyproject import SEVERITIES, WS_LSP
from ws_lsp.toml.edit import remove_entry, replace_key, replace_string
from ws_lsp.toml.tree import Entry, String, Table

__all__ = ["OFF", "RULES", "configured"]

OFF = "off"
_IGNORE = regular_expression(r"#\s*ws-lsp:\s*ignore(?:\[([^\]#]*)\])?\s*(?:#.*)?$")


def configured(
    findings: Iterable[Finding], manifest: Manifest, levels: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield findings at the level that is wished for, without those that are not wished for."""
    for finding in findings:
        level = levels.get(finding.code)
        if level == OFF or _ignored(manifest, finding):
            continue
        if level in SEVERITIES and level != finding.severity.value:
            finding = finding._replace(severity=Severity(level))
        yield finding


def _ignored(manifest: Manifest, finding: Finding) -> bool:
    if "ws-lsp:" not in manifest.text:
        return False
    line, _ = manifest.lines.position(finding.span.start)
    match = _IGNORE.search(manifest.lines.line_text(line))
    if match is None:
        return False
    return match[1] is None or finding.code in (code.strip() for code in match[1].split(","))


@rule("unknown-setting-of-ws-lsp", Severity.WARNING, Scope.ROOT)
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
    from ws_lsp.rules.catalogue import BY_CODE

    for entry in rules.value.entries.values():
        if entry.key.text not in BY_CODE:
            near = NameIndex(BY_CODE).closest(entry.key.text)
            yield _unknown(view, rule, entry, f"There is no rule `{entry.key.text}`", near)
        elif not isinstance(entry.value, String) or entry.value.value not in SEVERITIES:
            message = "A severity is " + ", ".join(f'`"{level}"`' for level in SEVERITIES)
            fixes: list[Fix] = []
            if isinstance(entry.value, String):
                near = NameIndex(SEVERITIES).closest(entry.value.value)
                if near is not None:
                    edit = replace_string(entry.value, near)
                    fixes.append(Fix(f"Replace with `{near}`", (view.change(edit),)))
            yield rule.finding(view, entry.value.span, message, *fixes)


def _unknown(view: View, rule: Rule, entry: Entry, message: str, near: str | None) -> Finding:
    tree = view.manifest.tree
    removal = view.change_by(remove_entry, tree, entry)
    fixes = [Fix(f"Remove `{entry.key.text}`", (removal,))]
    if near is not None:
        message += f". Did you mean `{near}`?"
        edit = replace_key(tree, entry.key.start, entry.key.end, near)
        fixes.insert(0, Fix(f"Replace with `{near}`", (view.change(edit),)))
    return rule.finding(view, entry.key.span, message, *fixes)


RULES = (unknown_setting,)
