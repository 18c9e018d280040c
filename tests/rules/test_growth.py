"""What decides at a lock and at a sync is judged in a time that grows with the files and their keys.

The work is counted in calls of functions, so no clock decides: twice the input, twice the calls.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from support import host_of

from rules.test_outside_many import counting
from ws_lsp.checking.checker import Checker
from ws_lsp.rules.catalogue import RULEBOOK

FEW = 20
MOST = 2.3
"""The calls for twice as many, at most, for each call for half of them."""

Texts: TypeAlias = dict[str, str]
Make: TypeAlias = Callable[[int], Texts]

UV_BUILD = '[build-system]\nrequires = ["uv_build<1"]\nbuild-backend = "uv_build"\n'
SOURCES = "[tool.uv.sources]\n"
INDEX = '[[tool.uv.index]]\nname = "i{0}"\nurl = "https://example.org/{0}"\nexplicit = true\n'


# back ticks stand for quotation marks


def project(name: str, rest: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.10"\n{rest}'


def listed(count: int, text: str) -> str:
    return ", ".join(text.format(at) for at in range(count))


def lines(count: int, text: str) -> str:
    return "".join(f"{text.format(at)}\n" for at in range(count))


def members(count: int, member: Callable[[int], str], root: str = "") -> Texts:
    """Return a workspace of so many members; `member` says what follows the head of each."""
    texts = {f"/m/m{at}/pyproject.toml": project(f"m{at}", member(at)) for at in range(count)}
    return {"/pyproject.toml": f'{root}[tool.uv.workspace]\nmembers = ["m/*"]\n', **texts}


def alone(rest: str) -> Texts:
    return {"/pyproject.toml": project("root", rest)}


def needs_next(count: int, more: str = "") -> Callable[[int], str]:
    """Return members of which each requires the next, the last none."""

    def member(at: int) -> str:
        needs, source = f'"m{at + 1}"', f"m{at + 1} = {{ workspace = true }}\n"
        if at + 1 == count:
            needs = source = ""
        return f"dependencies = [{needs}]\n{more}{SOURCES}{source}"

    return member


def build_requirements(count: int) -> Callable[[int], str]:
    def member(at: int) -> str:
        needed = f', "m{at + 1}"' if at + 1 < count else ""
        source = f"m{at + 1} = {{ workspace = true }}\n" if needed else ""
        system = f'[build-system]\nrequires = ["other"{needed}]\nbackend-path = ["nowhere"]\n'
        return f"{system}{SOURCES}{source}"

    return member


FILES: Mapping[str, Make] = {
    "build backend": lambda count: members(
        count, lambda at: f'readme = "no.md"\nscripts = {{ a = "a" }}\n{UV_BUILD}'
    ),
    "build system": lambda count: members(count, build_requirements(count)),
    "indexes": lambda count: members(
        count,
        lambda at: (
            f'dependencies = ["one"]\n{SOURCES}one = {{ index = "i{at}" }}\n{INDEX.format(at)}'
        ),
    ),
    "one index of many members": lambda count: members(
        count,
        lambda at: f'dependencies = ["one"]\n{SOURCES}one = {{ index = "i0" }}\n',
        INDEX.format(0),
    ),
    "pythons": lambda count: members(count, lambda at: "") | {"/.python-version": "3.8\n"},
    "pythons that exclude each other": lambda count: {
        path: text.replace(">=3.10", "<3.10") if path < "/m/m15" else text
        for path, text in members(count, lambda at: "").items()
    },
    "groups": lambda count: members(
        count,
        lambda at: (
            "[dependency-groups]\ndev = [`one`]\n"
            "[tool.uv.dependency-groups]\ndev = { requires-python = `>=3.11` }\n"
        ),
    ),
    "conflicts": lambda count: members(
        count,
        lambda at: (
            '[project.optional-dependencies]\na = ["one"]\nb = ["one"]\n[tool.uv]\n'
            'conflicts = [[{ extra = "a" }, { extra = "b" }]]\n'
        ),
    ),
    "conflicts of members": lambda count: members(
        count,
        needs_next(count),
        "[tool.uv]\nconflicts = ["
        f"{listed(count, '[{{ package = `m{0}` }}, {{ package = `other{0}` }}]')}]\n",
    ),
    "syncs": lambda count: members(
        count,
        needs_next(count),
        '[tool.uv]\nconflicts = [[{ package = "m0" }, { package = "m1" }]]\n'
        f"[tool.ws-lsp]\ndefault-packages = [{listed(count, '`m{0}`')}]\n",
    ),
    "detached members": lambda count: members(count, needs_next(count)) | {"/m/pyproject.toml": ""},
    "detached members of another workspace": lambda count: (
        members(count, needs_next(count))
        | {"/m/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n'}
    ),
}
"""Workspaces that grow with their files, by what they are about."""

KEYS: Mapping[str, Make] = {
    "build backend": lambda count: alone(
        f"[project.scripts]\n{lines(count, 'a{0} = `a`')}{UV_BUILD}"
        f"[tool.uv.build-backend]\nmodule-name = [{listed(count, '`m{0}`')}]\n"
    ),
    "build system": lambda count: alone(
        f"[build-system]\nrequires = [{listed(count, '`p{0}`')}]\n"
        f"backend-path = [{listed(count, '`no{0}`')}]\n"
    ),
    "indexes": lambda count: alone(
        f"dependencies = [{listed(count, '`p{0}`')}]\n{SOURCES}"
        f"{lines(count, 'p{0} = {{ index = `i{0}` }}')}{lines(count, INDEX)}"
    ),
    "groups": lambda count: alone(
        f"[dependency-groups]\n{lines(count, 'g{0} = [`one`]')}[tool.uv.dependency-groups]\n"
        f"{lines(count, 'g{0} = {{ requires-python = `<3.10` }}')}"
    ),
    "conflicts": lambda count: alone(
        f"[project.optional-dependencies]\n{lines(count, 'e{0} = [`one`]')}[tool.uv]\n"
        f"conflicts = [{listed(count, '[{{ extra = `e{0}` }}, {{ extra = `f` }}]')}]\n"
    ),
    "one conflict": lambda count: alone(
        f"[project.optional-dependencies]\n{lines(count, 'e{0} = [`one`]')}[tool.uv]\n"
        f"conflicts = [[{listed(count, '{{ extra = `e{0}` }}')}]]\n"
    ),
    "syncs": lambda count: alone(
        f"[dependency-groups]\n{lines(count, 'g{0} = []')}[tool.uv]\n"
        f"default-groups = [{listed(count, '`g{0}`')}]\n"
        f"conflicts = [[{listed(count, '{{ group = `g{0}` }}')}]]\n"
    ),
}
"""Projects that grow with their keys."""


def calls(texts: Texts) -> int:
    written = {path: text.replace("`", '"') for path, text in texts.items()}
    snapshot = host_of(written).snapshot("/")
    with counting(sys.maxsize) as counted:
        Checker(RULEBOOK).findings(snapshot)
    return counted.all


@pytest.mark.parametrize("about", FILES)
def test_the_work_grows_with_the_files(about: str) -> None:
    calls(FILES[about](FEW))  # what is worked out once
    assert calls(FILES[about](2 * FEW)) <= MOST * calls(FILES[about](FEW))


@pytest.mark.parametrize("about", KEYS)
def test_the_work_grows_with_the_keys(about: str) -> None:
    calls(KEYS[about](FEW))
    assert calls(KEYS[about](2 * FEW)) <= MOST * calls(KEYS[about](FEW))
