"""Where a package comes from if not from an index: the forms in which uv compares places.

uv takes each package from one place. Two requirements of it that lead to different places conflict,
whatever files they stand in. A directory is another place where it is editable than where it is not; a
URL does not say which.
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

__all__ = [
    "Direct",
    "Index",
    "are_different",
    "is_editable",
    "may_be_two_commits",
    "path_of",
    "place_of_path",
    "place_of_source",
    "place_of_url",
]


class Index(NamedTuple):
    """An entry of `[[tool.uv.index]]`: its name, its `url` as written, and whether it is a flat one."""

    name: str
    url: str
    flat: bool

    @property
    def relative(self) -> bool:
        """Whether the `url` is a relative path."""
        return _URL.match(self.url) is None and not self.url.startswith("/")

    def place(self, root: str) -> str | None:
        """Return what uv compares of indexes, None where it is not certain; `root` is the workspace's."""
        url = self.url
        if "$" in url or "\\" in url:
            return None
        flat = "#flat" * self.flat
        match = _URL.match(url)
        if match is None:
            # a slash at its end makes another URL; uv counts from the root, whatever file it stands in
            return join(root, url) + "/" * url.endswith("/") + flat
        scheme, user, host, rest = match.groups(default="")
        scheme, host = scheme.lower(), host.lower()
        if scheme == "file":
            path = file_path(f"file://{rest}")
            return None if path is None else join("/", path) + "/" * rest.endswith("/") + flat
        host = host.removesuffix(_USUAL_PORTS.get(scheme, ":"))
        if not rest.isascii() or _MAY_BE_REWRITTEN.search(rest):
            return None
        return f"{scheme}://{user}{host}{rest or '/'}{flat}"


_URL = regular_expression(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#@]*@)?([^/?#]*)(.*)\Z", re.DOTALL)
_USUAL_PORTS = {"https": ":443", "http": ":80"}
_MAY_BE_REWRITTEN = regular_expression(r"%|[\s\"<>`{}']|/\.{1,2}(?:[/?#]|\Z)")


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
_SHORT_COMMIT = regular_expression(r"[0-9a-f]{4,40}\Z")
_REPOSITORY = "git+"
_EDITABLE, _NOT_EDITABLE = "#editable", "#not-editable"
"""What places on the disk end with, but for those of URLs."""
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
                return place_of_path(join(directory, node.value), wanted)
            references = (table.get(key) for key in ("rev", "tag", "branch"))
            named = (one.value for one in references if isinstance(one, String))
            return _repository(node.value, next(named, ""))
    return None


def place_of_path(path: str, editable: bool) -> str:
    """Return the place of what stands at a path, and is editable there or is not."""
    return path + (_EDITABLE if editable else _NOT_EDITABLE)


def path_of(place: str) -> str:
    """Return the path of a place on the disk; another place as it is."""
    return place.removesuffix(_EDITABLE).removesuffix(_NOT_EDITABLE)


def is_editable(place: str) -> bool | None:
    """Tell whether a place on the disk is editable, None where that is not said."""
    return place.endswith(_EDITABLE) if path_of(place) != place else None


def place_of_url(url: str) -> str:
    """Return the place that the URL of a requirement leads to, however it is spelt.

    Where there are environment variables in it, it is the URL itself (see `Direct.within`).
    """
    if has_variable(url):
        return url
    path = file_path(url)
    if path is not None:
        return join("/", path)
    if url.startswith(_REPOSITORY):
        address, slash, path_and_rev = _SCHEME_AND_USER.sub("", re.split("[?#]", url)[0]).partition(
            "/"
        )
        path, _, rev = path_and_rev.partition("@")
        return _repository(f"{address}{slash}{path}", rev)
    return _address(url)


def are_different(one: str, other: str) -> bool:
    """Tell whether it is certain that two places are not the same."""
    if one == other:
        return False
    if one.startswith(_REPOSITORY) and other.startswith(_REPOSITORY):
        (left, _, first), (right, _, second) = one.partition("@"), other.partition("@")
        commits = all(map(_COMMIT.match, (first, second)))
        return left != right or (commits and first != second)
    says = {is_editable(one), is_editable(other)}
    return path_of(one) != path_of(other) or says == {True, False}


def may_be_two_commits(one: str, other: str) -> bool:
    """Tell whether two places are one repository at references which may lead to different commits."""
    if not (one.startswith(_REPOSITORY) and other.startswith(_REPOSITORY)):
        return False
    (left, _, first), (right, _, second) = one.partition("@"), other.partition("@")
    if left != right or first == second:
        return False
    short, long = sorted((first, second), key=len)
    return not (_COMMIT.match(long) and _SHORT_COMMIT.match(short) and long.startswith(short))


def _address(url: str) -> str:
    return re.split("[?#]", url)[0].lower()


def _repository(url: str, reference: str) -> str:
    address = _SCHEME_AND_USER.sub("", url.removeprefix(_REPOSITORY).lower())
    address = address.rstrip("/").removesuffix(".git").replace("@", "%40")
    return f"{_REPOSITORY}{address}" + (f"@{reference}" if reference else "")
