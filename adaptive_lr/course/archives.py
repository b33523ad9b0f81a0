"""A stranger's zip or tar, opened with care: plain files of sober size alone, none of whose names leads out of the folder that it is unpacked into."""

from __future__ import annotations

import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from typing import IO

from . import CourseError

BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError)
BROKEN += (ValueError, NotImplementedError, RuntimeError)  # a name or a number that is none, a method, a password
LARGEST = 100_000_000  # bytes of one file; an honest notebook has some 100 kB
ALL = 10_000_000_000  # bytes of all files,
COUNT = 200_000  # and their number
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its name there, the same in parts, its size, and how to read it. Or an empty folder, whose last part is empty too."""

    name: str
    size: int
    is_file: bool
    open: Callable[[], IO[bytes]]
    is_folder: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        parts = tuple(part for part in self.name.replace("\\", "/").split("/") if part not in ("", "."))
        return (*parts, "") if self.is_folder and parts else parts

    @property
    def is_litter(self) -> bool:
        return not self.parts or self.parts[0] in LITTER or self.parts[-1] in LITTER or self.parts[-1].startswith("._")

    @property
    def refusal(self) -> str:
        """Why it is not unpacked, "" if it is."""
        if not self.is_file and not self.is_folder:
            return "it is a link or a device, and no file"
        if self.name.startswith(("/", "\\")) or ".." in self.parts or self.parts[0][1:2] == ":":
            return "its name leads out of the folder"
        if self.size > LARGEST:
            return f"it is larger than {LARGEST // 10**6} MB"
        return ""


def is_broken(error: Exception) -> bool:
    """Whether the archive is to blame, also for a place in it that is none, and not a full disk, say."""
    return isinstance(error, BROKEN) or isinstance(error, OSError) and error.errno in (None, EINVAL)


@contextmanager
def opened(path: Path) -> Iterator[tuple[list[Entry], list[str]]]:
    """The files and the empty folders in an archive, and a line for each that must not be unpacked. Raises CourseError."""
    if not path.is_file():
        raise CourseError(f"{path} {'is no file' if path.exists() else 'does not exist'}.\nGive the archive as the learning platform hands it out.")
    archive = _open(path)
    with archive:
        try:
            yield _sorted(archive, path)
        except (*BROKEN, OSError) as error:
            if not is_broken(error):
                raise
            raise CourseError(f"{path} is broken: {error}.\nDownload it again.") from None


def _open(path: Path) -> zipfile.ZipFile | tarfile.TarFile:
    try:
        return zipfile.ZipFile(path) if zipfile.is_zipfile(path) else tarfile.open(path)
    except (*BROKEN, OSError) as error:
        if not is_broken(error):
            raise
        raise CourseError(f"{path} is neither a zip nor a tar archive, or it is broken.\nDownload it again, or unpack it yourself.") from None


def _sorted(archive: zipfile.ZipFile | tarfile.TarFile, path: Path) -> tuple[list[Entry], list[str]]:
    entries, left_out, size = [], [], 0
    listed = _in_zip(archive) if isinstance(archive, zipfile.ZipFile) else _in_tar(archive)
    for count, entry in enumerate(listed, 1):
        if entry.is_litter:
            continue
        if entry.refusal:
            left_out.append(f"{entry.name}: {entry.refusal}")
        else:
            entries.append(entry)
        size += entry.size
        if size > ALL or count > COUNT:
            limits = f"{ALL // 10**9} GB or {COUNT} files"
            raise CourseError(f"{path} would unpack to more than {limits}: no class hands in so much.\nIf it is right, unpack it yourself.")
    filled = {entry.parts[:depth] for entry in entries for depth in range(1, len(entry.parts)) if not entry.is_folder}
    return [entry for entry in entries if not entry.is_folder or entry.parts[:-1] not in filled], left_out


def _in_zip(archive: zipfile.ZipFile) -> Iterator[Entry]:
    """A zip's own list says how large each file is, and no more than that is ever read of it."""
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        yield Entry(info.filename, info.file_size, kind in (0, stat.S_IFREG), lambda info=info: archive.open(info), info.is_dir())


def _in_tar(archive: tarfile.TarFile) -> Iterator[Entry]:
    for info in archive:
        yield Entry(info.name, info.size, info.isreg(), lambda info=info: archive.extractfile(info), info.isdir())
