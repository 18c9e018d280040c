"""SPDX licence expressions, as uv's own build backend reads them."""

from __future__ import annotations

from functools import lru_cache

from ws_lsp.regular_expression import regular_expression

__all__ = ["license_problem"]

_USUAL = frozenset({"MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "MPL-2.0"})
"""Expressions that need no look at the list of licences, which takes a while to import."""
_TOKEN = regular_expression(r"[()]|[^\s()]+")
_WORDS = {"AND": "AND", "and": "AND", "OR": "OR", "or": "OR", "WITH": "WITH", "with": "WITH"}
_OWN = regular_expression(r"(?:DocumentRef-[A-Za-z0-9.-]*:)?LicenseRef-[A-Za-z0-9.-]*\Z")
_ADDITION = regular_expression(r"(?:DocumentRef-[A-Za-z0-9.-]*:)?AdditionRef-[A-Za-z0-9.-]*\Z")
_GNU = ("AGPL-", "GFDL-", "GPL-", "LGPL-")
_ALWAYS_KNOWN = "NOASSERTION"


@lru_cache(maxsize=1 << 8)
def license_problem(text: str) -> str | None:
    """Say why a text is no SPDX expression, None where it is one."""
    if text in _USUAL:
        return None
    tokens = _TOKEN.findall(text)
    if not tokens:
        return "A licence expression cannot be empty"
    depth, before = 0, "OR"  # as if something had come before the first licence
    for token in tokens:
        problem = _order_problem(before, token, depth)
        if problem is None and before == "WITH":
            problem = _exception_problem(token)
        elif problem is None and token not in _WORDS and token not in "()":
            problem = _name_problem(token)
        if problem is not None:
            return problem
        depth += (token == "(") - (token == ")")
        before = "exception" if before == "WITH" else _WORDS.get(token, token)
    if depth:
        return f"`(` is not closed in `{text}`"
    return f"A licence is missing behind `{tokens[-1]}`" if before in _WORDS else None


def _order_problem(before: str, token: str, depth: int) -> str | None:
    """Say why a token cannot follow another one."""
    word = _WORDS.get(token)
    if before in _WORDS or before == "(":  # a licence is due, or an exception
        if word is None and token != ")" and not (before == "WITH" and token == "("):
            return None
        return f"A licence is missing in front of `{token}`"
    if token == ")":
        return None if depth else "`)` closes nothing"
    if word is None:
        return f"`{token}` follows a licence: write `AND` or `OR` between the two"
    if word == "WITH" and before in (")", "exception"):
        return f"`{token}` must follow a licence"
    return None


def _name_problem(token: str) -> str | None:
    from packaging.licenses._spdx import LICENSES  # here: it is large

    name = token.removesuffix("+")
    if _OWN.match(name):
        return None if name == token else f"`+` cannot follow `{name}`"
    if name == _ALWAYS_KNOWN:
        return None
    known = LICENSES.get(name.lower())
    if known is None:
        return f"`{name}` is no SPDX licence: `LicenseRef-…` names any other one"
    if known["deprecated"]:
        return _deprecated(name)
    if known["id"] != name:
        return f"`{name}` is no SPDX licence. Did you mean `{known['id']}`?"
    if name != token and name.startswith(_GNU):
        return f"`+` cannot follow `{name}`: write the licence that ends with `-or-later`"
    return None


def _deprecated(name: str) -> str:
    only, later = f"{name.removesuffix('+')}-only", f"{name.removesuffix('+')}-or-later"
    end = f". Did you mean `{only}` or `{later}`?" if name.startswith(_GNU) else ""
    return f"`{name}` is a deprecated name of a licence{end}"


def _exception_problem(token: str) -> str | None:
    from packaging.licenses._spdx import EXCEPTIONS

    known = EXCEPTIONS.get(token.lower())
    if _ADDITION.match(token) or (known is not None and known["id"] == token):
        return None
    end = f". Did you mean `{known['id']}`?" if known is not None else ""
    return f"`{token}` is no SPDX exception{end}"
