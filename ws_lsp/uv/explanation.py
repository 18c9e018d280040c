"""uv's explanation of a failure, taken apart: the error, its causes, its hints. Pure.

Newer uv (0.13) writes `error: …` and `cause: …`, older ones `error: …` and `Caused by: …`, or draw `×`,
`├─▶` and `╰─▶` and break lines at 80 columns.
"""

from __future__ import annotations

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = ["Explanation", "TomlError", "explain"]


class TomlError(NamedTuple):
    """A mistake in a TOML file: line and column count from 1, in code points.

    `source` is the line as uv read it, `length` how many characters it underlines.
    """

    line: int
    column: int
    length: int
    source: str
    message: str


class Explanation(NamedTuple):
    """`parts` are the error and its causes, outermost first, each as one line; `hints` what uv advises."""

    parts: tuple[str, ...]
    hints: tuple[str, ...] = ()
    toml: TomlError | None = None

    @property
    def text(self) -> str:
        """All parts, one in each line."""
        return "\n".join(self.parts)


_COLOUR = regular_expression(r"\x1b\[[0-9;]*m")
_ERROR = regular_expression(r"(?:error: | *× )(?P<text>.*)")
_CAUSE = regular_expression(r" *(?:cause: |Caused by: |[├╰]─▶ )(?P<text>.*)")
_HINT = regular_expression(r" *hint: (?P<text>.*)")
_TOML = regular_expression(r"TOML parse error at line (\d+), column (\d+)")
_SOURCE = regular_expression(r" *(?P<line>\d+) \| (?P<text>.*)")
_UNDERLINED = regular_expression(r" *\| *(?P<carets>\^+)")


def explain(output: str) -> Explanation | None:
    """Return the failure that uv's output tells of, None where it tells of none."""
    lines = _COLOUR.sub("", output).replace("\r\n", "\n").split("\n")
    start = next((at for at, line in enumerate(lines) if _ERROR.match(line)), None)
    if start is None:
        return None
    parts: list[list[str]] = []
    hints: list[list[str]] = []
    current, blank = parts, False
    for line in lines[start:]:
        hint = _HINT.match(line)
        match = hint or (
            _ERROR.match(line) if not parts else _CAUSE.match(line) if current is parts else None
        )
        if match is not None:
            current = hints if hint is not None else parts
            current.append([match["text"]])
            blank = False
        elif not line.strip(" │"):
            blank = True
        elif blank and not line.startswith(" "):
            break
        else:
            current[-1].append(line.replace("│", " ", 1) if line.lstrip().startswith("│") else line)
    toml = next((one for part in parts if (one := _toml_error(part)) is not None), None)
    return Explanation(
        tuple(_one_line(part) for part in parts), tuple(_one_line(one) for one in hints), toml
    )


def _one_line(part: list[str]) -> str:
    if _TOML.match(part[0]):
        error = _toml_error(part)
        return error.message if error is not None else part[0]
    return " ".join(line.strip() for line in part).rstrip(":")


def _toml_error(part: list[str]) -> TomlError | None:
    match = _TOML.match(part[0])
    if match is None:
        return None
    source, length, after = "", 0, 1
    for at, line in enumerate(part[1:], 1):
        shown, underlined = _SOURCE.match(line), _UNDERLINED.match(line)
        if shown is not None and not source:
            source, after = shown["text"], at + 1
        elif underlined is not None:
            length, after = len(underlined["carets"]), at + 1
            break
    # below the message uv may repeat a part of the text, with carets of its own
    message = next((line.strip() for line in part[after:] if line.strip()), part[0])
    return TomlError(int(match[1]), int(match[2]), length, source, message)
