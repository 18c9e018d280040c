"""The acme command."""

from acme_data import orders


def main() -> None:
    for order in orders():
        print(f"{order.pieces:>3} {order.article:<16} {order.total / 100:>8.2f}")
