"""The Files tab in a window over real engines, and what differs behind Podman, ssh and TLS."""

from gui.details.files import FilesTab
from models.files_text import Text
from models.kind import Ref, Tab
from services.cancel import CancelScope
from services.docker.file_tree import BY_ARCHIVE, BY_COMMAND
from services.file_transfers import download, read_file, upload
from tests.engine.house import elsewhere, sleeping, wait_for
from tests.engine.opening import QUICK, files, opened


def tab_of(qtbot, page, name) -> FilesTab:
    row = wait_for(qtbot, page, name)
    page.show_key(row.id)
    page.details.set_tab(Tab.FILES)
    return page.details.findChild(FilesTab)


def names(tab):
    return [line.row.name for line in tab.folder.table.lines]


def test_what_an_upload_brings_is_seen_marked_and_still_there_after_a_stop(qtbot, engine, house, tmp_path):
    elsewhere(qtbot, sleeping, engine, "web", "-v", "shop:/data")
    tab = tab_of(qtbot, house.open(engine), "web")
    qtbot.waitUntil(lambda: {"bin", "etc", "data"} <= set(names(tab)), timeout=5_000)
    mounted = next(line.row for line in tab.folder.table.lines if line.row.name == "data")
    qtbot.waitUntil(lambda: getattr(tab.folder.table.row("/data"), "mount", "") == "volume shop", timeout=5_000)
    assert mounted.is_folder
    (tmp_path / "notes.txt").write_text("kept\n")
    tab.open_folder("/root")
    tab.moving.upload([tmp_path / "notes.txt"], "/root")
    qtbot.waitUntil(lambda: names(tab) == ["notes.txt"], timeout=10_000)
    qtbot.waitUntil(lambda: getattr(tab.folder.table.row("/root/notes.txt"), "mark", "") == "+", timeout=5_000)
    tab.folder.table.select_keys(["/root/notes.txt"])
    qtbot.waitUntil(lambda: tab.preview.code.text() == "kept", timeout=5_000)
    assert BY_COMMAND in tab.bar.way.text()
    elsewhere(qtbot, engine.docker, "kill", "web")
    qtbot.waitUntil(lambda: BY_ARCHIVE in tab.bar.way.text() and names(tab) == ["notes.txt"], timeout=15_000)


def test_a_container_removed_while_its_files_are_shown(qtbot, engine, house):
    elsewhere(qtbot, sleeping, engine, "web")
    page = house.open(engine)
    tab = tab_of(qtbot, page, "web")
    qtbot.waitUntil(lambda: "bin" in names(tab), timeout=5_000)
    elsewhere(qtbot, engine.docker, "rm", "-f", "web")
    qtbot.waitUntil(lambda: "no longer exists" in tab._states.currentWidget().accessibleName(), timeout=10_000)


def brought_and_sent(session, container, tmp_path):
    """Read, download and upload over this session."""
    store = session.files(Ref("containers", container, "web"))
    found = {entry.name for some in store.folder("/", CancelScope()) for entry in some.entries}
    assert {"bin", "etc"} <= found
    assert isinstance(read_file(store, "/etc/passwd", CancelScope()), Text)
    (tmp_path / "big").write_bytes(bytes(range(256)) * 8_000)
    list(upload(store, [tmp_path / "big"], "/tmp").work(CancelScope()))
    entry = store.look_up("/tmp/big", CancelScope())
    list(download(store, [entry], tmp_path).work(CancelScope()))
    assert (tmp_path / "big (2)").read_bytes() == (tmp_path / "big").read_bytes()
    return store


def test_files_over_tls(tls_engine, tmp_path):
    container = sleeping(tls_engine.engine, "web")
    with opened(tls_engine.host, files(tls_engine), QUICK) as session:
        brought_and_sent(session, container, tmp_path)


def test_files_over_ssh(ssh_engine, tmp_path):
    container = sleeping(ssh_engine.engine, "web")
    with opened(ssh_engine.host) as session:
        brought_and_sent(session, container, tmp_path)


def test_files_of_podman(podman, tmp_path):
    container = podman.run("--name", "web", command=("sleep", "86400"))
    with opened(podman.host, pace=QUICK) as session:
        store = brought_and_sent(session, container, tmp_path)
        assert any(change.path == "/tmp/big" and change.mark == "+" for change in store.changes(CancelScope()))
