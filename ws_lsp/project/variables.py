"""What the environment variables of a process decide of uv's settings."""

from __future__ import annotations

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.preview_features import PreviewSetting

__all__ = ["NO_VARIABLES", "Variables"]


class Variables(NamedTuple):
    """What variables say of preview features and of other settings."""

    preview: bool = False
    """Whether all preview features are on, whatever settings say."""
    preview_features: frozenset[str] = frozenset()
    """The features that are named; those that settings name do not count then."""
    unsettled: bool = False
    """Whether other settings than the workspace's may count: a person's, the system's, those of a file."""
    overridden: frozenset[str] = frozenset()
    """The settings on which a lock file depends and that variables decide, whatever files say."""

    def has_preview(self, feature: str, setting: PreviewSetting) -> bool | None:
        """Tell whether a feature is on where the workspace has this setting; None where that is not known."""
        if self.preview or setting is True:
            return True
        named = self.preview_features or (
            setting if isinstance(setting, frozenset) else frozenset()
        )
        if feature in named:
            return True
        return None if self.unsettled else False


NO_VARIABLES = Variables()
"""An environment that says nothing of uv."""
