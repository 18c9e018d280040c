"""What the editor features find, as LSP's JSON, in the form that the client announced to understand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as as_json
from typing import Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.hints import Hint
from ws_lsp.ide.hover import Hover
from ws_lsp.ide.links import Link
from ws_lsp.ide.navigation import Highlight, Location, Target
from ws_lsp.ide.structure import Fold
from ws_lsp.ide.symbols import DocumentSymbol, SymbolKind, WorkspaceSymbol
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.server.answers import JSONText
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.positions import range_of, range_text
from ws_lsp.server.uris import uri_of
from ws_lsp.text import LineIndex, Span
from ws_lsp.vfs import base_name

__all__ = ["Presenter", "folding_ranges"]

Json = dict[str, Any]


_SYMBOL_KINDS = {
    SymbolKind.TABLE: types.SymbolKind.Namespace,
    SymbolKind.ARRAY: types.SymbolKind.Array,
    SymbolKind.STRING: types.SymbolKind.String,
    SymbolKind.VALUE: types.SymbolKind.Constant,
    SymbolKind.MEMBER: types.SymbolKind.Module,
    SymbolKind.GROUP: types.SymbolKind.Class,
    SymbolKind.EXTRA: types.SymbolKind.Interface,
}
_KIND_NUMBERS = {kind.value: int(number) for kind, number in _SYMBOL_KINDS.items()}
"""By `_value_` of the kind: both the hash of an enumeration's member and its `value` run Python code, and
an outline has a symbol for each line."""


class Presenter:
    """Shows what was found in one snapshot; `uris` are those of the open documents, by path."""

    def __init__(
        self,
        snapshot: Snapshot,
        uris: Mapping[str, str],
        client: Capabilities,
    ) -> None:
        self._snapshot = snapshot
        self._opened = frozenset(uris)
        self._uris = dict(uris)
        self._encoding = client.encoding
        self._client = client
        self._lines: dict[str, LineIndex] = {}

    def uri(self, path: str) -> str:
        """Return the URI of a file as the client writes it."""
        uri = self._uris.get(path)
        if uri is None:
            uri = self._uris[path] = uri_of(path)
        return uri

    def range(self, path: str, span: Span) -> Json:
        """Return a span of a file as a range; of a file that is no manifest, its beginning."""
        return range_of(self._lines_of(path), span, self._encoding)

    def _lines_of(self, path: str) -> LineIndex:
        lines = self._lines.get(path)
        if lines is None:
            manifest = self._snapshot.manifests.get(path)
            if manifest is None and base_name(path) == MANIFEST:
                manifest = self._snapshot.read_manifest(path)
            if manifest is None:
                lines = LineIndex("")
            elif path in self._opened:
                lines = manifest.lines
            else:
                lines = LineIndex(manifest.text)  # a closed file keeps no index of its lines
            self._lines[path] = lines
        return lines

    def location(self, location: Location) -> Json:
        """Return a place in a file."""
        return {"uri": self.uri(location.path), "range": self.range(*location)}

    def hover(self, path: str, found: Hover) -> Json:
        """Return a hover."""
        markup = self._client.markup(found.text)
        return {
            "contents": {"kind": markup.kind.value, "value": markup.value},
            "range": self.range(path, found.span),
        }

    def targets(self, path: str, targets: Iterable[Target]) -> list[Json]:
        """Return definitions, as links where the client knows them."""
        if not self._client.definition_links:
            return [self.location(target.location) for target in targets]
        found: list[Json] = []
        for target in targets:
            place = self.range(*target.location)
            found.append(
                {
                    "originSelectionRange": self.range(path, target.origin),
                    "targetUri": self.uri(target.location.path),
                    "targetRange": place,
                    "targetSelectionRange": place,
                }
            )
        return found

    def highlights(self, path: str, highlights: Iterable[Highlight]) -> list[Json]:
        """Return highlights; a definition is a write access."""
        read, write = types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write
        return [
            {"range": self.range(path, one.span), "kind": int(write if one.defines else read)}
            for one in highlights
        ]

    def links(self, path: str, links: Iterable[Link]) -> JSONText:
        """Return document links, as JSON: a root can have a thousand."""
        tooltips = self._client.link_tooltips
        lines = self._lines_of(path)
        out: list[str] = []
        for span, target, tooltip in links:
            shown = f'{{"range":{range_text(lines, span, self._encoding)},"target":'
            shown += as_json(self.uri(target))
            out.append(f'{shown},"tooltip":{as_json(tooltip)}}}' if tooltips else f"{shown}}}")
        return JSONText(f"[{','.join(out)}]")

    def outline(self, path: str, symbols: Iterable[DocumentSymbol]) -> JSONText | list[Json]:
        """Return document symbols: nested, as JSON, or all in one list."""
        if self._client.hierarchical_symbols:
            return JSONText(self._symbols(self._lines_of(path), symbols))
        found: list[Json] = []
        self._flatten(path, symbols, None, found)
        return found

    def _symbols(self, lines: LineIndex, symbols: Iterable[DocumentSymbol]) -> str:
        encoding = self._encoding
        out: list[str] = []
        for name, kind, detail, span, selection, children in symbols:
            shown = (
                f'{{"name":{as_json(name)},"kind":{_KIND_NUMBERS[kind._value_]},'
                f'"range":{range_text(lines, span, encoding)},'
                f'"selectionRange":{range_text(lines, selection, encoding)}'
            )
            if detail:
                shown += f',"detail":{as_json(detail)}'
            if children:
                shown += f',"children":{self._symbols(lines, children)}'
            out.append(f"{shown}}}")
        return f"[{','.join(out)}]"

    def _flatten(
        self,
        path: str,
        symbols: Iterable[DocumentSymbol],
        container: str | None,
        found: list[Json],
    ) -> None:
        for symbol in symbols:
            shown: Json = {
                "name": symbol.name,
                "kind": int(_SYMBOL_KINDS[symbol.kind]),
                "location": self.location(Location(path, symbol.span)),
            }
            if container:
                shown["containerName"] = container
            found.append(shown)
            self._flatten(path, symbol.children, symbol.name, found)

    def workspace_symbols(
        self,
        symbols: Iterable[WorkspaceSymbol],
        locate: Callable[[WorkspaceSymbol], Location],
        known: dict[WorkspaceSymbol, str],
    ) -> list[str]:
        """Return workspace symbols, each as JSON text.

        Where the client asks for a symbol's place later, it stands in its file alone. `known` keeps
        the texts of symbols in closed files: they are good for all snapshots of one discovery.
        """
        found: list[str] = []
        for symbol in symbols:
            text = known.get(symbol)
            if text is None or symbol.path in self._opened:
                text = json.dumps(self._workspace_symbol(symbol, locate))
                if symbol.path not in self._opened:
                    known[symbol] = text
            found.append(text)
        return found

    def _workspace_symbol(
        self, symbol: WorkspaceSymbol, locate: Callable[[WorkspaceSymbol], Location]
    ) -> Json:
        shown: Json = {
            "name": symbol.name,
            "kind": int(_SYMBOL_KINDS[symbol.kind]),
            "containerName": symbol.container,
        }
        if self._client.resolved_ranges:
            shown["location"] = {"uri": self.uri(symbol.path)}
            shown["data"] = {
                "root": self._snapshot.workspace.root,
                "kind": symbol.kind.name,
                "path": symbol.path,
            }
        else:
            shown["location"] = self.location(locate(symbol))
        return shown

    def hints(self, path: str, hints: Iterable[Hint]) -> list[Json]:
        """Return inlay hints."""
        return [
            {
                "position": self.range(path, Span(hint.offset, hint.offset))["start"],
                "label": hint.text,
                "tooltip": hint.tooltip,
                "paddingLeft": True,
            }
            for hint in hints
        ]

    def selections(self, path: str, spans: Sequence[Span]) -> Json:
        """Return spans, the smallest first, as a chain of selection ranges."""
        chain: Json | None = None
        for span in reversed(spans):
            shown: Json = {"range": self.range(path, span)}
            if chain is not None:
                shown["parent"] = chain
            chain = shown
        assert chain is not None  # the whole file is always there
        return chain


def folding_ranges(folds: Iterable[Fold]) -> list[Json]:
    """Return folding ranges of whole lines."""
    return [
        {
            "startLine": fold.first,
            "endLine": fold.last,
            **({"kind": "comment"} if fold.comment else {}),
        }
        for fold in folds
    ]
