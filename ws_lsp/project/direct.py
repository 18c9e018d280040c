"""Where a package comes from if not from an index: the forms in which uv compares places.

uv takes each package from one place. Two requirements of it that lead to different places conflict,
whatever files they stand in.
"""

from __future__ import annotations

import re

from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.url import expanded, file_path, has_variable
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.toml.tree import Scalar, String, Table
from ws_lsp.vfs import join

__all__ = ["Direct", "are_different", "path_of", "place_of_source", "place_of_url"]

_EDITABLE = "#editable"
_OF_URL = "#url"
"""What ends the place of a path that is to be editable, and of one that a URL leads to: any suits that."""


class Direct(NamedTuple):
    """A requirement, or a source, of a package from one place; `marker` is empty where there is none."""

    name: Name
    place: str
    marker: str
    extra: Name | None = None
    """The extra or the group that the requirement stands in; neither for one of the dependencies."""
    group: Name | None = None

    def required_by(self, marker: str, extra: Name | None, group: Name | None) -> Direct:
        """Return the place of a requirement with a marker of its own that uses this source."""
        return self._replace(marker=both(marker, self.marker), extra=extra, group=group)

    def within(self, directory: str) -> Direct | None:
        """Return the same for a uv that runs in a directory; None where other variables decide."""
        if not has_variable(self.place):
            return self
        place = place_of_url(expanded(self.place, directory))
        return None if has_variable(place) else self._replace(place=place)


_COMMIT = regular_expression(r"[0-9a-f]{40}\Z")
_REPOSITORY = "git+"
_SCHEME_AND_USER = regular_expression(r"\A[^/]*//(?:[^@/]*@)?")


def place_of_source(table: Table, directory: str) -> str | None:
    """Return the place that a table of a source leads to, which stands in a file in `directory`."""
    for kind in ("git", "url", "path"):  # with `git`, a path is one in the repository
        node = table.get(kind)
        if isinstance(node, String):
            if kind == "url":
                return _address(node.value)
            if kind == "path":
                editable = table.get("editable")
                wanted = isinstance(editable, Scalar) and editable.is_true
                return join(directory, node.value) + _EDITABLE * wanted
            rev = table.get("rev")
            return _repository(node.value, rev.value if isinstance(rev, String) else "")
    return None


def place_of_url(url: str) -> str:
    """Return the place that the URL of a requirement leads to, however it is spelt.

    Where there are environment variables in it, it is the URL itself (see `Direct.within`).
    """
    if has_variable(url):
        return url
    path = file_path(url)
    if path is not None:
        return join("/", path) + _OF_URL
    if url.startswith(_REPOSITORY):
        address, slash, path_and_rev = _SCHEME_AND_USER.sub("", re.split("[?#]", url)[0]).partition(
            "/"
        )
        path, _, rev = path_and_rev.partition("@")
        return _repository(f"{address}{slash}{path}", rev)
    return _address(url)


def path_of(place: str) -> str | None:
    """Return the path that a place is, None where it is another place."""
    return place.partition("#")[0] if place.startswith("/") else None


def are_different(one: str, other: str) -> bool:
    """Tell whether it is certain that two places are not the same."""
    if one.startswith(_REPOSITORY) and other.startswith(_REPOSITORY):
        (left, _, first), (right, _, second) = one.partition("@"), other.partition("@")
        return left != right or (bool(first and second) and first != second)
    if one.endswith(_OF_URL) or other.endswith(_OF_URL):
        return path_of(one) != path_of(other)
    return one != other


def _address(url: str) -> str:
    return re.split("[?#]", url)[0].lower()


def _repository(url: str, rev: str) -> str:
    address = _SCHEME_AND_USER.sub("", url.removeprefix(_REPOSITORY).lower())
    address = address.rstrip("/").removesuffix(".git").replace("@", "%40")
    return f"{_REPOSITORY}{address}" + (f"@{rev}" if _COMMIT.match(rev) else "")
