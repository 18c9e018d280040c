"""What holds of every key of the schema, whatever keys that has."""

from __future__ import annotations

import pytest
from support import Cursor, host_of

from schema.places import NAME, Spelled, names, spelled
from ws_lsp.checking.findings import Change
from ws_lsp.ide.completion import completions
from ws_lsp.ide.hover import hover
from ws_lsp.ide.navigation import references
from ws_lsp.ide.occurrences import occurrence_at
from ws_lsp.ide.rename import rename
from ws_lsp.schema.shapes import Flag, Holds, Role, Shape, Text, alternatives

KEYS = {f"{'uv.toml: ' if at.in_uv_toml else ''}{at.path}": (text, at) for text, at in spelled()}
NAMES = {
    f"{'uv.toml: ' if at.in_uv_toml else ''}{at.path}: {text.holds.name}": (text, at)
    for text, at in names()
}
NAMING = (Holds.PACKAGE, Holds.MEMBER, Holds.SELECTED_PACKAGE)
REQUIRING = (Holds.REQUIREMENT, Holds.LATE_REQUIREMENT)
MEMBER = '[project]\nname = "acme-core"\nversion = "1"\n'
PRESENT = {"tool", "tool.uv", "tool.uv.workspace", "tool.uv.workspace.members"}
"""What the root has already: it is not offered again."""
ROOT = 'tool.uv.workspace.members = ["core"]\n'


def cursor(text: str, at: Spelled, offset: int) -> Cursor:
    """Return a place in the root, or in the `uv.toml` beside it, of a workspace with one member."""
    files = {"/pyproject.toml": ROOT, "/core/pyproject.toml": MEMBER, "/uv.toml": ""}
    before = "" if at.in_uv_toml else ROOT
    files[at.file] = before + text
    return Cursor(host_of(files).snapshot("/"), at.file, len(before) + offset)


@pytest.mark.parametrize("path", KEYS)
def test_every_key_has_a_hover(path: str) -> None:
    text, at = KEYS[path]
    place = cursor(f"{at.before}{text} = 1{at.after}", at, len(at.before) + 1)
    found = hover(place.snapshot, place.manifest, place.offset)
    assert found is not None
    assert found.text.startswith(f"`{text}`: {at.key.text}")
    assert at.key.text.endswith((".", "…")), "a sentence"
    assert "(" not in found.text.replace(at.key.text, "").replace("(default)", "")


@pytest.mark.parametrize("path", sorted(KEYS.keys() - PRESENT))
@pytest.mark.parametrize("typed", [0, 2])
def test_every_key_is_completed_in_broken_text(path: str, typed: int) -> None:
    text, at = KEYS[path]
    broken = at.before + text[:typed]
    if "." not in at.path and not at.in_uv_toml:
        broken = f"[{text[:typed]}"  # a table at the top of a file has a header
    place = cursor(broken, at, len(broken))
    offered = completions(place.snapshot, place.snapshot.files, place.manifest, place.offset)
    assert text in [one.label for one in offered.items]


def words(shape: Shape) -> list[str]:
    found: list[str] = []
    for one in alternatives(shape):
        if isinstance(one, Text | Flag):
            found += one.words
        if isinstance(one, Text) and one.deprecated[0] in found:
            found.remove(one.deprecated[0])
    return found


@pytest.mark.parametrize("path", [path for path in KEYS if words(KEYS[path][1].key.shape)])
@pytest.mark.parametrize("quoted", [False, True])
def test_every_word_is_completed_in_broken_text(path: str, quoted: bool) -> None:
    text, at = KEYS[path]
    quote = '"' if quoted else ""
    broken = f"{at.before}{text} = {quote}"
    place = cursor(broken, at, len(broken))
    offered = completions(place.snapshot, place.snapshot.files, place.manifest, place.offset)
    labels = [one.label for one in offered.items]
    expected = words(at.key.shape)
    if quoted:
        expected = [one for one in expected if one not in ("true", "false")]
    assert [one for one in expected if one not in labels] == []


@pytest.mark.parametrize(
    "path",
    [
        path
        for path, (text, _) in NAMES.items()
        if text.holds in (*NAMING, *REQUIRING) and text.role is not Role.DEFINITION
    ],
)
def test_every_name_of_a_member_is_found_and_renamed(path: str) -> None:
    _, at = NAMES[path]
    offset = len(at.before) + 2
    place = cursor(f'{at.before}"{NAME}"{at.after}', at, offset)
    mention = occurrence_at(place.manifest, place.offset)
    assert mention is not None
    assert mention.name == NAME
    assert at.file in {
        one.path for one in references(place.snapshot, place.manifest, place.offset, True)
    }
    changes = rename(place.snapshot, place.manifest, place.offset, "other")
    assert isinstance(changes, tuple)
    assert {"/core/pyproject.toml", at.file} == {
        change.path for change in changes if isinstance(change, Change)
    }


@pytest.mark.parametrize(
    "path",
    [
        path
        for path, (text, _) in NAMES.items()
        if text.holds in (Holds.GROUP, Holds.EXTRA, Holds.INDEX)
    ],
)
def test_every_name_of_a_group_an_extra_or_an_index_is_a_mention(path: str) -> None:
    text, at = NAMES[path]
    offset = len(at.before) + 2
    place = cursor(f'{at.before}"{NAME}"{at.after}', at, offset)
    mention = occurrence_at(place.manifest, place.offset)
    assert mention is not None
    assert (mention.subject.name, mention.role) == (text.holds.name, text.role)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path, (text, _) in NAMES.items()
        if text.holds in NAMING and text.role is not Role.DEFINITION and "*" not in path
    ],
)
def test_names_of_members_are_completed_wherever_they_may_stand(path: str) -> None:
    _, at = NAMES[path]
    broken = f'{at.before}"ac'
    place = cursor(broken, at, len(broken))
    offered = completions(place.snapshot, place.snapshot.files, place.manifest, place.offset)
    assert NAME in [one.label for one in offered.items]
