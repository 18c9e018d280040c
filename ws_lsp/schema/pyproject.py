"""The keys of `pyproject.toml`: `[project]`, `[build-system]`, `[dependency-groups]`, `[tool.ws-lsp]`.

uv reads of `[project]` what it needs for a resolution; the build backend reads the rest (PEP 621).
"""

from __future__ import annotations

from ws_lsp.schema.keys import DEFAULT_PACKAGES, DEPENDENCY_GROUPS
from ws_lsp.schema.shapes import (
    Anything,
    Choice,
    Holds,
    Key,
    Keys,
    Layer,
    ListOf,
    MapOf,
    Reader,
    Role,
    Shape,
    Text,
)
from ws_lsp.schema.tool_uv import PATH, TEXT, TEXTS, TOOL_UV, URL

__all__ = [
    "BUILD_SYSTEM",
    "BUILT_PROJECT",
    "DEFAULTS",
    "PARSED_PYPROJECT",
    "PROJECT",
    "PYPROJECT",
    "REQUIRES_PYTHON",
    "SEVERITIES",
    "WS_LSP",
]

SEVERITIES = ("error", "warning", "information", "hint", "off")
"""What `[tool.ws-lsp.rules]` may say of a rule, the worst first."""

_DEPENDENCIES = ListOf(Text(Holds.LATE_REQUIREMENT, Role.REQUIREMENT))


def _of_backend(shape: Shape, text: str, *, empty: str = "") -> Key:
    """Return a key that the build backend reads, and uv does not."""
    return Key(shape, text, (Layer.BUILD,), empty=empty)


_PERSON = Keys(
    {
        "name": _of_backend(TEXT, "The name of the person or of the organisation."),
        "email": _of_backend(TEXT, "The e-mail address."),
    }
)
_PERSONS = ListOf(_PERSON)
_ENTRY_POINTS = MapOf(TEXT, TEXT, "entry point", distinct=False)

REQUIRES_PYTHON = Key(Text(Holds.PYTHON_SPECIFIERS), "The Python versions that the package is for.")

PROJECT = Keys(
    {
        "name": Key(Text(Holds.PACKAGE, Role.DEFINITION), "The name of the package."),
        "version": Key(
            Text(Holds.VERSION),
            "The version of the package. Without it, `dynamic` must name `version`.",
        ),
        "description": _of_backend(TEXT, "What the package is for, in one line."),
        "readme": _of_backend(
            Choice(
                (
                    PATH,
                    Keys(
                        {
                            "file": _of_backend(PATH, "The file that describes the package."),
                            "text": _of_backend(TEXT, "The description itself."),
                            "content-type": _of_backend(TEXT, "The type of the description."),
                        }
                    ),
                ),
                "a path or a table",
            ),
            "The file that describes the package at length.",
        ),
        "requires-python": REQUIRES_PYTHON,
        "license": _of_backend(
            Choice(
                (
                    TEXT,
                    Keys(
                        {
                            "file": _of_backend(PATH, "The file of the licence."),
                            "text": _of_backend(TEXT, "The licence itself."),
                        }
                    ),
                ),
                "an SPDX expression or a table",
            ),
            "The licence of the package, as an SPDX expression.",
        ),
        "license-files": _of_backend(
            ListOf(PATH), "The files, or patterns for files, of the licences."
        ),
        "authors": _of_backend(_PERSONS, "The authors of the package."),
        "maintainers": _of_backend(_PERSONS, "The maintainers of the package."),
        "keywords": _of_backend(TEXTS, "Words that a search for the package may use."),
        "classifiers": _of_backend(TEXTS, "The classifiers of the package, as PyPI knows them."),
        "urls": _of_backend(
            MapOf(TEXT, URL, "label", distinct=False), "Addresses that have to do with the package."
        ),
        "scripts": _of_backend(
            _ENTRY_POINTS, 'The commands that the package installs: `name = "module:function"`.'
        ),
        "gui-scripts": _of_backend(
            _ENTRY_POINTS, "The commands that the package installs, which open windows."
        ),
        "entry-points": _of_backend(
            MapOf(TEXT, _ENTRY_POINTS, "group", distinct=False),
            "The entry points of the package, by group.",
        ),
        "dependencies": Key(_DEPENDENCIES, "What the package requires."),
        "optional-dependencies": Key(
            MapOf(Text(Holds.EXTRA, Role.DEFINITION), _DEPENDENCIES, "extra"),
            "The extras of the package, and what each requires.",
        ),
        "dynamic": Key(
            TEXTS, "The keys of this table that the build backend provides.", empty='["version"]'
        ),
        "import-names": _of_backend(TEXTS, "The modules that the package installs (PEP 794)."),
        "import-namespaces": _of_backend(
            TEXTS, "The namespaces that the package installs modules in (PEP 794)."
        ),
    },
    one_of=("name", "version"),
)

_PERSONS_OF_BUILD = _PERSONS._replace(item=_PERSON._replace(closed=True))
BUILT_PROJECT = Keys(
    {
        **{key: one for key, one in PROJECT.keys.items() if one.layers},
        **{
            key: PROJECT.keys[key]._replace(shape=Choice((PATH, Keys({})), "a string or a table"))
            for key in ("readme", "license")  # a rule looks into the tables
        },
        "urls": _of_backend(MapOf(TEXT, TEXT, "label", distinct=False), "Any text."),
        "authors": _of_backend(_PERSONS_OF_BUILD, "The authors of the package."),
        "maintainers": _of_backend(_PERSONS_OF_BUILD, "The maintainers of the package."),
    }
)
"""What uv's own build backend refuses in `[project]`, beyond what uv refuses in it anyhow."""

BUILD_SYSTEM = Keys(
    {
        "requires": Key(
            ListOf(Text(Holds.REQUIREMENT, Role.REQUIREMENT)), "What builds of the package require."
        ),
        "build-backend": Key(TEXT, "The module that builds the package."),
        "backend-path": Key(
            Choice((ListOf(PATH), Text(Holds.WHOLE_VALUE, words=(".",), noun="a list")), "a list"),
            "The directories in which the build backend is, where it is in the project.",
        ),
    },
    required=("requires",),
)

_INCLUDE_GROUP = Key(
    Text(Holds.GROUP, Role.INCLUDE),
    "Another dependency group of this file, all of it.",
)


def _groups(requirement: Holds, rest: Shape) -> MapOf:
    return MapOf(
        Text(Holds.GROUP, Role.DEFINITION),
        ListOf(
            Choice(
                (
                    Text(requirement, Role.REQUIREMENT),
                    Keys({"include-group": _INCLUDE_GROUP}, one_of=("include-group",), rest=rest),
                ),
                "a requirement or a table with `include-group`",
            )
        ),
        "dependency group",
    )


_GROUPS = _groups(Holds.REQUIREMENT, Anything())

_ALL_MEMBERS = '`"all"` or a list of members'

DEFAULTS = Key(
    Choice(
        (
            ListOf(Text(Holds.MEMBER, Role.DEFAULT_PACKAGE)),
            Text(Holds.WHOLE_VALUE, words=("all",), noun=_ALL_MEMBERS),
        ),
        _ALL_MEMBERS,
    ),
    'The members that are synced by default: a list of names or `"all"`. No release of uv reads this '
    "key: ws-lsp carries it out.",
    (Layer.OTHERS,),
    frozenset({Reader.ROOT}),
)

WS_LSP = Keys(
    {
        DEFAULT_PACKAGES: DEFAULTS,
        "rules": Key(
            MapOf(Text(Holds.RULE), Text(words=SEVERITIES), "rule"),
            "The severities of findings by code: "
            + ", ".join(f'`"{one}"`' for one in SEVERITIES[:-1])
            + f' or `"{SEVERITIES[-1]}"`.',
            (Layer.OTHERS,),
            frozenset({Reader.ROOT}),
        ),
    },
    closed=True,
)


def _document(project: Keys, groups: MapOf) -> Keys:
    """Return the schema of a whole file."""
    return Keys(
        {
            "project": Key(project, "The metadata of the package (PEP 621)."),
            "build-system": Key(BUILD_SYSTEM, "What builds the package (PEP 518).", (Layer.BUILD,)),
            DEPENDENCY_GROUPS: Key(
                groups, "Requirements of those who work on the project, by group (PEP 735)."
            ),
            "tool": Key(
                Keys(
                    {
                        "uv": Key(
                            TOOL_UV._replace(keys={**TOOL_UV.keys, DEFAULT_PACKAGES: DEFAULTS}),
                            "The settings of uv.",
                        ),
                        "ws-lsp": Key(
                            WS_LSP,
                            "The settings of ws-lsp: `default-packages` and the severities of findings.",
                            (Layer.OTHERS,),
                            frozenset({Reader.ROOT}),
                        ),
                    }
                ),
                "The settings of tools.",
            ),
        }
    )


PYPROJECT = _document(PROJECT, _GROUPS)

_PARSED_DEPENDENCIES = ListOf(TEXT)
PARSED_PYPROJECT = _document(
    PROJECT._replace(
        keys={
            **PROJECT.keys,
            "dependencies": PROJECT.keys["dependencies"]._replace(shape=_PARSED_DEPENDENCIES),
            "optional-dependencies": PROJECT.keys["optional-dependencies"]._replace(
                shape=MapOf(Text(Holds.EXTRA, Role.DEFINITION), _PARSED_DEPENDENCIES, "extra")
            ),
        }
    ),
    _groups(Holds.TEXT, TEXT),
)
"""What uv refuses as soon as it parses a file: it reads the requirements of a project later."""
