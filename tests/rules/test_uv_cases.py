"""uv's recorded answers: an error of ours is a failure of `uv lock`, and stands on the key it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from differential.cases import Case, load, materialise

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.project.manifest import Manifest
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Entry, Node, Table
from ws_lsp.vfs import from_native, relative

STATIC = [
    case for case in load() if case.kind == "static" and case.record["command"][1:] == ["lock"]
]

OPEN = {
    "disc-no-pyproject": "there is no file that could be opened",
}
"""Failures that one file and the answers of a `View` do not decide yet."""


@pytest.mark.parametrize("case", STATIC, ids=lambda case: case.name)
def test_an_error_is_a_failure_of_uv(case: Case, tmp_path: Path) -> None:
    _, found = _look(case, tmp_path / "case")
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    assert bool(errors) == (case.refused and case.name not in OPEN), errors


@pytest.mark.parametrize(
    "case",
    [case for case in STATIC if case.refused and case.name not in OPEN],
    ids=lambda case: case.name,
)
def test_an_error_stands_where_the_cause_is(case: Case, tmp_path: Path) -> None:
    snapshot, found = _look(case, tmp_path / "case")
    places = list(_places(case, snapshot, tmp_path / "case"))
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    assert places
    assert any(
        finding.path == path and any(_within(finding.span, place) for place in spans)
        for finding in errors
        for path, spans in places
    ), [(finding.path, finding.span, finding.message) for finding in errors]


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in STATIC
        if case.record["severity"] == "warning" and not case.about.startswith("workspace:")
    ],
    ids=lambda case: case.name,
)
def test_a_warning_of_uv_is_one_of_ours(case: Case, tmp_path: Path) -> None:
    snapshot, found = _look(case, tmp_path / "case")
    warnings = [finding for finding in found if finding.severity is Severity.WARNING]
    assert any(
        finding.path == path and any(_within(finding.span, place) for place in spans)
        for finding in warnings
        for path, spans in _places(case, snapshot, tmp_path / "case")
    ), warnings


@pytest.mark.parametrize(
    "case", [case for case in STATIC if case.record["severity"] == "ok"], ids=lambda case: case.name
)
def test_nothing_that_uv_accepts_is_an_error_of_its_own(case: Case, tmp_path: Path) -> None:
    _, found = _look(case, tmp_path / "case")
    assert not [finding for finding in found if finding.severity is Severity.ERROR]


def _look(case: Case, target: Path) -> tuple[Snapshot, list[Finding]]:
    materialise(case, target)
    host = Host()
    cwd = from_native(str(target / case.cwd))
    snapshot = host.snapshot(host.root_of_directory(cwd) or cwd)
    return snapshot, [one for some in Checker(RULEBOOK).findings(snapshot).values() for one in some]


def _places(case: Case, snapshot: Snapshot, target: Path) -> Iterator[tuple[str, list[Span]]]:
    """Yield the files that `about` names, and the spans of the key that it names in each."""
    pattern, _, key = case.about.partition(": ")
    base = from_native(str(target))
    for path, manifest in snapshot.manifests.items():
        if fnmatchcase(relative(path, base), pattern):
            whole = Span(0, len(manifest.text))
            if key in ("", "syntax"):
                yield path, [whole]
            else:
                yield path, list(_spans(manifest, key))


def _spans(manifest: Manifest, key: str) -> Iterator[Span]:
    """Yield where a key stands: its values, or the nearest table above where it is missing."""
    parts = re.findall(r'"([^"]*)"|\[(\d+)\]|([^.\[\]"]+)', key.removesuffix(" (missing)"))
    node: Node = manifest.tree.root
    found = [Span(0, 0)]
    for quoted, index, bare in parts:
        if index and isinstance(node, Array):
            node = node.items[int(index)]
            found = [node.span]
        elif isinstance(node, Table):
            name = quoted or bare
            entries = [one for one in node.duplicates if one.key.text == name]
            if name in node.entries:
                entries.append(node.entries[name])
            if not entries:
                break
            found = [span for entry in entries for span in _entry_spans(entry)]
            node = entries[-1].value
    yield from found


def _entry_spans(entry: Entry) -> Iterator[Span]:
    yield Span(entry.key.start, max(entry.value.end, entry.key.end))
    if isinstance(entry.value, Table):
        for header in entry.value.headers:
            yield Span(header.start, header.end)


def _within(span: Span, place: Span) -> bool:
    return place.start <= span.start and span.end <= place.end
