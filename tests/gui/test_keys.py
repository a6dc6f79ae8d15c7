"""Keys in the window: Esc undoes the nearest thing, and the focus comes back from what lay over the page."""

from __future__ import annotations

import argparse

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.finding import Finding
from gui.memory import Memory
from gui.window import commands
from gui.window.keys import Keys
from gui.window.palette import Palette
from services.settings import SettingsStore


@pytest.fixture
def keys(qtbot, house, themes, tmp_path):
    memory = Memory(SettingsStore(tmp_path))
    finding = Finding(house.contexts, house.lobby, memory, argparse.Namespace(), house.window)
    return Keys(house.window, themes, memory, finding)


@pytest.fixture
def page(qtbot, house, keys):
    page = house.open(qtbot)
    house.window.activateWindow()
    qtbot.waitUntil(house.window.isActiveWindow, timeout=2_000)
    return page


def press(*pressed):
    for key in pressed:
        QTest.keyClick(QGuiApplication.focusWindow(), key)


def row_of(page):
    return next(row for row in page.table.all_rows() if row.state == "running" and row.name)


def test_esc_closes_the_palette_and_the_details_stay(qtbot, house, keys, page):
    page.show_key(row_of(page).id)
    keys.open_palette()
    press(Qt.Key.Key_Escape)
    assert not [palette for palette in house.window.findChildren(Palette) if palette.isVisible()]
    assert page.details.isVisible()
    assert QApplication.focusWidget() is page.table


def test_no_key_acts_on_the_page_below_the_palette(qtbot, house, keys, page):
    page.show_key(row_of(page).id)
    keys.open_palette()
    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert house.operations.all == []
    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not [palette for palette in house.window.findChildren(Palette) if palette.isVisible()]


def test_esc_empties_the_filter_before_it_closes_the_details(qtbot, page):
    page.show_key(row_of(page).id)
    page.header.filter.setFocus()
    page.header.filter.setText(row_of(page).name)
    press(Qt.Key.Key_Escape)
    assert page.header.filter.text() == ""
    assert page.details.isVisible()
    press(Qt.Key.Key_Escape)
    assert not page.details.isVisible()


def test_del_asks_and_esc_gives_the_focus_back_to_the_table(qtbot, page):
    page.show_key(row_of(page).id)
    page.table.setFocus()
    press(Qt.Key.Key_Delete)
    dialog = page.actions_.dialog
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.actions_.dialog is None)
    qtbot.wait(50)
    assert page.window().focusWidget() is page.table


def test_enter_opens_the_details_and_esc_leaves_them_for_the_table(qtbot, page):
    page.show_key(row_of(page).id)
    page.back()
    page.table.setFocus()
    press(Qt.Key.Key_Return)
    assert page.details.isVisible()
    assert page.details.isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_Escape)
    assert not page.details.isVisible()
    assert QApplication.focusWidget() is page.table


def test_the_palette_opens_at_once_over_many_rows_and_finds_one_of_them(qtbot, house, keys, page, monkeypatch):
    house.sessions[0].grow(3_000)
    qtbot.waitUntil(lambda: len(page.table.rows) > 3_000, timeout=20_000)
    made, make = [], commands._object
    monkeypatch.setattr(commands, "_object", lambda *arguments: (made.append(1), make(*arguments))[1])
    keys.open_palette()
    palette = house.window.findChild(Palette)
    assert len(made) <= 60
    wanted = page.table.all_rows()[-1].name
    palette.field.setText(f"!{wanted}")
    qtbot.waitUntil(lambda: palette.titles()[:1] == [wanted], timeout=5_000)
    palette.dismiss()
