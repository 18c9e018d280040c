"""Small uv workspaces by the thousand: a hypothesis strategy.

A few workspaces are sound throughout, most have a mistake or two: of all kinds that the rules know, and
of kinds that nobody thought of.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from differential.parts import (
    ABOVE,
    CONFLICTS,
    DEFAULT_GROUPS,
    EXCLUDES,
    EXTRAS,
    GROUP_SETTINGS,
    GROUPS,
    INDEXES,
    MARKERS,
    MEMBERS,
    NAMES,
    ODD_KEYS,
    ODD_MARKERS,
    ODD_MEMBERS,
    ODD_PYTHONS,
    ODD_SPECIFIERS,
    ODD_TEXTS,
    ODD_VALUES,
    ODD_VERSIONS,
    OUTSIDE,
    PYTHONS,
    ROOT_SETTINGS,
    SERIES,
    SOURCES,
    SPECIFIERS,
    SPELT,
    THIRD,
    UV_TOML,
    VENDORED,
    VENDORS,
    VERSIONS,
)
from differential.spellings import Document, written

__all__ = ["Maker", "Plan", "plans"]


@dataclass(frozen=True)
class Plan:
    """A workspace to write: documents and other texts by path; directories end in `/`."""

    documents: Mapping[str, Document]
    others: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."

    def texts(self) -> dict[str, str]:
        """Return the texts of all files, and the directories, by path."""
        documents = {path: written(document) for path, document in self.documents.items()}
        return {**documents, **self.others}

    def __repr__(self) -> str:
        texts = "\n".join(f"#- /{path}\n{text}" for path, text in self.texts().items())
        return f"Plan (cwd {self.cwd}):\n{texts}"


class Maker:
    """Makes one workspace. Whatever is drawn first is the simplest: so examples shrink."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.directories: dict[str, str] = {}
        self.inherited: Document = {}
        """Sources of the root, which members inherit."""

    # ------------------------------------------------------------------------- chance

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def number(self, most: int) -> int:
        return self.draw(st.integers(0, most))

    def one(self, choices: tuple[Any, ...]) -> Any:
        return copy.deepcopy(self.draw(st.sampled_from(choices)))

    def some(self, choices: tuple[str, ...], most: int, least: int = 0) -> list[str]:
        chosen = st.lists(st.sampled_from(choices), min_size=least, max_size=most, unique=True)
        return self.draw(chosen)

    def odd(self, usual: tuple[Any, ...], unusual: tuple[Any, ...], one_in: int = 16) -> Any:
        return self.one(unusual) if self.chance(one_in) else self.one(usual)

    def spelling(self, name: str) -> str:
        return str(self.one(SPELT.get(name, (name,)))) if self.chance(4) else name

    # ---------------------------------------------------------------------- workspace

    def plan(self) -> Plan:
        names = self.some(NAMES, 4, 1)
        for name in names:
            places = (f"packages/{name}",) * 5 + (
                f"libs/{name}", f"packages/.{name}", f"packages/alpha/plugins/{name}", f"packages/{name}s",
            )  # fmt: skip
            self.directories[name] = str(self.one(places)) if self.chance(3) else places[0]
        virtual = not self.chance(2)
        documents: dict[str, Document] = {"pyproject.toml": self.root(virtual)}
        for name, directory in self.directories.items():
            documents[f"{directory}/pyproject.toml"] = self.project(self.spelling(name), directory)
        if self.chance(12):
            again = self.one(("packages/copy", "libs/copy"))
            name = self.spelling(str(self.one((*names, "root"))))
            documents[f"{again}/pyproject.toml"] = self.project(name, str(again))
        others = self.others()
        others["vendor/vend/pyproject.toml"] = '[project]\nname = "vend"\nversion = "1.0"\n'
        others["vendor/again/pyproject.toml"] = others["vendor/vend/pyproject.toml"]
        others["vendor/two/pyproject.toml"] = (
            '[project]\nname = "two"\nversion = "1.0"\ndependencies = ["one<2"]\n'
        )
        others["vendor/vend/inner/pyproject.toml"] = '[project]\nname = "inner"\n'
        if self.chance(2):
            others["vendor/vend/pyproject.toml"] += str(self.one(OUTSIDE))
        others["vendor/nameless/pyproject.toml"] = '[project]\nversion = "1.0"\n'
        others["vendor/broken/pyproject.toml"] = "[project\n"
        others["vendor/newer/pyproject.toml"] = (
            f'[project]\nname = "vend"\nversion = "2.0"\nrequires-python = ">=3.{SERIES - 1}"\n'
        )
        others["vendor/odd/pyproject.toml"] = (
            '[project]\nname = "vend"\nversion = "1.0"\ndependencies = ["one^1"]\n'
        )
        others |= {
            "vendor/empty/": "",
            "vendor/notes.txt": "",
            "vendor/x.tgz": "",
            "vendor/x.ZIP": "",
        }
        others["other/pyproject.toml"] = '[tool.uv.workspace]\nmembers = ["vend"]\n'
        others["other/vend/pyproject.toml"] = '[project]\nname = "vend"\nversion = "1.0"\n'
        if self.chance(3):
            self.mutate(documents)
        inside = self.chance(8)
        cwd = str(self.one(tuple(self.directories.values()))) if inside else "."
        return Plan(documents, others, cwd)

    def others(self) -> dict[str, str]:
        usual = ("packages/empty/", "packages/.hidden/", "packages/.hidden/notes.md")
        found = {
            path: ""
            for path in (*usual, "packages/file", "libs/gamma/", "docs/index.md")
            if self.chance(6)
        }
        if self.chance(24):
            found["packages/notes/notes.md"] = ""
        if self.chance(24):
            found["packages/other/pyproject.toml"] = str(
                self.one(
                    ("", "[tool.other]\n", "[tool.uv]\nmanaged = false\n", "[project\n", "\x00")
                )
            )
        if self.chance(16):
            found["uv.toml"] = str(self.one(UV_TOML))
        if self.chance(8):
            above = str(self.one(("../uv.toml", "../pyproject.toml")))
            found[above] = str(self.one(UV_TOML if above.endswith("uv.toml") else ABOVE))
        return found

    def root(self, virtual: bool) -> Document:
        workspace: Document = {"members": list(self.odd(MEMBERS, ODD_MEMBERS))}
        if self.chance(4):
            workspace["exclude"] = list(self.one(EXCLUDES))
        uv: Document = {}
        if self.chance(2):
            for name in self.directories:
                if self.chance(3):
                    self.inherited[self.spelling(name)] = {"workspace": True}
        if self.chance(8):
            self.inherited[self.spelling(str(self.one((*NAMES, *THIRD))))] = self.source()
        if self.chance(8):
            uv["default-packages" if self.chance(4) else "dev-dependencies"] = ["one"]
        if self.chance(3):
            uv |= self.one(ROOT_SETTINGS)
        document: Document = {}
        if not virtual:
            document = self.project("root", ".", inherited=True)
        else:
            if self.chance(4):
                document = self.groups("", ".", {})
        document.setdefault("tool", {}).setdefault("uv", {})
        sources = {**document["tool"]["uv"].pop("sources", {}), **self.inherited}
        self.inherited = sources
        document["tool"]["uv"] |= uv
        if sources:
            document["tool"]["uv"]["sources"] = sources
        if self.chance(6):
            document["tool"]["uv"]["index"] = self.indexes()
        if self.chance(6):
            document["tool"]["uv"]["conflicts"] = self.odd(CONFLICTS[:2], CONFLICTS, 2)
        if self.chance(10):
            document["tool"]["ws-lsp"] = {"default-packages": [str(self.one(NAMES))]}
        document["tool"]["uv"]["workspace"] = workspace
        return document

    def indexes(self) -> list[Document]:
        found = [dict(self.odd(INDEXES[:2], INDEXES, 4))]
        return [*found, dict(self.one(INDEXES))] if self.chance(4) else found

    def project(self, name: str, directory: str, inherited: bool = False) -> Document:
        sources: Document = {}
        project: Document = {"name": name}
        if not self.chance(60):
            project["version"] = self.odd(VERSIONS, ODD_VERSIONS, 24)
        if self.chance(2):
            project["requires-python"] = self.odd(PYTHONS, ODD_PYTHONS, 16)
        project["dependencies"] = self.requirements(name, directory, sources, 2)
        extras = self.some(EXTRAS, 2) if self.chance(4) else []
        if extras:
            project["optional-dependencies"] = {
                self.spelling(extra): self.requirements(name, directory, sources, 1)
                for extra in extras
            }
        document: Document = {"project": project}
        if self.chance(3):
            document |= self.groups(name, directory, sources)
        if self.chance(8):
            document["build-system"] = {"requires": ["uv_build>=0.9"], "build-backend": "uv_build"}
        uv = self.member_settings()
        if self.chance(8):
            sources[self.spelling(str(self.one((*NAMES, *THIRD, "ghost"))))] = self.sources()
        if sources:
            uv["sources"] = sources
        if uv:
            document["tool"] = {"uv": uv}
        return document

    def member_settings(self) -> Document:
        uv: Document = {}
        if self.chance(8):
            uv["default-groups"] = self.one(DEFAULT_GROUPS)
        if self.chance(12):
            uv["package"] = bool(self.chance(2))
        if self.chance(12):
            uv["index"] = self.indexes()
        if self.chance(16):
            uv["conflicts"] = self.one(CONFLICTS)
        if self.chance(12):
            uv |= self.one(ROOT_SETTINGS)
        if self.chance(16):
            uv["dependency-groups"] = dict(self.one(GROUP_SETTINGS))
        if self.chance(32):
            uv["workspace"] = {"members": []}
        if self.chance(20):
            uv["managed"] = False
        return uv

    def groups(self, name: str, directory: str, sources: Document) -> Document:
        groups: Document = {}
        for group in self.some(GROUPS, 3):
            entries: list[Any] = list(self.requirements(name, directory, sources, 1, strict=True))
            if self.chance(3):
                included = self.spelling(str(self.odd(GROUPS, ("nope", "x y", ""), 12)))
                entries.append({"include-group": included})
            if self.chance(40):
                entries.append(self.one(({"path": "x"}, {}, {"include-group": "dev", "x": "y"}, 1)))
            groups[self.spelling(group)] = entries
        return {"dependency-groups": groups}

    def requirements(
        self, name: str, directory: str, sources: Document, most: int, strict: bool = False
    ) -> list[str]:
        found: list[str] = []
        for wanted in self.some((*self.directories, "one", "two", *NAMES, "vend"), most):
            spelling = self.spelling(wanted)
            specifier = self.odd(SPECIFIERS, ODD_SPECIFIERS, 20)
            extra = self.one(("", "", "", "[fast]", "[do_cs]", "[nope]", "[fast,Do-Cs]"))
            if specifier.startswith(("@", "[")):
                specifier, extra = f" {specifier}", ""
            marker = f"; {self.odd(MARKERS, ODD_MARKERS, 12)}" if self.chance(6) else ""
            found.append(f"{spelling}{extra}{specifier}{marker}")
            declared = {key.lower() for key in (*sources, *self.inherited)}
            if wanted in self.directories and wanted not in declared and not self.chance(16):
                source = self.source() if self.chance(16) else {"workspace": True}
                sources[self.spelling(wanted)] = source
            elif wanted == "vend" and self.chance(3):
                up = "../" * (directory.count("/") + 1) if directory != "." else ""
                place = self.one(VENDORS)
                path: Document = {"path": up + str(place)}
                if self.chance(4):
                    path |= self.one(VENDORED)
                sources[self.spelling(wanted)] = path
        return found

    def sources(self) -> Any:
        if self.chance(5):
            return [self.source() for _ in range(self.number(3))]
        return self.source()

    def source(self) -> Document:
        source = dict(self.odd(SOURCES[:3], SOURCES, 2))
        if self.chance(6):
            source["marker"] = self.odd(MARKERS, ODD_MARKERS, 8)
        return source

    # ----------------------------------------------------------------------- mutation

    def mutate(self, documents: dict[str, Document]) -> None:
        """Make one change that nobody would think of."""
        path = str(self.one(tuple(documents)))
        places = list(_places(documents[path]))
        if not places:
            return
        holder, key = self.one(tuple(places))
        value = holder[key]
        kind = self.number(5)
        if kind == 0 and isinstance(holder, dict):
            holder.pop(key)
        elif kind == 1 and isinstance(holder, dict):
            holder[str(self.one(ODD_KEYS))] = holder.pop(key)
        elif kind == 2 and isinstance(value, dict):
            value[str(self.one(ODD_KEYS))] = self.one((*ODD_VALUES, *ODD_TEXTS))
        elif kind == 3 and isinstance(value, list):
            value.append(self.one((*ODD_VALUES, *ODD_TEXTS)))
        elif kind == 4:
            holder[key] = self.one(ODD_VALUES)
        elif isinstance(value, str):
            holder[key] = self.one(ODD_TEXTS)
        else:
            holder[key] = self.one((*ODD_TEXTS, *ODD_VALUES))


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a document: a table and a key, or an array and an index."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Workspaces of which the files alone decide whether uv accepts them, all but a few."""
    return Maker(draw).plan()
