"""Directories that hold nothing but ignored files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ws_lsp.project.ignored import Content, content
from ws_lsp.vfs import Disk, Memory, from_native


def ignored(directory: str, **texts: str) -> bool:
    """Ask about a directory; the paths are given as `a__b` for `/w/a/b`, `D` is a dot."""
    files = {
        f"/w/{name.replace('__', '/').replace('D', '.')}": text for name, text in texts.items()
    }
    memory = Memory({"/w/x": "", f"/w/{directory}/": "", **files})
    return content(memory, f"/w/{directory}") is not Content.FILES


def test_an_empty_directory_holds_no_file() -> None:
    assert ignored("a")
    assert content(Memory({"/w/a/b/c/": ""}), "/w/a") is Content.DIRECTORIES


def test_a_file_is_enough_at_any_depth() -> None:
    assert not ignored("a", a__note="")
    assert not ignored("a", a__b__c__note="")


def test_dot_ignore_counts_always() -> None:
    assert ignored("a", Dignore="note\n", a__note="")
    assert ignored("a", Dignore="a/*\n", a__note="")
    assert ignored("a", a__b__Dignore="*\n", a__b__note="", Dignore=".ignore\n")
    assert not ignored("a", Dignore="note\n", a__other="")


def test_a_pattern_that_names_the_member_itself_does_not_speak_of_its_files() -> None:
    assert not ignored("a", Dignore="a\n", a__note="")
    assert not ignored("a", Dignore="a/\n", a__note="")
    assert not ignored("a", Dignore="/a\n", a__b__note="")
    assert ignored("a", Dignore="a/b\n", a__b__note="")
    assert ignored("a", Dignore="a/**\n", a__b__note="")
    assert ignored("a", Dignore="*\n", a__b__note="")


def test_a_directory_that_is_kept_keeps_what_is_in_it() -> None:
    assert not ignored("a", Dignore="b/\n.ignore\n", a__Dignore="!b/\n", a__b__note="")
    assert not ignored("a", Dignore="a/**\n!a/keep\n", a__keep="")


def test_git_ignore_counts_in_a_repository_only() -> None:
    assert not ignored("a", Dgitignore="note\n", a__note="")
    assert ignored("a", Dgitignore="note\n", a__note="", Dgit__HEAD="")


def test_the_excludes_of_a_repository_count() -> None:
    assert ignored("a", a__note="", Dgit__info__exclude="note\n")


def test_a_worktree_has_a_file_in_place_of_the_directory() -> None:
    assert ignored("a", Dgitignore="note\n", a__note="", Dgit="gitdir: /elsewhere\n")


def test_git_ignore_above_the_repository_does_not_count() -> None:
    files = Memory({"/w/.gitignore": "note\n", "/w/r/.git/HEAD": "", "/w/r/a/note": ""})
    assert content(files, "/w/r/a") is Content.FILES


def test_an_inner_file_wins_over_an_outer_one() -> None:
    assert not ignored("a", Dignore="note\n", a__Dignore="!note\n.ignore\n", a__note="")
    assert ignored("a", Dignore="!note\n", a__Dignore="note\n.ignore\n", a__note="")


def test_dot_ignore_wins_over_git_ignore() -> None:
    assert not ignored("a", Dignore="!note\n", a__Dgitignore="note\n", a__note="", Dgit__HEAD="")
    assert ignored("a", Dignore="note\n.git*\n", a__Dgitignore="!note\n", a__note="", Dgit__HEAD="")


def test_the_last_pattern_wins() -> None:
    assert not ignored("a", Dignore="note\n!note\n", a__note="")
    assert ignored("a", Dignore="!note\nnote\n", a__note="")


def test_an_anchored_pattern_speaks_of_its_own_directory() -> None:
    assert ignored("a", Dignore="/a/note\n", a__note="")
    assert not ignored("a", Dignore="/note\n", a__note="")


def test_an_ignored_directory_is_not_entered() -> None:
    assert ignored("a", Dignore="b/\n", a__b__c__note="")
    assert ignored("a", Dignore="b/\n!note\n", a__b__note="")


def test_line_endings_of_windows() -> None:
    assert ignored("a", Dignore="note\r\nother\r\n", a__note="", a__other="")


@pytest.mark.parametrize("line", ["#note", "", "   "])
def test_lines_that_say_nothing(line: str) -> None:
    assert not ignored("a", Dignore=f"{line}\n", a__note="")


@pytest.mark.parametrize(
    ("line", "name", "hidden"),
    [
        ("*.{log,tmp}", "x.log", True), ("*.{log,tmp}", "x.md", False), ("{a,b/**}", "b/x", False),
        ("{,a}", "a", True), ("{{x,y},z}", "y", True), (r"\{a,b}", "a", False), (r"\*", "*", True),
        (r"\#a", "#a", True), (r"\!a", "!a", True), ("[!a]", "b", True), ("[^a]", "a", False),
        ("[]a]", "]", True), ("[a-", "[a-", True), ("[a-b-d]", "c", True), ("?", "é", False),
        ("??", "é", True), ("[é]", "é", False), ("a[!x]b", "a/b", True), ("m/a[!x]b", "a/b", True),
        ("**", "x", True), ("/**", "x", True), ("m/**/x", "x", True), ("m/**/x", "a/b/x", True),
        ("**/a/**/x", "a/x", True), ("a**x", "aax", True), ("m/a**", "a/x", True), ("!", "x", False),
        ("x  ", "x", True), ("x\\ ", "x", False), ("x\\ ", "x ", True), ("x/", "x", False),
        ("#x", "#x", False), ("/", "x", False), ("m/\ufeffx", "x", False), ("\ufeffx", "x", True),
    ],
)  # fmt: skip
def test_the_dialect_is_that_of_uv(line: str, name: str, hidden: bool) -> None:
    """uv said each of these; `tests/differential` asks it about random ones."""
    files = Memory({"/w/.ignore": f"{line}\n", f"/w/m/{name}": ""})
    assert (content(files, "/w/m") is not Content.FILES) is hidden


@pytest.mark.parametrize(
    "line", ["a}", "{a", "{a,{b}", "[b-a]", "x\\", "{" * 300 + "a" + "}" * 300]
)
def test_a_line_that_is_no_pattern_spoils_what_is_below(line: str) -> None:
    """As in uv: the walk fails, and so there may be files."""
    assert not ignored("a", Dignore=f"note\n{line}\n", a__note="")
    assert not ignored("a", Dgitignore=f"{line}\n", Dignore="note\n", a__note="")
    assert ignored("a", a__Dignore=f"*\n{line}\n", a__note="")


def test_an_ignore_file_is_read_up_to_the_line_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("note", "other"):
        (tmp_path / "a" / name).write_text("")
    (tmp_path / ".ignore").write_bytes(b"note\n\xff\nother\n")
    assert content(Disk(), from_native(str(tmp_path / "a"))) is Content.FILES
    (tmp_path / "a" / "other").unlink()
    assert content(Disk(), from_native(str(tmp_path / "a"))) is Content.NOTHING


def test_a_link_to_nothing_makes_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "note").write_text("")
    (tmp_path / ".gitignore").write_text("note\n")
    (tmp_path / ".git").symlink_to("nowhere")
    assert content(Disk(), from_native(str(tmp_path / "a"))) is Content.FILES


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        ("excludesfile = HOME/some", True), ('excludesFile = "HOME/some"', True),
        ("excludesfile = ~/some", True), ("excludesfile =\n ~/some", True),
        ("excludesfile = HOME/two words", False), ('excludesfile = "HOME/two words"', False),
        ("excludesfile = ~/some # all", False), ("excludesfile = ~/other", False), ("", False),
    ],
)  # fmt: skip
def test_the_excludes_of_the_user_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, counts: bool
) -> None:
    """uv said each of these: to it, a path ends at a space."""
    home, member = tmp_path / "home", tmp_path / "w" / "a"
    home.mkdir()
    member.mkdir(parents=True)
    for name in ("some", "two words"):
        (home / name).write_text("note\n")
    (home / ".gitconfig").write_text(f"[core]\n\t{written.replace('HOME', str(home))}\n")
    (member / "note").write_text("")
    (tmp_path / "w" / ".git").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert (content(Disk(), from_native(str(member))) is Content.NOTHING) is counts


def test_directories_may_be_nested_without_end() -> None:
    assert not ignored("a", **{f"a__{'d__' * 1500}note": ""})


def test_many_stars_are_no_burden() -> None:
    """With expressions that go back, this would not end."""
    directory, file = "a" * 150, "a" * 150
    for name in ("Dignore", "Dgitignore", "Dgit__info__exclude"):
        texts = {name: "*a*a*a*a*a*b\n" + "**/*a*a/**/*a*a*b\n", "Dgit__HEAD": ""}
        assert not ignored("a", **texts, **{f"a__{directory}__{file}": ""})


def test_links_to_directories_are_not_entered_so_loops_end(tmp_path: Path) -> None:
    directory = tmp_path / "a"
    directory.mkdir()
    (directory / "self").symlink_to(directory)
    assert content(Disk(), from_native(str(directory))) is not Content.FILES
    (directory / "gone").symlink_to("nowhere")
    assert content(Disk(), from_native(str(directory))) is Content.FILES
