"""No function is so branched that nobody can follow it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "ws_lsp"

MOST = 20
FLAT_TABLES = {
    "schema/faults.py:faults",  # one branch for each shape
}
"""Functions with many branches that have nothing to do with one another."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes; inner ones count with theirs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")


def complexity(function: Function) -> int:
    """Return how many ways there are through a function: McCabe's number, with each `and` and `or`."""
    found = 1
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.IfExp | ast.ExceptHandler | ast.match_case | ast.Assert):
            found += 1
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            found += 1 + bool(node.orelse)
        elif isinstance(node, ast.BoolOp):
            found += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            found += 1 + len(node.ifs)
    return found


def test_functions_can_be_followed() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{name}": complexity(function)
        for path in ROOT.rglob("*.py")
        for name, function in functions(ast.parse(path.read_text(encoding="utf-8")))
    }
    branched = {name: number for name, number in found.items() if number > MOST}
    assert branched.keys() == FLAT_TABLES, branched


def test_branches_are_counted() -> None:
    code = (
        "def f(a, b):\n if a and b:\n  return [c for c in a if c]\n else:\n  return 1 if a else 2\n"
    )
    assert [complexity(one) for _, one in functions(ast.parse(code))] == [6]
