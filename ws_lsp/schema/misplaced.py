"""Where a key belongs that stands where nobody reads it: misspelt, in another table, or called as elsewhere.

The schema knows all places; only the names that other tools use are listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ws_lsp.grammar.names import closest_word, normalise
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.faults import faults
from ws_lsp.schema.keys import (
    BUILD_CONSTRAINTS,
    CONSTRAINTS,
    DEFAULT_GROUPS,
    DEFAULT_PACKAGES,
    DEPENDENCY_GROUPS,
    DEV_DEPENDENCIES,
    EXCLUSIONS,
    INDEX,
    OVERRIDES,
    REQUIRED_VERSION,
    SOURCES,
    WORKSPACE,
)
from ws_lsp.schema.places import described
from ws_lsp.schema.pyproject import PYPROJECT
from ws_lsp.schema.shapes import Choice, Keys, Layer, ListOf, MapOf, Shape
from ws_lsp.toml.tree import Node, String, Table, strings

__all__ = ["ALIKE", "belonging", "fits", "homes", "is_misspelt"]

Path = tuple[str, ...]

PROJECT: Path = ("project",)
UV: Path = ("tool", "uv")
WS_LSP: Path = ("tool", "ws-lsp")
_DEPENDENCIES: Path = ("project", "dependencies")
_EXTRAS: Path = ("project", "optional-dependencies")
_PYTHON: Path = ("project", "requires-python")
_SCRIPTS: Path = ("project", "scripts")
_URLS: Path = ("project", "urls")

_CALLED_ELSEWHERE: dict[str, tuple[Path, ...]] = {
    # setuptools
    "install-requires": (_DEPENDENCIES,),
    "extras-require": (_EXTRAS,),
    "tests-require": ((DEPENDENCY_GROUPS, "test"),),
    "python-requires": (_PYTHON,),
    "console-scripts": (_SCRIPTS,),
    "long-description": (("project", "readme"),),
    "project-urls": (_URLS,),
    # Poetry, PDM, Flit
    "extras": (_EXTRAS,),
    "optional": (_EXTRAS,),
    "python": (_PYTHON,),
    "dev": ((DEPENDENCY_GROUPS, "dev"),),
    "dev-dependencies": ((DEPENDENCY_GROUPS, "dev"), (DEPENDENCY_GROUPS,)),
    "groups": ((DEPENDENCY_GROUPS,), (*UV, DEFAULT_GROUPS)),
    "group": ((DEPENDENCY_GROUPS,),),
    "requirements": (_DEPENDENCIES,),
    "requires": (_DEPENDENCIES,),
    "homepage": ((*_URLS, "Homepage"),),
    "home-page": ((*_URLS, "Homepage"),),
    "repository": ((*_URLS, "Repository"),),
    "documentation": ((*_URLS, "Documentation"),),
    "changelog": ((*_URLS, "Changelog"),),
    "summary": (("project", "description"),),
    "entrypoints": (("project", "entry-points"),),
    "console": (_SCRIPTS,),
    # Cargo, pip, npm
    "default-members": ((*WS_LSP, DEFAULT_PACKAGES),),
    "features": (_EXTRAS,),
    "constraints": ((*UV, CONSTRAINTS),),
    "build-constraints": ((*UV, BUILD_CONSTRAINTS),),
    "overrides": ((*UV, OVERRIDES),),
    "excludes": ((*UV, EXCLUSIONS),),
    "workspaces": ((*UV, WORKSPACE),),
    "source": ((*UV, INDEX), (*UV, SOURCES)),
    "indexes": ((*UV, INDEX),),
    "indices": ((*UV, INDEX),),
}
"""Names by which other tools call a key, in normal form, and what it is called here."""

_OWN_TABLES: tuple[Path, ...] = ((), ("tool",), PROJECT, UV, (*UV, WORKSPACE), WS_LSP)
"""The tables whose keys are looked for elsewhere, the likeliest first; others are asked for their own alone."""
_NOT_LOOKED_FOR = frozenset({"tool", "name"})
"""Keys that say nothing: everything may have one that is called so."""
ALIKE = 0.8
"""So much of two words is the same, by difflib's measure, where one is a slip of the other."""
_ENTRY_POINT = regular_expression(
    r"\s*[A-Za-z_][\w.]*\s*:\s*[A-Za-z_][\w.]*\s*(?:\[[^\]]*\]\s*)?\Z"
)


@cache
def homes() -> dict[str, tuple[Path, ...]]:
    """Return the paths of the keys that the schema knows, by name: what stands in arrays left out."""
    found: dict[str, tuple[Path, ...]] = {}
    for path in _OWN_TABLES:
        for name in _keys_at(path):
            if name not in _NOT_LOOKED_FOR and name != DEV_DEPENDENCIES:
                found[name] = (*found.get(name, ()), (*path, name))
    return found


def _keys_at(path: Path) -> tuple[str, ...]:
    place = described(PYPROJECT, path)
    return tuple(place.keys.keys) if place is not None and place.keys is not None else ()


def fits(path: Path, node: Node) -> bool:
    """Tell whether the schema of `pyproject.toml` finds nothing wrong with a value at a path."""
    place = described(_document(), path)
    if place is None or place.key is None:
        return False
    if path[:2] == _SCRIPTS and not _are_entry_points(node):
        return False
    return any(not any(True for _ in faults(node, one, "", Layer.PROJECT)) for one in place.shapes)


@cache
def _document() -> Keys:
    """Return the schema as people mean it: tables hold no unknown keys, and are not written as lists."""
    strict = _strict(PYPROJECT)
    assert isinstance(strict, Keys)
    return strict


def _strict(shape: Shape) -> Shape:
    match shape:
        case ListOf():
            return shape._replace(item=_strict(shape.item))
        case MapOf():
            return shape._replace(value=_strict(shape.value))
        case Choice():
            return shape._replace(shapes=tuple(map(_strict, shape.shapes)))
        case Keys():
            keys = {
                text: key._replace(shape=_strict(key.shape)) for text, key in shape.keys.items()
            }
            return shape._replace(keys=keys, by_position=False, closed=True)
        case _:
            return shape


def _are_entry_points(node: Node) -> bool:
    """Tell whether a value, or all in a table, names an object of a module: no command to be run."""
    nodes = [one.value for one in node.entries.values()] if isinstance(node, Table) else [node]
    return all(isinstance(one, String) and _ENTRY_POINT.match(one.value) for one in nodes)


def is_misspelt(name: str, other: str) -> bool:
    """Tell whether two different keys are one but for `_`, `-`, `.` and the case of letters."""
    return name != other and normalise(name) == normalise(other)


def belonging(root: Table, path: Path, node: Node, *, of_uv_toml: bool = False) -> Path | None:
    """Return the path at which a key and its value belong, None where the schema knows none.

    `root` is that of the `pyproject.toml` that the path is to be in; the one that they are at may be
    `of_uv_toml`. A place is offered if the value fits it, if nothing is there, and if what uv needs
    beside it is there.
    """
    some = homes().get(path[0], ()) if of_uv_toml else _candidates(path)
    for one in some:
        moves = of_uv_toml or one[: len(path)] != path
        if moves and fits(one, node) and _is_free(root, one, node):
            return one
    return None


def _candidates(path: Path) -> Iterator[Path]:
    """Yield the paths that may be meant, the likeliest first."""
    above, name = path[:-1], path[-1]
    own, plain = _keys_at(above), normalise(name)
    yield from ((*above, one) for one in own if is_misspelt(name, one))
    yield from homes().get(name, ())
    yield from homes().get(plain, ())
    if path == (*UV, "dependencies"):
        yield (*UV, SOURCES)  # Poetry's table, with paths
    if not _is_users(above):
        yield from _CALLED_ELSEWHERE.get(plain, ())
        slip = closest_word(plain, set(own) - {DEV_DEPENDENCIES}, ALIKE)
        if slip is not None:
            yield (*above, slip)
        slip = closest_word(plain, homes(), ALIKE)
        if slip is not None:
            yield from homes()[slip]
    # a key of a table that belongs elsewhere as a whole
    for depth in range(len(above), 0, -1):
        for home in homes().get(above[depth - 1], ()):
            yield (*home, *path[depth:])


def _is_users(path: Path) -> bool:
    """Tell whether the keys of a table are the user's, such as names of packages."""
    place = described(PYPROJECT, path)
    return place is not None and place.map is not None


def _is_free(root: Table, new: Path, node: Node) -> bool:
    """Tell whether a key can be at a path: nothing else is, and what must be beside it is there."""
    there = root
    for part in new[:-1]:
        entry = there.entries.get(part)
        if entry is None:
            break
        if not isinstance(entry.value, Table):
            return False
        there = entry.value
    else:
        other = there.get(new[-1])
        if other is not None and not (
            isinstance(other, Table)
            and isinstance(node, Table)
            and other.entries.keys().isdisjoint(node.entries)
        ):
            return False
    return _has_what_it_needs(root, new, node)


def _has_what_it_needs(root: Table, new: Path, node: Node) -> bool:
    project = root.table(*PROJECT)
    if new[:1] == PROJECT and len(new) > 1:
        dynamic = {one.value for one in strings(project.get("dynamic"))} if project else set()
        return project is not None and "name" in project.entries and new[1] not in dynamic
    if new == (*UV, DEFAULT_GROUPS):
        groups = root.table(DEPENDENCY_GROUPS)
        names = {normalise(one) for one in groups.entries} if groups else set()
        # the only other value is `"all"`
        return all(normalise(one.value) in names for one in strings(node))
    return new != (*UV, REQUIRED_VERSION)  # which uv is installed decides: others know that
