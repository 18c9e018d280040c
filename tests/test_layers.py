"""Who may import whom, and who may touch the world: layer by layer, and nowhere in a circle."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "ws_lsp"

LAYERS = (
    {"named_tuple", "regular_expression"},
    {"incremental"},
    {"text", "refusal"},
    {"toml", "vfs"},
    {"grammar"},
    {"schema"},
    {"project"},
    {"analysis"},
    {"checking"},
    {"rules"},
    {"ide"},
    {"report", "graph_report", "member_report"},
    {"uv"},
    {"git"},
    {"server"},
    {"child", "progress"},
    {"cli_parser", "cli_workspace"},
    {"cli_check", "cli_sync"},
    {"cli_each"},
    {"cli"},
    {"__main__"},
)
"""Lowest first. A module imports from its own package and from lower layers; `ws_lsp` itself holds
the version, which everybody may read."""

PROTOCOL = {"pygls", "lsprotocol", "cattrs"}
WORLD = {"os", "subprocess", "shutil", "tempfile", "pathlib", "io", "signal", "socket", "glob"}
"""Modules by which one reads files or starts processes."""

MAY_TOUCH_THE_WORLD = {
    "vfs.py",
    "uv/process.py",
    "uv/find.py",
    "git.py",
    "child.py",
    "cli.py",
    "cli_check.py",
    "cli_parser.py",
    "cli_workspace.py",
    "cli_sync.py",
    "cli_each.py",
}
MAY_WAIT = {"uv/process.py", "cli_each.py"}
"""Outside of `server/`, who may import asyncio."""

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


@functools.cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(module: str, *, at_run_time: bool = False) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports of a module, wherever in it these are written.

    With `at_run_time`, what only mypy sees is left out. Imports within functions count: a circle is one,
    whenever it closes.
    """
    waiting: list[ast.AST] = [tree(module)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif at_run_time and isinstance(node, ast.If) and is_for_types(node.test):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def is_for_types(test: ast.expr) -> bool:
    """Tell whether the condition of an `if` holds for mypy alone."""
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == (
        "TYPE_CHECKING"
    )


def imported(module: str, *, at_run_time: bool = False) -> Iterator[str]:
    """Yield the full name of all that a module imports."""
    package = ["ws_lsp", *module.split("/")[:-1]]
    for node in imports(module, at_run_time=at_run_time):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        else:
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{base}.{alias.name}"


def graph() -> dict[str, set[str]]:
    """Return the modules that each module of ours imports at run time."""
    names = {full_name(module): module for module in MODULES}
    return {
        module: {
            names[one]
            for name in imported(module, at_run_time=True)
            # `from package import module` and `from module import name` are written alike
            for one in [name if name in names else name.rpartition(".")[0]]
            if one in names and names[one] != module
        }
        for module in MODULES
    }


def full_name(module: str) -> str:
    """Return how one imports `x/y.py`."""
    path = f"ws_lsp/{module}".removesuffix(".py").removesuffix("/__init__")
    return path.replace("/", ".")


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the sets of modules that lead to one another (Tarjan's strongly connected components)."""
    found: list[list[str]] = []
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []

    def visit(one: str) -> None:
        order[one] = lowest[one] = len(order)
        path.append(one)
        for other in edges[one]:
            if other not in order:
                visit(other)
            if other in path:
                lowest[one] = min(lowest[one], lowest[other])
        if lowest[one] == order[one]:
            at = path.index(one)
            found.append(sorted(path[at:]))
            del path[at:]

    for one in edges:
        if one not in order:
            visit(one)
    return [some for some in found if len(some) > 1]


def layer(name: str) -> int:
    """Return the layer of `ws_lsp.x.y` or of the module `x/y.py`."""
    first = name.removeprefix("ws_lsp.").replace("/", ".").removesuffix(".py").split(".")[0]
    return next(index for index, names in enumerate(LAYERS) if first in names)


def own(module: str) -> set[str]:
    """Return what the layers' table calls a module or the package that it is in."""
    return {module.split("/")[0].removesuffix(".py")}


@pytest.mark.parametrize("module", [one for one in MODULES if one != "__init__.py"])
def test_a_module_imports_from_its_package_or_a_lower_layer(module: str) -> None:
    for name in imported(module):
        if not name.startswith("ws_lsp.") or name == "ws_lsp.__version__":
            continue
        part = name.split(".")[1]
        assert part in own(module) or layer(name) < layer(module), f"{module} imports {name}"


def test_no_module_imports_itself_through_others() -> None:
    assert circles(graph()) == []


def test_a_circle_is_found() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set[str](), "e": {"a", "d"}}
    assert circles(edges) == [["b", "c"]]
    assert graph()["rules/catalogue.py"] >= {"rules/files.py", "checking/rulebook.py"}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_server_knows_the_protocol(module: str) -> None:
    forbidden = {name for name in imported(module) if name.split(".")[0] in PROTOCOL}
    assert not forbidden or module.startswith("server/"), f"{module} imports {forbidden}"


@pytest.mark.parametrize("module", MODULES)
def test_only_the_server_and_the_processes_wait(module: str) -> None:
    waits = any(name.split(".")[0] == "asyncio" for name in imported(module))
    assert not waits or module in MAY_WAIT or module.startswith("server/"), module


@pytest.mark.parametrize("module", MODULES)
def test_the_core_touches_neither_files_nor_processes(module: str) -> None:
    if module in MAY_TOUCH_THE_WORLD or module.startswith("server/"):
        return
    touched = {name for name in imported(module) if name.split(".")[0] in WORLD}
    calls = {
        node.func.id
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("open", "exec", "eval", "__import__", "input", "print")
    }
    assert not touched, f"{module} imports {touched}"
    assert not calls, f"{module} calls {calls}"


def remembers(value: ast.expr | None) -> bool:
    """Tell whether a value is empty, and of use only if somebody adds to it, or holds others weakly."""
    if isinstance(value, ast.Call):
        name = ast.unparse(value.func).rpartition(".")[2]
        return (name in {"dict", "list", "set"} and not value.args) or name.startswith("Weak")
    return isinstance(value, ast.Dict | ast.List) and not ast.unparse(value)[1:-1]


MAY_REMEMBER = {"uv/find.py"}
"""The versions of the programs that this process has asked: their files say when to ask again."""


@pytest.mark.parametrize("module", [one for one in MODULES if one not in MAY_REMEMBER])
def test_no_module_remembers_anything(module: str) -> None:
    for node in tree(module).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            assert not remembers(node.value), ast.unparse(node)
    assert not any(name.startswith("weakref") for name in imported(module))


@pytest.mark.parametrize(
    "text", ["{}", "[]", "dict()", "set()", "WeakKeyDictionary()", "weakref.WeakSet()"]
)
def test_what_remembers_is_found(text: str) -> None:
    assert remembers(ast.parse(text, mode="eval").body)


def test_every_module_has_a_layer() -> None:
    for module in MODULES:
        if module != "__init__.py":
            layer(module)


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """Return the names of the modules that a run of ws-lsp loads."""
    script = (
        "import sys\n"
        "from ws_lsp.cli import execute\n"
        "try:\n"
        f"    execute({list(arguments)!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT.parent), "PATH": "", "SYSTEMROOT": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split("\n"))


@pytest.mark.skipif(not (ROOT / "cli.py").exists(), reason="there is no command line yet")
@pytest.mark.parametrize("command", ["check", "members", "rule"])
def test_the_command_line_does_not_load_the_server(command: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
    )
    names = loaded(command, cwd=tmp_path)
    assert "ws_lsp.cli" in names
    heavy = {name.split(".")[0] for name in names} & {*PROTOCOL, "asyncio", "attrs", "attr"}
    assert not heavy
    assert not [name for name in names if name.startswith("ws_lsp.server")]
