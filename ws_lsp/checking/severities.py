"""How bad each finding is to the people of a workspace, and which of them they do not want.

`[tool.ws-lsp.rules] code = "severity"` in the root, the same from the editor (the file wins), and
`# ws-lsp: ignore[code]` at the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.pyproject import SEVERITIES

__all__ = ["OFF", "configured"]

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
