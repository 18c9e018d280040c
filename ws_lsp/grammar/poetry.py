"""Requirements and versions as Poetry writes them (`idna = "^3.4"` in a table), in the spelling of PEP 508."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.grammar.names import is_valid
from ws_lsp.grammar.requirement import requirement_problem, specifiers_problem
from ws_lsp.regular_expression import regular_expression
from ws_lsp.toml.edit import string_text
from ws_lsp.toml.tree import Array, String, Table

__all__ = ["as_list", "without_carets", "without_tildes"]

_RELEASE = r"([0-9]{1,20}+(?:\.[0-9]{1,20})*)"
_CARET = regular_expression(rf"\^\s*{_RELEASE}(?![\w.*+!-])")
_TILDE = regular_expression(rf"(?<![<>=!~])~\s*{_RELEASE}(?!\S)")
_VERSION = regular_expression(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?")


def as_list(table: Table) -> str | None:
    """Return the list of requirements, as TOML, that a table stands for; None where that is not plain."""
    if "python" in table.entries:
        return None  # it stands for `requires-python`
    found: list[str] = []
    for name, entry in table.entries.items():
        text = _requirement(name, entry.value) if is_valid(name) else None
        if text is None or requirement_problem(text) is not None:
            return None
        found.append(string_text(text))
    return f"[{', '.join(found)}]"


def _requirement(name: str, node: object) -> str | None:
    """Return a requirement of a package whose version, or table, is `node`."""
    if isinstance(node, String):
        specifiers = _specifiers(node.value)
        return name + specifiers if specifiers is not None else None
    if not isinstance(node, Table) or not node.entries.keys() <= {"version", "extras", "markers"}:
        return None
    version, extras, markers = map(node.get, ("version", "extras", "markers"))
    listed = [*_texts(extras)] if extras is not None else []
    if not isinstance(version, String) or None in listed:
        return None
    specifiers = _specifiers(version.value)
    if specifiers is None:
        return None
    text = name + (f"[{','.join(map(str, listed))}]" if listed else "") + specifiers
    if markers is None:
        return text
    return f"{text}; {markers.value}" if isinstance(markers, String) else None


def _texts(node: object) -> Iterator[str | None]:
    if not isinstance(node, Array):
        yield None
        return
    for item in node.items:
        yield item.value if isinstance(item, String) else None


def _specifiers(text: str) -> str | None:
    """Return version specifiers for what Poetry means by a text, None where that is not plain."""
    if text.strip() in ("", "*"):
        return ""
    if _VERSION.fullmatch(text):
        return f"=={text}"
    specifiers = without_tildes(without_carets(text)).replace(" ", "")
    return specifiers if specifiers_problem(specifiers) is None else None


def without_carets(text: str) -> str:
    """Return version specifiers with the range that each `^1.2` stands for."""
    return _CARET.sub(_caret_range, text)


def without_tildes(text: str) -> str:
    """Return version specifiers with the range that each `~1.2` stands for."""
    return _TILDE.sub(_tilde_range, text)


def _caret_range(match: re.Match[str]) -> str:
    """Return the range up to the next version that differs in the first number other than 0."""
    parts = [int(part) for part in match[1].split(".")]
    at = next((index for index, part in enumerate(parts) if part), len(parts) - 1)
    return f">={match[1]},<{'.'.join(map(str, (*parts[:at], parts[at] + 1)))}"


def _tilde_range(match: re.Match[str]) -> str:
    parts = [int(part) for part in match[1].split(".")]
    at = min(1, len(parts) - 1)
    return f">={match[1]},<{'.'.join(map(str, (*parts[:at], parts[at] + 1)))}"
