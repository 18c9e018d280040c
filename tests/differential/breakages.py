"""Workspaces with the mistakes that fixes are for: a hypothesis strategy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from differential.spellings import Document
from differential.workspaces import Plan, plans

__all__ = ["broken_plans"]

_NAMES: tuple[list[str], ...] = (
    ["alpha"],
    ["alpha", "Alpha", "beta-x"],
    [],
    ["packages/alpha"],
    ["alpah"],
)
_DEFAULTS = (*_NAMES, "all", "ALL", "alpha", "", ["all"], ["all", "alpha"], [1])
_SETTINGS: tuple[Document, ...] = (
    {"resolution": "lowest-direct", "exclude-newer": "2030-01-01"},
    {"no-build-package": "one"},
    {"preview": "true"},
    {"compile-bytecode": "false", "pip": {"strict": True}},
    {"constraint-dependencies": "one>0"},
    {"override-dependencies": ["one^1"]},
    {"environments": "sys_platform == 'linux'"},
    {"reinstall-package": "one", "native-tls": True},
    {"cache-keys": [{"file": "x"}], "index": [{"url": "file:///nowhere", "name": "corp"}]},
    {"default-groups": "dev"},
    {"default-groups": "ALL"},
)
_SOURCES: tuple[Document, ...] = (
    {"path": "packages/alpha"},
    {"path": "packages/gamma"},
    {"path": "packages/gamma", "editable": False},
    {"path": "../alpha"},
    {"path": "../alpha", "editable": True},
    {"path": "../alpha", "package": False},
    {"path": "../alpha", "marker": "sys_platform == 'linux'"},
    {"git": "https://github.com/acme/alpha"},
    {"git": "https://github.com/acme/alpha", "rev": "deadbeef"},
    {"url": "https://github.com/acme/alpha"},
    {"url": "https://github.com/acme/alpha", "subdirectory": "x"},
    {"workspace": False},
    {"index": "corp"},
    {},
)
_PYTHONS = ("3.11", "3.11+", "~3.11", "=3.11", ">=3.11 <4", "^3.11", "python>=3.11", ">=3.11\u200b")
_REQUIREMENTS = ("one^1", "one~1.0", "one=1.0", "one>=1\u200b", "one (>=1)", "two>=1 <2", "alpha")


_SOUND = Plan(
    {
        "pyproject.toml": {
            "project": {
                "name": "root",
                "version": "1.0",
                "requires-python": ">=3.11",
                "dependencies": ["alpha", "one>0"],
            },
            "dependency-groups": {"dev": ["two"]},
            "tool": {
                "uv": {
                    "sources": {"alpha": {"workspace": True}},
                    "workspace": {"members": ["packages/*"]},
                }
            },
        },
        "packages/alpha/pyproject.toml": {
            "project": {"name": "alpha", "version": "1.0", "dependencies": ["beta-x"]},
            "tool": {"uv": {"sources": {"beta-x": {"workspace": True}}}},
        },
        "packages/beta-x/pyproject.toml": {
            "project": {"name": "beta-x", "version": "1.0", "dependencies": []},
        },
        "packages/gamma/pyproject.toml": {"project": {"name": "gamma", "version": "1.0"}},
    }
)


@st.composite
def broken_plans(draw: st.DrawFn) -> Plan:
    """Workspaces, half of them sound, with one to three mistakes; uv passes over some of these."""
    plan = draw(st.one_of(st.just(_SOUND), plans()))
    documents = copy.deepcopy(dict(plan.documents))
    others = dict(plan.others)
    for breaking in draw(st.lists(st.sampled_from(_BREAKAGES), min_size=1, max_size=3)):
        path = draw(st.sampled_from([*documents]))
        if draw(st.booleans()):
            path = "pyproject.toml"
        breaking(draw, documents[path], others)
    return Plan(documents, others, plan.cwd)


def _table(document: Document, *path: str) -> Document:
    for key in path:
        inner = document.setdefault(key, {})
        document = inner if isinstance(inner, dict) else {}
    return document


def _default_packages(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    home = draw(st.sampled_from([("tool", "uv"), ("tool", "ws-lsp"), ("tool", "uv", "workspace")]))
    _table(document, *home)["default-packages"] = copy.deepcopy(draw(st.sampled_from(_DEFAULTS)))
    if draw(st.booleans()):
        _table(document, "tool", "uv").update(copy.deepcopy(draw(st.sampled_from(_SETTINGS))))


def _settings_file(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    others["uv.toml"] = draw(
        st.sampled_from(
            [
                "# ours\ndefault-packages = ['alpha'] # these\n",
                "no-build-package = 'one' # x\n",
                "resolution = 'lowest-direct'\ndefault-packages = [\n  'alpha', # a\n]\n",
            ]
        )
    )


def _setting(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    _table(document, "tool", "uv").update(copy.deepcopy(draw(st.sampled_from(_SETTINGS))))


def _source(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    name = draw(st.sampled_from(["alpha", "Alpha", "beta-x", "gamma", "one", "acme"]))
    _table(document, "tool", "uv", "sources")[name] = dict(draw(st.sampled_from(_SOURCES)))


def _lost_source(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    sources = _table(document, "tool", "uv", "sources")
    if sources:
        sources.pop(draw(st.sampled_from([*sources])))


def _twice(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    lists = [one for one in _lists(document) if one]
    if lists:
        chosen = draw(st.sampled_from(lists))
        chosen.append(draw(st.sampled_from(chosen)))


def _lists(node: Any) -> list[list[Any]]:
    found: list[list[Any]] = []
    for value in node.values():
        if isinstance(value, dict):
            found += _lists(value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            found.append(value)
    return found


def _string(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    for table, key in (
        (_table(document, "project"), "dependencies"),
        (_table(document, "tool", "uv", "workspace"), "members"),
        (_table(document, "tool", "uv", "workspace"), "exclude"),
        (_table(document, "build-system"), "requires"),
    ):
        if isinstance(table.get(key), list) and len(table[key]) == 1 and draw(st.booleans()):
            table[key] = table[key][0]
    for name in ("workspace", "sources"):
        if not _table(document, "tool", "uv", name):
            del document["tool"]["uv"][name]
    for name in ("project", "build-system"):
        if not document[name]:
            del document[name]


def _python(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    if "project" in document:
        document["project"]["requires-python"] = draw(st.sampled_from(_PYTHONS))


def _requirement(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    if "project" in document:
        listed = document["project"].setdefault("dependencies", [])
        if isinstance(listed, list):
            listed.append(draw(st.sampled_from(_REQUIREMENTS)))


def _nameless(draw: st.DrawFn, document: Document, others: dict[str, str]) -> None:
    if "project" in document:
        document["project"].pop(draw(st.sampled_from(["name", "version"])), None)


_BREAKAGES: tuple[Callable[[st.DrawFn, Document, dict[str, str]], None], ...] = (
    _default_packages,
    _default_packages,
    _settings_file,
    _setting,
    _source,
    _source,
    _lost_source,
    _twice,
    _twice,
    _string,
    _python,
    _requirement,
    _nameless,
)
