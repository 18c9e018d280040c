"""Refactorings: what is offered at `$0`, and what the files are after it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support import Cursor, check_changes, host_of, read

from ws_lsp.checking.findings import Change
from ws_lsp.ide.refactor import refactorings

REST = """
#- /packages/a/pyproject.toml
[project]
name = "a"
version = "1"
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1"
#- /packages/c/pyproject.toml
[project]
name = "c"
version = "1"
"""


def titles(text: str) -> list[str]:
    fixture = read(text)
    assert fixture.at is not None
    path, offset = fixture.at
    host = host_of(fixture.files)
    found = host.root_of(path)
    assert found is not None
    snapshot = host.snapshot(found)
    return [one.title for one in refactorings(snapshot, snapshot.manifests[path], offset)]


def check(before: str, title: str, after: str) -> None:
    def choose(at: Cursor) -> Sequence[Change]:
        offered = list(refactorings(at.snapshot, at.manifest, at.offset))
        assert title in [one.title for one in offered]
        return next(one for one in offered if one.title == title).changes()

    check_changes(before, after, choose)


def root(before: str, title: str, after: str) -> None:
    """Check a refactoring of a root that changes nothing else; `REST` are the members."""
    check(f"#- /pyproject.toml\n{before}\n{REST}", title, f"#- /pyproject.toml\n{after}\n")


# ----------------------------------------------------------------------------- sorting


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        (
            'default-pack$0ages = ["c", \'A\', "b"] # some\n[tool.uv.workspace]\nmembers = ["packages/*"]',
            "default-packages",
            'default-packages = [\'A\', "b", "c"] # some\n[tool.uv.workspace]\nmembers = ["packages/*"]',
        ),
        (
            """\
default-packages = [
    # c goes first
    # for now
    "c", # really
    "b"$0, # b

    # the other group
    "a" # no comma
]
[tool.uv.workspace]
members = ["packages/*"]""",
            "default-packages",
            """\
default-packages = [
    "b", # b
    # c goes first
    # for now
    "c", # really

    # the other group
    "a" # no comma
]
[tool.uv.workspace]
members = ["packages/*"]""",
        ),
        (
            """\
default-packages = [ # all
    "c$0"  , # c
    "b",
    # a
    "a" # no comma
    # the end
]
[tool.uv.workspace]
members = ["packages/*"]""",
            "default-packages",
            """\
default-packages = [ # all
    # a
    "a", # no comma
    "b",
    "c"   # c
    # the end
]
[tool.uv.workspace]
members = ["packages/*"]""",
        ),
        (
            """\
default-packages = [
    "c", "b$0",
    "a"]
[tool.uv]
workspace.members = ["packages/*"]""",
            "default-packages",
            """\
default-packages = [
    "a", "b",
    "c"]
[tool.uv]
workspace.members = ["packages/*"]""",
        ),
    ],
)
def test_default_packages_are_sorted(before: str, key: str, after: str) -> None:
    root(f"[tool.ws-lsp]\n{before}", f"Sort `{key}`", f"[tool.ws-lsp]\n{after}")


def test_patterns_are_sorted() -> None:
    head = "[tool.uv.workspace]\n"
    before = 'mem$0bers = ["packages/c", "packages/a"]\nexclude = ["z", "packages/b"]'
    root(
        head + before,
        "Sort `members`",
        head
        + before.replace("$0", "").replace(
            '"packages/c", "packages/a"', '"packages/a", "packages/c"'
        ),
    )
    before = before.replace("$0", "").replace('"z"', '"z$0"')
    root(
        head + before,
        "Sort `exclude`",
        head + before.replace("$0", "").replace('"z", "packages/b"', '"packages/b", "z"'),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[tool.uv.sources] # them all\n# about b\nb = { workspace = true }\n"
            'a$0 = [\n  { workspace = true },\n] # a\n\nidna = { git = "https://git.example/idna" }\n',
            "[tool.uv.sources] # them all\na = [\n  { workspace = true },\n] # a\n# about b\n"
            'b = { workspace = true }\n\nidna = { git = "https://git.example/idna" }\n',
        ),
        (
            "[tool.uv.sour$0ces]\nb.workspace = true\nb.editable = true\nA.workspace = true",
            "[tool.uv.sources]\nA.workspace = true\nb.workspace = true\nb.editable = true",
        ),
        (
            "[tool.uv]\nsour$0ces = { c = { workspace = true }, a = { workspace = true } }",
            "[tool.uv]\nsources = { a = { workspace = true }, c = { workspace = true } }",
        ),
    ],
)
def test_sources_are_sorted(before: str, after: str) -> None:
    head = 'tool.uv.workspace.members = ["packages/*"]\n'
    if before.startswith("[tool.uv.sources]"):
        head = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    else:
        before, after = (
            text.replace("[tool.uv]\n", '[tool.uv]\nworkspace.members = ["packages/*"]\n')
            for text in (before, after)
        )
        head = ""
    root(head + before, "Sort `sources`", head + after)


@pytest.mark.parametrize(
    "text",
    [
        'default-pack$0ages = ["a", "b"]',
        'default-pack$0ages = ["b", 1, "a"]',
        'default-pack$0ages = ["b", # whose?\n"a"]',
        'default-pack$0ages = ["b", "a"]\n= broken',
        'x = 1 # def$0ault\ndefault-packages = ["b", "a"]',
    ],
)
def test_what_is_sorted_or_unclear_is_left_alone(text: str) -> None:
    assert titles(f"#- /pyproject.toml\n[tool.ws-lsp]\n{text}\n") == []


# ------------------------------------------------------------------- patterns and lists


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        (
            'members = ["packages/a", "./packages/b/$0", "packages/c"] # all',
            "Write `packages/*` for 3 listed members",
            'members = ["packages/*"] # all',
        ),
        (
            """\
members = [
    # ours
    'packages/c', # c
    "packa$0ges/a",
]""",
            "Write `packages/*` for 2 listed members, and exclude 1",
            """\
members = [
    # ours
    'packages/*', # c
]
exclude = ["packages/b"]""",
        ),
        (
            'members = ["packages/a", "packages/b$0"]\nexclude = [\n    "old", # gone\n]',
            "Write `packages/*` for 2 listed members, and exclude 1",
            'members = ["packages/*"]\nexclude = [\n    "old", # gone\n    "packages/c",\n]',
        ),
        (
            'members = ["pack$0ages/*"]\nexclude = ["packages/b"]',
            "List the 2 members that `packages/*` names",
            'members = ["packages/a", "packages/c"]\nexclude = ["packages/b"]',
        ),
        (
            "members = [\n  'pack$0ages/[ab]', # two\n  \"packages/a\"\n]",
            "List the member that `packages/[ab]` names",
            "members = [\n  'packages/b', # two\n  \"packages/a\"\n]",
        ),
        (
            'members = [\n  "pack$0ages/*" # all\n]',
            "List the 3 members that `packages/*` names",
            'members = [\n  "packages/a",\n  "packages/b",\n  "packages/c" # all\n]',
        ),
    ],
)
def test_patterns_and_lists(before: str, title: str, after: str) -> None:
    root(f"[tool.uv.workspace]\n{before}", title, f"[tool.uv.workspace]\n{after}")


@pytest.mark.parametrize(
    "members",
    [
        '["packages/a$0"]',
        '["packages/a$0", "packages/missing"]',
        '["packages/a$0", "other/b"]',
        '["packages/a$0",\n"packages/b", # a comment that would go\n]',
        '["packages/none$0*"]',
    ],
)
def test_where_no_pattern_or_list_is_offered(members: str) -> None:
    text = f"#- /pyproject.toml\n[tool.uv.workspace]\nmembers = {members}\n{REST}"
    assert [one for one in titles(text) if not one.startswith("Sort")] == []


# --------------------------------------------------------------------- workspace sources


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a$0 = { path = '../a', editable = true } # local",
            "a = { workspace = true, editable = true } # local",
        ),
        (
            'a = { git = "https://git.example/a$0", branch = "main" }',
            "a = { workspace = true }",
        ),
        (
            'A.git = "https://git.example/a"\nA$0.rev = "1" # old\nA.subdirectory = "x"\n',
            "A.workspace = true\n",
        ),
    ],
)
def test_a_source_becomes_a_workspace_source_everywhere(before: str, after: str) -> None:
    head = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    user = '#- /packages/user/pyproject.toml\n[project]\nname = "user"\nversion = "1"\n'
    user += 'dependencies = ["a"]\n[tool.uv.sources]\n'
    other = '#- /packages/x/pyproject.toml\n[project]\nname = "x"\nversion = "1"\n'
    other += '[project.optional-dependencies]\nall = ["A>=1"]\n'
    path = "[tool.uv.sources.a]\npath = '../a'\n"
    check(
        f"{head}{REST}{user}{before}\n{other}{path}",
        "Take `a` from the workspace",
        f"{user}{after}\n{other}[tool.uv.sources.a]\nworkspace = true\n",
    )


def test_sources_of_strangers_stay() -> None:
    head = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    source = '[tool.uv.sources]\nid$0na = { git = "https://git.example/idna" }\n'
    assert titles(f"{head}{source}{REST}") == []
    listed = "[tool.uv.sources]\na$0 = [{ path = 'x' }, { workspace = true }]\n"
    assert titles(f"{head}{listed}{REST}") == []


# ------------------------------------------------------------------------- constraints

REPEATED = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["*"]
#- /a/pyproject.toml
[project]
name = "a"
version = "1"
dependencies = [
    "idna[x]>=3,<4", # i$0
    "attrs >= 20",
    "six>=1; python_version > '3'",
]
#- /b/pyproject.toml
[project]
name = "b"
version = "1"
dependencies = ['IDNA (>=3, <4)', "six>=1"]
[dependency-groups]
dev = ["attrs>=20", "idna"]
"""


def test_a_repeated_specifier_becomes_a_constraint() -> None:
    check(
        REPEATED.replace("# i$0", "# i").replace("idna[x]", "id$0na[x]"),
        "Extract `idna>=3,<4` into `constraint-dependencies`",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]

        [tool.uv]
        constraint-dependencies = ["idna>=3,<4"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = [
            "idna[x]", # i
            "attrs >= 20",
            "six>=1; python_version > '3'",
        ]
        #- /b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dependencies = ['IDNA', "six>=1"]
        [dependency-groups]
        dev = ["attrs>=20", "idna"]
        """,
    )


def test_a_list_of_repeated_specifiers_becomes_constraints() -> None:
    check(
        REPEATED.replace("# i$0", "# i")
        .replace("dependencies = [\n", "depen$0dencies = [\n")
        .replace('["*"]', '["*"]\n[tool.uv]\nconstraint-dependencies = [\n    "x<2", # x\n]'),
        "Extract 2 repeated specifiers into `constraint-dependencies`",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        [tool.uv]
        constraint-dependencies = [
            "x<2", # x
            "idna>=3,<4",
            "attrs>= 20",
        ]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = [
            "idna[x]", # i
            "attrs",
            "six>=1; python_version > '3'",
        ]
        #- /b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dependencies = ['IDNA', "six>=1"]
        [dependency-groups]
        dev = ["attrs", "idna"]
        """,
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'IDNA (>=3, <4)'", "'IDNA>=3'"),  # said once alone
        ('"idna"]', '"idna>=5"]'),  # somebody needs another version
        ('"idna"]', "\"idna>=5; sys_platform == 'win32'\"]"),
        ('["*"]', '["*"]\n[tool.uv]\nconstraint-dependencies = ["idna<9"]'),
        ('["*"]', '["*"]\n[tool.uv]\nconstraint-dependencies = 1'),
        ('["*"]', '["*"]\n[tool.uv.sources]\nidna = { path = "idna" }'),
        ("#- /a/", "#- /uv.toml\n#- /a/"),
        ('name = "b"', 'name = "idna"'),
    ],
)
def test_specifiers_that_cannot_be_constraints(old: str, new: str) -> None:
    text = REPEATED.replace("# i$0", "# i").replace("idna[x]", "id$0na[x]")
    assert old in text
    assert titles(text.replace(old, new, 1)) == []


# -------------------------------------------------------------------- requires-python


def test_one_requires_python_for_all() -> None:
    text = """
    #- /pyproject.toml
    [project]
    name = "root"
    version = "1"
    requires-python = ">=3.10" # old
    [tool.uv.workspace]
    members = ["*"]
    #- /a/pyproject.toml
    [project]
    name = "a"
    version = "1"
    requires-python = '>=3.12'
    #- /b/pyproject.toml
    [project]
    name = "b"
    version = "1"
    #- /c/pyproject.toml
    [project]
    name = "c"
    version = "1"
    requires-python = "~=3.1X"
    """
    at = text.replace("3.10", "3$0.10")
    raised, lowered = (f"Require Python `>=3.{one}` in all 3 projects" for one in (12, 10))
    assert titles(at) == [lowered, raised]
    after = """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        requires-python = ">=3.12" # old
        [tool.uv.workspace]
        members = ["*"]
        #- /c/pyproject.toml
        [project]
        name = "c"
        version = "1"
        requires-python = ">=3.12"
        """
    check(at, raised, after)
    check(text.replace("requires-python = '", "requires-py$0thon = '"), raised, after)
    beside = """
    [tool.uv.sources]
    new = { path = "../new" }
    #- /new/pyproject.toml
    [project]
    name = "new"
    version = "1"
    requires-python = ">=3.11"
    """
    with_path = text.replace('["*"]', '["[abc]"]').replace(
        '"~=3.1X"', f'"~=3.1X"\n    dependencies = ["new"]{beside}'
    )
    assert titles(with_path.replace("3.10", "3$0.10")) == [raised]  # `new` is for no older ones
    same = text.replace("3.10", "3.1$02").replace("~=3.1X", ">=3.12")
    assert titles(same) == []


# ----------------------------------------------------------------------------- joining

JOIN = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/a"]
exclude = ["libs/new"] # not yet
[tool.uv.sources]
idna = { git = "https://git.example/idna" }
#- /packages/a/pyproject.toml
[project]
name = "a"
version = "1"
dependencies = ["new>=1"]
#- /libs/new/pyproject.toml
[proj$0ect]
name = "new"
version = "1"
requires-python = ">=3.11"
dependencies = ["a"]
[tool.uv.sources]
a = { path = "../../packages/a" }
"""


def test_a_project_joins_the_workspace_above_it() -> None:
    check(
        JOIN,
        "Add this project to the workspace in `../..`",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/a", "libs/new"]
        exclude = [] # not yet
        [tool.uv.sources]
        idna = { git = "https://git.example/idna" }
        new = { workspace = true }
        #- /libs/new/pyproject.toml
        [project]
        name = "new"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["a"]
        [tool.uv.sources]
        a = { workspace = true }
        """,
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "new"', 'name = "A"'),
        ('"libs/new"] # not yet', '"libs/*"] # not yet'),
        ('name = "a"', 'name = "a"\nrequires-python = "<3.11"'),
        ('version = "1"\nrequires', 'version = "1"\nx = \nrequires'),
        ("[tool.uv.workspace]", "[tool.uv.wörkspace]"),
        ("idna = {", "idna = { path = 'x' }\nnew = {"),
        ('["a"]', '["a", "idna"]\n[tool.x]'),
    ],
)
def test_a_project_that_cannot_join(old: str, new: str) -> None:
    assert old in JOIN
    assert titles(JOIN.replace(old, new, 1)) == []


def test_a_project_that_excludes_what_others_require_cannot_join() -> None:
    text = JOIN.replace('["new>=1"]', '["new", "six>2"]')
    assert len(titles(text.replace('["a"]', '["a", "six==3"]'))) == 1
    assert titles(text.replace('["a"]', '["a", "six==1"]')) == []
