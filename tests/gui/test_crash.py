"""A bug is shown, once at a time, without secrets; the window goes on."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from gui.crash import CrashDialog, CrashReporter


@pytest.fixture
def reporter(qtbot, themes):
    before = sys.excepthook, threading.excepthook
    reporter = CrashReporter(Path("/home/sam/pilothouse.log"))
    yield reporter
    reporter.stop()
    sys.excepthook, threading.excepthook = before
    for dialog in reports():
        dialog.accept()
    reporter.deleteLater()
    qtbot.wait(1)


def reports():
    return [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, CrashDialog) and widget.isVisible()
    ]


def fail(text):
    try:
        raise RuntimeError(text)
    except RuntimeError:
        sys.excepthook(*sys.exc_info())


@pytest.mark.allow_errors
def test_a_bug_is_shown_with_its_traceback_and_without_secrets(qtbot, reporter):
    fail("password=canary")
    fail("and again: a bug in painting comes back sixty times a second")
    qtbot.waitUntil(lambda: bool(reports()))
    (report,) = reports()
    said = report.findChild(QPlainTextEdit).toPlainText()
    assert "RuntimeError" in said
    assert "test_crash.py" in said
    assert "canary" not in said
    report.accept()
    fail("another one")
    qtbot.waitUntil(lambda: "another one" in " ".join(r.findChild(QPlainTextEdit).toPlainText() for r in reports()))


@pytest.mark.allow_errors
def test_a_bug_in_a_thread_is_shown_too(qtbot, reporter):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(reports()))
    assert "ZeroDivisionError" in reports()[0].findChild(QPlainTextEdit).toPlainText()
