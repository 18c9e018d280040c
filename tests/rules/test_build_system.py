"""Rules about `[build-system]` and about what builds require; uv's answers were recorded with 0.13.9."""

from __future__ import annotations

import textwrap

import pytest
from support import check, check_fix

CODES = {
    *("invalid-build-system", "cyclic-build", "missing-workspace-source", "constrained-member"),
    *("unknown-workspace-source", "member-from-elsewhere", "unknown-index", "unusable-path"),
    "unsatisfiable-requirement",
}

VIRTUAL = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["a", "b"]
"""
ROOT = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
dependencies = [DEPENDENCIES]
[tool.uv.sources]
a = { workspace = true }
b = { workspace = true }
[tool.uv.workspace]
members = ["a", "b"]
"""
A = """
#- /a/pyproject.toml
[project]
name = "a"
version = "1"
"""
B = """
#- /b/pyproject.toml
[project]
name = "b"
version = "1"
"""
NEEDS_B = """[build-system]
requires = ["setuptools", "b"]
build-backend = "setuptools.build_meta"
"""


@pytest.mark.parametrize(
    "text",
    [
        # uv_build alone is not installed: uv does not look at the path
        '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\nbackend-path = ["no"]',
        '[build-system]\nrequires = ["flit"]\nbuild-backend = "flit"\nbackend-path = "."',
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling"\nbackend = 1',
        # a package that is not built
        '[build-system]\nrequires = "hatchling"\n[tool.uv]\npackage = false',
        # of an index, as the project itself has no source
        '[build-system]\nrequires = ["setuptools", "a"]',
        NEEDS_B + "[tool.uv.sources]\nb = { workspace = true }",
        NEEDS_B + "[tool.uv]\npackage = false",
        # entries for groups do not serve builds
        NEEDS_B
        + '[dependency-groups]\ng = ["b"]\n[tool.uv.sources]\nb = { workspace = true, group = "g" }',
    ],
)
def test_uv_builds_it(text: str) -> None:
    check(VIRTUAL + A + text + B, CODES)


@pytest.mark.parametrize(
    "text",
    [
        """
        build-system = "x"
        #              ^^^ error[invalid-build-system]: `[build-system]` must be a table, not a string
        """,
        """
        [build-system]
        #^^^^^^^^^^^^ error[invalid-build-system]: `[build-system]` needs `requires`
        """,
        """
        [build-system]
        requires = "hatchling"
        #          ^^^^^^^^^^^ error[invalid-build-system]: `requires` must be a list, not a string
        """,
        """
        [build-system]
        requires = ["hatchling>=abc"]
        #           ^^^^^^^^^^^^^^^^ error[invalid-requirement]
        """,
        """
        [build-system]
        requires = ["hatchling"]
        build-backend = 1
        #               ^ error[invalid-build-system]: `build-backend` must be a string, not an integer
        backend-path = "x"
        #              ^^^ error[invalid-build-system]: `backend-path` must be a list
        """,
        """
        [build-system]
        requires = ["hatchling"]
        backend-path = ["no", "/tmp"]
        #               ^^^^ error[invalid-build-system]: `no` is no directory: the build backend cannot be in it
        #                     ^^^^^^ error[invalid-build-system]: `/tmp` must be a directory of the project
        """,
        """
        [build-system]
        requires = []
        #          ^^ error[invalid-build-system]: `requires` is empty, so no build backend is installed
        """,
        """
        [build-system]
        requires = ["idna>=2", "idna<2"]
        #                      ^^^^^^^^ error[unsatisfiable-requirement]: No version can meet `idna<2` and `idna>=2`
        """,
        """
        [build-system]
        requires = ["idna>3,<2"]
        #           ^^^^^^^^^^^ error[unsatisfiable-requirement]: No version can meet `idna>3,<2`
        """,
    ],
)
def test_a_build_system_that_uv_refuses(text: str) -> None:
    head = '#- /pyproject.toml\n{}\n[project]\nname = "a"\nversion = "1"\n'
    text = textwrap.dedent(text).replace("invalid-requirement", "invalid-build-system")
    check(head.format(text.strip()), CODES)


def test_a_build_without_requirements_may_get_some_from_settings() -> None:
    setting = '[tool.uv]\nextra-build-dependencies = { a = ["setuptools"] }\n'
    check(f"{VIRTUAL}{setting}{A}[build-system]\nrequires = []\n", CODES)


def test_a_build_backend_stands_in_the_project() -> None:
    finding = f"#{' ' * 15}^^^^^^ error[invalid-build-system]: `../b` must be a directory of the project\n"
    text = f'[build-system]\nrequires = ["flit"]\nbackend-path = ["../b"]\n{finding}'
    check(VIRTUAL + A + text + B, CODES)


def test_a_member_is_built_for_certain_or_perhaps() -> None:
    """An error is what stops the bare sync, or that of the default packages; others are warnings."""
    finding = '#{}^^^ {}[missing-workspace-source]\nbuild-backend = "setuptools.build_meta"\n'

    def build(severity: str) -> str:
        text = finding.format(" " * 25, severity)
        return NEEDS_B.replace('build-backend = "setuptools.build_meta"\n', text)

    root = ROOT.replace("b = { workspace = true }\n", "")
    required, alone = root.replace("DEPENDENCIES", '"a"'), root.replace("DEPENDENCIES", "")
    elsewhere = root.replace("DEPENDENCIES", "\"a; sys_platform == 'win32'\"")
    for text, severity in (
        (VIRTUAL, "error"),
        (required, "error"),
        (alone, "warning"),
        (elsewhere, "warning"),
        (alone + '[dependency-groups]\ndev = ["a"]\n', "error"),
        (alone + '[dependency-groups]\ntest = ["a"]\n', "warning"),
        (alone + '[dependency-groups]\nx = ["a"]\n[tool.uv]\ndefault-groups = ["x"]\n', "error"),
        (alone + '[tool.ws-lsp]\ndefault-packages = ["a"]\n', "error"),
        (alone + '[tool.ws-lsp]\ndefault-packages = ["b"]\n', "warning"),
    ):
        check(text + A + build(severity) + B, {"missing-workspace-source"})
    # `uv lock` asks the backend for the version, also of what is no package
    dynamic = A.replace('version = "1"', 'dynamic = ["version"]')
    check(alone + dynamic + build("error") + B, {"missing-workspace-source"})
    no_package = "[tool.uv]\npackage = false\n"
    check(alone + dynamic + build("error") + no_package + B, {"missing-workspace-source"})
    # `a` builds `c`, which it does not require otherwise
    outer = alone.replace('"a", "b"', '"a", "b", "c"').replace("DEPENDENCIES", "")
    outer = outer.replace("a = {", "c = { workspace = true }\na = {")
    outer += '[dependency-groups]\ndev = ["c"]\n'
    inner = (
        '#- /c/pyproject.toml\nproject = { name = "c", version = "1" }\n'
        'build-system = { requires = ["a"] }\ntool.uv.sources.c = { workspace = true }\n'
    )
    check(outer + A + build("error") + B + inner, {"missing-workspace-source"})


def test_a_source_of_a_build_requirement_that_leads_nowhere() -> None:
    check(
        VIRTUAL
        + '[tool.uv.sources]\nroots = { index = "no" }\n#                 ^^^^ error[unknown-index]\n'
        + A
        + """[build-system]
requires = ["setuptools", "gone", "x; sys_platform == 'win32'", "b", "c", "roots"]
[tool.uv.sources]
gone = { path = "../gone" }
#               ^^^^^^^^^ error[unusable-path]: `../gone` does not exist
x = { workspace = true }
^ error[unknown-workspace-source]: `x` is not a member of this workspace
b = { path = "../b" }
^ error[member-from-elsewhere]
c = { index = "no" }
#             ^^^^ error[unknown-index]
"""
        + B,
        CODES,
    )


def test_a_path_for_another_platform_need_not_exist() -> None:
    check(
        VIRTUAL
        + A
        + """[build-system]
requires = ["setuptools", "gone; sys_platform == 'win32'"]
[tool.uv.sources]
gone = { path = "../gone" }
#               ^^^^^^^^^ warning[unusable-path]: `../gone` does not exist
"""
        + B,
        CODES,
    )


def test_sources_that_are_turned_off_serve_no_build() -> None:
    check(VIRTUAL + "[tool.uv]\nno-sources = true\n" + A + NEEDS_B + B, CODES)


def test_the_source_of_a_build_requirement_is_added() -> None:
    check_fix(
        VIRTUAL + A + NEEDS_B + B,
        "Add the source `b = { workspace = true }`",
        A + NEEDS_B + "\n[tool.uv.sources]\nb = { workspace = true }\n",
    )


@pytest.mark.parametrize(
    ("of_a", "of_b", "way"),
    [
        (NEEDS_B.replace('"b"', '"a"'), "", "`a` → `a`"),
        (NEEDS_B, 'dependencies = ["a"]', "`a` → `b` → `a`"),
        (NEEDS_B.replace('"b"', '"b[x]"'), 'optional-dependencies.x = ["a"]', "`a` → `b` → `a`"),
        (NEEDS_B, 'optional-dependencies.x = ["a"]', ""),
        (NEEDS_B, "dependencies = [\"a; sys_platform == 'win32'\"]", ""),
        (NEEDS_B, 'dependencies = ["a"]\n[dependency-groups]\nx = ["a"]', "`a` → `b` → `a`"),
        (NEEDS_B, '[dependency-groups]\ndev = ["a"]', ""),
    ],
)
def test_a_member_that_needs_itself_to_be_built(of_a: str, of_b: str, way: str) -> None:
    carets = "^" * (6 if "[x]" in of_a else 3)
    finding = f"\n#{' ' * 25}{carets} error[cyclic-build]: `a` needs itself to be built: {way}\nbuild-backend"
    text = of_a.replace("\nbuild-backend", finding) if way else of_a
    check(ROOT.replace("DEPENDENCIES", '"a"') + A + text + B + of_b, {"cyclic-build"})
    isolated = ROOT.replace("DEPENDENCIES", '"a"') + "[tool.uv]\nno-build-isolation = true\n"
    check(isolated + A + of_a + B + of_b, {"cyclic-build"})


def test_extra_build_dependencies_get_sources() -> None:
    setting = '[tool.uv]\nextra-build-dependencies = { other = ["b", "x"] }\n'
    found = setting + f"#{' ' * 37}^^^ error[constrained-member]\n"
    sources = '[tool.uv.sources]\nx = {{ index = "no" }}\n#             ^^^^ {}[unknown-index]\n'
    check(VIRTUAL + found + sources.format("error") + A + B, CODES)
    unused = sources.format("warning")
    # another file has the settings, uv drops them, and sources are turned off
    check(VIRTUAL + setting + unused + "#- /uv.toml\n" + A + B, CODES)
    check(VIRTUAL + setting + "unknown = 1\n" + unused + A + B, CODES)
    check(VIRTUAL + setting + 'no-sources-package = ["b"]\n' + unused + A + B, CODES)
    check(
        VIRTUAL
        + "[tool.uv.sources]\ny = { workspace = true }\n^ warning[unknown-workspace-source]\n"
        + "#- /uv.toml\n"
        + 'extra-build-dependencies = { a = ["b", { requirement = "y", match-runtime = false }] }\n'
        + f"#{' ' * 33}^^^ error[constrained-member]\n#{' ' * 54}^^^ error[constrained-member]\n"
        + A
        + B,
        CODES,
    )
