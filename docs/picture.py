"""Draws the README's picture: what `make demo` prints, as an SVG. `make docs` runs it.

Each run of characters of one colour is stretched to its columns, so any monospaced font will do.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURE = HERE / "demo.svg"

FIRST, LAST = "2. ", "5. "
"""The steps of the demo between which the picture is cut out."""

BACKGROUND, FOREGROUND, DIM = "#1b1f27", "#d5dae3", "#7f8896"
COLOURS = {31: "#f0717b", 32: "#8fce7f", 33: "#e8c36a", 34: "#6cacf0", 36: "#67c7cf"}
WIDTH, HEIGHT, BASELINE, MARGIN = 8.0, 18, 13, 16

_SGR = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True)
class Style:
    """How a run of characters looks."""

    colour: int | None = None
    bold: bool = False
    dim: bool = False
    inverse: bool = False

    def after(self, codes: str) -> Style:
        """Return the style after an SGR sequence."""
        style = self
        for code in (int(code or 0) for code in codes.split(";")):
            if code == 0:
                style = Style()
            elif code == 1:
                style = replace(style, bold=True)
            elif code == 2:
                style = replace(style, dim=True)
            elif code == 7:
                style = replace(style, inverse=True)
            else:
                style = replace(style, colour=code)
        return style

    @property
    def fill(self) -> str:
        """The colour of the characters."""
        if self.inverse:
            return BACKGROUND
        if self.dim:
            return DIM
        return COLOURS.get(self.colour or 0, FOREGROUND)


def runs(line: str) -> Iterator[tuple[int, str, Style]]:
    """Yield the column, the characters and the style of each run of a line."""
    column, style = 0, Style()
    pieces = _SGR.split(line)
    for index, piece in enumerate(pieces):
        if index % 2:
            style = style.after(piece)
        elif piece:
            yield column, piece, style
            column += len(piece)


def svg(lines: list[str], title: str) -> str:
    """Return lines of a terminal as a picture."""
    columns = max(len(_SGR.sub("", line)) for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" xml:space="preserve" style="white-space: pre">',
    ]
    for row, line in enumerate(lines):
        y = MARGIN + row * HEIGHT
        for column, text, style in runs(line):
            bare = text.strip(" ")
            x, length = MARGIN + column * WIDTH, len(text) * WIDTH
            if style.inverse:
                out.append(
                    f'<rect x="{x:g}" y="{y}" width="{length:g}" height="{HEIGHT}" fill="{FOREGROUND}"/>'
                )
            if not bare:
                continue
            x += (len(text) - len(text.lstrip(" "))) * WIDTH
            weight = ' font-weight="bold"' if style.bold else ""
            out.append(
                f'<text x="{x:g}" y="{y + BASELINE}" textLength="{len(bare) * WIDTH:g}" '
                f'fill="{style.fill}"{weight}>{escape(bare, quote=False)}</text>'
            )
    return "\n".join([*out, "</g>", "</svg>", ""])


def demo() -> str:
    """Play the demo; return what it prints on a terminal."""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=HERE.parent,
        env={**environment, "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode("utf-8").replace("\r\n", "\n")


def part(output: str) -> list[str]:
    """Return the lines of the demo that the picture shows."""
    lines = output.split("\n")
    plain = [_SGR.sub("", line) for line in lines]
    first, last = (
        next(index for index, line in enumerate(plain) if line.startswith(step))
        for step in (FIRST, LAST)
    )
    shown = lines[first:last]
    while not shown[-1]:
        shown.pop()
    # the numbers of the steps mean nothing here, and one empty line is enough
    shown = [re.sub(r"^(\x1b\[[0-9;]*m)\d+\. ", r"\1", line) for line in shown]
    return [line for index, line in enumerate(shown) if line or shown[index - 1]]


def main() -> int:
    """Draw the picture, or only tell whether it is stale."""
    parser = argparse.ArgumentParser(description="Draw the README's picture.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if stale")
    check = parser.parse_args().check
    drawn = svg(part(demo()), "Two findings, a completion list and two quick fixes of ws-lsp")
    stale = not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != drawn
    if stale:
        sys.stdout.write(f"{'stale' if check else 'wrote'} {PICTURE.relative_to(HERE.parent)}\n")
    if check:
        return int(stale)
    PICTURE.write_text(drawn, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
