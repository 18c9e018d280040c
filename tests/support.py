"""The fixture language: a workspace written as one text, with what is expected of it in its place.

    #- /pyproject.toml
    [tool.ws-lsp]
    default-packages = ["aip"]
    #                   ^^^^^ error[unknown-default-package]: `aip` is not a member of this workspace
    #- /packages/empty/

* `#- /path` begins a file; its text ends in a line break unless it is empty, and blank lines in front
  of the next file are not part of it. A path that ends in `/` is a directory that no file makes.
* `$0` is the cursor.
* Below a line, carets and `severity[code]: message` expect a finding at these columns (code points) of
  that line. The message may be left out. In front of the carets stands a `#`; where they begin in
  column 0 there is no room for it, and it is left out. Directly below a `#- /path`, the first line is
  meant: so a finding in an empty file is written.
* A single `^` is also an empty place. `^^^>2:1` goes on after the end of the line, to column 1 of the
  second line below.

These lines are taken out of the text. Each fixture is looked at twice: as written, and with a byte
order mark and `\\r\\n`.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.around import DETACHED
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import NO_RISK, Change, Finding, Fix, Severity
from ws_lsp.checking.rule import NESTED, Rule
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.text import LineIndex, apply_edits
from ws_lsp.vfs import Disk, Memory, Overlay, base_name

__all__ = [
    "Cursor",
    "Fixture",
    "assert_fixes_are_declared",
    "check",
    "check_changes",
    "check_fix",
    "checking",
    "cursor",
    "findings",
    "host_of",
    "workspace",
]

CURSOR = "$0"
BOM = "\ufeff"


class Cursor(NamedTuple):
    """Where `$0` stood: a workspace, the path of a file of it, and an offset in code points."""

    snapshot: Snapshot
    path: str
    offset: int

    @property
    def manifest(self) -> Manifest:
        """The file that `$0` stood in."""
        return self.snapshot.manifests[self.path]


class Expectation(NamedTuple):
    """A finding as it is written in a fixture; lines and columns count from 0."""

    path: str
    line: int
    place: str
    severity: str
    code: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture, read: texts by path (directories end in `/`), expectations, and the cursor."""

    files: dict[str, str]
    expected: tuple[Expectation, ...] = ()
    at: tuple[str, int] | None = None

    def with_windows_texts(self) -> Fixture:
        r"""Return the same with a byte order mark and `\r\n` in every TOML file."""
        files = {path: _windows(path, text) for path, text in self.files.items()}
        at = self.at
        if at is not None and files[at[0]] != self.files[at[0]]:
            at = at[0], at[1] + self.files[at[0]].count("\n", 0, at[1]) + 1
        return replace(self, files=files, at=at)


def workspace(text: str) -> Snapshot:
    """Return the workspace of a fixture's first `pyproject.toml`."""
    return _snapshot(read(text).files)


def cursor(text: str) -> Cursor:
    """Return the workspace of a fixture and where its `$0` stands."""
    fixture = read(text)
    if fixture.at is None:
        raise ValueError(f"no {CURSOR} in the fixture")
    return Cursor(_snapshot(fixture.files), *fixture.at)


def findings(snapshot: Snapshot, codes: Collection[str] | None = None) -> list[Finding]:
    """Return all findings of a workspace, or those of some codes, file by file.

    Most fixtures say nothing of Python, and uv would warn of that: it is left out if not asked for.
    """
    every = [finding for some in Checker(RULEBOOK).findings(snapshot).values() for finding in some]
    for finding in every:
        assert_fixes_are_declared(finding)
    if codes is None:
        return [finding for finding in every if finding.code != "missing-requires-python"]
    return [finding for finding in every if finding.code in codes]


def assert_fixes_are_declared(finding: Finding) -> None:
    """Assert that a rule's page says what each of its fixes may lose, and that no safe one loses a thing."""
    known = {*RULEBOOK.by_code[finding.code].risks, NESTED, DETACHED}
    for fix in finding.fixes:
        assert fix.is_safe == (fix.risk == NO_RISK), fix
        assert fix.risk in known, f"{finding.code}: {fix.title}: {fix.risk or 'safe'}"


def check(text: str, codes: Collection[str] | None = None) -> None:
    """Assert that the findings (with `codes`, those of these codes) are exactly the expected ones."""
    fixture = read(text)
    for variant in (fixture, fixture.with_windows_texts()):
        chosen = findings(_snapshot(variant.files), codes)
        actual = [_expectation(variant.files, finding) for finding in chosen]
        actual = _without_unasked_messages(actual, fixture.expected)
        if Counter(actual) != Counter(fixture.expected):
            raise AssertionError(_difference(fixture, actual, variant is not fixture))


def checking(rules: Iterable[Rule]) -> Callable[..., None]:
    """Return `check` for these rules alone, or for fewer codes where it is called with them."""
    own = frozenset(rule.code for rule in rules)

    def check_own(text: str, codes: Collection[str] = own) -> None:
        check(text, codes)

    return check_own


def check_fix(before: str, title: str, after: str) -> None:
    """Assert that the fix of this title turns `before` into `after`, and mends without harm.

    `after` holds the files that the fix changes or creates. Where several findings have a fix of that
    title, `$0` in `before` touches the one that is meant. Then the finding must be gone and no error
    must have come.
    """
    fixture, wanted = read(before), read(after).files
    for variant in (fixture, fixture.with_windows_texts()):
        windows = variant is not fixture
        snapshot = _snapshot(variant.files)
        finding, fix = _choose(snapshot, variant, title)
        files = _changed_as_wanted(variant, fix, wanted, windows)
        _assert_mended(findings(snapshot), findings(_snapshot(files)), finding, windows)


def check_changes(before: str, after: str, choose: Callable[[Cursor], Sequence[Change]]) -> None:
    """Assert that the changes chosen at `$0` turn `before` into `after`, and make no error.

    `after` holds the files that the changes touch or create.
    """
    fixture, wanted = read(before), read(after).files
    for variant in (fixture, fixture.with_windows_texts()):
        windows = variant is not fixture
        at = variant.at or (next(iter(variant.files)), 0)
        snapshot = _snapshot(variant.files, at[0])
        fix = Fix("the changes", tuple(choose(Cursor(snapshot, *at))))
        files = _changed_as_wanted(variant, fix, wanted, windows)
        first = next(path for path in variant.files if base_name(path) == MANIFEST)
        _assert_harmless(
            findings(_snapshot(variant.files, first)), findings(_snapshot(files, first)), windows
        )


def _changed_as_wanted(
    fixture: Fixture, fix: Fix, wanted: Mapping[str, str], windows: bool
) -> dict[str, str]:
    """Return the files after a fix; those that it changes must be as wanted."""
    files = apply_fix(fixture.files, fix)
    changed = {path: text for path, text in files.items() if fixture.files.get(path) != text}
    shown = {path: _plain(path, text, fixture.files, windows) for path, text in changed.items()}
    if shown != wanted:
        raise AssertionError(_texts_difference(wanted, shown, windows))
    return files


def apply_fix(files: Mapping[str, str], fix: Fix) -> dict[str, str]:
    """Return the texts after a fix; it must not create what exists, nor edit what does not."""
    result = dict(files)
    for change in fix.changes:
        if change.create == (change.path in files):
            raise AssertionError(f"`{fix.title}`: {change.path}: create={change.create}")
        result[change.path] = apply_edits(files.get(change.path, ""), change.edits)
    return result


def host_of(files: Mapping[str, str]) -> Host:
    """Return a host whose files are in memory; no disk is looked at."""
    return Host(Disk(), Overlay(Memory(files)))


# --------------------------------------------------------------------------- reading

_HEADER = re.compile(r"#- (/\S.*)")
_EXPECTED = re.compile(
    r"(?P<lead>(?:\s*#\s*)?)(?P<place>\^+(?:>\d+:\d+)?) "
    r"(?P<severity>error|warning|information|hint)\[(?P<code>[a-z0-9-]+)\](?:: (?P<message>.*))?"
)


@dataclass(slots=True)
class _Reader:
    files: dict[str, list[str]] = field(default_factory=dict)
    expected: list[Expectation] = field(default_factory=list)
    at: tuple[str, int] | None = None


def read(text: str) -> Fixture:
    """Read a fixture; lines in front of the first header must be blank."""
    reader = _Reader()
    path = ""
    for line in textwrap.dedent(text).strip("\n").split("\n"):
        header = _HEADER.fullmatch(line)
        if header is not None:
            path = header[1]
            if path in reader.files:
                raise ValueError(f"{path} is there twice")
            reader.files[path] = []
        elif not path:
            raise ValueError(f"a fixture begins with `#- /path`, not with {line!r}")
        else:
            _read_line(reader, path, line)
    files = {
        path: "".join(f"{line}\n" for line in lines).rstrip("\n") + "\n" if any(lines) else ""
        for path, lines in reader.files.items()
    }
    return Fixture(files, tuple(reader.expected), reader.at)


def _read_line(reader: _Reader, path: str, line: str) -> None:
    lines = reader.files[path]
    match = _EXPECTED.fullmatch(line)
    if match is None:
        if CURSOR in line:
            offset = sum(len(one) + 1 for one in lines) + line.index(CURSOR)
            reader.at = path, offset
        lines.append(line.replace(CURSOR, ""))
        return
    place = f"{len(match['lead'])}{match['place']}"
    above = max(len(lines) - 1, 0)
    reader.expected.append(
        Expectation(path, above, place, match["severity"], match["code"], match["message"])
    )


def _windows(path: str, text: str) -> str:
    return BOM + text.replace("\n", "\r\n") if path.endswith(".toml") else text


def _plain(path: str, text: str, before: Mapping[str, str], windows: bool) -> str:
    r"""Return a changed text in the form of a fixture; it must have kept its own form."""
    if windows and path in before:
        if not text.startswith(BOM) or BOM in text[1:]:
            raise AssertionError(f"{path}: the byte order mark is not where it was: {text!r}")
        text = text[1:]
    if "\r" in text:
        if not windows or "\n" in text.replace("\r\n", ""):
            raise AssertionError(f"{path}: line endings are mixed: {text!r}")
    elif windows and path in before and "\n" in text:
        raise AssertionError(f"{path}: line endings have changed: {text!r}")
    return text.replace("\r\n", "\n")


def _snapshot(files: Mapping[str, str], path: str | None = None) -> Snapshot:
    """Return the workspace of a file, the first `pyproject.toml` if not given."""
    host = host_of(files)
    first = path or next((path for path in files if base_name(path) == MANIFEST), None)
    root = host.root_of(first) if first is not None else None
    if root is None:
        raise ValueError(f"no {MANIFEST} in the fixture")
    return host.snapshot(root)


# ------------------------------------------------------------------------- comparing


def _expectation(files: Mapping[str, str], finding: Finding) -> Expectation:
    text = files.get(finding.path, "")
    lines = LineIndex(text)
    (line, start), (last, end) = (lines.position(offset) for offset in finding.span)
    mark = text.startswith(BOM)
    start -= mark and line == 0 and start > 0
    end -= mark and last == 0 and end > 0
    if last == line:
        place = f"{start}{'^' * max(end - start, 1)}"
    else:
        width = lines.line_end(line) - lines.starts[line] - (mark and line == 0) - start
        place = f"{start}{'^' * max(width, 1)}>{last - line}:{end}"
    return Expectation(
        finding.path, line, place, finding.severity.value, finding.code, finding.message
    )


def _without_unasked_messages(
    actual: Iterable[Expectation], expected: Iterable[Expectation]
) -> list[Expectation]:
    """Drop the messages of what is expected without one."""
    unasked = Counter(one for one in expected if one.message is None)
    result: list[Expectation] = []
    for one in actual:
        bare = one._replace(message=None)
        if unasked[bare] > 0:
            unasked[bare] -= 1
            one = bare
        result.append(one)
    return result


def _difference(fixture: Fixture, actual: list[Expectation], windows: bool) -> str:
    wanted = _annotated(fixture.files, fixture.expected)
    got = _annotated(fixture.files, actual)
    return _diff("findings", wanted, got, windows)


def _texts_difference(wanted: Mapping[str, str], got: Mapping[str, str], windows: bool) -> str:
    return _diff("texts", _annotated(wanted, ()), _annotated(got, ()), windows)


def _diff(what: str, wanted: list[str], got: list[str], windows: bool) -> str:
    how = " (with a byte order mark and \\r\\n)" if windows else ""
    lines = difflib.unified_diff(wanted, got, "expected", "actual", n=3, lineterm="")
    return "\n".join([f"other {what} than expected{how}:", *lines, "", "actual:", *got])


def _annotated(files: Mapping[str, str], expected: Iterable[Expectation]) -> list[str]:
    """Return a fixture's lines as one writes them."""
    by_place: dict[tuple[str, int], list[Expectation]] = {}
    for one in sorted(expected, key=repr):
        by_place.setdefault((one.path, one.line), []).append(one)
    lines: list[str] = []
    for path in sorted({*files, *(path for path, _ in by_place)}):
        lines.append(f"#- {path}")
        for index, line in enumerate(files.get(path, "").removesuffix("\n").split("\n")):
            lines += [line] if files.get(path) else []
            lines += map(_written, by_place.pop((path, index), ()))
    for rest in by_place.values():
        lines += map(_written, rest)
    return lines


def _written(one: Expectation) -> str:
    column, carets = re.findall(r"^(\d+)(.*)", one.place)[0]
    lead = "#".ljust(int(column)) if int(column) else ""
    message = "" if one.message is None else f": {one.message}"
    return f"{lead}{carets} {one.severity}[{one.code}]{message}"


# ----------------------------------------------------------------------------- fixes


def _choose(snapshot: Snapshot, fixture: Fixture, title: str) -> tuple[Finding, Fix]:
    found = findings(snapshot)
    fitting = [
        (finding, fix)
        for finding in found
        if fixture.at is None
        or (
            finding.path == fixture.at[0]
            and finding.span.start <= fixture.at[1] <= finding.span.end
        )
        for fix in finding.fixes
        if fix.title == title
    ]
    if len(fitting) != 1:
        offered = "\n".join(
            f"{finding.path}: {finding.code}: {fix.title}"
            for finding in found
            for fix in finding.fixes
        )
        raise AssertionError(f"{len(fitting)} fixes are called {title!r}, of:\n{offered}")
    return fitting[0]


def _assert_mended(
    before: Iterable[Finding], after: Iterable[Finding], mended: Finding, windows: bool
) -> None:
    before, after = list(before), list(after)
    key = (mended.path, mended.code, mended.message)
    if _keys(after)[key] >= _keys(before)[key]:
        raise AssertionError(f"the finding is still there{_variant(windows)}: {key}")
    _assert_harmless(before, after, windows)


def _assert_harmless(before: Iterable[Finding], after: Iterable[Finding], windows: bool) -> None:
    come = _keys(after, Severity.ERROR) - _keys(before, Severity.ERROR)
    if come:
        raise AssertionError(f"errors have come{_variant(windows)}: {sorted(come)}")


def _keys(
    some: Iterable[Finding], severity: Severity | None = None
) -> Counter[tuple[str, str, str]]:
    return Counter(
        (finding.path, finding.code, finding.message)
        for finding in some
        if severity in (None, finding.severity)
    )


def _variant(windows: bool) -> str:
    return " (with a byte order mark and \\r\\n)" if windows else ""
