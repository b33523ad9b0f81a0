"""From what a learning platform hands an instructor, one archive, to one folder a student, as `adaptive-lr grade` takes them.

What the names in it mean:

- Canvas, flat files: `likim_12345_678_adagrad.ipynb`, `likim_LATE_12345_678_…`, anonymous `anon_x7Yz9_678_…` (Canvas, lib/content_zipper.rb).
- Moodle, folders: `Kim Li_12345_assignsubmission_file/…`, in some versions with a last _, or flat files that begin so
  (Moodle, mod/assign/classes/downloader.php).
- nbgrader's exchange: `ada+adagrad+2026-11-20 13:45:10 UTC+…/…`.
- Anything else: one folder a student.

Canvas says only whether a hand-in was late and Moodle says nothing: the times in their archives are those of the download. nbgrader's names hold the time.
"""

from __future__ import annotations

import csv
import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from errno import EEXIST, ENAMETOOLONG, ENOTDIR
from pathlib import Path
from typing import Any

from . import CourseError
from .archives import BROKEN, Entry, is_broken, opened
from .deadlines import moment
from .shown import printable
from .spreadsheet import from_text, read_csv, write_csv

INDEX = "collected.csv"
READ = ("student", "called", "platform", "number", "late", "handed_in")  # its columns that are read again
CANVAS = re.compile(r"(?P<student>\w+?)(?:_(?P<late>LATE))?_(?P<number>[0-9]{1,20})_(?:(?P<upload>\d+)_)?(?P<file>(?(upload).+|(?:text|link)\.html))", re.DOTALL)
CANVAS_ANONYMOUS = re.compile(r"(?:(?P<late>LATE)_)?(?P<student>anon_[A-Za-z0-9]+)_(?:\d+_)?(?P<file>.+)", re.DOTALL)
MOODLE = re.compile(r"(?P<student>.+?)(?:_(?P<number>[0-9]{1,20}))?_assignsubmission_[a-z]+_?", re.DOTALL)
MOODLE_FLAT = re.compile(rf"{MOODLE.pattern.removesuffix('_?')}_(?P<file>.+)", re.DOTALL)
EXCHANGE = re.compile(r"(?P<student>[^+]+)\+[^+]+\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+.*)?")
IN_FOLDERS = (("Moodle", MOODLE), ("nbgrader", EXCHANGE))
FLAT = (("Canvas", CANVAS_ANONYMOUS), ("Canvas", CANVAS), ("Moodle", MOODLE_FLAT))  # the end of a name on Canvas is the student's to choose
UNFIT = re.compile(r'[<>:"|?*\[\]\\/]')  # for a folder's name, on some system or for nbgrader
LONGEST = 90, 180  # letters and bytes of a student's folder's name: nbgrader takes 128 letters, file systems 255 bytes, and both have to end otherwise


@dataclass
class HandIn:
    """One student's: the folder's name, the platform and its number for the student, if it was late and when it was, as far as the archive tells."""

    student: str
    called: str  # in the archive
    platform: str = ""
    number: str = ""
    late: bool = False
    time: str = ""
    renamed: str = ""  # why the folder is called otherwise, where that is to be told
    files: list[tuple[Path, Entry]] = field(default_factory=list)


@dataclass(frozen=True)
class Collected:
    """What was unpacked, and what was not and why: a line for each."""

    handins: list[HandIn]
    left_out: list[str]

    def __str__(self):
        late = sum(handin.late for handin in self.handins)
        lines = [f"{len(self.handins)} student{'s' * (len(self.handins) != 1)}, {sum(len(handin.files) for handin in self.handins)} files{f', {late} late' if late else ''}"]
        lines += [f"{each.called} is now {each.student}: {each.renamed}" for each in self.handins if each.renamed]
        for each in self.handins:
            notebooks = [path.name for path, _ in each.files if path.suffix.lower() == ".ipynb"]
            lines += [f"{each.student} handed in {len(notebooks)} notebooks: {', '.join(notebooks)}"] * (len(notebooks) > 1)
        return "\n".join(map(printable, [*lines, *(f"not unpacked: {reason}" for reason in self.left_out)]))


def collect(archive: Path, to: Path) -> Collected:
    """Unpack a zip or tar archive into a folder that is new or empty, one sub-folder a student, and list them in its collected.csv.

    Raises CourseError for what the instructor can put right; then nothing is left in `to`.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise CourseError(f"{to} is there already, and not empty.\nGive a new folder, so that no hand-in is mixed with an older one.")
    unfinished = to.with_name(f"{to.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with opened(archive) as (entries, left_out):
            handins = _sorted_out(entries, left_out)
            if all(entry.is_folder for handin in handins for _, entry in handin.files):
                nothing = f"There is no hand-in in {archive}: neither a folder for each student nor files of Canvas's or Moodle's."
                raise CourseError("\n".join([nothing, *map(printable, left_out)]))
            for handin in handins:
                (unfinished / handin.student).mkdir(parents=True)  # also where none of the files can be read: it is a hand-in
                handin.files = [each for each in handin.files if _unpacked(*each, unfinished / handin.student, left_out)]
        _write_index(handins, unfinished / INDEX)
        to.mkdir(parents=True, exist_ok=True)
        unfinished.replace(to)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Collected(handins, left_out)


def numbers(folder: Path) -> dict[str, dict[str, str]]:
    """Platform → student → number, of a folder that was collected: what Canvas and Moodle know their students by when grades come back."""
    known = defaultdict(dict)
    for row in _rows(folder):
        if row.get("platform") and row.get("number"):
            known[row["platform"]][row["student"]] = row["number"]
    return dict(known)


def listed(folder: Path) -> dict[str, dict[str, Any]]:
    """Student → when it came, whether it was late, and what the platform calls the student, as far as the list says.

    Raises CourseError for what is no time, or two, of all students at once.
    """
    rows, wrong = _rows(folder), []
    for row in rows:
        try:
            moment(row.get("handed_in") or "2000-01-01 00:00")
        except CourseError as error:
            wrong.append((row["student"], str(error)))
    if wrong:
        told = [f"{student}: {error.splitlines()[0]}" for student, error in wrong]
        raise CourseError("\n".join([f"{folder / INDEX} has what is no time:", *told, wrong[0][1].splitlines()[-1]]))
    said = [(row["student"], {"handed_in": row.get("handed_in") or "", "late": bool(row.get("late"))}) for row in rows]
    came = dict(said)
    if twice := sorted({student for student, when in said if when != came[student]}):
        raise CourseError(f"{folder / INDEX} says of {printable(', '.join(twice))} several times when the work came.\nLeave the line that counts.")
    called = {row["student"]: from_text(row.get("called") or "") for row in rows}
    return {student: {**when, "called": called[student]} for student, when in came.items()}


def _rows(folder: Path) -> list[dict[str, str]]:
    try:
        headings, rows = read_csv(folder / INDEX)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):  # a class that was not collected, or a student of that name
        return []
    except (OSError, ValueError, csv.Error) as error:
        raise CourseError(f"{folder / INDEX} cannot be read: {error}.\nWrite it anew as CSV in UTF-8, or take it away.") from None
    if slip := _misnamed(headings):
        raise CourseError(f"{folder / INDEX} {slip}")
    return [{**row, "student": from_text(row["student"])} for row in rows if row.get("student")]


def _misnamed(headings: list[str]) -> str:
    """What is wrong with a table's headings: a column that is read, and is called almost right, would be passed over without a word."""
    for missing in (name for name in READ if name not in headings):
        for near in get_close_matches(missing, headings, cutoff=0.8):
            return f"has a column {printable(near)}, which is not read.\nCall it {missing}, if it is that, or else something less alike."
    there = printable(", ".join(filter(None, headings))) or "none at all"
    if "student" not in headings:
        return f"has no column student, but {there}.\nCall the column so that has the folders' names."
    if set(READ) & set(headings) == {"student"}:
        return f"has no column handed_in, but {there}.\nCall the column so that has the times."
    return ""


def _sorted_out(entries: list[Entry], left_out: list[str]) -> list[HandIn]:
    """Whose each file is. Of several hand-ins of one student the newest counts; two students of one name are told apart by their numbers.

    Names that differ are different students, also where no folder can have both.
    """
    handins: dict[tuple[str, str, str], HandIn] = {}
    for entry, parts in _without_wrapper(entries):
        platform, match, rest = _read(parts)
        if not rest:
            left_out.append(f"{entry.name}: it lies in no student's folder, and its name says no student")
            continue
        said = match.groupdict() if match else {"student": parts[0]}
        called, number, time = unicodedata.normalize("NFC", said["student"]), said.get("number") or "", said.get("time") or ""
        handin = handins.setdefault((called, number, time), HandIn(_folder(called), called, platform, number, time=time))
        handin.late |= bool(said.get("late"))
        handin.files.append((Path(*map(_fit, rest)), entry))
    newest = {}
    for (called, number, time), handin in sorted(handins.items()):
        if older := newest.get((called, number)):
            left_out += [f"{entry.name}: there is a newer hand-in of {called}, of {time}" for _, entry in older.files]
        newest[called, number] = handin
    named, taken = Counter(handin.student for handin in newest.values()), {INDEX}
    for handin in newest.values():
        if len(_fit(handin.called)) > len(handin.student) + 2:  # blanks and dots at its ends apart
            handin.renamed = "that name was too long"
        if named[handin.student] > 1 and handin.number:
            handin.student, handin.renamed = f"{handin.student}_{handin.number}", "several have that name"
        while handin.student in taken:  # by somebody who is called so
            handin.student, handin.renamed = f"{handin.student}_", "that name was taken"
        taken.add(handin.student)
    return sorted(newest.values(), key=lambda handin: handin.student)


def _read(parts: tuple[str, ...]) -> tuple[str, re.Match | None, tuple[str, ...]]:
    """The platform that gave a path its first name, what the name says, and the path below the student's folder, () if it is nobody's."""
    patterns = IN_FOLDERS if len(parts) > 1 else FLAT
    platform, match = next(((platform, match) for platform, pattern in patterns if (match := pattern.fullmatch(parts[0]))), ("", None))
    return platform, match, parts[1:] or ((match["file"],) if match else ())


def _without_wrapper(entries: list[Entry]) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Each entry's path, without a folder around all of it that somebody's computer added."""
    inner = [entry.parts[1:] for entry in entries]
    wrapped = len({entry.parts[0] for entry in entries}) == 1 and all(inner) and not _read(entries[0].parts)[1]
    students = {parts[0] for parts in inner if len(parts) > 1}
    with_notebooks = {parts[0] for parts in inner if len(parts) > 1 and parts[-1].endswith(".ipynb")}
    several = len(students) > 1 and (all(len(parts) > 1 for parts in inner) or len(with_notebooks) > 1)
    if wrapped and (several or any(_read(parts)[1] for parts in inner)):
        return zip(entries, inner)
    return ((entry, entry.parts) for entry in entries)


def _fit(name: str) -> str:
    """A name that every system takes for a file's."""
    return UNFIT.sub("_", printable(unicodedata.normalize("NFC", name), unprintable="_"))


def _folder(name: str) -> str:
    """A name that nbgrader and the grader take for a student's."""
    letters, longest = LONGEST
    short = _fit(name)[:letters].encode()[:longest].decode(errors="ignore")
    return short.strip().strip(".").strip() or "_"


def _unpacked(path: Path, entry: Entry, folder: Path, left_out: list[str]) -> bool:
    """Whether a file was copied out of the archive; an empty folder is made. Of two files with the same name both are kept.

    What this machine is to blame for, a full disk say, ends it all.
    """
    target, copies = folder / path, 1
    try:
        (target if entry.is_folder else target.parent).mkdir(parents=True, exist_ok=True)
        if entry.is_folder:
            return False
        while target.exists():
            copies += 1
            target = target.with_name(f"{path.stem} ({copies}){path.suffix}")
        with entry.open() as source, open(target, "xb") as copy:
            shutil.copyfileobj(source, copy)
    except (*BROKEN, OSError) as error:
        if not is_broken(error) and error.errno not in (ENAMETOOLONG, EEXIST, ENOTDIR):
            raise
        with suppress(OSError):
            target.unlink()
        left_out.append(f"{entry.name}: {type(error).__name__}: {error}")
        return False
    return True


def _write_index(handins: list[HandIn], path: Path) -> None:
    rows = [[each.student, _other_name(each), each.platform, each.number, "late" if each.late else "", each.time, len(each.files)] for each in handins]
    write_csv(path, [[*READ, "files"], *rows], says_unicode=True)


def _other_name(handin: HandIn) -> str:
    return handin.called if handin.called != handin.student and printable(handin.called) == handin.called else ""
