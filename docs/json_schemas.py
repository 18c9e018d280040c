"""Makes the JSON schemas of `schemas/` from the schema in `ws_lsp/schema`, for other TOML tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ws_lsp.checking.findings import documentation_url
from ws_lsp.checking.rule import Rule
from ws_lsp.checking.severities import OFF
from ws_lsp.rules.catalogue import ALL
from ws_lsp.schema.pyproject import PYPROJECT, SEVERITIES, WS_LSP
from ws_lsp.schema.shapes import (
    Choice,
    Flag,
    Holds,
    Integer,
    Key,
    Keys,
    ListOf,
    MapOf,
    Shape,
    Text,
)
from ws_lsp.schema.tool_uv import UV_TOML

__all__ = ["schemas"]

_DRAFT = "http://json-schema.org/draft-07/schema#"


def schemas() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file.

    Each holds all that it needs: taplo finds no schema by a relative `$ref`, and shows no text beside one.
    """
    tool = PYPROJECT.keys["tool"].shape
    assert isinstance(tool, Keys)
    for name, title, text, shape in (
        ("ws-lsp", "ws-lsp", tool.keys["ws-lsp"].text, WS_LSP),
        ("uv", "uv", tool.keys["uv"].text, tool.keys["uv"].shape),
        ("uv-toml", "uv.toml", "The settings of uv, in a file of their own.", UV_TOML),
        ("pyproject", "pyproject.toml", "A project, and the workspace that it is in.", PYPROJECT),
    ):
        whole = {"$schema": _DRAFT, "title": title, "description": text, **_value(shape)}
        yield f"{name}.json", json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _key(key: Key) -> dict[str, Any]:
    found: dict[str, Any] = {"description": key.text, **_value(key.shape)}
    if key.default != "":
        found["default"] = key.default
    return found


def _value(shape: Shape) -> dict[str, Any]:
    """Return the JSON schema of a value."""
    match shape:
        case Text(words=words, aliases=aliases) if words:
            return {"enum": [*words, *aliases]}
        case Text(suggested=suggested) if suggested:
            return {"anyOf": [{"enum": [*suggested]}, {"type": "string"}]}
        case Text(holds=holds):
            named = holds in (Holds.PACKAGE, Holds.MEMBER, Holds.GROUP, Holds.EXTRA, Holds.INDEX)
            return {"type": "string", "minLength": 1} if named else {"type": "string"}
        case Flag(words=words):
            return {"type": "boolean"} if len(words) > 1 else {"const": words[0] == "true"}
        case Integer(least=least, most=most):
            limits = {"minimum": least, "maximum": most}
            return {"type": "integer", **{k: v for k, v in limits.items() if v is not None}}
        case ListOf(item=item):
            return {"type": "array", "items": _value(item)}
        case MapOf(name=Text(holds=Holds.RULE)):
            rules = {rule.code: _severity(rule) for rule in ALL}
            return {"type": "object", "additionalProperties": False, "properties": rules}
        case MapOf(value=value):
            return {"type": "object", "additionalProperties": _value(value)}
        case Keys(keys=keys, closed=closed, required=required, single=single, aliases=aliases):
            return {
                "type": "object",
                "additionalProperties": not closed,
                **({"required": [*required]} if required else {}),
                **({"minProperties": 1, "maxProperties": 1} if single else {}),
                "properties": {
                    **{text: _key(key) for text, key in keys.items()},
                    **{other: _key(keys[text]) for other, text in aliases.items()},
                },
            }
        case Choice(shapes=shapes):
            return {"anyOf": [_value(one) for one in shapes]}
        case _:
            return {}


def _severity(rule: Rule) -> dict[str, Any]:
    """Return the JSON schema of a rule's severity."""
    return {
        "description": f"{rule.title}\n\n[{rule.code}]({documentation_url(rule.code)})",
        "enum": list(SEVERITIES),
        "default": OFF if rule.off else rule.severity.value,
    }
