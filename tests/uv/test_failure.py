"""uv's failures stand where they arise: the newest uv runs, and of an older one the words are recorded.

`outputs_0_12_5.txt` holds what uv 0.12.5 says of the same workspaces; `ROOT` is the workspace's directory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from differential.cases import find_uv, run_uv
from e2e.disk import write, write_wheel
from support import host_of, read

from ws_lsp.analysis import Host
from ws_lsp.text import LineIndex
from ws_lsp.uv.explanation import explain
from ws_lsp.uv.failure import Failure, failures
from ws_lsp.vfs import from_native

UV = find_uv() or ""

HEAD = """
#- /pyproject.toml
[tool.uv]
no-index = true
find-links = ["../wheels"]
"""
MEMBERS = """
[tool.uv.workspace]
members = ["packages/*"]
"""
UNPLACED = """
[tool.uv.workspace]
#        ^^^^^^^^^ error[uv]
members = ["packages/*"]
"""


def member(name: str, lines: str = "", python: str = ">=3.11") -> str:
    """Return a member."""
    return (
        f'#- /packages/{name}/pyproject.toml\n[project]\nname = "{name}"\nversion = "0.1.0"\n'
        f'requires-python = "{python}"\n{lines}\n'
    )


class Case:
    """A workspace on which uv fails: where (in the fixture), with what words, and the command."""

    def __init__(self, text: str, message: str, *command: str) -> None:
        self.text = text.replace("\n\n", "\n")
        self.message = message
        self.command = command or ("lock",)


CASES: Mapping[str, Case] = {
    "invalid TOML": Case(
        HEAD + MEMBERS + "#- /packages/alpha/pyproject.toml\n[project]\nname = \n      #^ error[uv]\n",
        "string values must be quoted",
    ),
    "wrong type": Case(
        HEAD + MEMBERS + member("alpha", "dependencies = [1]\n               #^ error[uv]"),
        "expected a string",
    ),
    "member without a manifest": Case(
        HEAD
        + MEMBERS.replace("packages/*", "packages/*\", \"notes")
        + '#                        ^^^^^^^ error[uv]\n#- /notes/readme.md\nx\n'
        + member("alpha"),
        "is missing a `pyproject.toml`",
    ),
    "two members of one name": Case(
        HEAD
        + MEMBERS
        + member("alpha", "").replace("version", "#      ^^^^^^^ error[uv]\nversion")
        + member("beta", "").replace('"beta"\nversion', '"Alpha"\n#      ^^^^^^^ error[uv]\nversion'),
        "are both named `alpha`",
    ),
    "nested workspace": Case(
        HEAD
        + MEMBERS
        + member("alpha", "[tool.uv.workspace]\n#        ^^^^^^^^^ error[uv]"),
        "Nested workspaces are not supported",
    ),
    "source that is missing": Case(
        HEAD
        + MEMBERS
        + member("alpha")
        + member("beta", 'dependencies = ["alpha>=1"]\n#               ^^^^^^^^^^ error[uv]'),
        "is missing an entry in `tool.uv.sources`",
    ),
    "source of another kind": Case(
        HEAD
        + MEMBERS
        + member("alpha")
        + member(
            "beta",
            'dependencies = ["alpha"]\n[tool.uv.sources]\nalpha = { path = "../alpha" }\n^^^^^ error[uv]',
        ),
        "references a path in `tool.uv.sources`",
    ),
    "source for an extra that is missing": Case(
        HEAD
        + MEMBERS
        + member("alpha")
        + member(
            "beta",
            'dependencies = ["alpha"]\n[tool.uv.sources]\nalpha = { workspace = true, extra = "x" }\n'
            "#                                   ^^^ error[uv]",
        ),
        "only applies to extra `x`",
    ),
    "included group that is missing": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            '[dependency-groups]\ndev = [{ include-group = "tests" }]\n#                        ^^^^^^^ error[uv]',
        ),
        "Failed to find group `tests` included by `dev`",
    ),
    "cycle of groups": Case(
        HEAD
        + MEMBERS
        + member("alpha", '[dependency-groups]\na = [{ include-group = "a" }]\n^ error[uv]'),
        "Detected a cycle",
    ),
    "requirements of two members": Case(
        HEAD
        + MEMBERS
        + member("alpha", 'dependencies = ["six", "idna>=3.4"]\n                      #^^^^^^^^^^^ error[uv]')
        + member("beta", 'dependencies = ["idna < 3.4"]\n#               ^^^^^^^^^^^^ error[uv]'),
        "Because alpha depends on idna>=3.4 and beta depends on idna<3.4",
    ),
    "no such version": Case(
        HEAD + MEMBERS + member("alpha", 'dependencies = ["idna>=9"]\n#               ^^^^^^^^^ error[uv]'),
        "only idna<=3.4 is available",
    ),
    "no such package": Case(
        HEAD + MEMBERS + member("alpha", 'dependencies = ["none-such"]\n#               ^^^^^^^^^^^ error[uv]'),
        "none-such was not found",
    ),
    "requirement of a requirement": Case(
        HEAD + MEMBERS + member("alpha", 'dependencies = ["zipp"]\n#               ^^^^^^ error[uv]'),
        "all versions of zipp depend on six>=2",
    ),
    "requirement in an extra": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            'dependencies = ["idna"]\n[project.optional-dependencies]\nfast = ["idna>=5"]\n'
            "#       ^^^^^^^^^ error[uv]",
        ),
        "alpha[fast] depends on idna>=5",
    ),
    "requirement in a group": Case(
        HEAD
        + MEMBERS
        + member("alpha", '[dependency-groups]\ndev = ["idna>=5"]\n#      ^^^^^^^^^ error[uv]'),
        "alpha:dev depends on idna>=5",
    ),
    "group of the root": Case(
        HEAD
        + '[dependency-groups]\ndev = ["idna>=5"]\n#      ^^^^^^^^^ error[uv]'
        + MEMBERS
        + member("alpha"),
        "requires idna>=5",
    ),
    "constraint": Case(
        HEAD
        + 'constraint-dependencies = ["idna<3"]\n#                          ^^^^^^^^ error[uv]'
        + MEMBERS
        + member("alpha", 'dependencies = ["idna"]'),
        "depends on idna<3",
    ),
    "offline": Case(
        '#- /pyproject.toml\n[[tool.uv.index]]\nurl = "https://index.example/"\ndefault = true'
        + MEMBERS
        + member("alpha", 'dependencies = ["idna"]\n#               ^^^^^^ error[uv]'),
        "idna was not found in the cache",
    ),
    "find-links that is missing": Case(
        '#- /pyproject.toml\n[tool.uv]\nfind-links = ["nowhere"]\n#             ^^^^^^^^^ error[uv]'
        + MEMBERS
        + member("alpha", 'dependencies = ["idna"]'),
        "Failed to read `--find-links` directory",
    ),
    "Pythons with nothing in common": Case(
        HEAD
        + MEMBERS
        + member("alpha", "^^^^^^^^^^^^^^^ error[uv]", ">=3.12")
        + member("beta", "^^^^^^^^^^^^^^^ error[uv]", "<3.11"),
        "Found conflicting Python requirements",
    ),
    "no such Python": Case(
        HEAD + MEMBERS + member("alpha", "#                 ^^^^^^^^ error[uv]", ">=3.99"),
        "No interpreter found for Python >=3.99",
    ),
    "build backend that is missing": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            '[build-system]\nrequires = ["no-backend>=1"]\n#           ^^^^^^^^^^^^^^^ error[uv]\n'
            'build-backend = "no_backend"',
        ),
        "Failed to resolve requirements from `build-system.requires`",
        "sync",
    ),
    "build that fails": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            '[build-system]\nrequires = []\nbuild-backend = "no_backend"\n#               ^^^^^^^^^^^^ error[uv]',
        ),
        "The build backend returned an error",
        "sync",
    ),
    "uv that is not wanted": Case(
        HEAD + 'required-version = "<0.1"\n^^^^^^^^^^^^^^^^ error[uv]' + MEMBERS + member("alpha"),
        "Required uv version `<0.1` does not match",
    ),
    "environments that overlap": Case(
        HEAD
        + "environments = [\"sys_platform == 'linux'\", \"os_name == 'posix'\"]\n^^^^^^^^^^^^ error[uv]"
        + MEMBERS
        + member("alpha"),
        "must be disjoint",
    ),
    "default group that is missing": Case(
        HEAD + MEMBERS + member("alpha", '[tool.uv]\ndefault-groups = ["docs"]\n#                 ^^^^^^ error[uv]'),
        "Default group `docs`",
        "sync",
        "--package",
        "alpha",
    ),
    "conflicting groups": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            "[dependency-groups]\na = []\nb = []\n[tool.uv]\n"
            'conflicts = [[{ group = "a" }, { group = "b" }]]\n^^^^^^^^^ error[uv]',
        ),
        "are incompatible with the",
        "sync",
        "--group",
        "a",
        "--group",
        "b",
    ),
    "editable and not": Case(
        HEAD
        + MEMBERS
        + member("alpha")
        + "".join(
            member(
                name,
                'dependencies = ["alpha"]\n[tool.uv.sources]\n'
                f"alpha = {{ workspace = true, editable = {flag} }}\n"
                f"#                                      {'^' * len(flag)} error[uv]",
            )
            for name, flag in (("beta", "true"), ("gamma", "false"))
        ),
        "was requested as both `editable = true` and `editable = false`",
    ),
    "path at which nothing is": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            'dependencies = ["x"]\n[tool.uv.sources]\nx = { path = "../../x" }\n'
            "#            ^^^^^^^^^ error[uv]",
        ),
        "Distribution not found at",
    ),
    "lists of sources": Case(
        HEAD
        + MEMBERS
        + member(
            "alpha",
            'dependencies = ["x"]\n[tool.uv.sources]\ny = { path = "y" }\n'
            'x = [{ path = "x" }, { path = "z" }]\n^ error[uv]',
        ),
        "must include a platform marker",
    ),
    "group that nobody has": Case(
        HEAD + UNPLACED + member("alpha"), "Group `docs` is not defined", "sync", "--group", "docs"
    ),
    "package that is no member": Case(
        HEAD + UNPLACED + member("alpha"), "ghost", "sync", "--package", "ghost"
    ),
    "no lock file": Case(
        HEAD + UNPLACED + member("alpha"), "Unable to find lockfile", "sync", "--locked"
    ),
}  # fmt: skip

RECORDED = dict(
    re.findall(
        r"^#- (.*)\n((?:(?!#- ).*\n)*)",
        (Path(__file__).parent / "outputs_0_12_5.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


def placed(case: Case, root: str, found: tuple[Failure, ...]) -> list[tuple[str, int, int, int]]:
    """Return path from the root, line, column and length (an empty place has 1) of each failure."""
    result = []
    for one in found:
        assert case.message in one.message
        line, column = LineIndex(one.text).position(one.span.start)
        result.append(
            (one.path.removeprefix(root), line, column, max(one.span.end - one.span.start, 1))
        )
    return sorted(result)


def wanted(case: Case) -> list[tuple[str, int, int, int]]:
    """Return the same from the fixture."""
    found = []
    for one in read(case.text).expected:
        column, carets = re.fullmatch(r"(\d+)(\^+)", one.place).groups()  # type: ignore[union-attr]
        found.append((one.path, one.line, int(column), len(carets)))
    return sorted(found)


@pytest.mark.skipif(not UV, reason="no uv in the environment and none on the path")
@pytest.mark.parametrize("name", CASES)
def test_what_uv_says_is_placed(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    root = tmp_path.resolve() / "w"
    write(root, case.text)
    for wheel in ("idna-3.0", "idna-3.4", "six-1.0"):
        write_wheel(tmp_path / "wheels", *wheel.split("-"))
    write_wheel(tmp_path / "wheels", "zipp", requires=["six>=2"])
    answer = run_uv(UV, *case.command, cwd=root)
    assert answer.refused
    snapshot = Host().snapshot(from_native(str(root)))
    found = failures(answer.err, snapshot)
    assert placed(case, from_native(str(root)), found) == wanted(case), answer.err
    assert all(not one.hint.startswith("hint") for one in found)


@pytest.mark.parametrize("name", CASES)
def test_what_an_older_uv_says_is_placed(name: str) -> None:
    case = CASES[name]
    snapshot = host_of(
        {f"/w{path}": text for path, text in read(case.text).files.items()}
    ).snapshot("/w")
    found = failures(RECORDED[name].replace("ROOT", "/w"), snapshot)
    assert placed(case, "/w", found) == wanted(case)


def test_no_failure() -> None:
    snapshot = host_of({"/pyproject.toml": "[tool.uv.workspace]\n"}).snapshot("/")
    assert failures("", snapshot) == ()
    assert failures("warning: something\nResolved 2 packages in 1ms\n", snapshot) == ()


def test_words_that_nobody_knows_stand_on_the_first_key() -> None:
    text = 'project.name = "a"\nproject.version = "1"\n'
    snapshot = host_of({"/pyproject.toml": text}).snapshot("/")
    (found,) = failures(
        "error: Out of cheese\n  cause: Redo\n         from start\n\nhint: Wait\n", snapshot
    )
    assert found == Failure(
        "/pyproject.toml", found.span, "Out of cheese\nRedo from start", "Wait", text
    )
    assert text[slice(*found.span)] == "project"


def test_a_line_that_is_another_by_now_is_not_pointed_at() -> None:
    output = (
        "error: Failed to parse: pyproject.toml\n"
        "  cause: TOML parse error at line 2, column 8\n           |\n         2 | name = 1\n"
        "           |        ^\n         invalid type\n"
    )
    before = host_of({"/pyproject.toml": "[project]\nname = 1\n"}).snapshot("/")
    after = host_of({"/pyproject.toml": '[project]\n\nname = "x"\n'}).snapshot("/")
    assert [one.span for one in failures(output, before)] == [(17, 18)]
    assert [one.span for one in failures(output, after)] == [(0, 0)]


@pytest.mark.parametrize(
    "text",
    [
        "error: ",
        "× ",
        "error: a\n  cause:",
        "hint: x\nerror: y",
        "error: a\n\n\n",
        "\x1b[31merror: a",
    ],
)
def test_any_text_is_taken_apart(text: str) -> None:
    found = explain(text)
    assert found is None or all("\n" not in part for part in found.parts)
