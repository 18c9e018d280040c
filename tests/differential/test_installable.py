"""The whole law on random workspaces that can be installed: `uv lock` and the syncs are the judges.

* We report an error if, and only if, `uv lock`, the bare `uv sync` or that of `default-packages` fails.
* Where only `uv sync --all-packages` fails there is at least a warning.
* What uv warns of is found, at least as a warning.

`WS_LSP_LAW_EXAMPLES=3000` looks at so many workspaces, and `--hypothesis-seed` chooses them.
"""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import event, given

from differential.installable import installable_plans
from differential.judge import Judge, law, needs_uv, shown
from differential.test_warnings import TABLE
from differential.workspaces import Plan

_OF_AN_EXAMPLE = re.compile(r"`(?:one|fsat|[^`]* # ours)`")


def _warnings() -> dict[str, set[str]]:
    """Return the codes of our findings by patterns of what uv warns of."""
    found: dict[str, set[str]] = {}
    for warned in TABLE.values():
        parts = map(re.escape, _OF_AN_EXAMPLE.split(warned.said))
        found.setdefault("`[^`]*`".join(parts), set()).add(warned.code)
    return found


WARNINGS = _warnings()


@needs_uv
@law(25)
@given(plan=installable_plans())
def test_lock_and_syncs_decide(index: Path, plan: Plan) -> None:
    installed = Judge(index).install(plan.texts())
    event(installed.outcome)
    disagreements = [*installed.disagreements(WARNINGS)]
    said = "\n".join(f"{command}: {one.err}" for command, one in installed.answers.items())
    assert not disagreements, "\n".join((*disagreements, said, shown(installed.found)))
