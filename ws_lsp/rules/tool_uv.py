"""The shapes of `[project]`, `[dependency-groups]` and `[tool.uv]` as uv's workspace layer reads them.

The table mirrors `PyProjectToml` and `ToolUv` of uv-workspace: every member is read with it, and a value
that does not fit stops every command of the workspace, whether the value would be used or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from ws_lsp.project.declarations import DEFAULT_PACKAGES, SOURCE_KINDS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.requirement import (
    lenient_requirement_problem,
    marker_problem,
    name_problem,
    requirement_problem,
    specifiers_problem,
    version_problem,
)
from ws_lsp.project.url import index_url_problem, url_problem
from ws_lsp.rules.base import PARSED, Finding, Rule, Scope, Severity, rule
from ws_lsp.rules.shapes import (
    ANYTHING,
    FLAG,
    TEXT,
    Choice,
    Fault,
    Integer,
    Keys,
    ListOf,
    MapOf,
    Text,
    faults,
    report,
)
from ws_lsp.rules.view import View

__all__ = [
    "INDEX",
    "NAME",
    "REQUIREMENT",
    "RULES",
    "TOOL_UV",
    "document_faults",
    "index_name_problem",
    "report_faults",
]


def index_name_problem(text: str) -> str | None:
    """Check the name of an index."""
    if re.fullmatch(r"[-_.A-Za-z0-9]*", text):
        return None
    return f"`{text}` is not a valid name of an index: letters, digits, `-`, `_` and `.`"


_LIBC_LARGEST = 2**16 - 1


def _libc_problem(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)", text)
    if match is not None and all(
        int(digits.lstrip("0")[:9] or 0) <= _LIBC_LARGEST for digits in match.groups()
    ):
        return None
    return f"`{text}` is not a libc version such as `2.31`"


def _default_groups_problem(text: str) -> str | None:
    return None if text == "all" else '`default-groups` must be `"all"` or a list of groups'


NAME = Text(name_problem, "invalid-name")
VERSION = Text(version_problem, "invalid-version")
REQUIRES_PYTHON = Text(specifiers_problem, "invalid-requires-python")
REQUIREMENT = Text(requirement_problem, "invalid-requirement")
DEPENDENCIES = ListOf(Text(lenient_requirement_problem, "invalid-requirement"))
MARKER = Text(marker_problem, "invalid-marker")
URL = Text(url_problem, "invalid-url")
INDEX_NAME = Text(index_name_problem, "invalid-name")
LIBC = Text(_libc_problem)

PROJECT = Keys(
    {
        "name": NAME,
        "version": VERSION,
        "requires-python": REQUIRES_PYTHON,
        "dependencies": DEPENDENCIES,
        "optional-dependencies": MapOf(DEPENDENCIES, "extra"),
        "dynamic": ListOf(TEXT),
    },
    one_of=("name", "version"),
)

DEPENDENCY_GROUPS = MapOf(
    ListOf(
        Choice(
            (REQUIREMENT, Keys({"include-group": NAME}, one_of=("include-group",))),
            "a requirement or a table with `include-group`",
        )
    ),
    "dependency group",
)

SOURCE = Keys(
    {
        "git": URL,
        "subdirectory": TEXT,
        "rev": TEXT,
        "tag": TEXT,
        "branch": TEXT,
        "lfs": FLAG,
        "url": URL,
        "path": TEXT,
        "editable": FLAG,
        "package": FLAG,
        "index": INDEX_NAME,
        "workspace": Choice((FLAG, TEXT), "`true` or the path of another workspace"),
        "marker": MARKER,
        "extra": NAME,
        "group": NAME,
    },
    closed=True,
    one_of=SOURCE_KINDS,
    usual=("workspace", "true"),
)

INDEX = Keys(
    {
        "name": INDEX_NAME,
        "url": Text(index_url_problem, "invalid-url"),
        "explicit": FLAG,
        "default": FLAG,
        "format": Text(words=("simple", "flat")),
        "publish-url": URL,
        "authenticate": Text(words=("auto", "always", "never")),
        "ignore-error-codes": ListOf(Integer(least=100, most=999)),
        "cache-control": Keys({"api": TEXT, "files": TEXT}),
        "hash-algorithm": Text(words=("md5", "sha256", "sha384", "sha512", "blake2b")),
    },
    required=("url",),
)

_TARGET = Keys({"name": NAME, "version": VERSION}, closed=True, required=("name",))
_CONFLICT = ("package", "extra", "group")
_SCOPED = ("package", "dependencies")

TOOL_UV = Keys(
    {
        "sources": MapOf(
            Choice((SOURCE, ListOf(SOURCE)), "a table or a list of tables"), "package"
        ),
        "index": ListOf(INDEX),
        "workspace": Keys(
            {"members": ListOf(TEXT), "exclude": ListOf(TEXT)},
            closed=True,
            elsewhere=frozenset({DEFAULT_PACKAGES, "default-members"}),
        ),
        "managed": FLAG,
        "package": FLAG,
        "default-groups": Choice(
            (Text(_default_groups_problem), ListOf(NAME)), '`"all"` or a list of groups'
        ),
        "dependency-groups": MapOf(Keys({"requires-python": REQUIRES_PYTHON}), "dependency group"),
        "dev-dependencies": ListOf(REQUIREMENT),
        "override-dependencies": ListOf(
            Choice(
                (
                    REQUIREMENT,
                    Keys(
                        {"package": _TARGET, "dependencies": ListOf(REQUIREMENT)},
                        closed=True,
                        required=_SCOPED,
                    ),
                ),
                "a requirement or a table with `package` and `dependencies`",
            )
        ),
        "exclude-dependencies": ListOf(
            Choice(
                (
                    NAME,
                    Keys(
                        {"package": _TARGET, "dependencies": ListOf(NAME)},
                        closed=True,
                        required=_SCOPED,
                    ),
                ),
                "a name or a table with `package` and `dependencies`",
            )
        ),
        "constraint-dependencies": ListOf(REQUIREMENT),
        "build-constraint-dependencies": ListOf(
            Choice(
                (
                    REQUIREMENT,
                    Keys(
                        {"requirement": REQUIREMENT, "hashes": ListOf(TEXT)},
                        required=("requirement", "hashes"),
                    ),
                ),
                "a requirement or a table with `requirement` and `hashes`",
            )
        ),
        "environments": Choice((MARKER, ListOf(MARKER)), "a marker or a list of markers"),
        "required-environments": Choice((MARKER, ListOf(MARKER)), "a marker or a list of markers"),
        "minimum-libc-version": Keys({"glibc": LIBC, "musl": LIBC}, closed=True),
        "conflicts": ListOf(
            ListOf(Keys(dict.fromkeys(_CONFLICT, NAME), closed=True, one_of=_CONFLICT))
        ),
        "build-backend": ANYTHING,
    }
)

DOCUMENT = Keys(
    {
        "project": PROJECT,
        "dependency-groups": DEPENDENCY_GROUPS,
        "tool": Keys({"uv": TOOL_UV}),
    }
)

PARSED_DOCUMENT = Keys(
    {
        "project": PROJECT._replace(
            keys={
                **PROJECT.keys,
                "dependencies": ListOf(TEXT),
                "optional-dependencies": MapOf(ListOf(TEXT), "extra"),
            }
        ),
        "dependency-groups": MapOf(
            ListOf(
                Choice(
                    (TEXT, Keys({"include-group": NAME}, rest=TEXT)),
                    "a requirement or a table with `include-group`",
                )
            ),
            "dependency group",
        ),
        "tool": Keys({"uv": TOOL_UV}),
    }
)
"""What uv refuses as soon as it parses a file: it reads the requirements of a project later."""

_known: WeakKeyDictionary[Manifest, tuple[Fault, ...]] = WeakKeyDictionary()
_known_of_parsed: WeakKeyDictionary[Manifest, tuple[Fault, ...]] = WeakKeyDictionary()


def document_faults(manifest: Manifest, *, parsed_only: bool = False) -> tuple[Fault, ...]:
    """Return what is wrong with a file by itself; of one that is `parsed_only` uv minds less."""
    known, document = (_known_of_parsed, PARSED_DOCUMENT) if parsed_only else (_known, DOCUMENT)
    found = known.get(manifest)
    if found is None:
        found = tuple(faults(manifest.tree.root, document, "the file"))
        known[manifest] = found
    return found


def report_faults(view: View, rule: Rule) -> Iterator[Finding]:
    """Report the faults of a rule's code; the file is walked once for all codes."""
    for fault in document_faults(view.manifest, parsed_only=view.scope is Scope.PARSED_ONLY):
        if fault.code == rule.code:
            yield report(view, rule, fault)


@rule("invalid-value", Severity.ERROR, *PARSED)
def invalid_value(view: View, rule: Rule) -> Iterator[Finding]:
    """A value has a type, or a spelling, that uv refuses.

    uv reads `[project]`, `[dependency-groups]` and its own keys of `[tool.uv]` in every member, and one
    wrong value stops every command of the workspace, even where the value would have no effect: a
    member's `environments`, say. Keys that uv does not know are not looked at.

    ```toml
    [tool.uv]
    managed = 0                 # must be true or false

    [tool.uv.workspace]
    members = "packages/*"      # must be a list

    [[tool.uv.index]]           # needs a url
    name = "corp"
    ```

    Write a value of the type that the message names.
    """
    yield from report_faults(view, rule)


@rule("unknown-key", Severity.ERROR, *PARSED)
def unknown_key(view: View, rule: Rule) -> Iterator[Finding]:
    """A table holds a key that uv refuses there.

    Most tables may hold anything. A source, `[tool.uv.workspace]`, an entry of `conflicts`, a scoped
    override and `minimum-libc-version` may not: uv stops at every command.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = true, foo = 1 }

    [tool.uv.workspace]
    member = ["packages/*"]  # the key is called members
    ```

    Correct the key, or remove it.
    """
    yield from report_faults(view, rule)


RULES = (invalid_value, unknown_key)
