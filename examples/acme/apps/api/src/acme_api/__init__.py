"""The orders as JSON."""

import json
from dataclasses import asdict

from acme_data import orders


def response() -> str:
    return json.dumps([asdict(order) for order in orders()])
