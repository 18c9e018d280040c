"""What a Python source imports, by its text alone: nothing is run, and nothing is looked up."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator, Sequence

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import LineIndex, SourceLine, Span

__all__ = ["Import", "imports_of"]


class Import(NamedTuple):
    """A module that a statement imports, dotted; `span` counts in code points from the line's beginning.

    What `from a import b` means is not known from the text: it is `a.b` here, a module or not.
    """

    module: str
    line: SourceLine
    span: Span


def imports_of(text: str) -> tuple[Import, ...]:
    """Return the modules that a source cannot do without, each where it is first imported.

    Left out are relative imports and the standard library; what `if TYPE_CHECKING:` holds; what may
    fail, in a `try` that catches `ImportError`, below `suppress(ImportError)`, `find_spec` or
    `pytest.importorskip`. A text that is no Python imports nothing, nor does a script that declares its
    own requirements (PyPA, "Inline script metadata").
    """
    text = text.removeprefix("\ufeff")
    if "import" not in text or _SCRIPT.search(text):
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the strings of other people's code
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    lines = LineIndex(text)
    skipped: set[str] = set()
    first: dict[str, Import] = {}
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for module in _modules(statement):
                if module not in first and module.partition(".")[0] not in _STANDARD:
                    line, span = _place(lines, statement)
                    first[module] = Import(sys.intern(module), line, span)
        else:
            skipped.update(_skipped_without(statement))
    return tuple(
        one for one in first.values() if not any(_is_below(one.module, name) for name in skipped)
    )


_SCRIPT = regular_expression(r"^# /// script[ \t]*$", re.MULTILINE)
_STANDARD = sys.stdlib_module_names | {"__future__", "__main__"}


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements, in the order of the text, that run whatever can be imported.

    No recursion: a text may be nested more deeply than the interpreter's stack is.
    """
    waiting = [*reversed(body)]
    while waiting:
        statement = waiting.pop()
        yield statement
        waiting += reversed([*_inner(statement)])


def _inner(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements directly inside of one, but for those that may fail to import."""
    match statement:
        case ast.If():
            holds = _needs_nothing(statement.test)
            if holds is not True:
                yield from statement.body
            if holds is not False:
                yield from statement.orelse
        case ast.Try() | ast.TryStar():
            if not any(_catches(handler.type) for handler in statement.handlers):
                yield from statement.body
                for handler in statement.handlers:
                    yield from handler.body
                yield from statement.orelse
            yield from statement.finalbody
        case ast.With() | ast.AsyncWith():
            if not any(_suppresses(item.context_expr) for item in statement.items):
                yield from statement.body
        case ast.Match():
            for one in statement.cases:
                yield from one.body
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield from statement.body
        case ast.For() | ast.AsyncFor() | ast.While():
            yield from statement.body
            yield from statement.orelse


def _needs_nothing(test: ast.expr) -> bool | None:
    """Tell whether a condition (True), or its opposite (False), guards what may not be importable."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _needs_nothing(test.operand)
        return None if inner is None else not inner
    if _last_name(test) == "TYPE_CHECKING":
        return True
    calls = (node.func for node in ast.walk(test) if isinstance(node, ast.Call))
    if any(_last_name(function) == "find_spec" for function in calls):
        missing = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is)
        return not missing
    return None


_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _catches(caught: ast.expr | None) -> bool:
    """Tell whether an `except` of this expression, or without one, catches a failing import."""
    if isinstance(caught, ast.Tuple):
        return any(_catches(one) for one in caught.elts)
    return caught is None or _last_name(caught) in _CATCHING


def _suppresses(context: ast.expr) -> bool:
    return (
        isinstance(context, ast.Call)
        and _last_name(context.func) == "suppress"
        and any(_catches(argument) for argument in context.args)
    )


def _skipped_without(statement: ast.stmt) -> Iterator[str]:
    """Yield the module without which pytest skips the rest: `pytest.importorskip("x")`."""
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    if isinstance(value, ast.Call) and _last_name(value.func) == "importorskip" and value.args:
        name = value.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _modules(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
    elif not statement.level and statement.module:
        for alias in statement.names:
            yield statement.module if alias.name == "*" else f"{statement.module}.{alias.name}"


def _place(lines: LineIndex, statement: ast.stmt) -> tuple[SourceLine, Span]:
    """Return the first line of a statement, and where on it the statement stands."""
    number = statement.lineno - 1
    text = lines.line_text(number) if number < len(lines.starts) else ""
    start = _code_points(text, statement.col_offset)
    end = len(text.rstrip())
    if statement.end_lineno == statement.lineno and statement.end_col_offset is not None:
        end = _code_points(text, statement.end_col_offset)
    return SourceLine(number, text), Span(start, max(start, end))


def _code_points(text: str, count: int) -> int:
    """Return how many code points the first bytes of a line's UTF-8 form are, in which `ast` counts."""
    if text.isascii():
        return count
    return len(text.encode("utf-8", "surrogatepass")[:count].decode("utf-8", "ignore"))


def _is_below(module: str, above: str) -> bool:
    return module == above or module.startswith(f"{above}.")
