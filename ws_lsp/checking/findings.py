"""What is said of files: findings, and what mends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit, LineIndex, SourceLine, Span

__all__ = [
    "NO_RISK",
    "PROJECT_URL",
    "Applicability",
    "Change",
    "Finding",
    "Fix",
    "Related",
    "Severity",
    "documentation_url",
    "unsaid",
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

    def is_at_least(self, other: Severity) -> bool:
        """Tell whether it is as bad as another severity, or worse."""
        worst_first = [*Severity]
        return worst_first.index(self) <= worst_first.index(other)


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


class Applicability(Enum):
    """Who decides that a fix is applied; the words are those of ruff."""

    SAFE = "safe"
    """Nobody: it loses nothing, no comment either, and uv accepts at least what it accepted before."""
    UNSAFE = "unsafe"
    """A person: something may be lost that was meant."""


NO_RISK = ""
"""The risk of a safe fix."""


class Fix(NamedTuple):
    """A way to mend a finding; `title` begins with a verb.

    Safe fixes are applied in bulk. Of an unsafe one `risk` says in a sentence what it may lose.
    """

    title: str
    changes: tuple[Change, ...]
    applicability: Applicability = Applicability.UNSAFE
    risk: str = NO_RISK

    @property
    def is_safe(self) -> bool:
        """Whether the fix may be applied without asking."""
        return self.applicability is Applicability.SAFE

    def as_unsafe(self, risk: str) -> Fix:
        """Return the same fix as one that a person has to choose; what it risks already it still does."""
        return self._replace(applicability=Applicability.UNSAFE, risk=self.risk or risk)


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

    @property
    def fix(self) -> Fix | None:
        """The fix to propose before all others: the first safe one, or else the first."""
        safe = next((fix for fix in self.fixes if fix.is_safe), None)
        return safe if safe is not None else next(iter(self.fixes), None)


def unsaid(findings: Iterable[Finding], said: Iterable[Finding]) -> list[Finding]:
    """Return the findings of a file that are not those of another workspace as well.

    A member that does not find the workspace that lists it is judged by its own one in both.
    """
    known = {(one.code, one.span) for one in said}
    return [one for one in findings if (one.code, one.span) not in known]
