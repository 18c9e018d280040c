"""The dialect of uv's `members` and `exclude` patterns."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_lsp.project.globs import (
    Pattern,
    PatternProblem,
    compile_member_pattern,
    compile_pattern,
    escape,
)
from ws_lsp.vfs import Kind, Memory, normal_form

TREE = Memory(
    {
        "/w/pyproject.toml": "",
        "/w/packages/alpha/src/alpha/__init__.py": "",
        "/w/packages/beta/pyproject.toml": "",
        "/w/packages/.hidden/pyproject.toml": "",
        "/w/packages/group/inner/pyproject.toml": "",
        "/w/packages/README.md": "",
        "/w/Libs/": "",
        "/w/a[b]/": "",
        "/w/{a,b}/": "",
        "/w/a*c/": "",
        "/outside/one/": "",
    }
)


def pattern(text: str) -> Pattern:
    made = compile_pattern(text)
    assert isinstance(made, Pattern), made
    return made


def matched(text: str) -> list[str]:
    return [path for path, _ in pattern(text).directories(TREE, "/w")]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("packages/beta", ["/w/packages/beta"]),
        ("packages/*", ["/w/packages/.hidden", "/w/packages/README.md", "/w/packages/alpha",
                        "/w/packages/beta", "/w/packages/group"]),
        ("packages/?eta", ["/w/packages/beta"]),
        ("packages/[ab]*", ["/w/packages/alpha", "/w/packages/beta"]),
        ("packages/[!ab.R]*", ["/w/packages/group"]),
        ("packages/[a-b]*", ["/w/packages/alpha", "/w/packages/beta"]),
        ("packages/[b-a]*", []),
        ("packages/*/inner", ["/w/packages/group/inner"]),
        ("packages/g**", None),
        ("packages/group/**", ["/w/packages/group/inner"]),
        ("**/inner", ["/w/packages/group/inner"]),
        ("**/packages/beta", ["/w/packages/beta"]),
        ("packages/**/beta", ["/w/packages/beta"]),
        ("./packages/beta", ["/w/packages/beta"]),
        ("packages/beta/", ["/w/packages/beta"]),
        ("packages//beta", ["/w/packages/beta"]),
        ("packages/alpha/../beta", ["/w/packages/beta"]),
        ("../outside/*", ["/w/../outside/one"]),
        (".*", ["/w/..", "/w"]),
        (".?", ["/w/.."]),
        ("packages/.h*", ["/w/packages/.hidden"]),
        ("packages/[.]*", ["/w/packages/.hidden"]),
        ("/outside/one", ["/outside/one"]),
        ("", ["/w"]),
        (".", ["/w"]),
        ("{a,b}", ["/w/{a,b}"]),
        ("{alpha,beta}", []),
        ("a[[]b[]]", ["/w/a[b]"]),
        ("a[*]c", ["/w/a*c"]),
        ("libs", []),
        ("l*", []),
        ("packages/README.md", ["/w/packages/README.md"]),
        ("packages/README.md/x", []),
        ("nowhere/*", []),
    ],
)  # fmt: skip
def test_members_are_enumerated_component_by_component(text: str, paths: list[str] | None) -> None:
    if paths is None:
        assert isinstance(compile_pattern(text), PatternProblem)
    else:
        assert matched(text) == paths


def test_two_stars_name_every_directory_strictly_below() -> None:
    assert matched("packages/**") == [
        "/w/packages/.hidden",
        "/w/packages/alpha",
        "/w/packages/alpha/src",
        "/w/packages/alpha/src/alpha",
        "/w/packages/beta",
        "/w/packages/group",
        "/w/packages/group/inner",
    ]


def test_a_file_is_told_from_a_directory() -> None:
    found = dict(pattern("packages/*").directories(TREE, "/w"))
    assert found["/w/packages/README.md"] is Kind.FILE
    assert found["/w/packages/beta"] is Kind.DIRECTORY


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("packages/[abc", 9, "invalid range pattern"),
        ("packages/[]", 9, "invalid range pattern"),
        ("packages/[!]", 9, "invalid range pattern"),
        ("packages/***", 11, "wildcards are either regular `*` or recursive `**`"),
        ("packages/**foo", 11, "recursive wildcards must form a single path component"),
        ("a**/b", 0, "recursive wildcards must form a single path component"),
        ("**a", 2, "recursive wildcards must form a single path component"),
    ],
)
def test_what_is_no_pattern(text: str, position: int, message: str) -> None:
    assert compile_pattern(text) == PatternProblem(position, message)


def test_brackets_around_a_slash_are_read_in_an_exclude_only() -> None:
    assert isinstance(compile_pattern("[a/b]"), Pattern)
    assert compile_member_pattern("x/[a/b]") == PatternProblem(2, "invalid range pattern")
    assert isinstance(compile_member_pattern("x/[ab]"), Pattern)
    assert pattern("[a/b]").excludes("/w/a", "/w")


@pytest.mark.parametrize(
    ("text", "directory", "excluded"),
    [
        ("packages/beta", "packages/beta", True),
        ("packages/group", "packages/group/inner", False),
        ("packages/group*", "packages/group/inner", True),
        ("packages/*", "packages/group/inner", True),
        ("packages/?", "packages/b", True),
        ("**/inner", "packages/group/inner", True),
        ("**/inner", "inner", True),
        ("packages/**", "packages/group/inner", True),
        ("packages/**", "packages", False),
        ("./packages/beta", "packages/beta", True),
        ("packages/beta/", "packages/beta", True),
        ("/w/packages/beta", "packages/beta", True),
        ("packages/[!a]*", "packages/beta", True),
        ("packages/{beta,alpha}", "packages/beta", False),
        ("Packages/beta", "packages/beta", False),
        ("packages", "packages/beta", False),
        ("*", "packages/beta", True),
        ("../outside/one", "../outside/one", True),
        ("../outside/*", "../outside/one", True),
        ("**/one", "../outside/one", True),
        ("*", "../outside/one", True),
        ("/outside/one", "../outside/one", False),
        ("../w/packages/beta", "packages/beta", False),
    ],
)
def test_an_exclude_is_matched_against_the_whole_path(
    text: str, directory: str, excluded: bool
) -> None:
    assert pattern(text).excludes(f"/w/{directory}", "/w") is excluded


@pytest.mark.parametrize(
    ("text", "directory", "included"),
    [
        ("packages/*", "/w/packages/beta", True),
        ("packages/*", "/w/packages/group/inner", False),
        ("packages/**", "/w/packages/group/inner", True),
        ("packages/**", "/w/packages", False),
        ("./packages/beta/", "/w/packages/beta", True),
        ("../outside/*", "/outside/one", False),
        ("../w/packages/*", "/w/packages/beta", False),
        ("**/beta", "/w/packages/beta", True),
        ("", "/w", True),
        (".", "/w", True),
        ("packages/bet", "/w/packages/beta", False),
    ],
)
def test_seen_from_inside_a_star_keeps_to_its_component(
    text: str, directory: str, included: bool
) -> None:
    assert pattern(text).includes(directory, "/w") is included


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("package/*", "packages/*"),
        ("packages/bta", "packages/beta"),
        ("pakages/alpa", "packages/alpha"),
        ("libs", "Libs"),
        ("packages/beta", None),
        ("zzz/*", None),
        ("../outsid/*", "../outside/*"),
        ("/outsid/*", None),
        ("packages/[", None),
    ],
)
def test_the_nearest_pattern_differs_in_misspelt_directories_only(
    text: str, near: str | None
) -> None:
    made = compile_pattern(text)
    if isinstance(made, Pattern):
        assert made.nearest(TREE, "/w") == near
    else:
        assert near is None


@given(st.text("ab*?[]!-{}\\/. é", min_size=1, max_size=8))
def test_an_escaped_name_matches_itself_and_nothing_else(name: str) -> None:
    name = name.replace("/", "_")
    if name in (".", ".."):
        return
    made = pattern(escape(name))
    assert made.excludes(f"/w/{name}", "/w")
    assert not made.excludes(f"/w/{name}x", "/w")


@given(
    st.text("ab*?[]!-/.", max_size=10),
    st.lists(st.sampled_from(["a", "b", "ab", ".a"]), max_size=3),
)
def test_what_is_enumerated_is_included(text: str, parts: list[str]) -> None:
    made = compile_pattern(text)
    if not isinstance(made, Pattern) or made.normal.startswith(("..", "//")):
        return
    if any(part.startswith(".") for part in text.split("/")):
        return  # `.*` names `..` and `.` too, from the root only
    files = Memory({"/w/" + "".join(f"{part}/" for part in parts): ""})
    for directory, kind in made.directories(files, "/w"):
        if kind.is_directory:
            assert made.includes(directory, "/w"), directory


# ------------------------------------------------------------------------- much work


def slowly(text: str, path: str, crosses: bool) -> bool:
    """Match a sound pattern as one would explain it: try each length for each star."""
    if not text:
        return not path
    ends = range(len(path) + 1)
    if text.startswith("**/"):
        starts = (at for at in ends if at == 0 or path[at - 1] == "/")
        return any(slowly(text[3:], path[at:], crosses) for at in starts)
    if text.startswith("**"):
        return any(slowly(text[2:], path[at:], crosses) for at in ends)
    if text[0] == "*":
        return any(
            slowly(text[1:], path[at:], crosses) for at in ends if crosses or "/" not in path[:at]
        )
    if not path:
        return False
    rest, fits = text[1:], path[0] == text[0]
    if text[0] in "?[":
        fits = crosses or path[0] != "/"
    if text[0] == "[":
        end = text.index("]", 3 if text[1] == "!" else 2)
        inside, rest = text[1:end], text[end + 1 :]
        negated = inside.startswith("!")
        fits = (
            fits and in_range(inside.removeprefix("!") if negated else inside, path[0]) != negated
        )
    return fits and slowly(rest, path[1:], crosses)


def in_range(inside: str, character: str) -> bool:
    if len(inside) >= 3 and inside[1] == "-":
        return inside[0] <= character <= inside[2] or in_range(inside[3:], character)
    return bool(inside) and (character == inside[0] or in_range(inside[1:], character))


@given(
    st.lists(st.sampled_from(["a", "b", "/", "*", "?", "[a-b]", "[!a]", "[]/]", "/**/", "-"]), max_size=7)
    .map("".join),
    st.text("ab/-]", max_size=8),
)  # fmt: skip
def test_patterns_match_what_trying_everything_matches(text: str, path: str) -> None:
    made, path = compile_pattern(text), normal_form(f"/w/{path}")
    if not isinstance(made, Pattern) or made.normal != text or text.startswith("/") or path == "/w":
        return
    inside = path.removeprefix("/w/")
    assert made.excludes(path, "/w") is slowly(text, inside, True)
    assert made.includes(path, "/w") is slowly(text, inside, False)


class Counting(Memory):
    """Counts how often a directory is listed."""

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__(files)
        self.listed = 0

    def listing(self, path: str) -> Mapping[str, Kind]:
        self.listed += 1
        return super().listing(path)


def test_many_stars_are_no_burden() -> None:
    """With expressions that go back, this would not end."""
    name = "a" * 120
    for text in ("*a*a*a*a*a*a*b", "**/*a*a*a/*a*a*a*b", "*?a*[a]*[!b]*a*a*b"):
        made = pattern(text)
        assert not made.excludes(f"/w/{name}/{name}", "/w")
        assert not made.includes(f"/w/{name}/{name}", "/w")
        assert not list(made.directories(Memory({f"/w/{name}/{name}/": ""}), "/w"))


def test_a_directory_is_looked_at_once_for_each_part_of_a_pattern() -> None:
    files = Counting({"/w/" + "a/" * 30: ""})
    for text in ("**/*/**/*/**/*/**/*/**/*/**/b", "**/a/**/a/**/a/**/a/**/b", "**/**/**/**/**/b"):
        files.listed = 0
        assert not list(pattern(text).directories(files, "/w"))
        assert files.listed <= 31 * len(text.split("/"))


def test_a_pattern_may_have_many_parts() -> None:
    deep = "/".join(["a"] * 3000)
    files = Memory({f"/w/{deep}/": ""})
    for text in (deep, "/".join(["a", "*"] * 1500), "/".join(["*"] * 3000)):
        assert [len(path) for path, _ in pattern(text).directories(files, "/w")] == [6002]
    assert matched(deep) == []
