"""What the environment of a process says of uv."""

from __future__ import annotations

import pytest

from ws_lsp.project.preview_features import PreviewFeature
from ws_lsp.project.variables import NO_VARIABLES, Variables
from ws_lsp.uv.environment import variables_of


def features(*names: str) -> Variables:
    return Variables(preview_features=frozenset(names))


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, NO_VARIABLES),
        ({"UV_PREVIEW": "1"}, Variables(preview=True)),
        ({"UV_PREVIEW": "True"}, Variables(preview=True)),
        ({"UV_PREVIEW": "0"}, NO_VARIABLES),
        ({"UV_PREVIEW": ""}, NO_VARIABLES),
        (
            {"UV_PREVIEW_FEATURES": "pylock, resolution-inputs"},
            features("pylock", "resolution-inputs"),
        ),
        ({"UV_PREVIEW_FEATURES": ""}, NO_VARIABLES),
        ({"UV_CONFIG_FILE": "x.toml"}, Variables(unsettled=True)),
        ({"UV_NO_CONFIG": "1"}, Variables(unsettled=True)),
    ],
)
def test_what_variables_decide(environment: dict[str, str], found: Variables) -> None:
    assert variables_of(environment, lambda _: False) == found


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"HOME": "/home/me"}, "/home/me/.config/uv/uv.toml"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "/x"}, "/x/uv/uv.toml"),
        ({"XDG_CONFIG_DIRS": "/a:/b"}, "/b/uv/uv.toml"),
        ({}, "/etc/xdg/uv/uv.toml"),
        ({}, "/etc/uv/uv.toml"),
        ({"APPDATA": "C:/me"}, "C:/me/uv/uv.toml"),
        ({"PROGRAMDATA": "C:/all"}, "C:/all/uv/uv.toml"),
    ],
)
def test_settings_of_a_person_or_the_system(environment: dict[str, str], path: str) -> None:
    assert variables_of(environment, lambda one: one == path).unsettled
    assert not variables_of(environment, lambda one: one == "/other/uv/uv.toml").unsettled


def test_every_feature_has_its_version() -> None:
    for one in PreviewFeature:
        assert one.since.name == one.name
