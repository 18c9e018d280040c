"""The checker remembers: its answers are those of a new one, for less work."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import host_of

from ws_lsp.analysis import Host
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.fixing import apply_fixes
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native, join

ROOTS = (
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    '# more\n\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.ws-lsp]\ndefault-packages = ["a", "b", "c"]\n',
    '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/b"]\n'
    '[tool.ws-lsp]\ndefault-packages = ["b", "cc"]\n[tool.uv.sources]\na = { workspace = true }\nb = { workspace = true }\n',
    '[project]\nname = "a"\nversion = "1"\ndependencies = ["b", "c"]\n[tool.uv.workspace]\nmembers = ["packages/[ab]", "zzz"]\n',
    '[tool.uv]\ndefault-packages = ["a"]\nworkspace.members = ["packages/a", "packages/d", "packag/b"]\nexclude-newer = "2026-01-01"\n',
    '[tool.uv.workspace\nmembers = ["packages/*"]\n',
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\na = { path = "packages/a" }\n'
    '[tool.ws-lsp.rules]\nmissing-workspace-source = "off"\nunmatched-member = "error"\n',
    "",
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\ny = { index = "p", marker = "os_name == \'nt\'" }\n'
    '[[tool.uv.index]]\nname = "p"\nurl = "https://index.example/p"\n',
    '[tool.uv]\nno-sources = true\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\ny = { index = "p" }\n'
    '[[tool.uv.index]]\nname = "p"\nurl = "https://index.example/p"\n',
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\ny = { index = "p" }\n'
    '[[tool.uv.index]]\nname = "p"\nurl = "https://index.example/p"\n',
    '[tool.uv]\nconstraint-dependencies = ["x<2; os_name == \'nt\'"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
)
MEMBERS = (
    '[project]\nname = "a"\nversion = "1"\n',
    '[project]\nname = "b"\nversion = "1"\ndependencies = ["a", "c"]\n',
    '\n\n[project]\nname = "B"\nversion = "1"\ndependencies = ["a"]\n[tool.uv.sources]\na.workspace = true\nzzz.workspace = true\n',
    '[project]\nname = "c"\nversion = "1"\ndependencies = ["a"]\n[tool.uv.sources]\na = { path = "../a" }\n',
    '[project]\nname = "c"\nversion = "1"\n[tool.uv.workspace]\n[tool.ws-lsp]\ndefault-packages = ["a"]\n',
    '[project]\nname = "d"\nversion = "1"\ndependencies = ["b", "a"\n',
    "[tool.uv]\nmanaged = false\n",
    "[tool.uv]\nmanaged = false\n[project]\n",
    '[project]\nname = "d"\nversion = "1"\ndependencies = ["x>=2"]\n',
    '[project]\nname = "d"\nversion = "1"\ndependencies = ["y"]\n',
    '[project]\nname = "d"\nversion = "1"\ndependencies = ["y>=2"]\n[tool.uv.sources]\ny = { git = "https://x.example/y" }\n',
    '[project]\nname = "c"\nversion = "1"\ndependencies = ["x<2"]\n',
    "[tool.other]\n",
    '[project]\nname = "a"\nversion = "1"\ndependencies = ["x>=2; os_name == \'nt\'"]\n',
    '[project]\nname = "b"\nversion = "1"\ndependencies = ["x<2; os_name == \'posix\'"]\n',
    '[project]\nname = "c"\nversion = "1"\ndependencies = ["z<2; os_name == \'nt\'", "z; os_name == \'posix\'"]\n',
    '[project]\nname = "c"\nversion = "1"\ndependencies = ["x"]\n[tool.uv.sources]\nx = { path = "/place" }\n',
    '[project]\nname = "b"\nversion = "1"\n[project.optional-dependencies]\ne = ["x<2"]\nf = ["x>=2"]\n'
    "[tool.uv]\nconflicts = [[{ extra = 'e' }, { package = 'd' }]]\n",
    "",
)
SETTINGS = ("", 'default-packages = ["a"]\n', "offline = true\n", "no-sources = true\n")
LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[manifest]
members = ["a", "b", "c", "d"]

[[package]]
name = "d"
version = "1"
source = { virtual = "packages/d" }
dependencies = [{ name = "y" }]

[package.metadata]
requires-dist = [{ name = "y", specifier = ">=2" }]

[[package]]
name = "y"
version = "1"
source = { registry = "https://index.example/other" }
"""

PACKAGES = tuple(f"/packages/{letter}/pyproject.toml" for letter in "abcd")
roots = st.tuples(st.just("/pyproject.toml"), st.sampled_from(ROOTS))
members = st.tuples(st.sampled_from(PACKAGES), st.sampled_from(MEMBERS))
setting = st.tuples(st.just("/uv.toml"), st.sampled_from(SETTINGS))
between = st.tuples(st.just("/packages/pyproject.toml"), st.sampled_from((None, "", ROOTS[0])))
edits = st.lists(
    st.one_of(
        roots,
        members,
        members,
        setting,
        between,
        st.tuples(st.sampled_from(("/pyproject.toml", *PACKAGES)), st.none()),
    ),
    min_size=1,
    max_size=8,
)
workspaces = st.tuples(
    st.sampled_from(ROOTS),
    st.lists(st.sampled_from(MEMBERS), min_size=4, max_size=4),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=150)
@given(workspaces, edits)
@example(  # a path leads to a project that is not managed, and open
    (ROOTS[0], [MEMBERS[7], *MEMBERS[1:2] * 3], False, False),
    [
        (PACKAGES[0], MEMBERS[0]),
        ("/pyproject.toml", ROOTS[6]),
        (PACKAGES[0], MEMBERS[6]),
        (PACKAGES[0], None),
    ],
)
@example(
    (ROOTS[0], [*MEMBERS[:3], MEMBERS[10]], True, True),
    [("/uv.toml", "no-sources = true\n")],
)
@example(  # of two files that contradict the root, the first was edited
    (ROOTS[-1], [MEMBERS[1], MEMBERS[1], MEMBERS[8], MEMBERS[0]], False, False),
    [(PACKAGES[3], MEMBERS[13])],
)
@example(  # members are detached, and not any more
    (ROOTS[2], [*MEMBERS[1:4], MEMBERS[0]], True, True),
    [("/packages/pyproject.toml", ""), ("/packages/pyproject.toml", None)],
)
def test_after_any_edits_the_findings_are_those_of_a_new_checker(
    workspace: tuple[str, list[str], bool, bool], edits: list[tuple[str, str | None]]
) -> None:
    root, texts, has_settings, is_locked = workspace
    disk = {"/pyproject.toml": root, **dict(zip(PACKAGES, texts, strict=True))}
    disk["/place/pyproject.toml"] = '[project]\nname = "x"\nversion = "1"\n'
    if has_settings:
        disk["/uv.toml"] = ""
    if is_locked:
        disk["/uv.lock"] = LOCK
    now = dict(disk)
    host, checker = host_of(disk), Checker(RULEBOOK)
    checker.findings(host.snapshot("/"))
    for path, text in edits:
        if text is None:
            host.close(path)
            now.pop(path, None)
            now |= {one: text for one, text in disk.items() if one == path}
        else:
            host.edit(path, text)
            now[path] = text
        assert checker.findings(host.snapshot("/")) == Checker(RULEBOOK).findings(
            host_of(now).snapshot("/")
        )


@pytest.mark.parametrize(("root", "member"), [(8, 9), (9, 10)])
def test_what_the_root_does_with_sources_is_known_to_its_members(root: int, member: int) -> None:
    disk = {
        "/pyproject.toml": ROOTS[10],
        "/packages/d/pyproject.toml": MEMBERS[member],
        "/uv.lock": LOCK,
    }
    host, checker = host_of(disk), Checker(RULEBOOK)
    before = checker.findings(host.snapshot("/"))["/packages/d/pyproject.toml"]
    assert [one.code for one in before] == ["outdated-lockfile"]
    host.edit("/pyproject.toml", ROOTS[root])
    disk["/pyproject.toml"] = ROOTS[root]
    after = checker.findings(host.snapshot("/"))
    assert after["/packages/d/pyproject.toml"] == ()
    assert after == Checker(RULEBOOK).findings(host_of(disk).snapshot("/"))


def test_fixes_that_nobody_applied_are_forgotten() -> None:
    one, other = PACKAGES[:2]
    disk = {
        "/pyproject.toml": ROOTS[0],
        one: MEMBERS[0] + 'dependencies = ["x=1"]\n',
        other: MEMBERS[0].replace('"a"', '"b"') + 'dependencies = ["x>=2"]\n',
    }
    host, checker = host_of(disk), Checker(RULEBOOK)
    checker.findings(host.snapshot("/"))
    assert "x==1" in apply_fixes(RULEBOOK, host.snapshot("/"), (one,)).texts[one]
    disk[other] = disk[other].replace(">=2", ">=2,<5")
    host.edit(other, disk[other])
    expected = Checker(RULEBOOK).findings(host_of(disk).snapshot("/"))
    assert checker.findings(host.snapshot("/")) == expected


# --------------------------------------------------------------------------- counters


class Work:
    """What has been done since it was last looked at."""

    def __init__(self, host: Host, checker: Checker, root: str) -> None:
        self.host, self.checker, self.root = host, checker, root
        self.before = self.now()

    def now(self) -> tuple[int, int, int, int]:
        return (
            self.checker.checks,
            self.host.parses,
            self.host.discoveries,
            self.host.disk.reads,
        )

    def done(self) -> tuple[int, ...]:
        """Ask for the findings; return how much was checked, parsed, discovered and read for them."""
        self.checker.findings(self.host.snapshot(self.root))
        now = self.now()
        difference = tuple(after - before for after, before in zip(now, self.before, strict=True))
        self.before = now
        return difference


COUNT = 30


def member(number: int, more: str = "") -> str:
    other = (number + 1) % COUNT
    return (
        f'[project]\nname = "m{number}"\nversion = "1"\ndependencies = ["m{other}"]\n'
        f"[tool.uv.sources]\nm{other} = {{ workspace = true }}\n{more}"
    )


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    for number in range(COUNT):
        directory = tmp_path / "packages" / f"m{number}"
        directory.mkdir(parents=True)
        (directory / "pyproject.toml").write_text(member(number))
    return Work(Host(), Checker(RULEBOOK), from_native(str(tmp_path)))


def path(work: Work, number: int) -> str:
    return join(work.root, f"packages/m{number}/pyproject.toml")


def test_the_first_time_everything_is_looked_at_once(work: Work) -> None:
    checks, parses, discoveries, reads = work.done()
    assert (checks, parses, discoveries) == (COUNT + 1, COUNT + 1, 1)
    # the root, and looks for a `uv.toml`, for ignore files and for a `.python-version`
    assert reads <= COUNT + 5
    assert work.done() == (0, 0, 0, 0)


def test_a_keystroke_is_about_its_file_only(work: Work) -> None:
    work.done()
    work.host.edit(path(work, 3), member(3))
    work.done()
    work.host.edit(path(work, 3), member(3, "# x\n"))
    assert work.done() == (1, 1, 0, 0)
    work.host.edit(path(work, 3), member(3, "[tool.other"))
    assert work.done() == (1, 1, 0, 0)
    assert work.done() == (0, 0, 0, 0)


def test_a_keystroke_in_the_root_is_about_the_root_only(work: Work) -> None:
    work.done()
    text = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    work.host.edit(join(work.root, "pyproject.toml"), text)
    work.done()
    work.host.edit(join(work.root, "pyproject.toml"), f"{text}# x\n")
    assert work.done() == (1, 1, 0, 0)


def test_to_open_and_to_close_what_is_on_disk_is_no_work(work: Work) -> None:
    work.done()
    work.host.edit(path(work, 3), member(3))
    assert work.done() == (0, 0, 0, 0)
    work.host.close(path(work, 3))
    assert work.done() == (0, 0, 0, 0)


def test_a_range_is_about_those_who_exclude_high_versions(work: Work) -> None:
    def requiring(number: int, specifier: str) -> str:
        return member(number).replace("= [", f'= ["x{specifier}", ')

    for number in (3, 4, 5):
        work.host.edit(path(work, number), requiring(number, ">=1"))
    work.host.edit(path(work, 6), requiring(6, "<2"))
    work.done()
    work.host.edit(path(work, 3), requiring(3, ">=2"))
    assert work.done() == (2, 1, 0, 0)
    found = work.checker.findings(work.host.snapshot(work.root))
    assert [one.code for one in found[path(work, 6)]] == ["unsatisfiable-requirement"]
    assert found[path(work, 3)] == ()
    work.host.edit(path(work, 3), requiring(3, ">=1"))
    assert work.done() == (2, 1, 0, 0)
    assert work.checker.findings(work.host.snapshot(work.root))[path(work, 6)] == ()


def test_another_name_is_about_those_who_use_it(work: Work) -> None:
    work.done()
    work.host.edit(path(work, 3), member(3).replace('"m3"', '"other"'))
    checks, parses, discoveries, reads = work.done()
    assert (parses, discoveries, reads) == (1, 1, 0)
    assert checks == 2  # its own file, and the one that requires m3
