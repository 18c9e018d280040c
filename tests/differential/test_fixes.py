"""The law of fixes, with the installed uv as the judge.

After all safe fixes uv accepts what it accepted before, no finding is left that a safe fix mends, no
error has come, every comment is still there, and to fix again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import tomli
from hypothesis import assume, event, given
from support import assert_fixes_are_declared, host_of

from differential.breakages import broken_plans
from differential.cases import Case
from differential.comments import commented, comments
from differential.judge import OWN, Judge, law, needs_uv, shown
from differential.test_laws import CASES_IN_MEMORY, ROOT, look, place_of, texts_of
from differential.workspaces import Plan
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.fixing import Fixed, fix_workspace
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import join, relative


def safely_fixed(texts: Mapping[str, str], cwd: str) -> tuple[dict[str, str], Fixed]:
    """Return the texts of a workspace after all safe fixes, and what was changed."""
    host = host_of(
        {join(ROOT, path) + "/" * path.endswith("/"): text for path, text in texts.items()}
    )
    start = join(ROOT, cwd)
    fixed = fix_workspace(RULEBOOK, host, host.root_of_directory(start) or start)
    return {**texts, **{relative(path, ROOT): text for path, text in fixed.texts.items()}}, fixed


def assert_nothing_is_lost(texts: Mapping[str, str], cwd: str) -> dict[str, str] | None:
    """Assert what holds without uv of the safe fixes of a workspace; return what they leave."""
    before = look(texts, cwd)
    for finding in before.findings:
        assert_fixes_are_declared(finding)
    after, fixed = safely_fixed(texts, cwd)
    if not fixed.fixes:
        return None
    story = "\n".join(
        f"#- /{path}\n{texts[path]}\n#- now\n{text}"
        for path, text in after.items()
        if texts[path] != text
    )
    assert _all_comments(after.values()) == _all_comments(texts.values()), story
    _, more = safely_fixed(after, cwd)
    assert more == ({}, 0), f"{story}\n{more}"
    now = look(after, cwd)
    sound = not any(_is_refusal(one) for one in before.findings)
    known = {_key(texts, one) for one in before.findings}
    come = [
        one
        for one in now.findings
        if _is_refusal(one)
        and one.path in before.paths
        and _key(after, one) not in known
        # uv, and some rules of ours, come to it only when what was wrong before is not
        and (sound or _is_written(texts, after, one))
    ]
    assert not come, f"{shown(come)}\n{story}"
    return after


def _is_refusal(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.code not in OWN


def _is_written(texts: Mapping[str, str], after: Mapping[str, str], finding: Finding) -> bool:
    """Tell whether a finding stands in a line that the fixes have written."""
    path = relative(finding.path, ROOT)
    text, offset = after[path], finding.span.start
    line = text[text.rfind("\n", 0, offset) + 1 : text.find("\n", offset) % (len(text) + 1)]
    return line not in texts[path].split("\n")


def _key(texts: Mapping[str, str], finding: Finding) -> tuple[object, ...]:
    """Return the file and the key that a finding stands at."""
    path, _, keys, _ = place_of(texts, finding)
    return path, keys


def _all_comments(texts: Iterable[str]) -> Counter[str]:
    return sum(map(comments, texts), Counter())


def assert_uv_accepts(
    judge: Judge, texts: Mapping[str, str], after: Mapping[str, str], cwd: str
) -> str:
    """Assert that uv accepts after the fixes what it accepted before; return what it says of both."""
    if judge.lock(texts, cwd).answer.refused:
        return "refused before"
    verdict = judge.lock(after, cwd)
    assert verdict.undecided or not verdict.answer.refused, f"{verdict.answer.err}\n" + "\n".join(
        f"#- /{path}\n{text}" for path, text in after.items()
    )
    return verdict.undecided or "accepted before and after"


# ------------------------------------------------------------------------------ cases


def with_comments(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the same workspace with comments in every line of its files, where TOML can be read."""
    return {
        path: commented(text, path) if _is_toml(path, text) else text
        for path, text in texts.items()
    }


def _is_toml(path: str, text: str) -> bool:
    if not path.endswith(".toml"):
        return False
    try:
        return bool(tomli.loads(text.removeprefix("\ufeff")))
    except tomli.TOMLDecodeError:
        return False


@pytest.mark.parametrize("case", CASES_IN_MEMORY, ids=lambda case: case.name)
def test_safe_fixes_of_a_case_lose_nothing(case: Case) -> None:
    texts = texts_of(case)
    assert_nothing_is_lost(texts, case.cwd)
    assert_nothing_is_lost(with_comments(texts), case.cwd)


@needs_uv
def test_uv_accepts_what_safe_fixes_leave_of_a_case(index: Path) -> None:
    judge, said = Judge(index), Counter[str]()
    for case in CASES_IN_MEMORY:
        texts = texts_of(case)
        after = assert_nothing_is_lost(texts, case.cwd)
        if after is not None:
            said[assert_uv_accepts(judge, texts, after, case.cwd)] += 1
    assert said["accepted before and after"] > 2
    assert said["refused before"] > 10


# ----------------------------------------------------------------------------- random


@needs_uv
@law(20)
@given(plan=broken_plans())
def test_uv_accepts_what_safe_fixes_leave(index: Path, plan: Plan) -> None:
    texts = plan.texts()
    assert_nothing_is_lost(with_comments(texts), plan.cwd)
    after = assert_nothing_is_lost(texts, plan.cwd)
    assume(after is not None)
    assert after is not None
    event(assert_uv_accepts(Judge(index), texts, after, plan.cwd))


# --------------------------------------------------------------------- what it is judged by


def test_comments_are_found_and_written() -> None:
    text = 'a = \'#\' # x\nb = "\\"#" #x\nc = \'\'\'\n# no\n\'\'\' # x\nd = """# no\\\n"""\n'
    assert comments(text) == {"# x": 2, "#x": 1}
    text = "[a] # x\nb = [\n  '''\n''', # y\n]\n"
    more = commented(text, "n")
    assert tomli.loads(more) == tomli.loads(text)
    assert list(comments(more)) == [
        "# x  # beside n 1", "# above n 1", "# beside n 2", "# above n 2", "# y  # beside n 3",
        "# beside n 4", "# above n 4",
    ]  # fmt: skip
