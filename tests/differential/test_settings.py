"""ws-lsp takes the settings that uv takes, and refuses those that uv refuses.

`record_settings` keeps what uv said of some thousand values, `compare_settings` lists by key where
ws-lsp says something else. Here a part is asked of the installed uv again, so that the record stays true.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import findings, host_of

from differential.cases import find_uv
from differential.compare_settings import disagreements
from differential.record_settings import Asker, load_record, uv_version
from differential.settings_values import ENUMERATIONS, PLACES, TABLES, Triple, files, triples
from ws_lsp.rules.settings import SETTINGS
from ws_lsp.rules.shapes import Choice, Keys, ListOf, MapOf, Shape, Text
from ws_lsp.rules.tool_uv import TOOL_UV

UV = find_uv() or ""
RECORD = load_record()
the_recorded_uv = pytest.mark.skipif(
    not UV or uv_version(UV) != RECORD.version, reason=f"uv {RECORD.version} is not installed"
)

PARTS = 6
"""The parts in which the triples are compared, side by side where there are several cores."""

ACCEPTED: dict[Triple, str] = {}
"""Where ws-lsp says something else than uv on purpose, and why."""


def known_keys(table: str) -> set[str]:
    """Return the keys that ws-lsp knows in one of `TABLES`."""
    return set(_table(_shape(table)).keys)


def known_words(name: str) -> set[str]:
    """Return the words that ws-lsp knows of one of `ENUMERATIONS`."""
    inner = name if name in SETTINGS or "." in name else f"pip.{name}"
    return {word for one in _inside(_shape(inner)) if isinstance(one, Text) for word in one.words}


def _shape(path: str) -> Shape:
    shape: Shape = Keys({**TOOL_UV.keys, **SETTINGS})
    for key in path.split(".") if path != "tool.uv" else ():
        shape = _table(shape).keys[key]
    return shape


def _table(shape: Shape) -> Keys:
    return next((one for one in _inside(shape) if isinstance(one, Keys)), Keys({}))


def _inside(shape: Shape) -> Iterator[Shape]:
    """Yield the shapes that a value, or what is in its lists and below its names, may have."""
    yield shape
    if isinstance(shape, ListOf):
        yield from _inside(shape.item)
    elif isinstance(shape, MapOf):
        yield from _inside(shape.value)
    elif isinstance(shape, Choice):
        for one in shape.shapes:
            yield from _inside(one)


@pytest.mark.parametrize("place", PLACES)
def test_around_the_values_all_is_sound(place: str) -> None:
    texts = {f"/ws/{path}": text for path, text in files(Triple("", place, "")).items()}
    assert findings(host_of(texts).snapshot("/ws")) == []


def test_all_triples_are_recorded() -> None:
    assert set(triples()) == set(RECORD.verdicts)


@pytest.mark.parametrize("part", range(PARTS))
def test_ws_lsp_says_what_uv_says(part: int) -> None:
    verdicts = dict(list(RECORD.verdicts.items())[part::PARTS])
    found = list(disagreements(verdicts))
    unexplained = [one for one in found if one.triple not in ACCEPTED]
    assert not unexplained, "\n".join(map(str, unexplained[:40]))
    assert {one.triple for one in found} == ACCEPTED.keys() & verdicts.keys()


def test_ws_lsp_seldom_says_something_else() -> None:
    assert ACCEPTED.keys() <= RECORD.verdicts.keys()
    assert len(ACCEPTED) <= len(RECORD.verdicts) * 0.005


@pytest.mark.parametrize("table", TABLES)
def test_ws_lsp_knows_the_keys_that_uv_lists(table: str) -> None:
    assert known_keys(table) == set(RECORD.fields[table])


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_ws_lsp_knows_the_words_that_uv_lists(name: str) -> None:
    assert known_words(name) == set(RECORD.words[name])


@the_recorded_uv
def test_uv_still_says_what_is_recorded(tmp_path: Path) -> None:
    asker = Asker(UV, tmp_path)
    sample = random.Random(0).sample(list(RECORD.verdicts), 150)
    said = {triple: asker.ask(triple).verdict for triple in sample}
    assert said == {triple: RECORD.verdicts[triple].verdict for triple in sample}


@the_recorded_uv
def test_uv_still_lists_the_same_keys_and_words(tmp_path: Path) -> None:
    asker = Asker(UV, tmp_path)
    assert {name: asker.fields(name) for name in TABLES} == RECORD.fields
    assert {name: asker.words(name) for name in ENUMERATIONS} == RECORD.words
