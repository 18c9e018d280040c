"""The settings of ws-lsp that an editor sends."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from ws_lsp.ide.hints import HintKinds
from ws_lsp.ide.lenses import LensKinds

__all__ = ["OnSave", "Settings"]


class OnSave(Enum):
    """What uv does when a manifest is saved."""

    OFF = "off"
    CHECK = "check"
    LOCK = "lock"
    DEFAULT = "default"


class Settings(NamedTuple):
    """What the user wishes for; without arguments, what holds until an editor sends something."""

    uv_path: str | None = None
    """`uv.path`."""
    sync_exact: bool = True
    """`sync.exact`."""
    ask_for_unsaved_files: bool = True
    """`sync.askForUnsavedFiles`."""
    on_save: OnSave = OnSave.OFF
    """`sync.onSave` and `lockCheckOnSave`."""
    hint_kinds: HintKinds = HintKinds()
    """`inlayHints.…`."""
    lens_kinds: LensKinds = LensKinds()
    """`codeLens.…`."""
    log_level: str = "WARNING"
    """`logLevel`, by its name in `logging`."""
    rule_levels: Mapping[str, str] = {}
    """`rules`: severities by code."""

    def after(self, sent: Any) -> Settings:
        """Return the settings when a client has sent sections of them as JSON.

        A section that is there counts as a whole: what it leaves out, or the null in its place, unsets.
        Other sections stay as they are, and so does one whose value is of another shape than ours.
        """
        if not isinstance(sent, dict):
            return self
        sections = {name: {} if section is None else section for name, section in sent.items()}
        settings = self
        uv, sync, rules = sections.get("uv"), sections.get("sync"), sections.get("rules")
        if isinstance(uv, dict) and isinstance(uv.get("path"), str | None):
            settings = settings._replace(uv_path=uv.get("path") or None)
        if isinstance(sync, dict):
            settings = settings._replace(
                sync_exact=sync.get("exact") is not False,
                ask_for_unsaved_files=sync.get("askForUnsavedFiles") is not False,
            )
        if isinstance(sync, dict) or "lockCheckOnSave" in sections:
            settings = settings._replace(on_save=_on_save(sync, sections.get("lockCheckOnSave")))
        if "inlayHints" in sections:
            flags = _flags(sections["inlayHints"], HintKinds._fields)
            settings = settings._replace(hint_kinds=HintKinds(**flags))
        if "codeLens" in sections:
            flags = _flags(sections["codeLens"], LensKinds._fields)
            settings = settings._replace(lens_kinds=LensKinds(**flags))
        if "logLevel" in sections:
            settings = settings._replace(log_level=_log_level(sections["logLevel"]))
        if isinstance(rules, dict):
            levels = {code: level for code, level in rules.items() if isinstance(level, str)}
            settings = settings._replace(rule_levels=levels)
        return settings


def _on_save(sync: Any, check: Any) -> OnSave:
    chosen = sync.get("onSave") if isinstance(sync, dict) else None
    if chosen in (OnSave.LOCK.value, OnSave.DEFAULT.value):
        return OnSave(chosen)
    return OnSave.CHECK if check is True else OnSave.OFF


def _flags(section: Any, names: tuple[str, ...]) -> dict[str, bool]:
    """Return the booleans among settings, which are named as in JavaScript."""
    found: dict[str, bool] = {}
    for name in names if isinstance(section, dict) else ():
        first, *rest = name.split("_")
        value = section.get(first + "".join(map(str.title, rest)))
        if isinstance(value, bool):
            found[name] = value
    return found


def _log_level(chosen: Any) -> str:
    level = str(chosen).upper()
    return level if level in ("ERROR", "WARNING", "INFO", "DEBUG") else "WARNING"
