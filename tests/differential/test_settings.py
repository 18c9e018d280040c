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
from ws_lsp.schema.places import described
from ws_lsp.schema.shapes import Keys, ListOf, MapOf, Shape, Text, alternatives
from ws_lsp.schema.tool_uv import TOOL_UV

UV = find_uv() or ""
RECORD = load_record()
the_recorded_uv = pytest.mark.skipif(
    not UV or uv_version(UV) != RECORD.version, reason=f"uv {RECORD.version} is not installed"
)

PARTS = 6
"""The parts in which the triples are compared, side by side where there are several cores."""

_TWICE = "the key stands twice, in two spellings"
_MARKERS = "uv compares strings by order as never true, and looks for extras apart from the rest"
_BY_POSITION = (
    "a list in place of a table: nobody writes that, and what uv warns of is told of tables"
)
_UNKNOWN_CONFLICT = "uv accepts any name in conflicts; one that matches nothing is a mistake"
_AT_A_SYNC = "uv warns of it at a sync, and was asked to lock"
ACCEPTED: dict[Triple, str] = {
    Triple(key, place, text): reason
    for key, place, text, reason in (
        *(
            (key, place, "audit = { malware-check = true }", _AT_A_SYNC)
            for key in ("audit", "audit.malware-check")
            for place in ("root", "uv.toml")
        ),
        *(
            (
                key,
                place,
                f'{key} = [{{ name = "a", provides-extra = [], provides-extras = [] }}]',
                _TWICE,
            )
            for key, place in (
                ("dependency-metadata", "root"),
                ("dependency-metadata", "uv.toml"),
                ("pip.dependency-metadata", "root"),
            )
        ),
        ("conflicts", "root", 'conflicts = [[["a"], ["b"]]]', _BY_POSITION),
        ("conflicts", "member", 'conflicts = [[["a"], ["b"]]]', _BY_POSITION),
        ("environments", "root", "environments = \"sys_platform > 'linux'\"", _MARKERS),
        (
            "required-environments",
            "root",
            "required-environments = [\"sys_platform == 'linux'\", "
            "\"python_version >= '3.12' and extra == 'red'\"]",
            _MARKERS,
        ),
        (
            "build-constraint-dependencies",
            "root",
            'build-constraint-dependencies = ["idna @ https://files.example/idna.zip#sha256=a"]',
            "the digest in the fragment of a URL is not looked at",
        ),
        (
            "override-dependencies",
            "root",
            'override-dependencies = [{ package = { name = "a" }, dependencies = '
            '["idna @ https://files.example/idna-1.0-py3-none-any.whl"] }]',
            "the resolver refuses the URL, when it has read the file",
        ),
        *(
            (
                "conflicts",
                place,
                'conflicts = [[{ extra = "nope" }, { extra = "blue" }]]',
                _UNKNOWN_CONFLICT,
            )
            for place in ("root", "member")
        ),
        (
            "conflicts",
            "root",
            'conflicts = [[{ package = "a" }, { package = "b" }]]\n'
            'preview-features = ["package-conflicts"]',
            _UNKNOWN_CONFLICT,
        ),
    )
}
"""Where ws-lsp says something else than uv on purpose, and why."""


def known_keys(table: str) -> set[str]:
    """Return the keys that ws-lsp knows in one of `TABLES`, other spellings of them included."""
    keys = next((one for one in _inside(table) if isinstance(one, Keys)), Keys({}))
    return {*keys.keys, *keys.aliases}


def known_words(name: str) -> set[str]:
    """Return the words that ws-lsp knows of one of `ENUMERATIONS`, other spellings of them included."""
    inner = name if name in TOOL_UV.keys or "." in name else f"pip.{name}"
    texts = [one for one in _inside(inner) if isinstance(one, Text)]
    return {word for one in texts for word in (*one.words, *one.aliases)}


def _inside(path: str) -> Iterator[Shape]:
    """Yield the shapes that a value of `[tool.uv]`, or what is in its lists and tables by name, may have."""
    found = described(TOOL_UV, path.split(".") if path != "tool.uv" else ())
    waiting = [*found.shapes] if found is not None else []
    while waiting:
        shape = waiting.pop()
        yield shape
        if isinstance(shape, ListOf):
            waiting += alternatives(shape.item)
        elif isinstance(shape, MapOf):
            waiting += alternatives(shape.value)


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
