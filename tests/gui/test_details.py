"""The details pane: what is shown of a container, in four states, with secrets masked wherever Qt could show them."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

import gui.desk
from gui import tasks
from gui.details.json_text import DocumentText
from gui.details.line import Paragraph, RunLine, fitted
from gui.details.pane import DetailsPane
from gui.details.rows import SettingRow, row_widget
from gui.details.sections import Columns, MoreButton, SectionView
from gui.details.tabs import TAB_WIDGETS, TITLES
from gui.operations import Operations
from gui.terminals import Terminals
from gui.theme.tokens import current_theme
from gui.widgets.buttons import Button, IconButton
from gui.widgets.states import EmptyState, Skeleton
from models.changes import Reset
from models.docker.container_kind import CONTAINER
from models.errors import Gone, TimedOut
from models.health import Tone
from models.kind import Tab
from models.overview import Line, Note, Property, Run, Section, Setting
from services.cancel import CancelScope
from services.demo import DemoSession

API, IMPORT, TYPO = "shop-api-1", "shop-import-1", "typo"
SECRET = "hunter2"


class Told(DemoSession):
    """The demo, with one document of our own making for every container."""

    document = b"{}"

    def inspect(self, ref, scope):
        return self.document if ref.kind == "containers" else super().inspect(ref, scope)


class Desk:
    """A pane on the demo's session, and the rows to show in it."""

    def __init__(self, qtbot, session):
        self.qtbot, self.session = qtbot, session
        changes = session.watch("containers", CancelScope())
        first = next(change for change in changes if isinstance(change, Reset))
        changes.close()
        self.rows = {row.name: row for row in first.rows}
        shared = gui.desk.Desk(session, Operations(), Terminals(), lambda _ref: None)
        self.pane = DetailsPane(shared, CONTAINER)
        self.pane.resize(1180, 420)
        self.pane.show()

    def show(self, name=API, tab=Tab.OVERVIEW):
        self.pane.show_row(self.rows[name])
        self.pane.set_tab(tab)
        self.wait(lambda: not self.visible(Skeleton), f"{tab} of {name} is loaded")
        return self.pane._current()

    def wait(self, truth, what):
        try:
            self.qtbot.waitUntil(lambda: bool(truth()), timeout=5_000)
        except TimeoutError:
            pytest.fail(f"never true: {what}")

    def visible(self, form):
        return [widget for widget in self.pane.findChildren(form) if widget.isVisible()]

    def words(self):
        """Everything that can be read in the pane, by eyes or by a screen reader."""
        return "\n".join(readable(self.pane))

    def button(self, name):
        return next(one for one in self.visible(IconButton) if one.accessibleName().startswith(name))


def readable(root):
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        if isinstance(widget, QLabel):
            yield widget.text()
        if isinstance(widget, RunLine | Paragraph):
            yield widget.text


@pytest.fixture
def desk(qtbot, themes):
    session = DemoSession()
    desk = Desk(qtbot, session)
    yield desk
    close(desk)


@pytest.fixture
def told(qtbot, themes):
    """A desk whose containers all have the document that the test writes into `told.session.document`."""
    session = Told()
    desk = Desk(qtbot, session)
    yield desk
    close(desk)


def close(desk):
    desk.pane.clear()
    desk.pane.hide()
    desk.session.close()
    assert tasks.shutdown(3.0)
    desk.pane.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def document(**parts):
    whole = {
        "Id": "a" * 64,
        "Name": "/odd",
        "Path": "sh",
        "Args": [],
        "Created": "2026-11-24T00:00:00Z",
        "Image": "sha256:b",
        "State": {"Status": "running", "Pid": 1, "StartedAt": "2026-11-24T00:00:00Z"},
        "Config": {"Image": "busybox", "Env": [f"API_TOKEN={SECRET}", f"DB=postgres://u:{SECRET}@db/x", "PORT=1"]},
        "HostConfig": {},
        "NetworkSettings": {},
    }
    for name, values in parts.items():
        whole[name] = {**whole[name], **values} if isinstance(values, dict) else values
    return json.dumps(whole, ensure_ascii=False).encode()


# --- the pane ---------------------------------------------------------------------------------------------------------


def test_every_tab_of_the_kind_has_a_widget_and_a_title():
    assert set(CONTAINER.tabs) <= set(TAB_WIDGETS) == set(TITLES)


def test_the_head_names_the_container_and_its_state(desk):
    desk.show(API)
    assert desk.pane._name.text() == API
    assert desk.pane._pill.text == "Unhealthy"
    assert desk.pane.tab is Tab.OVERVIEW


def test_actions_are_asked_for_and_a_disabled_one_says_why(desk, qtbot):
    desk.show(API)
    stop, start = (next(one for one in CONTAINER.actions if one.id == name) for name in ("stop", "start"))
    desk.pane.set_actions([(start, "it is running"), (stop, None)])
    first, second = desk.pane._actions.findChildren(Button)
    assert (first.isEnabled(), first.toolTip()) == (False, "it is running")
    with qtbot.waitSignal(desk.pane.action_wanted) as wanted:
        second.click()
    assert wanted.args == ["stop"]
    desk.pane.set_actions([(start, None), (stop, "it is not running")])
    assert desk.pane._actions.findChildren(Button) == [first, second]
    assert (first.isEnabled(), second.isEnabled()) == (True, False)


def test_escape_restores_a_maximised_pane_and_then_closes_it(desk, qtbot):
    desk.show(API)
    with qtbot.waitSignal(desk.pane.maximise_toggled) as toggled:
        desk.button("Maximise").click()
    assert toggled.args == [True]
    qtbot.keyClick(desk.pane, Qt.Key.Key_Escape)
    assert not desk.pane._maximise.isChecked()
    with qtbot.waitSignal(desk.pane.close_wanted):
        qtbot.keyClick(desk.pane, Qt.Key.Key_Escape)


def test_a_narrow_head_leaves_the_buttons_to_the_menu(desk):
    desk.show(API)
    desk.pane.set_actions([(action, None) for action in CONTAINER.actions if action.prominent])
    desk.wait(lambda: desk.visible(Button), "there is room")
    desk.pane.resize(600, 420)
    assert not desk.visible(Button)
    desk.wait(lambda: desk.pane._name.width() > 60, "the name has room")


def test_several_rows_are_counted_and_none_is_shown(desk):
    desk.show(API)
    desk.pane.show_many([desk.rows[API], desk.rows[TYPO]])
    assert "2 containers selected" in desk.words()
    assert desk.pane.row is None


def test_a_container_that_goes_away_is_said_to_be_gone(desk):
    desk.show(API)
    desk.pane.set_gone()
    assert desk.pane._pill.text == "no longer exists"
    assert f"{API} no longer exists" in desk.words()


def test_without_a_connection_everything_is_of_the_past(desk):
    tab = desk.show(API)
    desk.pane.set_live(False)
    assert desk.pane._pill.text == "was unhealthy"
    assert all(line._stale for line in tab.findChildren(RunLine))
    desk.pane.set_live(True)
    assert desk.pane._pill.text == "Unhealthy"
    assert not any(line._stale for line in tab.findChildren(RunLine))


# --- overview ---------------------------------------------------------------------------------------------------------


def test_the_overview_says_first_what_is_wrong(desk):
    tab = desk.show(API)
    assert "health probes failed" in tab.headline.sentence.text
    words = desk.words()
    assert "9000 → 9000/tcp all addresses" in words
    assert "9100/tcp exposed, not published" in words


def test_the_end_of_a_container_is_explained_with_its_evidence(desk):
    tab = desk.show(IMPORT)
    assert tab.headline.sentence.text.startswith("Out of memory: 512 MB limit reached")
    words = desk.words()
    assert "OOMKilled true" in words
    assert "ExitCode 137" in words
    assert "die exitCode=137" in words
    assert "proven" in tab.headline._tag.accessibleName()


def test_a_start_that_failed_is_told_in_the_engines_words(desk):
    tab = desk.show(TYPO)
    assert tab.headline.sentence.text.startswith("Command not found.")
    assert "no such file or directory" in desk.words()


def test_loading_shows_a_skeleton_and_never_the_container_before(desk):
    desk.show(IMPORT)
    desk.session.slow(0.4)
    desk.pane.show_row(desk.rows[API])
    assert desk.visible(Skeleton)
    assert "Out of memory" not in desk.words()
    desk.wait(lambda: not desk.visible(Skeleton), "loaded in the end")
    assert "health probes failed" in desk.words()


def test_an_error_stands_in_place_and_retry_mends_it(desk):
    desk.session.fail_next("inspect", TimedOut("The engine took more than 60 s."))
    desk.pane.show_row(desk.rows[API])
    desk.wait(lambda: desk.visible(EmptyState), "an error is shown")
    assert "The engine took more than 60 s." in desk.words()
    next(one for one in desk.visible(Button) if one.text() == "Retry").click()
    desk.wait(lambda: "health probes failed" in desk.words(), "the overview comes")


@pytest.mark.parametrize("tab", [Tab.OVERVIEW, Tab.INSPECT])
def test_what_is_gone_is_no_error(desk, tab):
    desk.pane.tabs.set_current(tab.value)
    desk.session.fail_next("inspect", Gone("No such container"))
    desk.pane.show_row(desk.rows[API])
    desk.wait(lambda: f"{API} no longer exists" in desk.words(), "it says so")
    assert not [one for one in desk.visible(Button) if one.text() == "Retry"]


def test_a_changed_row_is_asked_about_again_and_usage_alone_is_not(desk, monkeypatch):
    asked = []
    inspect = desk.session.inspect
    monkeypatch.setattr(desk.session, "inspect", lambda ref, scope: asked.append(ref.kind) or inspect(ref, scope))
    desk.show(API)
    row = desk.rows[API]
    before = asked.count("containers")
    desk.pane.show_row(type(row)(**{**fields(row), "usage": None}))
    desk.pane.show_row(type(row)(**{**fields(row), "probe": "healthy"}))
    desk.wait(lambda: asked.count("containers") == before + 1, "asked once")


def fields(row):
    return {name: getattr(row, name) for name in row.__struct_fields__}


def test_columns_follow_the_width_and_nothing_overlaps(desk, qtbot):
    tab = desk.show(API)
    for width, most in ((420, 1), (640, 2), (1180, 4), (1900, 7)):
        desk.pane.resize(width, 420)
        qtbot.waitUntil(lambda width=width: tab.columns.width() > width - 40)
        views = tab.columns._views
        assert 1 <= len({view.x() for view in views}) <= most
        for one in views:
            assert one.geometry().right() <= tab.columns.width()
            assert not [other for other in views if other is not one and other.geometry().intersects(one.geometry())]


def test_what_a_section_keeps_back_comes_when_asked_for(themes, qtbot):
    columns = Columns()
    qtbot.addWidget(columns)
    columns.resize(400, 300)
    columns.show()
    hidden = Setting("PATH", "/bin")
    columns.fill((Section("Environment", (Setting("A", "1"),), "", (hidden,), "Show 1 from the image"),))
    assert "PATH" not in "\n".join(readable(columns))
    more = columns.findChild(MoreButton)
    before = columns.minimumHeight()
    more.click()
    assert "PATH /bin" in "\n".join(readable(columns))
    assert columns.minimumHeight() > before


@pytest.mark.parametrize("width", [180, 228, 300, 400])
def test_a_note_has_room_for_all_its_lines(themes, qtbot, width):
    view = SectionView(Section("Environment", (Setting("A", "1"), Note("Anyone can read them. " * 5))))
    qtbot.addWidget(view)
    view.resize(width, view.height_for(width))
    view.show()
    words = next(label for label in view.findChildren(QLabel) if label.text().startswith("Anyone"))
    qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()))


def test_a_long_section_comes_in_portions_and_in_order(themes, qtbot):
    columns = Columns()
    qtbot.addWidget(columns)
    columns.resize(400, 300)
    columns.show()
    columns.fill((Section("Environment", tuple(Setting(f"V{number}", "x") for number in range(200))),))
    assert len(columns.findChildren(SettingRow)) < 50
    qtbot.waitUntil(lambda: len(columns.findChildren(SettingRow)) == 200)
    rows = sorted(columns.findChildren(SettingRow), key=lambda row: row.mapTo(columns, QPoint(0, 0)).y())
    assert [row._setting.name for row in rows] == [f"V{number}" for number in range(200)]
    assert columns.minimumHeight() > 200 * 22


def test_a_section_filled_again_keeps_its_widgets(themes, qtbot):
    columns = Columns()
    qtbot.addWidget(columns)
    columns.fill((Section("Limits", (Property("A", Line((Run("1"),))),)),))
    line = columns.findChild(RunLine)
    columns.fill((Section("Limits", (Property("A", Line((Run("2"),))),)),))
    assert columns.findChild(RunLine) is line
    assert line.text == "2"


# --- secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", [Tab.OVERVIEW, Tab.INSPECT])
def test_no_secret_is_readable_anywhere(told, tab):
    told.session.document = document()
    shown = told.show(API, tab)
    if tab is Tab.INSPECT:
        shown.tree.expandAll()
        assert SECRET not in "\n".join(cells(shown.tree))
        shown.view.set_current("text")
        assert SECRET not in shown.text.toPlainText()
        assert "API_TOKEN" in shown.text.toPlainText()
    else:
        assert "API_TOKEN" in told.words()
    assert SECRET not in told.words()


def cells(tree):
    """Every text that the tree's model gives to Qt, in every role."""
    model = tree.document
    waiting = [model.index(row, 0) for row in range(model.rowCount())]
    while waiting:
        index = waiting.pop()
        for column in range(2):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(model.data(index.siblingAtColumn(column), role))
        waiting += [model.index(row, 0, index) for row in range(model.rowCount(index))]


def test_a_secret_is_shown_on_request_and_hidden_again_by_time(themes, qtbot):
    row = row_widget(Setting("API_TOKEN", SECRET))
    qtbot.addWidget(row)
    row.show()
    eye = row.findChild(IconButton)
    assert SECRET not in "\n".join(readable(row))
    eye.click()
    assert SECRET in row.findChild(RunLine).text
    row._timer.setInterval(20)
    qtbot.waitUntil(lambda: SECRET not in "\n".join(readable(row)))


def test_another_container_another_value_and_another_page_mask_it_again(told):
    told.session.document = document()
    told.show(API)
    rows = [row for row in told.visible(SettingRow) if row._setting.name == "API_TOKEN"]
    rows[0].findChild(IconButton).click()
    assert SECRET in told.words()
    told.pane.hide()
    told.pane.show()
    assert SECRET not in told.words()


def test_copying_a_masked_value_copies_the_mask_and_only_raw_the_value(themes, qtbot):
    row = row_widget(Setting("API_TOKEN", SECRET))
    qtbot.addWidget(row)
    line = row.findChild(RunLine)
    clipboard = QGuiApplication.clipboard()
    line.copy()
    assert SECRET not in clipboard.text()
    assert "•" in clipboard.text()
    line.copy_raw()
    assert clipboard.text() == SECRET
    row.findChild(IconButton).click()
    line.copy()
    assert clipboard.text() == SECRET


# --- hostile text -----------------------------------------------------------------------------------------------------

HOSTILE = "<b>x</b><img src='file:///etc/passwd'>\u202egnp.exe\x1b[31m\x00\r\nevil\u200b"


def test_hostile_text_is_plain_and_visible_and_raw_only_when_copied_raw(themes, qtbot):
    line = RunLine()
    qtbot.addWidget(line)
    line.show_line(Line((Run(HOSTILE),), HOSTILE))
    assert "⟨RLO⟩" in line.text
    assert "<b>" in line.text
    assert not set(line.text) & set("\u202e\x1b\x00\r\n\u200b")
    assert "<b>" not in line.toolTip()
    line.copy()
    assert "\u202e" not in QGuiApplication.clipboard().text()
    line.copy_raw()
    assert "\u202e" in QGuiApplication.clipboard().text()


def test_a_hostile_document_fills_every_tab(told):
    long = HOSTILE + "y" * 100_000
    told.session.document = document(
        Name="/" + HOSTILE,
        Config={"Image": long, "Env": [long, f"{HOSTILE}={HOSTILE}"], "Labels": {HOSTILE: long}, "User": HOSTILE},
        Mounts=[{"Type": HOSTILE, "Source": long, "Destination": HOSTILE, "RW": True}],
        State={"Status": "exited", "ExitCode": 137, "Error": long},
    )
    for tab in (Tab.OVERVIEW, Tab.INSPECT):
        told.show(API, tab)
        assert not set(told.words()) & set("\u202e\x1b\x00\r\u200b")


# --- inspect ----------------------------------------------------------------------------------------------------------


def test_search_goes_from_hit_to_hit_and_opens_the_branches_above(desk, qtbot):
    tab = desk.show(API, Tab.INSPECT)
    tab.search_field.setText("env")
    qtbot.waitUntil(lambda: tab._count.text().startswith("1 of"))
    assert tab.tree.current_node().path == ".Config.Env"
    tab.search_field.setText("stripe")
    qtbot.waitUntil(lambda: tab.tree.current_node().path.startswith(".Config.Env["))
    assert tab.tree.isExpanded(tab.tree.currentIndex().parent())
    tab.search_field.setText(API)
    qtbot.waitUntil(lambda: tab._count.text().startswith("1 of") and API in tab.tree.current_node().shown)
    first = tab.tree.current_node().path
    tab._step(1)
    assert tab.tree.current_node().path != first
    tab._step(-1)
    assert tab.tree.current_node().path == first
    tab.search_field.setText("zzz")
    qtbot.waitUntil(lambda: tab._count.text() == "no hits")


def test_the_text_is_searched_too(desk, qtbot):
    tab = desk.show(API, Tab.INSPECT)
    tab.view.set_current("text")
    tab.search_field.setText("STRIPE")
    qtbot.waitUntil(lambda: tab._count.text() == "1 of 1")
    assert "STRIPE_API_KEY" in tab.text.textCursor().block().text()


def test_path_value_raw_value_and_document_are_copied(told):
    told.session.document = document()
    tab = told.show(API, Tab.INSPECT)
    root = tab.tree.document.root
    token = next(child for child in root.at((7,)).children if child.name == "Env").children[0]
    clipboard = QGuiApplication.clipboard()
    tab.copy_value(token)
    assert clipboard.text() == "API_TOKEN=••••••••••••"
    menu = tab._menu(token)
    by_text = {action.text(): action for action in menu.actions()}
    by_text["Copy path"].trigger()
    assert clipboard.text() == ".Config.Env[0]"
    by_text["Copy raw value"].trigger()
    assert clipboard.text() == f"API_TOKEN={SECRET}"
    tab.copy_document()
    assert clipboard.text() == told.session.document.decode()
    menu.deleteLater()


def test_a_value_of_the_tree_is_revealed_for_a_while(told, qtbot):
    told.session.document = document()
    tab = told.show(API, Tab.INSPECT)
    model = tab.tree.document
    token = next(child for child in model.root.at((7,)).children if child.name == "Env").children[0]
    model.toggle(token)
    assert model.value(token) == f"API_TOKEN={SECRET}"
    assert SECRET not in str(model.data(model.index_of(token, 1), Qt.ItemDataRole.ToolTipRole))
    model._revealed[token.path].setInterval(20)
    qtbot.waitUntil(lambda: SECRET not in model.value(token))


def test_a_new_document_keeps_what_was_open_and_current(told, qtbot):
    told.session.document = document()
    tab = told.show(API, Tab.INSPECT)
    env = next(child for child in tab.tree.document.root.at((7,)).children if child.name == "Env")
    tab.tree.reveal_node(env.children[2])
    told.session.document = document(RestartCount=7)
    tab.reload()
    qtbot.waitUntil(lambda: b"RestartCount" in tab.tree.document.root.json())
    assert tab.tree.current_node().path == ".Config.Env[2]"
    assert tab.tree.opened_paths() == {".Config", ".Config.Env"}


def test_a_search_in_text_marks_the_very_words(themes, qtbot):
    text = DocumentText()
    qtbot.addWidget(text)
    with qtbot.waitSignal(text.found) as found:
        text.show_lines(["", *["x" * 40] * 5_000, "\U0001f433 İstanbul Needle, needle", "last"])
        text.search("NEEDLE")
        qtbot.waitUntil(lambda: not text.loading)
    assert found.args == [2, 1]
    assert [hit.selectedText() for hit in text._hits] == ["Needle", "needle"]
    text.step(-1)
    assert text.textCursor().position() == text._hits[1].position()


def test_a_document_without_a_connection_is_grey(desk, qtbot):
    tab = desk.show(API, Tab.INSPECT)
    tab.view.set_current("text")
    line = tab.text.document().findBlockByNumber(1).layout()
    assert len(line.formats()) > 1
    desk.pane.set_live(False)
    line = tab.text.document().findBlockByNumber(1).layout()
    assert [one.format.foreground().color() for one in line.formats()] == [current_theme().colour("text.secondary")]
    assert tab.tree.document.stale
    assert not tab._reload.isEnabled()
    desk.pane.set_live(True)
    assert len(tab.text.document().findBlockByNumber(1).layout().formats()) > 1


def test_a_document_over_two_megabytes_opens_as_text(told, qtbot):
    told.session.document = document(Filler=["x" * 60] * 40_000)
    tab = told.show(API, Tab.INSPECT)
    assert tab.view.current == "text"
    assert tab._views.currentWidget() is tab.text
    qtbot.waitUntil(lambda: not tab.text.loading, timeout=20_000)
    assert tab.text.blockCount() > 40_000
    assert SECRET not in tab.text.toPlainText()


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widths", "room", "given"),
    [
        ([50, 60], 200, [50, 60]),
        ([50, 300, 40], 200, [50, 110, 40]),  # the long one gives alone
        ([300, 300], 200, [100, 100]),
        ([80, 80, 80], 90, [30, 30, 30]),
        ([300], 0, [0]),
        ([], 10, []),
    ],
)
def test_long_runs_give_way_to_short_ones(widths, room, given):
    assert fitted(widths, room) == given


def test_a_click_copies_and_the_tooltip_has_what_does_not_fit(themes, qtbot):
    line = RunLine()
    qtbot.addWidget(line)
    value = "/a/very/long/path/" * 8
    line.show_line(Line((Run(value, Tone.SECONDARY, mono=True),), value))
    line.resize(120, 22)
    line.show()
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == value
    assert value[:40] in line.toolTip()
    assert line.focusPolicy() is Qt.FocusPolicy.TabFocus
    QApplication.sendEvent(line, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), QPoint(1, 1)))


def test_a_paragraph_wraps_also_inside_words(themes, qtbot):
    paragraph = Paragraph()
    qtbot.addWidget(paragraph)
    paragraph.show_line(Line((Run("x" * 400, mono=True),)))
    assert paragraph.heightForWidth(200) > paragraph.heightForWidth(2_000)
