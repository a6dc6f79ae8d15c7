"""The Files tab on the demo: what a user sees of folders, changes and contents, and how files move."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest

from gui.details.files.code import CodeView
from gui.details.files.work import decoded
from models.context import DEMO_CONTEXT
from models.errors import ConnectionLost
from models.files_text import Binary, Picture
from models.kind import Tab

SETTINGS = "/etc/app/settings.ini"


class Visit:
    """The tab, opened on a running container of the demo."""

    def __init__(self, house, qtbot, context=DEMO_CONTEXT):
        self.house, self.qtbot = house, qtbot
        self.started = []
        house.operations.started.connect(self.started.append)
        self.page = house.open(qtbot, context)
        rows = sorted((row for row in self.page.table.all_rows() if row.running), key=lambda row: row.name)
        self.row, self.other = rows[0], rows[1]
        self.page.show_key(self.row.id)
        self.page.details.set_tab(Tab.FILES)
        self.tab = self.page.details._tabs[Tab.FILES]
        self.wait(lambda: self.names())
        self.wait(lambda: self.tab.bar.views._segments["changes"].isEnabled())

    def wait(self, condition):
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=5_000)

    def names(self):
        """What the list shows, from top to bottom."""
        return [line.row.name for line in self.tab._list().table.lines]

    def enter(self, folder):
        self.tab.open_folder(folder)
        self.wait(lambda: self.tab.folder.loaded)

    def choose(self, *paths):
        self.wait(lambda: self.tab._list().table.select_keys(paths))

    def cells(self, name):
        table = self.tab._list().table
        line = next(line for line in table.lines if line.row.name == name)
        return dict(zip((column.id for column in table.kind.columns), table.cells.texts(line), strict=True))

    def dialog(self):
        self.wait(lambda: self.tab.moving.dialog is not None and self.tab.moving.dialog.isVisible())
        return self.tab.moving.dialog

    def settled(self):
        """The operation that was started last, after its end."""
        self.wait(lambda: self.started and not self.started[-1].running)
        return self.started[-1]


@pytest.fixture
def visit(house, qtbot):
    return Visit(house, qtbot)


def test_folders_come_first_with_mode_owner_and_marks(visit):
    visit.enter("/srv/app")
    assert visit.names() == ["static", "first-run", "README", "start.sh"]
    assert visit.cells("start.sh") | {"changed": ""} == {
        "mark": "", "name": "start.sh", "target": "", "size": "73 B", "changed": "", "mode": "-rwxr-xr-x",
        "owner": "999:999",
    }  # fmt: skip
    assert visit.cells("first-run")["mark"] == "-"
    visit.enter("/bin")
    assert visit.cells("cat")["target"] == "→ /bin/busybox"
    assert visit.cells("busybox")["mode"] == "-rwsr-xr-x"


def test_a_text_is_shown_with_its_encoding_and_lines(visit):
    visit.enter("/etc/app")
    visit.choose(SETTINGS)
    visit.wait(lambda: "12 lines" in visit.tab.preview.facts)
    assert visit.tab.preview.facts == "text, ASCII, 12 lines"
    assert visit.tab.preview.code.text().splitlines()[1] == "[server]"


def test_a_picture_is_shown_and_a_program_is_not(visit):
    visit.enter("/srv/app/static")
    visit.choose("/srv/app/static/logo.png")
    visit.wait(lambda: visit.tab.preview.picture.isVisible())
    assert visit.tab.preview.facts == "PNG picture, 160 × 100 pixels"
    visit.enter("/bin")
    visit.choose("/bin/busybox")
    visit.wait(lambda: "ELF" in visit.tab.preview.state.accessibleName())


def test_what_was_deleted_keeps_its_name_and_is_not_read(visit):
    visit.enter("/srv/app")
    visit.choose("/srv/app/first-run")
    visit.wait(lambda: "was deleted" in visit.tab.preview.state.accessibleName())
    assert not visit.tab.bar.download.isEnabled()


def test_enter_opens_a_folder_or_link_and_backspace_goes_up(visit):
    table = visit.tab.folder.table
    visit.choose("/srv")
    QTest.keyClick(table, Qt.Key.Key_Return)
    visit.wait(lambda: visit.names() == ["app", "current"])
    visit.choose("/srv/current")
    QTest.keyClick(table, Qt.Key.Key_Return)
    visit.wait(lambda: visit.tab.path == "/srv/app" and "README" in visit.names())
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Backspace)
    visit.wait(lambda: visit.tab.path == "/srv" and visit.names() == ["app", "current"])


def test_only_what_changed(visit):
    visit.tab.bar.views.set_current("changes")
    visit.wait(lambda: len(visit.names()) == 6)
    visit.wait(lambda: visit.cells("access.log")["size"] == "1.20 kB")
    marks = [(visit.cells(name)["mark"], visit.cells(name)["name"]) for name in visit.names()]
    assert marks == [
        ("+", "/etc/app/settings.d"),
        ("+", "/etc/app/settings.d/10-local.ini"),
        ("~", "/etc/app/settings.ini"),
        ("-", "/srv/app/first-run"),
        ("+", "/var/log/app"),
        ("+", "/var/log/app/access.log"),
    ]
    assert visit.tab.bar.views._segments["changes"].text() == "Changed 6"
    visit.choose("/var/log/app/access.log")
    visit.tab.changed.table.opened.emit(visit.tab.changed.table.current_row())
    visit.wait(lambda: visit.tab.path == "/var/log/app" and visit.names() == ["access.log"])


def test_the_filter_leaves_what_matches_and_says_when_nothing_does(visit):
    visit.enter("/bin")
    visit.tab.bar.filter.setText("ch")
    visit.wait(lambda: visit.names() == ["chmod", "echo"])
    visit.tab.bar.filter.setText("nothing like it")
    visit.wait(lambda: visit.tab.folder.states.currentWidget() is visit.tab.folder.states.nothing)


def test_a_download_stands_in_the_dock_and_arrives(visit, tmp_path):
    visit.enter("/etc")
    visit.choose("/etc/app")
    visit.tab.moving.download_to(visit.tab._movable(), tmp_path)
    running = visit.settled()
    assert not running.failed
    assert (tmp_path / "app/settings.ini").read_text().startswith(f"# {visit.row.name}")
    assert running.operation.command == f"docker cp {visit.row.name}:/etc/app {tmp_path}"


def test_files_dropped_on_the_tab_are_uploaded_and_seen(visit, tmp_path):
    (tmp_path / "new.txt").write_text("fresh")
    visit.enter("/root")
    drop(visit.tab, [tmp_path / "new.txt"])
    visit.wait(lambda: visit.names() == ["new.txt"])
    assert not visit.settled().failed
    visit.choose("/root/new.txt")
    visit.wait(lambda: visit.tab.preview.code.text() == "fresh")


def drop(tab, paths):
    """As the window system does it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    tab.dragEnterEvent(entered)
    assert entered.isAccepted()
    tab.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))


def test_replacing_is_asked_and_a_cancel_changes_nothing(visit, tmp_path):
    (tmp_path / "settings.ini").write_text("mine")
    visit.tab.moving.upload([tmp_path / "settings.ini"], "/etc/app")
    dialog = visit.dialog()
    assert "settings.ini" in "".join(label.text() for label in dialog.findChildren(type(dialog._title)))
    assert dialog.twin.command() == f"docker cp {tmp_path / 'settings.ini'} {visit.row.name}:/etc/app"
    dialog.reject()
    assert visit.started == []
    visit.tab.moving.dialog = None
    visit.tab.moving.upload([tmp_path / "settings.ini"], "/etc/app")
    visit.dialog().act.click()
    assert not visit.settled().failed
    visit.enter("/etc/app")
    assert visit.cells("settings.ini")["size"] == "4 B"


def test_on_a_protected_context_each_upload_is_asked_with_the_name_typed(house, qtbot, tmp_path):
    visit = Visit(house, qtbot, replace(DEMO_CONTEXT, protected=True))
    (tmp_path / "new.txt").write_text("fresh")
    visit.tab.moving.upload([tmp_path / "new.txt"], "/root")
    dialog = visit.dialog()
    assert not dialog.act.isEnabled()
    dialog.typed.setText(visit.row.name)
    assert dialog.act.isEnabled()
    dialog.reject()


def test_files_are_copied_to_another_container(visit):
    visit.enter("/srv/app")
    visit.choose("/srv/app/README")
    visit.tab.moving.copy(visit.tab._movable())
    dialog = visit.dialog()
    dialog._answer(dialog._action.options[0], visit.other.name)
    dialog.fields["folder"].setText("root")
    assert not dialog.act.isEnabled()
    dialog.fields["folder"].setText("/root")
    assert dialog.twin.command() == (
        f"docker cp {visit.row.name}:/srv/app/README - | docker cp - {visit.other.name}:/root"
    )
    dialog.act.click()
    assert not visit.settled().failed
    visit.page.show_key(visit.other.id)
    visit.wait(lambda: visit.tab.ref.id == visit.other.id)
    visit.enter("/root")
    assert visit.names() == ["README"]


def test_a_lost_engine_greys_the_list_and_stops_moves(visit):
    visit.house.sessions[-1].lose(ConnectionLost("gone"))
    visit.wait(lambda: not visit.tab.live)
    assert not visit.tab.bar.upload.isEnabled()
    assert "not connected" in visit.tab.bar.upload.toolTip()
    visit.house.sessions[-1].recover()
    visit.wait(lambda: visit.tab.live and visit.tab.bar.upload.isEnabled() and visit.names())


def test_an_error_is_told_where_the_list_would_be(visit):
    visit.tab.open_folder("/nowhere")
    visit.wait(lambda: visit.tab.folder.states.currentWidget() is visit.tab.folder.states.error)


def test_code_is_copied_by_line_and_as_a_whole(qtbot):
    view = CodeView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    view.show_lines([f"line {number}" for number in range(1_000_000)])
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 25))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    assert view.text() == "line 1"
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum() == 1_000_000 - 10
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 5))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "line 999990"


def test_pictures_that_lie_about_themselves_are_told(qapp, tmp_path):
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(0)
    image.save(str(tmp_path / "p.png"))
    whole = (tmp_path / "p.png").read_bytes()
    assert decoded(Picture("PNG", whole)).size.width() == 10
    assert isinstance(decoded(Picture("PNG", whole[:40])), Binary)
    assert isinstance(decoded(Picture("PNG", b"\x89PNG\r\n\x1a\nrubbish")), Binary)
    huge = whole[:16] + (60_000).to_bytes(4) + (60_000).to_bytes(4) + whole[24:]
    assert isinstance(decoded(Picture("PNG", huge)), Binary)
