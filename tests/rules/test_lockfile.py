"""Rules about `uv.lock`; whether uv agrees is shown by `tests/differential/test_staleness.py`."""

from __future__ import annotations

import pytest
from support import check, findings, host_of, read

from ws_lsp.rules import lockfile
from ws_lsp.rules.checker import Checker

CODES = frozenset(rule.code for rule in lockfile.RULES)

LOCK = """
#- /uv.lock
version = 1
revision = 5
requires-python = ">=3.11"
[manifest]
members = ["alpha", "gone"]
[[package]]
name = "alpha"
version = "0.1.0"
source = { editable = "alpha" }
[package.metadata]
requires-dist = [
    { name = "idna", specifier = ">=3" },
    { name = "six", marker = "extra == 'fast'" },
    { name = "toml" },
]
provides-extras = ["fast", "slow"]
[package.metadata.requires-dev]
dev = [{ name = "idna" }]
"""


def test_findings_stand_where_the_files_have_changed() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["alpha", "beta"]
        ^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has the member `gone`. Run `uv lock`
        #- /alpha/pyproject.toml
        [project]
        name = "alpha"
        version = "0.2.0"
        #         ^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it has `alpha` at 0.1.0. Run `uv lock`
        requires-python = ">=3.11"
        dependencies = ["idna>=4", "zipp"]
        ^^^^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has `toml`. Run `uv lock`
        #               ^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it was made with `idna>=3`. Run `uv lock`
        #                          ^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: `zipp` is not in it. Run `uv lock`
        [project.optional-dependencies]
        #        ^^^^^^^^^^^^^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has the extra `slow`. Run `uv lock`
        fast = ["six"]
        more = ["six"]
        ^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it does not have the extra `more`. Run `uv lock`
        [dependency-groups]
        dev = ["idna", { include-group = "more" }]
        more = ["zipp"]
        ^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it does not have the group `more`. Run `uv lock`
        #       ^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: `zipp` is not in it. Run `uv lock`
        [build-system]
        requires = ["uv_build"]
        build-backend = "uv_build"
        #- /beta/pyproject.toml
        [project]
        name = "beta"
        #      ^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it does not have the member `beta`. Run `uv lock`
        version = "1"
        """
        + LOCK.replace("\n", "\n        "),
        CODES,
    )


SOUND = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["alpha"]
#- /alpha/pyproject.toml
[project]
name = "alpha"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["idna>=3", "toml"]
optional-dependencies = { fast = ["six"], slow = [] }
[dependency-groups]
dev = ["idna"]
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
"""
FRESH = SOUND + LOCK.replace(', "gone"', "").lstrip()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        # no lock file: the next sync makes one
        (FRESH[FRESH.index("#- /uv.lock") :], ""),
        # what the files do not decide
        ('"idna>=3", "toml"', '"idna>=nonsense", "toml"'),
        ('version = "0.1.0"\nrequires-python', 'dynamic = ["version"]\nrequires-python'),
        ('dependencies = ["idna>=3", "toml"]\n', 'dynamic = ["dependencies"]\n'),
        ('optional-dependencies = { fast = ["six"], slow = [] }', 'dynamic = ["optional-dependencies"]'),
        ('"idna>=3", "toml"', '"idna>=3 ; extra == \'x\'", "zipp"'),
        ("[build-system]", '[tool.uv.sources]\nidna = [{ index = "x", marker = "os_name == \'nt\'" }]\n[build-system]'),
        ('["idna"]\n', '["idna", { include-group = "none" }]\n'),
        ('["idna"]\n', '["idna", { include-group = "dev" }]\n'),
        (
            '["idna"]\n[build-system]',
            '["six"]\n[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.12" }\n[build-system]',
        ),
        # uv refuses the workspace: what it would lock is not known
        ('["alpha"]', '["alpha", "["]'),
        ('version = "0.1.0"\nrequires', 'version = "0.2.0\nrequires'),
    ],
)  # fmt: skip
def test_silent(old: str, new: str) -> None:
    assert old in FRESH
    found = findings(host_of(read(FRESH.replace(old, new, 1)).files).snapshot("/"))
    assert [one.message for one in found if one.code in CODES] == []


def test_sources_are_turned_off() -> None:
    text = FRESH.replace(
        "[build-system]", '[tool.uv.sources]\nidna = { path = "x" }\n[build-system]'
    )
    off = text.replace("[tool.uv.workspace]", "[tool.uv]\nno-sources = true\n[tool.uv.workspace]")
    for some, count in ((text, 1), (off, 0)):
        found = findings(host_of(read(some).files).snapshot("/"))
        assert len([one for one in found if one.code in CODES]) == count


def test_default_groups_are_compared_where_uv_does() -> None:
    text = FRESH.replace("[build-system]", "[tool.uv]\ndefault-groups = []\n[build-system]")
    for version, revision, count in (((0, 13, 9), 5, 1), ((0, 12, 5), 5, 0), ((0, 13, 9), 4, 0)):
        host = host_of(read(text.replace("revision = 5", f"revision = {revision}")).files)
        host.uv_version = lambda version=version: version  # type: ignore[misc]
        found = findings(host.snapshot("/"))
        assert len([one for one in found if one.code in CODES]) == count


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1\n", "version = 99\n", "its version is 99, and uv reads version 1"),
        ("[manifest]\n", "<<<<<<< HEAD\n[manifest]\n", "it has unresolved merge conflicts"),
    ],
)
def test_lock_file_that_uv_refuses(old: str, new: str, why: str) -> None:
    message = f"`uv.lock` cannot be read: {why}. Restore or remove it"
    text = FRESH.replace(old, new).replace(
        "[tool.uv.workspace]", f"[tool.uv.workspace]\n#^^^^ error[invalid-lockfile]: {message}"
    )
    check(text, CODES)


def test_a_keystroke_looks_at_one_file_alone() -> None:
    files = {"/pyproject.toml": '[tool.uv.workspace]\nmembers = ["m*"]\n'}
    lock = 'version = 1\nrequires-python = ">=3.11"\n[manifest]\nmembers = ['
    lock += ", ".join(f'"m{number}"' for number in range(50)) + "]\n"
    text = (
        '[project]\nname = "m%d"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [%s]\n'
    )
    for number in range(50):
        files[f"/m{number}/pyproject.toml"] = text % (number, "")
        lock += f'[[package]]\nname = "m{number}"\nversion = "1"\nsource = {{ virtual = "m{number}" }}\n'
    host = host_of(files | {"/uv.lock": lock})
    checker = Checker()
    found = checker.findings(host.snapshot("/"))
    assert not [one for some in found.values() for one in some if one.code in CODES]
    before = checker.checks
    host.edit("/m7/pyproject.toml", text % (7, '"idna"'))
    found = checker.findings(host.snapshot("/"))
    assert [one.span for one in found["/m7/pyproject.toml"] if one.code in CODES]
    assert checker.checks == before + 1


def test_a_new_lock_file_is_noticed() -> None:
    files = read(FRESH).files
    host = host_of(files)
    checker = Checker()
    checker.findings(host.snapshot("/"))
    files["/uv.lock"] = files["/uv.lock"].replace('version = "0.1.0"', 'version = "0.3.0"')
    host.files.base = host_of(files).files.base
    host.forget(["/uv.lock"])
    found = checker.findings(host.snapshot("/"))["/alpha/pyproject.toml"]
    assert [one.code for one in found if one.code in CODES] == ["outdated-lockfile"]
