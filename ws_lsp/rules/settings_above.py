"""The rule about the settings that uv takes from a directory above the workspace."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.uncovered_settings import refused_above, stops_the_search
from ws_lsp.checking.view import View

__all__ = ["RULES"]


@rule("settings-above", Severity.ERROR, Scope.ROOT)
def settings_above(view: View, rule: Rule) -> Iterator[Finding]:
    """uv refuses the settings in a directory above the workspace.

    Where the root has no `uv.toml` and no `[tool.uv]`, or one with settings that uv drops, uv takes the
    settings of the closest directory above that has one of these. A mistake in that `uv.toml`, or a
    `required-version` that is not met, stops every command of the workspace.

    ```toml
    # ../uv.toml
    required-version = "<0.10"  # uv 0.13.9 is installed
    ```

    Correct that file, or give the root a `[tool.uv]` of its own, which may be empty.
    """
    if view.has_settings_file() or view.manifest.syntax or stops_the_search(view, view.manifest):
        return
    refused = refused_above(view)
    if refused is not None:
        from ws_lsp.project.comparison import top_span

        yield rule.finding(view, top_span(view.manifest), refused)


RULES = (settings_above,)
