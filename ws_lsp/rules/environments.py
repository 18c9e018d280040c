"""Rules about `environments` and `required-environments`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ws_lsp.checking.findings import Finding, Related, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import (
    asks_for_an_extra,
    overlap,
    python_overlap,
)
from ws_lsp.grammar.requirement import (
    marker_problem,
    releases_overlap,
)
from ws_lsp.schema.keys import ENVIRONMENTS, REQUIRED_ENVIRONMENTS
from ws_lsp.toml.tree import Array, String, strings

__all__ = ["RULES"]


@rule("overlapping-environments", Severity.ERROR, Scope.ROOT)
def overlapping_environments(view: View, rule: Rule) -> Iterator[Finding]:
    """Two `environments` hold at once.

    uv resolves once for each entry of `environments` and of `required-environments`, so neighbouring
    ones must exclude each other. Only the root's count.

    ```toml
    [tool.uv]
    environments = ["sys_platform == 'linux'", "platform_machine == 'x86_64'"]
    ```

    Make them disjoint, for instance by `and sys_platform != 'linux'` in the second.
    """
    for key in (ENVIRONMENTS, REQUIRED_ENVIRONMENTS):
        value = view.manifest.uv.get(key) if view.manifest.uv else None
        for left, right in pairwise(value.items if isinstance(value, Array) else ()):
            if not isinstance(left, String) or not isinstance(right, String):
                continue
            if marker_problem(left.value) or marker_problem(right.value):
                continue
            if overlap(left.value, right.value):
                related = (Related(view.path, left.span, "The other one"),)
                message = f"`{right.value}` overlaps with `{left.value}`: they must be disjoint"
                yield rule.finding(view, right.span, message, related=related)


@rule("unreachable-environment", Severity.ERROR, Scope.ROOT)
def unreachable_environment(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `environments` holds for no Python version of the workspace.

    uv intersects every `requires-python` of the workspace and refuses an environment outside of it.
    Only what entries say of Python versions is looked at here. An environment has no extras, so uv
    refuses an entry that asks for one.

    ```toml
    [project]
    requires-python = ">=3.11"

    [tool.uv]
    environments = ["python_version < '3.9'"]
    ```

    Correct the marker, or widen `requires-python`.
    """
    value = view.manifest.uv.get(ENVIRONMENTS) if view.manifest.uv else None
    for node in (value,) if isinstance(value, String) else strings(value):
        if marker_problem(node.value):
            continue
        if asks_for_an_extra(node.value):
            message = f"`{node.value}` asks for an extra, and an environment has no extras"
            yield rule.finding(view, node.span, message)
            continue
        specifiers = view.python_specifiers()
        if not specifiers or not releases_overlap(specifiers):
            continue
        if not python_overlap(node.value, specifiers):
            wanted = ", ".join(f"`{one}`" for one in sorted(specifiers))
            message = (
                f"`{node.value}` holds for no Python version that the workspace wants: {wanted}"
            )
            yield rule.finding(view, node.span, message)


RULES = (overlapping_environments, unreachable_environment)
