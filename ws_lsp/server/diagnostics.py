"""Findings and failures of uv as LSP diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding, Severity, documentation_url
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.positions import range_of
from ws_lsp.server.uris import uri_of
from ws_lsp.text import LineIndex

if TYPE_CHECKING:
    from ws_lsp.uv.failure import Failure

__all__ = ["diagnostic", "diagnostic_of_failure", "diagnostics"]

_SEVERITIES = {
    Severity.ERROR: 1,
    Severity.WARNING: 2,
    Severity.INFORMATION: 3,
    Severity.HINT: 4,
}


def diagnostics(
    snapshot: Snapshot, path: str, findings: Iterable[Finding], client: Capabilities
) -> list[dict[str, Any]]:
    """Return the findings of a file as LSP diagnostics."""
    lines = snapshot.manifests[path].lines
    return [diagnostic(snapshot, lines, finding, client) for finding in findings]


def diagnostic(
    snapshot: Snapshot, lines: LineIndex, finding: Finding, client: Capabilities
) -> dict[str, Any]:
    """Return one finding as an LSP diagnostic."""
    found: dict[str, Any] = {
        "range": range_of(lines, finding.span, client.encoding),
        "severity": _SEVERITIES[finding.severity],
        "code": finding.code,
        "source": "ws-lsp",
        "message": finding.message,
    }
    if client.code_description:
        found["codeDescription"] = {"href": documentation_url(finding.code)}
    if client.unnecessary_tag and finding.unnecessary:
        found["tags"] = [int(types.DiagnosticTag.Unnecessary)]
    if client.related_information and finding.related:
        found["relatedInformation"] = [
            {
                "location": {
                    "uri": uri_of(related.path),
                    "range": range_of(*placed, client.encoding),
                },
                "message": related.message,
            }
            for related in finding.related
            if (placed := related.placed(snapshot.manifests)) is not None
        ]
    return found


def diagnostic_of_failure(failure: Failure, client: Capabilities) -> dict[str, Any]:
    """Return a failure of uv as an LSP diagnostic."""
    message = f"{failure.message}\n{failure.hint}" if failure.hint else failure.message
    return {
        "range": range_of(LineIndex(failure.text), failure.span, client.encoding),
        "severity": _SEVERITIES[Severity.ERROR],
        "source": "uv",
        "message": message,
    }
