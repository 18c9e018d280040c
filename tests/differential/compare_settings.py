"""What ws-lsp says of the triples that uv judged, and where the two disagree.

    .venv/bin/python tests/differential/compare_settings.py [WORD ...]

Prints every disagreement below its key, and the share of them. WORDs choose the triples whose key has
one of them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from support import findings, host_of

from differential.record_settings import FATAL, SILENT, Said, load_record
from differential.settings_values import BUILD, MEMBER, SETTINGS, Triple, files
from ws_lsp.checking.findings import Finding, Severity

__all__ = ["ADVICE", "Disagreement", "Opinion", "disagreements", "opinion"]

ADVICE = frozenset(
    {
        "misplaced-key",
        "unknown-index",
        "unknown-other-workspace",
        "unknown-workspace-source",
        "unmatched-member",
        "unusable-path",
        "unusable-source",
    }
)
"""Warnings of what uv accepts for as long as nothing uses it, or passes over without a word."""


class Opinion(NamedTuple):
    """What ws-lsp says of a triple: any error, warnings at the text, and the first of both in words."""

    error: bool
    warning: bool
    first: str = ""


class Disagreement(NamedTuple):
    """A triple of which uv and ws-lsp say different things."""

    triple: Triple
    said: Said
    ours: Opinion

    def __str__(self) -> str:
        uv = f"{self.said.verdict}{f': {self.said.line}' if self.said.line else ''}"
        return f"{self.triple.place}: {self.triple.text!r}: uv {uv}; ws-lsp {self.ours.first or 'nothing'}"


def opinion(triple: Triple) -> Opinion:
    """Return what ws-lsp says of a triple, with its files in memory."""
    texts = {f"/ws/{path}": text for path, text in files(triple).items()}
    path = {SETTINGS: "/ws/uv.toml", MEMBER: "/ws/alpha/pyproject.toml"}.get(
        triple.place, "/ws/pyproject.toml"
    )
    start = texts[path].rindex(triple.text)
    host = host_of(texts)
    found = findings(host.snapshot("/ws"))
    errors = [one for one in found if one.severity is Severity.ERROR]
    warnings = [
        one
        for one in found
        if one.severity is Severity.WARNING
        and one.code not in ADVICE
        and (one.path, True) == (path, _touches(one, start, start + len(triple.text)))
    ]
    first = next(
        (f"{one.severity.value}[{one.code}]: {one.message}" for one in errors + warnings), ""
    )
    return Opinion(bool(errors), bool(warnings), first)


def _touches(finding: Finding, start: int, end: int) -> bool:
    return finding.span.start <= end and finding.span.end >= start


def agrees(triple: Triple, said: Said, ours: Opinion) -> bool:
    """Tell whether ws-lsp says of a triple what uv does.

    What stops uv is an error, what uv warns of a warning. A build that fails stops nothing else, so
    either will do.
    """
    if triple.place == BUILD and said.verdict == FATAL:
        return ours.error or ours.warning
    if said.verdict == FATAL:
        return ours.error
    if said.verdict == SILENT:
        return not ours.error and not ours.warning
    return ours.warning and not ours.error


def disagreements(verdicts: Mapping[Triple, Said]) -> Iterator[Disagreement]:
    """Yield the triples of which ws-lsp says something else than uv did."""
    for triple, said in verdicts.items():
        ours = opinion(triple)
        if not agrees(triple, said, ours):
            yield Disagreement(triple, said, ours)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the disagreements by key; return 1 where there are any."""
    wished = sys.argv[1:] if arguments is None else arguments
    record = load_record()
    verdicts = {
        triple: said
        for triple, said in record.verdicts.items()
        if not wished or any(word in triple.key for word in wished)
    }
    found = list(disagreements(verdicts))
    by_key: dict[str, list[Disagreement]] = {}
    for one in found:
        by_key.setdefault(one.triple.key, []).append(one)
    for key, some in sorted(by_key.items(), key=lambda item: -len(item[1])):
        print(f"{key}: {len(some)}")
        for one in some:
            print(f"    {one}")
    kinds = Counter((one.said.verdict, one.ours.error, one.ours.warning) for one in found)
    for (verdict, error, warning), number in kinds.most_common():
        words = " and ".join(["an error"] * error + ["a warning"] * warning) or "nothing"
        print(f"uv {verdict}, ws-lsp {words}: {number}")
    share = len(found) / max(len(verdicts), 1)
    print(f"uv {record.version}: {len(verdicts)} triples, {len(found)} disagreements, {share:.2%}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
