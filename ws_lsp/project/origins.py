"""Where requirements come from, as manifests say it and as `uv.lock` does, in a form to compare them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_SOURCE, Source
from ws_lsp.project.direct import Index
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import INDEX, PACKAGE
from ws_lsp.toml.tree import Node, Scalar, String
from ws_lsp.vfs import join

if TYPE_CHECKING:
    from ws_lsp.project.lockfile import LockedSource

__all__ = [
    "FROM_INDEX",
    "FROM_WORKSPACE",
    "Origin",
    "comparable",
    "index_place",
    "origin_of",
]


class Origin(NamedTuple):
    """What a source says: its `kind`, and the address, the path or the name of an index as `value`."""

    kind: str
    value: str = ""
    editable: bool | None = None
    package: bool | None = None


FROM_INDEX = Origin("")
"""There is no source: some index has the package."""
FROM_WORKSPACE = Origin(WORKSPACE_SOURCE)


def origin_of(source: Source, directory: str) -> Origin | None:
    """Return what a source in a file in `directory` says, None where it says several things or is unclear."""
    if source.usual:
        return FROM_WORKSPACE
    if source.partial:
        return None
    ((table, kind),) = source.entries
    editable, package = _flag(table.get("editable")), _flag(table.get(PACKAGE))
    if kind == WORKSPACE_SOURCE:
        return FROM_WORKSPACE._replace(editable=editable)
    node = table.get(kind) if kind else None
    if not isinstance(node, String):
        return None
    if kind == INDEX:
        return Origin(kind, node.value)
    if kind == "path":
        return Origin(kind, join(directory, node.value), editable, package)
    subdirectory = table.get("subdirectory")
    below = subdirectory.value if isinstance(subdirectory, String) else ""
    if kind == "url":
        address = _address(node.value.split("#")[0])
        return Origin(kind, f"{address}#{below}") if address is not None else None
    if kind != "git" or "path" in table.entries or not _PLAIN_REPOSITORY.match(node.value):
        return None
    fields = {"subdirectory": below} if below else {}
    for key in ("rev", "tag", "branch"):
        reference = table.get(key)
        if isinstance(reference, String):
            fields[key] = reference.value
    if _flag(table.get("lfs")):
        fields["lfs"] = "true"
    repository = _repository(node.value, fields)
    return Origin(kind, repository) if repository is not None else None


def comparable(source: LockedSource, root: str) -> LockedSource | None:
    """Return a source of a lock file in `root` with the value that an origin from there has, if it is clear.

    The commit that a repository was resolved to is left out.
    """
    from ws_lsp.project.lockfile import (  # here: who has a source of one has read it
        LOCAL_SOURCES,
        LockedSource,
    )

    kind, value = source
    if kind in (*LOCAL_SOURCES, "path"):
        return LockedSource(kind, join(root, value))
    if kind == "git":
        address, _, query = value.split("#")[0].partition("?")
        repository = _repository(address, _fields(query))
        return LockedSource(kind, repository) if repository is not None else None
    if kind == "url":
        address, _, below = value.partition("#")
        found = _address(address)
        return LockedSource(kind, f"{found}#{below}") if found is not None else None
    place = index_place(value, root)
    return LockedSource(kind, place) if place is not None else None


def index_place(url: str, root: str) -> str | None:
    """Return what uv compares of the URL of an index of a workspace, None where that is not certain."""
    place = Index("", url, flat=False).place(root)
    return _USER.sub("", place, count=1) if place is not None else None


_PLAIN_REPOSITORY = regular_expression(r"[a-z+]+://[^?#]*\Z")
_USER = regular_expression(r"(?<=://)[^/@]*@")


def _address(url: str) -> str | None:
    return index_place(url, "/") if "://" in url else None


def _repository(url: str, fields: dict[str, str]) -> str | None:
    address = _address(url)
    if address is None:
        return None
    return "?".join([address, *(f"{key}={fields[key]}" for key in sorted(fields))])


def _fields(query: str) -> dict[str, str]:
    from urllib.parse import parse_qsl  # here: few requirements come from a repository

    return dict(parse_qsl(query))


def _flag(node: Node | None) -> bool | None:
    return node.is_true if isinstance(node, Scalar) else None
