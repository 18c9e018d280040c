"""The edits from one text to another."""

from __future__ import annotations

from difflib import SequenceMatcher

from ws_lsp.text import Edit, Span

__all__ = ["difference"]


def difference(before: str, after: str) -> tuple[Edit, ...]:
    """Return line-wise edits from one text to another."""
    old, new = before.split("\n"), after.split("\n")
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    edits: list[Edit] = []
    for kind, first, last, low, high in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            continue
        text = "".join(f"{line}\n" for line in new[low:high])
        end = starts[last]
        if last == len(old):
            # the last line has no line break of its own
            end, text = len(before), text.removesuffix("\n")
            if first == last or low == high:
                start = starts[first] - 1 if first else 0
                edits.append(Edit(Span(max(start, 0), end), ("\n" + text) if low != high else ""))
                continue
        edits.append(Edit(Span(starts[first], end), text))
    return tuple(edits)
