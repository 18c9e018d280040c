"""Laws about any workspace, with the installed uv as the judge.

* We report an error if, and only if, `uv lock` fails.
* How the TOML is written changes no finding.
* A fix mends what it says, makes no new error, and touches nothing else; what uv accepted it still accepts.

A few workspaces are looked at, always the same ones. `WS_LSP_LAW_EXAMPLES=2000` looks at so many others;
what fails is printed as `@reproduce_failure`, and `--hypothesis-seed` chooses and repeats a run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import tomli
from hypothesis import assume, event, given, note
from hypothesis import strategies as st
from support import host_of

from differential.cases import Case, load
from differential.judge import EXAMPLES, OWN, Judge, law, needs_uv, shown
from differential.spellings import spelt
from differential.workspaces import Plan, plans
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.text import Edit, apply_edits
from ws_lsp.toml.cursor import Part, locate
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem
from ws_lsp.vfs import join, relative


@needs_uv
@law(40)
@given(plan=plans())
def test_an_error_is_a_failure_of_uv_lock(index: Path, plan: Plan) -> None:
    verdict = Judge(index).lock(plan.texts(), plan.cwd)
    event(verdict.undecided or ("refused" if verdict.answer.refused else "accepted"))
    assert verdict.agreed, f"{verdict.answer.err}\n{shown(verdict.errors)}"


# -------------------------------------------------------------------- other spellings

ROOT = "/ws"


@dataclass(frozen=True)
class Look:
    """The findings of a workspace in memory, below `ROOT`, and the files that were looked at."""

    findings: list[Finding]
    paths: frozenset[str]

    @property
    def errors(self) -> Counter[tuple[str, str]]:
        """The errors, without what they say."""
        return Counter(
            (one.path, one.code) for one in self.findings if one.severity is Severity.ERROR
        )


def look(texts: Mapping[str, str], cwd: str = ".") -> Look:
    """Look at a workspace in memory."""
    host = host_of(
        {join(ROOT, path) + "/" * path.endswith("/"): text for path, text in texts.items()}
    )
    start = join(ROOT, cwd)
    snapshot = host.snapshot(host.root_of_directory(start) or start)
    found = [one for some in Checker(RULEBOOK).findings(snapshot).values() for one in some]
    return Look(found, frozenset(snapshot.manifests))


def _said(seen: Look) -> Counter[tuple[str, str, str, str]]:
    return Counter((one.path, one.code, one.severity.value, one.message) for one in seen.findings)


@law(100)
@given(plan=plans(), seed=st.integers(0, 2**32 - 1))
def test_spelling_changes_no_finding(plan: Plan, seed: int) -> None:
    texts = plan.texts()
    others = {
        path: spelt(document, seed + number)
        for number, (path, document) in enumerate(plan.documents.items())
    }
    for path, text in others.items():
        assert tomli.loads(text.removeprefix("\ufeff")) == tomli.loads(texts[path])
    before, after = _said(look(texts, plan.cwd)), _said(look(texts | others, plan.cwd))
    if before != after:
        note("\n".join(f"#- /{path}\n{text}" for path, text in others.items()))
    assert before == after


# ------------------------------------------------------------------------------ fixes


@dataclass(frozen=True)
class Mended:
    """What a fix made of a workspace."""

    finding: Finding
    fix: Fix
    texts: Mapping[str, str]


def mendings(texts: Mapping[str, str], found: Iterable[Finding]) -> Iterator[Mended]:
    """Apply every fix of every finding, each to the texts as they were."""
    for finding in found:
        for fix in finding.fixes:
            after = dict(texts)
            for change in fix.changes:
                path = relative(change.path, ROOT)
                before = after.get(path)
                assert change.create == (before is None), fix
                after[path] = apply_edits(before or "", change.edits)
                _assert_the_rest_is_kept(before or "", after[path], change.edits)
                assert after[path] != before or before is None, fix
            yield Mended(finding, fix, after)


def _assert_the_rest_is_kept(before: str, after: str, edits: Iterable[Edit]) -> None:
    """Assert, from the places of the edits alone, that all bytes outside of them are as they were."""
    was, now = before.encode(), after.encode()
    read = written = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        start = len(before[: edit.span.start].encode())
        kept = start - read
        assert kept >= 0, "two edits overlap"
        assert now[written : written + kept] == was[read:start]
        written += kept
        new = edit.text.encode()
        assert now[written : written + len(new)] == new
        written += len(new)
        read = len(before[: edit.span.end].encode())
    assert now[written:] == was[read:]


def check_mended(texts: Mapping[str, str], cwd: str, mended: Mended) -> None:
    """Assert that the finding is gone and no error has come."""
    finding, fix, after = mended.finding, mended.fix, mended.texts
    story = f"{finding.code}: {finding.message}\n{fix.title}\n" + "\n".join(
        f"#- /{path}\n{text}" for path, text in after.items() if texts.get(path) != text
    )
    for path, text in after.items():
        if path.endswith(".toml") and _is_sound(texts.get(path, "")):
            assert _is_sound(text), story
    before, now = look(texts, cwd), look(after, cwd)
    place = place_of(texts, finding)
    left = sum(place == place_of(after, one) for one in now.findings)
    assert left < sum(place == place_of(texts, one) for one in before.findings), f"left: {story}"
    come = _come(before, now, fix)
    assert not come, f"{sorted(come)}\n{story}"


def _come(before: Look, now: Look, fix: Fix) -> list[tuple[str, str]]:
    """Return the errors that a fix made; a file that is looked at only now may have had its own."""
    known = before.paths | {change.path for change in fix.changes}
    return [one for one in (now.errors - before.errors) if one[0] in known and one[1] not in OWN]


def _is_sound(text: str) -> bool:
    return syntax_problem(parse(text)) is None


def place_of(texts: Mapping[str, str], finding: Finding) -> tuple[str, str, tuple[Part, ...], str]:
    """Return what a finding is about: its code, and the key that it stands at, without indexes."""
    text = texts.get(relative(finding.path, ROOT), "")
    cursor = locate(parse(text), finding.span.start)
    path = tuple(part for part in cursor.path if isinstance(part, str))
    if cursor.key is not None:
        path = (*path, cursor.key.text)
    return finding.path, finding.code, path, finding.severity.value


def texts_of(case: Case) -> dict[str, str]:
    """Return the files of a case as they are before later edits."""
    texts = {
        path.relative_to(case.directory).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(case.directory.rglob("*"))
        if path.is_file() and path.name != "expected.json"
    }
    return texts | {f"{one[1]}/": "" for one in case.record["setup"] if one[0] == "mkdir"}


CASES_IN_MEMORY = [
    case for case in load() if not any(one[0] == "symlink" for one in case.record["setup"])
]


@pytest.mark.parametrize("case", CASES_IN_MEMORY, ids=lambda case: case.name)
def test_a_fix_mends_a_case(case: Case) -> None:
    texts = texts_of(case)
    for mended in mendings(texts, look(texts, case.cwd).findings):
        check_mended(texts, case.cwd, mended)


def _kinds_of_fixes() -> dict[tuple[str, str], list[tuple[Case, Mended]]]:
    """Return the fixes of all cases by the code of the finding and the first word of the title."""
    found: dict[tuple[str, str], list[tuple[Case, Mended]]] = {}
    for case in CASES_IN_MEMORY:
        texts = texts_of(case)
        for mended in mendings(texts, look(texts, case.cwd).findings):
            kind = mended.finding.code, mended.fix.title.partition(" ")[0]
            found.setdefault(kind, []).append((case, mended))
    return found


@needs_uv
def test_uv_agrees_with_what_a_fix_leaves_of_a_case(index: Path) -> None:
    judge = Judge(index)
    kinds = _kinds_of_fixes()
    assert len(kinds) > 40
    for some in kinds.values():
        for case, mended in some if EXAMPLES else some[:1]:
            verdict = judge.lock(mended.texts, case.cwd)
            undecided = re.search("was not found in|Failed to extract archive", verdict.answer.err)
            assert verdict.agreed or undecided, (
                f"{case.name}: {mended.finding.code}: {mended.fix.title}\n"
                f"{verdict.answer.err}\n{shown(verdict.errors)}"
            )


@law(40)
@given(plan=plans())
def test_a_fix_mends(plan: Plan) -> None:
    texts = plan.texts()
    for mended in mendings(texts, look(texts, plan.cwd).findings):
        event(mended.finding.code)
        check_mended(texts, plan.cwd, mended)


@needs_uv
@law(10)
@given(plan=plans(), data=st.data())
def test_uv_accepts_what_a_fix_leaves(index: Path, plan: Plan, data: st.DataObject) -> None:
    texts = plan.texts()
    before = look(texts, plan.cwd)
    found = before.findings
    errors = [one for one in found if one.severity is Severity.ERROR and one.code not in OWN]
    chosen = errors if len(errors) == 1 else [] if errors else found
    ways = list(mendings(texts, chosen))
    assume(ways)
    mended = data.draw(st.sampled_from(ways))
    assume("dynamic" not in mended.fix.title)  # then a build backend decides
    judge = Judge(index)
    assume(errors or not judge.lock(texts, plan.cwd).answer.refused)
    now = look(mended.texts, plan.cwd)
    assume(all(path in before.paths for path, _ in now.errors))  # else one's own mistakes show
    after = judge.lock(mended.texts, plan.cwd)
    assert after.undecided or not after.answer.refused, (
        f"{mended.finding.code}: {mended.fix.title}\n{after.answer.err}"
    )
