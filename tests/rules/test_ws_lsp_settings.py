"""`[tool.ws-lsp]`: keys, codes and severities."""

from __future__ import annotations

from support import check, check_fix

WRONG = """
#- /pyproject.toml
[tool.ws-lsp]
default-packges = []
^^^^^^^^^^^^^^^ warning[unknown-setting-of-ws-lsp]: Unknown setting `default-packges`. Did you mean `default-packages`?
[tool.ws-lsp.rules]
unmatched-membr = "off"
^^^^^^^^^^^^^^^ warning[unknown-setting-of-ws-lsp]: There is no rule `unmatched-membr`. Did you mean `unmatched-member`?
dropped-settings = "warn"
#                  ^^^^^^ warning[unknown-setting-of-ws-lsp]: A severity is `"error"`, `"warning"`, `"information"`, `"hint"`, `"off"`
unmatched-member = "error"
"""


def test_keys_codes_and_severities() -> None:
    check(WRONG, ("unknown-setting-of-ws-lsp",))


def test_rules_are_a_table() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.ws-lsp]
        rules = "off"
        ^^^^^ warning[unknown-setting-of-ws-lsp]: `rules` must be a table of codes and severities
        """,
        ("unknown-setting-of-ws-lsp",),
    )


def test_the_nearest_code_is_written() -> None:
    check_fix(
        '#- /pyproject.toml\n[tool.ws-lsp.rules]\nunmatched-membr = "off"\n',
        "Replace with `unmatched-member`",
        '#- /pyproject.toml\n[tool.ws-lsp.rules]\nunmatched-member = "off"\n',
    )
