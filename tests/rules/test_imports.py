"""The rule about imports that are not declared: what it says, and how little it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import check, check_fix, host_of, read

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding
from ws_lsp.rules import imports
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native, join

CODES = frozenset(rule.code for rule in imports.RULES)

ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp.rules]
undeclared-import = "warning"
""".lstrip()


def member(name: str, dependencies: str = "[]", more: str = "") -> str:
    return f"""\
#- /packages/{name}/pyproject.toml
[project]
name = "{name}"
version = "1"
dependencies = {dependencies}
[build-system]
requires = []
build-backend = "x"
{more}
"""


CORE = f"{member('core')}#- /packages/core/src/core/__init__.py\n#- /packages/core/src/core/x.py\n"
SOURCE = "#- /packages/api/src/api/__init__.py\n"
TEST = "#- /packages/api/tests/test_api.py\nimport core\n"


def test_a_member_that_is_not_required() -> None:
    check(
        ROOT
        + CORE
        + """
#- /packages/api/pyproject.toml
[project]
name = "api"
version = "1"
dependencies = ["idna"]
^^^^^^^^^^^^ warning[undeclared-import]: `packages/api/src/api/a.py` imports `core.x` of the member `core`, which this project does not require; so do 2 more files
^^^^^^^^^^^^ warning[undeclared-import]: `packages/api/tests/b.py` imports `other` of the member `other`, which this project does not require
[build-system]
#- /packages/api/src/api/a.py
import core.x, core
import api.b
#- /packages/api/src/api/b.py
def late(): from core import x
#- /packages/api/src/api/broken.py
import other other
#- /packages/api/tests/b.py
import core
import other
""".lstrip()
        + member("other")
        + "#- /packages/other/other/__init__.py\n",
        CODES,
    )


@pytest.mark.parametrize(
    "fixture",
    [
        member("api", '["core"]') + SOURCE + "import core",
        member("api", '["Core>=1"]') + SOURCE + "import core",
        member("api", more='[project.optional-dependencies]\nx = ["core"]') + SOURCE + "import core",
        # through another member
        member("api", '["between"]') + SOURCE + "import core\n" + member("between", '["core"]'),
        member("api", '["between"]') + SOURCE + "import core\n"
        + member("between", '["far"]') + member("far", more='[project.optional-dependencies]\nx = ["core"]'),
        # what a build backend makes, nobody knows
        member("api", more='[project]\ndynamic = ["dependencies"]').replace("dependencies = []\n", "") + SOURCE + "import core",
        member("api", more="").replace("dependencies = []", 'dynamic = ["dependencies"]') + SOURCE + "import core",
        member("api", '["between"]') + SOURCE + "import core\n"
        + member("between").replace("dependencies = []", 'dynamic = ["dependencies"]'),
        # tests may rely on groups, through members as well
        member("api", '["core"]') + TEST,
        member("api", more='[dependency-groups]\nx = ["core"]') + TEST,
        member("api", more='[tool.uv]\ndev-dependencies = ["core"]') + TEST,
        member("api", more='[dependency-groups]\nx = ["between"]') + TEST + member("between", '["core"]'),
        # no project, or no name
        "#- /src/x.py\nimport core",
        member("api").replace('name = "api"', "") + SOURCE + "import core",
        # not of a member that is installed
        member("api") + SOURCE + "import application\n"
        + member("application").replace("[build-system]", "[other]") + "#- /packages/application/application.py",
    ],
)  # fmt: skip
def test_silent(fixture: str) -> None:
    check(f"{ROOT}{CORE}{fixture}", CODES)


def test_its_own_modules_are_its_own() -> None:
    """Another member has a package of that name, and the directory of this one has no `__init__.py`."""
    check(
        ROOT
        + CORE
        + member("api")
        + "#- /packages/api/core/own.py\n"
        + "#- /packages/api/src/core/below.py\n"
        + "#- /packages/api/main.py\nimport core.own\nfrom core import below\n",
        CODES,
    )


def test_off_until_it_gets_a_severity() -> None:
    fixture = f"{ROOT}{CORE}{member('api')}{SOURCE}import core"
    snapshot = host_of(read(fixture).files).snapshot("/")
    assert codes(Checker(RULEBOOK).findings(snapshot)) == ["undeclared-import"]
    snapshot = host_of(read(fixture.replace("undeclared-import", "x")).files).snapshot("/")
    assert codes(Checker(RULEBOOK).findings(snapshot)) == []
    assert codes(Checker(RULEBOOK, {"undeclared-import": "hint"}).findings(snapshot)) == [
        "undeclared-import"
    ]


def codes(found: object) -> list[str]:
    assert isinstance(found, dict)
    return [one.code for some in found.values() for one in some if one.code in CODES]


def test_a_group_is_not_enough_for_what_is_installed() -> None:
    check(
        f"""{ROOT}{CORE}
#- /packages/api/pyproject.toml
[project]
#^^^^^^^ warning[undeclared-import]: `packages/api/src/api/__init__.py` imports `core` of the member `core`, which only a dependency group requires
name = "api"
version = "1"
[build-system]
[dependency-groups]
dev = ["core"]
{TEST}{SOURCE}import core
""",
        CODES,
    )


def test_groups_of_the_root_are_for_all_tests() -> None:
    check(f"{ROOT}[dependency-groups]\ndev = ['core']\n{CORE}{member('api')}{TEST}", CODES)


def test_a_root_that_is_a_project() -> None:
    check(
        f"""
#- /pyproject.toml
[project]
name = "whole"
version = "1"
dependencies = []
^^^^^^^^^^^^ warning[undeclared-import]: `main.py` imports `core` of the member `core`, which this project does not require; so does 1 more file
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp.rules]
undeclared-import = "warning"
#- /main.py
import core
#- /more.py
import core
{CORE}{member("api", '["core"]')}{SOURCE}import core
""",
        CODES,
    )


def finding(fixture: str) -> Finding:
    found = Checker(RULEBOOK).findings(host_of(read(fixture).files).snapshot("/"))
    (one,) = (one for some in found.values() for one in some if one.code in CODES)
    return one


def test_where_the_imports_are() -> None:
    texts = "".join(
        f"#- /packages/api/src/api/{name}.py\n# \U0001f600\n'\U0001f600'; import core.x; import core\n"
        for name in "abcdefg"
    )
    one = finding(f"{ROOT}{CORE}{member('api')}{TEST}{texts}")
    assert "so do 7 more files" in one.message
    assert [related.path[-4:] for related in one.related] == [
        f"{name}.py"[-4:].rjust(4, "/") for name in "abcde"
    ]
    for related in one.related:
        placed = related.placed({})
        assert placed is not None
        lines, span = placed
        assert lines.position(span.start) == (1, 5)
        assert lines.text[slice(*span)] == "import core.x"
        assert related.message == "`core.x` is imported here"


DEPENDENCIES = "Add `core` to `dependencies`"
GROUP = "Add `core` to the dependency group `dev`"
API = "#- /packages/api/pyproject.toml\n"


@pytest.mark.parametrize(
    ("root", "before", "after", "source", "title"),
    [
        (
            "",
            '[project]\nname = "api"\nversion = "1"\ndependencies = [\n    "idna",\n]\n[build-system]\n',
            '[project]\nname = "api"\nversion = "1"\ndependencies = [\n    "idna",\n    "core",\n]\n[build-system]\n'
            "\n[tool.uv.sources]\ncore = { workspace = true }\n",
            SOURCE, DEPENDENCIES,
        ),
        (
            "[tool.uv.sources]\ncore = { workspace = true }\n",
            '[project]\nname = "api"\nversion = "1"\n',
            '[project]\nname = "api"\nversion = "1"\ndependencies = ["core"]\n',
            SOURCE, DEPENDENCIES,
        ),
        (
            "",
            'project = { name = "api", version = "1" } # x\n',
            'project = { name = "api", version = "1", dependencies = ["core"] } # x\n'
            "\n[tool.uv.sources]\ncore = { workspace = true }\n",
            SOURCE, DEPENDENCIES,
        ),
        (
            "",
            '[project]\nname = "api"\nversion = "1"\n',
            '[project]\nname = "api"\nversion = "1"\ndependencies = ["core"]\n'
            "\n[tool.uv.sources]\ncore = { workspace = true }\n",
            SOURCE, DEPENDENCIES,
        ),
        (
            "",
            '[build-system]\n[project]\nname = "api"\nversion = "1"\n[dependency-groups]\nDev = []\n[tool.uv.sources]\ncore.workspace = true\n',
            '[build-system]\n[project]\nname = "api"\nversion = "1"\n[dependency-groups]\nDev = ["core"]\n[tool.uv.sources]\ncore.workspace = true\n',
            "#- /packages/api/tests/test_api.py\n", GROUP.replace("dev", "Dev"),
        ),
        (
            "",
            '[build-system]\n[project]\nname = "api"\nversion = "1"\ndependencies = []\n',
            '[build-system]\n[project]\nname = "api"\nversion = "1"\ndependencies = []\n'
            '\n[dependency-groups]\ndev = ["core"]\n\n[tool.uv.sources]\ncore = { workspace = true }\n',
            "#- /packages/api/tests/test_api.py\n", GROUP,
        ),
    ],
)  # fmt: skip
def test_the_fix(root: str, before: str, after: str, source: str, title: str) -> None:
    fixture = f"{ROOT}{root}{CORE}{API}{before}{source}import core"
    check_fix(fixture, title, f"{API}{after}")
    assert not any(fix.is_safe for fix in finding(fixture).fixes)


def test_no_fix_where_the_list_is_none() -> None:
    broken = member("api", '"core"')
    assert finding(f"{ROOT}{CORE}{broken}{SOURCE}import core").fixes == ()


# ------------------------------------------------------------------------ how it is read

COUNT = 6


class Work:
    """A workspace on disk whose sources are read in slices, as in the server."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.write("pyproject.toml", ROOT.partition("\n")[2])
        for number in range(COUNT):
            self.write(f"packages/m{number}/pyproject.toml", self.manifest(number))
            self.write(f"packages/m{number}/src/m{number}/__init__.py", "import m0, m1\n")
        self.host, self.checker = Host(survey_later=True), Checker(RULEBOOK)
        self.root = from_native(str(directory))

    def manifest(self, number: int, dependencies: str = "[]") -> str:
        return member(f"m{number}", dependencies).partition("\n")[2]

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, text: str) -> None:
        self.host.edit(join(self.root, name), text)

    @property
    def snapshot(self) -> Snapshot:
        return self.host.snapshot(self.root)

    def found(self) -> dict[str, int]:
        """Return how many members each member misses, as far as is known now."""
        return {
            path.split("/")[-2]: len(some)
            for path, findings in self.checker.findings(self.snapshot).items()
            if (some := [one for one in findings if one.code in CODES])
        }

    def survey(self) -> int:
        """Read all that is to be read; return how many files that were."""
        before = self.host.disk.reads
        while self.host.survey_imports(lambda: True):
            pass
        return self.host.disk.reads - before


ALL = {"m0": 1, "m1": 1} | {f"m{number}": 2 for number in range(2, COUNT)}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_sources_are_read_in_slices_and_once(work: Work) -> None:
    assert work.survey() == 0  # nobody has asked
    assert work.found() == {}
    slices = 0
    reads = work.host.disk.reads
    while work.host.survey_imports(lambda: True):
        assert work.host.disk.reads - reads <= 1
        reads = work.host.disk.reads
        slices += 1
    assert slices > COUNT
    assert work.found() == ALL
    assert work.survey() == 0


def test_a_keystroke_reads_no_source(work: Work) -> None:
    work.found()
    assert work.survey() == COUNT
    work.found()
    name, text = "packages/m2/pyproject.toml", work.manifest(2)
    reads, checks = work.host.disk.reads, work.checker.checks
    work.edit(name, f"{text}# x\n")
    assert work.found() == ALL
    work.edit(name, work.manifest(2, '["m0"]'))
    assert work.found() == ALL | {"m2": 1}
    # a version, which others see: the modules and who provides them are the same
    work.edit(name, text.replace('version = "1"', 'version = "2"'))
    assert work.found() == ALL
    assert not work.host.survey_imports(lambda: True)
    # a name, which all members see: the workspace is another, and its sources are as they were
    work.edit(name, text.replace('"m2"', '"other"'))
    assert work.found() == ALL
    assert work.checker.checks - checks <= 6
    assert work.survey() == 0
    assert work.found() == ALL
    work.edit("pyproject.toml", ROOT.partition("\n")[2] + "# x\n")
    assert work.found() == ALL
    assert work.host.disk.reads == reads


def test_a_requirement_of_another_member_counts_at_once(work: Work) -> None:
    work.edit("packages/m2/pyproject.toml", work.manifest(2, '["m3"]'))
    work.found()
    work.survey()
    assert work.found() == ALL
    work.edit("packages/m3/pyproject.toml", work.manifest(3, '["m0", "m1"]'))
    assert work.found() == {name: count for name, count in ALL.items() if name not in ("m2", "m3")}
    in_group = work.manifest(3) + '[dependency-groups]\nx = ["m0", "m1"]\n'
    work.edit("packages/m3/pyproject.toml", in_group)
    assert work.found() == ALL


def test_what_changes_on_disk_is_read_anew_and_nothing_else(work: Work) -> None:
    work.found()
    work.survey()
    work.found()
    work.write("packages/m2/src/m2/__init__.py", "import m0  # and no more\n")
    work.write("packages/m3/src/m3/more.py", "import m4\n")
    assert work.host.refresh()
    assert work.found() == ALL  # what was known, until the sources have been read
    assert work.survey() == 2
    assert work.found() == ALL | {"m2": 1, "m3": 3}
    (work.directory / "packages/m3/src/m3/more.py").unlink()
    assert work.host.refresh()
    work.found()
    assert work.survey() == 0
    assert work.found() == ALL | {"m2": 1}


def test_another_place_of_modules(work: Work) -> None:
    work.found()
    work.survey()
    text = work.manifest(0) + '[tool.hatch.build.targets.wheel]\npackages = ["src/elsewhere"]\n'
    work.edit("packages/m0/pyproject.toml", text)
    work.found()
    assert work.survey() == 0
    assert work.found() == {name: 1 for name in ALL if name != "m1"}


NAMES = ("a", "b", "c")
SOURCES = {
    **{f"/packages/{name}/src/{name}/__init__.py": "import a, b.x, c, lib" for name in NAMES},
    **{f"/packages/{name}/tests/test_x.py": "import a\nfrom c import lib" for name in NAMES},
    **{f"/packages/{name}/lib/lib.py": "" for name in NAMES},
}
MANIFESTS = tuple(
    f'[project]\nname = "{name}"\n{requirements}\n[build-system]\n{more}\n'
    for name in (*NAMES, "other")
    for requirements in (
        "dependencies = []",
        'dependencies = ["a"]',
        'dependencies = ["b"]\noptional-dependencies.x = ["c"]',
        'dynamic = ["dependencies"]',
    )
    for more in (
        "",
        '[dependency-groups]\ndev = ["a", "c"]',
        '[tool.setuptools.packages.find]\nwhere = ["lib"]',
    )
)
ROOTS = (
    ROOT.partition("\n")[2],
    ROOT.partition("\n")[2].replace("packages/*", "packages/[ab]"),
    ROOT.partition("\n")[2].replace("warning", "off"),
    ROOT.partition("\n")[2] + '[dependency-groups]\ndev = ["a"]\n',
)
edits = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(MANIFESTS)),
    st.tuples(st.none(), st.sampled_from(ROOTS)),
)


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(MANIFESTS), min_size=3, max_size=3),
    st.lists(edits, min_size=1, max_size=6),
)
def test_after_any_edits_the_findings_are_those_of_a_new_look(
    manifests: list[str], edits: list[tuple[str | None, str]]
) -> None:
    paths = [f"/packages/{name}/pyproject.toml" for name in NAMES]
    now = {"/pyproject.toml": ROOTS[0], **SOURCES, **dict(zip(paths, manifests, strict=True))}
    host, checker = host_of(dict(now)), Checker(RULEBOOK)
    checker.findings(host.snapshot("/"))
    for name, text in edits:
        path = f"/packages/{name}/pyproject.toml" if name else "/pyproject.toml"
        host.edit(path, text)
        now[path] = text
        fresh = Checker(RULEBOOK).findings(host_of(now).snapshot("/"))
        assert checker.findings(host.snapshot("/")) == fresh
