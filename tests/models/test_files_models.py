"""Files in words: modes, paths, marks, encodings."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.files import (
    Changes,
    FileChange,
    FileEntry,
    FileMount,
    FileType,
    Mark,
    changes_of,
    clean,
    deleted_from,
    known,
    lineage,
    mode_text,
    mount_over,
    parent,
    type_of,
    within,
)
from models.files_kind import CHANGED, FOLDER, leads_to
from models.files_text import LINE_LIMIT, TEXT_LIMIT, Binary, Text, text_or_binary, text_words


@given(st.text())
def test_no_path_leads_above_the_root(text):
    path = clean(text)
    assert path.startswith("/")
    assert ".." not in path.split("/")
    assert within(path, "/")
    assert lineage(path)[-1] == path
    assert lineage(path)[0] == parent("/") == "/"


def test_paths_lie_within_folders_and_not_within_names_that_begin_alike():
    assert within("/etc/app/x", "/etc/app")
    assert not within("/etc/apple", "/etc/app")
    mounts = [FileMount("/data", "volume a"), FileMount("/data/deep", "volume b")]
    assert mount_over("/data/deep/x", mounts).words == "volume b"
    assert mount_over("/database", mounts) is None


@pytest.mark.parametrize(
    ("kind", "mode", "text"),
    [
        (FileType.FILE, 0o4755, "-rwsr-xr-x"),
        (FileType.FILE, 0o2644, "-rw-r-Sr--"),
        (FileType.FOLDER, 0o1777, "drwxrwxrwt"),
        (FileType.LINK, 0o777, "lrwxrwxrwx"),
        (FileType.DEVICE, 0o666, "crw-rw-rw-"),
        (FileType.FILE, None, ""),
    ],
)
def test_modes_read_as_ls_writes_them(kind, mode, text):
    assert mode_text(FileEntry("/a", kind, mode=mode)) == text


def test_types_by_their_bits():
    assert [type_of(mode) for mode in (0o100644, 0o40755, 0o120777, 0o60600, 0o10600, 0o140600, 0)] == [
        FileType.FILE, FileType.FOLDER, FileType.LINK, FileType.DEVICE, FileType.PIPE, FileType.SOCKET,
        FileType.UNKNOWN,
    ]  # fmt: skip


def test_changes_by_path_and_folder():
    changes = changes_of(
        [
            FileChange("/etc", Mark.CHANGED),
            FileChange("/etc/new", Mark.ADDED),
            FileChange("/etc/old", Mark.DELETED),
            FileChange("/tmp", Mark.CHANGED),
        ]
    )
    assert [(leaf.mark.value, leaf.path) for leaf in changes.leaves] == [
        ("+", "/etc/new"),
        ("-", "/etc/old"),
        ("~", "/tmp"),
    ]
    assert [entry.name for entry in deleted_from("/etc", changes)] == ["old"]
    entries = (FileEntry("/etc", FileType.FOLDER), FileEntry("/bin", FileType.FOLDER))
    etc, other = known(entries, changes, [FileMount("/bin", "bind /host/bin")])
    assert (etc.mark, other.mark, leads_to(other)) == (Mark.CHANGED, Mark.NONE, "bind /host/bin")
    assert known(entries, Changes(), ()) == entries


def test_every_column_is_total():
    for kind in (FOLDER, CHANGED):
        bare = FileEntry("/x", FileType.UNKNOWN)
        for column in kind.columns:
            assert isinstance(column.text(bare, 0.0), str)
            if column.sort is not None:
                column.sort(bare)
            if column.tooltip is not None:
                assert isinstance(column.tooltip(bare, 0.0), str)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain\n", "ASCII"),
        ("größe".encode(), "UTF-8"),
        ("größe".encode("latin-1"), "not UTF-8, read as Windows-1252"),
        (codecs.BOM_UTF8 + b"x", "UTF-8 with a byte order mark"),
        ("größe".encode("utf-16"), "UTF-16"),
        (b"", "ASCII"),
        (b"\x1b[31mred\x1b[0m\r\n", "ASCII"),
    ],
)
def test_texts_tell_their_encoding(content, encoding):
    text = text_or_binary(content, cut=False)
    assert isinstance(text, Text)
    assert text.encoding == encoding


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x7fELF\x02", "an ELF program or library"),
        (b"\x1f\x8b\x08", "gzip data"),
        (b"a\0b", "binary data"),
        (bytes(range(1, 9)) * 20, "binary data"),
    ],
)
def test_what_is_no_text_is_named(content, words):
    assert text_or_binary(content, cut=False).words == words


def test_a_cut_in_the_middle_of_a_letter_is_still_utf_8():
    text = text_or_binary("ö".encode() * 10 + b"\xc3", cut=True)
    assert text.encoding == "UTF-8"
    assert text_words(text) == "UTF-8, the first 1 line"


def test_long_lines_and_long_texts_are_cut_and_counted():
    text = text_or_binary(b"x" * (LINE_LIMIT + 1) + b"\n" + b"y" * LINE_LIMIT + b"\n", cut=False)
    assert ([len(line) for line in text.lines], text.long_lines) == ([LINE_LIMIT, LINE_LIMIT], 1)
    assert len("".join(text_or_binary(b"z\n" * TEXT_LIMIT, cut=True).lines)) == TEXT_LIMIT // 2


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_one_or_the_other(content, cut):
    assert isinstance(text_or_binary(content, cut), Text | Binary)
