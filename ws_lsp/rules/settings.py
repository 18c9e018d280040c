"""Rules about uv's settings: those of the root's `[tool.uv]`, and the `uv.toml` beside it.

The table mirrors `OptionsWire` of uv-settings. A mistake in `pyproject.toml` makes uv warn and drop all
settings of the file; one in `uv.toml` is fatal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.analysis import SETTINGS as SETTINGS_FILE
from ws_lsp.project.declarations import DEFAULT_PACKAGES
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import closest_word
from ws_lsp.project.requirement import specifiers_problem, version_problem
from ws_lsp.project.settings import WORKSPACE_LAYER, dropped_settings
from ws_lsp.project.url import url_problem
from ws_lsp.regular_expression import regular_expression
from ws_lsp.rules.base import Finding, Fix, Rule, Scope, Severity, rule
from ws_lsp.rules.shapes import (
    ANYTHING,
    FLAG,
    TABLE,
    TEXT,
    Choice,
    Fault,
    Flag,
    Integer,
    Keys,
    ListOf,
    MapOf,
    Shape,
    Text,
    faults,
    report,
)
from ws_lsp.rules.suggestions import question
from ws_lsp.rules.tool_uv import INDEX, NAME, REQUIREMENT, TOOL_UV
from ws_lsp.rules.view import View
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Entry
from ws_lsp.vfs import base_name

__all__ = ["RULES", "setting_faults"]


def _required_version_problem(text: str) -> str | None:
    problem = specifiers_problem(text)
    return problem if problem and version_problem(text) else None


_FORBIDDEN_UNIT = regular_expression(r"(?i)\d\s*(mo|mos|months?|y|yrs?|years?)(?![a-z])|\AP\d*[MY]")
_DATE = regular_expression(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def _newer_problem(text: str) -> str | None:
    """Say what is surely wrong with a date, a point in time or a duration."""
    day = _DATE.match(text)
    if not any(map(str.isdigit, text)) or re.fullmatch("[0-9]{4}", text):
        return f"`{text}` is neither a date such as `2026-01-31` nor a duration such as `7 days`"
    if day is not None and not _is_day(*map(int, day.groups())):
        return f"`{text}` is no day of the calendar"
    if day is None and _FORBIDDEN_UNIT.search(text):
        return f"`{text}` counts in months or years, which differ in length. Use days"
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    from datetime import date  # here: importing it takes 4 ms, and few files hold a date

    try:
        return bool(date(year or 4, month, day))  # uv has a year 0, a leap year
    except ValueError:
        return False


TEXTS = ListOf(TEXT)
NAMES = ListOf(NAME)
COUNT = Integer(least=1)
URL = Text(url_problem)
_MOMENT = Keys({"timestamp": Text(_newer_problem), "span": TEXT}, required=("timestamp",))
NEWER = Choice((Text(_newer_problem), Flag(("false",)), _MOMENT), "a date, a duration or `false`")
TABLES = ListOf(TABLE)

_SHARED: dict[str, Shape] = {
    "index-url": TEXT,
    "extra-index-url": TEXTS,
    "no-index": FLAG,
    "find-links": TEXTS,
    "index-strategy": Text(
        words=("first-index", "unsafe-first-match", "unsafe-any-match", "unsafe-best-match")
    ),
    "keyring-provider": Text(words=("disabled", "subprocess")),
    "resolution": Text(words=("highest", "lowest", "lowest-direct")),
    "prerelease": Text(
        words=("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit")
    ),
    "fork-strategy": Text(words=("fewest", "requires-python")),
    "dependency-metadata": TABLES,
    "config-settings": TABLE,
    "config-settings-package": MapOf(TABLE, distinct=False),
    "no-build-isolation": FLAG,
    "require-build-hashes": FLAG,
    "no-build-isolation-package": NAMES,
    "extra-build-dependencies": MapOf(ListOf(ANYTHING)),
    "extra-build-variables": MapOf(TABLE, distinct=False),
    "exclude-newer": NEWER,
    "exclude-newer-package": MapOf(NEWER, distinct=False),
    "link-mode": Text(words=("clone", "copy", "hardlink", "symlink")),
    "compile-bytecode": FLAG,
    "no-sources": FLAG,
    "no-sources-package": NAMES,
    "upgrade": FLAG,
    "upgrade-package": ListOf(REQUIREMENT),
    "reinstall": FLAG,
    "reinstall-package": NAMES,
    "no-build": FLAG,
    "torch-backend": TEXT,
}
"""The settings that `[tool.uv.pip]` has, too."""

_PIP: dict[str, Shape] = {
    **_SHARED,
    "python": TEXT,
    "system": FLAG,
    "break-system-packages": FLAG,
    "target": TEXT,
    "prefix": TEXT,
    "no-binary": TEXTS,
    "only-binary": TEXTS,
    "strict": FLAG,
    "extra": NAMES,
    "all-extras": FLAG,
    "no-extra": NAMES,
    "no-deps": FLAG,
    "group": TEXTS,
    "allow-empty-requirements": FLAG,
    "output-file": TEXT,
    "no-strip-extras": FLAG,
    "no-strip-markers": FLAG,
    "no-annotate": FLAG,
    "no-header": FLAG,
    "custom-compile-command": TEXT,
    "generate-hashes": FLAG,
    "python-version": TEXT,
    "python-platform": TEXT,
    "universal": FLAG,
    "no-emit-package": NAMES,
    "emit-index-url": FLAG,
    "emit-find-links": FLAG,
    "emit-build-options": FLAG,
    "emit-marker-expression": FLAG,
    "emit-index-annotation": FLAG,
    "annotation-style": Text(words=("line", "split")),
    "require-hashes": FLAG,
    "verify-hashes": FLAG,
}

SETTINGS: dict[str, Shape] = {
    **_SHARED,
    "required-version": Text(_required_version_problem),
    "system-certs": FLAG,
    "native-tls": FLAG,
    "offline": FLAG,
    "no-cache": FLAG,
    "cache-dir": TEXT,
    "preview": FLAG,
    "preview-features": Choice((FLAG, TEXTS), "`true`, `false` or a list of names"),
    "python-preference": Text(words=("only-managed", "managed", "system", "only-system")),
    "python-downloads": Text(words=("automatic", "auto", "manual", "never")),
    "concurrent-downloads": COUNT,
    "concurrent-builds": COUNT,
    "concurrent-installs": COUNT,
    "index": ListOf(INDEX),
    "http-proxy": TEXT,
    "https-proxy": TEXT,
    "no-proxy": TEXTS,
    "allow-insecure-host": TEXTS,
    "prerelease-package": ANYTHING,
    "no-build-package": NAMES,
    "no-binary": FLAG,
    "no-binary-package": NAMES,
    "python-install-mirror": TEXT,
    "pypy-install-mirror": TEXT,
    "graalpy-install-mirror": TEXT,
    "pyodide-install-mirror": TEXT,
    "python-downloads-json-url": TEXT,
    "publish-url": URL,
    "trusted-publishing": Text(words=("automatic", "always", "never")),
    "check-url": TEXT,
    "add-bounds": Text(words=("lower", "major", "minor", "exact")),
    "audit": TABLE,
    "pip": Keys(_PIP, closed=True),
    "cache-keys": ListOf(
        Choice(
            (
                TEXT,
                Keys({"file": TEXT, "dir": TEXT, "git": ANYTHING, "env": TEXT}, closed=True),
            ),
            "a path or a table with `file`, `dir`, `git` or `env`",
        )
    ),
}

_UNMASKED = frozenset({"no-sources-package", "require-build-hashes", "audit", DEFAULT_PACKAGES})
"""Settings that uv does not name in its warning about a `uv.toml`."""

_IN_UV_TOML = frozenset(
    {
        "override-dependencies",
        "exclude-dependencies",
        "constraint-dependencies",
        "build-constraint-dependencies",
    }
)
"""Keys of the workspace layer that a `uv.toml` may hold as well."""


def setting_faults(manifest: Manifest) -> Iterator[Fault]:
    """Yield what is wrong with the settings of a file, `default-packages` left out."""
    in_uv_toml = base_name(manifest.path) == SETTINGS_FILE
    table = manifest.tree.root if in_uv_toml else manifest.uv
    if table is None:
        return
    for name, entry in table.entries.items():
        shape = SETTINGS.get(name)
        if in_uv_toml and name in _IN_UV_TOML:
            shape = TOOL_UV.keys[name]
        if shape is not None:
            if in_uv_toml or name not in TOOL_UV.keys:
                yield from faults(entry.value, shape, f"`{name}`", entry)
        elif in_uv_toml and name in TOOL_UV.keys:
            message = f"`{name}` belongs in `[tool.uv]` of `pyproject.toml`: uv refuses it here"
            yield Fault("unknown-key", entry.key.span, message, entry)
        elif name not in TOOL_UV.keys and name != DEFAULT_PACKAGES:
            near = closest_word(name.replace("_", "-"), (*SETTINGS, *TOOL_UV.keys))
            message = f"uv does not know `{name}`{question(near)}"
            yield Fault("unknown-key", entry.key.span, message, entry, key=near)
    preview = table.entries.get("preview")
    if preview is not None and "preview-features" in table.entries:
        message = "`preview` and `preview-features` exclude each other"
        yield Fault("invalid-value", preview.key.span, message, preview)


def _report(view: View, rule: Rule, *, unknown: bool) -> Iterator[Finding]:
    in_uv_toml = view.scope is Scope.SETTINGS
    if not in_uv_toml and view.manifest.uv is None:
        return
    for fault in setting_faults(view.manifest):
        if (fault.code == "unknown-key") is not unknown:
            continue
        if in_uv_toml:
            yield report(view, rule, fault, Severity.ERROR)
        elif view.has_settings_file():
            return  # uv looks at the settings of this file only to name those that it ignores
        else:
            yield report(view, rule, fault._replace(message=_with_consequence(view, fault)))


def _with_consequence(view: View, fault: Fault) -> str:
    """Say of a fault which settings uv drops because of it."""
    dropped = [
        f"`{entry.key.text}`"
        for entry in dropped_settings(view.manifest)
        if entry is not fault.entry and entry.key.text in SETTINGS
    ]
    message = fault.message.replace("uv refuses", "uv does not know", 1)
    message += "" if message.endswith("?") else "."
    if not dropped:
        return f"{message} uv warns about it at every command"
    return f"{message} uv warns about it and, because of it, ignores {', '.join(dropped)}"


@rule("unknown-setting", Severity.WARNING, Scope.ROOT, Scope.SETTINGS)
def unknown_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting that uv does not know.

    In the root's `[tool.uv]` one unknown key makes uv warn at every command and drop *all* settings of
    the file, such as `index`, `exclude-newer` or `python-preference`. In a `uv.toml` it is an error, as
    are keys that belong in `pyproject.toml` only (`sources`, `workspace`, `conflicts`, …). A member's
    settings are never read, so nothing is reported there.

    ```toml
    [tool.uv]
    exclude-never = "2026-01-01"  # meant: exclude-newer
    ```

    Correct the key or remove it. Settings of other tools have tables of their own.
    """
    yield from _report(view, rule, unknown=True)


@rule("invalid-setting", Severity.WARNING, Scope.ROOT, Scope.SETTINGS)
def invalid_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting has a value that uv refuses.

    In the root's `[tool.uv]` one such value makes uv warn at every command and drop *all* settings of the
    file. In a `uv.toml` it is an error.

    ```toml
    [tool.uv]
    resolution = "newest"  # one of highest, lowest, lowest-direct
    ```

    Write one of the values that the message names.
    """
    yield from _report(view, rule, unknown=False)


@rule("masked-settings", Severity.WARNING, Scope.ROOT)
def masked_settings(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting in `[tool.uv]` has no effect, because a `uv.toml` stands beside the file.

    uv takes its settings from one file per directory, and prefers `uv.toml`. `workspace`, `sources`,
    `constraint-dependencies` and whatever else describes the project are still read from here; an
    `[[tool.uv.index]]` serves the sources that name it and nothing else.

    ```toml
    # uv.toml exists
    [tool.uv]
    resolution = "lowest"  # has no effect
    ```

    Move the setting to `uv.toml`, or remove it.
    """
    if view.manifest.uv is None:
        return
    masked = [entry for entry in dropped_settings(view.manifest) if _is_masked(entry)]
    if (
        not masked
        or not view.has_settings_file()
        or any(True for _ in setting_faults(view.manifest))
    ):
        return
    for entry in masked:
        name = entry.key.text
        if name == "index" and any(
            kind == "index" for source in view.manifest.sources.values() for kind in source.kinds
        ):
            continue
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.key.span,
            f"`{name}` has no effect: the settings come from the `uv.toml` beside this file",
            Fix(f"Remove `{name}`", (remove,)),
            unnecessary=True,
        )


def _is_masked(entry: Entry) -> bool:
    name = entry.key.text
    return name in SETTINGS and name not in _UNMASKED and name not in WORKSPACE_LAYER


RULES = (unknown_setting, invalid_setting, masked_settings)
