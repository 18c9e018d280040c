"""The rule about `[tool.uv.build-backend]`, which uv's own build backend reads."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.rules.base import Finding, Rule, Scope, Severity, rule
from ws_lsp.rules.values import counts, report
from ws_lsp.rules.view import View
from ws_lsp.schema.faults import faults
from ws_lsp.schema.keys import BUILD_BACKEND
from ws_lsp.schema.shapes import Layer
from ws_lsp.schema.tool_uv import BUILD_BACKEND_TABLE

__all__ = ["RULES"]


@rule("invalid-build-setting", Severity.ERROR)
def invalid_build_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting of `[tool.uv.build-backend]` has a value that `uv_build` refuses.

    uv locks the workspace, and fails where it builds the project. A bare `uv sync` does that of the
    root's project, and of all members where the root has none; elsewhere the finding is a warning.

    ```toml
    [build-system]
    requires = ["uv_build>=0.9,<0.14"]
    build-backend = "uv_build"

    [tool.uv.build-backend]
    module-root = "../src"  # leads out of the project
    ```

    Write a value of the kind that the message names.
    """
    manifest = view.manifest
    entry = manifest.uv.entries.get(BUILD_BACKEND) if manifest.uv is not None else None
    if entry is None or not manifest.uses_uv_build or not manifest.package:
        return
    severity = Severity.ERROR
    if view.scope is Scope.MEMBER and not view.is_virtual():
        name = manifest.name
        if name is None or not view.is_required(name):
            severity = Severity.WARNING
    for fault in faults(entry.value, BUILD_BACKEND_TABLE, f"`{BUILD_BACKEND}`", Layer.BUILD, entry):
        if counts(view, fault):
            yield report(view, rule, fault, severity)


RULES = (invalid_build_setting,)
