"""Laws of rename, navigation and completion, on generated workspaces."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from support import apply_fix, findings, host_of

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.completion import completions
from ws_lsp.ide.navigation import definition, references
from ws_lsp.ide.occurrences import Role, Subject, occurrences
from ws_lsp.ide.rename import Refusal, rename
from ws_lsp.rules.base import Fix, Severity
from ws_lsp.text import apply_edits

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
def member(draw: st.DrawFn, name: str, spelling: bool) -> str:
    some = st.lists(requirement(spelling), max_size=3)
    lines = ["[project]", f'name = "{name}"', 'version = "1.0"', f"dependencies = {draw(some)}"]
    lines += ["[project.optional-dependencies]"]
    lines += [f"{extra} = {draw(some)}" for extra in EXTRAS]
    lines += ["[dependency-groups]", f"test = {draw(some)}"]
    lines += ['dev = [{ include-group = "test" }, "idna"]']
    others = draw(st.lists(st.sampled_from(NAMES), unique=True))
    lines += ["[tool.uv]", 'default-groups = ["dev"]', "[tool.uv.sources]"]
    lines += [f"{other} = {{ workspace = true }}" for other in others if other != name]
    lines += ['idna = { index = "corp", group = "test" }']
    return "\n".join(lines) + "\n"


@st.composite
def workspaces(draw: st.DrawFn, spelling: bool = False) -> dict[str, str]:
    """Return the files of a workspace; with `spelling`, some names are written oddly."""
    defaults = draw(st.lists(st.sampled_from(NAMES), unique=True))
    sources = draw(st.lists(st.sampled_from(NAMES), unique=True))
    lines = ["[tool.ws-lsp]", f"default-packages = {defaults}  # default"]
    lines += ["[tool.uv.workspace]", 'members = ["*"]', "[tool.uv.sources]"]
    lines += [f"{name}.workspace = true" for name in sources]
    lines += ["[tool.uv]"]
    conflict = '[{ package = "core", extra = "fast" }, { package = "api", group = "test" }]'
    lines += [f"conflicts = [{conflict}]"] if draw(st.booleans()) else []
    lines += ["[[tool.uv.index]]", 'name = "corp"', 'url = "https://index.example/"']
    files = {"/pyproject.toml": "\n".join(lines) + "\n"}
    for name in NAMES:
        files[f"/{name}/pyproject.toml"] = draw(member(name, spelling))
    return files


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


@given(workspaces(), st.data())
def test_a_name_that_is_completed_makes_no_error(
    files: dict[str, str], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(files)))
    manifest = snapshot_of(files).manifests[path]
    lists = (Role.REQUIREMENT, Role.DEFAULT_PACKAGE)
    places = [
        one
        for one in occurrences(manifest)
        if one.role is Role.INCLUDE or (one.role in lists and one.subject is Subject.PACKAGE)
    ]
    if not places:
        return
    one = data.draw(st.sampled_from(places))
    text = manifest.text
    if one.role in lists:
        # a new string in front of the one that is there
        text = f"{text[: one.start - 1]}'', {text[one.start - 1 :]}"
    typed = snapshot_of({**files, path: text})
    host = host_of({**files, path: text})
    offered = completions(typed, host.files, typed.manifests[path], one.start)
    assert offered.items or one.role is Role.DEFAULT_PACKAGE  # all members may be listed
    if offered.items:
        item = data.draw(st.sampled_from(offered.items))
        text = apply_edits(text, offered.edits(item))
        come = errors(snapshot_of({**files, path: text})) - errors(snapshot_of(files))
        assert not come, item
