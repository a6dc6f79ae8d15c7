"""Archives from somebody who means harm: nothing is written but files and folders, inside, within limits."""

import io
import os
import stat
import tarfile
from itertools import islice
from pathlib import Path

import pytest

from models.errors import Failed
from services import tar_extract
from services.cancel import CancelScope
from services.tar_extract import Extraction, numbered, usable
from services.tar_reader import LONGEST_EXTENSION, TarReader


def entry(name, content=b"", kind=tarfile.REGTYPE, form=tarfile.PAX_FORMAT, **attributes):
    header = tarfile.TarInfo(name)
    header.type, header.size = kind, len(content)
    for attribute, value in attributes.items():
        setattr(header, attribute, value)
    return header.tobuf(form) + content + b"\0" * (-len(content) % 512)


def folder(name):
    return entry(name, kind=tarfile.DIRTYPE)


def extract(target, *parts, name="top", most_bytes=None):
    """Take everything out and put it in its place; what was taken, and where it stands."""
    with Extraction(target, name, most_bytes) as extraction:
        for _ in extraction.take(iter((*parts, b"\0" * 1024)), CancelScope()):
            pass
        return extraction.taken, extraction.place()


def everything(root):
    return sorted(str(one.relative_to(root)) for one in root.rglob("*"))


@pytest.fixture
def target(tmp_path):
    """A folder to download into, beside a file that nothing may touch."""
    (tmp_path / "outside").write_text("untouched")
    (tmp_path / "target").mkdir()
    yield tmp_path / "target"
    assert (tmp_path / "outside").read_text() == "untouched"
    assert everything(tmp_path / "target") == [] or not any(
        one.startswith(".pilothouse") for one in everything(tmp_path / "target")
    )
    assert sorted(one.name for one in tmp_path.iterdir()) == ["outside", "target"]


def test_a_folder_comes_out_as_it_is(target):
    taken, place = extract(
        target,
        folder("top"),
        entry("top/run.sh", b"#!/bin/sh\n", mode=0o755, mtime=1_000_000),
        folder("top/empty"),
        entry("top/deep/er/file", b"x" * 1_000),
    )
    assert place == target / "top"
    assert everything(place) == ["deep", "deep/er", "deep/er/file", "empty", "run.sh"]
    assert (place / "run.sh").stat().st_mtime == 1_000_000
    assert (place / "run.sh").stat().st_mode & 0o100
    assert not (place / "deep/er/file").stat().st_mode & 0o111
    assert (taken.files, taken.folders, taken.size, taken.left_out) == (2, 4, 1_010, "")


@pytest.mark.parametrize(
    "name",
    [
        "top/../../outside",
        "../outside",
        "/outside",
        "../../../../etc/cron.d/x",
        "top/..",
        "other/file",
        "top/a/../../b",
    ],
)
def test_a_name_that_leads_out_is_left_out(target, name):
    taken, place = extract(target, folder("top"), entry("top/good", b"g"), entry(name, b"evil"))
    assert everything(place) == ["good"]
    assert taken.left_out == "1 other entry left out"


def test_a_first_name_that_leads_out_does_not_make_a_way_out(target):
    with pytest.raises(Failed):
        extract(target, entry("../../outside", b"evil"))
    with pytest.raises(Failed):
        extract(target, entry("..", b"evil", kind=tarfile.DIRTYPE), entry("../outside", b"evil"))


def test_an_absolute_name_lands_inside(target):
    _, place = extract(target, folder("/etc"), entry("/etc/passwd", b"root"), name="etc")
    assert everything(target) == ["etc", "etc/passwd"]
    assert (place / "passwd").read_bytes() == b"root"


def test_links_devices_and_pipes_are_left_out_and_counted(target):
    taken, place = extract(
        target,
        folder("top"),
        entry("top/link", kind=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("top/hard", kind=tarfile.LNKTYPE, linkname="../outside"),
        entry("top/null", kind=tarfile.CHRTYPE, devmajor=1, devminor=3),
        entry("top/disk", kind=tarfile.BLKTYPE),
        entry("top/pipe", kind=tarfile.FIFOTYPE),
        entry("top/file", b"1"),
    )
    assert everything(place) == ["file"]
    assert taken.left_out == "2 links and 3 other entries left out"


def test_a_link_to_a_folder_outside_is_no_way_to_write_there(target, tmp_path):
    _, place = extract(
        target,
        folder("top"),
        entry("top/way", kind=tarfile.SYMTYPE, linkname=str(tmp_path)),
        entry("top/way/outside", b"evil"),
    )
    assert not (place / "way").is_symlink()
    assert (place / "way/outside").read_bytes() == b"evil"


def test_setuid_setgid_and_write_for_others_do_not_come_out(target):
    _, place = extract(target, folder("top"), entry("top/su", b"x", mode=0o6777))
    assert stat.S_IMODE((place / "su").stat().st_mode) & 0o7022 == 0


def test_a_file_whose_name_is_given_again_is_not_written_twice(target):
    taken, place = extract(target, folder("top"), entry("top/a", b"first"), entry("top/a", b"second"))
    assert (place / "a").read_bytes() == b"first"
    assert taken.others == 1


def test_a_file_used_as_a_folder_harms_nothing(target):
    taken, place = extract(target, entry("top", b"file"), entry("top/in", b"evil"), folder("top"))
    assert place.read_bytes() == b"file"
    assert taken.others >= 1


def test_more_bytes_than_wanted_end_it(target):
    with pytest.raises(Failed, match="no room"):
        extract(target, folder("top"), entry("top/a", b"x" * 600), entry("top/b", b"x" * 600), most_bytes=1_000)


def test_a_size_beyond_the_disk_ends_it_before_a_byte_is_written(target):
    header = tarfile.TarInfo("top")
    header.size = 1 << 60
    with pytest.raises(Failed, match="no room"):
        extract(target, header.tobuf(tarfile.GNU_FORMAT), b"x" * 512)


def test_too_many_files_end_it(target, monkeypatch):
    monkeypatch.setattr(tar_extract, "MOST_FILES", 50)

    def endless():
        yield folder("top")
        number = 0
        while True:
            number += 1
            yield entry(f"top/{number}")

    with pytest.raises(Failed, match="more than 50"), Extraction(target, "top") as extraction:
        for _ in extraction.take(endless(), CancelScope()):
            pass


def test_headers_without_end_are_not_read_for_ever(target):
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, LONGEST_EXTENSION + 1
    with pytest.raises(Failed, match="without end"):
        extract(target, header.tobuf(), b"1" * 4096)

    def for_ever():
        while True:
            small = tarfile.TarInfo("x")
            small.type = tarfile.GNUTYPE_LONGNAME
            yield small.tobuf()

    with pytest.raises(Failed, match="without end"):
        list(TarReader(for_ever()))


@pytest.mark.parametrize("cut", [100, 512, 700, 1_600])
def test_an_archive_that_breaks_off_leaves_nothing(target, cut):
    whole = folder("top") + entry("top/a", b"x" * 1_000)
    if cut == 512:
        extract(target, whole[:cut])  # an end between two members is an end
        assert everything(target) == ["top"]
        return
    with pytest.raises(Failed), Extraction(target, "top") as extraction:
        for _ in extraction.take([whole[:cut]], CancelScope()):
            pass
    assert everything(target) == []


@pytest.mark.parametrize("place", [124, 100, 136, 148])
def test_damaged_numbers_are_told(place):
    header = bytearray(tarfile.TarInfo("a").tobuf())
    header[place : place + 7] = b"zzzzzzz"
    with pytest.raises(Failed, match="damaged"):
        list(TarReader([bytes(header)]))


def test_a_negative_size_is_told():
    with pytest.raises(Failed, match="negative"):
        list(TarReader([entry("a", pax_headers={"size": "-512"})]))


def test_what_was_begun_and_cancelled_leaves_nothing(target):
    scope = CancelScope()
    with Extraction(target, "top") as extraction:
        steps = extraction.take(iter([folder("top"), entry("top/a", b"x"), entry("top/b", b"x")]), scope)
        list(islice(steps, 2))
        assert everything(target) != []
        scope.cancel()
        list(steps)
    assert everything(target) == []


def test_a_full_disk_leaves_nothing_and_says_why(target, monkeypatch):
    def full(descriptor, _mode):
        os.close(descriptor)
        return Path("/dev/full").open("wb", buffering=0)

    monkeypatch.setattr(tar_extract.os, "fdopen", full)
    with pytest.raises(Failed, match="No space left on device"):
        extract(target, folder("top"), entry("top/a", b"x"))
    assert everything(target) == []


def test_nothing_that_is_there_is_replaced(target):
    (target / "notes.txt").write_text("mine")
    _, place = extract(target, entry("notes.txt", b"theirs"), name="notes.txt")
    assert place.name == "notes (2).txt"
    assert (target / "notes.txt").read_text() == "mine"
    assert numbered("folder", 3) == "folder (3)"


@pytest.mark.parametrize(("name", "expected"), [("a/b", "a_b"), ("..", "files"), ("", "files"), ("a\nb", "a_b")])
def test_the_name_of_the_whole_can_lead_nowhere(name, expected):
    assert usable(name) == expected


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_reader_and_tarfile_agree(form):
    long = "/".join(["a" * 90] * 4)
    parts = [
        (f"{long}/file", b"content", tarfile.REGTYPE, {}),
        (f"{long}/link", b"", tarfile.SYMTYPE, {"linkname": f"{long}/elsewhere" * 2}),
        ("größe", b"x" * 513, tarfile.REGTYPE, {"mode": 0o4755, "uid": 3_000_000, "gid": 7, "mtime": 1.5}),
    ]
    whole = b"".join(entry(name, content, kind, form, **more) for name, content, kind, more in parts)
    with tarfile.open(fileobj=io.BytesIO(whole + b"\0" * 1024)) as judge:
        judged = [(m.name, m.type, m.size, m.mode, m.uid, m.gid, int(m.mtime), m.linkname) for m in judge]
    for step in (1, 7, 512, 1 << 20):
        reader = TarReader(whole[at : at + step] for at in range(0, len(whole), step))
        read, contents = [], []
        for m in reader:
            read.append((m.name, m.type, m.size, m.mode, m.uid, m.gid, int(m.changed), m.target))
            contents.append(b"".join(reader.content()) if m.size != 7 else b"")  # one is passed over unread
        assert read == judged
        assert contents == [b"", b"", b"x" * 513]
