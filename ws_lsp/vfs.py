"""Files as the core sees them: open buffers over the disk, read through one protocol.

Paths are absolute strings with `/` between their parts on every platform (`C:/work` on Windows), in
normal form: no `.`, `..`, doubled or final `/`. `from_native` and `to_native` stand at the rim.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from enum import Enum, auto
from typing import Protocol

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = [
    "LARGEST",
    "Disk",
    "File",
    "FileSystem",
    "Kind",
    "Memory",
    "Overlay",
    "base_name",
    "from_native",
    "is_absolute",
    "join",
    "normal_form",
    "parent",
    "real_path",
    "relative",
    "to_native",
    "write_whole",
]


class Kind(Enum):
    """What a path is; symbolic links are followed."""

    FILE = auto()
    DIRECTORY = auto()
    LINKED_DIRECTORY = auto()
    """A directory by way of a symbolic link; only a listing tells it from a plain one."""
    DANGLING = auto()
    """A symbolic link to nothing."""
    OTHER = auto()
    """A pipe, a socket or a device."""

    @property
    def is_directory(self) -> bool:
        """Tell whether one can go on below."""
        return self in (Kind.DIRECTORY, Kind.LINKED_DIRECTORY)


class File(NamedTuple):
    """The text of a file; `problem` says why it could not be read as one (`text` is a guess then)."""

    text: str
    problem: str | None = None


class FileSystem(Protocol):
    """Where the core reads from. Answers may be remembered; nothing here raises."""

    def read(self, path: str) -> File | None:
        """Return a file, or None where nothing of that name exists."""

    def kind(self, path: str) -> Kind | None:
        """Return what `path` is, or None where nothing of that name exists."""

    def read_once(self, path: str) -> File | None:
        """Return a file as `read` does, for somebody who keeps what he needs of it and its `stamp`."""

    def stamp(self, path: str) -> object:
        """Return what is equal as long as a file has not changed, None where nothing exists."""

    def listing(self, path: str) -> Mapping[str, Kind]:
        """Return the names in a directory, sorted by code point; empty where it cannot be read."""

    def global_excludes(self) -> str:
        """Return the text of the user's git excludes file, empty where there is none."""


# --------------------------------------------------------------------------- paths


def from_native(path: str) -> str:
    """Return an absolute path of this platform in the form used inside."""
    absolute = os.path.abspath(path)
    return absolute.replace("\\", "/") if os.sep == "\\" else absolute


def to_native(path: str) -> str:
    """Return a path in this platform's own form."""
    return path.replace("/", "\\") if os.sep == "\\" else path


def real_path(path: str) -> str:
    """Return a path with all links followed."""
    return from_native(os.path.realpath(to_native(path)))


def write_whole(path: str, text: str) -> None:
    """Replace a file's text as a whole: whatever happens, it has the old one or the new.

    A link stays a link. Raises `OSError` where the file cannot be written.
    """
    import shutil  # here, as the next: few commands write
    import tempfile

    target = to_native(real_path(path))
    handle, fresh = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".ws-lsp-")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        shutil.copymode(target, fresh)
        os.replace(fresh, target)
    except BaseException:
        os.unlink(fresh)
        raise


def is_absolute(path: str) -> bool:
    """Tell whether a path with `/` is absolute: `/x`, `C:/x`, `//server/share`."""
    return path.startswith("/") or (path[1:3] == ":/" and path[0].isalpha())


def join(directory: str, path: str) -> str:
    """Return `path` seen from `directory`, in normal form."""
    return normal_form(path if is_absolute(path) else f"{directory.rstrip('/')}/{path}")


def normal_form(path: str) -> str:
    """Remove `.`, `..`, doubled and final `/`, lexically; a relative path may begin with `..`."""
    if _is_plain(path):
        return path
    root = ""
    if path[1:3] == ":/":
        root, path = path[:3], path[3:]
    elif path.startswith("//") and not path.startswith("///"):
        root, path = "//", path[2:]
    elif path.startswith("/"):
        root, path = "/", path[1:]
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not root:
            parts.append(part)
    return root + "/".join(parts)


def _is_plain(path: str) -> bool:
    """Tell quickly whether a path is in normal form, as nearly all are; some that are may be denied."""
    return path[:1] == "/" and path[-1] != "/" and "//" not in path and "/." not in path


def parent(path: str) -> str:
    """Return the directory of a path; a root is its own parent."""
    above = path.rpartition("/")[0]
    return above if above and _is_plain(path) else join(path, "..")


def base_name(path: str) -> str:
    """Return the last part of a path."""
    return path.rstrip("/").rpartition("/")[2]


def relative(path: str, directory: str) -> str:
    """Return `path` as written from `directory`: `.`, `a/b`, `../c`; absolute on another drive."""
    if path == directory:
        return "."
    if path.startswith(directory.rstrip("/") + "/"):
        return path[len(directory.rstrip("/")) + 1 :]
    mine, other = path.rstrip("/").split("/"), directory.rstrip("/").split("/")
    if mine[0] != other[0]:
        return path
    common = 0
    while common < min(len(mine), len(other)) and mine[common] == other[common]:
        common += 1
    return "/".join([".."] * (len(other) - common) + mine[common:])


# ------------------------------------------------------------------- file systems


LARGEST = 8 * 2**20
"""So many bytes of a file are read. To parse a manifest of that size takes ten seconds and half a GiB; real
ones have less than a hundredth, and sources that somebody generated have about as much at most."""


class Disk:
    """The disk, remembered: a path is looked at once, until `forget` or `refresh`.

    Only regular files are read, up to `LARGEST`; `larger` says for names of files how large those may be.
    """

    def __init__(self, larger: Mapping[str, int] | None = None) -> None:
        self._larger = larger or {}
        self._files: dict[str, tuple[_Stamp, File | None]] = {}
        self._listings: dict[str, tuple[_Stamp, Mapping[str, Kind]]] = {}
        self._kinds: dict[str, Kind | None] = {}
        self._stamps: dict[str, _Stamp] = {}
        self.reads = 0
        """How many files were read: tests count them."""

    def read(self, path: str) -> File | None:
        known = self._files.get(path)
        if known is None:
            self.reads += 1
            known = self._files[path] = self._read(path)
        return known[1]

    def read_once(self, path: str) -> File | None:
        self.reads += 1
        return self._read(path)[1]

    def _read(self, path: str) -> tuple[_Stamp, File | None]:
        return _read(path, self._larger.get(base_name(path), LARGEST))

    def stamp(self, path: str) -> object:
        if path not in self._stamps:
            self._stamps[path] = _stamp(path)
        return self._stamps[path]

    def kind(self, path: str) -> Kind | None:
        if path not in self._kinds:
            self._kinds[path] = _kind(path)
        return self._kinds[path]

    def listing(self, path: str) -> Mapping[str, Kind]:
        known = self._listings.get(path)
        if known is None:
            known = self._listings[path] = (_stamp(path), _list(path))
        return known[1]

    def global_excludes(self) -> str:
        file = self.read(self._excludes_file())
        return file.text if file else ""

    def _excludes_file(self) -> str:
        """Return where git's excludes of the user are: `core.excludesFile`, or git's default."""
        home = os.path.expanduser("~")
        configuration = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
        for path in (
            os.path.join(home, ".gitconfig"),
            os.path.join(configuration, "git", "config"),
        ):
            file = self.read(from_native(path))
            match = _EXCLUDES_FILE.search(file.text) if file else None
            if match:
                return from_native(os.path.expanduser(match[1]))
        return from_native(os.path.join(configuration, "git", "ignore"))

    def forget(self, *paths: str) -> None:
        """Look anew at `paths`, at all below them and at the directories that they stand in."""
        exact = set(paths)

        def concerned(known: str) -> bool:
            while known not in exact:
                above = known.rpartition("/")[0]
                if not above:
                    return False
                known = above
            return True

        for memory in (self._files, self._listings, self._kinds, self._stamps):
            for known in [key for key in memory if concerned(key)]:
                del memory[known]
        for path in paths:
            self._listings.pop(parent(path), None)

    def refresh(self) -> bool:
        """Compare all that is remembered with the disk and drop what differs; tell whether any did.

        One `stat` for each remembered path: some 4 ms for 1000 members.
        """
        changed = False
        for path, kind in list(self._kinds.items()):
            if _kind(path) is not kind:
                del self._kinds[path]
                changed = True
        for path, stamp in list(self._stamps.items()):
            if _stamp(path) != stamp:
                del self._stamps[path]
                changed = True
        for memory in (self._files, self._listings):
            for path in [path for path, known in memory.items() if known[0] != _stamp(path)]:
                del memory[path]
                changed = True
        return changed


class Memory:
    """Files held in memory; directories exist because of what is in them, or by a final `/`."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = {path: text for path, text in files.items() if not path.endswith("/")}
        self._tree: dict[str, dict[str, Kind]] = {}
        for path in files:
            kind = Kind.DIRECTORY if path.endswith("/") else Kind.FILE
            at = path.rstrip("/")
            while at and at != "/":
                above, _, name = at.rpartition("/")
                self._tree.setdefault(above or "/", {}).setdefault(name, kind)
                at, kind = above, Kind.DIRECTORY

    def read(self, path: str) -> File | None:
        if path in self.files:
            return File(self.files[path])
        return File("", "Is a directory") if path in self._tree else None

    def read_once(self, path: str) -> File | None:
        return self.read(path)

    def stamp(self, path: str) -> object:
        return self.files.get(path)

    def kind(self, path: str) -> Kind | None:
        if path in self._tree or path == "/":
            return Kind.DIRECTORY
        return self._tree.get(parent(path), {}).get(base_name(path))

    def listing(self, path: str) -> Mapping[str, Kind]:
        return dict(sorted(self._tree.get(path, {}).items()))

    def global_excludes(self) -> str:
        return ""


class Overlay:
    """Open buffers over another file system."""

    def __init__(self, base: FileSystem) -> None:
        self.base = base
        self.buffers: dict[str, File] = {}

    def read(self, path: str) -> File | None:
        return self.buffers.get(path) or self.base.read(path)

    def read_once(self, path: str) -> File | None:
        return self.buffers.get(path) or self.base.read_once(path)

    def stamp(self, path: str) -> object:
        return self.buffers.get(path) or self.base.stamp(path)

    def kind(self, path: str) -> Kind | None:
        return Kind.FILE if path in self.buffers else self.base.kind(path)

    def listing(self, path: str) -> Mapping[str, Kind]:
        return self.base.listing(path)

    def global_excludes(self) -> str:
        return self.base.global_excludes()


_EXCLUDES_FILE = regular_expression(
    r"(?im)^[^\S\n]*+excludesfile\s*+=\s*+\"?\s*+(\S+?)[^\S\n]*+\"?[^\S\n]*+$"
)
"""As the crate `ignore` looks for it: to that one a path ends at a space."""

_Stamp = tuple[int, int, int] | None


def _stamp(path: str) -> _Stamp:
    """Return what changes with the content of a file."""
    try:
        return _stamp_of(os.stat(path))
    except (OSError, ValueError):  # ValueError: a null character, which TOML can write
        return None


def _stamp_of(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


_READ = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


def _read(path: str, largest: int) -> tuple[_Stamp, File | None]:
    """Read a file, None where there is none; the stamp is of what was read, or older.

    What is not a regular file is not opened, as a pipe waits for somebody to write, and a device may have
    no end. If one has just taken a file's place, it is opened without waiting, and not read.

    A thousand members are read before the first finding is shown, and a stream for each would take
    twice as long.
    """
    try:
        status = os.stat(path)
        refusal = _refusal(status, largest)
        if refusal is not None:
            return _stamp_of(status), File("", refusal)
        handle = os.open(path, _READ)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None, None
    except OSError as error:
        return _stamp(path), File("", error.strerror or type(error).__name__)
    try:
        opened = os.fstat(handle)
        # elsewhere the two ways to ask need not give the same answer
        stamp = _stamp_of(opened if os.name == "posix" else status)
        refusal = _refusal(opened, largest)
        parts: list[bytes] = []
        size = 0
        while refusal is None and (part := os.read(handle, 1 << 16)):
            parts.append(part)
            size += len(part)
            if size > largest:
                refusal = _too_large(largest)
    except OSError as error:
        return _stamp(path), File("", error.strerror or type(error).__name__)
    finally:
        os.close(handle)
    if refusal is not None:
        return stamp, File("", refusal)
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    try:
        return stamp, File(data.decode("utf-8"))
    except UnicodeDecodeError:
        return stamp, File(data.decode("utf-8", "replace"), "stream did not contain valid UTF-8")


def _refusal(status: os.stat_result, largest: int) -> str | None:
    """Return why a file is not to be read, None where it may be."""
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFREG:
        return _too_large(largest) if status.st_size > largest else None
    if kind == stat.S_IFDIR:
        return os.strerror(errno.EISDIR)
    if kind == stat.S_IFCHR and status.st_rdev == os.stat(os.devnull).st_rdev:
        return None  # an empty file, as somebody means who links to it
    return f"it is {_OTHERS.get(kind, 'something else')}, not a regular file"


_OTHERS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def _too_large(largest: int) -> str:
    return f"it has more than {largest >> 20} MiB, the most that ws-lsp reads"


def _kind(path: str) -> Kind | None:
    try:
        mode = os.stat(path).st_mode
    except ValueError:
        return None
    except OSError:
        return Kind.DANGLING if os.path.islink(path) else None
    if stat.S_ISREG(mode):
        return Kind.FILE
    return Kind.DIRECTORY if stat.S_ISDIR(mode) else Kind.OTHER


def _listed_kind(entry: os.DirEntry[str]) -> Kind:
    try:
        if entry.is_dir():
            return Kind.LINKED_DIRECTORY if entry.is_symlink() else Kind.DIRECTORY
        if entry.is_file():
            return Kind.FILE
    except OSError:  # a symbolic link that leads to itself
        return Kind.DANGLING
    dangling = entry.is_symlink() and not os.path.exists(entry.path)
    return Kind.DANGLING if dangling else Kind.OTHER


def _list(path: str) -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                found[entry.name] = _listed_kind(entry)
    except (OSError, ValueError):
        pass
    return dict(sorted(found.items()))
