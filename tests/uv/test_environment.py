"""What the environment of a process says of uv."""

from __future__ import annotations

import pytest

from ws_lsp.project.preview_features import NO_PREVIEW, PreviewFeature, PreviewFeatures
from ws_lsp.uv.environment import preview_features


def features(*names: str) -> PreviewFeatures:
    return PreviewFeatures(features=frozenset(names))


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, NO_PREVIEW),
        ({"UV_PREVIEW": "1"}, PreviewFeatures(everything=True)),
        ({"UV_PREVIEW": "True"}, PreviewFeatures(everything=True)),
        ({"UV_PREVIEW": "0"}, NO_PREVIEW),
        ({"UV_PREVIEW": ""}, NO_PREVIEW),
        (
            {"UV_PREVIEW_FEATURES": "pylock, resolution-inputs"},
            features("pylock", "resolution-inputs"),
        ),
        ({"UV_PREVIEW_FEATURES": ""}, NO_PREVIEW),
        ({"UV_CONFIG_FILE": "x.toml"}, PreviewFeatures(unsettled=True)),
        ({"UV_NO_CONFIG": "1"}, PreviewFeatures(unsettled=True)),
    ],
)
def test_preview_features(environment: dict[str, str], found: PreviewFeatures) -> None:
    assert preview_features(environment, lambda _: False) == found


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
    assert preview_features(environment, lambda one: one == path).unsettled
    assert not preview_features(environment, lambda one: one == "/other/uv/uv.toml").unsettled


def test_every_feature_has_its_version() -> None:
    for one in PreviewFeature:
        assert one.since.name == one.name
