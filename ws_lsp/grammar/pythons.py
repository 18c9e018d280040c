"""Python versions as people write them: in `.python-version`, and in a `requires-python` that uv refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.grammar.poetry import without_carets, without_tildes
from ws_lsp.grammar.requirement import specifiers_problem
from ws_lsp.grammar.white_space import WHITE_SPACE, without_invisible
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import SourceLine, Span

__all__ = ["PythonRequest", "lacks_lower_bound", "meant", "python_requests", "single_releases"]


class PythonRequest(NamedTuple):
    """A line of a `.python-version`, and where the request is in it."""

    written: str
    specifier: str | None
    """The Python version that it asks for, as specifiers; None where that is not known."""
    line: SourceLine
    span: Span
    """The place in the line."""

    @property
    def is_unsupported(self) -> bool:
        """Whether uv surely takes it for the name of a program, which it passes over."""
        return self.specifier is None and _UNSUPPORTED.match(self.written) is not None


_REQUEST = regular_expression(
    r"(?:(?:cpython|cp|pypy|pp)[@-]?|python@?)?"
    r"(?:v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,2})(?:t|\+freethreaded)?|([<>=!~][^a-z]*))\Z",
    re.IGNORECASE,
)
_PLATFORMS = (
    "aarch|aix|amd|android|arm|asmjs|avr|bitrig|bpf|clever|cloudabi|cuda|cygwin|darwin|dragonfly|emscripten|espidf|"
    "freebsd|fuchsia|gnu|haiku|hermit|hexagon|horizon|hurd|i[3-6]86|illumos|ios|l4re|linux|loong|lynxos|m68k|mac|"
    "managarm|mips|msp|musl|nebulet|netbsd|none|nvptx|openbsd|powerpc|ppc|psp|pulley|redox|riscv|s390|solaris|solid|"
    "sparc|thumb|tvos|uefi|unknown|visionos|vxworks|wasi|wasm|watchos|windows|x86|xros|xtensa|zkasm"
)
"""What the words begin with by which uv knows operating systems, processors and libraries of C."""
_UNSUPPORTED = regular_expression(
    rf"(?:(?!py|cp|pp|gp|graal|any|default|v[0-9]|{_PLATFORMS})[a-z_][\w.-]*|[0-9]+(?:\.[0-9]+)*"
    r"(?:\.[x*]?|-dev|\s+#[^/\\]*)|(?:\^|[=~](?!=))[^/\\]*)\Z",
    re.IGNORECASE,
)
"""Texts that are neither versions nor paths nor names that uv knows. Others may be in some version of uv."""
_LARGEST = 255
"""The largest number that a part of a Python version may be in uv."""


def python_requests(text: str) -> Iterator[PythonRequest]:
    """Yield the requests of a `.python-version`: the lines that are no comments."""
    for number, line in enumerate(text.split("\n")):
        written = line.strip(WHITE_SPACE)
        if not written or written.startswith("#"):
            continue
        match = _REQUEST.match(written)
        specifier = _specifier(match) if match is not None else None
        start = line.index(written)
        whole = SourceLine(number, line.removesuffix("\r"))
        yield PythonRequest(written, specifier, whole, Span(start, start + len(written)))


def _specifier(match: re.Match[str]) -> str | None:
    version, specifiers = match.groups()
    if version is None:
        return None if specifiers_problem(specifiers) else str(specifiers)
    parts = version.split(".")
    if len(parts) == 1 and len(version) > 1:
        parts = [version[0], version[1:]]
    numbers = [int(part) for part in parts]
    if max(numbers) > _LARGEST:
        return None
    return "==" + ".".join(map(str, numbers)) + ".*" * (len(numbers) < 3)


_BARE = regular_expression(r"v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,2})(\+|\.[*xX])?\Z")
_SINGLE = regular_expression(r"={2,3}\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?=,|\Z)")
_OPERATORS = (
    (r"≥|=\s*>", ">="),
    (r"≤|=\s*<", "<="),
    (r"≠", "!="),
    (r"(?<![<>=!~])=(?!=)", "=="),
    (r"(>=|<)(\s*[0-9]+(?:\.[0-9]+)*)\.\*", r"\1\2"),
    (r"~=\s*([0-9]+)(?![0-9.])", r"==\1.*"),
    (r"(?<=[0-9*])[\s;&]+(?:and\s+)?(?=[<>=!~])", ","),
    (r"\s*,[\s,]*", ","),
)


def meant(text: str) -> tuple[str, ...]:
    """Return what a `requires-python` that cannot be read may have meant: one text where that is plain."""
    plain = without_invisible(text).strip()
    bare = _BARE.match(plain)
    if bare is not None:
        version, end = bare.groups()
        exactly = _whole_series(f"=={version}")
        if end is None:
            return f">={version}", exactly
        return (f">={version}" if end == "+" else exactly,)
    plain = re.sub(r"\A[Pp]ython\s*(?=[<>=!~^])", "", plain)
    for pattern, replacement in _OPERATORS:
        plain = re.sub(pattern, replacement, plain)
    plain = without_tildes(without_carets(plain.strip(", ")))
    plain = _whole_series(plain)
    return (plain,) if plain and plain != text and specifiers_problem(plain) is None else ()


def single_releases(specifiers: str) -> list[tuple[Span, str]]:
    """Return the specifiers that name one release by two numbers, and what surely was meant: `==3.11.*`."""
    return [
        (Span(*match.span()), f"=={match[1]}.*")
        for match in _SINGLE.finditer(specifiers)
        if not specifiers_problem(specifiers)
    ]


def _whole_series(specifiers: str) -> str:
    return _SINGLE.sub(r"==\1.*", specifiers)


def lacks_lower_bound(specifiers: str) -> bool:
    """Tell whether every older Python version meets specifiers as well; not if these cannot be read."""
    bounded = any(operator in specifiers for operator in (">", "==", "~="))
    return not bounded and specifiers_problem(specifiers) is None
