"""Orders and their prices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """Some pieces of one article; the price is in cents."""

    article: str
    pieces: int
    price: int

    @property
    def total(self) -> int:
        return self.pieces * self.price
