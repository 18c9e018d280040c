"""uv's keys are written in the schema, and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ws_lsp.schema.tool_uv import TOOL_UV

ROOT = Path(__file__).resolve().parent.parent / "ws_lsp"

ELSEWHERE = {
    "ide/completion_names.py": {"index"},  # a word that is shown
    "ide/refactor_new_member.py": {"build-backend"},  # a key of `[build-system]`
    "ide/rename.py": {"index"},  # a word that is shown
    "project/installed.py": {"package"},  # a key of our JSON
    "project/lockfile.py": {  # keys of `uv.lock`
        *("conflicts", "default-groups", "dependency-groups", "dev-dependencies"),
        *("index", "package"),
    },
    "project/modules.py": {"build-backend"},  # a key of `[build-system]`
    "server/sync.py": {"preview"},  # a field of a request
    "server/sync_arguments.py": {"reinstall", "upgrade"},  # fields of a request
    "toml/tree.py": {"index"},  # the name of a slot
    "uv/failure.py": {"build-backend"},  # a key of `[build-system]`
    "uv/preview.py": {"reinstall"},  # what uv says it would do
}
"""The modules that write a word which is a key of `[tool.uv]` as well, and mean something else by it."""

MODULES = sorted(
    path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if path.parent.name != "schema"
)


@pytest.mark.parametrize("module", MODULES)
def test_no_module_but_the_schema_writes_a_key_of_uv(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    written = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert written & TOOL_UV.keys.keys() == ELSEWHERE.get(module, set())
