"""What a rule is, and which files it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.text import Span

if TYPE_CHECKING:  # it sees by the scopes that are here
    from ws_lsp.checking.view import View

__all__ = ["BELONGING", "NESTED", "PARSED", "Beyond", "Rule", "Scope", "rule"]


NESTED = (
    "From its own directory uv takes the nested workspace as it is, and may need what is changed"
)
"""The risk of every fix in a member that has a workspace of its own."""


class Scope(Enum):
    """The kind of a file within a workspace."""

    ROOT = "root"
    MEMBER = "member"
    DETACHED = "detached member"
    """A member from whose directory uv does not find this workspace: no rule may judge its sources by this
    one. What the workspace is resolved from counts, and what the file says alone. The rules that hold
    beyond the workspace look at it in the one that uv finds from there."""
    PARSED_ONLY = "parsed only"
    """An unmanaged member, or the manifest above a single project: uv minds what does not parse."""
    SETTINGS = "uv.toml"


BELONGING = (Scope.ROOT, Scope.MEMBER, Scope.DETACHED)
"""What belongs to the workspace; a rule that looks at all of it gives no file the sources of the root."""
PARSED = (*BELONGING, Scope.PARSED_ONLY)
"""Where stands what uv refuses as soon as it parses a manifest."""


class Beyond(Enum):
    """Of which files beyond the workspace uv refuses what a rule finds, beside what does not parse."""

    PROJECT = "a project that a path leads to"
    WORKSPACE = "such a project, and any file of the workspace that it belongs to"


class Rule(NamedTuple):
    """A rule: its code, its usual severity, the files that it looks at, and its documentation."""

    code: str
    severity: Severity
    scopes: frozenset[Scope]
    check: Callable[[View, Rule], Iterator[Finding]]
    off: bool = False
    """Whether the rule is silent until `[tool.ws-lsp.rules]` gives it a severity."""
    beyond: Beyond | None = None
    """Where else the rule holds."""
    risks: tuple[str, ...] = ()
    """What the fixes that the rule offers may lose, `NO_RISK` where a safe one is among them."""

    @property
    def documentation(self) -> str:
        """The docstring of the rule's function, indented no more."""
        from textwrap import dedent  # here: to check is not to explain

        first, _, rest = (self.check.__doc__ or "").strip().partition("\n")
        return f"{first}\n{dedent(rest)}".strip() + "\n"

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return (self.check.__doc__ or "").strip().partition("\n")[0]

    @property
    def fixes(self) -> list[str]:
        """What the documentation says of the fixes."""
        return [f"unsafe. {risk}" if risk else "safe" for risk in self.risks]

    def finding(
        self,
        view: View,
        span: Span,
        message: str,
        *fixes: Fix,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        unnecessary: bool = False,
    ) -> Finding:
        """Return a finding of this rule in the file that is looked at."""
        if view.scope is Scope.MEMBER and view.manifest.shared.workspace:
            fixes = tuple(fix.as_unsafe(NESTED) for fix in fixes)
        return Finding(
            self.code,
            severity or self.severity,
            view.path,
            span,
            message,
            fixes,
            related,
            unnecessary,
        )


def rule(
    code: str,
    severity: Severity,
    *scopes: Scope,
    off: bool = False,
    beyond: Beyond | None = None,
    risks: tuple[str, ...] = (),
) -> Callable[[Callable[[View, Rule], Iterator[Finding]]], Rule]:
    """Make a rule of a function whose docstring is the rule's documentation."""

    def make(check: Callable[[View, Rule], Iterator[Finding]]) -> Rule:
        where = frozenset(scopes or (Scope.ROOT, Scope.MEMBER))
        return Rule(code, severity, where, check, off, beyond, risks)

    return make
