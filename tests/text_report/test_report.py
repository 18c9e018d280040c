"""The formats of a report, to the letter."""

from __future__ import annotations

import json

import pytest
from support import workspace

from ws_lsp.checking.findings import (
    Applicability,
    Change,
    Finding,
    Fix,
    Related,
    Severity,
    documentation_url,
)
from ws_lsp.report import FORMATS, Colours, excerpt, render
from ws_lsp.rules.catalogue import BY_CODE
from ws_lsp.text import Edit, LineIndex, Span

SNAPSHOT = workspace(
    """
    #- /w/pyproject.toml
    a = 1
    \t"😀" = "x" # tab
    last = 3
    #- /w/b/pyproject.toml
    b = 1
    """
)
ROOT, OTHER = "/w/pyproject.toml", "/elsewhere/pyproject.toml"
CODE = "unknown-default-package"
TEXT = SNAPSHOT.manifests[ROOT].text
AT = TEXT.index('"x"')
CHANGES = (Change(ROOT, (Edit(Span(AT, AT + 3), "'y'"),)),)
FIX = Fix("Mend it", CHANGES, risk="The `x` is lost")
FINDING = Finding(
    CODE, Severity.ERROR, ROOT, Span(AT, AT + 3), "100% wrong, or: not\nat all", (FIX,),
    (Related(ROOT, Span(0, 1), "see here"),),
)  # fmt: skip
WARNING = Finding(CODE, Severity.WARNING, ROOT, Span(0, 5), "warned")
HINT = Finding(CODE, Severity.HINT, ROOT, Span(TEXT.index("last"), len(TEXT)), "two lines")


def shown(
    output_format: str,
    *findings: Finding,
    colours: bool = False,
    base: str = "/w",
    least: Severity | None = Severity.HINT,
) -> str:
    return render(findings, SNAPSHOT.manifests, output_format, base, colours, least=least)


def test_full() -> None:
    assert shown("full", FINDING) == (
        "error[unknown-default-package]: 100% wrong, or: not\nat all\n"
        "  --> pyproject.toml:2:8\n"
        "  |\n"
        '2 | \t"😀" = "x" # tab\n'
        "  | \t       ^^^\n"
        "  note: see here (pyproject.toml:1:1)\n"
        "  unsafe fix: Mend it. The `x` is lost\n"
        "\n"
        "Found 1 error\n"
        "1 fixable with `--fix --unsafe-fixes`"
    )


SAFE = FINDING._replace(fixes=(FIX, Fix("Write it", CHANGES, Applicability.SAFE)))


def test_safe_fixes_are_marked_and_come_first() -> None:
    assert "  fix [*]: Write it\n" in shown("full", SAFE)
    assert "error[unknown-default-package] [*] 100%" in shown("concise", SAFE)
    assert json.loads(shown("json", SAFE))[0]["fix"]["applicability"] == "safe"


def test_it_ends_with_what_was_fixed_and_what_can_be() -> None:
    elsewhere = FIX._replace(changes=(CHANGES[0], Change(OTHER, (), create=True)))
    for found, fixed, line in (
        ([], None, "All checks passed"),
        ([], 3, "Fixed 3, 0 left"),
        ([WARNING], None, "Found 1 warning"),
        ([WARNING], 0, "Found 1 warning"),
        ([SAFE], None, "[*] 1 fixable with `--fix`"),
        ([SAFE, SAFE, FINDING], None, "[*] 2 fixable with `--fix` (1 more with `--unsafe-fixes`)"),
        ([FINDING], 0, "1 fixable with `--fix --unsafe-fixes`"),
        ([FINDING, WARNING], 9, "Fixed 9, 2 left (1 with `--unsafe-fixes`)"),
        # a new file is for a person to choose
        ([FINDING._replace(fixes=(elsewhere,))], None, "Found 1 error"),
    ):
        for output_format in ("full", "concise"):
            text = render(found, SNAPSHOT.manifests, output_format, "/w", fixed=fixed)
            assert text.split("\n")[-1] == line
        assert "ixed" not in render(found, SNAPSHOT.manifests, "github", "/w", fixed=fixed)


def test_full_of_several_lines_and_of_nothing() -> None:
    text = shown("full", HINT)
    assert "3 | last = 3\n  | ^^^^^^^^\n" in text
    empty = Finding(CODE, Severity.INFORMATION, ROOT, Span(len(TEXT), len(TEXT)), "m")
    assert "  | ^\n" in shown("full", empty)
    assert shown("full") == "All checks passed"


def test_colours_only_where_asked_for() -> None:
    assert "\x1b" not in shown("full", FINDING)
    assert "\x1b[1;31merror\x1b[0m[" in shown("full", FINDING, colours=True)
    assert "\x1b" in shown("concise", FINDING, colours=True)
    for output_format, form in FORMATS.items():
        if form.for_people:
            continue
        assert "\x1b" not in shown(output_format, FINDING, colours=True)


def test_concise() -> None:
    assert shown("concise", WARNING, WARNING, HINT) == (
        "pyproject.toml:1:1: warning[unknown-default-package] warned\n"
        "pyproject.toml:1:1: warning[unknown-default-package] warned\n"
        "pyproject.toml:3:1: hint[unknown-default-package] two lines\n"
        "Found 2 warnings, 1 hint"
    )


INFORMATION = Finding(CODE, Severity.INFORMATION, ROOT, Span(0, 5), "by the way")


@pytest.mark.parametrize(
    ("findings", "least", "last"),
    [
        ((), None, "All checks passed"),
        ((WARNING,), None, "Found 1 warning"),
        (
            (INFORMATION,),
            None,
            "All checks passed\n1 informational finding hidden, `--severity information` shows them",
        ),
        (
            (WARNING, INFORMATION, INFORMATION, HINT),
            None,
            "Found 1 warning\n2 informational findings and 1 hint hidden, `--severity hint` shows them",
        ),
        (
            (INFORMATION, HINT),
            Severity.INFORMATION,
            "Found 1 information\n1 hint hidden, `--severity hint` shows them",
        ),
        (
            (WARNING, HINT),
            Severity.ERROR,
            "All checks passed\n1 warning and 1 hint hidden, `--severity hint` shows them",
        ),
    ],
)
@pytest.mark.parametrize("output_format", ["full", "concise"])
def test_what_is_not_shown_is_counted(
    output_format: str, findings: tuple[Finding, ...], least: Severity | None, last: str
) -> None:
    assert shown(output_format, *findings, least=least).endswith(last)


@pytest.mark.parametrize("output_format", ["json", "sarif", "github"])
def test_programs_get_everything_unless_they_say_what_they_want(output_format: str) -> None:
    findings = (WARNING, INFORMATION, HINT)
    everything = shown(output_format, *findings, least=None)
    assert [one.message in everything for one in findings] == [True, True, True]
    warnings = shown(output_format, *findings, least=Severity.WARNING)
    assert [one.message in warnings for one in findings] == [True, False, False]


def test_file_names_are_shown_from_the_base() -> None:
    for base, path in (("/w", "pyproject.toml"), ("/", "w/pyproject.toml"), ("/x", ROOT)):
        assert shown("concise", WARNING, base=base).startswith(f"{path}:1:1: ")


def test_json_is_exactly_this() -> None:
    assert json.loads(shown("json", FINDING, WARNING)) == [
        {
            "code": CODE,
            "severity": "error",
            "message": "100% wrong, or: not\nat all",
            "filename": ROOT,
            "location": {"row": 2, "column": 8},
            "end_location": {"row": 2, "column": 11},
            "fix": {
                "title": "Mend it",
                "applicability": "unsafe",
                "edits": [
                    {
                        "filename": ROOT,
                        "location": {"row": 2, "column": 8},
                        "end_location": {"row": 2, "column": 11},
                        "content": "'y'",
                        "create": False,
                    }
                ],
            },
            "related": [
                {
                    "message": "see here",
                    "filename": ROOT,
                    "location": {"row": 1, "column": 1},
                    "end_location": {"row": 1, "column": 2},
                }
            ],
            "url": documentation_url(CODE),
        },
        {
            "code": CODE,
            "severity": "warning",
            "message": "warned",
            "filename": ROOT,
            "location": {"row": 1, "column": 1},
            "end_location": {"row": 1, "column": 6},
            "fix": None,
            "related": [],
            "url": documentation_url(CODE),
        },
    ]
    assert shown("json") == "[]"


def test_github_escapes_what_it_must() -> None:
    assert shown("github", FINDING) == (
        "::error title=ws-lsp (unknown-default-package),file=/w/pyproject.toml,line=2,col=8,"
        "endLine=2,endColumn=11::pyproject.toml:2:8: unknown-default-package 100%25 wrong, or: not%0Aat all"
    )
    assert shown("github", WARNING).startswith("::warning ")
    assert shown("github", HINT).startswith("::notice ")
    assert shown("github") == ""


def test_sarif() -> None:
    document = json.loads(shown("sarif", FINDING, HINT))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == CODE
    first, second = run["results"]
    assert (first["ruleId"], first["level"], second["level"]) == (CODE, "error", "note")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "pyproject.toml"
    assert place["region"] == {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 11}
    assert first["relatedLocations"][0]["message"] == {"text": "see here"}


def test_sarif_has_what_code_scanning_wants() -> None:
    """The schema asks for less than GitHub, which refuses a rule without a `fullDescription`."""
    document = json.loads(shown("sarif", SAFE, HINT))
    (run,) = document["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        source = BY_CODE[rule["id"]]
        assert rule["defaultConfiguration"] == {"level": "error"}
        assert rule["help"]["markdown"] == source.documentation
        for text in (rule["shortDescription"], rule["fullDescription"], rule["help"]):
            assert text["text"]
            assert "`" not in text["text"]
        assert rule["fullDescription"]["text"].startswith(rule["shortDescription"]["text"])
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    fixed, plain = run["results"]
    assert "fixes" not in plain
    (fix,) = fixed["fixes"]
    assert fix["description"] == {"text": "Write it"}
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "pyproject.toml", "uriBaseId": "%SRCROOT%"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 11},
            "insertedContent": {"text": "'y'"},
        }
    ]
    creating = FIX._replace(changes=(CHANGES[0], Change(OTHER, (), create=True)))
    (run,) = json.loads(shown("sarif", FINDING._replace(fixes=(creating,))))["runs"]
    assert "fixes" not in run["results"][0]


def test_gitlab() -> None:
    first, second, third = json.loads(shown("gitlab", FINDING, WARNING, WARNING, base="/"))
    mark = first.pop("fingerprint")
    assert first == {
        "check_name": CODE,
        "description": f"{CODE}: 100% wrong, or: not\nat all",
        "severity": "major",
        "location": {
            "path": "w/pyproject.toml",
            "positions": {"begin": {"line": 2, "column": 8}, "end": {"line": 2, "column": 11}},
        },
    }
    assert second["severity"] == "minor"
    # a mark stays where the finding is moved, and each finding has its own
    assert len({mark, second["fingerprint"], third["fingerprint"]}) == 3
    moved = FINDING._replace(span=Span(0, 1))
    assert json.loads(shown("gitlab", moved, base="/"))[0]["fingerprint"] == mark
    assert shown("gitlab") == "[]"


def test_names_are_shown_from_the_repository_to_those_who_look_from_there() -> None:
    for output_format, form in FORMATS.items():
        text = render([WARNING], SNAPSHOT.manifests, output_format, "/w", repository="/")
        assert ('"w/pyproject.toml"' in text) is form.from_repository


def test_carets_stand_under_wide_and_combining_characters() -> None:
    for before, marked, lead, carets in (
        ("", "x", 0, 1),
        ("größe", "x", 5, 1),
        ("e\u0301", "n\u0303n", 1, 2),  # accents of their own
        ("名前", "値", 4, 2),
        ("😀 ", "😀😀", 3, 4),
        ("a\u200d", "ｱ", 1, 1),  # a joiner has no width, a half-width letter is narrow
        ("a", "\u0301", 1, 1),  # something stands under everything
        ("\x1b", "x", 1, 1),  # shown as a picture
    ):
        lines = excerpt(
            LineIndex(f"{before}{marked} = 1"),
            Span(len(before), len(before) + len(marked)),
            "place",
            Colours(False),
        )
        assert lines[-1] == f"  | {' ' * lead}{'^' * carets}"


def test_a_sarif_uri_is_a_uri() -> None:
    odd = workspace("#- /w/a b%/pyproject.toml\na = 1")
    (path,) = odd.manifests
    finding = Finding(CODE, Severity.ERROR, path, Span(0, 1), "m")
    for base, expected in (
        ("/w", "a%20b%25/pyproject.toml"),
        ("/x", "file:///w/a%20b%25/pyproject.toml"),
    ):
        document = json.loads(render([finding], odd.manifests, "sarif", base))
        place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == expected


def test_a_file_that_is_no_longer_known() -> None:
    finding = Finding(CODE, Severity.ERROR, OTHER, Span(0, 0), "gone")
    for output_format in FORMATS:
        assert shown(output_format, finding)
