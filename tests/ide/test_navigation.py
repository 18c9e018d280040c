"""Definition, references and highlights of every kind of mention."""

from __future__ import annotations

import pytest
from support import Cursor, cursor, host_of, read

from ws_lsp.ide.navigation import Location, definition, highlights, references

WORKSPACE = """
#- /pyproject.toml
[project]
name = "acme"
version = "1"
dependencies = ["Acme_Core[fast] >=1 ; python_version > '3.8'", "requests"]

[dependency-groups]
dev = ["pytest", { include-group = "Test_Group" }]
test.group = []
"test_group" = ["requests[socks]>2"]

[tool.ws-lsp]
default-packages = ["acme.core", "nowhere"]

[tool.uv]
default-groups = ["dev"]
conflicts = [[{ package = "acme-core", extra = "Fast" }, { package = "ACME-core", group = "lint" }]]

[tool.uv.workspace]
members = ["packages/*", "tools/cli", "nothing/*"]
exclude = ["packages/old"]

[tool.uv.sources]
acme-core = { workspace = true }
"Acme.Cli".workspace = true
elsewhere = { path = "vendor/elsewhere", extra = "x" }
wheel = { path = "vendor/wheel.whl" }
private = [{ index = "corp", marker = "sys_platform == 'linux'" }, { index = "other" }]

[tool.uv.sources.third]
workspace = true

[[tool.uv.index]]
name = "corp"
url = "https://index.example/"
#- /packages/core/pyproject.toml
[project]
name = "acme_core"
version = "1"

[project.optional-dependencies]
fast = ["orjson"]
all = ["acme-core[fast,FAST]", "acme-core[nothing]"]

[dependency-groups]
lint = ["ruff"]

[tool.uv.sources]
orjson = { index = "corp", extra = "fast" }
ruff = { index = "corp", group = "lint" }

[build-system]
requires = ["acme-cli"]
#- /packages/old/pyproject.toml
[project]
name = "old"
version = "1"
#- /tools/cli/pyproject.toml
[project]
name = 'acme-cli'
version = "1"
dependencies = ["acme-c\\u006Fre [all]", "requests[socks]"]
#- /vendor/elsewhere/pyproject.toml
[project]
name = "elsewhere"
version = "1"
#- /vendor/wheel.whl
#- /vendor/other/pyproject.toml
[tool.uv.workspace]
members = ["libs/*"]
#- /vendor/other/libs/third/pyproject.toml
[project]
name = "Third"
version = "1"
"""

CORE = "/packages/core/pyproject.toml:2 acme_core"
CLI = "/tools/cli/pyproject.toml:2 acme-cli"
OLD = "/packages/old/pyproject.toml:2 old"
ELSEWHERE = "/vendor/elsewhere/pyproject.toml:2 elsewhere"
THIRD = "/vendor/other/libs/third/pyproject.toml:2 Third"
SOURCE_OF_THIRD = "[tool.uv.sources.third]\nworkspace = true"


def at(old: str, new: str) -> Cursor:
    assert old in WORKSPACE
    return cursor(WORKSPACE.replace(old, new, 1))


def shown(where: Cursor, location: Location) -> str:
    """Return a location as file, line (from 1) and text."""
    text = read(WORKSPACE).files[location.path]
    line = text.count("\n", 0, location.span.start) + 1
    return f"{location.path}:{line} {text[slice(*location.span)]}".rstrip()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Acme_Core[', '"Acme$0_Core[', [CORE]),
        ('"Acme_Core[fast', '"Acme_Core[fa$0st', ["/packages/core/pyproject.toml:6 fast"]),
        ('"acme.core"', '"acme.$0core"', [CORE]),
        ('"acme.core"', '$0"acme.core"', []),
        ('"nowhere"', '"now$0here"', []),
        ('"requests"', '"req$0uests"', []),
        ("acme-core = {", "$0acme-core = {", [CORE]),
        ('"Acme.Cli".', '"Acme.Cl$0i".', [CLI]),
        ("workspace = true", "works$0pace = true", [CORE]),
        ("workspace = true", "workspace = tr$0ue", [CORE]),
        ("[tool.uv.sources.third]\nworkspace", "[tool.uv.sources.third]\nwork$0space", []),
        ('package = "acme-core"', 'package = "acme-co$0re"', [CORE]),
        ('extra = "Fast"', 'extra = "F$0ast"', ["/packages/core/pyproject.toml:6 fast"]),
        ('group = "lint" }]]', 'group = "l$0int" }]]', ["/packages/core/pyproject.toml:10 lint"]),
        ('include-group = "Test', 'include-group = "$0Test', ["/pyproject.toml:9 test_group"]),
        ('default-groups = ["dev', 'default-groups = ["d$0ev', ["/pyproject.toml:7 dev"]),
        ('"packages/*"', '"packages$0/*"', [CORE, OLD]),
        ('"tools/cli"', '"tools/cli$0"', [CLI]),
        ('"nothing/*"', '"noth$0ing/*"', []),
        ('"packages/old"', '"pack$0ages/old"', [OLD]),
        ('"vendor/elsewhere"', '"vend$0or/elsewhere"', [ELSEWHERE]),
        ('path = "vendor/els', 'pa$0th = "vendor/els', [ELSEWHERE]),
        ('"vendor/wheel', '"vendor/$0wheel', ["/vendor/wheel.whl:1"]),
        ("elsewhere = {", "else$0where = {", [ELSEWHERE]),
        ('"requests[socks]"]\n#', '"requests[socks]", "Else$0where"]\n#', [ELSEWHERE]),
        ("wheel = {", "whe$0el = {", ["/vendor/wheel.whl:1"]),
        (SOURCE_OF_THIRD, '[tool.uv.sources.thi$0rd]\nworkspace = "vendor/other"', [THIRD]),
        (SOURCE_OF_THIRD, '[tool.uv.sources.third]\nworkspace = "vendor$0/other"', [THIRD]),
        (SOURCE_OF_THIRD, '[tool.uv.sources.third]\nworkspace = "vendor$0/lost"', []),
        ('index = "corp", marker', 'index = "co$0rp", marker', ["/pyproject.toml:33 corp"]),
        ('index = "corp", extra', 'index = "co$0rp", extra', ["/pyproject.toml:33 corp"]),
        ('index = "other"', 'index = "oth$0er"', []),
        ('extra = "fast"', 'extra = "fa$0st"', ["/packages/core/pyproject.toml:6 fast"]),
        ('group = "lint" }\n', 'group = "li$0nt" }\n', ["/packages/core/pyproject.toml:10 lint"]),
        ("[fast,FAST]", "[fast,FA$0ST]", ["/packages/core/pyproject.toml:6 fast"]),
        ('requires = ["acme-cli"]', 'requires = ["acm$0e-cli"]', [CLI]),
        ("\\u006Fre", "\\u00$06Fre", [CORE]),
        ("re [all]", "re [al$0l]", ["/packages/core/pyproject.toml:7 all"]),
        ("name = 'acme-cli'", "name = 'acme$0-cli'", [CLI]),
        ('version = "1"', 'ver$0sion = "1"', []),
    ],
)
def test_the_definition(old: str, new: str, expected: list[str]) -> None:
    where = at(old, new)
    found = definition(where.snapshot, where.manifest, where.offset)
    assert [shown(where, target.location) for target in found] == expected


CORE_PLACES = [
    "/pyproject.toml:4 Acme_Core",
    "/pyproject.toml:12 acme.core",
    "/pyproject.toml:16 acme-core",
    "/pyproject.toml:16 ACME-core",
    "/pyproject.toml:23 acme-core",
    "/packages/core/pyproject.toml:2 acme_core",
    "/packages/core/pyproject.toml:7 acme-core",
    "/packages/core/pyproject.toml:7 acme-core",
    "/tools/cli/pyproject.toml:4 acme-c\\u006Fre",
]
FAST_PLACES = [
    "/pyproject.toml:4 fast",
    "/pyproject.toml:16 Fast",
    "/packages/core/pyproject.toml:6 fast",
    "/packages/core/pyproject.toml:7 fast",
    "/packages/core/pyproject.toml:7 FAST",
    "/packages/core/pyproject.toml:13 fast",
]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Acme_Core[', '"Acme$0_Core[', CORE_PLACES),
        ('name = "acme_core"', 'name = "acme$0_core"', CORE_PLACES),
        ("\\u006Fre", "\\u00$06Fre", CORE_PLACES),
        ("[fast,FAST]", "[fast,FA$0ST]", FAST_PLACES),
        ('fast = ["orjson', 'fa$0st = ["orjson', FAST_PLACES),
        (
            '"requests"',
            '"reque$0sts"',
            [
                "/pyproject.toml:4 requests",
                "/pyproject.toml:9 requests",
                "/tools/cli/pyproject.toml:4 requests",
            ],
        ),
        (
            "requests[socks]>2",
            "requests[so$0cks]>2",
            ["/pyproject.toml:9 socks", "/tools/cli/pyproject.toml:4 socks"],
        ),
        (
            'name = "corp"',
            'name = "$0corp"',
            [
                "/pyproject.toml:27 corp",
                "/pyproject.toml:33 corp",
                "/packages/core/pyproject.toml:13 corp",
                "/packages/core/pyproject.toml:14 corp",
            ],
        ),
        (
            "lint = [",
            "li$0nt = [",
            [
                "/pyproject.toml:16 lint",
                "/packages/core/pyproject.toml:10 lint",
                "/packages/core/pyproject.toml:14 lint",
            ],
        ),
        (
            '"test_group" =',
            '"test$0_group" =',
            ["/pyproject.toml:7 Test_Group", "/pyproject.toml:9 test_group"],
        ),
        (
            "name = 'acme-cli'",
            "name = '$0acme-cli'",
            ["/pyproject.toml:24 Acme.Cli", "/packages/core/pyproject.toml:17 acme-cli", CLI],
        ),
        (
            "sources.third",
            "sources.thi$0rd",
            ["/pyproject.toml:29 third"],
        ),
        ('version = "1"', 'vers$0ion = "1"', []),
    ],
)
def test_the_references(old: str, new: str, expected: list[str]) -> None:
    where = at(old, new)
    found = references(where.snapshot, where.manifest, where.offset, True)
    assert sorted(shown(where, location) for location in found) == sorted(expected)


def test_references_leave_out_the_definition_where_it_is_not_asked_for() -> None:
    where = at("lint = [", "li$0nt = [")
    found = references(where.snapshot, where.manifest, where.offset, False)
    assert [shown(where, one) for one in found] == [
        "/packages/core/pyproject.toml:14 lint",
        "/pyproject.toml:16 lint",
    ]


def test_highlights_are_of_the_same_file_and_symbol() -> None:
    where = at("lint = [", "li$0nt = [")
    found = highlights(where.snapshot, where.manifest, where.offset)
    text = where.manifest.text
    assert [(text[slice(*one.span)], one.defines) for one in found] == [
        ("lint", True),
        ("lint", False),
    ]


def test_a_group_of_the_same_name_in_another_member_is_another_group() -> None:
    where = cursor(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["a", "b"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        [dependency-groups]
        d$0ev = []
        all = [{include-group = "dev"}]
        #- /b/pyproject.toml
        [project]
        name = "b"
        [dependency-groups]
        dev = []
        all = [{include-group = "dev"}]
        """
    )
    found = references(where.snapshot, where.manifest, where.offset, True)
    assert {location.path for location in found} == {"/a/pyproject.toml"}
    assert len(found) == 2


def test_broken_text_around_a_mention_does_no_harm() -> None:
    where = cursor(
        """
        #- /pyproject.toml
        [tool.uv.workspace
        members = ["a"
        [tool.ws-lsp]
        default-packages = ["😀", "A$0", "
        [tool.uv.workspace]
        members = ["a"]
        #- /a/pyproject.toml
        [project
        name = "a"
        """
    )
    found = definition(where.snapshot, where.manifest, where.offset)
    assert [target.location.path for target in found] == ["/a/pyproject.toml"]


def test_what_is_named_is_known_anew_after_a_discovery_and_after_an_edit() -> None:
    files = {
        "/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n',
        "/a/pyproject.toml": '[project]\nname = "a"\n',
        "/b/pyproject.toml": '[project]\nname = "b"\n',
    }
    host = host_of(files)

    def mentioning() -> list[str]:
        snapshot = host.snapshot("/")
        manifest = snapshot.manifests["/a/pyproject.toml"]
        found = references(snapshot, manifest, manifest.text.index("name") + 8, True)
        return [location.path for location in found]

    assert mentioning() == ["/a/pyproject.toml"]
    host.edit("/b/pyproject.toml", '[project]\nname = "b"\ndependencies = ["a"]\n')
    assert mentioning() == ["/a/pyproject.toml", "/b/pyproject.toml"]
    host.edit("/a/pyproject.toml", '[project]\nname = "c"\n')
    assert mentioning() == ["/a/pyproject.toml"]
    host.edit("/b/pyproject.toml", '[project]\nname = "b"\ndependencies = ["C"]\n')
    assert mentioning() == ["/a/pyproject.toml", "/b/pyproject.toml"]
