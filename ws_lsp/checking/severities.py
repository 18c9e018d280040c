"""How bad each finding is to the people of a workspace, and which of them they do not want.

`[tool.ws-lsp.rules] code = "severity"` in the root, the same from the editor (the file wins), and
`# ws-lsp: ignore[code]` at the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.pyproject import SEVERITIES
from ws_lsp.text import Span
from ws_lsp.toml.cursor import locate

__all__ = ["OFF", "Comment", "configured", "ignoring"]

OFF = "off"
_MARK = "ws-lsp:"
_IGNORE = regular_expression(r"(#\s*ws-lsp:\s*ignore(?:\[([^\]#]*)\])?)\s*(?:#.*)?$")
_CODE = regular_expression(r"[^,\s](?:[^,]*[^,\s])?")


class Comment(NamedTuple):
    """A comment that silences findings of its line: of some codes, or all where these are None."""

    line: int
    codes: tuple[tuple[str, Span], ...] | None
    whole: Span
    """The comment, with the white space before it."""


def ignoring(manifest: Manifest) -> Iterator[Comment]:
    """Yield the comments of a file that silence findings."""
    if _MARK not in manifest.text:
        return
    for line, start in enumerate(manifest.lines.starts):
        text = manifest.lines.line_text(line)
        match = _IGNORE.search(text) if _MARK in text else None
        if match is not None and not _is_in_string(manifest, start + match.start(1)):
            codes = None
            if match[2] is not None:
                found = _CODE.finditer(text, *match.span(2))
                codes = tuple((one[0], Span(*(start + at for at in one.span()))) for one in found)
            begin = len(text[: match.start()].rstrip())
            yield Comment(line, codes, Span(start + begin, start + match.end(1)))


def _is_in_string(manifest: Manifest, offset: int) -> bool:
    """Tell whether a `#` begins no comment, since it is in a string of several lines, for instance."""
    string = locate(manifest.tree, offset).string
    return string is not None and string.start < offset < string.end


def configured(
    findings: Iterable[Finding],
    manifest: Manifest,
    levels: Mapping[str, str],
    silenced: dict[int, set[str]],
    *,
    by_name: bool = False,
) -> Iterator[Finding]:
    """Yield findings at the level that is wished for, without those that are not wished for.

    `silenced` gets the codes of those that comments silence, by line. With `by_name` a comment without
    codes silences nothing: it cannot silence what is said of itself.
    """
    comments = {
        one.line: None if one.codes is None else {code for code, _ in one.codes}
        for one in ignoring(manifest)
        if one.codes is not None or not by_name
    }
    for finding in findings:
        level = levels.get(finding.code)
        if level == OFF:
            continue
        line = manifest.lines.position(finding.span.start)[0] if comments else -1
        if line in comments:
            codes = comments[line]
            if codes is None or finding.code in codes:
                silenced.setdefault(line, set()).add(finding.code)
                continue
        if level in SEVERITIES and level != finding.severity.value:
            finding = finding._replace(severity=Severity(level))
        yield finding
