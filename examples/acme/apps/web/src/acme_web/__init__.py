"""The pages that customers see."""

from acme_api import response


def page() -> str:
    return f"<!doctype html><title>Acme</title><pre>{response()}</pre>"
