"""Findings as text for people and machines. Pure; positions are 1-based, in code points."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ws_lsp.checking.findings import (
    PROJECT_URL,
    Change,
    Finding,
    Fix,
    Related,
    Severity,
    documentation_url,
)
from ws_lsp.checking.fixing import chosen_fix
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.rules.catalogue import BY_CODE
from ws_lsp.text import LineIndex, Span, visible
from ws_lsp.vfs import relative, to_native

__all__ = ["FORMATS", "Format", "render", "statistics"]


class Colours:
    """Terminal colours, or none."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    def paint(self, text: str, *codes: int) -> str:
        """Return `text` in the colours of these SGR codes."""
        if not self.enabled:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"


_SGR = {
    Severity.ERROR: (1, 31),
    Severity.WARNING: (1, 33),
    Severity.INFORMATION: (1, 34),
    Severity.HINT: (1, 36),
}


def render(
    findings: Sequence[Finding],
    manifests: Mapping[str, Manifest],
    output_format: str,
    base: str,
    colours: bool = False,
    fixed: int | None = None,
    repository: str | None = None,
    quiet: bool = False,
    least: Severity | None = None,
) -> str:
    """Return findings in one of `FORMATS`.

    File names are shown from the directory `base`, or from that of the `repository` where the format
    wants it. `fixed` is how many fixes have just been applied, where that was wanted. A `quiet` report
    for people has no summary. What is less severe than `least` is left out; without it, what is for
    people has warnings and errors, and says what else there is, and what is for programs has everything.
    """
    form = FORMATS[output_format]
    if least is None:
        least = Severity.WARNING if form.for_people else Severity.HINT
    shown = [finding for finding in findings if finding.severity.is_at_least(least)]
    hidden = [finding.severity for finding in findings if not finding.severity.is_at_least(least)]
    shown_from = repository if form.from_repository and repository is not None else base
    text = form.show(shown, manifests, shown_from, Colours(colours))
    if not form.for_people:
        return text
    if quiet:
        return text.rstrip("\n")
    about_fixes = _about_fixes(findings, shown, manifests, fixed)
    lines = (text, _total(shown, Colours(colours)), _about_hidden(hidden), about_fixes)
    return "\n".join(line for line in lines if line)


def _about_hidden(hidden: Sequence[Severity]) -> str:
    """Return the line that says what is not shown, and how to see it."""
    if not hidden:
        return ""
    kinds = {
        Severity.WARNING: "warning",
        Severity.INFORMATION: "informational finding",
        Severity.HINT: "hint",
    }
    counts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for kind, word in kinds.items()
        if (count := hidden.count(kind))
    ]
    lowest = max(hidden, key=[*Severity].index)
    return f"{' and '.join(counts)} hidden, `--severity {lowest.value}` shows them"


def statistics(findings: Sequence[Finding], colours: bool = False, quiet: bool = False) -> str:
    """Return how many findings there are of each code, the most frequent first, and the total.

    The total is left out of a `quiet` report.
    """
    paint = Colours(colours).paint
    counts: dict[tuple[str, Severity], int] = {}
    for finding in findings:
        kind = finding.code, finding.severity
        counts[kind] = counts.get(kind, 0) + 1
    width = len(str(max(counts.values(), default=0)))
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0][0]))
    lines = [
        f"{count:>{width}}  {paint(severity.value, *_SGR[severity])}[{paint(code, 1)}]"
        for (code, severity), count in ranked
    ]
    return "\n".join(lines if quiet else [*lines, _total(findings, Colours(colours))])


def _full(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    return "\n".join(_block(finding, manifests, base, colours) for finding in findings)


def _block(finding: Finding, manifests: Mapping[str, Manifest], base: str, colours: Colours) -> str:
    lines = _lines(manifests, finding.path)
    severity = colours.paint(finding.severity.value, *_SGR[finding.severity])
    code = colours.paint(finding.code, 1)
    out = [f"{severity}[{code}]: {visible(finding.message)}"]
    out += excerpt(lines, finding.span, _location(finding.path, lines, finding.span, base), colours)
    for related in finding.related:
        place = _location(related.path, *_placed(related, manifests), base)
        out.append(f"  {colours.paint('note', 1, 34)}: {visible(related.message)} ({place})")
    fix = finding.fix
    if fix is not None and fix.is_safe:
        out.append(f"  {colours.paint('fix', 1, 32)} [*]: {visible(fix.title)}")
    elif fix is not None:
        word = colours.paint("unsafe fix", 1, 33)
        out.append(f"  {word}: {visible(fix.title)}. {fix.risk}")
    return "\n".join(out) + "\n"


def excerpt(lines: LineIndex, span: Span, location: str, colours: Colours) -> list[str]:
    """Return the location and the source line with carets below it, as uv and ruff draw them."""
    row, column = lines.position(span.start)
    text = lines.line_text(row)
    end = min(span.end, lines.line_end(row))
    # what is left of the carets, and what they stand under, takes as many columns as the terminal does
    width = max(_columns(text[column : column + end - span.start]), 1)
    gutter = " " * len(str(row + 1))
    bar = colours.paint("|", 34)
    # tabs stay tabs below, so that the carets stand under their characters
    lead = "\t".join(" " * _columns(part) for part in text[:column].split("\t"))
    return [
        f"{gutter} {colours.paint('-->', 34)} {location}",
        f"{gutter} {bar}",
        f"{colours.paint(str(row + 1), 34)} {bar} {visible(text)}",
        f"{gutter} {bar} {lead}{colours.paint('^' * width, 1, 31)}",
    ]


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata  # here: most texts need nothing of it

    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def _total(findings: Sequence[Finding], colours: Colours) -> str:
    if not findings:
        return colours.paint("All checks passed", 1, 32)
    counts = [
        f"{count} {kind.value}{'s' if count > 1 and kind is not Severity.INFORMATION else ''}"
        for kind in Severity
        if (count := sum(finding.severity is kind for finding in findings))
    ]
    return f"Found {', '.join(counts)}"


def _about_fixes(
    findings: Sequence[Finding],
    shown: Sequence[Finding],
    manifests: Mapping[str, Manifest],
    fixed: int | None,
) -> str:
    """Return the line that says what has been fixed, or what could be."""
    safe = sum(chosen_fix(one, manifests, unsafe=False) is not None for one in findings)
    every = sum(chosen_fix(one, manifests, unsafe=True) is not None for one in findings)
    unsafe = every - safe
    if fixed:
        hint = f" ({unsafe} with `--unsafe-fixes`)" if unsafe else ""
        return f"Fixed {fixed}, {len(shown)} left{hint}"
    if not safe:
        return f"{unsafe} fixable with `--fix --unsafe-fixes`" if unsafe else ""
    hint = f" ({unsafe} more with `--unsafe-fixes`)" if unsafe else ""
    return f"[*] {safe} fixable with `--fix`{hint}"


def _concise(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    out = []
    for finding in findings:
        place = _location(finding.path, _lines(manifests, finding.path), finding.span, base)
        severity = colours.paint(finding.severity.value, *_SGR[finding.severity])
        mark = "[*] " if finding.fix is not None and finding.fix.is_safe else ""
        out.append(f"{place}: {severity}[{finding.code}] {mark}{visible(finding.message)}")
    return "\n".join(out)


def _json(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    import json  # here: who reads the findings need not wait for it

    return json.dumps([_record(finding, manifests) for finding in findings], indent=2)


def _record(finding: Finding, manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    lines = _lines(manifests, finding.path)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": to_native(finding.path),
        "location": _point(lines, finding.span.start),
        "end_location": _point(lines, finding.span.end),
        "fix": _fix(finding.fix, manifests) if finding.fix is not None else None,
        "related": [_related(related, manifests) for related in finding.related],
        "url": documentation_url(finding.code),
    }


def _related(related: Related, manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    lines, span = _placed(related, manifests)
    return {
        "message": related.message,
        "filename": to_native(related.path),
        "location": _point(lines, span.start),
        "end_location": _point(lines, span.end),
    }


def _fix(fix: Fix, manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    edits = [edit for change in fix.changes for edit in _edits(change, manifests)]
    return {"title": fix.title, "applicability": fix.applicability.value, "edits": edits}


def _edits(change: Change, manifests: Mapping[str, Manifest]) -> list[dict[str, Any]]:
    lines = LineIndex("") if change.create else _lines(manifests, change.path)
    return [
        {
            "filename": to_native(change.path),
            "location": _point(lines, edit.span.start),
            "end_location": _point(lines, edit.span.end),
            "content": edit.text,
            "create": change.create,
        }
        for edit in change.edits
    ]


def _point(lines: LineIndex, offset: int) -> dict[str, int]:
    row, column = lines.position(offset)
    return {"row": row + 1, "column": column + 1}


_GITHUB = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def _github(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    out = []
    for finding in findings:
        lines = _lines(manifests, finding.path)
        start, end = (_point(lines, offset) for offset in finding.span)
        properties = {
            "title": f"ws-lsp ({finding.code})",
            "file": to_native(finding.path),  # the runner makes absolute names relative, no others
            "line": start["row"],
            "col": start["column"],
            "endLine": end["row"],
            "endColumn": end["column"],
        }
        place = _location(finding.path, lines, finding.span, base)
        message = f"{place}: {finding.code} {finding.message}"  # the log shows nothing else
        written = ",".join(f"{key}={_escape_property(str(one))}" for key, one in properties.items())
        out.append(f"::{_GITHUB[finding.severity]} {written}::{_escape_data(message)}")
    return "\n".join(out)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


_GITLAB = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFORMATION: "info",
    Severity.HINT: "info",
}


def _gitlab(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    """Return what GitLab shows as code quality; its names are seen from the repository."""
    import json
    from hashlib import sha256

    records: dict[str, dict[str, Any]] = {}
    for finding in findings:
        lines = _lines(manifests, finding.path)
        path = _shown(finding.path, base)
        start, end = (_point(lines, offset) for offset in finding.span)
        # it stays where lines are moved; what is found twice still has two
        said, number = f"{path}\n{finding.code}\n{finding.message}", 0
        while (mark := sha256(f"{said}\n{number}".encode(errors="replace")).hexdigest()) in records:
            number += 1
        records[mark] = {
            "check_name": finding.code,
            "description": f"{finding.code}: {finding.message}",
            "severity": _GITLAB[finding.severity],
            "fingerprint": mark,
            "location": {
                "path": path,
                "positions": {
                    "begin": {"line": start["row"], "column": start["column"]},
                    "end": {"line": end["row"], "column": end["column"]},
                },
            },
        }
    return json.dumps([*records.values()], indent=2)


def _sarif(
    findings: Sequence[Finding], manifests: Mapping[str, Manifest], base: str, colours: Colours
) -> str:
    import json

    from ws_lsp import __version__

    codes = sorted({finding.code for finding in findings})
    index = {code: position for position, code in enumerate(codes)}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ws-lsp",
                        "version": __version__,
                        "informationUri": PROJECT_URL,
                        "rules": [_sarif_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_SOURCE_ROOT: {"uri": _file_uri(f"{base.rstrip('/')}/")}},
                "results": [
                    _sarif_result(finding, manifests, base, index[finding.code])
                    for finding in findings
                ],
            }
        ],
    }
    return json.dumps(document, indent=2)


_SOURCE_ROOT = "%SRCROOT%"
"""What SARIF calls the root of the repository."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def _level(severity: Severity) -> str:
    return _LEVELS.get(severity, "note")


def _sarif_rule(code: str) -> dict[str, Any]:
    rule = BY_CODE[code]
    return {
        "id": code,
        "shortDescription": {"text": _plain(rule.title)},
        "fullDescription": {"text": _plain(rule.documentation.partition("\n```")[0]).strip()},
        "help": {"text": _plain(rule.documentation), "markdown": rule.documentation},
        "helpUri": documentation_url(code),
        "defaultConfiguration": {"level": _level(rule.severity)},
    }


def _plain(markdown: str) -> str:
    """Return a text of a rule without what marks code in it."""
    return re.sub(r"```\w*\n|`", "", markdown)


def _sarif_result(
    finding: Finding, manifests: Mapping[str, Manifest], base: str, index: int
) -> dict[str, Any]:
    lines = _lines(manifests, finding.path)
    # a file that does not exist yet cannot be changed
    fixes = [
        fix
        for fix in (finding.fix,)
        if fix is not None and not any(change.create for change in fix.changes)
    ]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _level(finding.severity),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _physical(finding.path, lines, finding.span, base)}],
        "relatedLocations": [
            {
                "message": {"text": related.message},
                "physicalLocation": _physical(related.path, *_placed(related, manifests), base),
            }
            for related in finding.related
        ],
        **({"fixes": [_sarif_fix(fix, manifests, base) for fix in fixes]} if fixes else {}),
    }


def _sarif_fix(fix: Fix, manifests: Mapping[str, Manifest], base: str) -> dict[str, Any]:
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(change.path, base),
                "replacements": [
                    {
                        "deletedRegion": _region(_lines(manifests, change.path), edit.span),
                        "insertedContent": {"text": edit.text},
                    }
                    for edit in change.edits
                ],
            }
            for change in fix.changes
            if change.edits
        ],
    }


def _physical(path: str, lines: LineIndex, span: Span, base: str) -> dict[str, Any]:
    return {"artifactLocation": _artifact(path, base), "region": _region(lines, span)}


def _region(lines: LineIndex, span: Span) -> dict[str, int]:
    start, end = _point(lines, span.start), _point(lines, span.end)
    return {
        "startLine": start["row"],
        "startColumn": start["column"],
        "endLine": end["row"],
        "endColumn": end["column"],
    }


def _artifact(path: str, base: str) -> dict[str, str]:
    """Return where a file is: seen from the base where it lies below it, else by its whole path."""
    from urllib.parse import quote

    shown = _shown(path, base)
    if shown != path:
        return {"uri": quote(shown, errors="surrogateescape"), "uriBaseId": _SOURCE_ROOT}
    return {"uri": _file_uri(path)}


def _file_uri(path: str) -> str:
    from urllib.parse import quote

    prefix = "file:" if path.startswith("//") else "file://" if path.startswith("/") else "file:///"
    return prefix + quote(path, errors="surrogateescape")


def _lines(manifests: Mapping[str, Manifest], path: str) -> LineIndex:
    manifest = manifests.get(path)
    return manifest.lines if manifest else LineIndex("")


def _placed(related: Related, manifests: Mapping[str, Manifest]) -> tuple[LineIndex, Span]:
    return related.placed(manifests) or (LineIndex(""), related.span)


def _location(path: str, lines: LineIndex, span: Span, base: str) -> str:
    row, column = lines.position(span.start)
    return f"{visible(to_native(_shown(path, base)))}:{row + 1}:{column + 1}"


def _shown(path: str, base: str) -> str:
    """Return a path from the base, or the whole one where it does not lie below."""
    short = relative(path, base)
    return path if short.startswith("..") else short


class Format(NamedTuple):
    """A format of a report."""

    show: Callable[[Sequence[Finding], Mapping[str, Manifest], str, Colours], str]
    about: str
    """Who reads it."""
    for_people: bool = False
    """Whether it ends with a summary."""
    from_repository: bool = False
    """Whether its readers see file names from the root of the repository."""


FORMATS: Mapping[str, Format] = {
    "full": Format(_full, "people: with the source line and fixes", for_people=True),
    "concise": Format(_concise, "people, and editors: one line for each finding", for_people=True),
    "json": Format(_json, "programs"),
    "github": Format(_github, "GitHub Actions: annotations of a run"),
    "gitlab": Format(_gitlab, "GitLab: a code quality report", from_repository=True),
    "sarif": Format(_sarif, "code scanning: SARIF 2.1.0", from_repository=True),
}
"""The formats by the name that `--output-format` takes: its choices, the documentation and the tests
follow from here."""
