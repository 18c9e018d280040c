"""What the client has told us: folders, open documents, settings; and the workspaces that follow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.project.file_names import MANIFEST, SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import NEWEST, Version
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.server.convert import path_of
from ws_lsp.text import LineIndex
from ws_lsp.uv.environment import preview_features, project_environment
from ws_lsp.vfs import base_name

__all__ = ["Document", "OnSave", "Session", "manifest_path"]


class OnSave(Enum):
    """What uv does when a manifest is saved."""

    OFF = "off"
    CHECK = "check"
    LOCK = "lock"
    DEFAULT = "default"


@dataclass(slots=True)
class Document:
    """An open document, as the client names and counts it."""

    uri: str
    version: int


class Session:
    """The state between messages. No I/O but through the host, no LSP but URIs."""

    def __init__(self, host: Host | None = None) -> None:
        self.host = host or Host(
            uv_version=lambda: self.uv_version,
            environment=project_environment(os.environ),
            preview_features=preview_features(os.environ, os.path.exists),
            survey_later=True,
        )
        self.documents: dict[str, Document] = {}
        """The open manifests, by path."""
        self.folders: set[str] = set()
        """The directories that are open in the editor."""
        self.checkers: dict[str, Checker] = {}
        """The workspaces that are looked at, by root directory."""
        self.uv_path: str | None = None
        """The setting `uv.path`."""
        self.trusted = True
        """Whether programs may be run here; the client says where not."""
        self.sync_exact = True
        """The setting `sync.exact`."""
        self.ask_for_unsaved_files = True
        """The setting `sync.askForUnsavedFiles`."""
        self.on_save = OnSave.OFF
        """The settings `sync.onSave` and `lockCheckOnSave`."""
        self.client_commands: frozenset[str] = frozenset()
        """What the client says that it can be asked to do."""
        self.uv_version: Version = NEWEST
        """The version of the uv that decides: the newest known one until the installed one is."""
        self.installed_uv: Version | None = NEWEST
        """The version of the installed uv, None where there is none; until that is known, as above."""
        self.rule_levels: dict[str, str] = {}
        """The setting `rules`: severities by code."""

    # -------------------------------------------------------------------- documents

    def open(self, uri: str, text: str, version: int) -> bool:
        """Hear of an opened document; tell whether it is one of ours."""
        path = manifest_path(uri)
        if path is None:
            return False
        self.documents[path] = Document(uri, version)
        self.host.refresh()
        self.host.edit(path, text)
        self._follow()
        return True

    def change(self, uri: str, text: str, version: int) -> bool:
        """Hear of a changed document; tell whether it is one of ours."""
        path = manifest_path(uri)
        if path is None or path not in self.documents:
            return False
        self.documents[path].version = version
        self.host.edit(path, text)
        return True

    def lines(self, uri: str) -> LineIndex | None:
        """Return the text of an open document of ours and its lines, None for any other."""
        path = manifest_path(uri)
        manifest = self.host.manifest(path) if path is not None and path in self.documents else None
        return manifest.lines if manifest is not None else None

    def save(self, uri: str) -> bool:
        """Hear of a saved document; tell whether it is one of ours."""
        if manifest_path(uri) is None:
            return False
        self.look_at_disk()
        return True

    def close(self, uri: str) -> bool:
        """Hear of a closed document; tell whether it is one of ours."""
        path = manifest_path(uri)
        if path is None or self.documents.pop(path, None) is None:
            return False
        self.host.close(path)
        self._follow()
        return True

    # ------------------------------------------------------------------------- disk

    def look_at_disk(self) -> None:
        """Compare the disk with what is remembered of it."""
        if self.host.refresh():
            self._follow()

    def changed_on_disk(self, uris: Iterable[str]) -> None:
        """Hear of files or directories that were created, changed or deleted."""
        paths = [path for path in map(path_of, uris) if path is not None]
        self.host.forget(paths)
        # a file in a new directory is all that some clients report of both
        self.host.refresh()
        self._follow()

    # ----------------------------------------------------------------------- folders

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Hear of opened and closed folders."""
        self.folders.difference_update(filter(None, map(path_of, removed)))
        self.folders.update(filter(None, map(path_of, added)))
        self._follow()

    def _follow(self) -> None:
        """Look at the workspaces that open documents and folders are in, and at no others."""
        wanted: set[str] = set()
        for path in self.documents:
            root = self.host.root_of(path)
            if root is not None:
                wanted.add(root)
        for folder in self.folders:
            root = self.host.root_of_directory(folder)
            if root is not None:
                wanted.add(root)
        for root in set(self.checkers) - wanted:
            del self.checkers[root]
            self.host.drop(root)
        for root in sorted(wanted - set(self.checkers)):
            self.checkers[root] = Checker(RULEBOOK, self.rule_levels)

    def set_uv_version(self, version: Version | None) -> bool:
        """Hear of the installed uv, or that there is none; tell whether anything is another now."""
        known, self.installed_uv = self.installed_uv, version
        if version is not None and version != self.uv_version:
            self.uv_version = version
            self.host.another_uv()
        return version != known

    def set_rule_levels(self, levels: dict[str, str]) -> None:
        """Hear of other severities: everything is checked anew."""
        if levels != self.rule_levels:
            self.rule_levels = levels
            self.checkers = {root: Checker(RULEBOOK, levels) for root in self.checkers}

    # ----------------------------------------------------------------------- queries

    def locate(self, uri: str) -> tuple[Snapshot, Manifest] | None:
        """Return the workspace in which a file is to be understood, and the file.

        A file that several workspaces hold (a member seen from a root that it does not find itself)
        belongs to the one with a `[tool.uv.workspace]`; of two such to the one that it finds.
        """
        path = manifest_path(uri)
        if path is None:
            return None
        snapshots = map(self.host.snapshot, self.checkers)
        found = max(
            (one for one in snapshots if path in one.belonging),
            key=lambda one: (one.workspace.explicit, path not in one.workspace.detached),
            default=None,
        )
        return (found, found.manifests[path]) if found else None

    def versions(self) -> dict[str, int]:
        """Return the versions of the open documents, by path."""
        return {path: document.version for path, document in self.documents.items()}

    def uris(self) -> dict[str, str]:
        """Return the URIs of the open documents as the client writes them, by path."""
        return {path: document.uri for path, document in self.documents.items()}


def manifest_path(uri: str) -> str | None:
    """Return the path of a `pyproject.toml` or `uv.toml`, None for anything else."""
    path = path_of(uri)
    return path if path and base_name(path) in (MANIFEST, SETTINGS) else None
