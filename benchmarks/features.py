"""Show what each server really answers: findings, completions, navigation, and the rest.

    python benchmarks/features.py [--servers tombi ours ...] [--out FILE]

It prints a Markdown transcript for each server. Nothing is judged, and the times beside the
answers are of single requests: `latency.py` is for times.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from servers import Server, UnknownServerError, select_servers
from synthetic_workspace import end_of, make_workspace, member_name, position_at, root_text
from turns import published_now

from language_client import LanguageClient, ProtocolError

MEMBERS = 10
FIRST, SECOND, THIRD = (member_name(index) for index in range(3))

EDIT_QUIET = 0.4
"""The silence, in seconds, that ends the messages after an edit."""

OPEN_QUIET = 1.0
"""The silence, in seconds, that ends the messages after a start or an opening."""

PATIENCE = 10.0
"""How long, in seconds, a reply or an end of the messages is waited for."""

_WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n'
_PROJECT = '[project]\nname = "root"\nversion = "0"\n'

DIAGNOSTIC_CASES: dict[str, str] = {
    "member path that does not exist": (
        '[tool.uv.workspace]\nmembers = ["packages/*", "missing/dir"]\n'
    ),
    "member glob that matches nothing": '[tool.uv.workspace]\nmembers = ["packages/*", "libs/*"]\n',
    "members match a directory without pyproject.toml": (
        '[tool.uv.workspace]\nmembers = ["packages/*", "empty/*"]\n'
    ),
    "sources: workspace = true, no such member": (
        _WORKSPACE + "[tool.uv.sources]\nno-such-member = { workspace = true }\n"
    ),
    "sources: workspace = true and path": (
        _WORKSPACE
        + f'[tool.uv.sources]\n{FIRST} = {{ workspace = true, path = "packages/{FIRST}" }}\n'
    ),
    "sources: path that does not exist": (
        _WORKSPACE + '[tool.uv.sources]\nx = { path = "nope/x" }\n'
    ),
    "dependency on a member without a source": (
        _WORKSPACE + _PROJECT + f'dependencies = ["{FIRST}"]\n'
    ),
    "default-packages: known names": (
        f'[tool.uv]\ndefault-packages = ["{FIRST}", "{SECOND}"]\n' + _WORKSPACE
    ),
    "default-packages: unknown member": (
        f'[tool.uv]\ndefault-packages = ["{FIRST}", "no-such-member"]\n' + _WORKSPACE
    ),
    "default-packages: wrong type": "[tool.uv]\ndefault-packages = 5\n" + _WORKSPACE,
    "default-packages: duplicate": (
        f'[tool.uv]\ndefault-packages = ["{FIRST}", "{FIRST}"]\n' + _WORKSPACE
    ),
    "unknown uv key (typing error)": '[tool.uv]\ndefualt-groups = ["dev"]\n' + _WORKSPACE,
    "default-groups: no such group": (
        '[tool.uv]\ndefault-groups = ["nope"]\n' + _WORKSPACE + "[dependency-groups]\ndev = []\n"
    ),
    "wrong type (managed = 5)": "[tool.uv]\nmanaged = 5\n" + _WORKSPACE,
    "duplicate key": "[tool.uv]\npackage = false\npackage = true\n" + _WORKSPACE,
    "syntax error (open array)": (
        '[tool.uv]\ndefault-groups = ["dev",\n\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    ),
    "PEP 508 error in dependencies": _PROJECT + 'dependencies = ["requests >>= 2"]\n' + _WORKSPACE,
    "PEP 440 error in requires-python": _PROJECT + 'requires-python = "3.x"\n' + _WORKSPACE,
    "include-group of no group": (
        '[dependency-groups]\ndev = [{ include-group = "nope" }]\n' + _WORKSPACE
    ),
    "project without a name": '[project]\nversion = "0"\n' + _WORKSPACE,
}
"""Texts of the root, by what is to be said about them."""

COMPLETION_CASES: dict[str, str] = {
    "default-packages, empty string": '[tool.uv]\ndefault-packages = ["|"]\n' + _WORKSPACE,
    "default-packages, no quote yet": "[tool.uv]\ndefault-packages = [|]\n" + _WORKSPACE,
    "default-packages, prefix": '[tool.uv]\ndefault-packages = ["acme-c|"]\n' + _WORKSPACE,
    "default-packages, open string": '[tool.uv]\ndefault-packages = ["|\n' + _WORKSPACE,
    "default-packages, open second string": (
        f'[tool.uv]\ndefault-packages = ["{FIRST}", "|\n' + _WORKSPACE
    ),
    "members, path": '[tool.uv.workspace]\nmembers = ["packages/|"]\n',
    "members, empty": '[tool.uv.workspace]\nmembers = ["|"]\n',
    "exclude, path": '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/|"]\n',
    "sources key": _WORKSPACE + "[tool.uv.sources]\n|\n",
    "sources key, prefix": _WORKSPACE + "[tool.uv.sources]\nacme-c|\n",
    "sources value, keys": _WORKSPACE + f"[tool.uv.sources]\n{FIRST} = {{ | }}\n",
    "sources value, after `workspace =`": (
        _WORKSPACE + f"[tool.uv.sources]\n{FIRST} = {{ workspace = | }}\n"
    ),
    "project.dependencies": _WORKSPACE + _PROJECT + 'dependencies = ["|"]\n',
    "key in [tool.uv]": "[tool.uv]\n|\n" + _WORKSPACE,
    "key in [tool.uv], prefix": "[tool.uv]\ndef|\n" + _WORKSPACE,
    "table header": _WORKSPACE + "[tool.uv.|]\n",
    "include-group": (
        '[dependency-groups]\ndev = []\nall = [{ include-group = "|" }]\n' + _WORKSPACE
    ),
    "default-groups": (
        '[tool.uv]\ndefault-groups = ["|"]\n' + _WORKSPACE + "[dependency-groups]\ndev = []\n"
    ),
}
"""Texts of the root with `|` where the cursor is, by what is completed there."""


@dataclass
class Transcript:
    """What one server answered."""

    server: str
    server_info: dict[str, Any] = field(default_factory=dict)
    capabilities: dict[str, Any] = field(default_factory=dict)
    registered: list[str] = field(default_factory=list)
    """The methods that it registered later."""

    diagnostics: dict[str, list[str]] = field(default_factory=dict)
    """A line for each diagnostic, by case."""

    completion: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    """When it ended by itself, with its exit code and its last words."""

    failure: str | None = None
    """Why the transcript is not complete, or None."""


def shortened(value: Any, length: int = 420) -> str:
    """Return a value as JSON, cut off after `length` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= length else f"{text[:length]}… ({len(text)} characters)"


def diagnostic_lines(diagnostics: list[dict[str, Any]] | None) -> list[str]:
    """Return a line for each diagnostic: its range, severity, code, and message."""
    if diagnostics is None:
        return ["(nothing published)"]
    lines = []
    for diagnostic in diagnostics:
        start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
        lines.append(
            f"{start['line'] + 1}:{start['character'] + 1}-{end['line'] + 1}:{end['character'] + 1}"
            f" severity {diagnostic.get('severity')} [{diagnostic.get('code')}]"
            f" {diagnostic['message'][:150]}"
        )
    return lines


def last_words(client: LanguageClient) -> str:
    """Return the end of what a server wrote to standard error."""
    return client.errors[-600:].strip()


class Probe:
    """One server on one valid workspace, started again whenever it ends by itself."""

    def __init__(self, server: Server, workspace: Path) -> None:
        """Start the server; raises `ProtocolError` when it does not shake hands."""
        self.server = server
        self.workspace = workspace
        self.root = workspace / "pyproject.toml"
        self.transcript = Transcript(server.name)
        self.client = self._started()
        self.transcript.server_info = self.client.server.get("serverInfo") or {}
        self.transcript.capabilities = self.client.server.get("capabilities", {})
        self.document = self.client.open(self.root, language=server.language_id)
        self.client.listen(OPEN_QUIET, PATIENCE)
        self.transcript.registered = [entry["method"] for entry in self.client.registrations]

    def _started(self) -> LanguageClient:
        client = self.server.start(self.workspace)
        try:
            client.initialize([self.workspace], self.server.initialization_options)
        except ProtocolError as error:
            client.stop()
            raise ProtocolError(f"{error}: {last_words(client)}") from error
        client.listen(OPEN_QUIET, PATIENCE)
        return client

    def revive(self, when: str) -> None:
        """Note a server that ended by itself, and start it again with the root open."""
        process = self.client.process
        if self.client.wire.alive and process.poll() is None:
            return
        self.client.stop()
        words = last_words(self.client)
        self.transcript.crashes.append(f"{when}: exit code {process.returncode}: {words}")
        self.client = self._started()
        self.document = self.client.open(self.root, language=self.server.language_id)
        self.client.listen(OPEN_QUIET, PATIENCE)

    def show_root(self, text: str, when: str) -> None:
        """Make `text` the root's, on disk and in the editor."""
        self.root.write_text(text, encoding="utf-8")
        self.revive(f"before {when}")
        self.client.change(self.document, text, whole=True)
        self.client.listen(EDIT_QUIET, PATIENCE)

    def all(self) -> None:
        """Go through every case."""
        try:
            self._diagnostics()
            self._completion()
            self._requests()
        except (ProtocolError, OSError) as error:
            self.transcript.failure = f"{error}: {last_words(self.client)}".rstrip(": ")

    def _diagnostics(self) -> None:
        published = self.transcript.diagnostics
        published["(the valid root)"] = diagnostic_lines(published_now(self.client, self.root))
        for name, text in DIAGNOSTIC_CASES.items():
            self.show_root(text, name)
            if self.client.wire.alive:
                published[name] = diagnostic_lines(published_now(self.client, self.root))
            else:
                published[name] = ["(the server crashed)"]

    def _completion(self) -> None:
        for name, marked in COMPLETION_CASES.items():
            self.show_root(marked.replace("|", "", 1), f"completion {name}")
            params = {
                "textDocument": {"uri": self.root.as_uri()},
                "position": position_at(marked, "|"),
                "context": {"triggerKind": 1},
            }
            try:
                result = self.client.request("textDocument/completion", params, PATIENCE)
            except ProtocolError as error:
                self.transcript.completion[name] = f"error: {str(error)[:160]}"
                continue
            items = result["items"] if isinstance(result, dict) else result or []
            labels = [item["label"] for item in items[:8]]
            self.transcript.completion[name] = f"{len(items)} items: {shortened(labels)}"

    def ask(self, name: str, method: str, params: dict[str, Any], length: int = 420) -> None:
        """Send a request and note its time and its result, or its error."""
        try:
            reply = self.client.exchange(method, params, PATIENCE)
        except ProtocolError as error:
            self.transcript.requests[name] = f"error: {str(error)[:160]}"
        else:
            answer = f"{reply.seconds * 1e3:.1f} ms: {shortened(reply.result, length)}"
            self.transcript.requests[name] = answer

    def _requests(self) -> None:
        root = root_text(MEMBERS, valid=True).replace(
            'dev = ["pytest>=8"]', 'dev = ["pytest>=8"]\nall = [{ include-group = "dev" }]'
        )
        self.show_root(root, "navigation")
        path = self.workspace / "packages" / FIRST / "pyproject.toml"
        member = path.read_text(encoding="utf-8")
        self.client.open(path, member, self.server.language_id)
        self.client.listen(OPEN_QUIET, PATIENCE)
        self.transcript.diagnostics["(a valid member)"] = diagnostic_lines(
            published_now(self.client, path)
        )
        for name, file, text, needle, offset in self._places(root, path, member):
            self._ask_at(name, file, position_at(text, needle, offset))
        self._ask_about("root", self.root, root)
        self._ask_about("member", path, member)
        self.ask("workspace/symbol", "workspace/symbol", {"query": "acme"})
        self._appear()

    def _places(
        self, root: str, path: Path, member: str
    ) -> Iterator[tuple[str, Path, str, str, int]]:
        """Yield what is pointed at: its name, file, text, a needle, and the offset in that."""
        other = next(name for name in (SECOND, THIRD) if f'    "{name}"' in member)
        yield "default-packages item", self.root, root, f'    "{FIRST}"', 7
        yield "sources key (root)", self.root, root, f"{FIRST} = {{", 3
        yield "sources `workspace`", self.root, root, "workspace = true", 3
        yield "members glob", self.root, root, '"packages/*"', 3
        yield "`members` key", self.root, root, "members = [", 2
        yield "include-group value", self.root, root, 'include-group = "dev"', 18
        yield "member: dependency on a member", path, member, f'    "{other}"', 8
        yield "member: sources key", path, member, f"{other} = {{", 3
        yield "member: project.name", path, member, f'name = "{FIRST}"', 9
        yield "member: dependency on the index", path, member, '"requests', 3

    def _ask_at(self, name: str, file: Path, position: dict[str, int]) -> None:
        document = {"textDocument": {"uri": file.as_uri()}}
        place = {**document, "position": position}
        diagnostics = published_now(self.client, file) or []
        self.ask(f"hover | {name}", "textDocument/hover", place)
        self.ask(f"definition | {name}", "textDocument/definition", place, 300)
        self.ask(f"declaration | {name}", "textDocument/declaration", place, 300)
        self.ask(
            f"references | {name}",
            "textDocument/references",
            {**place, "context": {"includeDeclaration": True}},
            300,
        )
        self.ask(f"rename | {name}", "textDocument/rename", {**place, "newName": "new-name"}, 300)
        self.ask(
            f"codeAction | {name}",
            "textDocument/codeAction",
            {
                **document,
                "range": {"start": position, "end": position},
                "context": {"diagnostics": diagnostics},
            },
            600,
        )

    def _ask_about(self, name: str, file: Path, text: str) -> None:
        document = {"textDocument": {"uri": file.as_uri()}}
        everything = {"start": {"line": 0, "character": 0}, "end": end_of(text)}
        self.ask(f"documentLink | {name}", "textDocument/documentLink", document, 500)
        self.ask(f"inlayHint | {name}", "textDocument/inlayHint", {**document, "range": everything})
        self.ask(f"codeLens | {name}", "textDocument/codeLens", document)
        self.ask(f"documentSymbol | {name}", "textDocument/documentSymbol", document, 200)
        self.ask(f"foldingRange | {name}", "textDocument/foldingRange", document, 160)
        self.ask(f"semanticTokens | {name}", "textDocument/semanticTokens/full", document, 120)
        self.ask(
            f"formatting | {name}",
            "textDocument/formatting",
            {**document, "options": {"tabSize": 4, "insertSpaces": True}},
            200,
        )

    def _appear(self) -> None:
        """Let a member appear on disk, and note whether the server then says anything."""
        path = self.workspace / "packages" / "new-one" / "pyproject.toml"
        path.parent.mkdir()
        path.write_text('[project]\nname = "new-one"\nversion = "0"\n', encoding="utf-8")
        start = len(self.client.heard)
        self.client.notify(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]}
        )
        self.client.listen(OPEN_QUIET, PATIENCE)
        methods = [message.method for message in self.client.heard[start:]]
        self.transcript.requests["didChangeWatchedFiles (new member)"] = shortened(methods)


def transcript_of(server: Server) -> Transcript:
    """Run one server through every case, on a workspace of its own."""
    with tempfile.TemporaryDirectory(prefix="ws-lsp-features-") as directory:
        workspace = make_workspace(
            Path(directory).resolve() / "workspace", MEMBERS, default_packages=False, valid=True
        )
        (workspace / "empty" / "nothing").mkdir(parents=True)
        try:
            probe = Probe(server, workspace)
        except (ProtocolError, OSError) as error:
            return Transcript(server.name, failure=str(error))
        try:
            probe.all()
        finally:
            probe.client.stop()
    return probe.transcript


def markdown(transcript: Transcript) -> str:
    """Return a transcript as Markdown."""
    lines = [f"\n## {transcript.server} {shortened(transcript.server_info)}"]
    if transcript.failure is not None:
        lines += ["", f"Not complete: {transcript.failure}"]
    lines += [f"\nCrashed {crash}" for crash in transcript.crashes]
    lines += ["", f"Registered later: {', '.join(transcript.registered) or 'nothing'}"]
    lines += ["", "### Diagnostics", ""]
    for name, found in transcript.diagnostics.items():
        lines.append(f"- {name}: {'' if found else 'none'}")
        lines += [f"  - {line}" for line in found]
    for title, answers in (
        ("Completion", transcript.completion),
        ("Requests", transcript.requests),
    ):
        lines += ["", f"### {title}", ""]
        lines += [f"- {name}: {answer}" for name, answer in answers.items()]
    return "\n".join(lines)


def main() -> None:
    """Print the transcripts that the command line asks for."""
    parser = argparse.ArgumentParser(description="Show what language servers answer.")
    parser.add_argument(
        "--servers", nargs="+", default=[], metavar="NAME", help="a known name, or name='command'"
    )
    parser.add_argument("--python", default=sys.executable, help="interpreter of floor and ours")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write everything as JSON")
    options = parser.parse_args()
    try:
        servers = select_servers(options.servers, options.python)
    except UnknownServerError as error:
        sys.exit(f"features.py: {error}")
    transcripts = []
    for server in servers:
        transcript = transcript_of(server)
        print(markdown(transcript), flush=True)
        transcripts.append(asdict(transcript))
    if options.out is not None:
        text = json.dumps(transcripts, indent=1, ensure_ascii=False)
        options.out.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
