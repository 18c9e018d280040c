"""Members from whose directory uv does not find the workspace, with the real uv as judge.

uv reads the requirements and the sources of such a member in the workspace that it finds from there, and
resolves them in the workspace that has the member. No error is wrong then, and no fix breaks anything.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from e2e.disk import write_files
from hypothesis import assume, given
from hypothesis import strategies as st

from differential.cases import run_uv
from differential.judge import UV, Judge, law, needs_uv, settings_for, shown
from differential.test_laws import look, mendings
from differential.test_staleness import check_outdated, outdated
from differential.workspaces import Plan, plans
from ws_lsp.grammar.names import normalise

BETWEEN = {"packages/pyproject.toml": "", "libs/pyproject.toml": ""}


NEAREST = (
    "",
    '[project]\nname = "nearest"\nversion = "1.0"\n',
    '[tool.uv.workspace]\nmembers = ["*"]\n',
    '[tool.uv.workspace]\nmembers = ["alpha", "beta"]\n[tool.uv.sources]\n'
    "alpha = { workspace = true }\nbeta = { workspace = true }\ngamma = { path = 'gamma' }\n",
    '[tool.uv.workspace]\nmembers = ["alpha"]\n[tool.uv.sources]\nbeta = { path = "beta" }\n'
    'one = { index = "there" }\n[[tool.uv.index]]\nname = "there"\nurl = "simple"\n',
)
"""What may stand between the root and the members."""


def below(plan: Plan, nearest: str = "") -> dict[str, str]:
    """Return a workspace of which most members lie below another manifest; what builds has its module."""
    modules: dict[str, str] = {}
    for path, document in plan.documents.items():
        name = document.get("project", {}).get("name")
        if "build-system" in document and isinstance(name, str):
            module = normalise(name).replace("-", "_")
            modules[path.replace("pyproject.toml", f"src/{module}/__init__.py")] = ""
    return plan.texts() | dict.fromkeys(BETWEEN, nearest) | modules


@needs_uv
@law(30)
@given(plan=plans(), nearest=st.sampled_from(NEAREST))
def test_an_error_is_a_failure_of_uv_lock(index: Path, plan: Plan, nearest: str) -> None:
    verdict = Judge(index).lock(below(plan, nearest), plan.cwd)
    assert verdict.agreed, f"{shown(verdict.errors)}\n{verdict.answer.err}"


@needs_uv
@law(10)
@given(plan=plans(), data=st.data())
def test_uv_accepts_what_a_fix_leaves(index: Path, plan: Plan, data: st.DataObject) -> None:
    texts = below(plan)
    ways = list(mendings(texts, look(texts, plan.cwd).findings))
    assume(ways)
    mended = data.draw(st.sampled_from(ways))
    judge = Judge(index)
    assume(not judge.lock(texts, plan.cwd).answer.refused)
    after = judge.lock(mended.texts, plan.cwd)
    assert not after.answer.refused, (
        f"{mended.finding.code}: {mended.fix.title}\n{after.answer.err}"
    )


# ------------------------------------------------------------------------- row by row


def project(name: str, rest: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.8"\n{rest}'


def detached(b: str, root: str = "", **others: str) -> dict[str, str]:
    """Return a workspace whose members `b` and `alpha` lie below another manifest, and `near` does not."""
    return {
        "pyproject.toml": f'{root}[tool.uv.workspace]\nmembers = ["libs/*", "near"]\n',
        "libs/pyproject.toml": "",
        "libs/b/pyproject.toml": b if b.startswith("[project]") else project("b", b),
        "libs/alpha/pyproject.toml": project("alpha"),
        "near/pyproject.toml": project("near", others.pop("near", "")),
        "old/pyproject.toml": project("vend"),
        "new/pyproject.toml": project("vend").replace("1.0", "2.0"),
        **others,
    }


NEEDS = 'dependencies = ["{}"]\n'
GROUP = '[dependency-groups]\ndev = ["{}"]\n'
ALPHA = "[tool.uv.sources]\nalpha = {{ {} }}\n"
VEND = '[tool.uv.sources]\nvend = {{ path = "{}" }}\n'
ONE = "[tool.uv.sources]\none = {{ {} }}\n"
INDEX = '[[tool.uv.index]]\nname = "there"\nurl = "simple"\n'
BUILT = '[build-system]\nrequires = ["uv_build<1"]\nbuild-backend = "uv_build"\n'
AT_LEAST_2 = NEEDS.format("alpha>=2")

TABLE: dict[str, tuple[bool, dict[str, str]]] = {
    "a member without a source": (False, detached(NEEDS.format("alpha"))),
    "a member by its path": (
        False,
        detached(NEEDS.format("alpha") + ALPHA.format('path = "../alpha"')),
    ),
    "another version of a member by its path": (
        False,
        detached(AT_LEAST_2 + ALPHA.format('path = "../alpha"')),
    ),
    "a member from an index": (
        False,
        detached(NEEDS.format("alpha") + ALPHA.format('index = "there"') + INDEX),
    ),
    "a member without a source, in a group": (False, detached(GROUP.format("alpha"))),
    "a member by its path, in a group": (
        False,
        detached(GROUP.format("alpha") + ALPHA.format('path = "../alpha"')),
    ),
    "an unknown extra of a member": (False, detached(NEEDS.format("alpha[x]"))),
    "members that require each other": (
        False,
        detached(
            NEEDS.format("alpha"),
            **{"libs/alpha/pyproject.toml": project("alpha", NEEDS.format("b"))},
        ),
    ),
    **{
        f"a member that requires `{need}` with {own}, {end or 'editable'}{also and ', built'}": (
            editable is bool(end),
            detached(
                f"{NEEDS.format(need)}[tool.uv.sources]\nb = {{ {own} }}\n{also}",
                near=NEEDS.format("b") + f"[tool.uv.sources]\nb = {{ workspace = true{end} }}\n",
                **({"libs/b/src/b/__init__.py": ""} if also else {}),
            ),
        )
        for need in ("b", "b>=2")
        for end in ("", ", editable = false")
        for own, editable, also in (
            ("workspace = true", False, ""),  # its own workspace has no reason to install it
            ("workspace = true", True, BUILT),
            ("workspace = true, editable = false", True, BUILT),
            ('path = "."', False, BUILT),
            ('path = ".", editable = true', True, BUILT),
        )
    },
    "the root takes the project itself from elsewhere": (
        False,
        detached(NEEDS.format("b"), '[tool.uv.sources]\nb = { path = "old" }\n'),
    ),
    "the root's path leads to nothing": (
        False,
        detached(NEEDS.format("one"), ONE.format('path = "nowhere"')),
    ),
    "the root's index is unknown": (
        False,
        detached(NEEDS.format("one"), ONE.format('index = "nope"')),
    ),
    "the root's index is unknown to another member too": (
        True,
        detached(NEEDS.format("one"), ONE.format('index = "nope"'), near=NEEDS.format("one")),
    ),
    "the root's source of no member": (
        False,
        detached(NEEDS.format("one"), ONE.format("workspace = true")),
    ),
    "the root's place has another version": (
        False,
        detached(NEEDS.format("one>=2"), '[tool.uv.sources]\none = { path = "old" }\n'),
    ),
    "the root's place has another version, which another member takes": (
        True,
        detached(NEEDS.format("vend<2"), VEND.format("new"), near=NEEDS.format("vend")),
    ),
    # what is resolved together counts
    "two members of one name": (True, detached(project("Alpha"))),
    "Python versions that exclude each other": (
        True,
        detached(project("b").replace(">=3.8", "<3.8")),
    ),
    "a member that is editable and is not": (
        True,
        detached(
            ALPHA.format("workspace = true, editable = false"),
            ALPHA.format("workspace = true, editable = true"),
        ),
    ),
    "ranges that exclude each other": (
        True,
        detached(NEEDS.format("one<2"), near=NEEDS.format("one>=2")),
    ),
    "groups that exclude each other": (
        True,
        detached('[dependency-groups]\nx = ["one<2"]\ny = ["one>=2"]\n'),
    ),
    "groups that conflict": (
        False,
        detached(
            '[dependency-groups]\nx = ["one<2"]\ny = ["one>=2"]\n'
            '[tool.uv]\nconflicts = [[{ group = "x" }, { group = "y" }]]\n'
        ),
    ),
    "two places": (
        True,
        detached(
            NEEDS.format("vend") + VEND.format("../../old"),
            near=NEEDS.format("vend") + VEND.format("../new"),
        ),
    ),
    "another place than the root's": (
        True,
        detached(
            NEEDS.format("vend") + VEND.format("../../old"),
            VEND.format("new"),
            near=NEEDS.format("vend"),
        ),
    ),
    "another place than the root's, which nobody takes": (
        False,
        detached(NEEDS.format("vend") + VEND.format("../../old"), VEND.format("new")),
    ),
    "the root's constraint": (
        True,
        detached(NEEDS.format("one>=2"), '[tool.uv]\nconstraint-dependencies = ["one<2"]\n'),
    ),
    "a constraint of the member": (
        False,
        detached('[tool.uv]\nconstraint-dependencies = ["one<2"]\n', near=NEEDS.format("one>=2")),
    ),
    # what the file says alone counts
    "a path that leads to nothing": (
        True,
        detached(NEEDS.format("one") + ONE.format('path = "nowhere"')),
    ),
    "a source for an extra that is not there": (
        True,
        detached(NEEDS.format("one") + ONE.format('index = "there", extra = "x"') + INDEX),
    ),
    "a source of no kind": (True, detached(NEEDS.format("alpha") + ALPHA.format(""))),
    "a group that includes none": (
        True,
        detached('[dependency-groups]\nx = [{ include-group = "y" }]\n'),
    ),
    "a default group that is not there": (True, detached('[tool.uv]\ndefault-groups = ["x"]\n')),
    "another version of itself": (True, detached(NEEDS.format("b>=2"))),
    "no workspace at a path": (
        True,
        detached(NEEDS.format("one") + ONE.format('workspace = "../../nowhere"')),
    ),
}

OUTER = {
    "ws/pyproject.toml": '[tool.uv.workspace]\nmembers = ["alpha", "../other/b"]\n',
    "ws/alpha/pyproject.toml": project("alpha"),
    "other/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n',
    "other/d/pyproject.toml": project("d"),
}
"""A workspace with a member of another one."""


def outer(b: str, **others: str) -> dict[str, str]:
    return {**OUTER, "other/b/pyproject.toml": project("b", b), **others}


NEARER_HAS_ALL = {"libs/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n'}
NEARER_HAS_B = '[tool.uv.workspace]\nmembers = ["b"]\n'
FROM_WORKSPACE = ALPHA.format("workspace = true")
D = "[tool.uv.sources]\nd = {{ {} }}\n"
NO_SOURCES = "[tool.uv]\nno-sources = true\n"


def nearer(text: str) -> dict[str, str]:
    return {"libs/pyproject.toml": f"{NEARER_HAS_B}{text}"}


OWN_TABLE: dict[str, tuple[bool, dict[str, str]]] = {
    "a member from the workspace": (True, detached(NEEDS.format("alpha") + FROM_WORKSPACE)),
    "a member from the workspace, in a group": (
        True,
        detached(GROUP.format("alpha") + FROM_WORKSPACE),
    ),
    "a member from the workspace, in an extra": (
        True,
        detached('[project.optional-dependencies]\nx = ["alpha"]\n' + FROM_WORKSPACE),
    ),
    "a member from the workspace, not required": (False, detached(FROM_WORKSPACE)),
    "nobody's member from the workspace": (
        True,
        detached(NEEDS.format("one") + ONE.format("workspace = true")),
    ),
    "another version of a member": (True, detached(AT_LEAST_2, FROM_WORKSPACE)),
    "another version of a member, no source anywhere": (True, detached(AT_LEAST_2)),
    "another version of a member, in a group": (
        True,
        detached(GROUP.format("alpha>=2"), FROM_WORKSPACE),
    ),
    "another version of a member, in an extra": (
        True,
        detached('[project.optional-dependencies]\nx = ["alpha>=2"]\n'),
    ),
    "another version of a member, on another platform": (
        True,
        detached(NEEDS.format("alpha>=2; sys_platform == 'win32'")),
    ),
    "another version of a member, on a platform that does not count": (
        False,
        detached(
            NEEDS.format("alpha>=2; sys_platform == 'win32'"),
            "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n",
        ),
    ),
    "its own environments do not count": (
        True,
        detached(
            NEEDS.format("alpha>=2; sys_platform == 'win32'")
            + "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n"
        ),
    ),
    "another version of a member, from an index": (
        True,
        detached(AT_LEAST_2 + ALPHA.format('index = "there"') + INDEX),
    ),
    "another version of a member, for groups that conflict": (
        True,
        detached(
            '[dependency-groups]\nx = ["alpha>=2"]\ny = []\n'
            '[tool.uv]\nconflicts = [[{ group = "x" }, { group = "y" }]]\n'
        ),
    ),
    "a member by its path, editable": (
        True,
        detached(NEEDS.format("alpha") + ALPHA.format('path = "../alpha", editable = true')),
    ),
    "a member by its path, editable in the root": (
        True,
        detached(NEEDS.format("alpha") + ALPHA.format('path = "../alpha"'), FROM_WORKSPACE),
    ),
    "a member by its path, editable in both": (
        False,
        detached(
            NEEDS.format("alpha") + ALPHA.format('path = "../alpha", editable = true'),
            FROM_WORKSPACE,
        ),
    ),
    "a member by its path, not editable in the root": (
        False,
        detached(
            NEEDS.format("alpha") + ALPHA.format('path = "../alpha"'),
            ALPHA.format("workspace = true, editable = false"),
        ),
    ),
    "a member by its URL": (
        False,
        detached(NEEDS.format("alpha @ file://${PROJECT_ROOT}/libs/alpha")),
    ),
    "a member by its URL, editable in the root": (
        False,
        detached(NEEDS.format("alpha @ file://${PROJECT_ROOT}/libs/alpha"), FROM_WORKSPACE),
    ),
    "a member from another place": (
        True,
        detached(
            NEEDS.format("alpha") + ALPHA.format('path = "../../copy"'),
            **{"copy/pyproject.toml": project("alpha")},
        ),
    ),
    "a member from another place, on another platform": (
        True,
        detached(
            NEEDS.format("alpha; sys_platform == 'win32'") + ALPHA.format('path = "../../copy"'),
            **{"copy/pyproject.toml": project("alpha")},
        ),
    ),
    "a member from another place, not required": (
        False,
        detached(ALPHA.format('path = "../../copy"'), **{"copy/pyproject.toml": project("alpha")}),
    ),
    "an index of the root": (
        True,
        detached(NEEDS.format("one") + ONE.format('index = "there"'), INDEX),
    ),
    "an index of the root, in a group": (
        True,
        detached(GROUP.format("one") + ONE.format('index = "there"'), INDEX),
    ),
    "an index of the root, not required": (False, detached(ONE.format('index = "there"'), INDEX)),
    "no sources, and one from the workspace": (
        False,
        detached(NEEDS.format("alpha") + FROM_WORKSPACE, NO_SOURCES),
    ),
    "no sources, and another version": (
        True,
        detached(AT_LEAST_2 + ALPHA.format('path = "../alpha"'), NO_SOURCES),
    ),
    "settings of its own": (False, detached("[tool.uv]\nnonsense = 1\n")),
    "a manifest between that is not TOML": (True, detached("", **{"libs/pyproject.toml": "[x\n"})),
    "a manifest between with a wrong project": (
        True,
        detached("", **{"libs/pyproject.toml": "[project]\nname = 3\n"}),
    ),
    "a manifest between with a wrong requirement of a group": (
        False,
        detached("", **{"libs/pyproject.toml": GROUP.format("one==")}),
    ),
    "a workspace between that has the other member as well": (
        True,
        detached(NEEDS.format("alpha"), **NEARER_HAS_ALL),
    ),
    "a workspace between that has the member, and a source": (
        False,
        detached(AT_LEAST_2 + FROM_WORKSPACE, **NEARER_HAS_ALL),
    ),
    "a workspace between with a path": (
        False,
        detached(AT_LEAST_2, **nearer(ALPHA.format('path = "alpha"'))),
    ),
    "a workspace between with an editable path": (
        True,
        detached(NEEDS.format("alpha"), **nearer(ALPHA.format('path = "alpha", editable = true'))),
    ),
    "a workspace between with a source of no member": (
        True,
        detached(NEEDS.format("alpha"), **nearer(FROM_WORKSPACE)),
    ),
    "a workspace between with the index": (
        False,
        detached(NEEDS.format("one") + ONE.format('index = "there"'), **nearer(INDEX)),
    ),
    "a workspace between with a source of an unknown index": (
        True,
        detached(NEEDS.format("one"), **nearer(ONE.format('index = "nope"'))),
    ),
    "a member of another workspace": (
        False,
        outer(NEEDS.format("d>=2") + D.format("workspace = true")),
    ),
    "a member of another workspace without its source": (True, outer(NEEDS.format("d"))),
    "the root's member from another workspace that lacks it": (
        True,
        outer(NEEDS.format("alpha") + FROM_WORKSPACE),
    ),
    "the root's member from another workspace that has it": (
        True,
        outer(
            NEEDS.format("alpha") + FROM_WORKSPACE,
            **{"other/alpha/pyproject.toml": project("alpha")},
        ),
    ),
    "a member of another workspace that uv refuses": (
        True,
        outer(
            NEEDS.format("d") + D.format("workspace = true"),
            **{
                "other/d/pyproject.toml": project(
                    "d", NEEDS.format("one") + ONE.format("workspace = true")
                )
            },
        ),
    ),
    "a member of another workspace that needs another version of one": (
        True,
        outer(
            NEEDS.format("d") + D.format("workspace = true"),
            **{"other/d/pyproject.toml": project("d", NEEDS.format("alpha>=2"))},
        ),
    ),
    "a member of another workspace, in another version than is needed": (
        True,
        outer(
            NEEDS.format("d") + D.format("workspace = true"),
            **{"ws/alpha/pyproject.toml": project("alpha", NEEDS.format("d>=2"))},
        ),
    ),
    "a member of another workspace, not editable elsewhere": (
        True,
        outer(
            NEEDS.format("d") + D.format("workspace = true"),
            **{
                "ws/alpha/pyproject.toml": project(
                    "alpha", NEEDS.format("d") + D.format('path = "../../other/d"')
                )
            },
        ),
    ),
    "a member of another workspace, editable elsewhere too": (
        False,
        outer(
            NEEDS.format("d") + D.format("workspace = true"),
            **{
                "ws/alpha/pyproject.toml": project(
                    "alpha", NEEDS.format("d") + D.format('path = "../../other/d", editable = true')
                )
            },
        ),
    ),
    "a path of a workspace between that leads nowhere": (
        True,
        detached(NEEDS.format("vend"), **nearer(VEND.format("nowhere"))),
    ),
    "a path of a workspace between": (
        False,
        detached(
            NEEDS.format("vend<2"), **nearer(VEND.format("../new")), near=NEEDS.format("vend>=2")
        ),
    ),
    "a path of a workspace between, in another version than is needed": (
        True,
        detached(
            NEEDS.format("vend"), **nearer(VEND.format("../old")), near=NEEDS.format("vend>=2")
        ),
    ),
    "a path of a workspace between, and another one": (
        True,
        detached(
            NEEDS.format("vend"),
            **nearer(VEND.format("../old")),
            near=NEEDS.format("vend") + VEND.format("../new"),
        ),
    ),
    "a path of a workspace between in place of a URL": (
        False,
        detached(
            NEEDS.format("vend @ https://example.invalid/vend-1.tar.gz"),
            **nearer(VEND.format("../new")),
            near=NEEDS.format("vend") + VEND.format("../new"),
        ),
    ),
    "a member outside that needs the root": (
        True,
        {
            "ws/pyproject.toml": project("root", '[tool.uv.workspace]\nmembers = ["../side"]\n'),
            "side/pyproject.toml": project(
                "side", 'dependencies = ["root"]\n[tool.uv.sources]\nroot = { workspace = true }\n'
            ),
        },
    ),
}
"""What uv reads in the workspace that it finds from the member."""
TABLE |= OWN_TABLE


def root_of(texts: dict[str, str]) -> str:
    return "ws" if "ws/pyproject.toml" in texts else "."


@needs_uv
@pytest.mark.parametrize("row", TABLE)
def test_a_row(index: Path, row: str) -> None:
    refused, texts = TABLE[row]
    Judge(index).check(texts, refused, root_of(texts))


@needs_uv
@pytest.mark.parametrize("row", [row for row, (refused, _) in TABLE.items() if not refused])
def test_no_fix_breaks_a_row(index: Path, row: str) -> None:
    judge, (_, texts) = Judge(index), TABLE[row]
    for mended in mendings(texts, look(texts, root_of(texts)).findings):
        after = judge.lock(mended.texts, root_of(texts))
        assert not after.answer.refused, f"{mended.fix.title}\n{after.answer.err}"


# ---------------------------------------------------------------------- the lock file

HERE = "[tool.uv.sources]\none = { index = 'there' }\n" + INDEX
NEARER = {"libs/pyproject.toml": f'{HERE}[tool.uv.workspace]\nmembers = ["b", "alpha"]\n'}
EDITS: dict[str, tuple[dict[str, str], dict[str, str], tuple[bool, bool]]] = {
    "another range": (
        detached(NEEDS.format("one>=1")),
        detached(NEEDS.format("one>=2")),
        (True, True),
    ),
    "a source of the root": (
        detached(NEEDS.format("one>=1"), INDEX),
        detached(NEEDS.format("one>=1"), INDEX + ONE.format('index = "there"')),
        (False, False),
    ),
    "a source of its own": (
        detached(NEEDS.format("one>=1") + INDEX),
        detached(NEEDS.format("one>=1") + INDEX + ONE.format('index = "there"')),
        (True, True),
    ),
    "nothing, where a nearer root has a source": (
        detached(NEEDS.format("one>=1"), **NEARER),
        detached(NEEDS.format("one>=1"), **NEARER),
        (False, False),
    ),
    "another range, where a nearer root has a source": (
        detached(NEEDS.format("one>=1"), **NEARER),
        detached(NEEDS.format("one>=2"), **NEARER),
        (True, False),
    ),
}
"""What a workspace was when it was locked, what it is now, and whether uv and ws-lsp call the lock file outdated."""


@needs_uv
@pytest.mark.parametrize("row", EDITS)
def test_an_edit_after_locking(index: Path, tmp_path: Path, row: str) -> None:
    before, after, (stale, told) = EDITS[row]
    settings = settings_for(index)
    for texts in (before, after):
        write_files(tmp_path, texts)
    (tmp_path / "simple").symlink_to(index / "simple")
    (tmp_path / "libs/simple").symlink_to(index / "simple")
    write_files(tmp_path, before)
    answer = run_uv(UV, "lock", cwd=tmp_path, settings=settings)
    assert not answer.refused, answer.err
    assert outdated(tmp_path) == []
    write_files(tmp_path, after)
    assert run_uv(UV, "lock", "--check", cwd=tmp_path, settings=settings).refused is stale
    assert bool(outdated(tmp_path)) is told


@needs_uv
@law(15)
@given(plan=plans(), random=st.randoms(use_true_random=False))
def test_what_is_called_outdated_is_so(index: Path, plan: Plan, random: Random) -> None:
    check_outdated(index, plan, random, BETWEEN)
