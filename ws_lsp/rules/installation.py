"""Rules about what is installed; nothing is run for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import normalise, some_of
from ws_lsp.text import Span

if TYPE_CHECKING:
    from ws_lsp.project.installed import MemberState

__all__ = ["RULES"]


@rule("default-packages-not-installed", Severity.INFORMATION, Scope.ROOT)
def default_packages_not_installed(view: View, rule: Rule) -> Iterator[Finding]:
    """A default package is not installed in the workspace's environment, or not as it is now.

    The environment is `.venv` beside this file, or what `UV_PROJECT_ENVIRONMENT` names. A package is out
    of date if its version is another one than that in its `pyproject.toml`, or if it was installed from
    another directory. Where there is no environment yet, and for members that uv does not install (no
    `[build-system]`, `package = false`), nothing is reported.

    ```toml
    [tool.ws-lsp]
    default-packages = ["acme-api"]  # somebody ran `uv sync --package acme-cli`
    ```

    Sync the default packages: `ws-lsp sync`, or the action of that name.
    """
    packages = next(iter(view.manifest.default_packages), None)
    directory = view.environment() if packages is not None else None
    if packages is None or directory is None:
        return
    where = f"`{view.shown(directory)}`"
    if packages.everything:
        yield from _of_all(view, rule, packages.entry.value.span, where)
        return
    seen: set[str] = set()
    for node in packages.strings:
        name = normalise(node.value)
        state = view.member_state(name) if name not in seen else None
        seen.add(name)
        if state is not None:
            yield from _of_one(view, rule, node.span, state, where)


def _of_all(view: View, rule: Rule, span: Span, where: str) -> Iterator[Finding]:
    states = [view.member_state(name) for name in sorted(view.sound_members() or ())]
    missing = [one.name for one in states if one and one.missing]
    old = [one.name for one in states if one and one.package and one.outdated]
    for names, what in (
        (missing, f"not installed in {where}"),
        (old, f"not installed in {where} as the workspace has it now"),
    ):
        if names:
            are = "is" if len(names) == 1 else "are"
            yield rule.finding(view, span, f"{some_of(names)} {are} {what}. Run `ws-lsp sync`")


def _of_one(
    view: View, rule: Rule, span: Span, state: MemberState, where: str
) -> Iterator[Finding]:
    if state.missing:
        message = f"`{state.name}` is not installed in {where}. Run `ws-lsp sync`"
        yield rule.finding(view, span, message)
    elif state.package and state.outdated:
        found = f"`{state.name}` {state.version} is installed in {where}"
        now = "it is not what the workspace has now"
        if state.declared is not None and state.version != state.declared:
            now = f"the workspace has {state.declared}"
        yield rule.finding(view, span, f"{found}, and {now}. Run `ws-lsp sync`")


RULES = (default_packages_not_installed,)
