"""Which members a selection stands for: selectors, what widens them, and changed files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import workspace

from ws_lsp.refusal import Refusal
from ws_lsp.uv.selection import Changes, Packages, Selected, Selection, select

WORKSPACE = """
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["packages/*", "tools"]
[tool.ws-lsp]
default-packages = ["app"]
#- /w/packages/app/pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["core[http]", "elsewhere"]
[tool.uv.sources]
elsewhere = { path = "../../../elsewhere" }
#- /w/packages/core/pyproject.toml
[project]
name = "core"
version = "1"
[project.optional-dependencies]
http = ["web"]
#- /w/packages/web/pyproject.toml
[project]
name = "web"
version = "1"
[dependency-groups]
dev = ["tools"]
#- /w/packages/Alone_1/pyproject.toml
[project]
name = "Alone_1"
version = "1"
[build-system]
requires = ["tools"]
build-backend = "tools"
#- /w/tools/pyproject.toml
[project]
name = "tools"
version = "1"
#- /elsewhere/pyproject.toml
[project]
name = "elsewhere"
version = "1"
"""
ROOT_PROJECT = """
#- /w/pyproject.toml
[project]
name = "root"
version = "1"
[tool.uv.workspace]
members = ["a"]
#- /w/a/pyproject.toml
[project]
name = "a"
version = "1"
"""
EVERYTHING = ["alone-1", "app", "core", "tools", "web"]


def selected(text: str, selection: Selection, *changed: str, since: str = "main") -> Selected:
    changes = Changes(since, changed) if selection.since is not None else None
    found = select(workspace(text), selection, Packages.ALL, changes)
    assert isinstance(found, Selected), found
    return found


@pytest.mark.parametrize(
    ("selection", "members"),
    [
        (Selection(), EVERYTHING),
        (Selection(packages=("APP",)), ["app"]),
        (Selection(packages=("web", "app", "web")), ["app", "web"]),
        (Selection(packages=("alone.1",)), ["alone-1"]),
        (Selection(default=True), ["app"]),
        (Selection(default=True, packages=("web",)), ["app", "web"]),
        (Selection(everything=True, packages=("web",)), EVERYTHING),
        (Selection(here="/w/packages/web/src/web"), ["web"]),
        (Selection(here="/w/tools", default=True), ["app", "tools"]),
        # an extra and a group lead on, and so does what a member is built with
        (Selection(packages=("app",), dependencies=True), ["app", "core", "tools", "web"]),
        (Selection(packages=("tools",), dependents=True), EVERYTHING),
        (Selection(packages=("core",), dependents=True), ["app", "core"]),
        # both ways start from what is selected, not from one another
        (
            Selection(packages=("core",), dependents=True, dependencies=True),
            ["app", "core", "tools", "web"],
        ),
        (Selection(default=True, dependents=True), ["app"]),
        (Selection(dependents=True), EVERYTHING),
    ],
)
def test_selectors_unite_and_are_widened(selection: Selection, members: list[str]) -> None:
    assert list(selected(WORKSPACE, selection).members) == members


@pytest.mark.parametrize(
    ("selection", "packages"),
    [
        (Selection(default=True), Packages.DEFAULT),
        (Selection(everything=True), Packages.ALL),
        (Selection(everything=True, default=True), Packages.ALL),
        (Selection(packages=tuple(EVERYTHING)), tuple(EVERYTHING)),
        (Selection(default=True, packages=("web",)), ("app", "web")),
    ],
)
def test_uv_has_options_of_its_own_for_some_selections(
    selection: Selection, packages: Packages | Sequence[str]
) -> None:
    assert selected(WORKSPACE, selection).packages == packages


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (ROOT_PROJECT, ["root"]),
        (
            ROOT_PROJECT.replace(
                "[tool.uv.w", '[tool.ws-lsp]\ndefault-packages = "all"\n[tool.uv.w'
            ),
            ["a", "root"],
        ),
        (
            ROOT_PROJECT.replace('[project]\nname = "root"\nversion = "1"\n', "", 1),
            ["a"],
        ),
    ],
)
def test_the_default_packages_of_each_kind_of_root(text: str, members: list[str]) -> None:
    assert list(selected(text, Selection(default=True)).members) == members


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (
            Selection(packages=("cor",)),
            "`cor` is not a member of this workspace. Did you mean `core`?",
        ),
        (Selection(here="/w"), "`/w` is in no member of the workspace"),
        (Selection(here="/elsewhere"), "`/elsewhere` is in no member of the workspace"),
    ],
)
def test_what_cannot_be_selected(selection: Selection, reason: str) -> None:
    assert select(workspace(WORKSPACE), selection, Packages.ALL) == Refusal(reason)


@pytest.mark.parametrize(
    ("paths", "members"),
    [
        ([], []),
        (["/w/packages/app/src/app.py"], ["app"]),
        (["/w/packages/app/pyproject.toml", "/w/tools/x"], ["app", "tools"]),
        (["/w/pyproject.toml"], EVERYTHING),
        (["/w/uv.lock"], EVERYTHING),
        (["/w/.python-version"], EVERYTHING),
        (["/w/README.md"], EVERYTHING),
        (["/w/packages/README.md"], EVERYTHING),
        (["/w/tools/x", "/w/docs/x"], EVERYTHING),
        # a submodule: one above members, and one inside of a member
        (["/w/packages"], ["alone-1", "app", "core", "web"]),
        (["/w/packages/app/vendored"], ["app"]),
        # the rest of the repository matters where something is taken from it
        (["/frontend/index.html"], []),
        (["/elsewhere/elsewhere.py"], EVERYTHING),
        (["/elsewhere"], EVERYTHING),
    ],
)
def test_changed_files_select_the_members_that_own_them(
    paths: list[str], members: list[str]
) -> None:
    found = selected(WORKSPACE, Selection(since="main"), *paths)
    assert list(found.members) == members
    everything = members == EVERYTHING
    assert (found.packages is Packages.ALL) == everything
    assert bool(found.notes) == everything


def test_a_change_that_concerns_every_member_is_named() -> None:
    found = selected(WORKSPACE, Selection(since="main"), "/w/tools/x", "/w/docs/x")
    assert found.notes == ("Every member is selected: `docs/x` has changed since `main`",)


def test_a_root_project_owns_what_no_other_member_does() -> None:
    since = Selection(since="main")
    assert selected(ROOT_PROJECT, since, "/w/src/root.py").members == ("root",)
    assert selected(ROOT_PROJECT, since, "/w/a/a.py").members == ("a",)
    assert selected(ROOT_PROJECT, since, "/w/uv.lock").members == ("a", "root")


def test_a_member_behind_a_link_is_known_by_its_real_place() -> None:
    def real(path: str) -> str:
        return path.replace("/w/tools", "/elsewhere/tools")

    changes = Changes("main", ("/elsewhere/tools/x",))
    found = select(workspace(WORKSPACE), Selection(since="main"), Packages.ALL, changes, real)
    assert isinstance(found, Selected)
    assert found.members == ("tools",)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from("deg")), max_size=14),
    st.integers(0, 6),
)
def test_dependents_are_those_whose_dependencies_lead_here(
    edges: list[tuple[int, int, str]], index: int
) -> None:
    def lists(source: int, kind: str) -> str:
        return ", ".join(f'"m{end}"' for start, end, one in edges if (start, one) == (source, kind))

    snapshot = workspace(
        '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["*"]\n'
        + "".join(
            f'#- /m{one}/pyproject.toml\n[project]\nname = "m{one}"\nversion = "1"\n'
            f"dependencies = [{lists(one, 'd')}]\n"
            f"[project.optional-dependencies]\nx = [{lists(one, 'e')}]\n"
            f"[dependency-groups]\ndev = [{lists(one, 'g')}]\n"
            for one in range(7)
        )
    )

    def members(selection: Selection) -> set[str]:
        found = select(snapshot, selection, Packages.ALL)
        assert isinstance(found, Selected)
        return set(found.members)

    name = f"m{index}"
    assert members(Selection(packages=(name,), dependents=True)) == {
        f"m{one}"
        for one in range(7)
        if name in members(Selection(packages=(f"m{one}",), dependencies=True))
    }
