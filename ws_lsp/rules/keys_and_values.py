"""Rules about keys and values: what the schema says that uv refuses."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Finding, Severity
from ws_lsp.checking.reported_faults import report_faults
from ws_lsp.checking.rule import PARSED, Rule, rule
from ws_lsp.checking.suggestions import GUESS, REMOVAL, TRANSLATION, UNCOMMENTED
from ws_lsp.checking.view import View

__all__ = ["RULES"]


@rule("invalid-value", Severity.ERROR, *PARSED, risks=(NO_RISK, TRANSLATION, UNCOMMENTED, REMOVAL))
def invalid_value(view: View, rule: Rule) -> Iterator[Finding]:
    """A value has a type, or a spelling, that uv refuses.

    uv reads `[project]`, `[dependency-groups]` and its own keys of `[tool.uv]` in every member, and one
    wrong value stops every command of the workspace, even where the value would have no effect: a
    member's `environments`, say. Keys that uv does not know are not looked at.

    ```toml
    [tool.uv]
    managed = 0                 # must be true or false

    [tool.uv.workspace]
    members = "packages/*"      # must be a list

    [[tool.uv.index]]           # needs a url
    name = "corp"
    ```

    Write a value of the type that the message names.
    """
    yield from report_faults(view, rule)


@rule("unknown-key", Severity.ERROR, *PARSED, risks=(GUESS, REMOVAL))
def unknown_key(view: View, rule: Rule) -> Iterator[Finding]:
    """A table holds a key that uv refuses there.

    Most tables may hold anything. A source, `[tool.uv.workspace]`, an entry of `conflicts`, a scoped
    override and `minimum-libc-version` may not: uv stops at every command.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = true, foo = 1 }

    [tool.uv.workspace]
    member = ["packages/*"]  # the key is called members
    ```

    Correct the key, or remove it.
    """
    yield from report_faults(view, rule)


RULES = (invalid_value, unknown_key)
