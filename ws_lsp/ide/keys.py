"""The keys that concern workspaces: what they mean, what their values look like, where they count."""

from __future__ import annotations

from collections.abc import Mapping

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DEFAULT_PACKAGES
from ws_lsp.project.settings import MEMBER_KEYS
from ws_lsp.toml.cursor import Part

__all__ = ["TABLE_LISTS", "KeyDescription", "described_keys"]


class KeyDescription(NamedTuple):
    """What is to be said of a key; `value` is an empty value of its type, as TOML."""

    value: str
    text: str
    root_only: bool = False


TABLE_LISTS = frozenset({"index"})
"""Keys whose value is a list of tables, each usually written below a header `[[…]]`."""


def described_keys(path: tuple[Part, ...]) -> Mapping[str, KeyDescription]:
    """Return the keys of the table at a path that we know; nothing for other tables."""
    names = tuple(part for part in path if isinstance(part, str))
    if names[:3] == ("tool", "uv", "sources") and len(names) == 4:
        return _SOURCE
    if names[:1] == ("dependency-groups",) and len(path) == 3:
        return _GROUP_ITEM
    return _TABLES.get(names, {})


_GROUP_ITEM = {
    "include-group": KeyDescription('""', "Another dependency group of this file, all of it.")
}


_SOURCE = {
    "workspace": KeyDescription(
        "true", "The package is the member of this workspace that has the name."
    ),
    "path": KeyDescription(
        '""', "A project, wheel or source distribution on disk, seen from this file's directory."
    ),
    "editable": KeyDescription("true", "Whether a project is installed so that edits take effect."),
    "package": KeyDescription("true", "Whether a project on disk is built and installed at all."),
    "git": KeyDescription('""', "The URL of a git repository."),
    "rev": KeyDescription('""', "A commit of the git repository."),
    "tag": KeyDescription('""', "A tag of the git repository."),
    "branch": KeyDescription('""', "A branch of the git repository."),
    "subdirectory": KeyDescription('""', "Where in the repository or archive the project is."),
    "url": KeyDescription('""', "The URL of a wheel or source distribution."),
    "index": KeyDescription('""', "The name of a `[[tool.uv.index]]` that the package comes from."),
    "marker": KeyDescription('""', "The environments in which this source counts."),
    "extra": KeyDescription('""', "The extra of this project that this source is for."),
    "group": KeyDescription('""', "The dependency group of this project that this source is for."),
}


def _uv(value: str, key: str, text: str) -> KeyDescription:
    return KeyDescription(value, text, root_only=key not in MEMBER_KEYS)


_UV = {
    key: _uv(value, key, text)
    for key, value, text in (
        (
            "workspace",
            "{ members = [] }",
            "Makes this file the root of a workspace: its members share one `uv.lock` and one "
            "environment.",
        ),
        (
            "sources",
            "{}",
            "Where packages come from that requirements name. Members inherit the root's; a "
            "member's own entry replaces the root's of the same name.",
        ),
        (
            "default-groups",
            "[]",
            "The dependency groups that are synced without being asked for: a list of names or "
            '`"all"`. Without this key it is `dev`.',
        ),
        (
            "dependency-groups",
            "{}",
            "Settings of dependency groups, such as a `requires-python` of their own.",
        ),
        (
            "dev-dependencies",
            "[]",
            "Deprecated: requirements of the group `dev`. Use `[dependency-groups]`.",
        ),
        ("managed", "true", "Whether uv manages this project. `false` hides it from workspaces."),
        ("package", "true", "Whether the project is built and installed, or only what it needs."),
        (
            "conflicts",
            "[]",
            "Sets of extras, groups or packages that are never installed together, so that they "
            "may need what contradicts each other.",
        ),
        (
            "constraint-dependencies",
            "[]",
            "Versions that are allowed of packages which something requires.",
        ),
        (
            "override-dependencies",
            "[]",
            "Requirements that take the place of all others of the same package.",
        ),
        ("exclude-dependencies", "[]", "Packages that are left out, whatever requires them."),
        (
            "build-constraint-dependencies",
            "[]",
            "Versions that are allowed of packages which builds require.",
        ),
        (
            "environments",
            "[]",
            "The environments that the lockfile is made for, as disjoint markers.",
        ),
        (
            "required-environments",
            "[]",
            "Environments that need wheels, as markers: locking fails where one has none.",
        ),
        ("index", "[]", "The package indexes, usually written as `[[tool.uv.index]]`."),
        ("required-version", '""', "The versions of uv that may be used, such as `>=0.9`."),
    )
}

_DEFAULT_PACKAGES = KeyDescription(
    "[]",
    'The members that are synced without being asked for: a list of names or `"all"`. No release '
    "of uv reads this key: ws-lsp carries it out.",
    root_only=True,
)

_TABLES: dict[tuple[str, ...], Mapping[str, KeyDescription]] = {
    ("tool",): {
        "uv": KeyDescription("{}", "The settings of uv."),
        "ws-lsp": KeyDescription(
            "{}", "The settings of ws-lsp: `default-packages` and the severities of findings.", True
        ),
    },
    ("tool", "uv"): _UV,
    ("tool", "uv", "workspace"): {
        "members": KeyDescription(
            "[]",
            "The directories of the members, seen from here; `*` stands for any name, `**` for any "
            "directories.",
            root_only=True,
        ),
        "exclude": KeyDescription(
            "[]", "Directories that are no members though `members` names them.", root_only=True
        ),
    },
    ("tool", "uv", "index"): {
        "name": KeyDescription('""', "What sources call the index by."),
        "url": KeyDescription('""', "The URL or the directory of the index."),
        "explicit": KeyDescription("true", "Whether only packages whose source names it use it."),
        "default": KeyDescription("true", "Whether it takes the place of the default index."),
        "format": KeyDescription('"flat"', 'How the index is laid out: `"simple"` or `"flat"`.'),
        "publish-url": KeyDescription('""', "Where `uv publish` uploads to."),
        "authenticate": KeyDescription(
            '"always"', 'When credentials are sent: `"auto"`, `"always"` or `"never"`.'
        ),
    },
    ("tool", "uv", "conflicts"): {
        "package": KeyDescription('""', "The member whose extra or group it is."),
        "extra": KeyDescription('""', "An extra that conflicts with the others of the set."),
        "group": KeyDescription('""', "A dependency group that conflicts with the others."),
    },
    ("tool", "ws-lsp"): {
        DEFAULT_PACKAGES: _DEFAULT_PACKAGES,
        "rules": KeyDescription(
            "{}",
            'The severities of findings by code: `"error"`, `"warning"`, `"information"`, '
            '`"hint"` or `"off"`.',
            root_only=True,
        ),
    },
}
"""By the path of the table."""
