"""Whether two environment markers can hold at once.

The answer "they overlap" is proved by an environment in which both hold; where none is found the answer
is "not known to overlap", so that nothing is reported by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product

from ws_lsp.grammar.names import Name
from ws_lsp.grammar.white_space import spaced
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = [
    "ABOVE_ANY_INTERPRETER",
    "Environments",
    "asks_for_an_extra",
    "below_lowest",
    "both",
    "differ",
    "holds_somewhere",
    "overlap",
    "python_overlap",
]

_PLATFORMS = (
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
)
_IMPLEMENTATIONS = (
    {"implementation_name": "cpython", "platform_python_implementation": "CPython"},
    {"implementation_name": "pypy", "platform_python_implementation": "PyPy"},
)
_UNDECIDED = regular_expression(
    r"\b(?:extra|extras|dependency_groups|platform_release|platform_version|implementation_version)\b"
)
_MACHINE = regular_expression(
    r"platform[_.]machine\s*(?:[=!]=|(?:not\s+)?in)\s*(?:\"([^\"]*)\"|'([^']*)')"
)
_PLATFORM = regular_expression(
    r"\b(sys_platform|os_name|platform_system)\s*[=!]=\s*(?:\"([^\"]*)\"|'([^']*)')"
)
_QUOTED = regular_expression(r"\"[^\"]*\"|'[^']*'")
_VARIABLE = regular_expression(r"[a-z][a-z_.]*")
_PYTHON_VARIABLES = ("python_version", "python_full_version")
_PYTHON = regular_expression(r"[\"']([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?[^\"']*[\"']")


def both(first: str, second: str) -> str:
    """Return the marker that holds where two do, of which either may be empty."""
    return f"({first}) and ({second})" if first and second else first or second


@lru_cache(1024)
def overlap(first: str, second: str) -> bool:
    """Tell whether it is certain that both markers can hold at once; both must be sound."""
    mentioned = f"{first} {second}"
    if _UNDECIDED.search(mentioned):
        return False
    from packaging.markers import Marker, UndefinedEnvironmentName

    markers = Marker(spaced(first)), Marker(spaced(second))
    try:
        return any(
            all(marker.evaluate(environment) for marker in markers)
            for environment in _environments(mentioned)
        )
    except (ValueError, UndefinedEnvironmentName):
        return False


_EXTRA_ALONE = regular_expression(r"\bextra\s*[!=]=|[!=]=\s*extra\b")
_QUOTED_TEXT = regular_expression(r"\"[^\"]*\"|'[^']*'")


def asks_for_an_extra(marker: str) -> bool:
    """Tell whether a marker certainly says something of `extra` in each of its alternatives."""
    plain = _QUOTED_TEXT.sub("''", marker)
    return _EXTRA_ALONE.search(plain) is not None and re.search(r"\bor\b", plain) is None


@lru_cache(1024)
def holds_somewhere(
    marker: str,
    specifiers: frozenset[str],
    extras: frozenset[Name] | None = None,
    environments: tuple[str, ...] = (),
) -> bool:
    """Tell whether it is certain that a marker holds for a Python version that meets all specifiers.

    `extras` are those that may be asked for, one or none at a time; without them a marker that names
    extras is not certain to hold. One of `environments` must hold as well, where there are any. A marker
    that cannot be read does not hold. Without specifiers uv wants the Python that it finds, or a newer one.
    """
    if not marker:
        return True
    marker = both(marker, " or ".join(f"({one})" for one in environments))
    if (_UNDECIDED if extras is None else _NOT_TRIED).search(marker):
        return False
    from packaging.markers import Marker, UndefinedEnvironmentName
    from packaging.specifiers import SpecifierSet

    try:
        wanted = SpecifierSet(",".join(specifiers or (ABOVE_ANY_INTERPRETER,)))
        parsed = Marker(spaced(marker))
        mentioned = f"{marker} " + " ".join(f"'{one.version}'" for one in wanted)
        return any(
            wanted.contains(environment["python_full_version"])
            and parsed.evaluate({**environment, "extra": extra})
            for environment in _environments(mentioned)
            for extra in ("", *(extras or ()))
        )
    except (ValueError, UndefinedEnvironmentName):
        return False


class Environments(NamedTuple):
    """The environments that a workspace is resolved for."""

    specifiers: frozenset[str]
    """Every `requires-python`; none where no version meets them all: what else is wrong is then still told."""
    markers: tuple[str, ...]
    """The `environments`, of which one holds; none where there is no such setting."""
    forked: bool
    """Whether uv may resolve some of them apart."""

    @property
    def pythons(self) -> str:
        """The specifiers of the Python versions that there certainly are; uv does without those below its own."""
        return ",".join(sorted(self.specifiers)) or ABOVE_ANY_INTERPRETER

    def include(self, marker: str) -> bool:
        """Tell whether it is certain that a marker, which may be empty, holds in one of them."""
        return holds_somewhere(marker, self.specifiers, environments=self.markers)

    def meet(self, first: str, second: str) -> bool:
        """Tell whether it is certain that uv resolves together what has two markers, in different lists.

        Where it resolves no environments apart, it does so even if no environment has both. Because of
        Python versions alone it may resolve some apart.
        """
        if self.include(both(first, second)):
            return True
        return (
            not self.forked
            and not any(name in first + second for name in _PYTHON_VARIABLES)
            and self.include(first)
            and self.include(second)
        )


@lru_cache(1024)
def python_overlap(marker: str, specifiers: frozenset[str]) -> bool:
    """Tell whether a sound marker may hold for a Python version that meets all specifiers.

    The answer False is certain: what a marker says of other things than Python versions is taken to
    hold, and each version that is mentioned is tried, and those around it. As to uv, only the lowest and
    the highest version count: `!=` leaves nothing out.
    """
    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet

    try:
        listed = SpecifierSet(",".join(specifiers))
        wanted = SpecifierSet(",".join(str(one) for one in listed if one.operator != "!="))
    except ValueError:
        return True
    versions = [_BOUND.sub("", one.version) for one in wanted]
    for comparison in _COMPARISON.findall(marker):
        if {*_VARIABLE.findall(_QUOTED.sub("", comparison))} & {*_PYTHON_VARIABLES}:
            versions += [quoted[1:-1] for quoted in _QUOTED.findall(comparison)]
    if not all(_PLAIN_PYTHON.match(version) for version in versions) or _COMPATIBLE.search(marker):
        return True  # what is not plainly a version of Python is not judged
    # a marker has no negation, so to take a part of it as true can only make it hold more often
    at_most = Marker(spaced(_COMPARISON.sub(_without_others, marker)))
    mentioned = f"{marker} " + " ".join(f"'{one.version}'" for one in wanted)
    return any(
        wanted.contains(python["python_full_version"])
        and at_most.evaluate({**_PLATFORMS[0], **python})
        for python in _pythons(mentioned, imagined=True)
    )


@lru_cache(1024)
def below_lowest(specifiers: str) -> str | None:
    """Return a marker for the Python versions below all that meet specifiers; None where there are none."""
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    try:
        bounds = [
            (Version(one.version.removesuffix(".*")).release, one.operator == ">")
            for one in SpecifierSet(specifiers)
            if one.operator in (">=", ">", "~=", "==", "===")
        ]
    except ValueError:
        return None
    if not bounds:
        return None
    release, excluded = max(bounds)
    return f"python_full_version {'<=' if excluded else '<'} '{'.'.join(map(str, release))}'"


@lru_cache(1024)
def differ(first: str, second: str, requires_python: str, within: tuple[str, ...] = ()) -> bool:
    """Tell whether it is certain that of two markers one holds where the other does not.

    Only Python versions that meet `requires_python` count, and environments in which one of `within`
    holds, where there are any. An empty marker always holds. What cannot be read does not differ.
    """
    written = f"{first} {second}"
    if first == second or _NOT_TRIED.search(written):
        return False
    from packaging.markers import Marker, UndefinedEnvironmentName
    from packaging.specifiers import SpecifierSet

    try:
        one, other = (Marker(spaced(text)) if text.strip() else None for text in (first, second))
        allowed = [Marker(spaced(text)) for text in within]
        pythons = SpecifierSet(requires_python)
        mentioned = " ".join((written, *within, *(f"'{one.version}'" for one in pythons)))
        quoted = _QUOTED.findall(written) if "extra" in _variables(mentioned) else []
        extras = ["", *(text[1:-1] for text in quoted)]
        for environment in _environments(mentioned):
            if not pythons.contains(environment["python_full_version"]):
                continue
            for extra in extras:
                given = {**environment, "extra": extra}
                if allowed and not any(marker.evaluate(given) for marker in allowed):
                    continue
                if (one is None or one.evaluate(given)) != (other is None or other.evaluate(given)):
                    return True
    except (ValueError, UndefinedEnvironmentName):
        return False
    return False


ABOVE_ANY_INTERPRETER = ">=3.99"
"""Without a `requires-python` uv wants the Python that it finds or a newer one: these it always wants."""
_NOT_TRIED = regular_expression(
    r"\b(?:extras|dependency_groups|platform_release|platform_version|implementation_version)\b"
)
_BOUND = regular_expression(r"(?:\.\*|(?:a|b|rc)\d+)\Z")
_PLAIN_PYTHON = regular_expression(r"[1-9](?:\.\d{1,4}){0,2}\Z")
_COMPATIBLE = regular_expression(r"~=\s*[\"'][^.\"']*(?:\.[^.\"']*\.[^\"']*)?[\"']")
"""`~=` with other than two numbers, where `packaging` and uv do not mean the same."""
_OPERAND = r"""(?:[a-z][a-z_.]*|"[^"]*"|'[^']*')"""
_COMPARISON = regular_expression(rf"{_OPERAND}\s*(?:[<>=!~]=|[<>]|(?:not\s+)?in\b)\s*{_OPERAND}")


def _without_others(comparison: re.Match[str]) -> str:
    words = _VARIABLE.findall(_QUOTED.sub("", comparison[0]))
    return comparison[0] if {*words} & {*_PYTHON_VARIABLES} else "python_version >= '0'"


def _platforms(text: str) -> list[dict[str, str]]:
    """Return the platforms, and those that a text makes up: to uv, any that is named may be.

    With several variables none is made up, since uv knows which values of some do not go together.
    """
    named = _PLATFORM.findall(text)
    found = [*_PLATFORMS]
    if len({variable for variable, *_ in named}) == 1:
        for variable, double, single in named:
            if all(one[variable] != (double or single) for one in _PLATFORMS):
                found.append({**_PLATFORMS[0], variable: double or single})
    return found


def _environments(text: str) -> Iterator[dict[str, str]]:
    """Yield environments of the usual platforms, machines and Python versions, and of those a text mentions.

    Of those that differ only in variables that the text does not use, it yields one.
    """
    names = ["x86_64", "arm64", "AMD64"]
    for double, single in _MACHINE.findall(text):
        names += (double or single).split()
    machines = [{"platform_machine": name} for name in names]
    used = _variables(text)
    some = (_unlike(part, used) for part in (_platforms(text), _IMPLEMENTATIONS, machines))
    for platform, implementation, machine, python in product(*some, _pythons(text)):
        yield {**platform, **implementation, **machine, **python}


def _variables(text: str) -> set[str]:
    """Return the variables that markers use, by the names that PEP 508 gives them today."""
    used = {name.replace(".", "_") for name in _VARIABLE.findall(_QUOTED.sub("", text))}
    return used | {"platform_python_implementation"} if "python_implementation" in used else used


def _unlike(part: Iterable[Mapping[str, str]], used: Collection[str]) -> list[Mapping[str, str]]:
    """Return the first of those that have the same values of the used variables."""
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    for one in part:
        found.setdefault(tuple(value for name, value in one.items() if name in used), one)
    return list(found.values())


def _pythons(text: str, imagined: bool = False) -> list[dict[str, str]]:
    """Return Python versions at and around those that a text mentions; `imagined`: not of Python 3 alone."""
    found = {(3, 12, 1)}
    for major, minor, patch in _PYTHON.findall(text):
        number, series, micro = int(major), int(minor or 0), int(patch or 0)
        if number != 3 and not imagined:
            continue
        found |= {(number, series, micro), (number, series, micro + 1), (number, series + 1, 0)}
        if micro:
            found.add((number, series, micro - 1))
        if series:
            found.add((number, series - 1, 9))
        if imagined:
            found |= {(number - 1, _LAST_SERIES, 0), (number + 1, 0, 0)}
    return [
        {
            "python_version": f"{major}.{minor}",
            "python_full_version": f"{major}.{minor}.{patch}",
        }
        for major, minor, patch in sorted(found)
    ]


_LAST_SERIES = 9999
"""More than the minor version of any Python, of which none is known to be the last."""
