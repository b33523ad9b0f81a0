"""Archives as learning platforms make them, and as nobody should, become one folder a student."""

import csv
import io
import random
import re
import stat
import tarfile
import zipfile
from contextlib import suppress

import nbformat
import pytest
from nbformat.v4 import new_notebook, writes
from nbgrader.api import Gradebook
from sample_class.write import CHECKOUT

from adaptive_lr.course import CourseError, archives
from adaptive_lr.course.autograde import grade
from adaptive_lr.course.collect import collect, listed, numbers
from adaptive_lr.course.records import can_be_kept
from adaptive_lr.grading.known import TASKS

NOTEBOOK = writes(new_notebook())


@pytest.fixture
def unpack(tmp_path):
    """unpack(name or (name, content), …) → what `collect` says of a zip with these entries, and the files that it left, by path."""

    def unpack(*entries):
        with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in [(entry, NOTEBOOK) if isinstance(entry, str) else entry for entry in entries]:
                archive.writestr(name, content)
        return collected(tmp_path / "in.zip", tmp_path / "out")

    return unpack


def collected(archive, to):
    told = collect(archive, to)
    files = {path.relative_to(to).as_posix(): path.read_text(encoding="utf-8") for path in sorted(to.rglob("*")) if path.is_file()}
    assert [path.name for path in to.parent.glob("*.part")] == []
    del files["collected.csv"]
    return told, files


def index(folder):
    with open(folder / "collected.csv", newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_canvas(unpack, tmp_path):
    told, files = unpack("likim_12345_678_adagrad.ipynb", "doeada_LATE_99_679_adagrad-1.ipynb", "doeada_LATE_99_680_my_notes_2.txt", "roebob_77_text.html")
    assert list(files) == ["doeada/adagrad-1.ipynb", "doeada/my_notes_2.txt", "likim/adagrad.ipynb", "roebob/text.html"]
    assert [(each.student, each.number, each.late) for each in told.handins] == [("doeada", "99", True), ("likim", "12345", False), ("roebob", "77", False)]
    assert str(told) == "3 students, 4 files, 1 late"
    assert numbers(tmp_path / "out") == {"Canvas": {"doeada": "99", "likim": "12345", "roebob": "77"}}
    assert [row["late"] for row in index(tmp_path / "out")] == ["late", "", ""]


def test_canvas_without_names_gives_no_number_that_could_be_a_students(unpack, tmp_path):
    told, files = unpack("anon_x7Yz9_678_adagrad.ipynb", "LATE_anon_12345_679_adagrad.ipynb")
    assert list(files) == ["anon_12345/adagrad.ipynb", "anon_x7Yz9/adagrad.ipynb"]
    assert ([each.late for each in told.handins], numbers(tmp_path / "out")) == ([True, False], {})


@pytest.mark.parametrize("ending", ["", "_"])
def test_moodle_with_folders(unpack, tmp_path, ending):
    kim, ada = f"Kim Li_12345_assignsubmission_file{ending}", f"Ada d'Or-Zoë_99_assignsubmission_file{ending}"
    text = f"Kim Li_12345_assignsubmission_onlinetext{ending}/onlinetext.html"
    told, files = unpack(f"{kim}/adagrad.ipynb", f"{kim}/data/x.csv", text, f"{ada}/adagrad.ipynb")
    assert list(files) == ["Ada d'Or-Zoë/adagrad.ipynb", "Kim Li/adagrad.ipynb", "Kim Li/data/x.csv", "Kim Li/onlinetext.html"]
    assert (numbers(tmp_path / "out"), told.left_out) == ({"Moodle": {"Kim Li": "12345", "Ada d'Or-Zoë": "99"}}, [])


def test_moodle_without_folders(unpack):
    told, files = unpack("Kim Li_12345_assignsubmission_file_ada_grad_2.ipynb")
    assert (list(files), told.handins[0].number) == (["Kim Li/ada_grad_2.ipynb"], "12345")


def test_a_student_whose_folder_is_empty_handed_in_nothing_and_is_there(unpack, tmp_path):
    told, files = unpack("class/ada/adagrad.ipynb", ("class/ben/", ""), ("class/ada/", ""), ("class/", ""))
    assert list(files) == ["ada/adagrad.ipynb"] and str(told) == "2 students, 1 files"
    assert [(row["student"], row["files"]) for row in index(tmp_path / "out")] == [("ada", "1"), ("ben", "0")]
    assert list((tmp_path / "out/ben").iterdir()) == []


def test_empty_folders_alone_are_no_hand_ins(unpack):
    with pytest.raises(CourseError, match="There is no hand-in in"):
        unpack(("ada/", ""), ("ben/", ""))


def test_two_students_of_one_name_are_two(unpack):
    told, files = unpack("likim_1_10_adagrad.ipynb", "likim_2_20_adagrad.ipynb")
    assert list(files) == ["likim_1/adagrad.ipynb", "likim_2/adagrad.ipynb"]
    assert "likim is now likim_1: several have that name\nlikim is now likim_2: several have that name" in str(told)


def test_two_students_of_one_name_keep_the_numbers_of_the_name_that_both_wrote(unpack, tmp_path):
    notebook = nbformat.read(CHECKOUT / "exercises/adam/adam.ipynb", as_version=4)
    task = TASKS["adam_uncorrected"]
    answers = {"student": 'STUDENT = "Kim Li"', "task4_answer": f"first_step = {task.reference(**task.numbers('Kim Li'))}"}
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    unpack(*((f"Kim Li_{number}_assignsubmission_file/adam.ipynb", nbformat.writes(notebook)) for number in (202, 203)))
    outcome = grade(tmp_path / "out", "adam", tmp_path / "course", CHECKOUT, workers=1)
    assert {result.student: result.tasks["task4_first_step"] for result in outcome.results} == {"Kim Li_202": 3, "Kim Li_203": 3}
    assert not any("STUDENT" in result.reason for result in outcome.results)


def test_nbgrader_knows_canvass_numbers_and_keeps_those_that_it_was_given(unpack, tmp_path):
    handed_out = (CHECKOUT / "exercises/adagrad/adagrad.ipynb").read_text(encoding="utf-8")
    unpack(("kim_7_70_adagrad.ipynb", handed_out), ("ada_8_80_adagrad.ipynb", handed_out))
    for number in ("7", "9"):
        grade(tmp_path / "out", "adagrad", tmp_path / "course", CHECKOUT, workers=1)
        with Gradebook(f"sqlite:///{tmp_path / 'course/gradebook.db'}", "adaptive_lr") as gradebook:
            assert {student.id: student.lms_user_id for student in gradebook.students} == {"kim": number, "ada": "8"}
            gradebook.find_student("kim").lms_user_id = "9"
            gradebook.db.commit()


def test_on_canvas_nobody_chooses_a_number_by_a_files_name(unpack, tmp_path):
    unpack("mallory_12345_678_x_99999_assignsubmission_file_adagrad.ipynb", f"eve_{'1' * 130}_assignsubmission_file_adagrad.ipynb")
    assert numbers(tmp_path / "out") == {"Canvas": {"mallory": "12345"}}


def test_a_name_that_no_folder_can_have_is_kept_beside_it(unpack, tmp_path):
    told, _ = unpack(*(f"{name}_{place}_assignsubmission_file/adagrad.ipynb" for place, name in enumerate(('Kim "K" Li', "x" * 120, "李" * 80, ". dot"), 1)))
    came = listed(tmp_path / "out")
    assert came["Kim _K_ Li"]["called"] == 'Kim "K" Li' and came["x" * 90]["called"] == "x" * 120
    assert f"is now {'x' * 90}: that name was too long" in str(told) and f"is now {'李' * 60}: that name was too long" in str(told)
    assert str(told).count("is now") == 2


def test_who_handed_in_several_notebooks_is_told(unpack):
    told, _ = unpack("pat_301_9301_adam.ipynb", "pat_301_9302_adam-1.ipynb", "kim_302_9303_adam.ipynb", "kim_302_9304_notes.pdf")
    assert "pat handed in 2 notebooks: adam.ipynb, adam-1.ipynb" in str(told) and "kim" not in str(told)


def test_a_name_made_so_is_nobody_elses(unpack):
    told, files = unpack("likim_1_10_x", "likim_2_20_x", "likim_1/x", "collected.csv/x")
    assert sorted(each.student for each in told.handins) == ["collected.csv_", "likim_1", "likim_1_", "likim_2"]
    assert len(files) == 4


def test_two_files_of_one_name_are_both_kept(unpack):
    _, files = unpack(("likim_1_10_adagrad.ipynb", "first"), ("likim_1_11_adagrad.ipynb", "second"))
    assert files == {"likim/adagrad.ipynb": "first", "likim/adagrad (2).ipynb": "second"}


def test_nbgraders_exchange_tells_the_time_and_the_newest_counts(unpack, tmp_path):
    new, old = "ada+adagrad+2026-11-20 13:45:10.5 UTC+aBc", "ada+adagrad+2026-11-19 13:45:10.5 UTC+xYz"
    told, files = unpack((f"{new}/adagrad.ipynb", "new"), (f"{old}/adagrad.ipynb", "old"))
    assert files == {"ada/adagrad.ipynb": "new"}
    assert [row["handed_in"] for row in index(tmp_path / "out")] == ["2026-11-20 13:45:10.5 UTC"]
    assert listed(tmp_path / "out") == {"ada": {"handed_in": "2026-11-20 13:45:10.5 UTC", "late": False, "called": ""}}
    assert told.left_out == [f"{old}/adagrad.ipynb: there is a newer hand-in of ada, of 2026-11-20 13:45:10.5 UTC"]


def test_a_time_that_a_student_handed_in_is_none(unpack, tmp_path):
    unpack(("ada+adagrad+2026-11-20 13:45:10 UTC/timestamp.txt", "2026-11-18 10:00:00 UTC"))
    assert listed(tmp_path / "out")["ada"]["handed_in"] == "2026-11-20 13:45:10 UTC"


def test_a_list_of_ones_own_is_read_and_one_that_is_none_is_said(tmp_path):
    assert listed(tmp_path) == numbers(tmp_path) == {}
    table = tmp_path / "collected.csv"
    table.write_text("student,handed_in,late\n'=ada,2026-12-01 10:00 +0100,\nben,,late\n", encoding="utf-8")
    ada, ben = {"handed_in": "2026-12-01 10:00 +0100", "late": False, "called": ""}, {"handed_in": "", "late": True, "called": ""}
    assert listed(tmp_path) == {"=ada": ada, "ben": ben}
    table.write_text("student,handed_in\nben,soon\ncem,2026-12-01 10:00\ndee,never\n", encoding="utf-8")
    with pytest.raises(CourseError) as said:
        listed(tmp_path)
    assert re.search(r'collected\.csv has what is no time:\nben: "soon" is no time\.\ndee: "never" is no time\.\nWrite it as', str(said.value))
    twice = "student,handed_in,late\nada,2026-12-01 10:00,\nada,2026-12-08 10:00,\nben,,late\nben,,\ncem,2026-12-01 10:00,\ncem,2026-12-01 10:00,\n"
    table.write_text(twice, encoding="utf-8")
    with pytest.raises(CourseError, match=r"collected\.csv says of ada, ben several times when the work came\.\nLeave the line that counts"):
        listed(tmp_path)
    table.write_text("student,submitted\nada,2026-12-01 10:00\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"collected\.csv has no column handed_in, but student, submitted\.\nCall the column so that has the times"):
        listed(tmp_path)
    table.write_text("student,called,late\nada,Ada,late\nada,Ada L,late\n", encoding="utf-8")
    assert listed(tmp_path) == {"ada": {"handed_in": "", "late": True, "called": "Ada L"}}
    table.write_bytes(b"student\n\xff\n")
    with pytest.raises(CourseError, match="collected.csv cannot be read"):
        listed(tmp_path)


AS_SAVED = {
    "semicolons": "student;platform;number;late;handed_in;files\nada;Canvas;12;;2026-12-05 10:00;1\n;;;;;\n",
    "tabs": "student\tplatform\tnumber\tlate\thanded_in\nada\tCanvas\t12\t\t2026-12-05 10:00\n",
    "headings": "Student , PLATFORM,Number,Late,Handed in\n ada,Canvas,12, ,2026-12-05 10:00\n",
    "a column more": "student,name,platform,number,date,handed-in\r\nada,Ada,Canvas,12,Monday,2026-12-05 10:00\r\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", AS_SAVED.values(), ids=AS_SAVED)
def test_a_list_that_a_spreadsheet_has_saved_is_read(tmp_path, text, encoding):
    (tmp_path / "collected.csv").write_bytes(text.encode(encoding))
    assert listed(tmp_path) == {"ada": {"handed_in": "2026-12-05 10:00", "late": False, "called": ""}} and numbers(tmp_path) == {"Canvas": {"ada": "12"}}


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ("name,handed_in", "has no column student, but name, handed_in\\.\nCall the column so that has the folders' names"),
        ("", "has no column student, but none at all"),
        ("student,handed inn", "has a column handed_inn, which is not read\\.\nCall it handed_in, if it is that"),
        ("students,handed_in", "has a column students, .*\nCall it student"),
        ("student,late?", "has a column late\\?, .*\nCall it late"),
    ],
)
def test_a_column_that_would_be_passed_over_is_told(tmp_path, headings, told):
    (tmp_path / "collected.csv").write_text(f"{headings}\nada,2026-12-05 10:00\n" if headings else "", encoding="utf-8")
    for read in (listed, numbers):
        with pytest.raises(CourseError, match=told):
            read(tmp_path)


def test_a_loose_file_does_not_make_a_class_one_student(unpack):
    collected, _ = unpack("hw1/ada/adagrad.ipynb", "hw1/bob/adagrad.ipynb", "hw1/readme.txt")
    assert [each.student for each in collected.handins] == ["ada", "bob"] and "hw1/readme.txt: it lies in no student's folder" in str(collected)


def test_folders_of_one_student_are_no_class(unpack):
    collected, _ = unpack("ada/adagrad.ipynb", "ada/data/table.csv", "ada/plots/plot.png", "ada/readme.txt")
    assert [each.student for each in collected.handins] == ["ada"]


@pytest.mark.parametrize("around", ["", "hand-ins of week 3/"])
@pytest.mark.parametrize(
    "names, students",
    [
        (["ada/adagrad.ipynb", "bob/sub/adagrad.ipynb"], ["ada", "bob"]),
        (["ada/adagrad.ipynb", "bob/sub/adagrad.ipynb", "cem/nothing.txt"], ["ada", "bob", "cem"]),
        (["likim_1_10_adagrad.ipynb"], ["likim"]),
        (["Li_1_assignsubmission_file_/adagrad.ipynb"], ["Li"]),
    ],
)
def test_a_folder_around_it_all_is_nobodys(unpack, around, names, students):
    assert [each.student for each in unpack(*(around + name for name in names))[0].handins] == students


def test_a_single_students_folder_is_that_students(unpack):
    assert list(unpack("ada/adagrad.ipynb")[1]) == ["ada/adagrad.ipynb"]


def test_what_is_not_understood_is_told_and_litter_is_not(unpack):
    told, files = unpack("ada/adagrad.ipynb", "README.txt", "__MACOSX/ada/._adagrad.ipynb", "ada/.DS_Store")
    assert list(files) == ["ada/adagrad.ipynb"]
    assert str(told).splitlines()[1:] == ["not unpacked: README.txt: it lies in no student's folder, and its name says no student"]


@pytest.mark.parametrize("name", ["../evil.ipynb", "ada/../../evil.ipynb", "/etc/evil.ipynb", "..\\evil.ipynb", "ada\\..\\evil", "C:/evil/x", "\\\\host\\evil"])
def test_no_name_leads_out_of_the_folder(unpack, tmp_path, name):
    told, files = unpack("ada/adagrad.ipynb", name)
    assert (list(files), told.left_out) == (["ada/adagrad.ipynb"], [f"{name}: its name leads out of the folder"])
    assert {path.name for path in tmp_path.iterdir()} == {"in.zip", "out"}


def test_links_and_devices_are_left_out(unpack, tmp_path):
    link = zipfile.ZipInfo("ada/secret.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    told, files = unpack("ada/adagrad.ipynb", (link, "/etc/passwd"))
    assert (list(files), told.left_out) == (["ada/adagrad.ipynb"], ["ada/secret.ipynb: it is a link or a device, and no file"])

    with tarfile.open(tmp_path / "in.tar.gz", "w:gz") as archive:
        for name, kind in {"ada/x.ipynb": tarfile.REGTYPE, "ada/soft": tarfile.SYMTYPE, "ada/hard": tarfile.LNKTYPE, "ada/null": tarfile.CHRTYPE}.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info, io.BytesIO())
    told, files = collected(tmp_path / "in.tar.gz", tmp_path / "other")
    assert (list(files), len(told.left_out)) == (["ada/x.ipynb"], 3)


@pytest.mark.parametrize("name, folder", [(" ada. /x", "ada"), ("a[b]*?/x", "a_b___"), (".../x", "_"), ("Zoe\u0308/x", "Zoë"), ("a\x01b/x", "a_b")])
def test_a_students_name_becomes_one_that_can_be_graded(unpack, name, folder):
    assert list(unpack(name, "other/x")[1])[-1 if folder > "other" else 0] == f"{folder}/x"


def test_names_that_no_folder_can_tell_apart_are_two_students(unpack, tmp_path):
    told, files = unpack("a?b/x", "a|b/x", "ada./x", "ada/x", "other/x")
    assert list(files) == ["a_b/x", "a_b_/x", "ada/x", "ada_/x", "other/x"]
    assert "a|b is now a_b_: that name was taken" in str(told) and "ada. is now ada_" in str(told)


def test_a_students_name_may_be_too_long_for_a_folder(unpack):
    told, files = unpack(f"{'n' * 300}1/x", f"{'n' * 300}2/x", f"{'ö' * 200}/x", *(f"Kim {'i' * 250}_{number}_assignsubmission_file_/x" for number in (1, 2)))
    names = [name.removesuffix("/x") for name in files]
    assert len(names) == len(told.handins) == 5 and all(can_be_kept(name) for name in names) and told.left_out == []


def test_a_name_in_a_zip_that_says_it_is_utf_8_and_is_not(tmp_path):
    path = _zip_of(tmp_path, {"ad\u00e4/adagrad.ipynb": NOTEBOOK})
    path.write_bytes(path.read_bytes().replace("ad\u00e4".encode(), b"ad\xff\xff"))
    with pytest.raises(CourseError, match="neither a zip nor a tar archive, or it is broken"):
        collect(path, tmp_path / "out")


def test_whatever_is_broken_in_an_archive_is_told(tmp_path):
    made, draw = {"zip": _zip_of(tmp_path, {"adä/adagrad.ipynb": NOTEBOOK, "bob/x": "x" * 500}).read_bytes()}, random.Random(1)
    with tarfile.open(tmp_path / "in.tar", "w") as archive:
        archive.add(tmp_path / "made.zip", "ada/made.zip")
    made["tar"] = (tmp_path / "in.tar").read_bytes()
    for number in range(400):
        content = bytearray(made["zip" if number % 2 else "tar"])
        for _ in range(draw.randint(1, 4)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        (tmp_path / "broken").write_bytes(content[: draw.choice([None, draw.randrange(len(content))])])
        with suppress(CourseError):
            collect(tmp_path / "broken", tmp_path / f"out{number}")


def test_no_name_paints_the_screen(unpack, tmp_path):
    told, files = unpack("ada/x", "bo\x1b[2J\u202eb/x", ("../\x1b[2J\n", "x"), f"ada/{'n' * 300}\x1b[2J")
    assert len(told.left_out) == 2 and str(told).replace("\n", "").isprintable() and str(told).count("\n") == 2
    assert list(files) == ["ada/x", "bo__2J_b/x"]
    with pytest.raises(CourseError) as said:
        collect(_zip_of(tmp_path, {"\x1b[2J": ""}), tmp_path / "other")
    assert "\x1b" not in str(said.value)


def test_what_lies_hidden_stays_hidden(unpack):
    assert ".ipynb_checkpoints/x-checkpoint.ipynb" in "".join(unpack("ada/.ipynb_checkpoints/x-checkpoint.ipynb")[1])


def test_a_bomb_is_not_unpacked(unpack, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 10**6)
    told, files = unpack(("ada/zeros.ipynb", bytes(2 * 10**6)), "ada/adagrad.ipynb")
    assert (list(files), told.left_out) == (["ada/adagrad.ipynb"], ["ada/zeros.ipynb: it is larger than 1 MB"])
    monkeypatch.setattr(archives, "ALL", 3 * 10**6)
    with pytest.raises(CourseError, match="no class hands in so much"):
        collect(_zip_of(tmp_path, {f"ada/{number}": bytes(10**6 - 1) for number in range(4)}), tmp_path / "other")
    assert not (tmp_path / "other").exists()


def _zip_of(folder, files):
    with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return folder / "made.zip"


def test_a_file_that_is_broken_in_the_archive_is_told_and_costs_nobody_else(tmp_path):
    path = _zip_of(tmp_path, {"ada/adagrad.ipynb": "a" * 5000, "bob/adagrad.ipynb": NOTEBOOK})
    content = bytearray(path.read_bytes())
    content[60:64] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    told, files = collected(path, tmp_path / "out")
    assert (list(files), [each.student for each in told.handins]) == (["bob/adagrad.ipynb"], ["ada", "bob"])
    assert told.left_out[0].startswith("ada/adagrad.ipynb: ") and (tmp_path / "out/ada").is_dir()


def test_a_file_where_a_folder_should_be_and_a_name_too_long_are_told(unpack):
    told, files = unpack("ada/x", "ada/x/y", f"ada/{'n' * 300}")
    assert (list(files), len(told.left_out)) == (["ada/x"], 2)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_what_is_no_archive_says_so(tmp_path, content):
    (tmp_path / "in.zip").write_bytes(content)
    with pytest.raises(CourseError, match="neither a zip nor a tar"):
        collect(tmp_path / "in.zip", tmp_path / "out")
    with pytest.raises(CourseError, match="does not exist"):
        collect(tmp_path / "none.zip", tmp_path / "out")


def test_an_archive_of_nobody_says_so_and_leaves_nothing(unpack, tmp_path):
    with pytest.raises(CourseError, match="no hand-in in"):
        unpack("README.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["in.zip"]


def test_a_folder_in_use_is_left_as_it_is(unpack, tmp_path):
    unpack("ada/adagrad.ipynb")
    with pytest.raises(CourseError, match="not empty"):
        unpack("bob/adagrad.ipynb")
    assert (tmp_path / "out/ada").is_dir() and not (tmp_path / "out/bob").exists()


def test_a_folder_without_an_index_has_no_numbers(tmp_path):
    assert numbers(tmp_path) == {}
