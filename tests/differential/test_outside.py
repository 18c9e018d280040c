"""Projects that are no members and that a path leads to, with the real uv as judge.

What uv refuses in such a project, and what it does not look at, is asked row by row; then what the project
requires, which is resolved together with all that the workspace does.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest

from differential.judge import Judge, needs_uv, shown

HEAD = '[project]\nname = "{}"\nversion = "1.0"\n'
ROOT = HEAD.format("root") + 'requires-python = ">=3.10"\n'
VEND, TWO, INNER = HEAD.format("vend"), HEAD.format("two"), HEAD.format("inner")
SOURCES = "[tool.uv.sources]\n"
TWO_REQUIRED = 'dependencies = ["two"]\n' + SOURCES
FOR_EXTRA = '[project.optional-dependencies]\nx = ["two"]\n' + SOURCES
FOR_GROUP = '[dependency-groups]\nx = ["two"]\n' + SOURCES
NOWHERE = 'two = { path = "nowhere" }\n'
NO_MEMBER = "two = { workspace = true }\n"
HAS_INNER = '[tool.uv.workspace]\nmembers = ["inner"]\n'
INSIDE = "vend/inner/pyproject.toml"

IN_THE_PROJECT: dict[str, tuple[bool, str]] = {
    "nothing": (False, VEND),
    # the file by itself
    "no version": (True, '[project]\nname = "vend"\n'),
    "a wrong version": (True, '[project]\nname = "vend"\nversion = "one"\n'),
    "a requirement that cannot be read": (True, VEND + 'dependencies = ["two^1"]\n'),
    "a requirement that can be mended": (False, VEND + 'dependencies = ["two>=1<3"]\n'),
    "a requirement of an extra that cannot be read": (
        True,
        VEND + '[project.optional-dependencies]\nx = ["two^1"]\n',
    ),
    "a requirement of a group that cannot be read": (
        True,
        VEND + '[dependency-groups]\nx = ["two^1"]\n',
    ),
    "an unknown key of a source": (
        True,
        VEND + SOURCES + "two = { workspace = true, more = 1 }\n",
    ),
    "sources under markers that overlap": (
        True,
        VEND + SOURCES + 'two = [{ index = "x" }, { index = "x" }]\n',
    ),
    "an index twice": (
        True,
        VEND
        + '[[tool.uv.index]]\nname = "x"\nurl = "x"\n[[tool.uv.index]]\nname = "x"\nurl = "y"\n',
    ),
    "a set of conflicts that is none": (True, VEND + "[tool.uv]\nconflicts = [[]]\n"),
    "environments that overlap": (
        False,
        VEND + "[tool.uv]\nenvironments = [\"os_name == 'nt'\", \"sys_platform == 'win32'\"]\n",
    ),
    "another uv": (False, VEND + '[tool.uv]\nrequired-version = "<0.1"\n'),
    # groups
    "a group that includes none": (
        True,
        VEND + '[dependency-groups]\nx = [{ include-group = "y" }]\n',
    ),
    "a group that includes itself": (
        True,
        VEND + '[dependency-groups]\nx = [{ include-group = "x" }]\n',
    ),
    "a table in a group": (True, VEND + '[dependency-groups]\nx = [{ path = "y" }]\n'),
    "settings of no group": (True, VEND + "[tool.uv.dependency-groups]\nx = {}\n"),
    "a default group that is none": (False, VEND + '[tool.uv]\ndefault-groups = ["x"]\n'),
    # its sources
    "a path to nothing": (True, VEND + TWO_REQUIRED + NOWHERE),
    "a path to nothing that nothing uses": (False, VEND + SOURCES + NOWHERE),
    "a path to nothing for an extra that nobody asks for": (False, VEND + FOR_EXTRA + NOWHERE),
    "a path to nothing for a group": (False, VEND + FOR_GROUP + NOWHERE),
    "a path to no archive, for a group": (True, VEND + FOR_GROUP + 'two = { path = "x.txt" }\n'),
    "a member that is none": (True, VEND + TWO_REQUIRED + NO_MEMBER),
    "a member that is none for an extra that nobody asks for": (
        True,
        VEND + FOR_EXTRA + NO_MEMBER,
    ),
    "a member that is none, for a group": (True, VEND + FOR_GROUP + NO_MEMBER),
    "a member that is none, which nothing requires": (False, VEND + SOURCES + NO_MEMBER),
    "a member that is none, which a constraint names": (
        False,
        VEND + SOURCES + NO_MEMBER + '[tool.uv]\nconstraint-dependencies = ["two"]\n',
    ),
    "an index that there is not": (True, VEND + TWO_REQUIRED + 'two = { index = "corp" }\n'),
    "an extra that there is not": (
        True,
        VEND + TWO_REQUIRED + 'two = { path = "../two", extra = "x" }\n',
    ),
    "a URL of no archive": (
        True,
        VEND + TWO_REQUIRED + 'two = { url = "https://example.invalid/x" }\n',
    ),
    "a wheel of another package, for a group": (
        False,
        VEND + FOR_GROUP + 'two = { path = "one-1.0-py3-none-any.whl" }\n',
    ),
    "a project of another name": (True, VEND + TWO_REQUIRED + 'two = { path = "../named" }\n'),
    "a project that leads to itself by another name": (
        False,
        VEND + TWO_REQUIRED + 'two = { path = "." }\n',
    ),
    "a project that leads back": (
        False,
        VEND + 'dependencies = ["root"]\n' + SOURCES + 'root = { path = ".." }\n',
    ),
    # a project that uv does not manage
    "a group that includes none, unmanaged": (
        False,
        VEND + '[dependency-groups]\nx = [{ include-group = "y" }]\n[tool.uv]\nmanaged = false\n',
    ),
    "a requirement of a group that cannot be read, unmanaged": (
        False,
        VEND + '[dependency-groups]\nx = ["two^1"]\n[tool.uv]\nmanaged = false\n',
    ),
    "a requirement that cannot be read, unmanaged": (
        True,
        VEND + 'dependencies = ["two^1"]\n[tool.uv]\nmanaged = false\n',
    ),
    "a member that is none, unmanaged": (
        False,
        VEND + TWO_REQUIRED + NO_MEMBER + "[tool.uv]\nmanaged = false\n",
    ),
}

IN_ITS_WORKSPACE: dict[str, tuple[bool, dict[str, str]]] = {
    "a member that is not TOML": (True, {INSIDE: "[project\n"}),
    "a member without a version": (True, {INSIDE: '[project]\nname = "inner"\n'}),
    "a member with a requirement that cannot be read": (
        False,
        {INSIDE: INNER + 'dependencies = ["two^1"]\n'},
    ),
    "a member with a group that includes none": (
        False,
        {INSIDE: INNER + '[dependency-groups]\nx = [{ include-group = "y" }]\n'},
    ),
    "a member with a source of no member": (False, {INSIDE: INNER + TWO_REQUIRED + NO_MEMBER}),
    "a member of the same name": (True, {INSIDE: VEND}),
    "a member without a manifest": (True, {"vend/inner/notes.md": ""}),
    "a member with a requirement that nothing meets": (
        False,
        {INSIDE: INNER + 'dependencies = ["one<0"]\n'},
    ),
}

L, N = "sys_platform == 'linux'", "sys_platform != 'linux'"

TOGETHER: dict[str, tuple[bool, str, str]] = {
    # what the project requires, what the root says
    "a range that nothing meets": (True, 'dependencies = ["one>=3,<2"]\n', ""),
    "a range that nothing meets, in an extra that nobody asks for": (
        False,
        '[project.optional-dependencies]\nx = ["one<2,>3"]\n',
        "",
    ),
    "a range that nothing meets, in an extra": (
        True,
        '[project.optional-dependencies]\nx = ["one<2,>3"]\n',
        'dependencies = ["vend[x]"]\n',
    ),
    "a range that nothing meets, in an extra of an extra": (
        True,
        '[project.optional-dependencies]\nx = ["one<2,>3"]\nall = ["vend[x]"]\n',
        'dependencies = ["vend[all]"]\n',
    ),
    "a range that nothing meets, in a group": (
        False,
        '[dependency-groups]\nx = ["one<2,>3"]\n',
        "",
    ),
    "a range that nothing meets, for an old Python": (
        False,
        "dependencies = [\"one<2,>3; python_version < '3.8'\"]\n",
        "",
    ),
    "a range and one of the root": (
        True,
        'dependencies = ["one<2"]\n',
        'dependencies = ["vend", "one>=2"]\n',
    ),
    "a range and one of the root, where both are for Linux alone": (
        True,
        f'dependencies = ["one<2; {L}"]\n',
        f'dependencies = ["vend", "one>=2; {L}"]\n',
    ),
    "a range and one of the root, where the list splits": (
        False,
        f'dependencies = ["one<2; {L}", "one>=2; {N}"]\n',
        "",
    ),
    "a range and one of the root, overridden": (
        False,
        'dependencies = ["one<2"]\n',
        'dependencies = ["vend", "one>=2"]\n[tool.uv]\noverride-dependencies = ["one==1.0"]\n',
    ),
    "a range and a constraint": (
        True,
        'dependencies = ["one<2"]\n',
        'dependencies = ["vend"]\n[tool.uv]\nconstraint-dependencies = ["one>=2"]\n',
    ),
    "a range of its own constraints": (
        False,
        'dependencies = ["one<2"]\n[tool.uv]\nconstraint-dependencies = ["one>=2"]\n',
        "",
    ),
    "extras that conflict": (
        False,
        'dependencies = ["one<2"]\n',
        '[project.optional-dependencies]\na = ["vend"]\nb = ["one>=2"]\n'
        '[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "b" }]]\n',
    ),
    "extras that do not conflict": (
        True,
        'dependencies = ["one<2"]\n',
        '[project.optional-dependencies]\na = ["vend"]\nb = ["one>=2"]\n',
    ),
    "a version of the root": (True, 'dependencies = ["root>=2"]\n', ""),
    "a version that the root has": (False, 'dependencies = ["root<2"]\n', ""),
    "another version of itself": (True, 'dependencies = ["vend>=2"]\n', ""),
    "a range that a place of the root does not meet": (
        True,
        'dependencies = ["two>=2"]\n',
        'dependencies = ["vend", "two"]\n',
    ),
    "a place that a range of the root does not meet": (
        True,
        TWO_REQUIRED + 'two = { path = "../two" }\n',
        'dependencies = ["vend", "two>=2"]\n',
    ),
    "a place that a constraint does not allow": (
        True,
        TWO_REQUIRED + 'two = { path = "../two" }\n',
        'dependencies = ["vend"]\n[tool.uv]\nconstraint-dependencies = ["two>=2"]\n',
    ),
    "another place": (
        True,
        TWO_REQUIRED + 'two = { path = "../again" }\n',
        'dependencies = ["vend", "two"]\n',
    ),
    "a place of a project that requires what the root excludes": (
        True,
        TWO_REQUIRED + 'two = { path = "../again" }\n',
        'dependencies = ["vend", "one>=2"]\n',
    ),
    "two places that exclude each other": (
        True,
        'dependencies = ["one>=2"]\n',
        '[project.optional-dependencies]\nx = ["vend"]\ny = ["again"]\n',
    ),
    "Python versions that the workspace does not have": (
        True,
        'requires-python = ">=3.11"\n',
        "",
    ),
    "Python versions that there are not": (False, 'requires-python = ">=3.12,<3.11"\n', ""),
}


def texts(vend: str, root: str = "", **others: str) -> dict[str, str]:
    """Return a root that takes `vend` from a path, unless `root` says otherwise, and some projects beside it."""
    needs = root if "vend" in root else f'dependencies = ["vend"]\n{root}'
    sources = SOURCES + 'vend = { path = "vend" }\nagain = { path = "named" }\n'
    if '"two"' in root:
        sources += 'two = { path = "two" }\n'
    return {
        "pyproject.toml": ROOT + needs + sources,
        "vend/pyproject.toml": vend,
        "two/pyproject.toml": TWO,
        "again/pyproject.toml": TWO + 'dependencies = ["one<2"]\n',
        "named/pyproject.toml": HEAD.format("again") + 'dependencies = ["one<2"]\n',
        **others,
    }


@needs_uv
@pytest.mark.parametrize("name", IN_THE_PROJECT)
def test_what_uv_refuses_in_a_project_outside(index: Path, name: str) -> None:
    refused, vend = IN_THE_PROJECT[name]
    verdict = Judge(index).check(texts(vend), refused)
    assert {one.code for one in verdict.errors} <= {"unusable-path"}


@needs_uv
@pytest.mark.parametrize("name", IN_ITS_WORKSPACE)
def test_what_uv_refuses_beside_a_project_outside(index: Path, name: str) -> None:
    refused, others = IN_ITS_WORKSPACE[name]
    verdict = Judge(index).check(texts(VEND + HAS_INNER, **others), refused)
    assert {one.code for one in verdict.errors} <= {"unusable-path"}


@needs_uv
@pytest.mark.parametrize("name", TOGETHER)
def test_a_project_outside_must_suit_the_workspace(index: Path, name: str) -> None:
    refused, vend, root = TOGETHER[name]
    verdict = Judge(index).check(texts(VEND + vend, root), refused)
    assert {one.code for one in verdict.errors} <= {"unusable-path"}


# ------------------------------------------------------------------------- editable

EDITABLE = ("", ", editable = true", ", editable = false")
CORE, PLUGIN, THIRD = HEAD.format("core"), HEAD.format("plugin"), HEAD.format("third")
IN_WORKSPACE = "core = {{ workspace = true{} }}\n"
AT_PATH = 'core = {{ path = "../core"{} }}\n'
PACKAGED = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
MODULE = {"core/src/core/__init__.py": ""}
NOT_PACKAGED = "[tool.uv]\npackage = false\n"
NO_PACKAGE = ""


Shape: TypeAlias = Callable[[str, str], tuple[dict[str, str], str]]


def requires(*names: str, more: str = "") -> str:
    """Return the requirements of a project that takes all of them but `core` from paths, and its sources."""
    sources = "".join(f'{name} = {{ path = "../{name}" }}\n' for name in names if name != "core")
    return f"dependencies = {[*names]}\n".replace("'", '"') + SOURCES + sources + more


def workspace_of(*members: str) -> str:
    return f"[tool.uv.workspace]\nmembers = {[*members]}\n".replace("'", '"')


def from_an_example(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """The project takes a member from a path, and another one that takes it from its workspace."""
    return {
        "pyproject.toml": workspace_of("core", "plugin"),
        "plugin/pyproject.toml": PLUGIN + requires("core", more=by_workspace),
        "example/pyproject.toml": HEAD.format("example") + requires("plugin", "core", more=by_path),
    }, "example"


def through_a_third(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """The same, but the project comes to the other one through a third."""
    files, start = from_an_example(by_workspace, by_path)
    example = HEAD.format("example") + requires("third", "core", more=by_path)
    third = THIRD + requires("plugin")
    return files | {"example/pyproject.toml": example, "third/pyproject.toml": third}, start


def from_two_others(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """The project takes both, and not the member itself."""
    files, start = from_an_example(by_workspace, by_path)
    example = HEAD.format("example") + requires("third", "plugin")
    third = THIRD + requires("core", more=by_path)
    return files | {"example/pyproject.toml": example, "third/pyproject.toml": third}, start


def from_two_members(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """Two members of another workspace take them."""
    files, _ = from_an_example(by_workspace, by_path)
    sources = requires("plugin", more=by_path).replace("../", "../../")
    return files | {
        "other/pyproject.toml": workspace_of("*"),
        "other/one/pyproject.toml": HEAD.format("one") + sources,
        "other/two/pyproject.toml": HEAD.format("two") + sources.replace("plugin", "core", 1),
    }, "other"


def from_a_member(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """A member takes another one from its workspace, and a project that takes that from a path."""
    return {
        "pyproject.toml": workspace_of("core", "app"),
        "app/pyproject.toml": HEAD.format("app") + requires("core", "third", more=by_workspace),
        "third/pyproject.toml": THIRD + requires("core", more=by_path),
    }, "."


def from_a_member_through_another(by_workspace: str, by_path: str) -> tuple[dict[str, str], str]:
    """The same, but the member comes to that project through another one, and its root has the source."""
    files, start = from_a_member(by_workspace, by_path)
    return files | {
        "pyproject.toml": files["pyproject.toml"] + SOURCES + by_workspace,
        "app/pyproject.toml": HEAD.format("app") + requires("core", "more"),
        "more/pyproject.toml": HEAD.format("more") + requires("third"),
    }, start


SHAPES = (
    from_an_example,
    through_a_third,
    from_two_others,
    from_two_members,
    from_a_member,
    from_a_member_through_another,
)


@needs_uv
@pytest.mark.parametrize("core", [PACKAGED, NO_PACKAGE, NOT_PACKAGED])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("by_workspace", "by_path"), [*product(EDITABLE, EDITABLE)])
def test_a_workspace_source_is_editable_unless_it_says_otherwise(
    index: Path, shape: Shape, by_workspace: str, by_path: str, core: str
) -> None:
    files, start = shape(IN_WORKSPACE.format(by_workspace), AT_PATH.format(by_path))
    editable = "false" not in by_workspace and core != NOT_PACKAGED
    refused = editable is not ("true" in by_path)
    verdict = Judge(index).check(
        files | MODULE | {"core/pyproject.toml": CORE + core}, refused, start
    )
    assert {one.code for one in verdict.errors} <= {"unusable-path"}


@needs_uv
@pytest.mark.parametrize("said", EDITABLE)
def test_another_file_of_that_workspace_may_say_it(index: Path, said: str) -> None:
    files, start = from_an_example(IN_WORKSPACE.format(""), AT_PATH.format(""))
    sibling = HEAD.format("sibling") + requires("core", more=IN_WORKSPACE.format(said))
    files |= MODULE | {
        "pyproject.toml": workspace_of("core", "plugin", "sibling"),
        "core/pyproject.toml": CORE + PACKAGED,
        "sibling/pyproject.toml": sibling,
    }
    Judge(index).check(files, "false" not in said, start)


@needs_uv
@pytest.mark.parametrize("environment", [L, N])
@pytest.mark.parametrize("inherited", [False, True])
def test_a_workspace_source_for_some_environments(
    index: Path, environment: str, inherited: bool
) -> None:
    source = IN_WORKSPACE.format(f', marker = "{L}"')
    files, start = from_an_example("" if inherited else source, AT_PATH.format(""))
    files |= MODULE | {"core/pyproject.toml": CORE + PACKAGED}
    files["pyproject.toml"] += SOURCES + source if inherited else ""
    files["example/pyproject.toml"] += f'[tool.uv]\nenvironments = ["{environment}"]\n'
    verdict = Judge(index).lock(files, start)
    assert verdict.answer.refused is (environment == L)
    # a member is not told from one that inherits another source
    assert bool(verdict.errors) is (environment == L and not inherited), shown(verdict.errors)
