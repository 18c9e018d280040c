"""Requirements and markers; what uv says of each was run on uv 0.13.9."""

from __future__ import annotations

import pytest
from support import check, check_fix, findings, workspace

from ws_lsp.grammar.markers import overlap
from ws_lsp.grammar.requirement import (
    is_unsatisfiable,
    lenient_requirement_problem,
    marker_problem,
    requirement_problem,
)


@pytest.mark.parametrize(
    "text",
    [
        "idna",
        " idna",
        "idna\t>=3",
        "A.B_c",
        "idna>=3,",
        "idna>=3 ,",
        "idna>= 3 , <4",
        "idna (>=3)",
        "idna[]",
        "idna[a,b]>=1",
        "idna [a]",
        "idna === 3.0",
        "idna==1.0+local",
        "idna~=3.0",
        "idna!=3.*",
        "idna>=v3",
        "idna>=3.0-1",
        "idna==3!1.0",
        "idna @ git+https://x.example/y",
        "idna @ https://x.example/idna-3.4-py3-none-any.whl",
        "idna @ https://x.example/y.tar.gz#sha256=abc",
        "idna@https://x.example/y.zip",
        "idna @ https://x.example/y.tar.gz; python_version>'3'",
        "idna @ file:///x/y",
        "idna; 'a' == 'b'",
        "idna; os.name == 'nt'",
        "idna; python_version == 'abc'",
        "idna; extra == 'a'",
        "idna; 'x' in extras",
        "idna; python_implementation=='x'",
        "idna; (os_name == 'a') and (os_name=='b')",
    ],
)
def test_sound_requirements(text: str) -> None:
    assert requirement_problem(text) is None
    assert lenient_requirement_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "idna;",
        "_idna",
        "idna_",
        "idna>=3;",
        "idna>=3,,<4",
        "idna===foo",
        "idna ()",
        "idna[a,]",
        "idna[a b]",
        "idna>=1.0+local",
        "idna~=3",
        "idna==3.0.*.1",
        "idna==*",
        "idna>=3.x",
        "idna >=3 <4",
        "idna sniffio",
        "idna # comment",
        "-e .",
        "./libs",
        "https://x.example/idna-1.tar.gz",
        "idna @",
        "idna @ foo",
        "idna @ ./foo",
        "idna @ https://x.example/y",
        "idna; python_version === '3'",
        "idna ; python_version > 3",
        "idna; os_name == 'a' or",
        "idna; extras == 'a'",
    ],
)
def test_wrong_requirements(text: str) -> None:
    assert requirement_problem(text)
    assert lenient_requirement_problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "a>=7<8", "a!=~5.0", "a>=1.9.*", "a<2.*", "a == 3.0*", "a>=3.6,", "a>dev",
        "a>=9.0.0a1.0", "a>=2.7'", "a'>=2.7'; python_version>'3'", "a (>=3<4)", "a>=3.*,<4.*",
        "a; python_version>='3.8.*'",
    ],
)  # fmt: skip
def test_what_uv_mends_in_the_project_table(text: str) -> None:
    assert lenient_requirement_problem(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "idna=3.4",
            "`idna=3.4` is not a valid requirement: `=` is not an operator. Did you mean `==`?",
        ),
        ("idna>>1", "`idna>>1` is not a valid requirement: `>>1` cannot be read"),
        ("idna>=3.*", "`idna>=3.*` is not a valid requirement: `.*` goes with `==` and `!=` only"),
    ],
)
def test_messages(text: str, message: str) -> None:
    assert requirement_problem(text) == message


def test_groups_and_constraints_are_read_strictly() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["idna>=3.*", "idna^3.4"]
        #                            ^^^^^^^^^^ error[invalid-requirement]
        [project.optional-dependencies]
        x = ["idna>=3.*", "./libs"]
        #                 ^^^^^^^^ error[invalid-requirement]
        [dependency-groups]
        dev = ["idna>=3.*"]
        #      ^^^^^^^^^^^ error[invalid-requirement]
        [tool.uv]
        dev-dependencies = ["idna>=3.*"]
        #                   ^^^^^^^^^^^ error[invalid-requirement]
        constraint-dependencies = ["idna>=abc"]
        #                          ^^^^^^^^^^^ error[invalid-requirement]: `idna>=abc` is not a valid requirement: `>=abc` cannot be read
        build-constraint-dependencies = [{ requirement = "x=1", hashes = [] }]
        #                                                ^^^^^ error[invalid-requirement]
        """,
        ("invalid-requirement",),
    )


@pytest.mark.parametrize(
    ("before", "after"), [("idna=3.4", "idna==3.4"), ("idna^3.4", "idna>=3.4,<4")]
)
def test_operators_of_other_tools_are_mended(before: str, after: str) -> None:
    text = '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\ndependencies = ["{}"]\n'
    check_fix(text.format(before), f'Write `"{after}"`', text.format(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{ idna = "^3.4" }', '["idna>=3.4,<4"]'),
        ('{ idna = "^0.4.1", six = "*" }', '["idna>=0.4.1,<0.5", "six"]'),
        ('{ idna = "~1.2.3", six = "~1" }', '["idna>=1.2.3,<1.3", "six>=1,<2"]'),
        ('{ idna = "1.2", six = "1.*", b = ">=1, <2" }', '["idna==1.2", "six==1.*", "b>=1,<2"]'),
        (
            """{ idna = { version = "^3", extras = ["x", "y"], markers = "os_name == 'nt'" } }""",
            """["idna[x,y]>=3,<4; os_name == 'nt'"]""",
        ),
        ("{}", "[]"),
    ],
)
def test_a_table_of_requirements_is_a_list(before: str, after: str) -> None:
    text = '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\ndependencies = {}\n'
    shown = after if len(after) <= 40 else f"{after[:39]}…"
    check_fix(text.format(before), f"Write `{shown}`", text.format(after))


def test_a_table_with_a_header_is_a_list_of_the_table_above() -> None:
    head = '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\n'
    below = '[dependency-groups]\ndev = ["x"] # é\n'
    check_fix(
        f'{head}[project.dependencies] # these\nidna = "^3"\n{below}',
        'Write `["idna>=3,<4"]`',
        f'{head}dependencies = ["idna>=3,<4"]\n{below}',
    )


@pytest.mark.parametrize(
    "table",
    [
        '{ python = "^3.11", idna = "*" }',
        '{ idna = { git = "https://x.example/idna" } }',
        '{ idna = { version = "1", optional = true } }',
        '{ idna = "nope" }',
        '{ idna = ["1"] }',
        '{ b = "*" }',
    ],
)
def test_no_list_is_made_of_what_a_table_does_not_plainly_say(table: str) -> None:
    found = findings(
        workspace(
            f'#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\ndependencies = {table}\n'
            '[tool.uv.workspace]\nmembers = ["b"]\n'
            '#- /b/pyproject.toml\n[project]\nname = "b"\nversion = "1"\n'
        )
    )
    assert [fix.title for one in found if one.code == "invalid-value" for fix in one.fixes] == [
        "Remove `dependencies`"
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a<0", True), ("a>2,<1", True), ("a>=2,<2", True), ("a==1,==2", True), ("a>2,<=2", True),
        ("a[x] (>=3,<2)", True), ("a>=1,<2", False), ("a==1,==1.0", False), ("a<1", False),
        ("a>=2,<2; os_name == 'nt'", True), ("a>=2a1,<2", True), ("a~=2.0,<2", True), ("a", False),
        ("a==1.*,>=2", True), ("a==1.*,>1.9", False), ("a==2.*,<2", True), ("a==1.*,==1.5", False), ("a~=1.0,>=2", True),
        ("a~=2.0.0,<2.0.1", False), ("a~=2.0.1,>=2.1", True), ("a==1,!=1.0", True), ("a==1,!=1.*", True), ("a~=1,>=2", False),
    ],
)  # fmt: skip
def test_unsatisfiable(text: str, answer: bool) -> None:
    assert is_unsatisfiable(text) is answer


def test_specifiers_that_exclude_each_other() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["idna>=3,<2", "local>=3,<2", "kept>=3,<2"]
        #               ^^^^^^^^^^^^ error[unsatisfiable-requirement]: No version can meet `idna>=3,<2`
        [tool.uv]
        override-dependencies = ["kept"]
        [tool.uv.sources]
        local = { path = "../local" }
        """,
        ("unsatisfiable-requirement",),
    )


def test_overrides_and_constraints_of_members_need_a_source() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        override-dependencies = ["Alpha>=2", "beta", "idna"]
        #                        ^^^^^^^^^^ error[constrained-member]: `alpha` is a member of this workspace and needs a `workspace = true` source
        constraint-dependencies = ["alpha<3"]
        #                          ^^^^^^^^^ error[constrained-member]
        [tool.uv.workspace]
        members = ["*"]
        [tool.uv.sources]
        beta = { workspace = true }
        #- /alpha/pyproject.toml
        [project]
        name = "alpha"
        version = "1"
        #- /beta/pyproject.toml
        [project]
        name = "beta"
        version = "1"
        [tool.uv]
        constraint-dependencies = ["alpha"]
        """,
        ("constrained-member",),
    )


def test_markers() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        environments = ["sys_platfor == 'linux'"]
        #               ^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-marker]: `sys_platfor == 'linux'` is not a valid marker: `sys_platfor` is no name of markers. Did you mean `sys_platform`?
        required-environments = "os_name == 'nt' or"
        #                       ^^^^^^^^^^^^^^^^^^^^ error[invalid-marker]
        [tool.uv.sources]
        idna = { index = "a", marker = "python_version === '3'" }
        #                              ^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-marker]
        """,
        ("invalid-marker",),
    )


@pytest.mark.parametrize("text", ["os_name == 'nt'", "'x' in extras", "python_version >= '3.11'"])
def test_sound_markers(text: str) -> None:
    assert marker_problem(text) is None


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ("sys_platform == 'linux'", "platform_machine == 'x86_64'", True),
        ("sys_platform == 'linux'", "sys_platform != 'linux'", False),
        ("sys_platform == 'linux'", "os_name == 'nt'", False),
        ("python_version < '3.12'", "python_version >= '3.12'", False),
        ("python_version <= '3.12'", "python_version >= '3.12'", True),
        ("python_full_version < '3.12.4'", "python_full_version > '3.12.2'", True),
        ("platform_machine == 'riscv64'", "sys_platform == 'linux'", True),
        ("sys_platform == 'x'", "sys_platform == 'y'", False),
        ("extra == 'a'", "extra == 'b'", False),
    ],
)
def test_overlap(first: str, second: str, answer: bool) -> None:
    assert overlap(first, second) is answer


def test_requirements_that_exclude_each_other() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = ["one>=2", "two>=2; os_name == 'nt'", "three (>=2)", "three"]
        [dependency-groups]
        x = ["one<2", "two<2; os_name == 'posix'", "three<2", "one<1"]
        #    ^^^^^^^ error[unsatisfiable-requirement]: No version can meet both `one<2` and `one>=2`
        #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unsatisfiable-requirement]
        #                                          ^^^^^^^^^ error[unsatisfiable-requirement]: No version can meet both `three<2` and `three (>=2)`
        """,
        ("unsatisfiable-requirement",),
    )


def test_a_member_without_a_source_for_the_requirement_must_have_the_version() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["a>=2"]
        #               ^^^^^^ error[unsatisfiable-requirement]: The member `a` is 1, not `a>=2`
        optional-dependencies.x = ["a>=2"]
        [tool.uv.sources]
        a = { workspace = true, extra = "x" }
        [tool.uv.workspace]
        members = ["a"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        """,
        ("unsatisfiable-requirement",),
    )


def test_constraints_that_exclude_what_is_required() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        override-dependencies = ["two>=2"]
        constraint-dependencies = ["one<2", "two (<2)", "three>2", "three<2"]
        #                          ^^^^^^^ error[impossible-constraint]: No version can meet both `one<2` and `one>=2` of `a/pyproject.toml`
        #                                   ^^^^^^^^^^ error[impossible-constraint]: No version can meet both `two (<2)` and `two>=2`
        #                                                          ^^^^^^^^^ error[impossible-constraint]: No version can meet both `three<2` and `three>2`
        [tool.uv.workspace]
        members = ["a"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = ["one>=2", "two==1", "three"]
        """,
        ("impossible-constraint",),
    )


def test_three_equals_signs_are_two_to_uv() -> None:
    root = '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\n[tool.uv.workspace]\nmembers = ["b"]\n'
    member = (
        '#- /b/pyproject.toml\n[project]\nname = "b"\nversion = "1"\nrequires-python = "===3.8"\n'
    )
    codes = [one.code for one in findings(workspace(root + member))]
    assert codes.count("disjoint-requires-python") == 2
    assert "disjoint-requires-python" not in [
        one.code for one in findings(workspace(root + member.replace("3.8", "3.12")))
    ]


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("idna>=1,", True),
        ("idna>=1,; sys_platform == 'linux'", True),
        ("idna (>=1,) ; sys_platform == 'linux'", True),
        ("idna>=1,,<3; sys_platform == 'linux'", False),
        ("idna>=1,, ; sys_platform == 'linux'", False),
    ],
)
def test_a_comma_at_the_end(text: str, sound: bool) -> None:
    assert (requirement_problem(text) is None) is sound


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ("", None),
        ('all = ["a[cpu]", "a[gpu]"]', ", and the extra `all` asks for both"),
        ('all = ["A[Cpu,gpu]"]', ", and the extra `all` asks for both"),
        ('x = ["a[cpu]"]\nall = ["a[x]", "a[gpu]"]', ", and the extra `all` asks for both"),
        # together with an extra that does not conflict
        ('x = ["a[cpu]"]', ", and the extra `x` asks for one of them"),
        (
            'x = ["a[cpu]", "a[gpu]; os_name == \'nt\'"]',
            ", and the extra `x` asks for one of them",
        ),
        ("all = [\"a[cpu]; os_name == 'nt'\", \"a[gpu]; os_name != 'nt'\"]", None),
        ('all = ["b[cpu,gpu]"]', None),
        # a group asks for an extra as others do
        ('[dependency-groups]\nall = ["a[cpu,gpu]"]', None),
    ],
)
def test_what_a_project_asks_of_itself_is_a_part_of_the_list(more: str, end: str | None) -> None:
    expected = "" if end is None else "#       ^^^^^^^^^^^ error[unsatisfiable-requirement]"
    if end is not None:
        expected += f": No version can meet both `idna==3.6` and `idna==3.4`{end}"
    check(
        f"""
#- /pyproject.toml
[project]
name = "a"
version = "1"
[project.optional-dependencies]
cpu = ["idna==3.4"]
gpu = [
        "idna==3.6"
{expected}
]
{more}
[tool.uv]
conflicts = [[{{ extra = "cpu" }}, {{ extra = "gpu" }}]]
""",
        {"unsatisfiable-requirement"},
    )


def test_own_extras_must_exist_where_a_group_asks_for_them() -> None:
    # uv 0.13.9 warns in groups, and says nothing in dependencies and extras
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["a[fsat]"]
        [project.optional-dependencies]
        fast = []
        all = ["a[fsat]"]
        [dependency-groups]
        dev = ["a[fsat]", "A[fast]"]
        #         ^^^^ warning[unknown-member-extra]: `a` has no extra `fsat`. Did you mean `fast`?
        other = ["a[fsat, all]"]
        #           ^^^^ warning[unknown-member-extra]: `a` has no extra `fsat`. Did you mean `fast`?
        """
    )


@pytest.mark.parametrize("space", ["\xa0", "\u2003", "\u3000", "\u2028"])
def test_a_space_from_a_web_page_is_a_space(space: str) -> None:
    text = f"""
        #- /pyproject.toml
        [project]
        name = "r"
        version = "1"
        requires-python = ">={space}3.11"
        dependencies = ["idna{space}>= 3,{space}<4;{space}os_name{space}== 'nt'", "idna{space}>=2"]
        """
    assert findings(workspace(text)) == []


def test_an_invisible_character_is_taken_out() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "r"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["idna\u200b>=3"]
        """,
        'Write `"idna>=3"`',
        """
        #- /pyproject.toml
        [project]
        name = "r"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["idna>=3"]
        """,
    )


def test_hatchling_fills_in_parts_of_requirements() -> None:
    """uv asks the backend for requirements that it cannot read, and hatchling knows what `{…}` means."""
    text = """
#- /pyproject.toml
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "a"
version = "1"
dependencies = ["c @ {root:uri}/../c", "idna>={env:LEAST:3}"]
optional-dependencies.x = ["c @ {root:parent:uri}/c"]
"""
    check(text)
    outside = text.replace("#- /", "#- /outside/")
    root = """
#- /w/pyproject.toml
[project]
name = "root"
version = "1"
dependencies = ["a", "c"]
[tool.uv.sources]
a = { path = "../outside" }
c = { path = "../c" }
#- /c/pyproject.toml
project = { name = "c", version = "1" }
"""
    check(root + outside, {"unusable-path", "conflicting-urls", "invalid-requirement"})
    # another backend is asked as well, and does not know
    code = {"invalid-requirement"}
    finding = "#               ^^^^^^^^^^^^^^^^^^^^^ error[invalid-requirement]\n"
    other = text.replace("hatchling", "flit_core").partition(', "idna')[0]
    check(f"{other}]\n{finding}", code)
    # uv reads groups
    group = '[dependency-groups]\ny = ["c @ {root:uri}/c"]\n'
    check(f"{text}{group}#    ^^^^^^^^^^^^^^^^^^ error[invalid-requirement]\n", code)


LOWEST = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
requires-python = ">=3.11"
dependencies = ["m", "vend", "bounded", "replaced", "dead; python_version < '3'", "idna>=1", "idna"]
[project.optional-dependencies]
more = ["idna"]
#       ^^^^^^ warning[unpinned-requirement]: `idna` has no lower bound, and uv takes the lowest version: it warns
[dependency-groups]
dev = ["a>1", "b==1.*", "c~=1.0", "d===1", "e!=1", "f<9"]
#                                          ^^^^^^ warning[unpinned-requirement]
#                                                  ^^^^^ warning[unpinned-requirement]
[tool.uv]
RESOLUTION
constraint-dependencies = ["bounded>1"]
override-dependencies = ["replaced>1"]
[tool.uv.sources]
m = { workspace = true }
vend = { url = "https://example.org/vend-1.0-py3-none-any.whl" }
[tool.uv.workspace]
members = ["m"]
#- /m/pyproject.toml
[project]
name = "m"
version = "1"
requires-python = ">=3.11"
dependencies = ["idna<4"]
#               ^^^^^^^^ warning[unpinned-requirement]
"""


@pytest.mark.parametrize("word", ["lowest", "lowest-direct"])
def test_the_lowest_versions_need_lower_bounds(word: str) -> None:
    check(LOWEST.replace("RESOLUTION", f'resolution = "{word}"'), {"unpinned-requirement"})


@pytest.mark.parametrize("setting", ["", 'resolution = "highest"', "resolution = 1"])
def test_other_versions_need_none(setting: str) -> None:
    text = LOWEST.replace("RESOLUTION", setting)
    lines = [line for line in text.split("\n") if not line.startswith("#  ")]
    check("\n".join(lines), {"unpinned-requirement"})


def test_extras_of_a_project_at_a_path_must_exist() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["vend[fast, fsat]", "idna[fsat]", "m"]
        #                           ^^^^ warning[unknown-member-extra]: `vend` has no extra `fsat`. Did you mean `fast`?
        [tool.uv.sources]
        vend = { path = "vend" }
        m = { workspace = true }
        [tool.uv.workspace]
        members = ["m"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        dependencies = ["vend[slow]"]
        #                     ^^^^ warning[unknown-member-extra]: `vend` has no extra `slow`
        #- /vend/pyproject.toml
        [project]
        name = "vend"
        version = "1"
        [project.optional-dependencies]
        fast = []
        """,
        {"unknown-member-extra"},
    )
