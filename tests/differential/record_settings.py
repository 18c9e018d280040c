"""Ask uv about every triple of `settings_values`, and keep its verdicts in `settings.json`.

    .venv/bin/python tests/differential/record_settings.py [--uv PATH] [--check] [WORD ...]

WORDs choose the triples whose key has one of them; what is recorded of others stays. With `--check`
nothing is written: what this uv answers otherwise than the recorded one is listed. The exit status is 1 where something differs, or
where uv fails for a reason that is not in the text, which no triple may have.
"""

from __future__ import annotations

import argparse
import functools
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from e2e.disk import write_files

from differential.cases import Answer, find_uv, run_uv
from differential.settings_values import (
    BUILD,
    ENUMERATIONS,
    PLACES,
    ROOT,
    TABLES,
    Triple,
    files,
    triples,
)

__all__ = [
    "DROPS",
    "FATAL",
    "RECORD",
    "SILENT",
    "VERDICTS",
    "WARNS",
    "Asker",
    "Record",
    "Said",
    "load_record",
    "uv_version",
]

RECORD = Path(__file__).with_name("settings.json")
FATAL, DROPS, WARNS, SILENT = VERDICTS = ("fatal", "drops", "warns", "silent")
"""uv stops at every command (below `build-backend`, at every build), it warns and ignores all settings
of the file, it warns of something else, or it says nothing."""

_DISCOVERY = "during settings discovery"
_IN_THE_TEXT = re.compile(
    r"Failed to parse|is not allowed in a `uv\.toml` file|Invalid metadata format"
    r"|is not defined in the project's `dependency-groups` table|dependency groups? .* not defined"
    r"|marked as unmanaged|environments must be disjoint|don't overlap with Python requirement"
    r"|Expected `package` field|Each set of conflicts|[Mm]odule name|glob|Required uv version"
    r"|Nested workspaces|Source entry for .* only applies to|Failed to find group|Invalid extra value"
    r"|Scoped override for|Invalid hash digest|Module root must be inside|pattern|glob"
)
"""What uv says where the text alone makes it fail."""


@dataclass(frozen=True)
class Said:
    """uv's verdict, and the line of its message that says why."""

    verdict: str
    line: str = ""


class Asker:
    """A uv that knows no configuration but what a triple holds, with a cache of its own."""

    def __init__(self, uv: str, directory: Path) -> None:
        self.uv = uv
        self._directory = directory
        empty = directory / "empty"
        empty.mkdir()
        self._settings = {
            "COLUMNS": "10000",  # uv breaks long lines
            "UV_CACHE_DIR": str(directory / "cache"),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_PREFERENCE": "only-system",
            "UV_NO_SYSTEM_CONFIG": "1",
            "XDG_CONFIG_HOME": str(empty),
            "XDG_CONFIG_DIRS": str(empty),
        }

    def answer(self, triple: Triple) -> Answer:
        """Return what uv says of a triple."""
        command = ("build", "--list") if triple.place == BUILD else ("lock", "--dry-run")
        with tempfile.TemporaryDirectory(dir=self._directory) as name:
            root = Path(name).resolve() / "ws"
            write_files(root, files(triple))
            answer = run_uv(self.uv, *command, cwd=root, settings=self._settings)
            return Answer(answer.code, answer.out, answer.err.replace(str(root), "ROOT"))

    def ask(self, triple: Triple) -> Said:
        """Return uv's verdict on a triple; raise `ValueError` where not the text decides."""
        return _judged(triple, self.answer(triple))

    def fields(self, name: str) -> list[str]:
        """Return the fields of a table of `TABLES`, as uv lists them for one that it does not know."""
        answer = self.answer(
            Triple(name, BUILD if name.startswith("build-") else ROOT, TABLES[name])
        )
        return _listed(answer.err, "unknown field")

    def words(self, name: str) -> list[str]:
        """Return the words of one of `ENUMERATIONS`, as uv lists them for one that it does not know."""
        return _listed(self.answer(Triple(name, ROOT, ENUMERATIONS[name])).err, "unknown variant")


def _judged(triple: Triple, answer: Answer) -> Said:
    line = _reason(answer.err)
    if answer.refused:
        if not _IN_THE_TEXT.search(answer.err):
            raise ValueError(f"{triple}: uv fails, but not at the text: {answer.err}")
        return Said(FATAL, line)
    if _DISCOVERY in answer.err:
        return Said(DROPS, line)
    if re.search(r"^warning: ", answer.err, re.MULTILINE):
        return Said(WARNS, line)
    return Said(SILENT)


def _reason(text: str) -> str:
    """Return the line that says what is wrong: below the excerpt of the file, where there is one."""
    lines = [line.strip() for line in text.split("\n")]
    below = [at + 1 for at, line in enumerate(lines[:-1]) if re.fullmatch(r"\| +\^+", line)]
    if below:
        line = lines[below[-1]]
    else:
        said = [line for line in lines if re.match("(warning|error|cause): ", line)]
        line = said[-1] if said else ""
    line = re.sub(r"(?<=expected one of )(`[^`]*`, ){4}.*", "…", line)
    line = re.sub(r"\s*\(?`?(file://)?ROOT[^`\s)]*`?\)?", " the file", line)
    return line if len(line) <= 160 else f"{line[:159]}…"


def _listed(text: str, what: str) -> list[str]:
    match = re.search(rf"{what} `zzz`, expected (?:one of )?(.*)", text)
    return re.findall("`([^`]+)`", match[1]) if match else []


@functools.cache
def uv_version(uv: str) -> str:
    """Return the version of a uv, as it says it."""
    said = run_uv(uv, "--version", cwd=Path(uv).parent).out.split()
    return said[1] if len(said) > 1 else ""


# ---------------------------------------------------------------------------- the file


@dataclass(frozen=True)
class Record:
    """What one uv said: its version, the fields of its tables, its words, and its verdicts."""

    version: str
    fields: Mapping[str, list[str]]
    words: Mapping[str, list[str]]
    verdicts: Mapping[Triple, Said]


def load_record() -> Record:
    """Return what was recorded."""
    data = json.loads(RECORD.read_text(encoding="utf-8"))
    verdicts = {
        Triple(key, place, text): Said(verdict, line if verdict != SILENT else "")
        for key, lines in data["keys"].items()
        for text, line, found in lines
        for place, verdict in found.items()
    }
    return Record(data["uv"], data["fields"], data["words"], verdicts)


def written(record: Record) -> str:
    """Return the text of the file: one line for each text below a key, with its verdicts by place.

    uv's line is that of the first place where it says something.
    """
    keys: dict[str, dict[str, dict[str, Said]]] = {}
    for triple, said in record.verdicts.items():
        keys.setdefault(triple.key, {}).setdefault(triple.text, {})[triple.place] = said
    blocks = []
    for key, found in keys.items():
        lines = [_line(text, verdicts) for text, verdicts in found.items()]
        blocks.append(f"{_json(key)}: [\n" + ",\n".join(lines) + "\n]")
    parts = (
        f'{{\n"uv": {_json(record.version)},\n"fields": {{\n',
        _entries(record.fields),
        '\n},\n"words": {\n',
        _entries(record.words),
        '\n},\n"keys": {\n',
        ",\n".join(blocks),
        "\n}\n}\n",
    )
    return "".join(parts)


def _entries(some: Mapping[str, list[str]]) -> str:
    return ",\n".join(f"{_json(name)}: {_json(listed)}" for name, listed in some.items())


def _line(text: str, verdicts: Mapping[str, Said]) -> str:
    line = next((said.line for said in verdicts.values() if said.line), "")
    places = {place: verdicts[place].verdict for place in PLACES if place in verdicts}
    return _json([text, line, places])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# -------------------------------------------------------------------------------- main


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what uv says, or list what it says otherwise than recorded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--uv", default=find_uv(), help="the uv to ask (default: the installed one)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, list what differs")
    parser.add_argument("words", nargs="*", metavar="WORD", help="parts of keys")
    wished = parser.parse_args(arguments)
    if not wished.uv:
        print("error: no uv was found; name one with --uv", file=sys.stderr)
        return 2
    uv = str(Path(wished.uv).resolve())
    chosen = [
        triple
        for triple in triples()
        if not wished.words or any(word in triple.key for word in wished.words)
    ]
    unclear: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        asker = Asker(uv, Path(directory))
        found = dict(_asked(asker, chosen, unclear))
        fields = {name: asker.fields(name) for name in TABLES}
        words = {name: asker.words(name) for name in ENUMERATIONS}
    print("\n".join(unclear), end="\n" if unclear else "")
    count = {
        verdict: sum(said.verdict == verdict for said in found.values()) for verdict in VERDICTS
    }
    print(f"uv {uv_version(uv)}: {len(found)} triples, {count}, {len(unclear)} unclear")
    if wished.check:
        known = load_record()
        lines = [
            *_differences(known.verdicts, found),
            *_changed("fields", known.fields, fields),
            *_changed("words", known.words, words),
        ]
        print("\n".join(lines), end="\n" if lines else "")
        print(f"{len(lines)} differ from uv {known.version}")
        return int(bool(lines or unclear))
    if wished.words:
        kept = load_record().verdicts
        found = {
            triple: said
            for triple in triples()
            if (said := found.get(triple) or kept.get(triple)) is not None
        }
    text = written(Record(uv_version(uv), fields, words, found))
    RECORD.write_text(text, encoding="utf-8", newline="\n")
    return int(bool(unclear))


def _asked(
    asker: Asker, some: Iterable[Triple], unclear: list[str]
) -> Iterator[tuple[Triple, Said]]:
    def ask(triple: Triple) -> tuple[Triple, Said | None]:
        try:
            return triple, asker.ask(triple)
        except ValueError as problem:
            unclear.append(str(problem))
            return triple, None

    with ThreadPoolExecutor(max_workers=2) as pool:
        for triple, said in pool.map(ask, some):
            if said is not None:
                yield triple, said


def _differences(known: Mapping[Triple, Said], found: Mapping[Triple, Said]) -> Iterator[str]:
    for triple, said in found.items():
        before = known.get(triple)
        if before is None:
            yield f"{triple}: not recorded"
        elif before.verdict != said.verdict:
            yield f"{triple}: {said.verdict} ({said.line}), recorded as {before.verdict}"


def _changed(
    what: str, known: Mapping[str, list[str]], found: Mapping[str, list[str]]
) -> Iterator[str]:
    for name, some in found.items():
        before, now = set(known.get(name, ())), set(some)
        if before != now:
            new, gone = ", ".join(sorted(now - before)), ", ".join(sorted(before - now))
            yield f"{what} of {name}: new {new or 'none'}; gone {gone or 'none'}"


if __name__ == "__main__":
    sys.exit(main())
