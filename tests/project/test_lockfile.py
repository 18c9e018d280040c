"""`uv.lock`, read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import host_of

from ws_lsp.grammar.names import Name
from ws_lsp.project.lockfile import LockedEdge, LockedRequirement, LockedSource, Lockfile

TEXT = """\
version = 1
revision = 5
requires-python = ">=3.11"
supported-markers = [
    "sys_platform == 'linux'",
]
conflicts = [[
    { package = "alpha", extra = "fast" },
    { package = "alpha", group = "dev" },
]]

[options]
resolution-mode = "lowest"

[manifest]
members = [
    "alpha",
    "beta",
]
constraints = [{ name = "six", specifier = "<2" }]

[manifest.dependency-groups]
dev = [{ name = "idna" }]

[[package]]
name = "alpha"
version = "0.1.0"
source = { editable = "packages/alpha" }
default-groups = ["docs"]
dependencies = [
    { name = "idna", version = "3.4", source = { registry = "https://index.example/" }, marker = "python_full_version < '3.12'" },
    { name = "idna", version = "3.6", source = { registry = "https://index.example/" }, marker = "python_full_version >= '3.12'" },
]

[package.optional-dependencies]
fast = [
    { name = "six", extra = ["speed"] },
]

[package.metadata]
requires-dist = [
    { name = "beta", editable = "packages/beta" },
    { name = "six", extras = ["speed"], marker = "extra == 'fast'", specifier = ">=1" },
]
provides-extras = ["fast"]

[package.metadata.requires-dev]
dev = [{ name = "idna" }]
empty = []

[[package]]
name = "beta"
source = { virtual = "packages/beta" }
default-groups = "all"

[[package]]
name = "idna"
version = "3.4"
source = { registry = "https://index.example/" }
resolution-markers = [
    "python_full_version < '3.12'",
]

[[package]]
name = "idna"
version = "3.6"
source = { registry = "https://index.example/" }
wheels = [
    { url = "https://index.example/idna-3.6-py3-none-any.whl", hash = "sha256:00", size = 1 },
]
"""

ALPHA, BETA, IDNA, SIX = map(Name, ("alpha", "beta", "idna", "six"))
FAST, DEV = Name("fast"), Name("dev")


@pytest.mark.parametrize("text", [TEXT, "\ufeff" + TEXT.replace("\n", "\r\n")])
def test_what_it_holds(text: str) -> None:
    found = Lockfile(text)
    assert (found.problem, found.version, found.revision) == (None, 1, 5)
    assert found.requires_python == ">=3.11"
    assert found.supported_markers == ("sys_platform == 'linux'",)
    assert found.conflicts == {frozenset({("alpha", "extra", "fast"), ("alpha", "group", "dev")})}
    assert found.options == {"resolution-mode": "lowest"}
    assert found.members == {"alpha", "beta"}
    assert found.requirements("constraints") == (LockedRequirement(SIX, specifier="<2"),)
    assert found.dependency_groups == {"dev": (LockedRequirement(IDNA),)}
    assert found.names == {"alpha", "beta", "idna"}
    assert [one.version for one in found.packages(IDNA)] == ["3.4", "3.6"]
    assert found.packages(IDNA)[0].resolution_markers == ("python_full_version < '3.12'",)
    assert found.packages(Name("none")) == ()
    assert found.member(IDNA) is None
    beta = found.member(BETA)
    assert beta is not None
    assert (beta.version, beta.default_groups) == (None, "all")


def test_a_member() -> None:
    alpha = Lockfile(TEXT).member(ALPHA)
    assert alpha is not None
    assert alpha.source == LockedSource("editable", "packages/alpha")
    assert alpha.dependencies == (
        LockedEdge(IDNA, "3.4", "python_full_version < '3.12'"),
        LockedEdge(IDNA, "3.6", "python_full_version >= '3.12'"),
    )
    assert alpha.optional_dependencies == {
        FAST: (LockedEdge(SIX, extras=frozenset({Name("speed")})),)
    }
    assert alpha.requires_dist == (
        LockedRequirement(BETA, source=LockedSource("editable", "packages/beta")),
        LockedRequirement(SIX, frozenset({Name("speed")}), ">=1", "extra == 'fast'"),
    )
    assert alpha.provides_extras == ("fast",)
    assert alpha.requires_dev == {DEV: (LockedRequirement(IDNA),), "empty": ()}
    assert alpha.default_groups == ("docs",)


def test_a_project_alone_is_its_only_member() -> None:
    text = 'version = 1\n[[package]]\nname = "acme"\nsource = { editable = "." }\n'
    text += '[[package]]\nname = "other"\nsource = { editable = "other" }\n'
    assert Lockfile(text).members == {"acme"}


def test_another_form_is_read_as_well() -> None:
    form = '[[ package ]]\nversion = "1"\nname = "acme"\nsource.virtual = "."\n'
    inline = 'package = [{ name = "acme", version = "1", source = { virtual = "." } }]\n'
    for text in (form, inline):
        acme = Lockfile(f"version = 1\n{text}").member(Name("acme"))
        assert acme is not None
        assert acme.version == "1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "its version is None, and uv reads version 1"),
        (TEXT.replace("version = 1", "version = 2", 1), "its version is 2, and uv reads version 1"),
        (f"<<<<<<< HEAD\n{TEXT}", "it has unresolved merge conflicts"),
        (TEXT.replace('version = "3.4"', '<<<<<<< HEAD\nversion = "3.4"\n=======\n>>>>>>> x'),
         "it has unresolved merge conflicts"),
    ],
)  # fmt: skip
def test_what_uv_refuses(text: str, problem: str) -> None:
    found = Lockfile(text)
    assert found.problem == problem
    assert not found.names


def test_invalid_toml_and_what_cannot_be_read() -> None:
    problem = Lockfile("version = \n").problem
    assert problem is not None
    assert problem.startswith("it is not valid TOML: ")
    assert Lockfile("", "Permission denied").problem == "Permission denied"


def test_a_broken_package_hides_no_other() -> None:
    found = Lockfile(TEXT.replace("source = { virtual", "source = { = virtual"))
    assert found.member(BETA) is None
    assert found.member(ALPHA) is not None


PIECES = (*'[]{}="\n\r a1', "package", "name", "source", "members", "conflicts", "manifest")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_raises(text: str) -> None:
    for whole in (
        text,
        f"version = 1\n{text}",
        TEXT.replace('"3.4"', text),
        TEXT[: len(text) * 9] + text,
    ):
        found = Lockfile(whole)
        assert found.problem is not None or all(
            found.packages(name) is not None for name in found.names
        )
        _ = found.members, found.conflicts, found.dependency_groups, found.requirements("overrides")


@pytest.mark.parametrize(
    "text",
    [
        "version = 1\nconflicts = [[1, 'a', ['extra']]]\n",
        "version = 1\nx = " + "[" * 5000,
        f"version = 1\nx = {'9' * 5000}\n",
        f'version = 1\n\n[[package]]\nname = "alpha"\nx = {"9" * 5000}\n',
        'version = 1\n\n[[package]]\nname = "alpha"\nx = ' + "[" * 5000,
    ],
)
def test_no_odd_value_raises(text: str) -> None:
    found = Lockfile(text)
    assert not found.conflicts - {frozenset()}
    assert found.packages(ALPHA) == ()


def test_the_host_reads_it_once_for_each_text() -> None:
    files = {"/pyproject.toml": '[project]\nname = "alpha"\n', "/uv.lock": TEXT}
    host = host_of(files)
    first = host.snapshot("/").lockfile
    assert first is not None
    host.edit("/pyproject.toml", '[project]\nname = "alpha"\nversion = "1"\n')
    assert host.snapshot("/").lockfile is first
    assert host_of({"/pyproject.toml": ""}).snapshot("/").lockfile is None
