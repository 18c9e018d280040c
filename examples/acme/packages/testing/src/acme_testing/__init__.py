"""Helpers for tests."""

from acme_core import Order


def an_order(pieces: int = 1, price: int = 100) -> Order:
    return Order("anvil", pieces, price)
