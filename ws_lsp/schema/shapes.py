"""What the schema is made of: shapes of values, and keys with all that is to be said of them. Data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple

__all__ = [
    "ANYTHING",
    "FLAG",
    "Anything",
    "Choice",
    "Flag",
    "Holds",
    "Integer",
    "Key",
    "Keys",
    "Layer",
    "ListOf",
    "MapOf",
    "Reader",
    "Role",
    "Shape",
    "Text",
    "alternatives",
    "dotted",
    "names_packages",
]


class Holds(Enum):
    """What a string is: the language that it is written in, or the thing that it names."""

    TEXT = auto()
    """Any text."""
    PACKAGE = auto()
    """The name of a package."""
    MEMBER = auto()
    """The name of a member of the workspace."""
    SELECTED_PACKAGE = auto()
    """The name of a package, or `:all:` or `:none:`."""
    GROUP = auto()
    """The name of a dependency group."""
    EXTRA = auto()
    """The name of an extra."""
    INDEX = auto()
    """The name of an index."""
    REQUIREMENT = auto()
    """A requirement (PEP 508)."""
    LATE_REQUIREMENT = auto()
    """A requirement of `[project]`, which uv reads more leniently."""
    VERSION = auto()
    """A version (PEP 440)."""
    SPECIFIERS = auto()
    """Version specifiers (PEP 440)."""
    PYTHON_SPECIFIERS = auto()
    """The version specifiers of a `requires-python`."""
    UV_SPECIFIERS = auto()
    """The version specifiers, or the version, of a `required-version`."""
    MARKER = auto()
    """An environment marker (PEP 508)."""
    URL = auto()
    """An absolute URL."""
    INDEX_URL = auto()
    """The URL or the directory of an index, of an entry of `[[tool.uv.index]]`."""
    PATH = auto()
    """The path of a file or a directory."""
    PATTERN = auto()
    """A pattern for directories."""
    MOMENT = auto()
    """A date, a point in time, or a duration that ends now."""
    TIMESTAMP = auto()
    """A point in time (RFC 3339)."""
    DURATION = auto()
    """A duration, such as `7 days` or `P7D`."""
    PROXY = auto()
    """The URL of a proxy; without a scheme it is `http`."""
    HOST = auto()
    """A host with or without a port."""
    HEADER = auto()
    """The value of an HTTP header."""
    PYTHON_VERSION = auto()
    """A version of Python."""
    GROUP_OF_FILE = auto()
    """A dependency group, behind the path of a `pyproject.toml` and a colon or alone."""
    MODULE = auto()
    """The dotted name of a Python module."""
    DIRECTORY_INSIDE = auto()
    """A directory of the project itself."""
    BUILD_PATTERN = auto()
    """A pattern for files of a build."""
    PREVIEW_FEATURE = auto()
    """The name of a preview feature of uv."""
    LIBC_VERSION = auto()
    """A version of a libc, such as `2.31`."""
    WHOLE_VALUE = auto()
    """A word that stands for a whole list; other words are a mistake of their own kind."""
    RULE = auto()
    """The code of a rule of ws-lsp."""


class Role(Enum):
    """What a name does where it stands."""

    DEFINITION = auto()
    """It defines what it names: `project.name`, a key of `[dependency-groups]`, the name of an index."""
    REQUIREMENT = auto()
    """It is required: in dependencies, extras, groups or build requirements."""
    SOURCE = auto()
    """It is a key of `[tool.uv.sources]`."""
    DEFAULT_PACKAGE = auto()
    """It is an entry of `default-packages`."""
    CONFLICT = auto()
    """It stands in an entry of `conflicts`."""
    INCLUDE = auto()
    """It is the `include-group` of a dependency group."""
    DEFAULT_GROUP = auto()
    """It is an entry of `default-groups`."""
    LIMIT = auto()
    """It is the `extra`, `group` or `index` of a source."""
    SETTING = auto()
    """It stands in another setting."""


class Anything(NamedTuple):
    """A value that uv does not look at."""

    noun: str = "anything"


class Text(NamedTuple):
    """A string.

    `words` are the only strings allowed, where there are any, beside `aliases`, which are not offered.
    `owner` is the key beside it that names the package whose group or extra it is.
    """

    holds: Holds = Holds.TEXT
    role: Role = Role.SETTING
    words: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    """Words that are offered; others are allowed."""
    owner: str = ""
    deprecated: tuple[str, str] = ("", "")
    """A word of which uv warns, and the word to use in place of it (`Feature.WARNS_OF_OLD_WORDS`)."""
    aliases: tuple[str, ...] = ()
    noun: str = "a string"


class Flag(NamedTuple):
    """A boolean; `words` are those allowed."""

    words: tuple[str, ...] = ("true", "false")
    since: tuple[int, ...] = ()
    """The first version of uv that takes a boolean here, empty where 0.9.8 does."""
    noun: str = "`true` or `false`"


class Integer(NamedTuple):
    """A whole number from `least` to `most`."""

    least: int | None = None
    most: int | None = None
    noun: str = "an integer"


class ListOf(NamedTuple):
    """An array of items of one shape."""

    item: Shape
    noun: str = "a list"


class Keys(NamedTuple):
    """A table of known keys; where it is `closed`, uv refuses others."""

    keys: Mapping[str, Key]
    closed: bool = False
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    """Keys of which the table needs one: where it has none, another rule finds the table wrong."""
    single: bool = False
    """Whether the table must have exactly one key."""
    by_position: bool = False
    """Whether uv also takes a list with the values of all keys, in their order."""
    aliases: Mapping[str, str] = MappingProxyType({})
    """Other spellings of keys, which are not offered."""
    elsewhere: frozenset[str] = frozenset()
    """Unknown keys that a rule of their own reports."""
    usual: tuple[str, str] = ("", "")
    """A key and a bare value that alone make a sound table: the quick way for the usual one."""
    since: tuple[int, ...] = ()
    """The first version of uv that takes a table here, empty where 0.9.8 does."""
    rest: Shape = Anything()
    """The shape of the values of unknown keys."""
    noun: str = "a table"

    def find(self, text: str) -> Key | None:
        """Return the known key of a spelling."""
        return self.keys.get(self.aliases.get(text, text))


class MapOf(NamedTuple):
    """A table whose keys are the user's; `name` says what they are."""

    name: Text
    value: Shape
    what: str = "name"
    """What messages call a key."""
    distinct: bool = True
    """Whether the keys must differ in normal form."""
    noun: str = "a table"


class Choice(NamedTuple):
    """A value of one of several shapes, told apart by their TOML type; the first one is the usual one."""

    shapes: tuple[Shape, ...]
    noun: str


Shape: TypeAlias = Anything | Text | Flag | Integer | ListOf | Keys | MapOf | Choice

ANYTHING = Anything()
FLAG = Flag()


class Reader(Enum):
    """A file from which uv, or ws-lsp, reads a key."""

    ROOT = auto()
    """The `pyproject.toml` of the workspace's root."""
    MEMBER = auto()
    """The `pyproject.toml` of any other member."""
    UV_TOML = auto()
    """The `uv.toml` beside the root's `pyproject.toml`."""


class Layer(Enum):
    """The part of uv that reads a key, which decides what a mistake in the value does."""

    PROJECT = auto()
    """uv-workspace (`PyProjectToml`, `ToolUv`): a mistake in any member stops every command."""
    SETTINGS = auto()
    """uv-settings (`OptionsWire`): a mistake in the root makes uv drop all settings of the file."""
    BUILD = auto()
    """What builds the project: a mistake stops that, and `uv lock` only where it needs a build."""
    OTHERS = auto()
    """Others than uv, such as a build backend: uv takes any value."""


class Key(NamedTuple):
    """A key of a table: its value, what to say of it, and who reads it."""

    shape: Shape
    text: str
    """What it does, as a sentence or two in Markdown."""
    layers: tuple[Layer, ...] = ()
    """The parts of uv that read it; empty where they are those that read the table."""
    readers: frozenset[Reader] = frozenset({Reader.ROOT, Reader.MEMBER})
    kept: bool = False
    """Whether uv also reads the key where it drops the settings of the file."""
    masked_silently: bool = False
    """Whether uv says nothing of the key where a `uv.toml` makes it ineffective.

    uv warns of the other settings: it names those of `[tool.uv]` that it ignores beside a `uv.toml`.
    """
    default: str | int = ""
    """The value that uv assumes where the key is missing; empty where there is no single one."""
    locked: str = ""
    """What `uv.lock` calls the value, where it records it."""
    unlocked: tuple[str, ...] = ()
    """The words that `uv.lock` does not record: a lock without the value was made with one of them."""
    empty: str = ""
    """The value that completion writes for a new key, as TOML; empty where the shape and the default tell it."""
    since: tuple[int, ...] = ()
    """The first version of uv that knows the key, empty where 0.9.8 does: major, minor and patch."""
    experimental: str = ""
    """The preview feature without which uv warns of the key."""
    deprecated: str = ""
    """The key to use in place of this one, of which uv warns (`Feature.WARNS_OF_OLD_SETTINGS`)."""

    @property
    def root_only(self) -> bool:
        """Whether the key has no effect in a member."""
        return Reader.MEMBER not in self.readers


def dotted(version: tuple[int, ...]) -> str:
    """Return a version as it is written: `0.11.22`."""
    return ".".join(map(str, version))


def alternatives(shape: Shape) -> Iterator[Shape]:
    """Yield the shapes that a value may have: those of a choice, or the one itself."""
    if isinstance(shape, Choice):
        for one in shape.shapes:
            yield from alternatives(one)
    else:
        yield shape


_NAMING_PACKAGES = frozenset(
    {
        Holds.PACKAGE,
        Holds.MEMBER,
        Holds.SELECTED_PACKAGE,
        Holds.REQUIREMENT,
        Holds.LATE_REQUIREMENT,
    }
)


def names_packages(shape: Shape) -> bool:
    """Tell whether a value may name packages, in keys or in strings."""
    match shape:
        case Text():
            return shape.holds in _NAMING_PACKAGES
        case ListOf():
            return names_packages(shape.item)
        case MapOf():
            return names_packages(shape.name) or names_packages(shape.value)
        case Choice():
            return any(map(names_packages, shape.shapes))
        case Keys():
            return any(names_packages(key.shape) for key in shape.keys.values())
        case _:
            return False
