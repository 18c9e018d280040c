"""All rules together, as `View` and `Checker` are handed them: rules are about views, so neither can import them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ws_lsp.checking.rule import Beyond, Rule, Scope

if TYPE_CHECKING:
    from ws_lsp.analysis import Snapshot
    from ws_lsp.checking.findings import Finding
    from ws_lsp.checking.outside_requirements import Requirements, Through, Wanted
    from ws_lsp.grammar.names import Name
    from ws_lsp.project.manifest import Manifest
    from ws_lsp.text import Span

__all__ = ["Rulebook"]


class Rulebook:
    """The rules that files are checked by, and what is known by them of projects outside of the workspace."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.by_code = {rule.code: rule for rule in rules}
        self.by_scope = {
            scope: tuple(rule for rule in rules if scope in rule.scopes) for scope in Scope
        }
        self.of_projects_outside = {
            scope: tuple(rule for rule in some if rule.beyond or Scope.PARSED_ONLY in rule.scopes)
            for scope, some in self.by_scope.items()
        }
        """Those that hold for a project that a path leads to, by the kind of its file in its own workspace."""
        self.around_projects_outside = {
            scope: tuple(rule for rule in some if rule.beyond is Beyond.WORKSPACE)
            for scope, some in self.by_scope.items()
        }
        """Those that hold for all files of such a workspace, beside the ones about what does not parse."""

    def outside_problem(
        self, snapshot: Snapshot, directory: str, extras: frozenset[Name]
    ) -> tuple[str, str] | None:
        """Return a file and what the rules refuse in it for a project that a path leads to."""
        from ws_lsp.checking.outside import problem  # here: few files have paths

        return problem(self, snapshot, directory, extras)

    def outside_requirements(
        self, snapshot: Snapshot, directory: str, extras: frozenset[Name]
    ) -> Requirements:
        """Return what a project that a path leads to requires with some extras."""
        from ws_lsp.checking.outside_requirements import requirements  # here: few files have paths

        return requirements(self, snapshot, directory, extras)

    def required_through_files(self, snapshot: Snapshot, name: Name) -> tuple[Through, ...]:
        """Return what is required of a package by projects that files of the workspace take from paths."""
        from ws_lsp.checking.outside_requirements import through_files  # here: few files have paths

        return through_files(self, snapshot, name)

    def outdated_projects(self, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
        """Return the projects, no members, that `uv.lock` does not agree with, and the reasons."""
        from ws_lsp.checking.outdated_projects import (
            outdated_projects,  # here: few files have paths
        )

        return tuple(outdated_projects(self, snapshot))

    def found_around(
        self, snapshot: Snapshot, manifest: Manifest, reason: str
    ) -> tuple[Finding, ...]:
        """Return what is found in a detached member by the workspace that uv finds from there.

        `reason` says why that is another one.
        """
        from ws_lsp.checking.around import found_around  # here: few members are detached

        return found_around(self, snapshot, manifest, reason)

    def problem_around(self, snapshot: Snapshot, manifest: Manifest) -> str | None:
        """Say what is refused in another file of that workspace."""
        from ws_lsp.checking.around import problem_around  # here: few members are detached

        return problem_around(self, snapshot, manifest)

    def wanted_around(
        self, snapshot: Snapshot, manifest: Manifest, lowered: bool
    ) -> tuple[tuple[Span, Wanted], ...]:
        """Return what a detached member requires of other members by the sources that it has there, if these are `lowered`."""
        from ws_lsp.checking.around import wanted_around  # here: few members are detached

        return wanted_around(self, snapshot, manifest, lowered)
