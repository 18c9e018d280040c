"""Workspaces that uv can install without a network: what decides at a sync is in them, not only at a lock.

Projects are built by uv itself (`uv_build`) or by a small backend of the local index.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from differential.parts import INDEXES, SERIES, SOURCES
from differential.spellings import Document
from differential.wheel_index import BUILDER
from differential.workspaces import Maker, Plan
from ws_lsp.grammar.names import Name, normalise

__all__ = ["installable_plans"]

UV_BUILD: Document = {"requires": ["uv_build>=0.9,<1"], "build-backend": "uv_build"}
OTHER: Document = {"requires": [BUILDER], "build-backend": BUILDER}
ODD_BUILD_SYSTEMS: tuple[Any, ...] = (
    {"requires": ["uv_build"], "build-backend": "uv_build"},
    {"requires": ["uv_build>=0.9,<0.10"], "build-backend": "uv_build"},
    {"requires": ["uv-build>=0.9"], "build-backend": "uv_build"},
    {"requires": ["uv_build<1", "alpha"], "build-backend": "uv_build"},
    {"requires": [BUILDER, "alpha"], "build-backend": BUILDER},
    {"requires": [BUILDER, "beta_x>=1"], "build-backend": BUILDER},
    {"requires": [BUILDER, "one>=2"], "build-backend": BUILDER},
    {"requires": [BUILDER, "one>=2", "one<2"], "build-backend": BUILDER},
    {"requires": [BUILDER, "alpha; sys_platform == 'win32'"], "build-backend": BUILDER},
    {"requires": [BUILDER, "gamma[fast]"], "build-backend": BUILDER},
    {"requires": [BUILDER, "vend"], "build-backend": BUILDER},
    {"requires": [f"{BUILDER}>=abc"], "build-backend": BUILDER},
    {"requires": BUILDER, "build-backend": BUILDER},
    {"requires": [], "build-backend": "here", "backend-path": ["."]},
    {"requires": [BUILDER], "build-backend": BUILDER, "backend-path": ["nowhere"]},
    {"requires": [BUILDER], "build-backend": 1},
    {"requires": [BUILDER], "build-backend": BUILDER, "bogus": 1},
    {"requires": [1], "build-backend": BUILDER},
    {"build-backend": "uv_build"},
    {"requires": []},
    {},
    "uv_build",
)  # fmt: skip
"""Build systems that are worth a look; with most of them there is something wrong."""

BACKEND_SETTINGS: tuple[Document, ...] = (
    {"module-root": ""},
    {"module-root": "lib"},
    {"module-name": "other"},
    {"module-name": ["other", "more"]},
    {"module-name": "space.other"},
    {"namespace": True},
    {"source-include": ["docs/**"], "source-exclude": ["*.tmp"]},
    {"wheel-exclude": ["tests/*"]},
    {"data": {"data": "data"}},
    {"default-excludes": False},
)  # fmt: skip
ODD_BACKEND_SETTINGS: tuple[Document, ...] = (
    {"module-root": "../src"},
    {"module-root": "/src"},
    {"module-root": "src/.."},
    {"module-root": 1},
    {"module-name": "o-ther"},
    {"module-name": ""},
    {"module-name": []},
    {"module-name": ["other", "other.more"]},
    {"module-name": "a..b"},
    {"module-name": 1},
    {"namespace": "yes"},
    {"source-include": ["docs/**x"]},
    {"source-include": "docs"},
    {"wheel-exclude": ["[a"]},
    {"source-exclude": ["***"]},
    {"data": {"data": "nowhere"}},
    {"data": {"data": "../data"}},
    {"data": {"bogus": "data"}},
    {"default-excludes": 1},
    {"bogus": 1},
)  # fmt: skip

METADATA: tuple[Document, ...] = (
    {"description": "Some words"},
    {"readme": "README.md"},
    {"readme": {"file": "README.md", "content-type": "text/markdown"}},
    {"license": "MIT"},
    {"license": "MIT OR Apache-2.0"},
    {"license-files": ["LICEN[CS]E*"]},
    {"license": {"text": "ours"}},
    {"authors": [{"name": "Ann", "email": "ann@example.org"}]},
    {"keywords": ["a", "b"]},
    {"classifiers": ["Programming Language :: Python :: 3"]},
    {"urls": {"Home": "https://example.org"}},
    {"scripts": {"run": "other:main"}},
    {"gui-scripts": {"run": "other:main"}},
    {"entry-points": {"some.group": {"a": "b:c"}}},
)
ODD_METADATA: tuple[Document, ...] = (
    {"description": "Some\nwords"},
    {"description": 1},
    {"readme": "NOTES.md"},
    {"readme": "README"},
    {"readme": {"file": "README.md"}},
    {"readme": {"text": "x", "content-type": "text/html"}},
    {"readme": []},
    {"license": "Apache 2.0"},
    {"license": {"file": "NOWHERE"}},
    {"license": {"text": "ours"}, "license-files": ["LICENSE"]},
    {"license-files": ["NOWHERE*"]},
    {"license-files": ["../LICENSE"]},
    {"license-files": "LICENSE"},
    {"authors": ["Ann <ann@example.org>"]},
    {"authors": [{"bogus": "Ann"}]},
    {"authors": [{}]},
    {"maintainers": {"name": "Ann"}},
    {"keywords": "a, b"},
    {"classifiers": ["Programming Language"]},
    {"classifiers": ["License :: OSI Approved"]},
    {"urls": {"Home": 1}},
    {"urls": {"Home": "example"}},
    {"scripts": {"run": "other"}},
    {"scripts": {"python": "other:main"}},
    {"scripts": {"activate": "other:main"}},
    {"scripts": {"r n": "other:main"}},
    {"scripts": ["other:main"]},
    {"entry-points": {"console_scripts": {"a": "b:c"}}},
    {"entry-points": {"some group": {"a": "b:c"}}},
    {"dynamic": ["description"]},
    {"import-names": ["other"]},
    {"import-names": ["o-ther"]},
    {"bogus": 1},
)  # fmt: skip

BETWEEN = (
    "",
    "[tool.other]\n",
    '[project]\nname = "nearest"\nversion = "1.0"\n',
    '[tool.uv.workspace]\nmembers = ["*"]\n',
    '[tool.uv.workspace]\nmembers = ["alpha"]\n[tool.uv.sources]\nalpha = { workspace = true }\n'
    'one = { index = "there" }\n[[tool.uv.index]]\nname = "there"\nurl = "simple"\n',
)
"""What may stand between the root and the members."""

PYTHON_REQUESTS = (
    f"3.{SERIES}\n", f"3.{SERIES}\n", "# ours\n3\n", ">=3.8,<4\n", "cpython\n", f">=3.{SERIES}\n", "3.8\n",
    f"<3.{SERIES}\n", "3.11 # ours\n", "my-environment\n3\n", "\n", f"cpython@3.{SERIES}\n", "==3.8.*\n",
)  # fmt: skip
GROUP_PYTHONS: tuple[Document, ...] = (
    {"dev": {"requires-python": ">=3.8"}},
    {"dev": {"requires-python": f">=3.{SERIES}"}},
    {"Dev": {"requires-python": f"<3.{SERIES}"}},
    {"test": {"requires-python": "<3.9"}},
    {"dev": {"requires-python": ">=4"}, "test": {"requires-python": ">=3.9"}},
    {"do_cs": {"requires-python": "<3.10"}, "dev": {}},
)
MORE_CONFLICTS: tuple[Any, ...] = (
    [[{"group": "dev"}, {"group": "test"}]],
    [[{"extra": "fast"}, {"extra": "do-cs"}]],
    [[{"package": "alpha"}, {"package": "beta-x"}]],
    [[{"package": "alpha", "extra": "fast"}, {"package": "alpha", "extra": "do-cs"}]],
    [[{"package": "alpha", "extra": "fast"}, {"package": "beta-x", "extra": "fast"}]],
    [[{"package": "alpha", "group": "dev"}, {"package": "beta-x", "group": "dev"}]],
    [[{"package": "alpha", "group": "dev"}, {"package": "gamma", "group": "test"}]],
    [[{"package": "alpha"}, {"group": "dev"}]],
    [[{"package": "alpha"}, {"package": "alpha", "group": "dev"}]],
    [[{"package": "root"}, {"package": "root", "group": "dev"}]],
    [[{"package": "alpha", "group": "dev"}, {"package": "alpha", "group": "test"}, {"package": "alpha", "group": "do-cs"}]],
    [[{"package": "ghost"}, {"package": "alpha"}]],
    [[{"package": "alpha", "extra": "nope"}, {"package": "alpha", "extra": "fast"}]],
)  # fmt: skip
MORE_ROOT_SETTINGS: tuple[Document, ...] = (
    {"exclude-dependencies": ["alpha"]},
    {"exclude-dependencies": ["beta_x", "one"]},
    {"extra-build-dependencies": {"alpha": ["one"]}},
    {"extra-build-dependencies": {"alpha": ["beta-x"]}},
    {"extra-build-dependencies": {"alpha": [{"requirement": "one", "match-runtime": True}]}},
    {"extra-build-dependencies": {"alpha": ["vend"]}},
    {"resolution": "lowest-direct"},
    {"native-tls": False},
    {"no-build-isolation": False},
    {"no-build": True},
    {"no-build-package": ["alpha"]},
    {"no-build-isolation-package": ["alpha"]},
    {"no-sources": True},
    {"no-sources-package": ["alpha"]},
    {"link-mode": "copy"},
)
SEVERAL_INDEXES: tuple[Any, ...] = (
    [{"index": "corp", "extra": "fast"}, {"index": "other", "extra": "do-cs"}],
    [{"index": "corp", "group": "dev"}, {"index": "other", "group": "test"}],
    [
        {"index": "corp", "marker": "sys_platform == 'linux'"},
        {"index": "other", "marker": "sys_platform != 'linux'"},
    ],
    {"index": "corp"},
    {"index": "other"},
)
LISTED = ("corp", "other")


class _Installable(Maker):
    """Makes a workspace in which little is wrong at a lock, and more at a sync."""

    def __init__(self, draw: st.DrawFn) -> None:
        super().__init__(draw)
        # what hypothesis draws itself is often the same, and often the last of a table
        self.random = draw(st.randoms(use_true_random=True))
        self.files: dict[str, str] = {}

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def number(self, most: int) -> int:
        return self.random.randint(0, most)

    def one(self, choices: tuple[Any, ...]) -> Any:
        return copy.deepcopy(self.random.choice(choices))

    def some(self, choices: tuple[str, ...], most: int, least: int = 0) -> list[str]:
        different = [*dict.fromkeys(choices)]
        return self.random.sample(different, self.random.randint(least, min(most, len(different))))

    def odd(self, usual: tuple[Any, ...], unusual: tuple[Any, ...], one_in: int = 16) -> Any:
        return super().odd(usual, unusual, one_in * 6)

    def source(self) -> Document:
        return super().source() if self.chance(4) else dict(self.one(SOURCES[:3]))

    def plan(self) -> Plan:
        plan = super().plan()
        left_out = "" if self.chance(4) else "/copy/"
        documents = {
            path: one
            for path, one in plan.documents.items()
            if not left_out or left_out not in path
        }
        others = {
            path: one
            for path, one in {**plan.others, **self.files}.items()
            if not left_out or left_out not in path
        }
        if self.chance(5):
            place = str(self.one(("packages", "libs", "packages/alpha/plugins")))
            others[f"{place}/pyproject.toml"] = str(self.one(BETWEEN))
        if self.chance(4):
            name = str(self.one((".python-version", ".python-version", ".python-versions")))
            others[name] = str(self.one(PYTHON_REQUESTS))
        if self.chance(12):
            others["packages/alpha/.python-version"] = str(self.one(PYTHON_REQUESTS))
        if self.chance(2):
            others["vendor/vend/pyproject.toml"] += (
                '[build-system]\nrequires = ["uv_build<1"]\nbuild-backend = "uv_build"\n'
            )
            if not self.chance(6):
                others["vendor/vend/src/vend/__init__.py"] = ""
        return Plan(documents, others)

    def others(self) -> dict[str, str]:
        return super().others() if self.chance(6) else {}

    def mutate(self, documents: dict[str, Document]) -> None:
        if self.chance(6):
            super().mutate(documents)

    def root(self, virtual: bool) -> Document:
        document = super().root(virtual)
        uv = document["tool"]["uv"]
        if not self.chance(12):
            usual = all(re.match("packages/[^./]+$", one) for one in self.directories.values())
            listed = ["packages/*"] if usual else [*self.directories.values()]
            uv["workspace"]["members"] = [*listed, "libs/*"]
        if self.chance(3):
            uv["conflicts"] = self.one(MORE_CONFLICTS)
        if self.chance(5):
            uv |= self.one(MORE_ROOT_SETTINGS)
        if self.chance(4):
            listed = [*self.directories, *(() if virtual else ("root",))]
            chosen: Any = self.some(tuple(listed), 3)
            if self.chance(4):
                chosen = "all"
            document["tool"]["ws-lsp"] = {"default-packages": chosen}
        elif not self.chance(12):
            document["tool"].pop("ws-lsp", None)
        if not self.chance(3):
            uv["index"] = [
                {"name": "corp", "url": "simple", "explicit": bool(self.chance(2))},
                {"name": "other", "url": str(self.one(("./simple/", "simple")))},
            ]
        if self.chance(2):
            uv["default-groups"] = self.one((["dev"], ["dev", "test"], "all", []))
        if not self.chance(12):
            self.mend(document)
        return document

    def project(self, name: str, directory: str, inherited: bool = False) -> Document:
        document = super().project(name, directory, inherited)
        project = document["project"]
        document.pop("build-system", None)
        uv = document.setdefault("tool", {}).setdefault("uv", {})
        if not self.chance(8):
            uv.pop("workspace", None)
        if self.chance(6):
            sources = uv.setdefault("sources", {})
            sources["one"] = self.one(SEVERAL_INDEXES)
            if self.chance(2):
                uv["index"] = [dict(self.one(INDEXES[:2])) | {"name": str(self.one(LISTED))}]
        if self.chance(6):
            uv["dependency-groups"] = self.one(GROUP_PYTHONS)
        if self.chance(3):
            project |= self.one(ODD_METADATA if self.chance(3) else METADATA)
        if not self.chance(3):
            document["build-system"] = self.build_system()
            if self.chance(4):
                uv["build-backend"] = self.one(
                    ODD_BACKEND_SETTINGS if self.chance(3) else BACKEND_SETTINGS
                )
            self.write_modules(str(project.get("name", "")), directory, uv.get("build-backend", {}))
        if not self.chance(12):
            self.mend(document)
        if not uv:
            del document["tool"]
        return document

    def mend(self, document: Document) -> None:
        """Take back what names no group, no extra and no member: any of that hides all else."""
        project, uv = document.get("project", {}), document["tool"]["uv"]
        groups = {normalise(group) for group in document.get("dependency-groups", {})}
        extras = {normalise(extra) for extra in project.get("optional-dependencies", {})}
        settings = uv.get("dependency-groups", {})
        for unknown in [one for one in settings if normalise(one) not in groups]:
            del settings[unknown]
        members = {*self.directories, *([normalise(project["name"])] if project else [])}
        if not project or uv.get("conflicts"):
            uv["conflicts"] = [
                [{"package": self.one(tuple(sorted(members))), **one} for one in some]
                for some in uv.get("conflicts", ())
                if isinstance(some, list)
                and all(isinstance(one, dict) for one in some)
                and all(one.get("package", "alpha") in members for one in some)
            ]
            for some in [*uv["conflicts"]]:
                if len(some) < 2 or any(some.count(one) > 1 for one in some):
                    uv["conflicts"].remove(some)
        defaults = uv.get("default-groups")
        if isinstance(defaults, list):
            uv["default-groups"] = [one for one in defaults if normalise(one) in groups]
        for group, entries in document.get("dependency-groups", {}).items():
            for entry in [one for one in entries if isinstance(one, dict)]:
                included = normalise(str(entry.get("include-group")))
                if included not in groups or included <= normalise(group):
                    entries.remove(entry)
        sources = uv.get("sources", {})
        for name in [*sources]:
            listed = sources[name] if isinstance(sources[name], list) else [sources[name]]
            suits = [one for one in listed if self.suits(name, one, groups, extras)]
            if len(suits) < len(listed):
                sources[name] = suits
            if not suits:
                del sources[name]

    def suits(self, name: str, source: Document, groups: set[Name], extras: set[Name]) -> bool:
        """Tell whether a source names groups, extras and members that there are."""
        group, extra = source.get("group"), source.get("extra")
        return (
            (group is None or normalise(str(group)) in groups)
            and (extra is None or normalise(str(extra)) in extras)
            and ("workspace" not in source or normalise(name) in self.directories)
            and (source.get("index") in (None, "corp", "other"))
        )

    def build_system(self) -> Any:
        if self.chance(6):
            return self.one(ODD_BUILD_SYSTEMS)
        return self.one((UV_BUILD, UV_BUILD, UV_BUILD, OTHER))

    def write_modules(self, name: str, directory: str, settings: Mapping[str, Any]) -> None:
        """Write the modules that `uv_build` looks for, mostly, and the files that metadata name."""
        above = "" if directory == "." else f"{directory}/"
        root = settings.get("module-root", "src")
        modules = settings.get("module-name", normalise(name).replace("-", "_"))
        for module in modules if isinstance(modules, list) else [str(modules)]:
            if not self.chance(10) and isinstance(root, str) and not root.startswith(("/", "..")):
                place = "/".join((*([root] if root else []), *module.split(".")))
                self.files[f"{above}{place}/__init__.py"] = ""
        for path in ("README.md", "LICENSE", "data/notes.txt"):
            if not self.chance(8):
                self.files[f"{above}{path}"] = ""


@st.composite
def installable_plans(draw: st.DrawFn) -> Plan:
    """Workspaces of which the files decide, all but a few, what a lock and the syncs say."""
    return _Installable(draw).plan()
