"""What runs every night."""

from acme_core import Order
from acme_data import orders


def large(limit: int = 10_000) -> list[Order]:
    return [order for order in orders() if order.total > limit]
