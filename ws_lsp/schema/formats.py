"""What uv accepts of a string, by what the string holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from ws_lsp.grammar.names import is_valid
from ws_lsp.grammar.requirement import (
    lenient_requirement_problem,
    marker_problem,
    name_problem,
    requirement_problem,
    specifiers_problem,
    version_problem,
)
from ws_lsp.grammar.url import index_url_problem, url_problem
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.shapes import Holds
from ws_lsp.vfs import is_absolute, normal_form

__all__ = ["FORMATS", "Format", "as_name", "index_name_problem", "module_problem"]


class Format(NamedTuple):
    """A check: `problem` says in a few words why uv refuses a string, or returns None.

    `code` is that of the rule that reports it.
    """

    problem: Callable[[str], str | None]
    code: str = "invalid-value"
    since: Callable[[str], tuple[int, ...]] | None = None
    """Tells the first version of uv that reads a sound string; empty where 0.9.8 does."""


def index_name_problem(text: str) -> str | None:
    """Check the name of an index."""
    if re.fullmatch(r"[-_.A-Za-z0-9]*", text):
        return None
    return f"`{text}` is not a valid name of an index: letters, digits, `-`, `_` and `.`"


def as_name(text: str) -> str | None:
    """Return a sound name like a wrong one, None where there is none."""
    name = re.sub(r"[^-_.A-Za-z0-9]+", "-", text).strip("-_.")
    return name if is_valid(name) else None


_LIBC_LARGEST = 2**16 - 1


def _libc_problem(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)", text)
    if match is not None and all(
        int(digits.lstrip("0")[:9] or 0) <= _LIBC_LARGEST for digits in match.groups()
    ):
        return None
    return f"`{text}` is not a libc version such as `2.31`"


def _required_version_problem(text: str) -> str | None:
    problem = specifiers_problem(text)
    return problem if problem and version_problem(text) else None


def _moment_problem(text: str) -> str | None:
    from ws_lsp.grammar.moments import moment_problem  # here, as below: few files have dates

    return moment_problem(text)


def _timestamp_problem(text: str) -> str | None:
    from ws_lsp.grammar.moments import timestamp_problem

    return timestamp_problem(text)


def _duration_problem(text: str) -> str | None:
    from ws_lsp.grammar.moments import duration_problem

    return duration_problem(text)


def _since_of_moment(text: str) -> tuple[int, ...]:
    return () if _timestamp_problem(text) is None or text[:4].isdigit() else (0, 9, 17)


_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_SCHEME = regular_expression(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def _proxy_problem(text: str) -> str | None:
    """Check the URL of a proxy."""
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme[1].lower() not in _PROXY_SCHEMES:
        return f"`{text}` is not the URL of a proxy: its scheme must be `http`, `https`, `socks5` or `socks5h`"
    if scheme is None and not text.strip("/: "):
        return f"`{text}` is not the URL of a proxy: it has no host"
    return url_problem(text if scheme is not None else f"http://{text.lstrip('/')}")


def _host_problem(text: str) -> str | None:
    """Check a host, the port of which must be a number."""
    _, colon, port = re.sub(r"\Ahttps?://", "", text).partition(":")
    if colon and not (re.fullmatch(r"\+?[0-9]{1,20}", port) and int(port) < 1 << 16):
        return f"`{port}` is not a port: a host is written as `name`, `name:port` or `https://name`"
    return None


def _header_problem(text: str) -> str | None:
    """Check the value of an HTTP header."""
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
        return "An HTTP header cannot hold control characters"
    return None


_PYTHON = regular_expression(
    r"\s*v?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?(?:\.[0-9]+)*(?![0-9])"
)


def _python_problem(text: str) -> str | None:
    """Check a version of Python."""
    match = _PYTHON.match(text)
    if (
        match is None
        or version_problem(text) is not None
        or re.search(r"[+!]|dev", text)
        or any(int(part) > 255 for part in match.groups("0"))
    ):
        return f"`{text}` is not a version of Python such as `3.12`"
    return None


def _group_problem(text: str) -> str | None:
    """Check a dependency group of a file: `dev`, or `path/pyproject.toml:dev`."""
    path, colon, name = text.rpartition(":")
    if colon and not path.endswith("pyproject.toml"):
        return f"`{path}` does not end in `pyproject.toml`"
    return name_problem(name)


def _selected_problem(text: str) -> str | None:
    """Check the name of a package, `:all:` or `:none:`."""
    return None if text in (":all:", ":none:") else name_problem(text)


def module_problem(text: str) -> str | None:
    """Check the dotted name of a module; the first part of that of stubs ends with `-stubs`."""
    first, dot, rest = text.partition(".")
    parts = [first.removesuffix("-stubs"), *(rest.split(".") if dot else ())]
    if all(re.fullmatch(r"[^\W\d]\w*", part) for part in parts):
        return None
    return f"`{text}` is not the name of a Python module"


def _directory_problem(text: str) -> str | None:
    """Check the path of a directory that lies in the project."""
    inside = normal_form(text)
    if is_absolute(inside) or inside.partition("/")[0] == "..":
        return f"`{text}` leads out of the project"
    return None


_FORBIDDEN_IN_PATTERN = regular_expression(r"[ {}]")


def _pattern_problem(text: str) -> str | None:
    """Check a pattern for files of a build (a portable glob, as in PEP 639)."""
    wrong = _FORBIDDEN_IN_PATTERN.search(text)
    if wrong is not None:
        return f"`{wrong[0]}` is not allowed in a pattern for files"
    if ".." in text.split("/"):
        return f"`{text}` leads out of the project"
    at = text.find("[")
    while at >= 0:
        end = text.find("]", at + 2)
        if end < 0:
            return f"`[` is not closed in `{text}`"
        at = text.find("[", end)
    return None


def _feature_problem(text: str) -> str | None:
    """Check the name of a preview feature; uv only warns of an unknown one."""
    return None if text.strip() else "The name of a preview feature cannot be empty"


_NAME = Format(name_problem, "invalid-name")

FORMATS: dict[Holds, Format] = {
    Holds.PACKAGE: _NAME,
    Holds.MEMBER: _NAME,
    Holds.GROUP: _NAME,
    Holds.EXTRA: _NAME,
    Holds.INDEX: Format(index_name_problem, "invalid-name"),
    Holds.REQUIREMENT: Format(requirement_problem, "invalid-requirement"),
    Holds.LATE_REQUIREMENT: Format(lenient_requirement_problem, "invalid-requirement"),
    Holds.VERSION: Format(version_problem, "invalid-version"),
    Holds.SPECIFIERS: Format(specifiers_problem),
    Holds.PYTHON_SPECIFIERS: Format(specifiers_problem, "invalid-requires-python"),
    Holds.UV_SPECIFIERS: Format(_required_version_problem),
    Holds.MARKER: Format(marker_problem, "invalid-marker"),
    Holds.URL: Format(url_problem, "invalid-url"),
    Holds.INDEX_URL: Format(index_url_problem, "invalid-url"),
    Holds.MOMENT: Format(_moment_problem, since=_since_of_moment),
    Holds.TIMESTAMP: Format(_timestamp_problem),
    Holds.DURATION: Format(_duration_problem),
    Holds.LIBC_VERSION: Format(_libc_problem),
    Holds.SELECTED_PACKAGE: Format(_selected_problem, "invalid-name"),
    Holds.PROXY: Format(_proxy_problem, "invalid-url"),
    Holds.HOST: Format(_host_problem),
    Holds.HEADER: Format(_header_problem),
    Holds.PYTHON_VERSION: Format(_python_problem),
    Holds.GROUP_OF_FILE: Format(_group_problem, "invalid-name"),
    Holds.MODULE: Format(module_problem),
    Holds.DIRECTORY_INSIDE: Format(_directory_problem),
    Holds.BUILD_PATTERN: Format(_pattern_problem),
    Holds.PREVIEW_FEATURE: Format(_feature_problem),
}
