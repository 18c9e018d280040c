"""The rule about `# ws-lsp: ignore`, the comments that silence findings."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.severities import OFF, ignoring
from ws_lsp.checking.suggestions import GUESS, question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import NameIndex
from ws_lsp.rules import imports, installation, lockfile
from ws_lsp.text import Edit

__all__ = ["RULES"]

_COMMENT = "Should the finding come back, nothing silences it"
_OF_TIMES = frozenset(
    one.code for family in (imports, installation, lockfile) for one in family.RULES
)
"""What is found today and not tomorrow, though the file stays as it is."""


@rule(
    "unused-ignore",
    Severity.INFORMATION,
    Scope.ROOT,
    Scope.MEMBER,
    Scope.SETTINGS,
    risks=(GUESS, _COMMENT),
    last=True,
)
def unused_ignore(view: View, rule: Rule) -> Iterator[Finding]:
    """A comment `# ws-lsp: ignore` silences nothing, or names no rule.

    It stays behind where the finding has gone, and would hide the next one. Nothing is said of rules that
    are off, and of those about `uv.lock`, what is installed and what sources import: these change while
    the file does not.

    ```toml
    [project]
    name = "acme-core"
    version = "1"  # ws-lsp: ignore[invalid-version]
    ```

    Correct the code, or remove the comment.
    """
    levels = dict(view.rule_levels())
    codes = view.rulebook.by_code
    for comment in ignoring(view.manifest):
        silenced = view.silenced.get(comment.line, set())
        remove = Fix("Remove the comment", (view.change(Edit(comment.whole, "")),), risk=_COMMENT)
        for code, span in comment.codes or ():
            if code not in codes:
                near = NameIndex(codes).closest(code)
                message = f"There is no rule `{code}`{question(near)}"
                fixes = [replacement(view, near, Edit(span, near))] if near is not None else []
                severity = Severity.WARNING
                yield rule.finding(view, span, message, *fixes, remove, severity=severity)
            elif code not in silenced and code not in _OF_TIMES:
                off = codes[code].off or levels.get(code) == OFF
                if not off and view.scope in codes[code].scopes:
                    message = f"This line has no `{code}` to ignore"
                    yield rule.finding(view, span, message, remove, unnecessary=True)
        if not comment.codes and not silenced:
            message = "This line has nothing to ignore"
            yield rule.finding(view, comment.whole, message, remove, unnecessary=True)


RULES = (unused_ignore,)
