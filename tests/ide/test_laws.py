"""Laws of rename, navigation and completion, on generated workspaces."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from support import apply_fix, findings, host_of

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Fix, Severity
from ws_lsp.ide.completion import completions
from ws_lsp.ide.navigation import definition, references
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.ide.proposal import CompletionKind
from ws_lsp.ide.rename import rename
from ws_lsp.refusal import Refusal
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.schema.shapes import Role
from ws_lsp.text import Span, apply_edits

NAMES = ("core", "api", "web-ui", "x1")
EXTRAS = ("fast", "all")
GROUPS = ("dev", "test")
SPECIFIERS = ("", ">=1", "~=1.0", " >=0,<3 ; python_version > '3.8'")


@st.composite
def requirement(draw: st.DrawFn, spelling: bool) -> str:
    name = draw(st.sampled_from((*NAMES, "idna")))
    if spelling and draw(st.booleans()):
        name = name.upper().replace("-", "_")
    extra = draw(st.sampled_from(("", "[fast]", "[all, fast]")))
    return f"{name}{extra}{draw(st.sampled_from(SPECIFIERS))}"


@st.composite
def sources(draw: st.DrawFn, own: str) -> str:
    """Return `[tool.uv.sources]` with some members, in any of TOML's spellings."""
    others = draw(st.lists(st.sampled_from(NAMES), unique=True))
    lines = ["[tool.uv.sources]", 'idna = { index = "corp", group = "test" }']
    headers: list[str] = []
    for other in others:
        if other != own:
            spellings = ("{0} = {{ workspace = true }}", "'{0}'.workspace = true", "header")
            line = draw(st.sampled_from(spellings)).format(other)
            if line == "header":
                headers += [f'[tool.uv.sources."{other}"]', "workspace = true # 😀"]
            else:
                lines.append(line)
    return "\n".join((*lines, *headers))


@st.composite
def member(draw: st.DrawFn, name: str, spelling: bool) -> str:
    some = st.lists(requirement(spelling), max_size=3)
    lines = ["[project]", f'name = "{name}"', 'version = "1.0"', f"dependencies = {draw(some)}"]
    lines += ["[project.optional-dependencies]"]
    lines += [f"{extra} = {draw(some)}" for extra in EXTRAS]
    lines += ["[dependency-groups]", f"test = {draw(some)}"]
    lines += ['dev = [{ include-group = "test" }, "idna"]']
    lines += ["[tool.uv]", 'default-groups = ["dev"]', draw(sources(name))]
    return "\n".join(lines) + "\n"


@st.composite
def workspaces(draw: st.DrawFn, spelling: bool = False) -> dict[str, str]:
    """Return the files of a workspace; with `spelling`, some names are written oddly."""
    defaults = draw(st.lists(st.sampled_from(NAMES), unique=True))
    lines = ["[tool.ws-lsp]", f"default-packages = {defaults}  # default"]
    lines += ["[tool.uv.workspace]", 'members = ["*"]']
    lines += ["[tool.uv]"]
    conflict = '[{ package = "core", extra = "fast" }, { package = "api", group = "test" }]'
    lines += [f"conflicts = [{conflict}]"] if draw(st.booleans()) else []
    lines += ['constraint-dependencies = ["web-ui>=0"]'] if draw(st.booleans()) else []
    lines += [draw(sources("")).replace(', group = "test"', "")]
    lines += ["[[tool.uv.index]]", 'name = "corp"', 'url = "https://index.example/"']
    files = {"/pyproject.toml": "\n".join(lines) + "\n"}
    for name in NAMES:
        files[f"/{name}/pyproject.toml"] = draw(member(name, spelling))
    newline = draw(st.sampled_from(("\n", "\r\n")))
    return {path: text.replace("\n", newline) for path, text in files.items()}


def snapshot_of(files: dict[str, str]) -> Snapshot:
    return host_of(files).snapshot("/")


@given(workspaces(), st.data())
def test_renaming_there_and_back_changes_nothing(
    files: dict[str, str], data: st.DataObject
) -> None:
    snapshot = snapshot_of(files)
    path = data.draw(st.sampled_from(sorted(files)))
    one = data.draw(st.sampled_from(occurrences(snapshot.manifests[path])))
    before = snapshot.manifests[path].text[slice(*one.span)]
    changes = rename(snapshot, snapshot.manifests[path], one.start, "brand_new")
    if one.name == "idna" or one.owner == "idna":
        assert isinstance(changes, Refusal)
        return
    assert not isinstance(changes, Refusal)
    there = apply_fix(files, Fix("There", changes))
    assert not [
        other
        for manifest in snapshot_of(there).manifests.values()
        for other in occurrences(manifest)
        if one.subject is other.subject is Subject.PACKAGE and other.name == one.name
    ]
    renamed = snapshot_of(there)
    at = one.start + sum(
        len(edit.text) - (edit.span.end - edit.span.start)
        for change in changes
        if change.path == path
        for edit in change.edits
        if edit.span.end <= one.start
    )
    back = rename(renamed, renamed.manifests[path], at, before)
    assert not isinstance(back, Refusal), back
    assert apply_fix(there, Fix("Back", back)) == files


@given(workspaces(spelling=True))
def test_the_references_of_a_definition_hold_what_led_to_it(files: dict[str, str]) -> None:
    snapshot = snapshot_of(files)
    for path, manifest in snapshot.manifests.items():
        for one in occurrences(manifest):
            targets = definition(snapshot, manifest, one.start)
            known = one.name != "idna" and one.owner != "idna"
            assert bool(targets) == known, (path, one)
            for target in targets:
                location = target.location
                found = references(
                    snapshot, snapshot.manifests[location.path], location.span.start, True
                )
                assert (path, one.span) in found
                assert location in found


def errors(snapshot: Snapshot) -> Counter[tuple[str, str, str]]:
    return Counter(
        (one.path, one.code, one.message)
        for one in findings(snapshot)
        if one.severity is Severity.ERROR
    )


LISTS = (Role.REQUIREMENT, Role.DEFAULT_PACKAGE, Role.DEFAULT_GROUP)


def being_typed(text: str, one: Occurrence) -> tuple[str, int]:
    """Return a text in which the name of a mention is still to be typed, and where.

    Names of lists get an empty string before them, keys an empty line; all others are taken out.
    """
    before, behind = text[: one.start], text[one.end :]
    if one.role is Role.SOURCE:
        start = max(text.rfind("\n", 0, one.start) + 1, 0)
        if text[start] == "[":  # a header: before it, the table of the section above goes on
            start = text.index("[tool.uv.sources]") + len("[tool.uv.sources]")
            start = text.index("\n", start) + 1
        return f"{text[:start]}\n{text[start:]}", start
    if one.role in LISTS and one.subject is not Subject.EXTRA:
        return f"{text[: one.start - 1]}'', {text[one.start - 1 :]}", one.start
    return before + behind, one.start


@given(workspaces(), st.data())
def test_a_name_that_is_completed_makes_no_error(
    files: dict[str, str], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(files)))
    manifest = snapshot_of(files).manifests[path]
    places = [one for one in occurrences(manifest) if one.role is not Role.DEFINITION]
    one = data.draw(st.sampled_from(places))
    text, offset = being_typed(manifest.text, one)
    typed = {**files, path: text}
    host = host_of(typed)
    snapshot = host.snapshot("/")
    offered = completions(snapshot, host.files, snapshot.manifests[path], offset)
    if not offered.items:  # all names may be there already
        assert one.role in (*LISTS, Role.SOURCE) or one.name == "idna" or one.owner == "idna"
        return
    item = data.draw(st.sampled_from(offered.items))
    after = apply_edits(text, offered.edits(item))
    come = errors(snapshot_of({**files, path: after})) - errors(snapshot_of(files))
    assert not come - errors(snapshot), (one, item, after)


@given(workspaces(), st.data())
def test_a_key_that_is_completed_makes_no_error_but_in_its_own_value(
    files: dict[str, str], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(files)))
    text = files[path]
    headers = [match.end() for match in re.finditer(r"(?m)^\[+tool\.uv[^\]]*\]+.*$", text)]
    offset = data.draw(st.sampled_from(headers)) + 1
    typed = text[:offset] + "\n" + text[offset:]
    host = host_of({**files, path: typed})
    snapshot = host.snapshot("/")
    items = completions(snapshot, host.files, snapshot.manifests[path], offset).items
    keys = [item for item in items if item.kind is CompletionKind.KEY]
    if not keys:
        return
    item = data.draw(st.sampled_from(keys))
    after = snapshot_of({**files, path: typed[:offset] + item.text + typed[offset:]})
    own = (path, Span(offset, offset + len(item.text)))
    found = {
        (one.code, one.message, one.path)
        for one in findings(after)
        if one.severity is Severity.ERROR
        and not (
            one.path == own[0] and own[1].start <= one.span.start and one.span.end <= own[1].end
        )
    }
    known = {(code, message, where) for where, code, message in errors(snapshot)}
    assert not found - known, (item, found - known)
