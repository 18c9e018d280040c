"""A session in an editor, without the editor: `make demo`, or `python -m examples.demo`.

A real language client starts `python -m ws_lsp server` on a copy of `examples/acme` and does what a
person does: reads the findings, completes a name, applies the fixes, and syncs the default packages
with the real uv. Whatever is not as it should be ends it with exit code 1.
"""

from __future__ import annotations

import difflib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from language_client import (
    PUBLISH_DIAGNOSTICS,
    Document,
    LanguageClient,
    Notification,
    ProtocolError,
    local_path,
)
from ws_lsp.report import Colours, excerpt
from ws_lsp.text import Encoding, LineIndex, Span
from ws_lsp.uv.environment import child_environment
from ws_lsp.uv.find import Uv, find_uv

ACME = Path(__file__).resolve().parent / "acme"

ERROR = (1, 31)
WARNING = (1, 33)
GOOD = (1, 32)
DIM = (2,)
BOLD = (1,)
CHOSEN = (7,)
SEVERITIES = {1: ("error", ERROR), 2: ("warning", WARNING)}

MISSING = ("apps/jobs/pyproject.toml", "missing-workspace-source")
MISSPELT = ("pyproject.toml", "unknown-default-package")
EXPECTED = {"acme-api", "acme-cli", "acme-core", "acme-data", "acme-testing", "acme-web"}


class MismatchError(Exception):
    """Something is not as it should be."""


def check(condition: bool, what: str) -> None:
    """End the demo unless `condition` holds."""
    if not condition:
        raise MismatchError(what)


class Editor(LanguageClient):
    """A client that shows what it hears, but for diagnostics."""

    def __init__(
        self, root: Path, show: Callable[[str, Any], None], environment: Mapping[str, str]
    ) -> None:
        self.show = show
        command = [sys.executable, "-m", "ws_lsp", "server"]
        super().__init__(command, root, {**os.environ, **environment})

    def hear(self, notification: Notification) -> None:
        """Show it."""
        super().hear(notification)
        if notification.method != PUBLISH_DIAGNOSTICS:
            self.show(notification.method, notification.params)


class Demo:
    """The session, step by step."""

    def __init__(self, root: Path, uv: Uv, colours: Colours) -> None:
        self.root = root
        self.uv = uv
        self.paint = colours.paint
        self.colours = colours
        self.steps = 0
        self.pending: str | None = None
        # the interpreter that runs this one is new enough; another one on the path need not be
        self.environment = {"UV_PYTHON": sys.executable, "UV_LINK_MODE": "copy", "NO_COLOR": "1"}
        self.client = Editor(root, self.hear, self.environment)

    def run(self) -> None:
        """Play it all."""
        self.ask_uv()
        manifest = self.open_workspace()
        self.complete(manifest)
        self.mend()
        self.sync(manifest)
        self.look_at_disk()
        check(self.client.close() == 0, "the server ended with an error")

    # -------------------------------------------------------------------------- steps

    def ask_uv(self) -> None:
        """Show what uv itself says of the workspace."""
        self.step("What uv says")
        self.say(self.paint("$ uv lock", *BOLD))
        done = subprocess.run(
            [self.uv.path, "lock"],
            cwd=self.root,
            env=child_environment({**os.environ, **self.environment}),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        error = done.stderr.decode("utf-8", "replace")
        check(done.returncode != 0 and "error:" in error, "uv does not refuse the workspace")
        for line in error[error.find("error:") :].rstrip().split("\n"):
            self.say(self.short(line))
        self.say(
            self.paint("It stops at the first mistake, and it knows no default packages", *DIM)
        )

    def open_workspace(self) -> Document:
        """Open the root's file and show what is wrong in the workspace; hints are left out."""
        self.step("Open the workspace in an editor: both mistakes are underlined")
        told = self.client.initialize([self.root], {"uv": {"path": self.uv.path}})
        check(told["serverInfo"]["name"] == "ws-lsp", "another server answered")
        manifest = self.client.open(self.root / "pyproject.toml")
        self.wait_for([MISSING, MISSPELT], "the findings")
        for path, finding in self.findings():
            self.show_finding(path, finding)
        return manifest

    def complete(self, manifest: Document) -> None:
        """Type an entry into an array that is never closed, and take a completion."""
        self.step("Type: the array and its string are open, yet the members are known")
        start = manifest.text.index("default-packages")
        end = manifest.text.index("]", start)
        self.client.change(manifest, manifest.text[:end] + manifest.text[end + 1 :])
        for character in ', "acme-':
            text = manifest.text
            self.client.change(manifest, text[:end] + character + text[end:])
            end += 1
        syntax = ("pyproject.toml", "toml-syntax")
        self.wait_for([MISSING, MISSPELT, MISSPELT, syntax], "the findings in the unfinished text")

        items = self.client.complete(manifest, end)
        offered = sorted(
            (item for item in items if self.fits(manifest, item, end)),
            key=lambda item: str(item["sortText"]),
        )
        names = [item["label"] for item in offered]
        check("acme-api" not in names, "an entry is offered twice")
        check({"acme-cli", "acme-web"} <= set(names), "a member is not offered")
        self.show_list(manifest, end, offered, "acme-cli")

        chosen = next(item for item in offered if item["label"] == "acme-cli")
        edit = chosen["textEdit"]
        end = span(manifest, edit["range"]).start + len(edit["newText"])
        self.client.accept(manifest, chosen)
        self.client.change(manifest, manifest.text[:end] + "]" + manifest.text[end:])
        line = manifest.text[start : manifest.text.index("\n", start)]
        wanted = 'default-packages = ["acme-api", "acme-wbe", "acme-cli"]'
        check(line == wanted, f"the completed line is {line}")
        self.wait_for([MISSING, MISSPELT], "the end of the syntax error")
        self.say(f"Enter, then {self.paint(']', *BOLD)}:  {line}")

    def mend(self) -> None:
        """Apply the first fix of each finding, and save."""
        self.step("Apply the quick fixes")
        for path, finding in self.findings():
            uri = (self.root / path).as_uri()
            document = self.client.documents.get(uri) or self.client.open(self.root / path)
            actions = self.client.code_actions(document, finding["range"], ["quickfix"])
            check(bool(actions), f"{finding['code']} has no fix")
            before = document.text
            self.client.apply(actions[0]["edit"])
            self.say(f"{self.paint(actions[0]['title'], *BOLD)}  {self.paint(path, *DIM)}")
            self.show_difference(before, document.text)
        self.wait_for([], "the end of all findings")
        for document in self.client.documents.values():
            self.client.save(document)
        self.say(self.paint("No errors and no warnings are left", *GOOD))

    def sync(self, manifest: Document) -> None:
        """Run the code action that syncs the default packages."""
        self.step("Sync the default packages with the real uv")
        actions = self.client.code_actions(manifest, manifest.text.index("default-packages"))
        for action in actions:
            chosen = action["title"] == "Sync default packages"
            mark = (
                self.paint(f"> {action['title']} ", *CHOSEN) if chosen else f"  {action['title']}"
            )
            self.say(mark)
        commands = [one["command"] for one in actions if one["title"] == "Sync default packages"]
        check(len(commands) == 1, "no sync of the default packages is offered")
        command = commands[0]
        outcome = self.client.execute(command["command"], *command["arguments"], timeout=300)
        self.flush()
        check(outcome["exitCode"] == 0, f"the sync failed: {outcome['summary']}")

    def look_at_disk(self) -> None:
        """List what is installed in the workspace's environment, from the files there."""
        self.step("What is in .venv now")
        places = [
            *(self.root / ".venv").glob("lib/python*/site-packages"),
            *(self.root / ".venv").glob("Lib/site-packages"),
        ]
        installed = {
            one.metadata["Name"]: one
            for one in importlib.metadata.distributions(path=[str(place) for place in places])
        }
        for name in sorted(installed):
            version = installed[name].version
            summary = installed[name].metadata["Summary"]
            self.say(f"{self.paint(f'{name:<14}', *BOLD)}{version:<8}{summary}")
        check(set(installed) == EXPECTED, f"installed is {sorted(installed)}")
        self.say(
            self.paint("acme-jobs is no default package, and nothing needs it: not installed", *DIM)
        )

    # ------------------------------------------------------------------------ showing

    def step(self, title: str) -> None:
        """Begin a step."""
        self.steps += 1
        print(f"\n{self.paint(f'{self.steps}. {title}', 1, 36)}\n", flush=True)

    def say(self, line: str) -> None:
        """Print a line of the session."""
        print(f"  {line}", flush=True)

    def short(self, text: str) -> str:
        """Return a text with the place of the copy left out."""
        return text.replace(self.root.as_uri(), "acme").replace(str(self.root), "acme")

    def show_finding(self, path: str, finding: dict[str, Any]) -> None:
        """Print a finding as `ws-lsp check` does."""
        uri = (self.root / path).as_uri()
        document = self.client.documents.get(uri)
        if document is None:
            document = Document(uri, (self.root / path).read_bytes().decode())
        lines = LineIndex(document.text)
        where = span(document, finding["range"])
        row, column = lines.position(where.start)
        word, codes = SEVERITIES[finding["severity"]]
        code = self.paint(finding["code"], *BOLD)
        self.say(f"{self.paint(word, *codes)}[{code}]: {finding['message']}")
        place = f"{path}:{row + 1}:{column + 1}"
        for line in excerpt(lines, where, place, self.colours):
            self.say(line)
        print()

    def show_list(
        self, manifest: Document, offset: int, items: list[dict[str, Any]], chosen: str
    ) -> None:
        """Print the line of the cursor, and the completion list below it."""
        lines = LineIndex(manifest.text)
        row, column = lines.position(offset)
        begin = span(manifest, items[0]["textEdit"]["range"]).start - lines.starts[row]
        number = str(row + 1)
        typed = lines.line_text(row)[:column]
        self.say(f"{self.paint(number, 34)} {self.paint('|', 34)} {typed}{self.paint('▏', *BOLD)}")
        names = max(len(item["label"]) for item in items)
        details = max(len(item.get("detail", "")) for item in items)
        for item in items:
            entry = f" {item['label']:<{names}}  {item.get('detail', ''):<{details}} "
            entry = self.paint(entry, *CHOSEN) if item["label"] == chosen else entry
            lead = " " * (len(number) + 1)
            mark = ">" if item["label"] == chosen else " "
            bar = self.paint("|", 34)
            text = item.get("documentation", "")
            text = text["value"] if isinstance(text, dict) else text
            self.say(f"{lead}{bar} {' ' * (begin - 1)}{mark}{entry}  {self.paint(text, *DIM)}")
        print()

    def show_difference(self, before: str, after: str) -> None:
        """Print the lines that differ."""
        for line in difflib.ndiff(before.split("\n"), after.split("\n")):
            if line[0] in "-+":
                self.say(self.paint(f"  {line}", 31 if line[0] == "-" else 32))
        print()

    # ------------------------------------------------------------------------ hearing

    def hear(self, method: str, params: Any) -> None:
        """Show messages and progress; a line of uv that moves the progress is shown once."""
        if method == "window/logMessage":
            self.flush()
            self.pending = self.short(params["message"])
        elif method == "window/showMessage":
            self.flush()
            self.say(
                self.paint(
                    f"[message] {params['message']}", *(GOOD if params["type"] > 2 else ERROR)
                )
            )
        elif method == "$/progress":
            value = params["value"]
            if value["kind"] == "report":
                self.pending = None
                self.say(f"{value.get('percentage', 0):>3} %  {self.short(value['message'])}")
            elif value["kind"] == "begin":
                self.flush()
                self.say(f"  0 %  {value['title']}: {value.get('message', '')}")
            else:
                self.flush()
                self.say(f"100 %  {value.get('message', '')}")

    def flush(self) -> None:
        """Show a logged line that no progress came with."""
        if self.pending is not None:
            self.say(self.paint(f"       {self.pending}", *DIM))
            self.pending = None

    def findings(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the errors and warnings of the server now, by file, in the order of the text."""
        return [
            (local_path(uri).relative_to(self.root).as_posix(), diagnostic)
            for uri in sorted(self.client.published)
            for diagnostic in self.client.diagnostics(uri)
            if diagnostic["severity"] in SEVERITIES
        ]

    def wait_for(self, wanted: list[tuple[str, str]], what: str) -> None:
        """Wait until the findings are these and no others."""

        def as_wanted() -> bool:
            found = [(path, str(finding["code"])) for path, finding in self.findings()]
            return sorted(found) == sorted(wanted)

        self.client.wait(as_wanted, what)

    def fits(self, manifest: Document, item: dict[str, Any], offset: int) -> bool:
        """Tell whether an editor shows a completion: what is typed begins its `filterText` or label."""
        typed = manifest.text[span(manifest, item["textEdit"]["range"]).start : offset]
        return str(item["filterText"]).startswith(typed)


def span(document: Document, place: Mapping[str, Any]) -> Span:
    """Return an LSP range of a document as offsets."""
    lines = LineIndex(document.text)
    start, end = (
        lines.offset(place[side]["line"], place[side]["character"], Encoding.UTF_16)
        for side in ("start", "end")
    )
    return Span(start, end)


def colours_wanted() -> bool:
    """Tell whether to print in colour."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def main() -> int:
    """Play the demo; return the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    colours = Colours(colours_wanted())
    with tempfile.TemporaryDirectory(prefix="ws-lsp-demo-") as directory:
        root = Path(directory).resolve() / "acme"
        shutil.copytree(
            ACME, root, ignore=shutil.ignore_patterns(".venv", "uv.lock", "__pycache__")
        )
        uv = find_uv(str(root), str(Path(sys.executable).parent / "uv"))
        if uv is None:
            print("error: there is no uv beside this Python and none on the path", file=sys.stderr)
            return 1
        os.environ.pop("UV_PROJECT_ENVIRONMENT", None)
        demo = Demo(root, uv, colours)
        try:
            demo.run()
        except (MismatchError, ProtocolError) as error:
            print(f"\n{colours.paint('FAILED', *ERROR)}: {error}", file=sys.stderr)
            print(demo.client.errors, file=sys.stderr)
            return 1
        finally:
            demo.client.kill()
    print(f"\n{colours.paint('OK', *GOOD)}: found, completed, mended and synced")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
