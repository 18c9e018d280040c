"""Whether two environment markers can hold at once.

The answer "they overlap" is proved by an environment in which both hold; where none is found the answer
is "not known to overlap", so that nothing is reported by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

__all__ = ["overlap", "python_overlap"]

_PLATFORMS = (
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
)
_IMPLEMENTATIONS = (
    {"implementation_name": "cpython", "platform_python_implementation": "CPython"},
    {"implementation_name": "pypy", "platform_python_implementation": "PyPy"},
)
_UNDECIDED = re.compile(
    r"\b(?:extra|extras|dependency_groups|platform_release|platform_version|implementation_version)\b"
)
_MACHINE = re.compile(r"platform[_.]machine\s*(?:[=!]=|(?:not\s+)?in)\s*(?:\"([^\"]*)\"|'([^']*)')")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_VARIABLE = re.compile(r"[a-z][a-z_.]*")
_PYTHON_VARIABLES = ("python_version", "python_full_version")
_PYTHON = re.compile(r"[\"']([0-9]+)\.([0-9]+)(?:\.([0-9]+))?[^\"']*[\"']")


@lru_cache(1024)
def overlap(first: str, second: str) -> bool:
    """Tell whether it is certain that both markers can hold at once; both must be sound."""
    both = f"{first} {second}"
    if _UNDECIDED.search(both):
        return False
    from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName

    markers = Marker(first), Marker(second)
    try:
        return any(
            all(marker.evaluate(environment) for marker in markers)
            for environment in _environments(both)
        )
    except (UndefinedComparison, UndefinedEnvironmentName):
        return False


@lru_cache(1024)
def python_overlap(marker: str, specifiers: frozenset[str]) -> bool:
    """Tell whether a sound marker may hold for a Python version that meets all specifiers.

    The answer False is certain: what a marker says of other things than Python versions is taken to
    hold, and each version that is mentioned is tried, and those around it.
    """
    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet

    try:
        wanted = SpecifierSet(",".join(specifiers))
    except ValueError:
        return True
    versions = [one.version for one in wanted]
    for comparison in _COMPARISON.findall(marker):
        if {*_VARIABLE.findall(_QUOTED.sub("", comparison))} & {*_PYTHON_VARIABLES}:
            versions += [quoted[1:-1] for quoted in _QUOTED.findall(comparison)]
    if not all(_PLAIN_PYTHON.match(version) for version in versions) or "~=" in marker:
        return True  # what is not plainly a Python 3 is not judged
    # a marker has no negation, so to take a part of it as true can only make it hold more often
    at_most = Marker(_COMPARISON.sub(_without_others, marker))
    mentioned = f"{marker} " + " ".join(f"'{one.version}'" for one in wanted)
    return any(
        wanted.contains(python["python_full_version"])
        and at_most.evaluate({**_PLATFORMS[0], **python})
        for python in _pythons(mentioned)
    )


_PLAIN_PYTHON = re.compile(r"3(?:\.\d{1,4}){1,2}\Z")
_OPERAND = r"""(?:[a-z][a-z_.]*|"[^"]*"|'[^']*')"""
_COMPARISON = re.compile(rf"{_OPERAND}\s*(?:[<>=!~]=|[<>]|(?:not\s+)?in\b)\s*{_OPERAND}")


def _without_others(comparison: re.Match[str]) -> str:
    words = _VARIABLE.findall(_QUOTED.sub("", comparison[0]))
    return comparison[0] if {*words} & {*_PYTHON_VARIABLES} else "python_version >= '0'"


def _environments(text: str) -> Iterator[dict[str, str]]:
    """Yield environments that exist, with the machines and versions that a text mentions."""
    machines = ["x86_64", "arm64", "AMD64"]
    for double, single in _MACHINE.findall(text):
        machines += (double or single).split()
    choices = product(_PLATFORMS, _IMPLEMENTATIONS, dict.fromkeys(machines), _pythons(text))
    for platform, implementation, machine, python in choices:
        yield {**platform, **implementation, "platform_machine": machine, **python}


def _pythons(text: str) -> list[dict[str, str]]:
    """Return Python versions at and around those that a text mentions."""
    found = {(3, 12, 1)}
    for major, minor, patch in _PYTHON.findall(text):
        series, number = int(minor), int(patch or 0)
        if major != "3":
            continue
        found |= {(3, series, number), (3, series, number + 1), (3, series + 1, 0)}
        if number:
            found.add((3, series, number - 1))
        if series:
            found.add((3, series - 1, 9))
    return [
        {
            "python_version": f"{major}.{minor}",
            "python_full_version": f"{major}.{minor}.{patch}",
        }
        for major, minor, patch in sorted(found)
    ]
