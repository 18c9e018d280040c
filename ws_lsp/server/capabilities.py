"""What the client can do."""

from __future__ import annotations

from typing import Any, NamedTuple

from lsprotocol import types

from ws_lsp.text import Encoding

__all__ = ["Capabilities"]

_KINDS_OF_OLD = range(1, int(types.CompletionItemKind.Reference) + 1)
"""The completion kinds that every client knows (LSP 3.17, `completionItemKind`)."""


class Capabilities(NamedTuple):
    """What of the client's capabilities we act on, read once at `initialize`."""

    encoding: Encoding
    document_changes: bool
    create_files: bool
    change_annotations: bool
    apply_edit: bool
    code_action_literals: bool
    preferred_actions: bool
    resolved_edits: bool
    work_done_progress: bool
    message_requests: bool
    watched_files: bool
    relative_patterns: bool
    related_information: bool
    code_description: bool
    unnecessary_tag: bool
    completion_defaults: bool
    lazy_documentation: bool
    completion_kinds: frozenset[int]
    markdown: bool
    definition_links: bool
    hierarchical_symbols: bool
    link_tooltips: bool
    resolved_ranges: bool
    lens_refresh: bool
    hint_refresh: bool
    commands: frozenset[str]
    """What the client says in its initialization options that it can be asked to do."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, options: Any = None) -> Capabilities:
        """Return what a client announced in its capabilities and its initialization options."""
        announced = _Announced(capabilities)
        defaults = "text_document.completion.completion_list.item_defaults"
        kinds = announced.values("text_document.completion.completion_item_kind.value_set")
        return cls(
            encoding=_encoding(announced.values("general.position_encodings")),
            document_changes=announced.has("workspace.workspace_edit.document_changes"),
            create_files=announced.lists(
                "workspace.workspace_edit.resource_operations", types.ResourceOperationKind.Create
            ),
            change_annotations=announced.has("workspace.workspace_edit.change_annotation_support"),
            apply_edit=announced.has("workspace.apply_edit"),
            code_action_literals=announced.has(
                "text_document.code_action.code_action_literal_support"
            ),
            preferred_actions=announced.has("text_document.code_action.is_preferred_support"),
            resolved_edits=announced.has("text_document.code_action.data_support")
            and announced.lists("text_document.code_action.resolve_support.properties", "edit"),
            work_done_progress=announced.has("window.work_done_progress"),
            message_requests=announced.has("window.show_message"),
            watched_files=announced.has("workspace.did_change_watched_files.dynamic_registration"),
            relative_patterns=announced.has(
                "workspace.did_change_watched_files.relative_pattern_support"
            ),
            related_information=announced.has(
                "text_document.publish_diagnostics.related_information"
            ),
            code_description=announced.has(
                "text_document.publish_diagnostics.code_description_support"
            ),
            unnecessary_tag=announced.lists(
                "text_document.publish_diagnostics.tag_support.value_set",
                types.DiagnosticTag.Unnecessary,
            ),
            completion_defaults=announced.lists(defaults, "editRange"),
            lazy_documentation=announced.lists(defaults, "data")
            and announced.lists(
                "text_document.completion.completion_item.resolve_support.properties",
                "documentation",
            ),
            completion_kinds=frozenset(map(int, kinds or _KINDS_OF_OLD)),
            markdown=announced.lists(
                "text_document.hover.content_format", types.MarkupKind.Markdown
            ),
            definition_links=announced.has("text_document.definition.link_support"),
            hierarchical_symbols=announced.has(
                "text_document.document_symbol.hierarchical_document_symbol_support"
            ),
            link_tooltips=announced.has("text_document.document_link.tooltip_support"),
            resolved_ranges=announced.lists(
                "workspace.symbol.resolve_support.properties", "location.range"
            ),
            lens_refresh=announced.has("workspace.code_lens.refresh_support"),
            hint_refresh=announced.has("workspace.inlay_hint.refresh_support"),
            commands=_commands(options),
        )

    def markup(self, text: str) -> types.MarkupContent:
        """Return Markdown, which is readable as plain text too, as what the client understands."""
        kind = types.MarkupKind.Markdown if self.markdown else types.MarkupKind.PlainText
        return types.MarkupContent(kind, text)


class _Announced:
    """What a client announced, by the names of attributes with dots in between."""

    def __init__(self, capabilities: types.ClientCapabilities) -> None:
        self._capabilities = capabilities

    def has(self, path: str) -> bool:
        """Tell whether there is something, other than false."""
        return bool(self._at(path))

    def lists(self, path: str, value: object) -> bool:
        """Tell whether a value is among those that are listed there."""
        return value in self.values(path)

    def values(self, path: str) -> tuple[Any, ...]:
        """Return what is listed there; nothing where the list or what it is in is missing."""
        return tuple(self._at(path) or ())

    def _at(self, path: str) -> Any:
        found: Any = self._capabilities
        for name in path.split("."):
            if found is None:
                break
            found = getattr(found, name)
        return found


def _encoding(offered: tuple[Any, ...]) -> Encoding:
    """Return the first encoding that is known; LSP's own where the client offers none of them."""
    known = {encoding.value for encoding in Encoding}
    names = [getattr(name, "value", name) for name in offered]
    return Encoding(next((name for name in names if name in known), "utf-16"))


def _commands(options: Any) -> frozenset[str]:
    listed = options.get("commands") if isinstance(options, dict) else None
    if not isinstance(listed, list | tuple):
        return frozenset()
    return frozenset(one for one in listed if isinstance(one, str))
