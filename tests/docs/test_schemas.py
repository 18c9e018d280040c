"""The JSON schemas for other TOML tools accept what ws-lsp carries out, and refuse what it does not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import support
import tomli
from jsonschema import Draft7Validator

from ws_lsp.rules.catalogue import ALL
from ws_lsp.schema.pyproject import SEVERITIES, WS_LSP

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {
    name: json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("ws-lsp", "uv", "uv-toml", "pyproject")
}
REFUSED_BY_WS_LSP = {
    "invalid-default-packages",
    "unknown-setting-of-ws-lsp",
    "invalid-value",
    "invalid-setting",
    "unknown-key",
}

SOUND = [
    '[tool.uv]\nlink-mode = "reflink"\npip.python-platform = "arm64-pc-windows-msvc"',
    '[tool.uv]\ndependency-metadata = [{ name = "a", provides-extras = [] }]',
    '[tool.uv]\npreview-features = ["pylock"]\ncache-keys = [{ file = "a" }]',
    "",
    "[tool.ws-lsp]",
    "[tool.ws-lsp]\ndefault-packages = []",
    '[tool.ws-lsp]\ndefault-packages = ["a", "b", "A"]',
    '[tool.ws-lsp]\ndefault-packages = "all"',
    '[tool.ws-lsp.rules]\nunmatched-member = "off"\nundeclared-import = "hint"',
    '[tool.uv]\ndefault-packages = ["a"]\nexclude-newer = "2026-01-01"',
    '[tool.uv]\ndefault-packages = "all"',
    '[tool.uv]\nbogus = { what = "ever" }\n[tool.uv.workspace]\nmembers = []',
    "[tool.uv]\nenvironments = \"sys_platform == 'linux'\"\nexclude-newer = false",
    '[tool.uv.sources]\na = { path = "x" }\nb = [{ url = "https://index.example/b-1.zip" }]',
    '[project]\nname = "a"\nversion = "1"\nreadme = { file = "x", content-type = "text/plain" }',
    '[dependency-groups]\ndev = ["idna", { include-group = "other" }]\nother = []',
    '[project]\nname = "a"\nversion = "1"\n[tool.other]\nrules.a = "b"',
]
WRONG = [
    '[tool.uv]\ncache-keys = [{ file = "a", dir = "b" }]',
    "[tool.uv.workspace]\nmembers = 3",
    '[tool.uv.workspace]\nmember = ["a"]',
    '[tool.uv]\nmanaged = "yes"',
    '[tool.uv]\nresolution = "newest"',
    "[tool.uv]\nconcurrent-builds = 0",
    '[[tool.uv.index]]\nname = "a"',
    '[dependency-groups]\ndev = ["idna", 3]',
    '[tool.ws-lsp]\ndefault-package = ["a"]',
    '[tool.ws-lsp]\ndefault-packages = "a"',
    '[tool.ws-lsp]\ndefault-packages = ""',
    "[tool.ws-lsp]\ndefault-packages = true",
    "[tool.ws-lsp]\ndefault-packages = { a = true }",
    '[tool.ws-lsp]\ndefault-packages = ["a", 1]',
    '[tool.ws-lsp]\ndefault-packages = ["a", ""]',
    '[tool.ws-lsp]\nrules = "off"',
    '[tool.ws-lsp.rules]\nunmatched-membr = "off"',
    '[tool.ws-lsp.rules]\nunmatched-member = "ignore"',
    "[tool.ws-lsp.rules]\nunmatched-member = false",
    '[tool.uv]\ndefault-packages = "a"',
    '[tool.uv]\ndefault-packages = ["a", 1]',
]


def refused(schema: str, value: Any) -> bool:
    """Tell whether a schema refuses a value."""
    return not Draft7Validator(SCHEMAS[schema]).is_valid(value)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_schemas_are_schemas_that_need_no_other(schema: dict[str, Any]) -> None:
    Draft7Validator.check_schema(schema)
    assert '"$ref"' not in json.dumps(schema)


@pytest.mark.parametrize(
    ("text", "wrong"), [*((text, False) for text in SOUND), *((text, True) for text in WRONG)]
)
def test_schemas_and_ws_lsp_say_the_same(text: str, wrong: bool) -> None:
    snapshot = support.workspace(f"#- /pyproject.toml\n{text}\n")
    codes = {finding.code for finding in support.findings(snapshot)}
    assert bool(codes & REFUSED_BY_WS_LSP) == wrong

    value = tomli.loads(text)
    assert refused("pyproject", value) == wrong
    tables = value.get("tool", {})
    parts = [refused(name, tables[name]) for name in ("ws-lsp", "uv") if name in tables]
    assert any(parts) == wrong or tables.keys().isdisjoint(("ws-lsp", "uv"))


def test_every_key_code_and_severity_is_known() -> None:
    properties = SCHEMAS["ws-lsp"]["properties"]
    assert properties.keys() == WS_LSP.keys.keys()
    for rule in ALL:
        for level in SEVERITIES:
            assert not refused("ws-lsp", {"rules": {rule.code: level}})
        usual = "off" if rule.off else rule.severity.value
        assert properties["rules"]["properties"][rule.code]["default"] == usual
    assert len(properties["rules"]["properties"]) == len(ALL)
