"""Files of real containers: folders, changes, texts and moves, compared with what the engine's own tools say."""

import io
import tarfile
import time

import pytest

from models.errors import Gone, Refused
from models.files import FileType, Mark, changes_of, mode_text
from models.files_text import Binary, Picture, Text
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.file_tree import BY_ARCHIVE, BY_COMMAND
from services.file_transfers import copy, download, existing, read_file, upload
from tests.engine.house import sleeping
from tests.engine.opening import QUICK, opened

MAKE = """
umask 022; mkdir -p /box/deep/er /box/empty; cd /box
echo hello > plain; printf 'x\\ny' > 'two
lines'; echo q > "it's"; ln -s plain link; ln -s /box/deep way; mkfifo pipe; mknod null c 1 3
echo in > deep/er/in; chown 3:4 plain; chmod 4755 plain; chmod 1777 empty
"""
SCOPE = CancelScope()


@pytest.fixture
def files(engine):
    """The files of a running container in which something was done."""
    with opened(engine.host, pace=QUICK) as session:
        yield made(engine, session)


def made(engine, session, *options):
    container = sleeping(engine, "web", "-v", "shop:/data", "--tmpfs", "/scratch:ro", *options)
    engine.docker("exec", "web", "sh", "-c", MAKE)
    return session.files(Ref("containers", container, "web"))


def change(engine):
    engine.docker("exec", "web", "sh", "-c", "rm /bin/acpid; echo more >> /etc/group; rm /box/two*")


def listed(files, path):
    """The entries of a folder by name, as they were told last, and the way they were read."""
    entries, way = {}, ""
    for some in files.folder(path, CancelScope()):
        entries.update((entry.name, entry) for entry in some.entries)
        way = some.way
    return entries, way


def told(entries):
    return {
        name: (mode_text(entry), entry.owner, entry.target, entry.size if entry.type is FileType.FILE else None)
        for name, entry in entries.items()
    }


EXPECTED = {
    "deep": ("drwxr-xr-x", "0:0", "", None),
    "empty": ("drwxrwxrwt", "0:0", "", None),
    "plain": ("-rwsr-xr-x", "3:4", "", 6),
    "two\nlines": ("-rw-r--r--", "0:0", "", 3),
    "it's": ("-rw-r--r--", "0:0", "", 2),
    "link": ("lrwxrwxrwx", "0:0", "plain", None),
    "way": ("lrwxrwxrwx", "0:0", "/box/deep", None),
    "pipe": ("prw-r--r--", "0:0", "", None),
    "null": ("crw-r--r--", "0:0", "", None),
}


def test_a_folder_reads_the_same_whether_the_container_runs_or_not(engine, files):
    running, way = listed(files, "/box")
    assert (told(running), way) == (EXPECTED, BY_COMMAND)
    assert abs(running["plain"].changed - time.time()) < 60
    engine.docker("kill", "web")
    stopped, way = listed(files, "/box")
    assert (told(stopped), way) == (EXPECTED, BY_ARCHIVE)
    assert stopped["deep"].size == 3  # bytes of all that is in it
    assert {name: int(entry.changed) for name, entry in stopped.items()} == {
        name: int(entry.changed) for name, entry in running.items()
    }


def test_a_paused_container_and_one_without_find_are_read_as_well(engine, files):
    engine.docker("pause", "web")
    assert listed(files, "/box")[1] == BY_ARCHIVE
    engine.docker("unpause", "web")
    engine.docker("exec", "web", "rm", "/bin/stat")
    assert told(listed(files, "/box")[0]) == EXPECTED


def test_the_root_and_links_to_folders_can_be_opened_and_files_cannot(engine, files):
    for way in (BY_COMMAND, BY_ARCHIVE):
        root, seen = listed(files, "/")
        assert seen == way
        assert {"bin", "etc", "box", "data"} <= root.keys()
        assert root["box"].path == "/box"
        assert listed(files, "/box/way")[0]["er"].path == "/box/way/er"
        assert listed(files, "/box/empty")[0] == {}
        with pytest.raises((Refused, Gone)):
            listed(files, "/box/plain")
        with pytest.raises(Gone):
            listed(files, "/nowhere")
        if way == BY_COMMAND:
            engine.docker("kill", "web")


def test_what_changed_is_what_docker_diff_says(engine, files):
    change(engine)
    judge = dict(reversed(line.split(" ", 1)) for line in engine.docker("diff", "web").stdout.splitlines() if line)
    letters = {Mark.ADDED: "A", Mark.CHANGED: "C", Mark.DELETED: "D"}
    changes = files.changes(CancelScope())
    assert {change.path: letters[change.mark] for change in changes} == judge
    found = changes_of(changes)
    assert found.deleted_in["/bin"] == ("/bin/acpid",)
    assert Mark.CHANGED not in {change.mark for change in found.leaves if change.path == "/bin"}


def test_mounts_are_named(files):
    words = {mount.destination: mount.words for mount in files.mounts(CancelScope())}
    assert words == {"/data": "volume shop", "/scratch": "tmpfs, read-only"}


def test_one_entry_is_looked_up(files):
    plain = files.look_up("/box/plain", CancelScope())
    assert (mode_text(plain), plain.size, plain.type) == ("-rwsr-xr-x", 6, FileType.FILE)
    assert files.look_up("/box/link", CancelScope()).target == "/box/plain"
    assert files.look_up("/box/empty", CancelScope()).mode == 0o1777
    with pytest.raises(Gone):
        files.look_up("/box/none", CancelScope())
    assert existing(files, "/box", ["plain", "none", "deep"], CancelScope()) == ("plain", "deep")


def test_texts_links_and_programs_are_read(engine, files):
    assert read_file(files, "/box/plain", CancelScope()) == Text(("hello",), "ASCII")
    assert read_file(files, "/box/link", CancelScope()) == Text(("hello",), "ASCII")
    assert isinstance(read_file(files, "/bin/busybox", CancelScope()), Binary)
    assert "not a regular file" in read_file(files, "/box/pipe", CancelScope()).words
    engine.docker(
        "exec", "web", "sh", "-c", r"printf '\211PNG\r\n\032\n1234' >/box/p; yes | head -c 3000000 >/box/long"
    )
    assert read_file(files, "/box/p", CancelScope()) == Picture("PNG", b"\x89PNG\r\n\x1a\n1234")
    long = read_file(files, "/box/long", CancelScope())
    assert long.cut
    assert len(long.lines) == 1_000_000
    with pytest.raises(Gone):
        read_file(files, "/box/none", CancelScope())


def done(operation):
    """The steps of an operation that ran to its end."""
    return list(operation.work(CancelScope()))


def test_a_download_is_what_docker_cp_brings_without_links_and_devices(engine, files, tmp_path):
    box = listed(files, "/")[0]["box"]
    plain = listed(files, "/box")[0]["plain"]
    steps = done(download(files, [box, plain], tmp_path))
    with tarfile.open(fileobj=io.BytesIO(engine.request("GET", "/containers/web/archive?path=/box")[1])) as judge:
        wanted = {one.name: judge.extractfile(one).read() for one in judge if one.isfile()}
    found = {str(one.relative_to(tmp_path)): one.read_bytes() for one in (tmp_path / "box").rglob("*") if one.is_file()}
    assert found == wanted
    assert (tmp_path / "box/empty").is_dir()
    assert (tmp_path / "plain").read_bytes() == b"hello\n"
    assert not (tmp_path / "plain").stat().st_mode & 0o7022
    assert "2 links and 2 other entries left out" in "".join(step.line for step in steps)


def test_an_upload_arrives_and_comes_back_unchanged(engine, files, tmp_path):
    source = tmp_path / "site"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "größe.bin").write_bytes(bytes(range(256)) * 20_000)
    (source / "index").write_text("hi")
    (source / "link").symlink_to("index")
    operation = upload(files, [source, source / "index"], "/box/deep")
    assert operation.command.splitlines()[0].endswith(f"cp {source} web:/box/deep")
    steps = done(operation)
    assert steps[-1].done == steps[-1].total == 5_120_004
    assert engine.docker("exec", "web", "readlink", "/box/deep/site/link").stdout.strip() == "index"
    site = listed(files, "/box/deep")[0]["site"]
    done(download(files, [site], tmp_path))
    assert (tmp_path / "site (2)/sub/größe.bin").read_bytes() == (source / "sub/größe.bin").read_bytes()
    assert engine.docker("exec", "web", "stat", "-c", "%u:%g", "/box/deep/index").stdout.strip() == "0:0"


def test_an_upload_that_cannot_be_says_why(engine, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 5_000_000)
    with opened(engine.host, pace=QUICK) as session:
        files = made(engine, session, "--read-only", "-v", "shop:/box")
        with pytest.raises(Exception, match="read-only") as refused:
            done(upload(files, [tmp_path / "big"], "/etc"))
        assert type(refused.value).__module__ == "models.errors"
        with pytest.raises(Gone):
            done(upload(files, [tmp_path / "big"], "/nowhere"))


def test_files_are_copied_from_one_container_to_another(engine, files):
    other = Ref("containers", sleeping(engine, "other"), "other")
    engine.docker("kill", "other")  # it does not have to run
    deep, plain = listed(files, "/box")[0]["deep"], listed(files, "/box")[0]["plain"]
    to = type(files)(files._engine, other)
    operation = copy(files, [deep, plain], to, "/tmp")
    assert operation.command.splitlines()[1].endswith("cp - other:/tmp")
    done(operation)
    assert engine.docker("cp", "other:/tmp/deep/er/in", "-").returncode == 0
    assert listed(to, "/tmp")[0]["plain"].size == 6


def test_a_transfer_ends_when_it_is_cancelled(engine, files, tmp_path):
    engine.docker("exec", "web", "sh", "-c", "truncate -s 2000000000 /box/huge")
    scope = CancelScope()
    steps = download(files, [listed(files, "/box")[0]["huge"]], tmp_path).work(scope)
    for step in steps:
        if step.done:
            break
    began = time.monotonic()
    scope.cancel()
    list(steps)
    assert time.monotonic() - began < 1.0
    assert list(tmp_path.iterdir()) == []
