"""Why something is not done that somebody asked for."""

from __future__ import annotations

from ws_lsp.named_tuple import NamedTuple

__all__ = ["Refusal"]


class Refusal(NamedTuple):
    """Why a change or a sync that somebody asked for is not made; `reason` is a sentence for them."""

    reason: str
