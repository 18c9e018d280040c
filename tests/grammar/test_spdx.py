"""SPDX licence expressions; uv 0.13.9 was asked about each."""

from __future__ import annotations

import pytest

from ws_lsp.grammar.spdx import license_problem


@pytest.mark.parametrize(
    "text",
    [
        *(
            "MIT",
            "  MIT ",
            "MIT+",
            "Apache-2.0 OR MIT",
            "MIT or Apache-2.0",
            "MIT and BSD-3-Clause",
        ),
        *("(MIT)", "((MIT))", "MIT AND (Apache-2.0 OR ISC)", "(MIT)OR ISC", "MIT\nOR MIT"),
        *("GPL-2.0-or-later", "EUPL-1.2+", "NOASSERTION", "NOASSERTION+", "LicenseRef-"),
        *("LicenseRef-a.b-c", "DocumentRef-x:LicenseRef-y", "Apache-2.0 WITH LLVM-exception"),
        *("MIT with Classpath-exception-2.0", "MIT WITH AdditionRef-x"),
        "MIT WITH Nokia-Qt-exception-1.1",
    ],
)
def test_an_expression(text: str) -> None:
    assert license_problem(text) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "cannot be empty"),
        ("mit", "Did you mean `MIT`?"),
        ("mit or isc", "Did you mean `MIT`?"),
        ("BSD", "`BSD` is no SPDX licence"),
        ("UNLICENSED", "`UNLICENSED` is no SPDX licence"),
        ("NONE", "`NONE` is no SPDX licence"),
        ("Apache 2.0", "`Apache` is no SPDX licence"),
        ("MIT, Apache-2.0", "`MIT,` is no SPDX licence"),
        ("MIT/Apache-2.0", "`MIT/Apache-2.0` is no SPDX licence"),
        ("LicenseRef-a_b", "`LicenseRef-a_b` is no SPDX licence"),
        ("DocumentRef-x:MIT", "is no SPDX licence"),
        ("GPL-2.0", "Did you mean `GPL-2.0-only` or `GPL-2.0-or-later`?"),
        ("GPL-2.0+", "is a deprecated name"),
        ("Nunit", "`Nunit` is a deprecated name of a licence"),
        ("GPL-3.0-only+", "`+` cannot follow `GPL-3.0-only`"),
        ("LicenseRef-x+", "`+` cannot follow `LicenseRef-x`"),
        ("MIT Apache-2.0", "`Apache-2.0` follows a licence"),
        ("MIT Or Apache-2.0", "`Or` follows a licence"),
        ("MIT +", "`+` follows a licence"),
        ("MIT AND", "missing behind `AND`"),
        ("OR MIT", "missing in front of `OR`"),
        ("()", "missing in front of `)`"),
        ("(MIT", "`(` is not closed"),
        ("MIT)", "`)` closes nothing"),
        ("(MIT) WITH Classpath-exception-2.0", "`WITH` must follow a licence"),
        ("MIT WITH", "missing behind `WITH`"),
        ("MIT WITH MIT", "`MIT` is no SPDX exception"),
        ("MIT WITH classpath-exception-2.0", "Did you mean `Classpath-exception-2.0`?"),
        ("AdditionRef-x", "`AdditionRef-x` is no SPDX licence"),
    ],
)
def test_no_expression(text: str, part: str) -> None:
    assert part in (license_problem(text) or "")
