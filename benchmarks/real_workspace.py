"""Check on a real workspace that definition, references and hover of random member mentions are right.

    python benchmarks/real_workspace.py DIRECTORY [--mentions 10] [--seed 1]

The truth is what tomli and `glob` say of the files; nothing of ws-lsp is asked for it. The exit code
is 1 where an answer is wrong.
"""

from __future__ import annotations

import argparse
import glob
import random
import re
import sys
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import tomli
from servers import OURS, select_servers

from language_client import LanguageClient

MANIFEST = "pyproject.toml"
QUIET, PATIENCE = 1.0, 60.0
"""The silence, in seconds, that ends the start; and how long that, or an answer, is waited for."""

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)")
_LISTS = (
    "constraint-dependencies",
    "override-dependencies",
    "build-constraint-dependencies",
    "exclude-dependencies",
    "dev-dependencies",
)
_NAMES = (
    "exclude-newer-package",
    "no-build-isolation-package",
    "no-build-package",
    "no-binary-package",
    "reinstall-package",
    "upgrade-package",
    "config-settings-package",
    "extra-build-dependencies",
    "extra-build-variables",
)
"""Lists of packages and tables by package, in `[tool.uv]` and `[tool.uv.pip]`."""


def normal(name: str) -> str:
    """Return a name in normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirement: Any) -> str | None:
    """Return the name that a requirement begins with, in normal form."""
    match = _NAME.match(requirement) if isinstance(requirement, str) else None
    return normal(match[1]) if match else None


@dataclass
class Project:
    """One manifest as tomli sees it."""

    path: Path
    data: dict[str, Any]
    mentions: list[tuple[str, str]] = field(default_factory=list)
    """The packages that it names, each with the string or the key as written."""
    requires: set[str] = field(default_factory=set)
    """The packages that it requires."""

    def __post_init__(self) -> None:
        project, uv = self.data.get("project", {}), self.data.get("tool", {}).get("uv", {})
        lists = [project.get("dependencies", [])]
        lists += project.get("optional-dependencies", {}).values()
        lists += self.data.get("dependency-groups", {}).values()
        lists.append(uv.get("dev-dependencies", []))
        self.requires = {name for some in lists for one in some if (name := named(one))}
        lists += [uv.get(key, []) for key in _LISTS[:-1]]
        lists.append(self.data.get("build-system", {}).get("requires", []))
        lists.append(self.data.get("tool", {}).get("ws-lsp", {}).get("default-packages", []))
        strings = [one for some in lists for one in some if isinstance(one, str)]
        strings += [
            one["package"] for some in uv.get("conflicts", []) for one in some if "package" in one
        ]
        strings += uv.get("sources", {})
        for table in (uv, uv.get("pip", {})):
            strings += [one for key in _NAMES for one in table.get(key, ())]
        self.mentions = [(name, one) for one in strings if (name := named(one))]

    @property
    def name(self) -> str | None:
        """The project's name in normal form."""
        name = self.data.get("project", {}).get("name")
        return normal(name) if name else None


def load(path: Path) -> Project:
    """Read a manifest."""
    return Project(path, tomli.loads(path.read_text("utf-8")))


def members_of(root: Project) -> dict[str, Project]:
    """Return the members of a workspace by name, the root's project among them."""
    table, base = root.data["tool"]["uv"]["workspace"], root.path.parent

    def matched(patterns: list[str]) -> set[Path]:
        found = (glob.glob(one, root_dir=base, recursive=True) for one in patterns)
        return {(base / one).resolve() for some in found for one in some}

    places = matched(table.get("members", [])) - matched(table.get("exclude", []))
    projects = [
        load(place / MANIFEST)
        for place in sorted(places | {base.resolve()})
        if (place / MANIFEST).is_file()
    ]
    return {project.name: project for project in projects if project.name}


class Checker:
    """A server with the workspace open, and what is wrong with its answers."""

    def __init__(self, client: LanguageClient, members: dict[str, Project], root: Project) -> None:
        self.client = client
        self.members = members
        self.root = root
        self.projects = {project.path: project for project in (*members.values(), root)}
        self.problems: list[str] = []

    def check(self, project: Project, name: str, written: str) -> None:
        """Ask about one mention and compare with the truth."""
        position = place_of(project, written)
        place = {"textDocument": {"uri": project.path.as_uri()}, "position": position}
        self.client.open(project.path)
        shown = f"{project.path.relative_to(self.root.path.parent)}: `{written}`"
        for method in ("definition", "references", "hover"):
            params = place | (
                {"context": {"includeDeclaration": True}} if method == "references" else {}
            )
            answer = self.client.request(f"textDocument/{method}", params, PATIENCE)
            problem = getattr(self, f"_{method}")(name, answer)
            print(f"{'wrong' if problem else 'right'}  {method:<10}  {shown}  {problem or ''}")
            if problem:
                self.problems.append(f"{method} of {shown}: {problem}")

    def _definition(self, name: str, answer: Any) -> str | None:
        if not isinstance(answer, list) or len(answer) != 1:
            return f"{answer} is not one place"
        (path, text, line) = text_at(answer[0])
        if path != self.members[name].path:
            return f"{path} is not {self.members[name].path}"
        return (
            None
            if normal(text) == name and line.lstrip().startswith("name")
            else f"it is at {line}"
        )

    def _references(self, name: str, answer: Any) -> str | None:
        found: Counter[Path] = Counter()
        for one in answer or ():
            path, text, _ = text_at(one)
            if normal(text) != name:
                return f"`{text}` in {path} is none"
            found[path] += 1
        wanted = Counter(
            project.path
            for project in self.projects.values()
            for one, _ in project.mentions
            if one == name
        )
        wanted[self.members[name].path] += 1
        missing, more = wanted - found, found - wanted
        return f"missing {dict(missing)}, too many {dict(more)}" if missing or more else None

    def _hover(self, name: str, answer: Any) -> str | None:
        text = answer["contents"]["value"] if answer else ""
        member = self.members[name]
        place = member.path.parent.relative_to(self.root.path.parent).as_posix()
        users = [one for one in self.members.values() if name in one.requires and one.name != name]
        wanted = [f"**{name}**", "root of the workspace" if place == "." else f"`{place}`"]
        wanted += [str(version) for version in [member.data["project"].get("version")] if version]
        wanted.append(f"Required by {len(users) or 'no'} member{'' if len(users) < 2 else 's'}")
        missing = [one for one in wanted if one not in text]
        return f"{missing} are not in {text!r}" if missing else None


def place_of(project: Project, written: str) -> dict[str, int] | None:
    """Return the position of a mention in a project's file; None where that text stands for more there."""
    text, quoted = project.path.read_text("utf-8"), re.escape(written)
    found = [
        match.start(1)
        for pattern in (rf"""["']({quoted})["']""", rf"(?m)^[ \t]*({quoted})[ \t]*[.=]")
        for match in re.finditer(pattern, text)
    ]
    if len(found) != sum(one == written for _, one in project.mentions):
        return None
    line_start = text.rfind("\n", 0, found[0]) + 1
    return {"line": text.count("\n", 0, found[0]), "character": found[0] - line_start + 1}


def text_at(location: Any) -> tuple[Path, str, str]:
    """Return the file of a location, the text there, and its line (ASCII is taken for granted)."""
    uri = location.get("targetUri") or location["uri"]
    place = location.get("targetSelectionRange") or location["range"]
    path = Path(unquote(urlsplit(uri).path))
    start, end = place["start"], place["end"]
    line = path.read_text("utf-8").split("\n")[start["line"]]
    return path, line[start["character"] : end["character"]], line


def mentions_of(
    projects: Iterable[Project], members: Container[str]
) -> list[tuple[Project, str, str]]:
    """Return the mentions of members whose place a plain search finds: where the text is nothing else."""
    return [
        (one, name, written)
        for one in projects
        for name, written in one.mentions
        if name in members and place_of(one, written) is not None
    ]


def main() -> None:
    """Check the workspace of the command line."""
    parser = argparse.ArgumentParser(description="Check navigation on a real workspace.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--mentions", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    root = load(options.directory.resolve() / MANIFEST)
    members = members_of(root)
    everything = {one.path: one for one in (*members.values(), root)}
    mentions = mentions_of(everything.values(), members)
    print(f"{len(members)} members, {len(mentions)} mentions of them")
    chosen = random.Random(options.seed).sample(mentions, min(options.mentions, len(mentions)))
    (server,) = select_servers([OURS], sys.executable)
    with server.start(root.path.parent) as client:
        client.initialize([root.path.parent], server.initialization_options)
        client.open(root.path)
        client.listen(QUIET, PATIENCE)
        checker = Checker(client, members, root)
        for mention in chosen:
            checker.check(*mention)
    print(f"{len(checker.problems)} wrong answers")
    sys.exit(bool(checker.problems))


if __name__ == "__main__":
    main()
