"""What a rule is, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit, LineIndex, SourceLine, Span

TYPE_CHECKING = False
if TYPE_CHECKING:  # it is made of what is here
    from ws_lsp.rules.view import View

__all__ = [
    "BELONGING",
    "PARSED",
    "PROJECT_URL",
    "Change",
    "Finding",
    "Fix",
    "Related",
    "Rule",
    "Scope",
    "Severity",
    "documentation_url",
    "rule",
]


PROJECT_URL = "https://github.com/ws-lsp/ws-lsp"


def documentation_url(code: str) -> str:
    """Return where a rule is documented."""
    return f"{PROJECT_URL}/blob/main/docs/rules/{code}.md"


class Severity(Enum):
    """How bad a finding is; `ERROR` is kept for what uv refuses."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Scope(Enum):
    """The kind of a file within a workspace."""

    ROOT = "root"
    MEMBER = "member"
    DETACHED = "detached member"
    """A member from whose directory uv does not find this workspace: no rule may judge its requirements
    and sources by this one. What the workspace is resolved from counts, and what the file says alone."""
    PARSED_ONLY = "parsed only"
    """An unmanaged member, or the manifest above a single project: uv minds what does not parse."""
    SETTINGS = "uv.toml"


BELONGING = (Scope.ROOT, Scope.MEMBER, Scope.DETACHED)
"""What belongs to the workspace; a rule that looks at all of it gives no file the sources of the root."""
PARSED = (*BELONGING, Scope.PARSED_ONLY)
"""Where stands what uv refuses as soon as it parses a manifest."""


class Change:
    """Edits of one file's present text; with `create`, of a file that does not exist yet.

    Where `edits` is a function, it is called by the first who wants to see them: findings are made at
    every keystroke, and their fixes are looked at when somebody asks how to mend them.
    """

    __slots__ = ("_edits", "create", "path")

    def __init__(
        self,
        path: str,
        edits: tuple[Edit, ...] | Callable[[], Iterable[Edit]],
        create: bool = False,
    ) -> None:
        self.path = path
        self._edits = edits
        self.create = create

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits, in no particular order."""
        if not isinstance(self._edits, tuple):
            self._edits = tuple(self._edits())
        return self._edits

    def __eq__(self, other: object) -> bool:
        """Tell whether both write the same in the same file."""
        return isinstance(other, Change) and (self.path, self.create, self.edits) == (
            other.path,
            other.create,
            other.edits,
        )

    def __hash__(self) -> int:
        """Return a number that equal ones share; the edits need not be made for it."""
        return hash((self.path, self.create))

    def __repr__(self) -> str:
        """Return what tests show."""
        return f"Change({self.path!r}, {self.edits!r}, {self.create!r})"


class Fix(NamedTuple):
    """A way to mend a finding.

    `title` begins with a verb. `safe` fixes mean what the file plainly meant and are applied in bulk;
    others wait for a person to choose them.
    """

    title: str
    changes: tuple[Change, ...]
    safe: bool = False


class Related(NamedTuple):
    """Another place that has to do with a finding."""

    path: str
    span: Span
    message: str
    line: SourceLine | None = None
    """In a file that is no manifest: the line of the place; `span` counts from its beginning."""

    def placed(self, manifests: Mapping[str, Manifest]) -> tuple[LineIndex, Span] | None:
        """Return the lines of the file, as far as they matter, and the place in them."""
        if self.line is None:
            manifest = manifests.get(self.path)
            return (manifest.lines, self.span) if manifest is not None else None
        above = self.line.number
        start, end = self.span
        return LineIndex("\n" * above + self.line.text), Span(above + start, above + end)


class Finding(NamedTuple):
    """Something to be told about a file, at a place of it (code points)."""

    code: str
    severity: Severity
    path: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    unnecessary: bool = False
    """Editors may grey out what the span covers."""


class Rule(NamedTuple):
    """A rule: its code, its usual severity, the files that it looks at, and its documentation."""

    code: str
    severity: Severity
    scopes: frozenset[Scope]
    check: Callable[[View, Rule], Iterator[Finding]]
    off: bool = False
    """Whether the rule is silent until `[tool.ws-lsp.rules]` gives it a severity."""

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
            # uv refuses a nested workspace, but from its own directory takes it as it is: a person chooses
            fixes = tuple(fix._replace(safe=False) for fix in fixes)
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
    code: str, severity: Severity, *scopes: Scope, off: bool = False
) -> Callable[[Callable[[View, Rule], Iterator[Finding]]], Rule]:
    """Make a rule of a function whose docstring is the rule's documentation."""

    def make(check: Callable[[View, Rule], Iterator[Finding]]) -> Rule:
        where = frozenset(scopes or (Scope.ROOT, Scope.MEMBER))
        return Rule(code, severity, where, check, off)

    return make
