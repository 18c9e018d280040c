"""uv's settings in `[tool.uv]` and in `uv.toml`."""

from __future__ import annotations

import pytest
from support import check, check_fix, host_of

from ws_lsp.checking.checker import Checker
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.rules.settings import RULES

MINE = tuple(rule.code for rule in RULES)


def test_sound_settings() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        resolution = "lowest-direct"
        required-version = "0.13.9"
        exclude-newer = false
        preview-features = ["json-output"]
        python-downloads = "auto"
        concurrent-builds = 1_0
        cache-keys = ["a", { file = "b" }, { git = { commit = true } }]
        managed = true
        default-packages = []
        [tool.uv.pip]
        no-binary = [":all:"]
        [tool.uv.config-settings]
        anything = "goes"
        """,
        MINE,
    )


def test_one_mistake_drops_all_settings_of_the_root() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        bogus = true
        ^^^^^ warning[unknown-setting]: uv does not know `bogus`. uv warns about it and, because of it, ignores `exclude-newer`
        exclude-newer = "2026-01-01"
        """,
        MINE,
    )
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        resolution = "newest"
        #            ^^^^^^^^ warning[invalid-setting]: `resolution` must be one of `highest`, `lowest`, `lowest-direct`. Did you mean `lowest`? uv warns about it at every command
        """,
        MINE,
    )


def test_dates_and_durations() -> None:
    check("""
        #- /pyproject.toml
        [tool.uv.workspace]
        members = []
        #- /uv.toml
        exclude-newer = "1 month"
        #               ^^^^^^^^^ error[invalid-setting]: `1 month` counts in months or years, which differ in length. Use days
        [exclude-newer-package]
        a = "2026-02-28"
        b = "2026-02-29"
        #   ^^^^^^^^^^^^ error[invalid-setting]: `2026-02-29` is no day of the calendar
        c = "2 weeks"
        d = "today"
        #   ^^^^^^^ error[invalid-setting]: `today` is neither a date such as `2026-01-31` nor a duration such as `7 days`
        e = false
        f = 1
        #   ^ error[invalid-setting]: `f` must be a date, a duration or `false`, not an integer
        F = "P7D"
        g = { span = "P7D" }
        #   ^^^^^^^^^^^^^^^^ error[invalid-setting]: `g` needs `timestamp`
        h = "P1M"
        #   ^^^^^ error[invalid-setting]: `P1M` counts in months or years, which differ in length. Use days
        """)


def test_settings_of_members_are_never_read() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        [tool.uv]
        bogus = true
        resolution = "newest"
        """,
        MINE,
    )


def test_keys_are_replaced_by_the_nearest() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv]
        exclude_newer = "2026-01-01"
        """,
        "Replace with `exclude-newer`",
        """
        #- /pyproject.toml
        [tool.uv]
        exclude-newer = "2026-01-01"
        """,
    )


def test_a_uv_toml_is_read_strictly() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        bogus = 1
        #- /uv.toml
        bogus = 1
        ^^^^^ error[unknown-setting]: uv does not know `bogus`
        managed = true
        ^^^^^^^ error[unknown-setting]: `managed` belongs in `[tool.uv]` of `pyproject.toml`: uv refuses it here
        offline = 1
        #         ^ error[invalid-setting]: `offline` must be `true` or `false`, not an integer
        constraint-dependencies = ["a=1"]
        #                          ^^^^^ error[invalid-setting]
        concurrent-downloads = 0
        #                      ^ error[invalid-setting]: `concurrent-downloads` must be at least 1
        preview = true
        ^^^^^^^ error[invalid-setting]: `preview` and `preview-features` exclude each other
        preview-features = []
        """,
        MINE,
    )


def test_a_uv_toml_masks_the_settings_beside_it() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        resolution = "lowest"
        ^^^^^^^^^^ warning[masked-settings]: `resolution` has no effect: the settings come from the `uv.toml` beside this file
        managed = true
        environments = []
        constraint-dependencies = []
        ^^^^^^^^^^^^^^^^^^^^^^^ warning[masked-settings]: uv says that it ignores `constraint-dependencies` for the `uv.toml` beside this file, and still reads it
        [[tool.uv.index]]
        #         ^^^^^ warning[masked-settings]: uv says that it ignores `index` for the `uv.toml` beside this file, and still reads it
        name = "a"
        url = "https://a.example"
        [tool.uv.sources]
        x = { index = "a" }
        #- /uv.toml
        """,
        MINE,
    )


def test_uv_says_nothing_of_what_it_still_reads_where_the_settings_are_wrong() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        resolution = "lowest"
        ^^^^^^^^^^ warning[masked-settings]: `resolution` has no effect: the settings come from the `uv.toml` beside this file
        constraint-dependencies = []
        default-packages = []
        #- /uv.toml
        """,
        MINE,
    )


def test_settings_above_are_told_of_at_the_name() -> None:
    check(
        """
        #- /in/here/pyproject.toml
        [project]
        name = "a"
        #      ^^^ error[settings-above]: uv refuses the settings in `../../uv.toml`: uv does not know `exclude-never`. Did you mean `exclude-newer`?
        version = "1"
        #- /in/pyproject.toml
        [tool.uv]
        bogus = 1
        #- /uv.toml
        exclude-never = "2026-01-01"
        """,
        ("settings-above",),
    )


def test_settings_above_are_looked_at_anew_when_they_change() -> None:
    host = host_of(
        {
            "/in/pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
            "/pyproject.toml": '[tool.uv]\nrequired-version = "<0.1"\n',
        }
    )
    checker = Checker(RULEBOOK)
    codes = []
    for text in (
        '[tool.uv]\nrequired-version = ">0.1"\n',
        '[tool.uv]\nrequired-version = "<0.1"\n',
    ):
        found = checker.findings(host.snapshot("/in"))["/in/pyproject.toml"]
        codes.append([one.code for one in found if one.code == "settings-above"])
        host.edit("/pyproject.toml", text)
    found = checker.findings(host.snapshot("/in"))["/in/pyproject.toml"]
    codes.append([one.code for one in found if one.code == "settings-above"])
    assert codes == [["settings-above"], [], ["settings-above"]]


@pytest.mark.parametrize(("above", "titles"), [("bogus = 1\n", []), ("", ["Remove `dev`"])])
def test_no_fix_uncovers_settings_above(above: str, titles: list[str]) -> None:
    host = host_of(
        {
            "/in/pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\n'
            "[tool.uv.dependency-groups.dev]\n",
            "/uv.toml": above,
        }
    )
    found = Checker(RULEBOOK).findings(host.snapshot("/in"))["/in/pyproject.toml"]
    assert [one.code for one in found] == ["unknown-group-settings"]
    assert [fix.title for fix in found[0].fixes] == titles


def test_the_installed_uv_must_be_the_required_one() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        required-version = "<0.1"
        #                  ^^^^^^ error[required-uv-version]
        """,
        ("required-uv-version",),
    )
    check("#- /pyproject.toml\n[tool.uv]\nrequired-version = '>=0.1'", ("required-uv-version",))
