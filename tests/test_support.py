"""The fixture language itself: what it must not let pass."""

from __future__ import annotations

import pytest
from support import BOM, check, check_fix, cursor, read, workspace

UNKNOWN = """
#- /pyproject.toml
[project]
name = "acme"
version = "1"
[tool.ws-lsp]
default-packages = ["acm"]
#                   ^^^^^ error[unknown-default-package]: `acm` is not a member of this workspace. Did you mean `acme`?
"""
CODES = {"unknown-default-package"}


def test_expectations_are_no_part_of_the_text() -> None:
    fixture = read(UNKNOWN)
    assert list(fixture.files) == ["/pyproject.toml"]
    assert fixture.files["/pyproject.toml"].endswith('default-packages = ["acm"]\n')
    assert len(fixture.expected) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^^^^^", "^^^^"),
        ("#                   ^", "#                    ^"),
        (" error[", " warning["),
        ("[unknown-default-package]", "[duplicate-default-package]"),
        ("Did you", "Do you"),
        ('["acm"]', '["acm", "x"]'),
        ('["acm"]', '["acme"]'),
    ],
)
def test_any_difference_fails(old: str, new: str) -> None:
    check(UNKNOWN, CODES)
    with pytest.raises(AssertionError, match="other findings than expected"):
        check(UNKNOWN.replace(old, new), CODES)


def test_a_message_may_be_left_out() -> None:
    check(UNKNOWN[: UNKNOWN.index(": `acm`")], CODES)


def test_what_is_found_can_be_pasted() -> None:
    bare = UNKNOWN[: UNKNOWN.index("#      ")]
    with pytest.raises(AssertionError) as caught:
        check(bare, CODES)
    check(str(caught.value).partition("actual:\n")[2], CODES)


def test_column_0_has_no_room_for_the_sign() -> None:
    check("#- /pyproject.toml\nx\n^ error[toml-syntax]\n", {"toml-syntax"})


def test_empty_files_and_directories() -> None:
    fixture = read("#- /pyproject.toml\n^ error[x]\n#- /empty/\n#- /a.md\n\n\n#- /b.md\nx\n\n")
    assert fixture.files == {"/pyproject.toml": "", "/empty/": "", "/a.md": "", "/b.md": "x\n"}
    assert fixture.expected[0].line == 0


def test_the_cursor() -> None:
    at = cursor('#- /a/pyproject.toml\n[project]\nname = "$0x"\n')
    assert at.path == "/a/pyproject.toml"
    assert at.manifest.text[at.offset :] == 'x"\n'
    windows = read('#- /pyproject.toml\n[project]\nname = "$0x"\n').with_windows_texts()
    assert windows.at is not None
    text = windows.files["/pyproject.toml"]
    assert text.startswith(BOM)
    assert text[windows.at[1] :] == 'x"\r\n'


@pytest.mark.parametrize("text", ["", "x = 1\n", "#- /a\n#- /a\n", "#- /a.md\n"])
def test_what_is_no_fixture(text: str) -> None:
    with pytest.raises(ValueError, match=r"fixture|twice"):
        workspace(text)


def test_a_fix_must_do_what_is_said() -> None:
    check_fix(UNKNOWN, "Replace with `acme`", UNKNOWN.replace('"acm"', '"acme"'))
    with pytest.raises(AssertionError, match="other texts than expected"):
        check_fix(UNKNOWN, "Replace with `acme`", UNKNOWN)
    with pytest.raises(AssertionError, match="0 fixes are called"):
        check_fix(UNKNOWN, "Replace with `zzz`", UNKNOWN)
