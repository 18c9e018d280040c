"""The language client of the tests, the benchmarks and the demo.

It speaks to any language server over standard input and output, and shows what was sent as it was sent.
"""

from language_client.client import (
    PUBLISH_DIAGNOSTICS,
    UNANSWERED,
    Document,
    LanguageClient,
    Notification,
    ProtocolError,
    Published,
    RefusalError,
    Reply,
    ResponseError,
    local_path,
)

__all__ = [
    "PUBLISH_DIAGNOSTICS",
    "UNANSWERED",
    "Document",
    "LanguageClient",
    "Notification",
    "ProtocolError",
    "Published",
    "RefusalError",
    "Reply",
    "ResponseError",
    "local_path",
]
