"""Projects that paths lead to and that are no members. uv is asked about each row in `differential.test_outside`."""

from __future__ import annotations

import pytest
from support import check, host_of, read, workspace

from ws_lsp.checking.checker import Checker, check_file
from ws_lsp.checking.view import View
from ws_lsp.incremental import Input
from ws_lsp.rules.catalogue import RULEBOOK

CODES = {"unusable-path"}

ROOT = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
requires-python = ">=3.10"
"""
VEND = """
#- /vend/pyproject.toml
[project]
name = "vend"
version = "1"
"""
REQUIRED = """
dependencies = ["vend"]
[tool.uv.sources]
vend = { path = "vend" }
#               ^^^^^^ error[unusable-path]: """
CANNOT_BE_USED = "The `pyproject.toml` in `vend` cannot be used: "
SOURCES = '\ndependencies = ["two"]\n[tool.uv.sources]\n'


@pytest.mark.parametrize(
    ("vend", "problem"),
    [
        ('dependencies = ["one=1"]', "`one=1` is not a valid requirement: `=` is not an operator. Did you mean `==`?"),
        ('[dependency-groups]\nx = [{ include-group = "y" }]', "There is no group `y` to include"),
        (SOURCES + 'two = { path = "nowhere" }', "`nowhere` does not exist"),
        (SOURCES + "two = { workspace = true }", "`two` is not a member of this workspace"),
        (SOURCES + 'two = { index = "x" }', "There is no index `x` in this file"),
    ],
)  # fmt: skip
def test_what_uv_refuses_there(vend: str, problem: str) -> None:
    check(ROOT + REQUIRED + CANNOT_BE_USED + problem + VEND + vend, CODES)


def test_the_version_must_be_there() -> None:
    check(
        ROOT
        + REQUIRED
        + CANNOT_BE_USED
        + '`[project]` needs a `version`, or `dynamic = ["version"]`'
        + VEND.replace('version = "1"', ""),
        CODES,
    )


def test_a_project_that_it_leads_to() -> None:
    check(
        ROOT
        + REQUIRED
        + CANNOT_BE_USED
        + "The `pyproject.toml` in `../two` cannot be used: `gone` does not exist"
        + VEND
        + SOURCES
        + """
two = { path = "../two" }
#- /two/pyproject.toml
[project]
name = "two"
version = "1"
dependencies = ["one", "vend"]
[tool.uv.sources]
one = { path = "gone" }
vend = { path = "../vend" }
""",
        CODES,
    )


def test_the_workspace_that_it_belongs_to() -> None:
    check(
        ROOT
        + """
dependencies = ["vend"]
[tool.uv.sources]
vend = { path = "other/vend" }
#               ^^^^^^^^^^^^ error[unusable-path]: The `../sibling/pyproject.toml` in `other/vend` cannot be used: `[project]` needs a `name`
#- /other/pyproject.toml
[tool.uv.workspace]
members = ["*"]
"""
        + VEND.replace("/vend", "/other/vend")
        + """
#- /other/sibling/pyproject.toml
[project]
version = "1"
""",
        CODES,
    )


@pytest.mark.parametrize(
    ("vend", "problem"),
    [
        ('dependencies = ["one<2,>3"]', "No version can meet `one<2,>3` of the project in `vend`"),
        (
            'dependencies = ["two<2"]',
            "No version can meet both `two<2` of the project in `vend` and `two>=2` of `member/pyproject.toml`",
        ),
        ('dependencies = ["three<1"]', "No version can meet both `three<1` of the project in `vend` and the constraint `three>=2`"),
        ('dependencies = ["member>=2"]', "The member `member` is 1, not `member>=2` of the project in `vend`"),
        ('dependencies = ["vend>=2"]', "`vend` is 1 where `pyproject.toml` takes it from, not `vend>=2` of the project in `vend`"),
        ('requires-python = ">=3.11"', "The project in `vend` needs Python `>=3.11`, the workspace allows older ones"),
    ],
)  # fmt: skip
def test_what_it_requires(vend: str, problem: str) -> None:
    check(
        ROOT
        + REQUIRED
        + problem
        + """
[tool.uv]
constraint-dependencies = ["three>=2"]
[tool.uv.workspace]
members = ["member"]
#- /member/pyproject.toml
[project]
name = "member"
version = "1"
dependencies = ["two>=2"]
"""
        + VEND
        + vend,
        CODES,
    )


def test_both_of_two_that_exclude_each_other() -> None:
    check(
        ROOT
        + """
dependencies = ["vend", "other @ file:///other"]
#                       ^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-path]: No version can meet both `one>=2` of the project in `other` and `one<2` of the project in `vend`
[tool.uv.sources]
vend = { path = "vend" }
"""
        + VEND
        + 'dependencies = ["one<2"]\n'
        + VEND.replace("vend", "other")
        + 'dependencies = ["one>=2"]\n',
        CODES,
    )


def test_an_inherited_source() -> None:
    check(
        """
#- /pyproject.toml
[tool.uv.sources]
vend = { path = "vend" }
[tool.uv.workspace]
members = ["member"]
#- /member/pyproject.toml
[project]
name = "member"
version = "1"
dependencies = [
    "vend[x]",
#   ^^^^^^^^^ error[unusable-path]: No version can meet both `one<2` of the project in `vend` and `one>=2` of `member/pyproject.toml`
    "one>=2",
]
"""
        + VEND
        + '[project.optional-dependencies]\nx = ["one<2"]\n',
        CODES,
    )


def test_nothing_is_said_where_no_source_counts() -> None:
    check(
        ROOT + REQUIRED.partition("\n#")[0] + "\n[tool.uv]\nno-sources = true\n" + VEND + SOURCES,
        CODES,
    )


def test_an_edit_of_the_project_is_noticed() -> None:
    files = read(ROOT + REQUIRED.partition("\n#")[0] + VEND).files
    host, checker = host_of(files), Checker(RULEBOOK)
    path = "/vend/pyproject.toml"

    def messages() -> list[str]:
        found = checker.findings(host.snapshot("/"))
        return [one.message for one in found["/pyproject.toml"] if one.code in CODES]

    assert not messages()
    for more, expected in (
        ('dependencies = ["one<2,>3"]\n', "No version can meet `one<2,>3` of the project in `vend`"),
        ('[dependency-groups]\nx = [{ path = "x" }]\n', CANNOT_BE_USED),
    ):  # fmt: skip
        host.edit(path, files[path] + more)
        (message,) = messages()
        assert message.startswith(expected)
        host.edit(path, files[path])
        assert not messages()


def test_a_file_without_paths_asks_for_none() -> None:
    view = View(RULEBOOK, workspace(ROOT + 'dependencies = ["vend", "one"]\n'), "/pyproject.toml")
    check_file(view)
    assert view.asked
    assert all(Input.PATHS not in question.reads for question, _ in view.asked)


PLUGIN = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["core", "plugin"]
#- /core/pyproject.toml
[project]
name = "core"
version = "1"
[build-system]
requires = []
#- /plugin/pyproject.toml
[project]
name = "plugin"
version = "1"
dependencies = ["core"]
[tool.uv.sources]
core = { workspace = true }
"""


@pytest.mark.parametrize(
    ("core", "problem"),
    [
        ('core = { path = "../core", editable = true }', ""),
        ('core = { path = "../core" }', "`core` is editable for the project in `../plugin`, but not for `pyproject.toml`"),
        ('core = { path = "../elsewhere" }', "`core` comes from another place for the project in `../plugin` than for `pyproject.toml`"),
        ('core = { git = "https://example.invalid/core" }', "`core` comes from another place for the project in `../plugin` than for `pyproject.toml`"),
    ],
)  # fmt: skip
def test_a_member_of_another_workspace_is_editable(core: str, problem: str) -> None:
    expected = f"#                 ^^^^^^^^^^^ error[unusable-path]: {problem}\n" if problem else ""
    example = (
        '#- /example/pyproject.toml\n[project]\nname = "example"\nversion = "1"\n'
        'dependencies = ["plugin", "core"]\n[tool.uv.sources]\nplugin = { path = "../plugin" }\n'
    )
    elsewhere = '#- /elsewhere/pyproject.toml\n[project]\nname = "core"\nversion = "1"\n'
    check(example + expected + core + "\n" + elsewhere + PLUGIN, CODES)


@pytest.mark.parametrize(
    ("editable", "source", "problem"),
    [
        ("", "", "`core` is editable for this workspace, but not for the project in `third`"),
        (", editable = true", "", ""),
        (", editable = true", ", editable = false", "`core` is editable for the project in `third`, but not for this workspace"),
        ("", ", editable = false", ""),
    ],
)  # fmt: skip
def test_a_member_that_a_project_takes_from_a_path(
    editable: str, source: str, problem: str
) -> None:
    expected = f"#                ^^^^^^^ error[unusable-path]: {problem}\n" if problem else ""
    check(
        f"""
#- /pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["core", "third"]
[tool.uv.sources]
core = {{ workspace = true{source} }}
third = {{ path = "third" }}
{expected}[tool.uv.workspace]
members = ["core"]
#- /core/pyproject.toml
[project]
name = "core"
version = "1"
[build-system]
requires = []
#- /third/pyproject.toml
[project]
name = "third"
version = "1"
dependencies = ["core"]
[tool.uv.sources]
core = {{ path = "../core"{editable} }}
""",
        CODES,
    )


@pytest.mark.parametrize("editable", ["", ", editable = true", ", editable = false"])
def test_a_url_does_not_say_whether_a_directory_is_editable(editable: str) -> None:
    check(
        f"""
#- /app/pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["core", "third"]
[tool.uv.sources]
core = {{ path = "../core"{editable} }}
third = {{ path = "../third" }}
#- /core/pyproject.toml
[project]
name = "core"
version = "1"
#- /third/pyproject.toml
[project]
name = "third"
version = "1"
dependencies = ["core @ file:///core"]
"""
    )


def test_a_source_of_the_root_and_what_a_project_takes_from_its_workspace() -> None:
    check(
        """
#- /apps/pyproject.toml
[tool.uv.workspace]
members = ["app"]
[tool.uv.sources]
plugin = { path = "../plugin" }
core = { path = "../core" }
#- /apps/app/pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["plugin", "core"]
#               ^^^^^^^^ error[unusable-path]: `core` is editable for the project in `../plugin`, but not for `app/pyproject.toml`
"""
        + PLUGIN,
        CODES,
    )


def test_extras_of_a_project_that_a_path_leads_back_to() -> None:
    check(
        ROOT
        + REQUIRED
        + CANNOT_BE_USED
        + "The `pyproject.toml` in `../two` cannot be used: The `pyproject.toml` in `../vend` cannot be used: `gone` does not exist"
        + VEND
        + SOURCES
        + """
two = { path = "../two" }
one = { path = "gone" }
[project.optional-dependencies]
x = ["one"]
#- /two/pyproject.toml
[project]
name = "two"
version = "1"
dependencies = ["vend[x]"]
[tool.uv.sources]
vend = { path = "../vend" }
""",
        CODES,
    )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://two.example/simple", True),
        ("https://one.example/simple", False),
        ("./simple", False),  # uv does not count it from the project
    ],
)
def test_an_index_that_it_takes_a_package_from(url: str, told: bool) -> None:
    problem = "`x` comes from the index `two` for the project in `vend`, and from `one` in `pyproject.toml`"
    text = REQUIRED if told else REQUIRED.partition("#")[0].rstrip()
    check(
        ROOT
        + text
        + (problem if told else "")
        + """
x = { index = "one" }
[[tool.uv.index]]
name = "one"
url = "https://one.example/simple"
[dependency-groups]
dev = ["x"]
"""
        + VEND
        + f"""dependencies = ["x"]
[tool.uv.sources]
x = {{ index = "two" }}
[[tool.uv.index]]
name = "two"
url = "{url}"
""",
        CODES,
    )
