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


def test_links_to_directories_are_not_entered_so_loops_end(tmp_path: Path) -> None:
    directory = tmp_path / "a"
    directory.mkdir()
    (directory / "self").symlink_to(directory)
    assert content(Disk(), from_native(str(directory))) is not Content.FILES
    (directory / "gone").symlink_to("nowhere")
    assert content(Disk(), from_native(str(directory))) is Content.FILES
