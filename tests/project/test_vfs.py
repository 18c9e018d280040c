"""Paths and file systems."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from special_files import KINDS, make_special, needs_pipes

from ws_lsp.project.file_names import LARGEST_LOCKFILE
from ws_lsp.vfs import (
    LARGEST,
    Disk,
    File,
    Kind,
    Memory,
    Overlay,
    base_name,
    from_native,
    is_absolute,
    join,
    normal_form,
    parent,
    relative,
    to_native,
)


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/", "/"),
        ("/a//b/", "/a/b"),
        ("/a/./b/../c", "/a/c"),
        ("/../a", "/a"),
        ("a/..", ""),
        ("", ""),
        (".", ""),
        ("../a/../..", "../.."),
        ("a/../../b", "../b"),
        ("C:/", "C:/"),
        ("C:/a/..", "C:/"),
        ("C:/../a", "C:/a"),
        ("//server/share/a/../b", "//server/share/b"),
        ("///a", "/a"),
        ("/...", "/..."),
    ],
)
def test_normal_form(path: str, normal: str) -> None:
    assert normal_form(path) == normal


@pytest.mark.parametrize(
    ("directory", "path", "joined"),
    [
        ("/w", "a", "/w/a"),
        ("/w", "../a", "/a"),
        ("/w", "/a", "/a"),
        ("/w", ".", "/w"),
        ("/w", "", "/w"),
        ("/", "a", "/a"),
        ("C:/w", "a/b", "C:/w/a/b"),
        ("C:/w", "D:/a", "D:/a"),
        ("C:/", "a", "C:/a"),
        ("//server/share", "a", "//server/share/a"),
    ],
)
def test_join(directory: str, path: str, joined: str) -> None:
    assert join(directory, path) == joined


@pytest.mark.parametrize(
    ("path", "directory", "seen"),
    [
        ("/w", "/w", "."),
        ("/w/a/b", "/w", "a/b"),
        ("/a", "/w/x", "../../a"),
        ("/wa", "/w", "../wa"),
        ("/a", "/", "a"),
        ("/", "/", "."),
        ("/", "/a", ".."),
        ("/w", "/w/a", ".."),
        ("C:/w/a", "C:/w", "a"),
        ("C:/a", "C:/w", "../a"),
        ("C:/a", "C:/", "a"),
        ("D:/a", "C:/w", "D:/a"),
        ("//server/share/a", "//server/share", "a"),
    ],
)
def test_relative(path: str, directory: str, seen: str) -> None:
    assert relative(path, directory) == seen


absolute = st.lists(st.sampled_from(["a", "b", "a b", ".c", "é"]), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


@given(absolute, absolute)
def test_relative_and_join_are_inverse(path: str, directory: str) -> None:
    assert join(directory, relative(path, directory)) == path


@given(st.text("ab./", max_size=10))
def test_the_normal_form_is_one(path: str) -> None:
    assert normal_form(normal_form(path)) == normal_form(path)
    if path.startswith("/") and not path.startswith("//"):
        assert normal_form(path) == os.path.normpath(path)


@pytest.mark.parametrize(
    ("path", "absolutely"),
    [("/a", True), ("C:/a", True), ("//s/x", True), ("a", False), ("1:/a", False), ("", False)],
)
def test_is_absolute(path: str, absolutely: bool) -> None:
    assert is_absolute(path) is absolutely


def test_parents_end_at_the_root() -> None:
    assert parent("/a/b") == "/a"
    assert parent("/a") == "/"
    assert parent("/") == "/"
    assert parent("C:/a") == "C:/"
    assert parent("C:/") == "C:/"
    assert base_name("/a/b") == "b"
    assert base_name("/a/b/") == "b"


def test_native_paths_come_back(tmp_path: Path) -> None:
    path = from_native(str(tmp_path / "x" / ".." / "y"))
    assert path.endswith("/y")
    assert "\\" not in path
    assert Path(to_native(path)) == tmp_path / "y"


# ------------------------------------------------------------------------------ disk


@pytest.fixture
def directory(tmp_path: Path) -> str:
    (tmp_path / "a.toml").write_text("x = 1\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("sub")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "itself").symlink_to("itself")
    return from_native(str(tmp_path))


def test_the_disk_is_read_once(directory: str) -> None:
    disk = Disk()
    path = join(directory, "a.toml")
    assert disk.read(path) == File("x = 1\n")
    Path(path).write_text("x = 2\n")
    assert disk.read(path) == File("x = 1\n")
    assert disk.reads == 1
    disk.forget(path)
    assert disk.read(path) == File("x = 2\n")
    assert disk.reads == 2


def test_what_is_not_there_is_remembered_too(directory: str) -> None:
    disk = Disk()
    path = join(directory, "new.toml")
    assert disk.read(path) is None
    assert disk.kind(path) is None
    Path(path).write_text("")
    assert disk.read(path) is None
    assert disk.kind(path) is None
    disk.forget(path)
    assert disk.read(path) == File("")
    assert disk.kind(path) is Kind.FILE


def test_kinds_and_listings(directory: str) -> None:
    disk = Disk()
    assert dict(disk.listing(directory)) == {
        "a.toml": Kind.FILE,
        "gone": Kind.DANGLING,
        "itself": Kind.DANGLING,
        "link": Kind.LINKED_DIRECTORY,
        "sub": Kind.DIRECTORY,
    }
    assert disk.kind(join(directory, "gone")) is Kind.DANGLING
    assert disk.kind(join(directory, "link")) is Kind.DIRECTORY
    assert disk.kind(join(directory, "nothing")) is None
    assert disk.listing(join(directory, "a.toml")) == {}
    assert disk.listing(join(directory, "nothing")) == {}


def test_to_forget_a_file_is_to_forget_what_its_directory_lists(directory: str) -> None:
    disk = Disk()
    assert "new" not in disk.listing(directory)
    Path(directory, "new").write_text("")
    disk.forget(join(directory, "new"))
    assert "new" in disk.listing(directory)


def test_to_forget_a_directory_is_to_forget_all_below(directory: str) -> None:
    disk = Disk()
    inner = join(directory, "sub/x.toml")
    assert disk.read(inner) is None
    assert disk.read(join(directory, "subway")) is None
    Path(inner).write_text("y = 1\n")
    Path(directory, "subway").write_text("")
    disk.forget(join(directory, "sub"))
    assert disk.read(inner) == File("y = 1\n")
    assert disk.read(join(directory, "subway")) is None


def test_refresh_sees_what_has_changed_and_reads_nothing_else(directory: str) -> None:
    disk = Disk()
    path = join(directory, "a.toml")
    disk.read(path)
    disk.listing(directory)
    assert not disk.refresh()
    Path(path).write_text("x = 12345\n")
    assert disk.refresh()
    assert disk.read(path) == File("x = 12345\n")
    Path(path).unlink()
    assert disk.refresh()
    assert disk.read(path) is None
    assert "a.toml" not in disk.listing(directory)
    assert not disk.refresh()


def test_refresh_sees_a_file_that_has_come(directory: str) -> None:
    disk = Disk()
    path = join(directory, "new.toml")
    assert disk.read(path) is None
    assert disk.kind(path) is None
    Path(path).write_text("")
    assert disk.refresh()
    assert disk.read(path) == File("")
    assert disk.kind(path) is Kind.FILE


def test_a_stamp_is_another_when_the_file_is(directory: str) -> None:
    disk, path = Disk(), join(directory, "a.toml")
    stamp = disk.stamp(path)
    assert stamp is not None
    assert disk.read_once(path) == disk.read_once(path)
    assert disk.reads == 2
    Path(path).write_text("x = 12345\n")
    assert disk.stamp(path) == stamp  # as it was when it was looked at
    assert disk.refresh()
    changed = disk.stamp(path)
    assert changed != stamp
    assert not disk.refresh()
    Path(path).write_text("x = 123456\n")
    disk.forget(directory)
    assert disk.stamp(path) != changed
    Path(path).unlink()
    assert disk.refresh()
    assert disk.stamp(path) is None


def test_stamps_of_buffers_and_of_memory() -> None:
    overlay = Overlay(Memory({"/a": "1", "/b": "1"}))
    assert overlay.stamp("/a") == "1"
    assert overlay.stamp("/c") is None
    before = overlay.stamp("/a")
    overlay.buffers["/a"] = File("2")
    assert overlay.stamp("/a") != before
    assert (overlay.read_once("/a"), overlay.read_once("/b")) == (File("2"), File("1"))


def test_what_cannot_be_read_as_text_says_why(directory: str) -> None:
    disk = Disk()
    Path(directory, "latin").write_bytes(b"caf\xe9")
    assert disk.read(join(directory, "latin")) == File("caf�", "stream did not contain valid UTF-8")
    file = disk.read(join(directory, "sub"))
    assert file is not None
    assert file.problem
    assert disk.read(join(directory, "a.toml/below")) is None


def test_line_endings_and_the_mark_are_kept(directory: str) -> None:
    Path(directory, "w.toml").write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    assert Disk().read(join(directory, "w.toml")) == File("\ufeffx = 1\r\n")


# -------------------------------------------------------------------- not regular files


@needs_pipes
@pytest.mark.parametrize("kind", ["pipe", "socket", "/dev/zero", "/dev/tty", "link to a pipe"])
def test_nothing_but_a_regular_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "link to a pipe":
        make_special(tmp_path / "pipe", "pipe")
        (tmp_path / "file").symlink_to("pipe")
    else:
        make_special(tmp_path / "file", kind)
    disk, path = Disk(), from_native(str(tmp_path / "file"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
        for file in (disk.read(path), disk.read_once(path)):
            assert file is not None
            assert file.text == ""
            assert file.problem is not None
    assert disk.kind(path) is Kind.OTHER
    assert dict(disk.listing(from_native(str(tmp_path))))["file"] is Kind.OTHER
    assert disk.listing(path) == {}
    assert not disk.refresh()
    Path(path).unlink()
    Path(path).write_text("x = 1\n")
    assert disk.refresh()
    assert disk.read(path) == File("x = 1\n")


@needs_pipes
@pytest.mark.parametrize(
    ("kind", "problem"), [one for one in KINDS.items() if one[0] != "/dev/stdin"]
)
def test_what_is_said_of_it(tmp_path: Path, kind: str, problem: str) -> None:
    make_special(tmp_path / "file", kind)
    assert Disk().read(from_native(str(tmp_path / "file"))) == File("", problem)


@needs_pipes
def test_a_pipe_that_has_just_taken_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regular, path = tmp_path / "regular", tmp_path / "file"
    regular.write_text("")
    make_special(path, "pipe")
    before = os.stat(regular)
    flags: list[int] = []
    real = os.open
    both = real(path, os.O_RDWR)  # so that this test ends, even if the opening would wait

    def noting(path: str, given: int) -> int:
        flags.append(given)
        return real(path, given)

    monkeypatch.setattr(os, "open", noting)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda _: before)
        file = Disk().read(from_native(str(path)))
    os.close(both)
    assert file == File("", KINDS["pipe"])
    assert [one & os.O_NONBLOCK for one in flags] == [os.O_NONBLOCK]


@needs_pipes
def test_a_link_to_the_null_device_is_an_empty_file(tmp_path: Path) -> None:
    """So it is to uv, in place of a `uv.toml`; but it is no `pyproject.toml` that it looks for."""
    make_special(tmp_path / "file", os.devnull)
    disk, path = Disk(), from_native(str(tmp_path / "file"))
    assert disk.read(path) == File("")
    assert disk.kind(path) is Kind.OTHER


def test_a_link_to_a_regular_file_is_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x = 1\n")
    (tmp_path / "link").symlink_to("file")
    disk, path = Disk(), from_native(str(tmp_path / "link"))
    assert disk.read(path) == File("x = 1\n")
    assert disk.kind(path) is Kind.FILE
    assert dict(disk.listing(from_native(str(tmp_path))))["link"] is Kind.FILE


def test_so_much_of_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("small", LARGEST), ("large", LARGEST + 1), ("uv.lock", LARGEST + 1)):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(size)
    refused = File("", "it has more than 8 MiB, the most that ws-lsp reads")
    disk = Disk({"uv.lock": LARGEST_LOCKFILE})
    assert disk.read(from_native(str(tmp_path / "small"))) == File("\0" * LARGEST)
    assert disk.read(from_native(str(tmp_path / "uv.lock"))) == File("\0" * (LARGEST + 1))
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("it was read"))
    assert disk.read(from_native(str(tmp_path / "large"))) == refused


def test_a_file_that_grows_is_not_read_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Systems have files that say that they are empty, and never end."""
    (tmp_path / "file").write_text("")
    chunks: list[int] = []

    def more(_: int, size: int) -> bytes:
        chunks.append(size)
        assert sum(chunks) <= LARGEST + size
        return b"x" * size

    monkeypatch.setattr(os, "read", more)
    file = Disk().read(from_native(str(tmp_path / "file")))
    assert file == File("", "it has more than 8 MiB, the most that ws-lsp reads")


# ------------------------------------------------------------------ memory and overlay


def test_directories_in_memory_are_made_by_what_is_in_them() -> None:
    files = Memory({"/w/a/x.toml": "x = 1\n", "/w/empty/": ""})
    assert dict(files.listing("/w")) == {"a": Kind.DIRECTORY, "empty": Kind.DIRECTORY}
    assert dict(files.listing("/w/a")) == {"x.toml": Kind.FILE}
    assert dict(files.listing("/w/empty")) == {}
    assert files.kind("/w/empty") is Kind.DIRECTORY
    assert files.kind("/") is Kind.DIRECTORY
    assert files.kind("/w/a/x.toml") is Kind.FILE
    assert files.kind("/w/b") is None
    assert files.read("/w/a/x.toml") == File("x = 1\n")
    assert files.read("/w/b") is None
    file = files.read("/w/a")
    assert file is not None
    assert file.problem


def test_a_buffer_hides_the_file() -> None:
    files = Overlay(Memory({"/w/a": "disk"}))
    files.buffers["/w/a"] = File("buffer")
    assert files.read("/w/a") == File("buffer")
    del files.buffers["/w/a"]
    assert files.read("/w/a") == File("disk")


def test_an_empty_buffer_is_a_buffer() -> None:
    files = Overlay(Memory({"/w/a": "disk"}))
    files.buffers["/w/a"] = File("")
    assert files.read("/w/a") == File("")


def test_a_buffer_may_have_no_file() -> None:
    files = Overlay(Memory({"/w/a": ""}))
    files.buffers["/w/new.toml"] = File("x = 1\n")
    assert files.kind("/w/new.toml") is Kind.FILE
    assert files.read("/w/new.toml") == File("x = 1\n")
