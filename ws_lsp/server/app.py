"""The server with all its handlers, and its run on stdio."""

from __future__ import annotations

import gc
import logging
import sys

import ws_lsp.rules.catalogue  # noqa: F401 - here: for the first check somebody waits
from ws_lsp.server import (
    code_actions,
    commands,
    documents,
    features,
    lifecycle,
    renaming,
    requests,
)
from ws_lsp.server.language_server import Server

__all__ = ["serve"]


def serve() -> int:
    """Serve on stdio until the client ends it; return the exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    server = _server()
    # Trees hold no cycles, so reference counting frees them; the collector would only go through
    # thousands of live nodes in the middle of a keystroke. What exists now stays for ever.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()
    try:
        server.start_io()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _server() -> Server:
    """Return a server that answers all that one of the modules has a handler for."""
    server = Server()
    for method, function, options in (
        *lifecycle.HANDLERS,
        *documents.HANDLERS,
        *features.HANDLERS,
        *code_actions.HANDLERS,
        *renaming.HANDLERS,
        *requests.HANDLERS,
    ):
        server.feature(method, options)(function)
    for name, command in commands.COMMANDS.items():
        server.command(name)(command)
    return server
