"""Python versions. What uv 0.13.9 does with each text was run, with several interpreters at hand."""

from __future__ import annotations

import pytest
from support import check, check_fix, checking, findings, host_of, workspace

from ws_lsp.checking.checker import Checker
from ws_lsp.grammar.pythons import meant, python_requests
from ws_lsp.rules import pythons
from ws_lsp.rules.catalogue import RULEBOOK

mine = checking(pythons.RULES)


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        *((one, "==3.11.*") for one in ("3.11", "  3.11  ", "\xa03.11\x0b", "3.11\r\n", "v3.11", "311", "3.011")),
        *((one, "==3.11.*") for one in ("cpython@3.11", "CPython3.11", "cpython-3.11", "cp311", "cp-311")),
        *((one, "==3.11.*") for one in ("python3.11", "python@3.11", "cpython@v3.11", "pypy@3.11", "pp311")),
        *((one, "==3.11.*") for one in ("# c\n\n3.11", "3.11\n3.12", "3.11t", "3.11+freethreaded")),
        ("3", "==3.*"), ("3.11.7", "==3.11.7"), ("3117", "==3.117.*"), ("2.7", "==2.7.*"),
        (">=3.10,<3.12", ">=3.10,<3.12"), ("cpython>=3.10, <3.12", ">=3.10, <3.12"), ("== 3.11.*", "== 3.11.*"),
        # uv passes over these, with a warning; what comes next may count
        *((one, None) for one in ("3.11 # c", "3.11.*", "3.11-dev", "foo", "3.11.0.1", "3.11.", "=3.11")),
        *((one, None) for one in (">=3.10 <3.12", "<3.12,>=3.10,", "python-3.11", "py311", "31100", "\ufeff3.11")),
        # these lead to what no file shows
        *((one, None) for one in ("./x", "/usr/bin/python3", "3.14rc1", ">=3.12rc1", "any", "pypy", "cpython")),
        ("", None), ("# only\n", None),
    ],
)  # fmt: skip
def test_what_is_asked_for(text: str, specifier: str | None) -> None:
    request = next((one for one in python_requests(text) if not one.is_unsupported), None)
    assert (request.specifier if request is not None else None) == specifier


def member(name: str, wanted: str | None, more: str = "") -> str:
    line = "" if wanted is None else f'requires-python = "{wanted}"\n'
    return f'#- /{name}/pyproject.toml\n[project]\nname = "{name}"\nversion = "1"\n{line}{more}'


@pytest.mark.parametrize(
    ("asked", "wanted", "refused"),
    [
        ("3.11", ">=3.12", True),
        ("3.11", ">=3.11.8", False),
        ("3.11.7", ">=3.11.8", True),
        ("3.11", ">=3.10,!=3.11.*", True),
        ("3.11.7", ">=3.10,!=3.11.7", True),
        ("3.12", ">=3.10,<3.12", True),
        ("3.12", ">=3.10,<=3.12", False),
        ("3.12.1", ">=3.10,<=3.12", True),
        ("3.12", ">3.12", False),
        ("3.12", "==3.12", False),
        ("3", ">=3.12", False),
        (">=3.10,<3.12", ">=3.12", True),
        (">=3.10", ">=3.12", False),
        ("3.11 # c", ">=3.12", False),
        ("3.11", "", False),
    ],
)
def test_a_python_version_that_is_left_out(asked: str, wanted: str, refused: bool) -> None:
    text = member("a", wanted).replace("/a/", "/") + f"#- /.python-version\n{asked}\n"
    found = findings(workspace(text), {"excluded-python-version"})
    message = f"`.python-version` asks for Python `{asked}`, which `{wanted}` leaves out"
    assert [one.message for one in found] == [message] * refused


def test_who_leaves_the_version_out_is_told() -> None:
    root = '#- /.python-versions\n# several\n3.11\n3.12\n#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["*"]\n'
    mine(
        root
        + member("a", ">=3.11")
        + """
#- /b/.python-version
3.13
#- /b/pyproject.toml
[project]
name = "b"
version = "1"
requires-python = ">=3.12"
#                 ^^^^^^^^ error[excluded-python-version]: `.python-versions` asks for Python `3.11`, which `>=3.12` leaves out
"""
    )
    found = findings(workspace(root + member("a", ">=3.12")), {"excluded-python-version"})
    (related,) = found[0].related
    assert related.path == "/.python-versions"
    assert related.line is not None
    assert (related.line.number, related.line.text) == (1, "3.11")


def test_the_first_file_counts_even_if_it_asks_for_nothing() -> None:
    text = member("a", ">=3.12").replace("/a/", "/")
    for first in ("\n", "foo\n", "3.12\n"):
        files = f"#- /.python-version\n{first}#- /.python-versions\n3.11\n"
        assert findings(workspace(text + files), {"excluded-python-version"}) == []


# what uv 0.13.9 says of each, with `2.7` in the next line
@pytest.mark.parametrize(
    ("text", "told"),
    [
        *((one, True) for one in ("foo-bar", "system", "3.11.x", "3.11 # c", "^3.11", "=3.11", "~3.11", "3.11-dev")),
        *((one, True) for one in ("3.11.*", "foo.exe", "lts", "3.x", "jython2.7", "3.11\nfoo")),
        *((one, False) for one in ("./foo", "foo/bin", "linux", "x86_64", "gnu", "any-linux", "3.11-linux", "none")),
        *((one, False) for one in ("any", "default", "pypy", "graalpy", "python3", "3.13.0rc1", "3.13d", "pp310")),
        *((one, False) for one in ("3.11", "==3.11", "~=3.11", "v3.11", "python 3.11", "cpython-3.11-linux-x86_64-gnu")),
        *((one, False) for one in ("macos", "arm64", "musl", "pyodide", "# foo", "there")),
    ],
)  # fmt: skip
def test_a_line_that_uv_passes_over(text: str, told: bool) -> None:
    files = f"#- /there\n#- /.python-version\n{text}\n" + member("a", ">=3.8").replace("/a/", "/")
    found = findings(workspace(files), {"unsupported-python-request"})
    assert bool(found) is told


def test_the_line_after_one_that_is_passed_over_counts() -> None:
    check(
        """
        #- /.python-version
        foo
        3.11
        #- /pyproject.toml
        [project]
        #^^^^^^^ warning[unsupported-python-request]: uv does not understand `foo` in `.python-version`, and ignores it
        name = "a"
        version = "1"
        requires-python = ">=3.12"
        #                 ^^^^^^^^ error[excluded-python-version]: `.python-version` asks for Python `3.11`, which `>=3.12` leaves out
        """
    )


def test_what_is_there_may_be_what_a_line_means() -> None:
    files = "#- /there/x\n#- /.python-version\nthere\n3.11\n" + member("a", ">=3.12").replace(
        "/a/", "/"
    )
    codes = {"unsupported-python-request", "excluded-python-version"}
    assert findings(workspace(files), codes) == []


def test_a_python_version_above_the_root_does_not_count() -> None:
    text = member("a", ">=3.12") + "#- /.python-version\n3.11\n"
    assert findings(workspace(text)) == []


def test_a_changed_python_version_is_heard_of() -> None:
    files = {
        "/pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n'
    }
    host, checker = host_of({**files, "/.python-version": "3.12\n"}), Checker(RULEBOOK)

    def codes() -> list[str]:
        return [one.code for some in checker.findings(host.snapshot("/")).values() for one in some]

    assert codes() == []
    host.edit("/.python-version", "3.11\n")
    host.forget(["/.python-version"])
    assert codes() == ["excluded-python-version"]


GROUP = '[dependency-groups]\n{0} = []\n[tool.uv.dependency-groups]\n{0} = {{ requires-python = ">=3.12" }}\n'
NARROW = '[project]\nname = "r"\nversion = "1"\nrequires-python = ">=3.11,<3.12"\n'
MEMBERS = '[tool.uv.workspace]\nmembers = ["*"]\n'
DEFAULT = "[tool.uv]\ndefault-groups = {}\n"
OTHER = member("n", None)


@pytest.mark.parametrize(
    ("root", "of_member", "found"),
    [
        (GROUP.format("dev"), "", ["error uv sync"]),
        (GROUP.format("x"), "", []),
        (DEFAULT.format('["X"]') + GROUP.format("x"), "", ["error uv sync"]),
        (DEFAULT.format('"all"') + GROUP.format("x"), "", ["error uv sync"]),
        (DEFAULT.format("[]") + GROUP.format("dev"), "", ["warning uv sync --package m"]),
        (GROUP.format("x").replace("x = []", 'dev = [{ include-group = "x" }]\nx = []', 1), "", ["error uv sync"]),
        ("", GROUP.format("dev"), ["error uv sync"]),
        (DEFAULT.format('"all"'), GROUP.format("x"), ["error uv sync"]),
        ("", DEFAULT.format('["x"]') + GROUP.format("x"), ["warning uv sync --package m"]),
        (DEFAULT.format('["x"]') + "[dependency-groups]\nx = []\n", GROUP.format("dev"), ["warning uv sync --package m"]),
        ('[tool.ws-lsp]\ndefault-packages = ["m"]\n', DEFAULT.format('["x"]') + GROUP.format("x"),
         ["error uv sync --package m"]),
        ('[tool.ws-lsp]\ndefault-packages = ["m", "n"]\n', DEFAULT.format('["x"]') + GROUP.format("x"),
         ["warning uv sync --package m"]),
        ("", GROUP.format("dev") + "[tool.uv]\nmanaged = false\n", []),
    ],
)  # fmt: skip
def test_the_groups_that_are_synced_count(root: str, of_member: str, found: list[str]) -> None:
    text = f"#- /pyproject.toml\n{NARROW}{root}{MEMBERS}" + member("m", None, of_member) + OTHER
    told = findings(workspace(text), {"disjoint-requires-python"})
    assert [f"{one.severity.value} {one.message.split('`')[-2]}" for one in told] == found


def test_groups_that_exclude_each_other() -> None:
    mine(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        requires-python = ">=3.11"
        [dependency-groups]
        dev = []
        [tool.uv.dependency-groups]
        dev = { requires-python = ">=3.12" }
        #                         ^^^^^^^^ error[disjoint-requires-python]: No Python version suits `>=3.12` and `<3.12` of the group `dev` in `n/pyproject.toml`: `uv sync` fails
        #- /n/pyproject.toml
        [project]
        name = "n"
        version = "1"
        [dependency-groups]
        dev = [{ include-group = "x" }]
        x = []
        [tool.uv.dependency-groups]
        dev = { requires-python = "<3.12" }
        #                         ^^^^^^^ error[disjoint-requires-python]
        x = { requires-python = "<3.13" }
        """
    )


def test_the_version_that_is_asked_for_counts_in_groups() -> None:
    mine(
        """
        #- /.python-version
        3.11
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = ">=3.11"
        [dependency-groups]
        dev = []
        [tool.uv.dependency-groups]
        dev = { requires-python = ">=3.12" }
        #                         ^^^^^^^^ error[excluded-python-version]: `.python-version` asks for Python `3.11`, which `>=3.12` leaves out: `uv sync` fails
        """
    )


@pytest.mark.parametrize("wanted", [">=3.12,<3.11", ">=3.12,<3.12"])
def test_a_range_that_holds_nothing(wanted: str) -> None:
    found = findings(workspace(member("a", wanted) + member("b", ">=3.8")))
    assert [one.message for one in found] == [f"No Python version is meant by `{wanted}`"]


@pytest.mark.parametrize(
    ("wanted", "written", "instead"),
    [
        ("==3.11", "==3.11", "==3.11.*"),
        ("===3.11", "===3.11", "==3.11.*"),
        (">=3.8, == 3.11", "== 3.11", ">=3.8, ==3.11.*"),
        ("==3", "==3", "==3.*"),
    ],
)
def test_one_release_is_hardly_meant(wanted: str, written: str, instead: str) -> None:
    (one,) = findings(workspace(member("a", wanted)))
    release = "3.0.0" if written == "==3" else "3.11.0"
    series = instead.rpartition(" ")[2]
    assert one.message == f"`{written}` means {release} alone. Did you mean `{series}`?"
    assert [fix.title for fix in one.fixes] == [f"Write `{instead}`"]


def test_groups_may_be_ambiguous_as_well() -> None:
    mine(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = ">=3.11"
        [dependency-groups]
        dev = []
        x = []
        [tool.uv.dependency-groups]
        dev = { requires-python = "~=3.11" }
        #                         ^^^^^^^^ warning[ambiguous-requires-python]
        x = { requires-python = "==3.11" }
        #                       ^^^^^^^^ warning[ambiguous-requires-python]
        """
    )


@pytest.mark.parametrize("wanted", ["<3.13", "!=3.10.*", "", "<=3.13", "<3.13,!=3.10"])
def test_no_lower_bound(wanted: str) -> None:
    codes = {"unbounded-requires-python", "missing-requires-python"}
    root = "#- /.python-version\n3.11\n" + member("a", wanted).replace("/a/", "/") + MEMBERS
    both = findings(workspace(root + member("b", "<4")), codes)
    assert [one.path for one in both] == ["/pyproject.toml", "/b/pyproject.toml"]
    assert [fix.title for fix in both[0].fixes] == [f"Write `{f'>=3.11,{wanted}'.rstrip(',')}`"]
    for other in (">=3.8", ">3.8", "~=3.8.0", "==3.*"):
        assert findings(workspace(root + member("b", other)), codes) == []


def test_where_a_lower_bound_is_missing() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = "<3.13"
        #                 ^^^^^^^ warning[unbounded-requires-python]: `<3.13` has no lower bound. Add one, as in `>=3.11`
        """
    )


def test_nobody_says_requires_python() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        #^^^^^^^ warning[missing-requires-python]
        name = "a"
        version = "1"
        [dependency-groups]
        dev = []
        [tool.uv.dependency-groups]
        dev = { requires-python = ">=3.11" }
        """,
        {"missing-requires-python"},
    )
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        #        ^^^^^^^^^ warning[missing-requires-python]
        members = ["*"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        #- /n/pyproject.toml
        [project]
        name = "n"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv]
        managed = false
        """,
        {"missing-requires-python"},
    )
    root = '#- /pyproject.toml\n[project]\nname = "r"\nversion = "1"\n' + MEMBERS
    assert findings(workspace(root + member("m", ">=3.11")), {"missing-requires-python"}) == []


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("3.11", (">=3.11", "==3.11.*")),
        ("3.11.7", (">=3.11.7", "==3.11.7")),
        ("3.11.*", ("==3.11.*",)),
        ("3.x", ("==3.*",)),
        ("3.11+", (">=3.11",)),
        ("^3.11", (">=3.11,<4",)),
        ("~3.11", (">=3.11,<3.12",)),
        (">=3.11 <4", (">=3.11,<4",)),
        (">=3.11, <4,", (">=3.11,<4",)),
        (">=3.11 and <4", (">=3.11,<4",)),
        (">=3.11.*", (">=3.11",)),
        ("<3.13.*", ("<3.13",)),
        ("=3.11", ("==3.11.*",)),
        ("=3.11.7", ("==3.11.7",)),
        ("=>3.11", (">=3.11",)),
        ("≥3.11", (">=3.11",)),
        ("python>=3.11", (">=3.11",)),
        ("~=3", ("==3.*",)),
        (">=3.11\u200b", (">=3.11",)),
        ("<=3.11.*", ()),
        ("3.11 || 3.12", ()),
        ("*", ()),
        (">=three", ()),
        (" ", ()),
    ],
)
def test_what_a_wrong_range_means(text: str, texts: tuple[str, ...]) -> None:
    assert meant(text) == texts


def test_a_wrong_range_is_mended_as_it_was_meant() -> None:
    check_fix(member("a", "=3.11"), 'Write `"==3.11.*"`', member("a", "==3.11.*"))
    (found,) = findings(workspace(member("a", "3.11")))
    titles = ['Write `">=3.11"`', 'Write `"==3.11.*"`', "Remove `requires-python`"]
    assert [fix.title for fix in found.fixes] == titles
    assert [fix.is_safe for fix in found.fixes] == [False, False, False]
    (found,) = findings(workspace(member("a", ">=3.11 <4")))
    assert found.fixes[0].is_safe
