"""What the client has told us: folders, open documents, settings; and the workspaces that follow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.project.file_names import MANIFEST, SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import NEWEST, Version
from ws_lsp.server.settings import Settings
from ws_lsp.server.uris import path_of, uri_of
from ws_lsp.text import LineIndex
from ws_lsp.uv.environment import project_environment, variables_of
from ws_lsp.vfs import base_name

__all__ = ["Document", "Session", "manifest_path"]


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
            variables=variables_of(os.environ, os.path.exists),
            survey_later=True,
        )
        self.documents: dict[str, Document] = {}
        """The open manifests, by path."""
        self.folders: set[str] = set()
        """The directories that are open in the editor."""
        self.checkers: dict[str, Checker] = {}
        """The workspaces that are looked at, by root directory."""
        self.settings = Settings()
        """What the user wishes for."""
        self.trusted = True
        """Whether programs may be run here; the client says where not."""
        self.uv_version: Version = NEWEST
        """The version of the uv that decides: the newest known one until the installed one is."""
        self.installed_uv: Version | None = NEWEST
        """The version of the installed uv, None where there is none; until that is known, as above."""

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
            self.checkers[root] = _checker(self.settings)

    def set_uv_version(self, version: Version | None) -> bool:
        """Hear of the installed uv, or that there is none; tell whether anything is another now."""
        known, self.installed_uv = self.installed_uv, version
        if version is not None and version != self.uv_version:
            self.uv_version = version
            self.host.another_uv()
        return version != known

    def apply(self, settings: Settings) -> None:
        """Hear of other settings; where severities are others, everything is checked anew."""
        before, self.settings = self.settings, settings
        if settings.rule_levels != before.rule_levels:
            self.checkers = {root: _checker(settings) for root in self.checkers}

    # ----------------------------------------------------------------------- queries

    def snapshots(self) -> list[Snapshot]:
        """Return the workspaces that are looked at."""
        return [self.host.snapshot(root) for root in self.checkers]

    def locate(self, uri: str) -> tuple[Snapshot, Manifest] | None:
        """Return the workspace in which a file is to be understood, and the file.

        A file that several workspaces hold (a member seen from a root that it does not find itself)
        belongs to the one with a `[tool.uv.workspace]`; of two such to the one that it finds.
        """
        path = manifest_path(uri)
        if path is None:
            return None
        found = max(
            (one for one in self.snapshots() if path in one.belonging),
            key=lambda one: (one.workspace.explicit, path not in one.workspace.detached),
            default=None,
        )
        return (found, found.manifests[path]) if found else None

    def uri(self, path: str) -> str:
        """Return the URI of a file, as the client writes it where it is open."""
        return self.documents[path].uri if path in self.documents else uri_of(path)

    def uris(self) -> dict[str, str]:
        """Return the URIs of the open documents as the client writes them, by path."""
        return {path: document.uri for path, document in self.documents.items()}


def manifest_path(uri: str) -> str | None:
    """Return the path of a `pyproject.toml` or `uv.toml`, None for anything else."""
    path = path_of(uri)
    return path if path and base_name(path) in (MANIFEST, SETTINGS) else None


def _checker(settings: Settings) -> Checker:
    from ws_lsp.rules.catalogue import RULEBOOK  # here: `initialize` is answered without the rules

    return Checker(RULEBOOK, settings.rule_levels)
