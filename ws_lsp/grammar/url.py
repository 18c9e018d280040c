"""URLs as strictly as uv reads them (WHATWG URL Standard), and the archives that they may lead to.

Each `…_problem` function says in a few words why uv refuses a text, or returns None.
"""

from __future__ import annotations

import re

from ws_lsp.grammar.white_space import WHITE_SPACE, WHITE_SPACE_CLASS
from ws_lsp.regular_expression import regular_expression

__all__ = [
    "ARCHIVES",
    "archive_problem",
    "expanded",
    "file_path",
    "has_archive_extension",
    "has_variable",
    "index_url_problem",
    "requirement_url_problem",
    "split_requirement_url",
    "url_problem",
]

ARCHIVES = "`.whl`, `.tar.gz`, `.zip`"
"""The archives that packages are installed from, as messages list them."""

_SCHEME = regular_expression(r"([A-Za-z][A-Za-z0-9+.\-]*):(.*)\Z", re.DOTALL)
_SPECIAL = frozenset({"http", "https", "ftp", "ws", "wss"})
"""Schemes whose URLs always have a host; for others it is what stands between `//` and `/`."""
_KNOWN = ("file", "http", "https", "git+https", "git+http", "git+ssh", "git+file")
"""The schemes that uv takes for such in requirements and indexes, in lower case only."""
_UNSUPPORTED = regular_expression(r"(?:(?:hg|svn|bzr)\+[a-z]+|git\+(?:git|ftp)):")
_FORBIDDEN_IN_HOST = regular_expression(r"[\x00-\x20#/:<>?@\[\\\]^|\x7f]")
_NUMBER = regular_expression(r"0[xX][0-9A-Fa-f]*\Z|[0-9]+\Z")
_DRIVE = regular_expression(r"/[A-Za-z]:/")
_VARIABLE = regular_expression(r"\$\{[A-Z0-9_]+\}")
_RUNNING_IN = "${PROJECT_ROOT}"
_READ = regular_expression(
    r".\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma|zst))\Z", re.DOTALL
)
_ACCEPTED = regular_expression(r"\.(?:whl|zip|tar\.gz)\Z")
_SPACE = f"[{WHITE_SPACE_CLASS}]"
_END_OF_URL = regular_expression(rf"[\r\n]|{_SPACE}+(?=[;#]|\Z)|(?=[;#]{_SPACE})")
_AROUND = "".join(map(chr, range(0x21)))
"""What uv leaves out around a URL."""
_LARGEST_PORT = 65535


def url_problem(text: str) -> str | None:
    """Check that a text is an absolute URL with a sound host and port."""
    stripped = text.strip(_AROUND).removeprefix("git+")
    match = _SCHEME.match(re.sub(r"[\t\r\n]", "", stripped))
    if match is None:
        return f"`{text}` is not a URL: it has no scheme such as `https:`"
    scheme, rest = match[1].lower(), match[2]
    if scheme in _SPECIAL:
        authority = re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0]
    elif scheme != "file" and rest.startswith("//"):
        authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    else:
        return None
    problem = _authority_problem(authority, scheme in _SPECIAL)
    return f"`{text}` is not a URL: {problem}" if problem else None


def index_url_problem(text: str) -> str | None:
    """Check the `url` of an index, which may be a path as well."""
    if not text:
        return "The URL or the directory of an index is due here"
    return url_problem(text) if text.startswith(tuple(f"{one}:" for one in _KNOWN)) else None


def split_requirement_url(text: str) -> tuple[str, str]:
    """Split what follows the `@` of a requirement into the URL and the rest, a marker or a comment.

    A URL ends in front of `;` or `#` where there is white space on one side of it.
    """
    text = text.lstrip(WHITE_SPACE)
    match = _END_OF_URL.search(text, 1)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def requirement_url_problem(url: str) -> str | None:
    """Check the URL of a requirement: absolute, of a known scheme, and that of an archive if on the web.

    uv puts environment variables in for `${NAME}`; nothing is said of a URL that has one in its path.
    """
    url = url.strip(_AROUND)
    variable = _VARIABLE.search(url)
    if variable is not None and variable.start() == 0:
        return None
    if url.startswith("/"):
        return None
    if _UNSUPPORTED.match(url):
        return (
            f"`{url.partition(':')[0]}:` is not supported. Write a `git+https:` or `git+ssh:` URL"
        )
    scheme, colon, rest = url.partition(":")
    # behind `git+` the case does not matter
    if not colon or (scheme.lower() if scheme.startswith("git+") else scheme) not in _KNOWN:
        return f"`{url}` is not a URL: it has no scheme such as `https:`"
    if scheme == "file":
        place = rest.removeprefix("//").removeprefix("localhost")
        if not place.startswith("/") and variable is None:
            return f"`{url}` is not a URL of a file: write an absolute path, as in `file:///…`"
        return None
    problem = url_problem(url)
    if problem is not None or scheme.startswith("git+") or variable is not None:
        return problem
    path = re.split("[?#]", rest.lstrip("/\\"), maxsplit=1)[0].partition("/")[2]
    if not has_archive_extension(path.removesuffix("/")):
        return f"`{url}` does not end as an archive does ({ARCHIVES})"
    return None


def expanded(url: str, directory: str) -> str:
    """Return the URL of a requirement as uv reads it that runs in a directory, for which a variable stands."""
    return url.replace(_RUNNING_IN, directory)


def has_variable(url: str) -> bool:
    """Tell whether a URL has environment variables, for which uv puts in what they are."""
    return _VARIABLE.search(url) is not None


def file_path(url: str) -> str | None:
    """Return the absolute path that a `file:` URL or a path in place of a URL leads to, if it is one.

    `file:///C:/x` leads to `C:/x`.
    """
    if has_variable(url):
        return None
    if url.startswith("/"):
        place = url
    elif url.startswith("file:"):
        place = url[len("file:") :].removeprefix("//").removeprefix("localhost")
    else:
        return None
    if not place.startswith("/"):
        return None
    from urllib.parse import unquote  # here: it is half of what this module takes to be imported

    path = "/" + unquote(place.partition("#")[0]).lstrip("/")
    return path[1:] if _DRIVE.match(path) else path


def has_archive_extension(path: str) -> bool:
    """Tell whether a path or URL path ends as archives do, in lower case, of whatever kind."""
    return _READ.search(path.rpartition("/")[2]) is not None


def archive_problem(path: str) -> str | None:
    """Check the kind of an archive: uv reads the name of any, and installs from a few."""
    if not has_archive_extension(path) or _ACCEPTED.search(path):
        return None
    return (
        f"uv does not install from an archive such as `{path.rpartition('/')[2]}`: use {ARCHIVES}"
    )


# --------------------------------------------------------------------------- helpers


def _authority_problem(authority: str, special: bool) -> str | None:
    place = authority.rpartition("@")[2]
    host, port = place, ""
    if place.startswith("["):
        host, closing, port = place.partition("]")
        if not closing or not _is_ipv6(host[1:]):
            return f"`{host[1:]}` is not an IPv6 address"
        if port and not port.startswith(":"):
            return f"`{port}` follows the host"
        port = port[1:]
    else:
        host, _, port = place.partition(":")
    if port and not (re.fullmatch(r"[0-9]+", port) and int(port[:9]) <= _LARGEST_PORT):
        return f"`{port}` is not a port"
    if place.startswith("["):
        return None
    if not special:
        wrong = _FORBIDDEN_IN_HOST.search(host)
        return f"`{host}` is not a host" if wrong else None
    if not host:
        return "it has no host"
    name = _decoded(host)
    if name is None or "%" in name or _FORBIDDEN_IN_HOST.search(name):
        return f"`{host}` is not a host"
    if not name.replace("\xad", ""):
        return "it has no host"
    return _ipv4_problem(name)


def _decoded(host: str) -> str | None:
    if "%" not in host:
        return host
    from urllib.parse import unquote_to_bytes

    try:
        return unquote_to_bytes(host).decode()
    except UnicodeDecodeError:
        return None


def _is_ipv6(text: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def _ipv4_problem(host: str) -> str | None:
    """Check a host whose last label is a number, which makes it an address."""
    labels = host.removesuffix(".").split(".")
    if not _NUMBER.match(labels[-1]):
        return None
    numbers = [_ipv4_number(label) for label in labels]
    known = [number for number in numbers if number is not None]
    sound = (
        len(known) == len(numbers) <= 4
        and all(number <= 255 for number in known[:-1])
        and known[-1] < 256 ** (5 - len(known))
    )
    return None if sound else f"`{host}` is not an IPv4 address"


def _ipv4_number(label: str) -> int | None:
    digits, base = label, 10
    if label[:2].lower() == "0x":
        digits, base = label[2:] or "0", 16
    elif len(label) > 1 and label[0] == "0":
        base = 8
    try:
        return int(digits, base) if digits.isalnum() else None
    except ValueError:
        return None
