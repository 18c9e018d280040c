"""Writes what is said of the rules: `docs/rules/`, the table in README.md, and `schemas/`.

The rules' docstrings are the only source. `make docs` writes; `--check` only tells what is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ws_lsp.rules.base import Rule, Scope, documentation_url
from ws_lsp.rules.catalogue import ALL
from ws_lsp.rules.configuration import LEVELS, OFF

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
RULES = HERE / "rules"
SCHEMAS = HERE.parent / "schemas"
BEGIN = "<!-- findings: written by docs/generate.py -->"
END = "<!-- end of findings -->"

SCOPES = {
    Scope.ROOT: "the root's `pyproject.toml`",
    Scope.MEMBER: "a member's `pyproject.toml`",
    Scope.PARSED_ONLY: "one that uv only parses: an unmanaged member's, or the next above a single project",
    Scope.SETTINGS: "the `uv.toml` beside the root's `pyproject.toml`",
}


def page(rule: Rule) -> str:
    """Return the page of a rule."""
    places = [name for scope, name in SCOPES.items() if scope in rule.scopes]
    head = f"# {rule.code}\n\n- Severity: {rule.severity.value}\n- Looks at: {listed(places)}\n"
    return f"{head}\n{rule.documentation}\n[All findings](README.md)\n"


def listed(words: list[str]) -> str:
    """Return words as one does in a sentence."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def table(link: str) -> str:
    """Return the table of all rules; `link` leads to the directory of their pages."""
    rows = [
        f"| [`{rule.code}`]({link}{rule.code}.md) | {rule.severity.value} | {cell(rule)} |"
        for rule in ALL
    ]
    return "\n".join(["| Finding | Severity | What it says |", "|---|---|---|", *rows]) + "\n"


def cell(rule: Rule) -> str:
    """Return a rule's title as a table takes it."""
    return rule.title.replace("|", "\\|")


def index() -> str:
    """Return the page that lists all rules."""
    return (
        "# Findings\n\n"
        "Everything that ws-lsp reports, in editors and by `ws-lsp check`.\n"
        "Errors are what uv refuses, and values of `default-packages` that cannot be carried out.\n"
        "`ws-lsp rule CODE` shows the same pages in a terminal.\n\n"
        f"{table('')}"
    )


def readme() -> str:
    """Return README.md with the table as it should be."""
    text = README.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"error: README.md has lost `{BEGIN}` or `{END}`")
    return f"{before}{BEGIN}\n\n{table('docs/rules/')}\n{END}{after}"


def schemas() -> Iterator[tuple[Path, str]]:
    """Yield the JSON schemas that say something of the rules, and what they should hold.

    The tables `[tool.ws-lsp]` and `[tool.uv]` have theirs, of which only the codes are written here.
    That of all of `pyproject.toml` holds copies: taplo finds no schema by a relative `$ref`.
    """
    ws_lsp, uv = (
        json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
        for name in ("ws-lsp.json", "uv.json")
    )
    ws_lsp["properties"]["rules"]["properties"] = {rule.code: severity(rule) for rule in ALL}
    yield SCHEMAS / "ws-lsp.json", as_json(ws_lsp)
    version = ws_lsp.pop("$schema")
    del uv["$schema"]
    tool = {
        "type": "object",
        "additionalProperties": True,
        "properties": {"uv": uv, "ws-lsp": ws_lsp},
    }
    whole = {
        "$schema": version,
        "title": "pyproject.toml",
        "description": "`pyproject.toml` as far as ws-lsp adds to it; anything else is taken as it is.",
        "type": "object",
        "additionalProperties": True,
        "properties": {"tool": tool},
    }
    yield SCHEMAS / "pyproject.json", as_json(whole)


def severity(rule: Rule) -> dict[str, Any]:
    """Return the schema of a rule's severity; without `$ref`, beside which taplo shows no text."""
    return {
        "description": f"{rule.title}\n\n[{rule.code}]({documentation_url(rule.code)})",
        "enum": list(LEVELS),
        "default": OFF if rule.off else rule.severity.value,
    }


def as_json(schema: dict[str, Any]) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def wanted() -> Iterator[tuple[Path, str]]:
    """Yield every generated file, and what it should hold."""
    for rule in ALL:
        yield RULES / f"{rule.code}.md", page(rule)
    yield RULES / "README.md", index()
    yield README, readme()
    yield from schemas()


def main() -> int:
    """Write what is stale, or only name it."""
    parser = argparse.ArgumentParser(description="Write the documentation of the rules.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if stale")
    check = parser.parse_args().check
    files = dict(wanted())
    stale = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    left_over = [path for path in RULES.glob("*.md") if path not in files]
    for path in [*stale, *left_over]:
        sys.stdout.write(f"{'stale' if check else 'wrote'} {path.relative_to(HERE.parent)}\n")
    if check:
        return 1 if stale or left_over else 0
    RULES.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files[path], encoding="utf-8", newline="\n")
    for path in left_over:
        path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
