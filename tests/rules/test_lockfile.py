"""Rules about `uv.lock`; whether uv agrees is shown by `tests/differential/test_staleness.py`."""

from __future__ import annotations

import pytest
from support import check, findings, host_of, read, workspace

from ws_lsp.analysis import Host
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.view import View
from ws_lsp.project.lock_settings import LOCK_SETTINGS
from ws_lsp.project.variables import NO_VARIABLES, Variables
from ws_lsp.project.versions import NEWEST, Version
from ws_lsp.rules import lockfile
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import Disk, Memory, Overlay

RULE = lockfile.outdated_lockfile
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
        ('dependencies = ["idna>=3", "toml"]\n', 'dynamic = ["dependencies"]\n'),
        ('optional-dependencies = { fast = ["six"], slow = [] }', 'dynamic = ["optional-dependencies"]'),
        ('"idna>=3", "toml"', '"idna>=3 ; extra == \'x\'", "zipp"'),
        ("[build-system]", '[tool.uv.sources]\nidna = [{ index = "x", marker = "os_name == \'nt\'" }]\n[build-system]'),
        ('["idna"]\n', '["idna", { include-group = "none" }]\n'),
        ('["idna"]\n', '["idna", { include-group = "dev" }]\n'),
        (
            '["idna"]\n[build-system]',
            '["idna"]\n[tool.uv.dependency-groups]\ndev = { requires-python = 3.12 }\n[build-system]',
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
    checker = Checker(RULEBOOK)
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
    checker = Checker(RULEBOOK)
    checker.findings(host.snapshot("/"))
    files["/uv.lock"] = files["/uv.lock"].replace('version = "0.1.0"', 'version = "0.3.0"')
    host.files.base = host_of(files).files.base
    host.forget(["/uv.lock"])
    found = checker.findings(host.snapshot("/"))["/alpha/pyproject.toml"]
    assert [one.code for one in found if one.code in CODES] == ["outdated-lockfile"]


# ------------------------------------------------------------------------ preview features

WITHOUT_METADATA = """
#- /uv.lock
version = 1
revision = 5
requires-python = ">=3.11"
[manifest]
members = ["alpha"]
[[package]]
name = "alpha"
version = "0.1.0"
source = { editable = "alpha" }
dependencies = [{ name = "idna" }, { name = "toml" }]
[package.optional-dependencies]
fast = [{ name = "six" }]
slow = []
[package.dev-dependencies]
dev = [{ name = "idna" }]
"""
ON = '[tool.uv]\npreview-features = ["lock-without-metadata"]\n'
OFF = "it was made with the preview feature `lock-without-metadata`, which is not on"


def with_preview(text: str, settings: str, preview: Variables = NO_VARIABLES) -> list[str]:
    """Return what is said of the lock file in `text`, with settings of the root and an environment."""
    files = read(text.replace("[tool.uv.workspace]", f"{settings}[tool.uv.workspace]")).files
    host = Host(Disk(), Overlay(Memory(files)), variables=preview)
    return [one.message for one in findings(host.snapshot("/")) if one.code in CODES]


@pytest.mark.parametrize(
    ("settings", "preview", "told"),
    [
        (ON, NO_VARIABLES, False),
        ("[tool.uv]\npreview = true\n", NO_VARIABLES, False),
        ("", Variables(preview=True), False),
        ("", Variables(preview_features=frozenset({"lock-without-metadata"})), False),
        ("", Variables(unsettled=True), False),
        ("", NO_VARIABLES, True),
        ("[tool.uv]\npreview = false\n", NO_VARIABLES, True),
        (ON, Variables(preview_features=frozenset({"pylock"})), True),
    ],
)
def test_a_lock_file_without_metadata(settings: str, preview: Variables, told: bool) -> None:
    for requirement in ("idna>=3", "idna>=4", "idna[x]"):
        text = SOUND.replace("idna>=3", requirement) + WITHOUT_METADATA.lstrip()
        found = with_preview(text, settings, preview)
        assert found == ([f"`uv.lock` is out of date: {OFF}. Run `uv lock`"] if told else [])


def test_what_was_resolved_is_compared_by_name() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        preview = true
        override-dependencies = ["other"]
        [tool.uv.workspace]
        members = ["alpha"]
        #- /alpha/pyproject.toml
        [project]
        name = "alpha"
        version = "0.1.0"
        requires-python = ">=3.11"
        dependencies = ["idna>=9", "zipp", "other", "maybe; os_name == 'nt'", "alpha[fast]"]
        ^^^^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has `toml`. Run `uv lock`
        #                          ^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: `zipp` is not in it. Run `uv lock`
        [project.optional-dependencies]
        #        ^^^^^^^^^^^^^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has the extra `slow`. Run `uv lock`
        fast = ["zipp"]
        more = []
        ^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it does not have the extra `more`. Run `uv lock`
        [dependency-groups]
        # ^^^^^^^^^^^^^^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it still has the group `dev`. Run `uv lock`
        more = []
        ^^^^ warning[outdated-lockfile]: `uv.lock` is out of date: it does not have the group `more`. Run `uv lock`
        [build-system]
        requires = ["uv_build"]
        build-backend = "uv_build"
        """.replace("# ^^^^", "#^^^^")
        + WITHOUT_METADATA.replace("\n", "\n        "),
        CODES,
    )


def test_before_revision_5_nothing_is_compared() -> None:
    text = SOUND + WITHOUT_METADATA.lstrip().replace("revision = 5", "revision = 4")
    assert with_preview(text.replace("slow = []", "other = []"), ON) == []


def test_a_member_that_declared_nothing_when_all_was_locked() -> None:
    """Then nothing is left out: metadata that says nothing is not written."""
    other = '\n[[package]]\nname = "beta"\nversion = "1"\nsource = { virtual = "beta" }\n'
    text = FRESH.replace('["alpha"]', '["alpha", "beta"]') + other
    text += '#- /beta/pyproject.toml\n[project]\nname = "beta"\nversion = "1"\n'
    assert with_preview(text, "") == []
    text += 'dependencies = ["idna>=3"]\n'
    said = ["`uv.lock` is out of date: `idna>=3` is not in it. Run `uv lock`"]
    for preview in (NO_VARIABLES, Variables(unsettled=True), Variables(True)):
        assert with_preview(text, "", preview) == said


HELD = FRESH + "".join(
    f'\n[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "https://index.example/" }}'
    for name in ("idna", "toml")
)
INPUTS = "[tool.uv]\nconstraint-dependencies = ['idna<9']\noverride-dependencies = ['toml<9']\n"


@pytest.mark.parametrize(
    ("preview", "count"),
    [
        (NO_VARIABLES, 2),
        (Variables(unsettled=True), 0),
        (Variables(preview=True), 0),
        (Variables(preview_features=frozenset({"resolution-inputs"})), 0),
        (Variables(preview_features=frozenset({"lock-without-metadata"})), 2),
    ],
)
def test_constraints_and_overrides_that_are_left_out(preview: Variables, count: int) -> None:
    assert len(with_preview(HELD, INPUTS, preview)) == count


def test_a_new_constraint_of_a_package_that_is_not_locked() -> None:
    for version, count in (((0, 12, 18), 2), ((0, 12, 19), 0)):
        settings = INPUTS.replace("idna", "other").replace("toml", "another")
        host = host_of(
            read(HELD.replace("[tool.uv.workspace]", f"{settings}[tool.uv.workspace]")).files
        )
        host.uv_version = lambda version=version: version  # type: ignore[misc]
        found = findings(host.snapshot("/"))
        assert len([one for one in found if one.code in CODES]) == count


def test_constraints_that_are_there_are_compared_unless_the_feature_is_on() -> None:
    listed = 'constraints = [{ name = "idna", specifier = "<8" }]'
    text = HELD.replace("[manifest]", f"[manifest]\n{listed}")
    settings = "[tool.uv]\nconstraint-dependencies = ['idna<9']\n"
    for preview, count in ((Variables(unsettled=True), 1), (Variables(True), 0)):
        assert len(with_preview(text, settings, preview)) == count


def test_settings_above_a_single_project_may_turn_a_feature_on() -> None:
    project = SOUND[SOUND.index("[project]") :]
    text = f"#- /above/alone/pyproject.toml\n{project}"
    text += (
        WITHOUT_METADATA.lstrip().replace('"alpha" }', '"." }').replace("/uv", "/above/alone/uv")
    )
    assert [one.code for one in findings(workspace(text)) if one.code in CODES] == [
        "outdated-lockfile"
    ]
    for more in ("#- /above/uv.toml\n", "#- /pyproject.toml\n"):
        assert [one for one in findings(workspace(text + more)) if one.code in CODES] == []


def test_another_setting_is_heard_of() -> None:
    files = read(SOUND + WITHOUT_METADATA.lstrip()).files | {"/uv.toml": ""}
    host, checker = host_of(files), Checker(RULEBOOK)

    def codes() -> list[str]:
        found = checker.findings(host.snapshot("/"))
        return [one.code for some in found.values() for one in some if one.code in CODES]

    assert codes() == ["outdated-lockfile"]
    host.edit("/uv.toml", "preview = true\n")
    assert codes() == []
    host.edit("/alpha/pyproject.toml", files["/alpha/pyproject.toml"].replace("slow", "more"))
    assert codes() == ["outdated-lockfile"] * 2
    host.edit("/uv.toml", "preview = false\n")
    assert codes() == ["outdated-lockfile"]


# ------------------------------------------------------------------ settings and projects at a path


def told(text: str, preview: Variables = NO_VARIABLES, version: Version = NEWEST) -> list[str]:
    """Return what is said of the lock file in `text`."""
    host = Host(
        Disk(),
        Overlay(Memory(read(text).files)),
        uv_version=lambda: version,
        variables=preview,
    )
    return [one.message for one in findings(host.snapshot("/")) if one.code in CODES]


def with_options(settings: str, options: str) -> str:
    """Return a workspace with settings, and a lock file with options."""
    text = FRESH.replace("[tool.uv.workspace]", f"[tool.uv]\n{settings}\n[tool.uv.workspace]")
    return text.replace("[manifest]", f"[options]\n{options}\n[manifest]")


BEFORE = 'exclude-newer = "2030-01-10T00:00:00Z"'


@pytest.mark.parametrize(
    ("settings", "options", "count"),
    [
        (BEFORE, BEFORE, 0),
        ('exclude-newer = "2030-02-10"', BEFORE, 0),  # a later one leaves the lock file as it is
        ('exclude-newer = "2029-02-10"', BEFORE, 1),
        ('exclude-newer = "1 week"', BEFORE, 1),
        ('exclude-newer = "2029-02-10"', f'{BEFORE}\nexclude-newer-span = "P1W"', 1),
        ('exclude-newer = "7 days"', f'{BEFORE}\nexclude-newer-span = "P1W"', 0),
        ("", BEFORE, 1),
        ("exclude-newer = false", BEFORE, 1),
        ("", 'prerelease-mode = "allow"', 1),
        ("", 'prerelease-mode = "if-necessary"', 0),
        ("", 'exclude-newer-package = { idna = "2030-01-10T00:00:00Z" }', 1),
        ("exclude-newer-package = { Idna = false }", BEFORE.replace("newer", "newer-package.idna"), 0),
        ("", 'prerelease-package = { idna = "allow" }', 1),
        ('prerelease-package = { Idna = "allow" }', 'prerelease-package = { idna = "allow" }', 0),
        ("", 'minimum-libc-version = { glibc = "2.28" }', 1),
        ('minimum-libc-version = { glibc = "2.028" }', 'minimum-libc-version = { glibc = "2.28" }', 0),
    ],
)  # fmt: skip
def test_options_of_a_lock_file(settings: str, options: str, count: int) -> None:
    text = with_options(settings, options)
    assert len(told(text)) == count
    everything = LOCK_SETTINGS - {"minimum-libc-version"}
    of_variables = told(text, Variables(overridden=everything))
    assert len(of_variables) == (count if "libc" in options else 0)


def test_what_is_missing_may_be_in_settings_that_are_not_known() -> None:
    text = with_options("", 'prerelease-mode = "allow"')
    assert told(text, Variables(unsettled=True)) == []
    text = with_options('prerelease = "disallow"', 'prerelease-mode = "allow"')
    assert len(told(text, Variables(unsettled=True))) == 1


@pytest.mark.parametrize(("version", "count"), [((0, 12, 16), 0), ((0, 12, 17), 1)])
def test_a_setting_that_an_older_uv_does_not_know(version: Version, count: int) -> None:
    text = with_options('minimum-libc-version = { glibc = "2.28" }', "")
    assert len(told(text, version=version)) == count


@pytest.mark.parametrize(("version", "count"), [((0, 11, 3), 0), ((0, 11, 4), 1)])
def test_conflicts_of_a_virtual_root(version: Version, count: int) -> None:
    conflicts = 'conflicts = [[{ package = "alpha", extra = "fast" }, { package = "alpha", extra = "slow" }]]'
    assert len(told(with_options(conflicts, ""), version=version)) == count


INDEX = 'index = [{ url = "https://index.example/simple", default = true }]'
REGISTRY = """
[[package]]
name = "idna"
version = "3.4"
source = { registry = "https://index.example/simple" }
"""


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("", 0),  # then uv takes any
        (INDEX, 0),
        (INDEX.replace("//", "//name:word@"), 0),
        (INDEX.replace("simple", "other"), 1),
        (INDEX.replace("simple", "simple/"), 1),
        (INDEX.replace("index.example", "$HOST"), 0),
        ('index-url = "https://index.example/other"', 1),
        ('extra-index-url = ["https://index.example/simple"]', 0),
        ("no-index = true", 1),
    ],
)
def test_indexes_of_a_lock_file(settings: str, count: int) -> None:
    text = with_options(settings, "").replace(
        "[package.metadata]", 'dependencies = [{ name = "idna" }]\n[package.metadata]'
    )
    assert len(told(text + REGISTRY)) == count
    assert told(text + REGISTRY, Variables(overridden=frozenset({"default-index"}))) == []
    assert told(text + REGISTRY, Variables(unsettled=True)) == []


AT_A_PATH = """
#- /libs/near/pyproject.toml
[project]
name = "near"
version = "1"
"""
LOCKED_AT_A_PATH = """
[[package]]
name = "near"
version = "1"
source = { directory = "libs/near" }
"""


def test_a_project_at_a_path_is_heard_of_while_it_is_edited() -> None:
    sources = '[tool.uv.sources]\nidna = { path = "../libs/near" }\n'
    text = FRESH.replace("[build-system]", f"{sources}[build-system]")
    files = read(text + LOCKED_AT_A_PATH + AT_A_PATH).files
    host, checker = host_of(files), Checker(RULEBOOK)

    def codes(path: str) -> list[str]:
        return [one.code for one in checker.findings(host.snapshot("/"))[path] if one.code in CODES]

    assert codes("/pyproject.toml") == []
    before = checker.checks
    path = "/libs/near/pyproject.toml"
    host.edit(path, files[path].replace('"1"', '"2"'))
    assert codes("/pyproject.toml") == ["outdated-lockfile"]
    assert checker.checks == before + 1  # the root alone
    host.edit(path, files[path])
    assert codes("/pyproject.toml") == []


def test_a_keystroke_asks_little_of_each_file() -> None:
    """Sources that are inherited are asked for at once, however many a member requires."""

    def asked(count: int) -> int:
        names = [f"p{number}" for number in range(count)]
        lines = "".join(f'{name} = {{ path = "libs/{name}" }}\n' for name in names)
        requires = ", ".join(f'"{name}"' for name in names)
        locked = ", ".join(f'{{ name = "{name}", directory = "libs/{name}" }}' for name in names)
        text = FRESH.replace(
            "[tool.uv.workspace]", f"[tool.uv.sources]\n{lines}[tool.uv.workspace]"
        )
        text = text.replace('"idna>=3", "toml"', requires)
        text = text.replace('{ name = "idna", specifier = ">=3" },', f"{locked},")
        snapshot = host_of(read(text.replace('    { name = "toml" },\n', "")).files).snapshot("/")
        view = View(RULEBOOK, snapshot, "/alpha/pyproject.toml")
        assert [*RULE.check(view, RULE)] == []
        return len([one for one in view.asked if one[0].name != "kind_of"])

    assert asked(30) == asked(3)


@pytest.mark.parametrize(("revision", "told"), [("", 0), ("revision = 1\n", 1)])
def test_the_first_lock_files_do_not_say_which_extras_there_are(revision: str, told: int) -> None:
    # uv 0.13.9 takes the first for fresh, and finds mismatched extras in the second
    text = f"""
#- /pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.11"
[project.optional-dependencies]
build = []
#- /uv.lock
version = 1
{revision}requires-python = ">=3.11"

[[package]]
name = "a"
version = "1"
source = {{ virtual = "." }}
"""
    assert len(findings(workspace(text), {"outdated-lockfile"})) == told
