"""Where the orders are kept: for now, in memory."""

from acme_core import Order


def orders() -> list[Order]:
    return [Order("anvil", 2, 4999), Order("rocket skates", 1, 12900)]
