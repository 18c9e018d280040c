"""Rules about `uv.lock`; their findings stand in the manifests, whose authors can do something."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.project.file_names import LOCKFILE

__all__ = ["RULES"]


@rule("invalid-lockfile", Severity.ERROR, Scope.ROOT)
def invalid_lockfile(view: View, rule: Rule) -> Iterator[Finding]:
    """`uv.lock` cannot be read.

    uv refuses every command that needs it: `uv lock`, `uv sync`, `uv run`. Mostly a merge left its
    conflict markers in it, or a newer uv wrote it.

    ```text
    <<<<<<< HEAD
    version = "1.2.0"
    =======
    ```

    Restore the file from one of the two sides (`git checkout --ours uv.lock`) and run `uv lock`: it
    keeps the versions that are still right. Or remove it, and all versions are chosen anew.
    """
    lockfile = view.lockfile()
    if lockfile is not None and lockfile.problem is not None:
        from ws_lsp.project.comparison import first_key_span

        message = f"`{LOCKFILE}` cannot be read: {lockfile.problem}. Restore or remove it"
        yield rule.finding(view, first_key_span(view.manifest), message)


@rule("outdated-lockfile", Severity.WARNING, *BELONGING)
def outdated_lockfile(view: View, rule: Rule) -> Iterator[Finding]:
    """`uv.lock` does not agree with what this file declares.

    The next `uv sync` or `uv run` resolves again and rewrites it, and `uv sync --locked` fails, which
    is what CI mostly runs. The finding stands at what has changed: a requirement, a source, an extra, a
    group, the version, a setting. What has changed in a project at a path, or in settings above, is told
    in the root. What the files alone do not decide is not reported, and where there is no
    `uv.lock` nothing is. With uv's preview features `lock-without-metadata` and `resolution-inputs` less
    stands in `uv.lock`, so less is compared.

    ```toml
    dependencies = ["idna>=4"]  # it was idna>=3 when uv.lock was made
    ```

    Run `uv lock`, or the action *Update lockfile*. Unsaved changes count here, but uv reads what is
    saved.
    """
    lockfile = view.lockfile() if view.scope is Scope.ROOT else None
    locked = view.locked(view.manifest.name) if view.manifest.name is not None else None
    if lockfile is None and locked is None:
        return
    from ws_lsp.checking.mismatches import mismatches  # here: it has much to load

    # one change may show in several lists
    for span, reason in dict.fromkeys(mismatches(view, lockfile, locked)):
        yield rule.finding(view, span, f"`{LOCKFILE}` is out of date: {reason}. Run `uv lock`")


RULES = (invalid_lockfile, outdated_lockfile)
