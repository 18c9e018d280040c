"""Requirements, versions, specifiers and markers, as strictly as uv reads them (uv-pep508, uv-pep440).

Each `…_problem` function says in a few words why uv refuses a text, or returns None. `packaging` agrees
with uv on nearly everything; it is imported on first need, and the plain forms do without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ws_lsp.grammar.names import closest_word, is_valid, normalise
from ws_lsp.grammar.url import requirement_url_problem, split_requirement_url
from ws_lsp.grammar.white_space import WHITE_SPACE, WHITE_SPACE_CLASS, invisible, spaced
from ws_lsp.regular_expression import regular_expression

__all__ = [
    "bounds_differ",
    "contradicts",
    "is_formatted",
    "is_unsatisfiable",
    "lenient_requirement_problem",
    "marker_problem",
    "name_problem",
    "releases_overlap",
    "requirement_marker",
    "requirement_problem",
    "requirement_url",
    "specifiers_differ",
    "specifiers_problem",
    "version_problem",
    "wheel_problem",
]

_MARKER_NAMES = (
    *("and", "or", "in", "not"),
    *("os_name", "sys_platform", "platform_machine", "platform_python_implementation"),
    *("platform_release", "platform_system", "platform_version", "python_version"),
    *("python_full_version", "implementation_name", "implementation_version", "extra"),
    *("extras", "dependency_groups", "os.name", "sys.platform", "platform.version"),
    *("platform.machine", "platform.python_implementation", "python_implementation"),
)
_REMEMBERED = 16384
_LARGEST = 2**64 - 2
"""The largest number that a part of a version may be in uv."""
_LONG = len(str(_LARGEST)) - 1
_ASCII_WHITE_SPACE = "\t\n\f\r "
"""What uv leaves out around a version."""
_NUMBERS = r"[0-9]{1,20}(?:\.[0-9]{1,20})*"  # Python limits `int`
_PLAIN_VERSION = regular_expression(rf"{_NUMBERS}\Z")
# Short ways for what nearly every manifest writes: to import packaging takes a quarter of `ws-lsp check`.
_SPECIFIER = r"(?:[<>!=]=|[<>]) ?[0-9]+(?:\.[0-9]+)*"
_SEVERAL = rf"{_SPECIFIER}(?:, ?{_SPECIFIER})*"
_PLAIN_SPECIFIERS = regular_expression(rf"{_SEVERAL}\Z")
_LOWER_BOUND = regular_expression(r">=? ?[0-9]+(?:\.[0-9]+)*\Z")
_PLAIN_REQUIREMENT = regular_expression(
    r"[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?"
    r"(?:\[[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*\])?"
    rf"(?: ?{_SEVERAL})?\Z"
)
_SPACE = f"[{WHITE_SPACE_CLASS}]*"
_URL_REQUIREMENT = regular_expression(
    rf"{_SPACE}([-_.A-Za-z0-9]+){_SPACE}(?:\[[^\]]*\])?{_SPACE}@(.*)\Z", re.DOTALL
)
_NAME = regular_expression(r"\s*[-_.A-Za-z0-9]*[A-Za-z0-9]\s*(?:\[[^\]]*\])?")
_ARBITRARY = regular_expression(r"===\s*([^\s,;)]+)")
_MISPLACED_LIST = regular_expression(
    r"\b(extras|dependency_groups)\s*(?:[=!<>~]=|[<>]|(?:not\s+)?in\b)"
)
_QUOTED = regular_expression(r"\"[^\"]*\"|'[^']*'")


def name_problem(text: str) -> str | None:
    """Check the name of a package, an extra or a group."""
    if is_valid(text):
        return None
    return (
        f"`{text}` is not a valid name: letters, digits, `-`, `_` and `.`, "
        "with a letter or digit at both ends"
    )


@lru_cache(_REMEMBERED)
def version_problem(text: str) -> str | None:
    """Check a version (PEP 440)."""
    if len(text) > _LONG and _too_large(text.partition("+")[0]):
        return f"`{text}` is not a valid version: a number in it is too large"
    if _PLAIN_VERSION.match(text):
        return None
    from packaging.version import Version

    bare = text.strip(_ASCII_WHITE_SPACE)
    try:
        Version(bare)
    except ValueError:
        sound = False
    else:
        sound = bare == bare.strip()
    return None if sound else f"`{text}` is not a valid version (PEP 440){_invisible_hint(text)}"


@lru_cache(_REMEMBERED)
def specifiers_problem(text: str) -> str | None:
    """Check version specifiers such as `>=3.11,<4`."""
    if len(text) <= _LONG and _PLAIN_SPECIFIERS.match(text):
        return None
    from packaging.specifiers import SpecifierSet

    plain = spaced(text)
    try:
        specifiers = SpecifierSet(plain)
    except ValueError:
        hint = _invisible_hint(text) or _wildcard_hint(text)
        return f"`{text}` is not a valid version specifier{hint}"
    if len(text) > _LONG and _too_large(re.sub(r"\+[^,]*", "", text)):
        return f"`{text}` is not a valid version specifier: a number in it is too large"
    if text and not all(part.strip() for part in plain.split(",")):
        what = "there is a comma too many" if plain.strip() else "there is nothing but white space"
        return f"`{text}` is not a valid version specifier: {what}"
    for specifier in specifiers:
        if specifier.operator == "===" and version_problem(specifier.version):
            return f"`{specifier.version}` in `{text}` is not a valid version"
    return None


@lru_cache(_REMEMBERED)
def requirement_problem(text: str) -> str | None:
    """Check a requirement (PEP 508) strictly: groups, constraints, overrides."""
    if len(text) > _LONG and (specifiers := _SPECIFIERS.match(text.partition(";")[0])):
        # one comma at the end is nothing to uv
        problem = specifiers_problem(specifiers[1].rstrip(" )").removesuffix(","))
        if problem is not None:
            return problem
    if _PLAIN_REQUIREMENT.match(text):
        return None
    url = _url_requirement(text)
    if url is not None:
        return _url_requirement_problem(*url.groups())
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(spaced(text).strip())
    except InvalidRequirement as error:
        return f"`{text}` is not a valid requirement{_requirement_hint(text, str(error))}"
    if not is_valid(requirement.name):
        return f"`{text}` is not a valid requirement: a name ends in a letter or digit"
    if re.search(r"\(\s*\)", text.partition(";")[0]):
        return f"`{text}` is not a valid requirement: the parentheses are empty"
    arbitrary = _ARBITRARY.search(text.partition(";")[0])
    if arbitrary is not None and version_problem(arbitrary[1]):
        return f"`{arbitrary[1]}` in `{text}` is not a valid version"
    return _marker_habits(text.partition(";")[2])


@lru_cache(_REMEMBERED)
def lenient_requirement_problem(text: str) -> str | None:
    """Check a requirement of `[project]`, which uv tries to mend (`lenient_requirement.rs`)."""
    problem = requirement_problem(text)
    if problem is None:
        return None
    patched = spaced(text)
    for pattern, replacement in _FIX_UPS:
        mended = pattern.sub(replacement, patched)
        if mended != patched and requirement_problem(mended) is None:
            return None
        patched = mended
    before, semicolon, marker = patched.partition(";")
    if requirement_problem(re.sub("['\"]", "", before) + semicolon + marker) is None:
        return None
    return problem


_FIX_UPS = tuple(
    (regular_expression(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        (r"(\d)([<>=~^!])", r"\1,\2"),
        (r"!=~((?:\d\.)*\d)", r"!=\1.*"),
        (r"(<=|>=|<|>)\s*(\d+(\.\d+)*)\.\*", r"\1\2"),
        (r"(\d\.\d)+\*", r"\1.*"),
        (r",\s*$", ""),
        (r">dev", ">0.0.0dev"),
        (r"(\d+(\.\d)*(a|b|rc|post|dev)\d+)\.0", r"\1"),
    )
)
"""uv's search and replace, in its order."""


@lru_cache(_REMEMBERED)
def marker_problem(text: str) -> str | None:
    """Check an environment marker (PEP 508)."""
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(spaced(text))
    except InvalidMarker as error:
        hint = _invisible_hint(text) or f": {_marker_hint(text, str(error))}"
        return f"`{text}` is not a valid marker{hint}"
    return _marker_habits(text)


def requirement_url(text: str) -> str | None:
    """Return the URL of a requirement such as `name @ https://…`, None where it has none."""
    match = _url_requirement(text)
    url = split_requirement_url(match[2])[0] if match is not None else ""
    return None if not url or url.startswith("{") else url  # hatchling fills that in


def is_formatted(text: str) -> bool:
    """Tell whether parts such as `{root:uri}` keep a requirement of `[project]` from being read.

    hatchling fills them in.
    """
    return "{" in text and lenient_requirement_problem(text) is not None


def requirement_marker(text: str) -> str:
    """Return the environment marker of a requirement, or nothing."""
    if ";" not in text:
        return ""
    match = _url_requirement(text)
    rest = split_requirement_url(match[2])[1] if match is not None else text
    return spaced(rest.partition(";")[2]).strip()


def _url_requirement(text: str) -> re.Match[str] | None:
    # to compile the expression takes longer than to read all requirements of most files
    return _URL_REQUIREMENT.match(text) if "@" in text else None


def wheel_problem(path: str, name: str) -> str | None:
    """Check the file name of a wheel for the package `name` (in any spelling); others are all right."""
    from urllib.parse import unquote

    file = unquote(path.rpartition("/")[2])
    if not file.endswith(".whl"):
        return None
    found, *rest = file.removesuffix(".whl").split("-")
    if len(rest) not in (4, 5):
        return f"`{file}` is not a name of a wheel such as `{name}-1.0-py3-none-any.whl`"
    if not is_valid(found) or version_problem(rest[0]):
        return f"`{file}` is not a name of a wheel: `{found}-{rest[0]}` is no name and version"
    if len(rest) == 5 and not rest[1][:1].isdecimal():
        return (
            f"`{file}` is not a name of a wheel: the build tag `{rest[1]}` must start with a digit"
        )
    if normalise(found) != normalise(name):
        return f"`{file}` is a wheel of `{normalise(found)}`, not of `{normalise(name)}`"
    return None


# --------------------------------------------------------------------------- helpers


def _too_large(text: str) -> bool:
    numbers = (digits.lstrip("0") for digits in re.findall(rf"[0-9]{{{_LONG},}}", text))
    return any(len(one) > _LONG + 1 or int(one or "0") > _LARGEST for one in numbers)


def _url_requirement_problem(name: str, text: str) -> str | None:
    if not is_valid(name):
        return name_problem(name)
    url, rest = split_requirement_url(text)
    if not url:
        return f"`{name} @` needs a URL"
    problem = requirement_url_problem(url)
    if problem is not None:
        return problem
    rest = rest.strip(WHITE_SPACE)
    if not rest or rest.startswith("#"):
        return None
    if not rest.startswith(";"):
        return f"`{rest}` follows the URL where a marker (` ; …`) is due"
    return marker_problem(rest[1:])


def _marker_habits(marker: str) -> str | None:
    """Return what uv refuses of a marker and `packaging` accepts."""
    if "===" not in marker and "extras" not in marker and "dependency_groups" not in marker:
        return None
    bare = _QUOTED.sub("''", marker)
    if "===" in bare:
        return f"`{marker.strip()}` is not a valid marker: `===` is no operator of markers"
    if _MISPLACED_LIST.search(bare):
        return f"`{marker.strip()}` is not a valid marker: `extras` stands on the right-hand side"
    return None


def _requirement_hint(text: str, error: str) -> str:
    if unseen := _invisible_hint(text):
        return unseen
    before = text.partition(";")[0]
    if re.search(r"[A-Za-z0-9\])\s]\^\s*\d", before):
        return ": `^` is not an operator. Write a range such as `>=1.2,<2`"
    if re.search(r"[A-Za-z0-9\])\s]=\s*\d", before):
        return ": `=` is not an operator. Did you mean `==`?"
    if text.startswith(("./", "../", "/", "http:", "https:")):
        return ": it needs a name in front, as in `name @ https://…`"
    if wildcard := _wildcard_hint(before):
        return wildcard
    reason = error.partition("\n")[0]
    name = _NAME.match(before)
    if (
        name is not None
        and before[name.end() :].strip()
        and reason.startswith("Expected semicolon")
    ):
        return f": `{before[name.end() :].strip()}` cannot be read"
    return f": {_lowered(reason)}" if reason else ""


def _marker_hint(text: str, error: str) -> str:
    """Say what is wrong with a marker: mostly it is a misspelt name."""
    for word in re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", _QUOTED.sub("", text)):
        if word not in _MARKER_NAMES:
            near = closest_word(word, _MARKER_NAMES[4:])
            question = f". Did you mean `{near}`?" if near else ""
            return f"`{word}` is no name of markers{question}"
    return _lowered(error.partition("\n")[0])


def _invisible_hint(text: str) -> str:
    unseen = invisible(text)
    return f": it holds the invisible character U+{ord(unseen):04X}" if unseen else ""


def _wildcard_hint(text: str) -> str:
    if re.search(r"(?:[<>]=?|~=)\s*[0-9][0-9.]*\*", text):
        return ": `.*` goes with `==` and `!=` only"
    return ""


def _lowered(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


_PLAIN_BOUND = regular_expression(rf"\s*([<>]=?|!=) ?({_NUMBERS})\s*\Z")
_SPECIFIERS = regular_expression(
    r"\s*+[-_.A-Za-z0-9]*[A-Za-z0-9]\s*+(?:\[[^\]]*\]\s*+)?\(?([<>=!~][^()@;]*+)\)?\s*+\Z"
)


@lru_cache(_REMEMBERED)
def is_unsatisfiable(text: str) -> bool:
    """Tell whether it is certain that no version meets a requirement, whatever its marker."""
    text = text.partition(";")[0]
    if "<" not in text and "==" not in text and "~=" not in text:
        return False
    match = _SPECIFIERS.match(text)
    if match is None or _leave_room(match[1]):
        return False
    from packaging.specifiers import SpecifierSet

    try:
        # to uv, `===` is `==`
        return SpecifierSet(spaced(match[1]).replace("===", "==")).to_range().is_empty
    except ValueError:  # also of `int`, for numbers of some thousand digits
        return False


def _leave_room(specifiers: str) -> bool:
    """Tell whether some version certainly meets specifiers: what most are is seen without packaging."""
    if "," not in specifiers and "<" not in specifiers:
        return True
    lowest: tuple[int, ...] = ()
    highest: list[tuple[int, ...]] = []
    for one in specifiers.split(","):
        match = _PLAIN_BOUND.match(one)
        if match is None:
            return False
        if match[1].startswith(">"):
            lowest = max(lowest, _release(match[2]))
        elif match[1] != "!=":  # which takes one of very many
            highest.append(_release(match[2]))
    return not highest or lowest < min(highest)


def _meets(release: tuple[int, ...], specifier: str) -> bool:
    """Tell whether a release meets a plain specifier."""
    operator, written = specifier.strip()[:2].rstrip("0123456789 "), specifier.strip(" <>=!")
    bound = _release(written)
    match operator:
        case "<":
            return release < bound
        case "<=":
            return release <= bound
        case ">":
            return release > bound
        case ">=":
            return release >= bound
        case "!=":
            return release != bound
    return release == bound


def _release(version: str) -> tuple[int, ...]:
    """Return a release without trailing zeros, which do not count."""
    parts = [int(part) for part in version.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


@lru_cache(_REMEMBERED)
def releases_overlap(specifiers: frozenset[str]) -> bool:
    """Tell whether some Python version may meet all these specifiers (`requires-python`).

    uv compares releases alone, so a pre-release is none. Specifiers that cannot be read are reported
    elsewhere, and overlap here. To uv, `===` is `==`.
    """
    if all(_LOWER_BOUND.match(text) for text in specifiers):
        return True
    from packaging.specifiers import SpecifierSet

    try:
        together = ",".join(specifiers).replace("===", "==")
        return not SpecifierSet(together, prereleases=False).to_range().is_empty
    except ValueError:  # also of `int`, for numbers of some thousand digits
        return True


@lru_cache(_REMEMBERED)
def specifiers_differ(first: str, second: str) -> bool:
    """Tell whether it is certain that some version meets one of two specifiers and not the other.

    An empty text is met by every version. What cannot be read does not differ.
    """
    from packaging.specifiers import SpecifierSet

    def trimmed(text: str) -> str:
        return text.strip().removeprefix("(").removesuffix(")")

    try:
        one, other = SpecifierSet(trimmed(first)), SpecifierSet(trimmed(second))
        if any(specifier.operator == "===" for specifier in (*one, *other)):
            return one != other
        ranges = one.to_range(), other.to_range()
    except ValueError:
        return False
    return not (ranges[0].is_subset(ranges[1]) and ranges[1].is_subset(ranges[0]))


def bounds_differ(first: str, second: str) -> bool:
    """Tell whether it is certain that the lowest or the highest release that meets two specifiers differs.

    Releases left out between these do not count: so uv compares `requires-python` with a lock file.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    try:
        sets = SpecifierSet(first), SpecifierSet(second)
        written = {one.version for some in sets for one in some}
        candidates = sorted(map(Version, _around(written)))
    except ValueError:
        return False
    one, other = ([version for version in candidates if version in some] for some in sets)
    return bool(one and other) and (one[0], one[-1]) != (other[0], other[-1])


def _around(versions: Iterable[str]) -> set[str]:
    """Return releases at and right beside versions (`1.2`, `1.2.*`), the lowest and a very high one."""
    from packaging.version import Version

    candidates = {"0", "9999"}
    for version in versions:
        release = Version(version.removesuffix(".*")).release
        *above, last = release
        neighbours = [release, (*release, 1), (*release, 0, 1), (*above, last + 1)]
        neighbours += [(*above, last - 1, 9999)] if last else []
        # below 3.0 and 3.0.0 lies 2.9999
        shorter = list(release)
        while shorter and not shorter[-1]:
            shorter.pop()
        if shorter:
            neighbours.append((*shorter[:-1], shorter[-1] - 1, 9999))
        candidates |= {".".join(map(str, one)) for one in neighbours}
    return candidates


@lru_cache(_REMEMBERED)
def contradicts(version: str, specifiers: str) -> bool:
    """Tell whether it is certain that a version does not meet specifiers."""
    try:
        # a range of a sibling is the usual case: to import packaging takes a fifth of a `check`
        if _PLAIN_SPECIFIERS.match(specifiers) and _PLAIN_VERSION.match(version):
            return not all(_meets(_release(version), part) for part in specifiers.split(","))
        from packaging.specifiers import SpecifierSet

        # to uv, `===` is `==`
        wanted = SpecifierSet(
            specifiers.strip().removeprefix("(").removesuffix(")").replace("===", "==")
        )
        return not wanted.contains(version, prereleases=True)
    except ValueError:  # also of `int`, for numbers of some thousand digits
        return False
