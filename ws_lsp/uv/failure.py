"""Where in the workspace a failure of uv arises. Pure: uv's output and a snapshot in, places out.

uv's words are matched, not its exit codes: they are the same for nearly everything. What cannot be
placed stands on the root's first key, with the whole message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.url import file_path
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_PATH, requirement_name
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import (
    CONFLICTS,
    DEFAULT_GROUPS,
    ENVIRONMENTS,
    FIND_LINKS,
    INDEX,
    MANAGED,
    REQUIRED_ENVIRONMENTS,
    REQUIRED_VERSION,
    SOURCES,
)
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.uv import blamed_places
from ws_lsp.uv.blamed_places import Place
from ws_lsp.uv.explanation import Explanation, explain
from ws_lsp.vfs import base_name, join, normal_form

__all__ = ["Failure", "failures"]


class Failure(NamedTuple):
    """A failure of uv at a place: `span` in code points of `text`, which is the file's now.

    When the file gets another text the place is no longer to be trusted, and the failure is to be
    dropped. `hint` is uv's advice, empty where it gives none.
    """

    path: str
    span: Span
    message: str
    hint: str
    text: str


def failures(output: str, snapshot: Snapshot) -> tuple[Failure, ...]:
    """Return where the failure that uv's output tells of arises; nothing where it tells of none."""
    explanation = explain(output)
    if explanation is None:
        return ()
    at = tuple(dict.fromkeys(_places(explanation, snapshot))) or (blamed_places.top(snapshot),)
    hint = "\n".join(explanation.hints)
    found: list[Failure] = []
    for place in at:
        manifest = snapshot.manifests.get(place.path)
        file = snapshot.files.read(place.path) if manifest is None else None
        text = manifest.text if manifest is not None else file.text if file is not None else ""
        found.append(Failure(place.path, place.span, explanation.text, hint, text))
    return tuple(found)


def _places(explanation: Explanation, snapshot: Snapshot) -> Iterator[Place]:
    finder = _Finder(snapshot, explanation)
    for pattern, find in _KINDS:
        match = pattern.search(explanation.text)
        if match is not None:
            found = tuple(find(finder, match))
            if found:
                yield from found
                return


class _Finder:
    """Finds the places that the words of an explanation mean."""

    def __init__(self, snapshot: Snapshot, explanation: Explanation) -> None:
        self.snapshot = snapshot
        self.explanation = explanation

    # ------------------------------------------------------------- files and their parts

    def toml(self, match: re.Match[str]) -> Iterator[Place]:
        """A file that is no TOML, or not of uv's shape."""
        path = self.path(match["path"])
        error = self.explanation.toml
        manifest = self.snapshot.manifests.get(path)
        if error is None:
            if manifest is not None and "`tool.uv.sources`" in self.explanation.text:
                # it is about a list of sources, and uv does not say which
                lists = [one for one in manifest.sources.values() if len(one.entries) != 1]
                yield from (Place(path, one.key.span) for one in lists)
                yield from () if lists else blamed_places.key(manifest, "tool", "uv", SOURCES)
            elif manifest is not None:
                yield blamed_places.first_key(manifest)
            return
        file = self.snapshot.files.read(path)
        text = manifest.text if manifest is not None else file.text if file is not None else None
        if text is not None:
            yield Place(path, blamed_places.toml_span(text, error))

    def unreadable(self, match: re.Match[str]) -> Iterator[Place]:
        """A file that cannot be read."""
        yield Place(self.path(match["path"]), Span(0, 0))

    def missing_manifest(self, match: re.Match[str]) -> Iterator[Place]:
        """A directory that a pattern names and that is no project."""
        for node in self.snapshot.root.member_patterns:
            if node.value == match["pattern"]:
                yield Place(self.snapshot.root.path, node.span)

    def same_name(self, match: re.Match[str]) -> Iterator[Place]:
        """Two members of one name; uv finds the second at fault."""
        for group in ("second", "first"):
            manifest = self.manifest_in(match[group])
            if manifest is not None:
                yield blamed_places.project_name(manifest)

    def nested(self, match: re.Match[str]) -> Iterator[Place]:
        """A member that is itself the root of a workspace."""
        manifest = self.manifest_in(match["directory"])
        if manifest is not None:
            yield from blamed_places.key(manifest, *WORKSPACE_PATH)

    def no_project(self, match: re.Match[str]) -> Iterator[Place]:
        """A manifest without `[project]`."""
        manifest = self.snapshot.manifests.get(self.path(match["path"]))
        root = self.snapshot.root
        if manifest is root:
            # a pattern of a virtual root that names the root itself
            named = [one for one in root.member_patterns if self.path(one.value) == root.directory]
            yield from (Place(root.path, one.span) for one in named)
        elif manifest is not None:
            yield blamed_places.first_key(manifest)

    def unmanaged(self, match: re.Match[str]) -> Iterator[Place]:
        """A project that says `managed = false`."""
        manifest = self.manifest_in(match["directory"])
        if manifest is not None:
            yield from blamed_places.key(manifest, "tool", "uv", MANAGED)

    # --------------------------------------------------------------- what a member declares

    def groups(self, match: re.Match[str]) -> Iterator[Place]:
        """Dependency groups that cannot be put together."""
        manifest = self.member(match["name"]) if match["name"] else self.snapshot.root
        if manifest is None:
            return
        text = self.explanation.text
        missing = re.search(r"Failed to find group `([^`]+)` included by `([^`]+)`", text)
        if missing is not None:
            yield from blamed_places.included_group(manifest, missing[2], missing[1])
        elif named := re.search(r"(?:Group|`dependency-groups`:) `([^`]+)`", text):
            yield from blamed_places.group(manifest, named[1])

    def entry(self, match: re.Match[str]) -> Iterator[Place]:
        """A requirement and its source that do not go together."""
        name = normalise(match["entry"])
        owner = re.search(
            r"Failed to build `([^`@]+?)(?:==[^`]*)?(?: @ [^`]*)?`", self.explanation.text
        )
        manifest = self.member(owner[1]) if owner is not None else self.snapshot.root
        for one in (manifest, self.snapshot.root) if manifest is not None else ():
            source = one.sources.get(name)
            if source is not None and "missing an entry" not in self.explanation.text:
                yield Place(one.path, source.key.span)
                return
            requirements = [other for other in one.requirements if other.name == name]
            if requirements:
                yield from (Place(one.path, other.node.span) for other in requirements)
                return
            if listed := tuple(blamed_places.listed_requirements(one, name, None)):
                yield from listed
                return

    def limited(self, match: re.Match[str]) -> Iterator[Place]:
        """A source for an extra or a group that does not hold the requirement."""
        manifest = self.member(match["name"])
        source = manifest.sources.get(normalise(match["entry"])) if manifest is not None else None
        if manifest is None or source is None:
            return
        for one in source.entries:
            entry = one.table.entries.get("extra" if match["kind"] == "extra" else "group")
            if entry is not None and isinstance(entry.value, String):
                yield Place(manifest.path, entry.value.span)

    def build(self, match: re.Match[str]) -> Iterator[Place]:
        """A package that does not build: a member, a source with a path, or somebody else's."""
        name = normalise(match["name"])
        manifest = self.member(name)
        if manifest is None:
            sources = tuple(self.sources_of(name))
            yield from sources or self.requirements_on(name)
            return
        text = self.explanation.text
        requires = manifest.tree.root.get("build-system", "requires")
        wanted = re.search(r"No solution found when resolving: (.*)", text)
        names = (
            {requirement_name(one) for one in re.findall(r"`([^`]*)`", wanted[1])}
            if wanted
            else set()
        )
        found = [
            *blamed_places.strings(manifest, requires, lambda one: requirement_name(one) in names)
        ]
        if found:
            yield from found
            return
        if "backend" in text and (
            entry := manifest.tree.root.entry("build-system", "build-backend")
        ):
            yield Place(manifest.path, entry.value.span)
        else:
            yield next(
                blamed_places.key(manifest, "build-system"), blamed_places.project_name(manifest)
            )

    def default_group(self, match: re.Match[str]) -> Iterator[Place]:
        """A name in `default-groups` that is no group."""
        name = normalise(match["group"])
        for manifest in self.mentioning(DEFAULT_GROUPS):
            value = manifest.tree.root.get("tool", "uv", DEFAULT_GROUPS)
            if name not in manifest.groups:
                yield from blamed_places.strings(
                    manifest, value, lambda text: normalise(text) == name
                )

    def editable(self, match: re.Match[str]) -> Iterator[Place]:
        """Sources that want a member installed in two ways."""
        name = normalise(match["name"])
        for manifest in self.mentioning("editable"):
            for other, _, entry in manifest.editable:
                if other == name:
                    yield Place(manifest.path, entry.value.span)

    # --------------------------------------------------------------------- resolution

    def resolution(self, match: re.Match[str]) -> Iterator[Place]:
        """Requirements that no set of versions meets: those that the explanation names."""
        pairs = [
            (one["owner"], one["name"], one["specifier"] or "")
            for one in _DEPENDS.finditer(self.explanation.text)
        ]
        members = self.snapshot.workspace.members
        # that the workspace requires its own members is nothing that stands in a file
        outer = [one for one in pairs if normalise(one[1]) not in members]
        for owner, name, specifier in outer or pairs:
            yield from self.requirement(owner, normalise(name), specifier)

    def requirement(self, owner: str, name: Name, specifier: str) -> Iterator[Place]:
        """Yield the requirements on a name in what the explanation calls the owner."""
        project, _, rest = owner.partition("[")
        project, _, group = project.partition(":")
        manifest = self.member(project)
        if owner.startswith(("your ", "you")):
            candidates = list(self.mentioning(name))
        elif manifest is not None:
            candidates = [manifest]
        else:
            return
        tail = normalise(rest.rstrip("]") or group)
        near: list[Place] = []
        exact: list[Place] = []
        for one in candidates:
            for requirement in one.requirements:
                if requirement.name != name or (tail and normalise(requirement.path[-1]) != tail):
                    continue
                place = Place(one.path, requirement.node.span)
                (exact if blamed_places.same_specifier(requirement, specifier) else near).append(
                    place
                )
        if not exact:
            exact += blamed_places.listed_requirements(self.snapshot.root, name, specifier)
        yield from exact or near

    def conflicting_pythons(self, match: re.Match[str]) -> Iterator[Place]:
        """Members whose `requires-python` have no version in common."""
        for name in re.findall(
            r"- ([-_.A-Za-z0-9]+)(?::[-_.A-Za-z0-9]+)?: ", self.explanation.text
        ):
            manifest = self.member(name)
            if manifest is not None:
                yield next(
                    blamed_places.key(manifest, "project", "requires-python"),
                    blamed_places.project_name(manifest),
                )

    def python(self, match: re.Match[str]) -> Iterator[Place]:
        """A `requires-python` that no interpreter at hand meets."""
        wanted = "".join(match["specifier"].split()).strip("`")
        found = [
            self.snapshot.manifests[path]
            for path, text in self.snapshot.workspace.python_requirements
            if path in self.snapshot.manifests
            and ("".join(text.split()) == wanted or "".join(text.split()) in wanted.split(","))
        ]
        for manifest in found:
            node = manifest.requires_python_node
            if node is not None:
                yield Place(manifest.path, node.span)

    # ----------------------------------------------------------------- settings of the root

    def conflicts(self, match: re.Match[str]) -> Iterator[Place]:
        """Extras, groups or packages that are declared as conflicting and are wanted together."""
        for manifest in self.mentioning(CONFLICTS):
            yield from blamed_places.key(manifest, "tool", "uv", CONFLICTS)

    def environments(self, match: re.Match[str]) -> Iterator[Place]:
        """Environments that overlap, or that the workspace's Python versions leave out."""
        root, keys = self.snapshot.root, (ENVIRONMENTS, REQUIRED_ENVIRONMENTS)
        for key in keys:
            if entry := root.tree.root.entry("tool", "uv", key):
                yield Place(root.path, entry.key.span)

    def required_version(self, match: re.Match[str]) -> Iterator[Place]:
        """A uv that the workspace does not want."""
        settings = self.snapshot.settings
        if settings is not None:
            yield from blamed_places.key(settings, REQUIRED_VERSION)
        yield from blamed_places.key(self.snapshot.root, "tool", "uv", REQUIRED_VERSION)

    def package(self, match: re.Match[str]) -> Iterator[Place]:
        """A package that was to be synced and is no member."""
        packages = self.snapshot.default_packages
        for node in packages.strings if packages is not None else ():
            if normalise(node.value) == normalise(match["name"]):
                yield Place(self.snapshot.root.path, node.span)

    def index(self, match: re.Match[str]) -> Iterator[Place]:
        """An index, or a directory in place of one, that cannot be read."""
        url = match["url"].strip("`").rstrip("/")
        for path, manifest in self.snapshot.manifests.items():
            if INDEX in manifest.text or FIND_LINKS in manifest.text:
                tables = [manifest.tree.root] if base_name(path) != MANIFEST else []
                for table in (*tables, *filter(None, [manifest.uv])):
                    yield from blamed_places.index_urls(manifest, table, url)

    def distribution(self, match: re.Match[str]) -> Iterator[Place]:
        """A source with a path at which nothing is."""
        found = file_path(match["url"].strip("`"))
        if found is None:
            return
        wanted = normal_form(found)
        for manifest in self.mentioning("path"):
            for source in manifest.sources.values():
                for one in source.entries:
                    node = one.table.get("path")
                    if isinstance(node, String) and join(manifest.directory, node.value) == wanted:
                        yield Place(manifest.path, node.span)

    # ------------------------------------------------------------------------- looking

    def path(self, written: str) -> str:
        """Return a path as uv writes it, from the directory in which it ran: the root."""
        return join(self.snapshot.workspace.root, written.strip("`").replace("\\", "/"))

    def manifest_in(self, directory: str) -> Manifest | None:
        """Return the manifest in a directory as uv writes it."""
        return self.snapshot.manifests.get(join(self.path(directory), MANIFEST))

    def member(self, name: str) -> Manifest | None:
        """Return the manifest of a member."""
        member = self.snapshot.workspace.members.get(normalise(name.strip()))
        return self.snapshot.manifests.get(member.path) if member is not None else None

    def mentioning(self, word: str) -> Iterator[Manifest]:
        """Yield the manifests that may speak of something: only these are parsed."""
        pattern = re.compile(
            re.sub(r"[-_.]+", "[-_.]+", re.escape(word).replace("\\-", "-")), re.IGNORECASE
        )
        for manifest in self.snapshot.manifests.values():
            if pattern.search(manifest.text):
                yield manifest

    def sources_of(self, name: Name) -> Iterator[Place]:
        """Yield the sources of a name that have a path or a URL."""
        for manifest in self.mentioning(name):
            source = manifest.sources.get(name)
            if source is not None:
                yield Place(manifest.path, source.key.span)

    def requirements_on(self, name: Name) -> Iterator[Place]:
        """Yield the requirements on a name."""
        for manifest in self.mentioning(name):
            for one in manifest.requirements:
                if one.name == name:
                    yield Place(manifest.path, one.node.span)


_DEPENDS = regular_expression(
    r"(?P<owner>your (?:project|workspace)|[A-Za-z0-9][-_.A-Za-z0-9]*(?:\[[^\]]*\]|:[-_.A-Za-z0-9]+)?)"
    r"(?:==\S+)? (?:depends? on|requires?) "
    r"(?P<name>[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)(?:\[[^\]]*\])?"
    r"(?P<specifier>(?:[<>=!~]=?=?[0-9][^\s,]*)(?:,\s?[<>=!~]=?=?[0-9][^\s,]*)*)?"
)
_NAME = r"[A-Za-z0-9][-_.A-Za-z0-9]*"

_KINDS: tuple[tuple[re.Pattern[str], Callable[[_Finder, re.Match[str]], Iterator[Place]]], ...] = tuple(
    (regular_expression(pattern), find)
    for pattern, find in (
        (r"Failed to parse:? (?P<path>`[^`]+`|\S+\.(?:toml|lock))", _Finder.toml),
        (r"failed to read from file (?P<path>`[^`]+`)", _Finder.unreadable),
        (r"is missing a `pyproject\.toml` \(matches: `(?P<pattern>[^`]*)`\)", _Finder.missing_manifest),
        (r"are both named `[^`]*`: `(?P<first>[^`]*)` and `(?P<second>[^`]*)`", _Finder.same_name),
        (r"Nested workspaces are not supported.*: (?P<directory>\S.*)", _Finder.nested),
        (r"No `project` table found in: (?P<path>\S.*)", _Finder.no_project),
        (r"The project is marked as unmanaged: (?P<directory>\S.*)", _Finder.unmanaged),
        (rf"Project `(?:(?P<name>{_NAME}) @ [^`]*)?` has malformed dependency groups", _Finder.groups),
        (r"Failed to parse entry: `(?P<entry>[^`]*)`", _Finder.entry),
        (
            rf"Failed to build `(?P<name>{_NAME})[^`]*`\nSource entry for `(?P<entry>[^`]*)` only applies "
            r"to (?P<kind>extra|dependency group)",
            _Finder.limited,
        ),
        (r"Distribution not found at: (?P<url>\S+)", _Finder.distribution),
        (rf"Failed to (?:build|download and build) `(?P<name>{_NAME})", _Finder.build),
        (r"Default group `(?P<group>[^`]*)` \(from", _Finder.default_group),
        (rf"Workspace member `(?P<name>{_NAME})` was requested as both", _Finder.editable),
        (r"Found conflicting Python requirements", _Finder.conflicting_pythons),
        (r"[Ee]nvironment markers `|Supported environments", _Finder.environments),
        (r"Python requirement:? (?P<specifier>`[^`]*`)", _Finder.python),
        (r"No interpreter found for Python (?P<specifier>[^\n]*?) in ", _Finder.python),
        (r"Required uv version", _Finder.required_version),
        (r"conflicts: \{|in conflicting entry", _Finder.conflicts),
        (rf"Package `(?P<name>{_NAME})` not found in workspace", _Finder.package),
        (rf"does not have a member (?P<name>{_NAME})", _Finder.package),
        (rf"Could not find root package `(?P<name>{_NAME})`", _Finder.package),
        (r"Failed to read `--find-links` directory: (?P<url>\S+)", _Finder.index),
        (r"Failed to (?:fetch|read)[^\n]*: (?P<url>`?[a-z]+://\S+)", _Finder.index),
        (r"No solution found", _Finder.resolution),
    )
)  # fmt: skip
"""What uv says, and how the place is found; the first that matches and finds something counts."""
