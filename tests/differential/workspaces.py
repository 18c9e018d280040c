"""Small uv workspaces by the thousand: hypothesis strategies, spellings of TOML, and an index of wheels.

A document is plain data; `written` spells it in one way and `spelt` in any of those that TOML has. A few
workspaces are sound throughout, most have a mistake or two: of all kinds that the rules know, and of
kinds that nobody thought of.
"""

from __future__ import annotations

import copy
import datetime
import json
import random
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import strategies as st

__all__ = ["Document", "Plan", "make_index", "plans", "plant", "spelt", "written"]

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A workspace to write: documents and other texts by path; directories end in `/`."""

    documents: Mapping[str, Document]
    others: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."

    def texts(self) -> dict[str, str]:
        """Return the texts of all files, and the directories, by path."""
        documents = {path: written(document) for path, document in self.documents.items()}
        return {**documents, **self.others}

    def __repr__(self) -> str:
        texts = "\n".join(f"#- /{path}\n{text}" for path, text in self.texts().items())
        return f"Plan (cwd {self.cwd}):\n{texts}"


def plant(texts: Mapping[str, str], root: Path) -> None:
    """Write files and directories below an existing directory."""
    for path, text in texts.items():
        place = root / path
        if path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="")


# ------------------------------------------------------------------------- the index

WHEELS = dict.fromkeys(("one", "two", "alpha", "beta-x", "gamma", "delta", "vend"), ("1.0", "2.0"))
"""Every name that a workspace may require is in the index, so that nothing fails for want of one."""


def make_index(directory: Path) -> None:
    """Write the wheels, flat, and an index of the simple kind below `simple/`."""
    for name, versions in WHEELS.items():
        links = ""
        place = directory / "simple" / name
        place.mkdir(parents=True)
        for version in versions:
            stem = f"{name.replace('-', '_')}-{version}"
            wheel = f"{stem}-py3-none-any.whl"
            with zipfile.ZipFile(place / wheel, "w") as archive:
                head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                archive.writestr(f"{stem}.dist-info/METADATA", head)
                tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
                archive.writestr(f"{stem}.dist-info/WHEEL", tags)
                archive.writestr(f"{stem}.dist-info/RECORD", "")
            links += f'<a href="{wheel}">{wheel}</a>\n'
        (place / "index.html").write_text(links, encoding="utf-8")
        # then uv skips it where a pattern of members leads to it
        (place / ".ignore").write_text("*\n", encoding="utf-8")


# ---------------------------------------------------------------------- one spelling

_BARE = re.compile(r"[-_A-Za-z0-9]+\Z")


def written(document: Document) -> str:
    """Return a document in the usual spelling: headers, and inline tables in arrays and sources."""
    return "".join(_sections(document, ())).lstrip("\n")


def _sections(table: Document, path: tuple[str, ...]) -> Iterator[str]:
    below = {key: value for key, value in table.items() if _has_header(path, key, value)}
    lines = [f"{_key(key)} = {_value(value)}\n" for key, value in table.items() if key not in below]
    if path and (lines or not below):
        yield f"\n[{'.'.join(map(_key, path))}]\n"
    yield from lines
    for key, value in below.items():
        inner = (*path, key)
        if isinstance(value, dict):
            yield from _sections(value, inner)
            continue
        for item in value:
            yield f"\n[[{'.'.join(map(_key, inner))}]]\n"
            yield from (f"{_key(name)} = {_value(one)}\n" for name, one in item.items())


def _has_header(path: tuple[str, ...], key: str, value: Any) -> bool:
    if isinstance(value, dict):
        return path[-1:] != ("sources",)
    tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    return bool(tables) and key == "index"


def _key(name: str) -> str:
    return name if _BARE.match(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------- any spelling

_ORDERLESS = frozenset({(), ("tool",), ("tool", "uv"), ("project",)})
"""Tables whose keys are words of uv's: their order means nothing. That of names does in messages."""


def spelt(document: Document, seed: int) -> str:
    """Return the same document in an odd spelling, a matter of chance."""
    return _Speller(random.Random(seed)).document(document)


class _Speller:
    """Writes a document; `random` decides all that TOML leaves open."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def document(self, document: Document) -> str:
        text = "".join(self.table(document, (), True))
        if self.often(3):
            text = text.replace("\n", "\r\n")
        return "\ufeff" * self.often(4) + text

    def often(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def table(self, table: Document, path: tuple[str, ...], header: bool) -> list[str]:
        """Return the statements of a table below its header, then the sections below it."""
        lines: list[str] = []
        sections: list[list[str]] = []
        names = list(table)
        if path in _ORDERLESS:
            self.chance.shuffle(names)
        for name in names:
            value = table[name]
            inner = (*path, name)
            tables = isinstance(value, list) and value and all(isinstance(x, dict) for x in value)
            if isinstance(value, dict) and self.often(2):
                sections.append(self.table(value, inner, True))
            elif tables and self.often(2):
                sections.append([line for item in value for line in self.item(item, inner)])
            else:
                lines += [
                    f"{self.space()}{key} = {one}{self.end()}"
                    for key, one in self.statements(name, value)
                ]
        if path in _ORDERLESS:
            self.chance.shuffle(sections)
        implied = bool(sections) and not lines and self.often(2)
        if path and not implied:
            lines.insert(0, f"{self.blank()}{self.space()}[{self.dotted(path)}]{self.end()}")
        return [*lines, *(line for section in sections for line in section)]

    def item(self, item: Document, path: tuple[str, ...]) -> Iterator[str]:
        yield f"{self.blank()}[[{self.dotted(path)}]]{self.end()}"
        for name, value in item.items():
            for key, one in self.statements(name, value):
                yield f"{key} = {one}{self.end()}"

    def statements(self, name: str, value: Any) -> Iterator[tuple[str, str]]:
        """Yield `name = value`, or the dotted keys that say the same."""
        if isinstance(value, dict) and value and self.often(2):
            for inner, one in value.items():
                for key, text in self.statements(inner, one):
                    yield f"{self.key(name)}{self.space()}.{self.space()}{key}", text
        else:
            yield self.key(name), self.value(value)

    def value(self, value: Any) -> str:
        if isinstance(value, dict):
            parts = [
                f"{key} = {text}"
                for name, one in value.items()
                for key, text in self.statements(name, one)
            ]
            return self.listed("{}", parts)
        if isinstance(value, list):
            return self.listed("[]", [self.value(item) for item in value])
        return self.string(value) if isinstance(value, str) else _value(value)

    def listed(self, brackets: str, parts: list[str]) -> str:
        gap = self.chance.choice(("", " ", "\n    ", " # a comment\n  "))
        comma = "," if parts and self.often(3) else ""
        inner = ",".join(f"{gap}{part}{self.space()}" for part in parts)
        return f"{brackets[0]}{inner}{comma}{gap}{brackets[1]}"

    def string(self, text: str) -> str:
        plain = text.isprintable()
        kind = self.chance.randrange(6)
        if kind == 0 and plain and "'" not in text:
            return f"'{text}'"
        if kind == 1 and plain and "'" not in text:
            return f"'''{text}'''"
        if kind == 2 and text:
            at = self.chance.randrange(len(text))
            code = ord(text[at])
            escape = f"\\U{code:08X}" if code > 0xFFFF or self.often(2) else f"\\u{code:04x}"
            return f"{_value(text[:at])[:-1]}{escape}{_value(text[at + 1 :])[1:]}"
        return f'""{_value(text)}""' if kind == 3 else _value(text)

    def key(self, name: str) -> str:
        kind = self.chance.randrange(6)
        if kind == 0 and name.isprintable() and "'" not in name:
            return f"'{name}'"
        if kind == 1 and name:
            return f'"\\u{ord(name[0]):04x}{_value(name[1:])[1:]}'
        return _value(name) if kind == 2 else _key(name)

    def dotted(self, path: tuple[str, ...]) -> str:
        return ".".join(f"{self.space()}{self.key(name)}{self.space()}" for name in path)

    def space(self) -> str:
        return self.chance.choice(("", "", "", " ", "\t"))

    def blank(self) -> str:
        return self.chance.choice(("", "\n", "\n# a comment, é 😀\n"))

    def end(self) -> str:
        return self.chance.choice(("\n", "\n", "\n", " # a comment\n", "  \n\n"))


# ---------------------------------------------------------------------- the workspaces

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


class _Maker:
    """Makes one workspace. Whatever is drawn first is the simplest: so examples shrink."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.directories: dict[str, str] = {}
        self.inherited: Document = {}
        """Sources of the root, which members inherit."""

    # ------------------------------------------------------------------------- chance

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def one(self, choices: tuple[Any, ...]) -> Any:
        return copy.deepcopy(self.draw(st.sampled_from(choices)))

    def some(self, choices: tuple[str, ...], most: int) -> list[str]:
        return self.draw(st.lists(st.sampled_from(choices), max_size=most, unique=True))

    def odd(self, usual: tuple[Any, ...], unusual: tuple[Any, ...], one_in: int = 16) -> Any:
        return self.one(unusual) if self.chance(one_in) else self.one(usual)

    def spelling(self, name: str) -> str:
        return str(self.one(SPELT.get(name, (name,)))) if self.chance(4) else name

    # ---------------------------------------------------------------------- workspace

    def plan(self) -> Plan:
        names = self.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
        for name in names:
            places = (f"packages/{name}",) * 5 + (
                f"libs/{name}", f"packages/.{name}", f"packages/alpha/plugins/{name}", f"packages/{name}s",
            )  # fmt: skip
            self.directories[name] = str(self.one(places)) if self.chance(3) else places[0]
        virtual = not self.chance(2)
        documents: dict[str, Document] = {"pyproject.toml": self.root(virtual)}
        for name, directory in self.directories.items():
            documents[f"{directory}/pyproject.toml"] = self.project(self.spelling(name), directory)
        if self.chance(12):
            again = self.one(("packages/copy", "libs/copy"))
            name = self.spelling(str(self.one((*names, "root"))))
            documents[f"{again}/pyproject.toml"] = self.project(name, str(again))
        others = self.others()
        others["vendor/vend/pyproject.toml"] = '[project]\nname = "vend"\nversion = "1.0"\n'
        others["vendor/again/pyproject.toml"] = others["vendor/vend/pyproject.toml"]
        others["vendor/nameless/pyproject.toml"] = '[project]\nversion = "1.0"\n'
        others["vendor/broken/pyproject.toml"] = "[project\n"
        others["vendor/newer/pyproject.toml"] = (
            f'[project]\nname = "vend"\nversion = "2.0"\nrequires-python = ">=3.{SERIES - 1}"\n'
        )
        others["vendor/odd/pyproject.toml"] = (
            '[project]\nname = "vend"\nversion = "1.0"\ndependencies = ["one^1"]\n'
        )
        others |= {
            "vendor/empty/": "",
            "vendor/notes.txt": "",
            "vendor/x.tgz": "",
            "vendor/x.ZIP": "",
        }
        others["other/pyproject.toml"] = '[tool.uv.workspace]\nmembers = ["vend"]\n'
        others["other/vend/pyproject.toml"] = '[project]\nname = "vend"\nversion = "1.0"\n'
        if self.chance(3):
            self.mutate(documents)
        inside = self.chance(8)
        cwd = str(self.one(tuple(self.directories.values()))) if inside else "."
        return Plan(documents, others, cwd)

    def others(self) -> dict[str, str]:
        usual = ("packages/empty/", "packages/.hidden/", "packages/.hidden/notes.md")
        found = {
            path: ""
            for path in (*usual, "packages/file", "libs/gamma/", "docs/index.md")
            if self.chance(6)
        }
        if self.chance(24):
            found["packages/notes/notes.md"] = ""
        if self.chance(24):
            found["packages/other/pyproject.toml"] = str(
                self.one(
                    ("", "[tool.other]\n", "[tool.uv]\nmanaged = false\n", "[project\n", "\x00")
                )
            )
        if self.chance(16):
            found["uv.toml"] = str(self.one(UV_TOML))
        if self.chance(8):
            above = str(self.one(("../uv.toml", "../pyproject.toml")))
            found[above] = str(self.one(UV_TOML if above.endswith("uv.toml") else ABOVE))
        return found

    def root(self, virtual: bool) -> Document:
        workspace: Document = {"members": list(self.odd(MEMBERS, ODD_MEMBERS))}
        if self.chance(4):
            workspace["exclude"] = list(self.one(EXCLUDES))
        uv: Document = {}
        if self.chance(2):
            for name in self.directories:
                if self.chance(3):
                    self.inherited[self.spelling(name)] = {"workspace": True}
        if self.chance(8):
            self.inherited[self.spelling(str(self.one((*NAMES, *THIRD))))] = self.source()
        if self.chance(8):
            uv["default-packages" if self.chance(4) else "dev-dependencies"] = ["one"]
        if self.chance(3):
            uv |= self.one(ROOT_SETTINGS)
        document: Document = {}
        if not virtual:
            document = self.project("root", ".", inherited=True)
        else:
            if self.chance(4):
                document = self.groups("", ".", {})
        document.setdefault("tool", {}).setdefault("uv", {})
        sources = {**document["tool"]["uv"].pop("sources", {}), **self.inherited}
        self.inherited = sources
        document["tool"]["uv"] |= uv
        if sources:
            document["tool"]["uv"]["sources"] = sources
        if self.chance(6):
            document["tool"]["uv"]["index"] = self.indexes()
        if self.chance(6):
            document["tool"]["uv"]["conflicts"] = self.odd(CONFLICTS[:2], CONFLICTS, 2)
        if self.chance(10):
            document["tool"]["ws-lsp"] = {"default-packages": [str(self.one(NAMES))]}
        document["tool"]["uv"]["workspace"] = workspace
        return document

    def indexes(self) -> list[Document]:
        found = [dict(self.odd(INDEXES[:2], INDEXES, 4))]
        return [*found, dict(self.one(INDEXES))] if self.chance(4) else found

    def project(self, name: str, directory: str, inherited: bool = False) -> Document:
        sources: Document = {}
        project: Document = {"name": name}
        if not self.chance(60):
            project["version"] = self.odd(VERSIONS, ODD_VERSIONS, 24)
        if self.chance(2):
            project["requires-python"] = self.odd(PYTHONS, ODD_PYTHONS, 16)
        project["dependencies"] = self.requirements(name, directory, sources, 2)
        extras = self.some(EXTRAS, 2) if self.chance(4) else []
        if extras:
            project["optional-dependencies"] = {
                self.spelling(extra): self.requirements(name, directory, sources, 1)
                for extra in extras
            }
        document: Document = {"project": project}
        if self.chance(3):
            document |= self.groups(name, directory, sources)
        if self.chance(8):
            document["build-system"] = {"requires": ["uv_build>=0.9"], "build-backend": "uv_build"}
        uv = self.member_settings()
        if self.chance(8):
            sources[self.spelling(str(self.one((*NAMES, *THIRD, "ghost"))))] = self.sources()
        if sources:
            uv["sources"] = sources
        if uv:
            document["tool"] = {"uv": uv}
        return document

    def member_settings(self) -> Document:
        uv: Document = {}
        if self.chance(8):
            uv["default-groups"] = self.one(DEFAULT_GROUPS)
        if self.chance(12):
            uv["package"] = bool(self.chance(2))
        if self.chance(12):
            uv["index"] = self.indexes()
        if self.chance(16):
            uv["conflicts"] = self.one(CONFLICTS)
        if self.chance(12):
            uv |= self.one(ROOT_SETTINGS)
        if self.chance(16):
            uv["dependency-groups"] = dict(self.one(GROUP_SETTINGS))
        if self.chance(32):
            uv["workspace"] = {"members": []}
        if self.chance(20):
            uv["managed"] = False
        return uv

    def groups(self, name: str, directory: str, sources: Document) -> Document:
        groups: Document = {}
        for group in self.some(GROUPS, 3):
            entries: list[Any] = list(self.requirements(name, directory, sources, 1, strict=True))
            if self.chance(3):
                included = self.spelling(str(self.odd(GROUPS, ("nope", "x y", ""), 12)))
                entries.append({"include-group": included})
            if self.chance(40):
                entries.append(self.one(({"path": "x"}, {}, {"include-group": "dev", "x": "y"}, 1)))
            groups[self.spelling(group)] = entries
        return {"dependency-groups": groups}

    def requirements(
        self, name: str, directory: str, sources: Document, most: int, strict: bool = False
    ) -> list[str]:
        found: list[str] = []
        for wanted in self.some((*self.directories, "one", "two", *NAMES, "vend"), most):
            spelling = self.spelling(wanted)
            specifier = self.odd(SPECIFIERS, ODD_SPECIFIERS, 20)
            extra = self.one(("", "", "", "[fast]", "[do_cs]", "[nope]", "[fast,Do-Cs]"))
            if specifier.startswith(("@", "[")):
                specifier, extra = f" {specifier}", ""
            marker = f"; {self.odd(MARKERS, ODD_MARKERS, 12)}" if self.chance(6) else ""
            found.append(f"{spelling}{extra}{specifier}{marker}")
            declared = {key.lower() for key in (*sources, *self.inherited)}
            if wanted in self.directories and wanted not in declared and not self.chance(16):
                source = self.source() if self.chance(16) else {"workspace": True}
                sources[self.spelling(wanted)] = source
            elif wanted == "vend" and self.chance(3):
                up = "../" * (directory.count("/") + 1) if directory != "." else ""
                place = self.one(VENDORS)
                path: Document = {"path": up + str(place)}
                if self.chance(4):
                    path |= self.one(VENDORED)
                sources[self.spelling(wanted)] = path
        return found

    def sources(self) -> Any:
        if self.chance(5):
            return [self.source() for _ in range(self.draw(st.integers(0, 3)))]
        return self.source()

    def source(self) -> Document:
        source = dict(self.odd(SOURCES[:3], SOURCES, 2))
        if self.chance(6):
            source["marker"] = self.odd(MARKERS, ODD_MARKERS, 8)
        return source

    # ----------------------------------------------------------------------- mutation

    def mutate(self, documents: dict[str, Document]) -> None:
        """Make one change that nobody would think of."""
        path = str(self.one(tuple(documents)))
        places = list(_places(documents[path]))
        if not places:
            return
        holder, key = self.one(tuple(places))
        value = holder[key]
        kind = self.draw(st.integers(0, 5))
        if kind == 0 and isinstance(holder, dict):
            holder.pop(key)
        elif kind == 1 and isinstance(holder, dict):
            holder[str(self.one(ODD_KEYS))] = holder.pop(key)
        elif kind == 2 and isinstance(value, dict):
            value[str(self.one(ODD_KEYS))] = self.one((*ODD_VALUES, *ODD_TEXTS))
        elif kind == 3 and isinstance(value, list):
            value.append(self.one((*ODD_VALUES, *ODD_TEXTS)))
        elif kind == 4:
            holder[key] = self.one(ODD_VALUES)
        elif isinstance(value, str):
            holder[key] = self.one(ODD_TEXTS)
        else:
            holder[key] = self.one((*ODD_TEXTS, *ODD_VALUES))


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a document: a table and a key, or an array and an index."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Workspaces of which the files alone decide whether uv accepts them, all but a few."""
    return _Maker(draw).plan()
