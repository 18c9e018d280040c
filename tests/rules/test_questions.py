"""Every question of `View`, with edits after which it has another answer: the checker has to notice each.

A row asks one question for a file that stays as it is, and changes something else. What the checker then
says must be what a new one says, and the answer must differ. For each input that a question reads there
is a row in which nothing else changes that the question reads, so that an input which is forgotten at a
question, a fact that is compared with nothing, or a value that is kept for too long fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.checking.view import QUESTIONS, View, question
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Fact, Input, derived
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import Range
from ws_lsp.project.direct import Direct
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import NEWEST, Feature
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.text import Span
from ws_lsp.vfs import Disk, Memory, Overlay

ROOT, SETTINGS = "/pyproject.toml", "/uv.toml"
A, B, C, D = (f"/packages/{name}/pyproject.toml" for name in "abcd")
OUT = "/out/pyproject.toml"
WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
BUILT = '[build-system]\nrequires = []\nbuild-backend = "x"\n'
INDEX = '[[tool.uv.index]]\nname = "p"\nurl = "https://index.example/p"\n'
NOTHING: frozenset[Name] = frozenset()


def project(name: str, requires: str = "", more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{requires}]\n{more}'


def rooted(more: str) -> str:
    """Return a root without settings of its own, and more."""
    return WORKSPACE + more


BASE = {ROOT: WORKSPACE, A: project("a"), B: project("b")}


PACKAGES = {
    A: project("a", "", BUILT),
    "/packages/a/src/x/__init__.py": "",
    "/packages/b/src/x/__init__.py": "",
}


class Row(NamedTuple):
    """A question, and an edit that changes its answer."""

    question: str
    arguments: tuple[Any, ...] = ()
    edit: Mapping[str, str | None] = {}
    """Texts of open files; None closes one."""
    disk: Mapping[str, str | None] = {}
    """Texts on the disk; None deletes one."""
    files: Mapping[str, str | None] = {}
    """What there is at first beside `BASE`, or instead."""
    opened: Mapping[str, str] = {}
    """Texts that are open at first."""
    asker: str = A
    root: str = "/"
    uv: tuple[int, ...] | None = None
    surveyed: bool = False
    """Sources are read later, and the edit is that they have been."""


def member(name: str) -> Callable[[Snapshot], object]:
    return lambda snapshot: snapshot.workspace.members[Name(name)]


X, Y = Name("x"), Name("y")
ONE, OTHER = Range(X, ">=2", ""), Direct(X, "/place", "")
SOURCE = rooted('[tool.uv.sources]\nx = { git = "https://x.example/x" }\n')
RENAMED = {B: project("other")}
IN_CONFLICT = {
    ROOT: rooted(
        "[tool.uv]\n"
        'conflicts = [[{ package = "c", extra = "x" }, { package = "d", extra = "y" }]]\n'
    ),
    C: project("c", "", '[project.optional-dependencies]\nx = ["one"]\n'),
    D: project("d", "", '[project.optional-dependencies]\ny = ["two"]\n'),
}
BOTH = {B: project("b", '"c[x]", "d[y]"')}
OWN_ROOT = project("r", "", WORKSPACE + "[tool.uv.sources]\na.workspace = true\n")
OUTSIDE_FILES = {
    OUT: project("out", '"one"'),
    B: project("b", '"out"', '[tool.uv.sources]\nout = { path = "../../out" }\n'),
}
OUTSIDE_REQUIRES = {OUT: project("out", '"one<2"')}
OUTSIDE_WRONG = {
    OUT: project("out", '"one"', '[dependency-groups]\nx = [{ include-group = "y" }]\n')
}
OUTSIDE_ROOT = {
    "/out/m/pyproject.toml": project("m"),
    OUT: '[tool.uv.workspace]\nmembers = ["m"]\n',
}
BETWEEN = "/packages/pyproject.toml"
NEARER = '[tool.uv.workspace]\nmembers = ["a"]\n'
PLACED = '[tool.uv.sources]\nb.path = "{}"\n'
AROUND = NEARER + PLACED.format("b")
INHERITING = {
    BETWEEN: AROUND,
    A: project("a", '"b", "x"', '[tool.uv.sources]\nx.index = "p"\n'),
}
LIMITED = '[dependency-groups]\ndev = ["x"]\n[tool.uv]\nenvironments = ["os_name == \'nt\'"]\n'
GROUP = "[dependency-groups]\ndev = []\n"
HATCHLING = '[build-system]\nrequires = []\nbuild-backend = "{}"\n'
FORMATTED = '"x @ {root:uri}/x"'
SOURCES = {
    A: project("a", "", BUILT),
    B: project("b", "", BUILT),
    ROOT: rooted('[tool.ws-lsp.rules]\nundeclared-import = "warning"\n'),
    "/packages/a/src/a/__init__.py": "import b\n",
    "/packages/b/src/b/__init__.py": "",
}
INSTALLED = {
    "/.venv/pyvenv.cfg": "",
    "/.venv/lib/python3.12/site-packages/b-1.dist-info/direct_url.json": "{}",
}
LOCKED = 'version = 1\nrequires-python = ">=3.{}"\n'
LOCKED_OUTSIDE = (
    f'{LOCKED.format(12)}[[package]]\nname = "out"\nversion = "1"\nsource = {{ directory = "out" }}\n'
    'dependencies = [{ name = "x" }]\n'
)
OUTSIDE_LOCKED = {**OUTSIDE_FILES, "/uv.lock": LOCKED_OUTSIDE}
OUTSIDE_CHANGED = {OUT: OUTSIDE_FILES[OUT].replace('"1"', '"2"')}
OUTSIDE_INDEXED = {OUT: project("out", '"one"', INDEX)}
OUTSIDE_DEPENDENCIES = {OUT: project("out", '"one"', "[tool.uv]\npackage = false\n")}

ROWS = (
    # ---------------------------------------------------------------------- shape
    Row("kind_of_file", edit={"/packages/pyproject.toml": ""}),
    Row("kind_of_file", disk={"/packages/pyproject.toml": ""}),
    Row("is_virtual", edit={ROOT: OWN_ROOT}),
    Row("is_workspace", edit={ROOT: project("r")}, files={SETTINGS: ""}, asker=SETTINGS),
    Row("member", ("b",), RENAMED),
    Row("member", ("b",), disk={B: None}),
    Row("strangers", (frozenset({"b"}),), RENAMED),
    Row("member_at", ("/packages/b",), RENAMED),
    Row("sourced_member", ("b",), RENAMED),
    Row("sound_members", (), RENAMED),
    Row("closest_member", ("othr",), RENAMED),
    Row("excluded", ("b",), {ROOT: rooted('exclude = ["packages/b"]\n')}),
    Row(
        "stray_project",
        ("out",),
        {ROOT: '[tool.uv.workspace]\nmembers = ["packages/*", "out"]\n'},
        files={OUT: project("out")},
    ),
    Row("stray_project", ("out",), disk={OUT: project("out")}),
    Row("stray_project", ("out",), {OUT: project("other")}, files={OUT: project("out")}),
    Row("absent_submodule", ("x",), disk={"/.gitmodules": '[submodule "x"]\npath = x\n'}),
    Row(
        "worktree_around",
        ("/packages/b",),
        disk={"/packages/b/.git": "gitdir: /w/.git/worktrees/b\n"},
    ),
    Row("hiding_excludes", (), {ROOT: rooted('exclude = ["packages/b"]\n')}),
    Row(
        "closest_directories",
        ("packges/*",),
        {ROOT: '[tool.uv.workspace]\nmembers = ["packages/*", "packges/*"]\n'},
    ),
    Row("matches", (), {ROOT: '[tool.uv.workspace]\nmembers = ["packages/a", "packages/*"]\n'}),
    Row(
        "hides_members",
        ("/packages",),
        {ROOT: "[tool.uv.workspace]\n"},
        files={SETTINGS: ""},
        asker=SETTINGS,
    ),
    Row("root_source", ("x",), {ROOT: SOURCE}),
    Row("inherited_source", ("x",), {ROOT: SOURCE}),
    Row("inherited_direct_source", ("x",), {ROOT: SOURCE}),
    Row("root_has_places", (), {ROOT: SOURCE}),
    Row(
        "inherited_limited",
        ("x",),
        {ROOT: rooted('[tool.uv.sources]\nx = { git = "https://x.example/x", extra = "e" }\n')},
    ),
    Row(
        "inherited_source_may_be_partial",
        ("x",),
        {ROOT: SOURCE.replace(" }", ", marker = \"os_name == 'nt'\" }")},
    ),
    Row("inherited_origins", (frozenset({"x"}),), {ROOT: SOURCE}),
    Row("root_index", ("p",), {ROOT: rooted(INDEX)}),
    Row("sources_left_out", (), {ROOT: rooted("[tool.uv]\nno-sources = true\n")}),
    Row("sources_left_out", (), {SETTINGS: "no-sources = true\n"}, files={SETTINGS: ""}),
    Row(
        "comes_from_elsewhere",
        ("x",),
        {B: project("b", "", '[tool.uv.sources]\nx = { git = "https://x.example/x" }\n')},
    ),
    Row("indexes_of_sources", (), {B: project("b", "", INDEX)}),
    Row("root_indexes", (), {ROOT: rooted(INDEX)}),
    Row("constraints", ("x",), {ROOT: rooted('[tool.uv]\nconstraint-dependencies = ["x<2"]\n')}),
    Row("is_replaced", ("x",), {ROOT: rooted('[tool.uv]\noverride-dependencies = ["x"]\n')}),
    Row("conflicts", (), {ROOT: IN_CONFLICT[ROOT]}),
    Row("environments", (), {B: project("b").replace("dep", 'requires-python = ">=3.12"\ndep')}),
    Row(
        "python_requirements",
        (),
        {B: project("b").replace("dep", 'requires-python = ">=3.12"\ndep')},
    ),
    Row(
        "python_specifiers", (), {B: project("b").replace("dep", 'requires-python = ">=3.12"\ndep')}
    ),
    Row("directs", ("x",), {B: project("b", '"x @ https://x.example/x-1-py3-none-any.whl"')}),
    Row(
        "why_detached",
        (),
        {"/packages/d/pyproject.toml": ""},
        files={
            BETWEEN: "",
            D: None,
            "/packages/d/e/pyproject.toml": project("e"),
            ROOT: '[tool.uv.workspace]\nmembers = ["packages/d/*"]\n',
        },
        asker="/packages/d/e/pyproject.toml",
    ),
    Row("problems", (), {A: project("b")}, asker=B),
    Row("shared", (B,), {B: project("b").replace('"1"', '"2"')}),
    Row("version_of", (member("b"),), {B: project("b").replace('"1"', '"2"')}),
    Row(
        "extras_of",
        (member("b"),),
        {B: project("b", "", "[project.optional-dependencies]\nx = []\n")},
    ),
    Row(
        "first_editable",
        ("b",),
        {ROOT: rooted("[tool.uv.sources]\nb = { workspace = true, editable = false }\n")},
    ),
    Row("source_kind", ("b",), {ROOT: rooted("[tool.uv.sources]\nb = { workspace = true }\n")}),
    Row("is_package", (), {ROOT: rooted("[tool.uv.sources]\na = { workspace = true }\n")}),
    Row("is_ever_built", (), {ROOT: rooted("[tool.uv.sources]\na = { workspace = true }\n")}),
    Row("ignores_sources", (), {ROOT: rooted("[tool.uv]\nno-sources = true\n")}),
    Row("ignores_sources", (), {SETTINGS: "no-sources = true\n"}, files={SETTINGS: ""}),
    Row("resolves_lowest", (), {ROOT: rooted('[tool.uv]\nresolution = "lowest"\n')}),
    Row("resolves_lowest", (), {SETTINGS: 'resolution = "lowest"\n'}, files={SETTINGS: ""}),
    Row("python_requests", (), disk={"/.python-version": "3.12\n"}),
    Row("default_groups", (), {B: project("b", "", '[tool.uv]\ndefault-groups = ["x"]\n')}),
    Row(
        "group_pythons",
        (),
        {B: project("b", "", f'{GROUP}[tool.uv.dependency-groups]\ndev.requires-python = "<4"\n')},
    ),
    Row("adds_to_builds", (), {ROOT: rooted("[tool.uv.extra-build-dependencies]\na = []\n")}),
    Row(
        "adds_to_builds",
        (),
        {SETTINGS: "[extra-build-dependencies]\na = []\n"},
        files={SETTINGS: ""},
    ),
    Row("shares_environment", (), {ROOT: rooted("[tool.uv]\nno-build-isolation = true\n")}),
    Row("shares_environment", (), {SETTINGS: "no-build-isolation = true\n"}, files={SETTINGS: ""}),
    Row("rule_levels", (), {ROOT: rooted('[tool.ws-lsp.rules]\nunknown-key = "off"\n')}),
    Row("has_settings_file", (), disk={SETTINGS: ""}),
    Row("has_settings_file", (), {SETTINGS: ""}),
    Row("other", (B,), {B: project("b", "", "# more\n")}),
    Row("packages_of_others", (), {B: project("b", "", BUILT)}, files=PACKAGES),
    Row(
        "packages_of_others",
        (),
        disk={"/packages/b/src/x/__init__.py": None},
        files={**PACKAGES, B: project("b", "", BUILT)},
    ),
    # --------------------------------------------------------------- requirements
    Row("is_required", ("x",), {B: project("b", '"x"')}),
    Row("is_required", ("x",), disk={B: project("b", '"x"')}),
    Row("may_be_required", ("x",), {B: project("b", '"x"')}),
    Row("may_be_required", ("x",), {B: project("b", "", BUILT.replace("[]", '["x"]'))}),
    Row("may_be_required", ("x",), disk={B: None}, files={B: project("b", '"x"')}),
    Row(
        "required_under",
        ("x",),
        {B: project("b", "\"x; os_name == 'nt'\"")},
        files={B: project("b", '"x"')},
    ),
    Row("inherits", ("x",), {B: project("b", '"x"')}),
    Row("lacks_index", ("x", "p"), {B: project("b", '"x"')}),
    Row("names_in", ("b",), {B: project("b", "", GROUP)}),
    Row("members_with", (None, "dev"), {B: project("b", "", GROUP)}),
    Row("with_their_members", (frozenset({"b"}),), {B: project("b", '"x"')}),
    Row(
        "with_their_members",
        (frozenset({"b"}),),
        {B: '[project]\nname = "b"\ndynamic = ["version", "dependencies"]\n'},
        files={B: '[project]\nname = "b"\ndynamic = ["version"]\n'},
    ),
    Row(
        "with_their_members",
        (frozenset({"b"}),),
        {B: project("b", FORMATTED, HATCHLING.format("hatchling.build"))},
        files={B: project("b", FORMATTED, HATCHLING.format("hatchling.buil"))},
    ),
    Row(
        "grouped_by_root",
        (),
        {ROOT: rooted('[dependency-groups]\ndev = ["x"]\n')},
        files={ROOT: rooted("[dependency-groups]\ndev = []\n")},
    ),
    Row(
        "unreached",
        (),
        {A: project("a", '"b"')},
        files={ROOT: rooted('[tool.ws-lsp]\ndefault-packages = ["a"]\n')},
        asker=B,
    ),
    Row(
        "are_kept_apart",
        (Context(Name("d")), Context(Name("b"), Name("e"))),
        {C: project("c", '"d"')},
        files={
            B: project(
                "b",
                "",
                "[project.optional-dependencies]\ne = []\n"
                '[tool.uv]\nconflicts = [[{ extra = "e" }, { package = "d" }]]\n',
            ),
            C: project("c"),
            D: project("d"),
        },
    ),
    Row("refused_defaults", (("b",), NEWEST), BOTH, files=IN_CONFLICT),
    Row("refused_defaults", (None, NEWEST), BOTH, files=IN_CONFLICT),
    Row("refused_syncs", (NEWEST,), BOTH, files=IN_CONFLICT),
    Row(
        "pins",
        ("x",),
        {B: project("b", '"x"')},
        files={ROOT: rooted(f'[tool.uv.sources]\nx = {{ index = "p" }}\n{INDEX}')},
    ),
    Row(
        "pins",
        ("x",),
        {B: project("b", "", f"{LIMITED}dependency-groups.dev = {{}}\n")},
        files={
            B: project("b", "", LIMITED),
            ROOT: rooted(f'[tool.uv.sources]\nx = {{ index = "p" }}\n{INDEX}'),
        },
    ),
    Row("contradicted", (), {B: project("b", '"x<2"')}, files={C: project("c", '"x>=2"')}),
    Row("range_against", (ONE,), {B: project("b", '"x<2"')}),
    Row("range_against", (ONE, True), {B: project("b", '"x<2"')}),
    Row("range_beside", (OTHER, "3"), {B: project("b", '"x<2"')}),
    Row("range_through", (OTHER, ONE, False), {B: project("b", '"x<2"')}),
    Row(
        "is_built",
        (),
        {ROOT: OWN_ROOT.replace("= []", '= ["a"]')},
        files={ROOT: OWN_ROOT, A: project("a", "", BUILT)},
    ),
    Row(
        "is_built",
        (),
        {ROOT: f'{OWN_ROOT}[tool.ws-lsp]\ndefault-packages = ["a"]\n'},
        files={ROOT: f"{OWN_ROOT}[tool.ws-lsp]\n", A: project("a", "", BUILT)},
    ),
    Row(
        "is_built_with",
        ("x", None, False),
        {B: project("b", "", BUILT.replace("[]", '["x"]'))},
        files={B: project("b", "", BUILT)},
        asker=ROOT,
    ),
    Row(
        "is_built_with",
        ("x", None, False),
        {ROOT: f'{OWN_ROOT}[tool.ws-lsp]\ndefault-packages = ["a"]\n'},
        files={
            ROOT: f"{OWN_ROOT}[tool.ws-lsp]\n",
            A: project("a", "", BUILT.replace("[]", '["x"]')),
        },
    ),
    Row(
        "needing_itself",
        (),
        {B: project("b", '"a"')},
        files={
            A: project(
                "a", "", BUILT.replace("[]", '["b"]') + "[tool.uv.sources]\nb.workspace = true\n"
            )
        },
    ),
    # ----------------------------------------------------------------------- disk
    Row("kind_of", ("/x",), disk={"/x": ""}),
    Row("kind_of", ("/x/pyproject.toml",), {"/x/pyproject.toml": ""}),
    Row("kind_of", (OUT,), {OUT: None}, opened={OUT: ""}),
    Row("has_file", ("/packages/b", "*.md"), disk={"/packages/b/x.md": ""}),
    Row("lockfile", (), disk={"/uv.lock": "version = 1\n"}),
    Row(
        "locked",
        ("b",),
        disk={"/uv.lock": LOCKED.format(12)},
        files={"/uv.lock": LOCKED.format(11)},
    ),
    Row("comes_from_elsewhere", ("x",), disk={"/uv.lock": LOCKED_OUTSIDE}),
    Row("resolved_sources", ("out",), disk={"/uv.lock": LOCKED_OUTSIDE}),
    Row("environment", (), disk=INSTALLED),
    Row("member_state", ("b",), disk=INSTALLED),
    Row("uv_has", (Feature.IGNORED_DIRECTORIES,), uv=(0, 9, 8)),
    Row("uv_version", (), uv=(0, 9, 8)),
    Row("has_preview", ("x",), {ROOT: rooted('[tool.uv]\npreview-features = ["x"]\n')}),
    Row("has_preview", ("x",), {SETTINGS: 'preview-features = ["x"]\n'}, files={SETTINGS: ""}),
    Row(
        "has_preview",
        ("x",),
        disk={SETTINGS: ""},
        files={"/w/pyproject.toml": project("w"), ROOT: None},
        asker="/w/pyproject.toml",
        root="/w",
    ),
    # ---------------------------------------------------------------------- paths
    Row("file_at", (OUT,), disk=OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("file_at", (OUT,), OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("file_at", (OUT,), {OUT: ""}),
    Row("file_at", (B,), {B: project("b", "", "# more\n")}),
    Row("project_name_at", ("/out",), {OUT: project("other")}, files=OUTSIDE_FILES),
    Row("project_name_at", ("/out",), disk={OUT: project("other")}, files=OUTSIDE_FILES),
    Row(
        "project_version_at",
        ("/out",),
        {OUT: project("out").replace('"1"', '"2"')},
        files=OUTSIDE_FILES,
    ),
    Row(
        "project_version_at",
        ("/out",),
        disk={OUT: project("out").replace('"1"', '"2"')},
        files=OUTSIDE_FILES,
    ),
    Row("is_package_at", ("/out",), OUTSIDE_DEPENDENCIES, files=OUTSIDE_FILES),
    Row("is_package_at", ("/out",), disk=OUTSIDE_DEPENDENCIES, files=OUTSIDE_FILES),
    Row("outdated_projects", (), OUTSIDE_CHANGED, files=OUTSIDE_LOCKED),
    Row("outdated_projects", (), OUTSIDE_REQUIRES, files=OUTSIDE_LOCKED),
    Row("outdated_projects", (), disk=OUTSIDE_CHANGED, files=OUTSIDE_LOCKED),
    Row("indexes_of_sources", (), OUTSIDE_INDEXED, files=OUTSIDE_LOCKED),
    Row("indexes_of_sources", (), disk=OUTSIDE_INDEXED, files=OUTSIDE_LOCKED),
    Row("other_workspace", ("/out",), {OUT: "[tool.uv.workspace]\n"}, files=OUTSIDE_ROOT),
    Row("other_workspace", ("/out",), disk={OUT: "[tool.uv.workspace]\n"}, files=OUTSIDE_ROOT),
    Row("outside_problem", ("/out", NOTHING), OUTSIDE_WRONG, files=OUTSIDE_FILES),
    Row("outside_problem", ("/out", NOTHING), disk=OUTSIDE_WRONG, files=OUTSIDE_FILES),
    Row("outside_requirements", ("/out", NOTHING), OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("outside_requirements", ("/out", NOTHING), disk=OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("required_through_files", ("one",), OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("required_through_files", ("one",), disk=OUTSIDE_REQUIRES, files=OUTSIDE_FILES),
    Row("found_around", (), {BETWEEN: f"{AROUND}{INDEX}"}, files=INHERITING),
    Row("found_around", (), disk={BETWEEN: f"{AROUND}{INDEX}"}, files=INHERITING),
    Row("inherited_source", ("b",), {BETWEEN: NEARER}, files=INHERITING),
    Row("problem_around", (), {BETWEEN: f"{AROUND}[project]\n"}, files=INHERITING),
    Row("problem_around", (), disk={BETWEEN: f"{AROUND}[project]\n"}, files=INHERITING),
    Row("wanted_around", (), {BETWEEN: NEARER + PLACED.format("c")}, files=INHERITING),
    Row("wanted_around", (), disk={BETWEEN: NEARER + PLACED.format("c")}, files=INHERITING),
    Row(  # it is a member of this workspace, and of the one that uv finds from its directory
        "outside_requirements",
        ("/out/m", NOTHING),
        {"/out/m/pyproject.toml": project("m", '"x"')},
        files={
            **OUTSIDE_ROOT,
            ROOT: '[tool.uv.workspace]\nmembers = ["packages/*", "out/m"]\n',
        },
    ),
    # -------------------------------------------------------------------- imports
    Row("foreign_imports", (), disk={"/packages/a/src/a/__init__.py": ""}, files=SOURCES),
    Row("foreign_imports", (), files=SOURCES, surveyed=True),
)
"""Each has another answer after its edit."""


def shown(answer: object) -> str:
    """Return what an answer is equal by: of objects that are only the same or not, what they hold."""
    if isinstance(answer, Manifest):
        return answer.text
    if isinstance(answer, frozenset):
        return str(sorted(map(shown, answer)))
    if type(answer).__name__ == "Lockfile":
        return "a lock file"
    return repr(answer)


class Probing(Rulebook):
    """One rule for files: others would ask again for reasons of their own. Projects outside have all rules."""

    def outside_problem(
        self, snapshot: Snapshot, directory: str, extras: frozenset[Name]
    ) -> tuple[str, str] | None:
        return RULEBOOK.outside_problem(snapshot, directory, extras)

    def found_around(
        self, snapshot: Snapshot, manifest: Manifest, reason: str
    ) -> tuple[Finding, ...]:
        return RULEBOOK.found_around(snapshot, manifest, reason)

    def problem_around(self, snapshot: Snapshot, manifest: Manifest) -> str | None:
        return RULEBOOK.problem_around(snapshot, manifest)


def asking(row: Row, arguments: tuple[Any, ...]) -> Rulebook:
    """Return a rule that reports the answer to the question of a row."""

    @rule("probe", Severity.ERROR, *Scope)
    def probe(view: View, rule: Rule) -> Iterator[Finding]:
        if view.path == row.asker:
            answer = getattr(view, row.question)(*arguments)
            yield rule.finding(view, Span(0, 0), shown(answer))

    return Probing((probe,))


class Outcome(NamedTuple):
    """What an edit came to."""

    answers: tuple[str, str]
    findings: Mapping[str, tuple[Finding, ...]]
    new: Mapping[str, tuple[Finding, ...]]
    """The findings of a new checker."""
    changed: frozenset[Input]
    facts: frozenset[str]
    """The facts of manifests that changed."""


def merged(texts: Mapping[str, str], others: Mapping[str, str | None]) -> dict[str, str]:
    return {path: text for path, text in {**texts, **others}.items() if text is not None}


def host_with(disk: Mapping[str, str], later: bool = False) -> Host:
    return Host(Disk(), Overlay(Memory(disk)), survey_later=later)


@cache
def outcome(number: int) -> Outcome:
    """Ask, edit, and ask again: the checker that was there, and a new one."""
    row = ROWS[number]
    disk = merged(BASE, row.files)
    host = host_with(disk, row.surveyed)
    for path, text in row.opened.items():
        host.edit(path, text)
    before = host.snapshot(row.root)
    arguments = tuple(one(before) if callable(one) else one for one in row.arguments)
    rulebook = asking(row, arguments)
    checker = Checker(rulebook)
    first = answer_in(checker.findings(before), row)
    for path, now in row.edit.items():
        assert path != row.asker
        host.close(path) if now is None else host.edit(path, now)
    if row.disk:
        disk = merged(disk, row.disk)
        host.files.base = Memory(disk)
        host.forget(row.disk)
    if row.uv is not None:
        host.uv_version = lambda: row.uv or NEWEST
        host.another_uv()
    while row.surveyed and host.survey_imports(lambda: False):
        pass
    after = host.snapshot(row.root)
    fresh = host_with(disk)
    fresh.files.buffers.update(host.files.buffers)
    fresh.uv_version = host.uv_version
    findings = checker.findings(after)
    new = Checker(rulebook).findings(fresh.snapshot(row.root))
    facts = {
        name
        for path in before.manifests.keys() & after.manifests.keys()
        for name in COMPARED
        if getattr(before.manifests[path], name) != getattr(after.manifests[path], name)
    }
    return Outcome(
        (first, answer_in(new, row)),
        findings,
        new,
        after.changed_since(before) - {Input.FILES},
        frozenset(facts),
    )


def answer_in(findings: Mapping[str, tuple[Finding, ...]], row: Row) -> str:
    (answer,) = [one.message for one in findings[row.asker] if one.code == "probe"]
    return answer


COMPARED = [name for name, one in vars(Manifest).items() if isinstance(one, Fact) and one.inputs]
NUMBERS = range(len(ROWS))


@pytest.mark.parametrize(
    "number", NUMBERS, ids=[f"{number}-{row.question}" for number, row in enumerate(ROWS)]
)
def test_the_checker_notices_what_changes_an_answer(number: int) -> None:
    found = outcome(number)
    assert found.answers[0] != found.answers[1]
    assert found.findings == found.new


def alone(number: int) -> set[Input]:
    """Return the input of a row's question that changes, where no other one does."""
    reads = {*QUESTIONS[ROWS[number].question].reads}
    if reads == {Input.SHAPE, Input.TEXT}:
        return {Input.TEXT} if not outcome(number).changed else set()
    changed = outcome(number).changed & reads
    return {*changed} if len(changed) == 1 else set()


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_input_of_a_question_changes_its_answer_alone(name: str) -> None:
    reads = {*QUESTIONS[name].reads}
    if len(reads) > 1:
        reads -= {Input.SHAPE}  # every file is asked again when that changes
    rows = [number for number in NUMBERS if ROWS[number].question == name]
    assert reads == reads & {one for number in rows for one in alone(number)}


def test_each_fact_that_is_compared_is_the_only_one_that_changes_in_some_row() -> None:
    found = {
        fact for number in NUMBERS if len(facts := outcome(number).facts) == 1 for fact in facts
    }
    assert {*COMPARED} == found


def test_what_was_not_looked_at_stays_suspect() -> None:
    disk = {**BASE, C: project("c", '"b"')}
    host, checker = host_with(disk), Checker(RULEBOOK)
    before = checker.findings(host.snapshot("/"))
    for path, text in ((B, RENAMED[B]), (A, project("a", "", "# more\n"))):
        host.edit(path, text)
        disk[path] = text
        checker.begin(host.snapshot("/"))
    after = checker.findings(host.snapshot("/"))
    assert after == Checker(RULEBOOK).findings(host_with(disk).snapshot("/"))
    assert after[C] != before[C]


def test_a_closed_file_that_changes_on_disk_is_checked_though_nothing_else_differs() -> None:
    @rule("text", Severity.ERROR, *Scope)
    def tells_the_text(view: View, rule: Rule) -> Iterator[Finding]:
        yield rule.finding(view, Span(0, 0), view.manifest.text)

    host, checker = host_with(BASE), Checker(Rulebook((tells_the_text,)))
    checker.findings(host.snapshot("/"))
    text = project("b", "", "# more\n")
    host.files.base = Memory({**BASE, B: text})
    host.forget([B])
    assert [one.message for one in checker.findings(host.snapshot("/"))[B]] == [text]


def test_what_is_read_for_a_workspace_outside_is_noted_as_well() -> None:
    path, disk = "/deep/pyproject.toml", {**BASE, OUT: project("out")}
    host = host_with({**disk, path: project("deep")})
    before = host.snapshot("/")
    around = before.around("/out")
    assert around is not None
    around.at_path(path)
    host.edit(path, project("deep", "", "# more\n"))
    assert host.snapshot("/").changed_since(before) == {Input.PATHS}


# --------------------------------------------------------------------------- declarations


def test_what_reads_nothing_is_no_question_and_nothing_derived() -> None:
    with pytest.raises(TypeError):
        question()
    with pytest.raises(TypeError):
        question(lambda view: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        derived()
    with pytest.raises(TypeError):
        derived(lambda snapshot: None)  # type: ignore[arg-type]


def test_only_questions_look_at_the_snapshot() -> None:
    for name, one in vars(View).items():
        if callable(one) and name not in QUESTIONS and name != "__init__":
            assert "_snapshot" not in one.__code__.co_names, name


def test_an_answer_is_kept_by_all_arguments_however_they_are_given() -> None:
    snapshot = host_with({**BASE, B: project("b", '"x<2"')}).snapshot("/")
    asks: tuple[Callable[[View], object], ...] = (
        lambda view: view.lacks_index(X, "p", A),
        lambda view: view.lacks_index(X, "p", path=A),
        lambda view: view.lacks_index(path=A, index="p", name=X),
    )
    for ask in asks:
        view = View(Rulebook(()), snapshot, A)
        asked = {*view.asked}
        ask(view)
        ((_, arguments),) = view.asked.keys() - asked
        assert arguments == (X, "p", A)
    view = View(Rulebook(()), snapshot, A)
    view.lacks_index(index="p", name=X)
    assert [arguments for _, arguments in view.asked if arguments] == [(X, "p", None)]
    with pytest.raises(TypeError):
        view.lacks_index(index="p", nme=X)  # type: ignore[call-arg]


def test_facts_of_a_closed_file_are_known_without_its_tree() -> None:
    text = project("b", '"x<2; os_name == \'nt\'", "y"', LIMITED + BUILT)
    manifest = Manifest(B, text)
    manifest.settle()
    assert all(getattr(Manifest, name).of_tree for name in COMPARED)
    for name, one in vars(Manifest).items():
        if isinstance(one, Fact) and name != "syntax":  # tomli is asked when somebody wants to know
            getattr(manifest, name)
    assert "tree" not in vars(manifest)
