"""What random workspaces are made of: values that uv accepts first, odd ones in tables of their own.

The first of a table is the simplest: failing examples shrink towards it. What stands there twice is
drawn more often.
"""

from __future__ import annotations

import datetime
import sys
from typing import Any

from differential.spellings import Document

NAMES = ("alpha", "beta-x", "gamma", "delta")
THIRD = ("one", "two", "vend")
SPELT = {
    "alpha": ("alpha", "alpha", "Alpha", "ALPHA"),
    "beta-x": ("beta-x", "beta-x", "beta_x", "Beta.X", "beta--_x"),
    "dev": ("dev", "dev", "Dev", "DEV"),
    "do-cs": ("do-cs", "do_cs", "Do.Cs"),
}
GROUPS = ("dev", "test", "do-cs")
EXTRAS = ("fast", "do-cs")

SPECIFIERS = (
    "",
    "",
    "",
    ">=1",
    "<3",
    ">=1,<3",
    "==1.0",
    "!=1.5",
    "~=1.0",
    ">=0.1,<9",
    "<2",
    ">=2",
    " >= 1",
    "(>=1)",
)
ODD_SPECIFIERS = (
    ">=1.*", ">=1<3", "==1.*", "=1", "^1", ">=3,<2", ">2,<=2", "==1,==2", ">=one", "===1.0", "== ", ">=1,",
    " 1", ">dev", "!=~1.0", ">=1 <3", "@ https://example.invalid/x",
    "@ https://example.invalid/x.whl", "@", "[", "[]", "[fast", "'", ">=1;", ">=1a1.0", "<=1.0*",
    "<18446744073709551615", "<3,!=1.18446744073709551614.*", "@ https://example.invalid:99999/x.zip",
    "@ https://example.invalid/x.zip;marker", "@ https://[::1/x.zip", "@ ssh://example.invalid/x", "@ /nowhere/x",
    "@ file:///nowhere/x.zip", "@ file:nowhere", "@ ./x.zip", "@ git+https://example.invalid:x/y", "@ $VAR",
    "@ hg+https://example.invalid/x", "@ file:///nowhere ; nope == 1", "@ https://256.256.256.256/x.zip",
)  # fmt: skip
MARKERS = (
    "sys_platform == 'linux'", "sys_platform == 'win32'", "sys_platform != 'linux'",
    "python_version >= '3.8'", "python_version < '3.9'", "os_name == 'nt'", "'linux' in sys_platform",
    "platform_machine == 'x86_64'", "sys_platform == 'linux' and python_version < '3.12'",
    "python_full_version >= '3.10.1'", "implementation_name == 'pypy'", "sys_platform == 'darwin' or os_name == 'nt'",
    "platform_python_implementation == 'CPython'", "python_version >= '3.13'", "extra == 'fast'",
)  # fmt: skip
ODD_MARKERS = (
    "", " ", "nope == 1", "sys_platform", "sys_platform = 'linux'", "python_version === '3.8'", "'a' == 'b'",
    "python_version > 'x'", "os.name == 'nt'", "(sys_platform == 'linux'", "sys_platform == linux",
    "sys_platform ~= 'linux'", "python_version in '3.8 3.9'", "extra in 'x'", "sys_platform == 'linux' and",
    "python_version == '3.8.*'", "sys_platform == ''", "python_version >= '3'", "'x' in extras",
    "platform_release >= '5'", "python_version < '3.8' and python_version > '3.9'",
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "-x", "x y", "é", "1.0", ">=1", "alpha", "sys_platform == 'linux'", "a,b", "../x", "all", "dev",
    "https://example.invalid/x.whl", "true", ".", "alpha[fast]", "x\ny", "one", "*", "**a", "[",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    True, False, 0, 1, -1, 1.5, [], {}, [1], ["x"], [[]], [{}], {"x": 1}, {"x": "y"}, [["x"]], [True],
    datetime.date(2026, 1, 1), 2**63, 2**128, 10**400,
)  # fmt: skip
ODD_KEYS = (
    "foo", "Name", "names", "member", "default-packages", "default-members", "package", "optional_dependencies",
    "editable", "extra", "group", "workspace", "path", "index", "url", "x y", "", "include-group",
)  # fmt: skip
VERSIONS = (
    "1.0",
    "0.1.0",
    "1",
    "1.0rc1",
    "v1.0",
    "1!2.0",
    "1.0+local",
    "2026.1.1",
    "1.0.post1",
    "1.0-1",
)
ODD_VERSIONS = (
    "18446744073709551615",
    "1.0+18446744073709551615",
    "",
    "one",
    "1.0.x",
    "1..0",
    "1.0 ",
    " 1.0",
    "1.*",
    "1,0",
    "1.0+",
    "1.0-x",
)

SERIES = sys.version_info[1]
PYTHONS = (
    ">=3.8", ">=3.8", ">=3.9", ">=3.10,<4", "<4", f"<3.{SERIES + 1}", f"=={sys.version_info[0]}.*", ">=3", ">3.7",
    f"==3.{SERIES}.*", f"~=3.{SERIES}", f"~=3.{SERIES}.0", "!=3.9.*", f">=3.8,!=3.9.1,<3.{SERIES + 2}", f">=3.{SERIES}",
    ">=3.8.0", "<4.0a1", ">=3.8rc1", ">= 3.8", ">=3.8,",
)  # fmt: skip
ODD_PYTHONS = (
    "<3.7", "<3", "==2.7.*", ">=4", "", "3.8", ">=three", ">=3.8.*", "^3.8", "~=3", "=3.8", ">=3.8 <4", "*", ">=3.8,<3.7",
    "===3.8", "==3.7.1", "<3.8",
)  # fmt: skip

MEMBERS: tuple[list[str], ...] = (
    ["packages/*"],
    ["packages/*"],
    ["packages/*", "libs/*"],
    ["packages/*", "libs/*"],
    ["packages/alpha", "packages/beta-x"],
    ["packages/*", "packages/alpha", "ghost"],
    ["./packages/*", "libs/gamma/"],
    ["packages/[a-c]*", "libs/../libs/*"],
    ["packages/*/", "libs/g?mma"],
)
ODD_MEMBERS: tuple[list[str], ...] = (
    ["packages/**"], ["**/alpha"], ["*"], ["packages/*/*"], ["packages/[a"], ["***"], [""], ["."], ["packages/{a,b}"],
    [], ["packages/.*"], ["packages/*", "../ws/libs/*"], ["packages/a**"],
)  # fmt: skip
EXCLUDES = (
    ["packages/gamma"], ["packages/g*"], ["libs/*"], ["packages/*"], ["*"], ["packages/[g"], ["./packages/delta"],
    ["packages/notes"], ["packages"], ["**/gamma"],
)  # fmt: skip

SOURCES: tuple[Document, ...] = (
    {"workspace": True},
    {"workspace": True, "editable": True},
    {"workspace": True, "editable": False},
    {"workspace": False},
    {"workspace": True, "marker": "sys_platform == 'linux'"},
    {"workspace": True, "extra": "fast"},
    {"workspace": True, "group": "dev"},
    {"workspace": True, "extra": "fast", "group": "dev"},
    {"workspace": True, "rev": "x"},
    {"workspace": "../../other"},
    {"workspace": "other"},
    {"workspace": "../../nowhere"},
    {"path": "../../vendor/vend"},
    {"path": "vendor/vend"},
    {"path": "../../vendor/vend", "editable": True},
    {"path": "../../vendor/vend", "extra": "fast"},
    {"path": "../../vendor/vend", "group": "dev"},
    {"path": "../../vendor/vend", "marker": "sys_platform == 'linux'"},
    {"path": "../../vendor/again"},
    {"path": "../../vendor/../vendor/vend/"},
    {"path": "vendor/again"},
    {"path": "../../vendor/nameless"},
    {"path": "../../vendor/broken"},
    {"path": "../../vendor/x.tgz"},
    {"path": "../../vendor/x.ZIP"},
    {"path": "../../vendor/vend", "editable": True, "package": False},
    {"path": "../../vendor/vend", "package": False},
    {"path": "../../vendor/empty"},
    {"path": "../../vendor/notes.txt"},
    {"path": "../../vendor/missing"},
    {"path": "../../vendor/missing.whl"},
    {"path": "../alpha"},
    {"path": "packages/alpha"},
    {"path": ""},
    {"path": "."},
    {"path": "../../vendor/vend", "rev": "x"},
    {"path": "../../vendor/vend", "workspace": True},
    {"path": "../../vendor/vend", "subdirectory": "x"},
    {"index": "corp"},
    {"index": "corp", "marker": "sys_platform == 'win32'"},
    {"index": "corp", "group": "dev"},
    {"index": "corp", "extra": "do_cs"},
    {"index": "nowhere"},
    {"index": "Corp"},
    {"index": "a b"},
    {"index": "corp", "editable": True},
    {"git": "https://example.invalid/x", "rev": "a", "tag": "b"},
    {"git": "https://example.invalid/x", "workspace": True},
    {"git": "not a url"},
    {"git": "ssh://git@example.invalid:org/x"},
    {"git": "git+https://example.invalid:99999/x"},
    {"url": "https://example.invalid:/x.tgz"},
    {"url": "https://1.2.3.256/x.zip"},
    {"url": "https://user@/x.zip"},
    {"url": "https://example.invalid/x.ZIP"},
    {"git": "git@example.invalid:x/y"},
    {"git": "ftp://example.invalid/x"},
    {"git": "https://example.invalid/x", "subdirectory": "s"},
    {"git": "https://example.invalid/x", "subdirectory": "s", "path": "p"},
    {"git": "https://example.invalid/x", "editable": True},
    {"url": "https://example.invalid/x"},
    {"url": "https://example.invalid/x-1.0-py3-none-any.whl"},
    {"url": "https://example.invalid/x.zip#fragment"},
    {"url": "https://example.invalid/x.tar.gz", "branch": "b"},
    {"url": "https://github.com/x/y"},
    {"url": "x.whl"},
    {"url": "https://example.invalid/x.zip", "subdirectory": "s"},
    {"editable": True},
    {"marker": "sys_platform == 'linux'"},
    {},
    {"workspace": True, "foo": 1},
    {"workspace": True, "marker": "nope == 1"},
    {"workspace": True, "marker": "sys_platform == 'linux'", "path": "../alpha"},
    {"workspace": True, "package": True},
    {"workspace": True, "lfs": True},
    {"workspace": True, "subdirectory": "x"},
    {"workspace": "", "marker": "os_name == 'nt'"},
)  # fmt: skip

VENDORS = (
    *("vendor/vend", "vendor/vend", "vendor/vend", "vendor/again", "vendor/missing"),
    *("vendor/newer", "vendor/odd"),
)
VENDORED: tuple[Document, ...] = (
    {"editable": True},
    {"editable": False},
    {"marker": "sys_platform == 'linux'"},
    {"marker": "python_version < '3.7'"},
    {"extra": "fast"},
    {"group": "dev"},
    {"package": False},
)

OUTSIDE = (
    'dependencies = ["one<2"]\n', 'dependencies = ["one>=2"]\n', 'dependencies = ["one<2", "two>=2"]\n',
    'dependencies = ["one<2; sys_platform == \'linux\'"]\n', 'dependencies = ["one>=2; sys_platform != \'linux\'"]\n',
    'dependencies = ["one<2; python_version < \'3.9\'"]\n', 'dependencies = ["alpha>=1,<9"]\n', 'dependencies = ["beta_x<1"]\n',
    'dependencies = ["vend>=2"]\n', 'dependencies = ["vend[fast]"]\n[project.optional-dependencies]\nfast = ["one<2"]\n',
    '[project.optional-dependencies]\nfast = ["one<2"]\ndo-cs = ["two^1"]\n', '[project.optional-dependencies]\nfast = ["one>=2"]\n',
    '[dependency-groups]\ndev = ["one<0"]\n', '[dependency-groups]\ndev = ["one^1"]\n', '[dependency-groups]\ndev = [{ include-group = "nope" }]\n',
    '[dependency-groups]\ndev = [{ include-group = "nope" }]\n[tool.uv]\nmanaged = false\n', '[tool.uv]\ndefault-groups = ["nope"]\n',
    'dependencies = ["two"]\n[tool.uv.sources]\ntwo = { path = "nowhere" }\n', 'dependencies = ["two"]\n[tool.uv.sources]\ntwo = { path = "../two" }\n',
    'dependencies = ["two>=2"]\n[tool.uv.sources]\ntwo = { path = "../two" }\n', 'dependencies = ["two"]\n[tool.uv.sources]\ntwo = { workspace = true }\n',
    '[dependency-groups]\ndev = ["two"]\n[tool.uv.sources]\ntwo = { path = "nowhere" }\n', '[tool.uv.sources]\ntwo = { workspace = true }\n',
    '[dependency-groups]\ndev = ["two"]\n[tool.uv.sources]\ntwo = { workspace = true }\n', '[tool.uv.sources]\ntwo = { path = "x", more = 1 }\n',
    'dependencies = ["two"]\n[tool.uv.sources]\ntwo = { index = "corp" }\n', '[tool.uv]\nconflicts = [[]]\n',
    '[tool.uv.workspace]\nmembers = ["inner"]\n', 'dependencies = ["two"]\n[tool.uv.sources]\ntwo = { path = "../two", extra = "fast" }\n',
    'dependencies = ["alpha"]\n[tool.uv.sources]\nalpha = { path = "../nowhere" }\n', 'requires-python = ">=3.8"\n',
)  # fmt: skip
"""What a project that is no member may have, after its name and its version."""

ROOT_SETTINGS: tuple[Document, ...] = (
    {"constraint-dependencies": ["one<3"]},
    {"constraint-dependencies": ["alpha>=2"]},
    {"constraint-dependencies": ["one>=2", "vend>=2"]},
    {"constraint-dependencies": ["one<2; sys_platform == 'linux'"]},
    {"constraint-dependencies": ["vend>=1.5; python_version >= '3.9'"]},
    {"constraint-dependencies": ["one<0"]},
    {"constraint-dependencies": ["one>=1.*"]},
    {"override-dependencies": ["one==1.0"]},
    {"override-dependencies": ["alpha"]},
    {"override-dependencies": ["one>=2,<1"]},
    {"override-dependencies": [{"package": {"name": "two"}, "dependencies": ["one"]}]},
    {"override-dependencies": [{"package": {"name": "alpha"}, "dependencies": ["beta-x"]}]},
    {"override-dependencies": [{"package": "two", "dependencies": ["one"]}]},
    {"exclude-dependencies": ["one"]},
    {"exclude-dependencies": ["one>=1"]},
    {"exclude-dependencies": [{"package": {"name": "two"}, "dependencies": ["one"]}]},
    {"build-constraint-dependencies": ["setuptools>=60"]},
    {"build-constraint-dependencies": ["alpha>=60"]},
    {"build-constraint-dependencies": [{"requirement": "one", "hashes": ["sha256:00"]}]},
    {"build-constraint-dependencies": [{"requirement": "one", "hashes": ["x"]}]},
    {"environments": ["sys_platform == 'linux'"]},
    {"environments": "sys_platform == 'linux'"},
    {"environments": ["sys_platform == 'linux'", "sys_platform == 'darwin'"]},
    {"environments": ["sys_platform == 'linux'", "platform_machine == 'x86_64'"]},
    {"environments": ["sys_platform == 'linux'", "sys_platform == 'win32'", "os_name == 'posix'"]},
    {"environments": ["python_version < '3.7'"]},
    {"environments": ["python_version < '3'"]},
    {"environments": ["python_version >= '4'"]},
    {"environments": ["python_version ~= '2.7'"]},
    {"environments": ["python_version >= '3.8'", "python_version < '3.8'"]},
    {"environments": ["python_version < '3.7' and sys_platform == 'linux'"]},
    {"environments": []},
    {"environments": [""]},
    {"environments": ["nope == 1"]},
    {"required-environments": ["sys_platform == 'linux'"]},
    {"required-environments": ["sys_platform == 'linux'", "python_version >= '3.8'"]},
    {"required-environments": ["python_version < '3.7'"]},
    {"minimum-libc-version": {"glibc": "2.31"}},
    {"minimum-libc-version": {"glibc": "two"}},
    {"minimum-libc-version": {"musl": "1.2", "bsd": "1.0"}},
    {"minimum-libc-version": {"glibc": "2.31.1"}},
    {"minimum-libc-version": {"glibc": "2.65536"}},
    {"required-version": ">=0.1"},
    {"required-version": "<0.1"},
    {"required-version": "one"},
    {"required-version": "0.13.9"},
    {"default-packages": ["alpha"]},
    {"bogus": 1},
    {"resolution": "highest"},
    {"resolution": "newest"},
    {"prerelease": "allow"},
    {"no-sources": 1},
    {"fork-strategy": "fewest"},
    {"concurrent-builds": 0},
    {"preview": True, "preview-features": ["x"]},
    {"cache-keys": [{"nope": 1}]},
    {"cache-keys": [{"file": "x"}]},
    {"pip": {"bogus": 1}},
    {"index-strategy": "first-index"},
    {"build-backend": {"module-name": "x"}},
    {"managed": True},
    {"managed": False},
    {"package": True},
    {"package": False},
    {"package": "true"},
)
CONFLICTS: tuple[Any, ...] = (
    [[{"extra": "fast"}, {"extra": "do-cs"}]],
    [[{"group": "dev"}, {"group": "test"}]],
    [[{"extra": "fast"}]],
    [[{"extra": "fast"}, {"extra": "Fast"}]],
    [[{"group": "nope"}, {"extra": "nope"}]],
    [[]],
    [],
    [[{"package": "alpha", "extra": "fast"}, {"package": "beta-x", "extra": "fast"}]],
    [[{"package": "alpha"}, {"package": "beta-x"}]],
    [[{"package": "alpha"}, {"package": "Alpha"}]],
    [[{"package": "ghost", "extra": "fast"}, {"package": "alpha", "group": "dev"}]],
    [[{"extra": "fast", "group": "dev"}, {"extra": "x"}]],
    [[{}, {"extra": "x"}]],
    [[{"extra": "fast", "foo": 1}, {"extra": "x"}]],
    [{"extra": "fast"}],
    [[{"extra": "x y"}, {"extra": "x"}]],
)
INDEXES: tuple[Document, ...] = (
    {"name": "corp", "url": "simple"},
    {"name": "corp", "url": "simple", "explicit": True},
    {"name": "corp", "url": "simple", "default": True},
    {"name": "Corp", "url": "simple"},
    {"url": "simple"},
    {"url": "simple", "explicit": True},
    {"url": "simple", "default": True},
    {"name": "corp", "url": "simple/one", "format": "flat"},
    {"name": "a b", "url": "simple"},
    {"name": "", "url": "simple"},
    {"name": "corp"},
    {"name": "corp", "url": "simple", "foo": 1},
    {"name": "corp", "url": "simple", "format": "round"},
    {"name": "corp", "url": "simple", "explicit": True, "default": True},
    {"name": "corp", "url": "simple", "authenticate": "always"},
    {"name": "corp", "url": "simple", "ignore-error-codes": [403]},
    {"name": "corp", "url": "simple", "ignore-error-codes": [99]},
    {"name": "corp", "url": "simple", "publish-url": "x"},
    {"name": "corp", "url": "https://example.invalid:99999/simple", "explicit": True},
    {"name": "corp", "url": "git+https://example.invalid:x/simple", "explicit": True},
)
DEFAULT_GROUPS: tuple[Any, ...] = (
    "all", [], ["dev"], ["Dev"], ["test", "dev"], ["nope"], ["all"], "dev", ["x y"], ["dev", "dev"],
)  # fmt: skip
GROUP_SETTINGS: tuple[Document, ...] = (
    {"dev": {"requires-python": ">=3.8"}},
    {"Dev": {"requires-python": f">=3.{SERIES}"}},
    {"dev": {"requires-python": "<3.7"}},
    {"dev": {"requires-python": ">=4"}},
    {"dev": {}},
    {"nope": {"requires-python": ">=3.8"}},
    {"dev": {"requires-python": "x"}},
    {"dev": {"foo": 1}},
    {"dev": {}, "DEV": {}},
)
UV_TOML = (
    "", "", 'resolution = "lowest"\n', "bogus = 1\n", 'default-packages = ["alpha"]\n', "[sources]\n",
    'required-version = ">=0.1"\n', 'required-version = "<0.1"\n', "preview = 1\n", "[pip]\nbogus = 1\n",
    'constraint-dependencies = ["one<3"]\n', 'override-dependencies = ["one<"]\n', "concurrent-builds = 0\n", "[[index]]\n",
    'environments = ["sys_platform == \'linux\'"]\n', "no\n",
)  # fmt: skip


ABOVE = (
    "", "[project\n", "[tool.uv]\n", '[tool.uv]\nrequired-version = "<0.1"\n', '[tool.uv]\nbogus = 1\n',
    '[tool.uv]\nbogus = 1\nrequired-version = "<0.1"\n', '[project]\nname = "above"\nversion = "1.0"\n',
    '[tool.uv.workspace]\nmembers = ["*"]\n',
)  # fmt: skip
