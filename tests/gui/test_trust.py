"""A certificate that nobody vouches for, in the whole application: said, shown, trusted for one context, taken back."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from gui.messages import TRUSTED
from gui.widgets.buttons import Button
from gui.widgets.command_box import CommandBox
from gui.widgets.text import PlainLabel
from gui.window.marks import MarksDialog
from gui.window.rail import Tile
from gui.window.settings import SettingsDialog
from gui.window.trust import TrustDialog
from models.certificate import fingerprint_text
from models.connection import Phase
from tests.services.fake_engine import fake_engine, listed
from tests.world.proxy import Proxy
from tests.world.tls import Authority

FOLDER = sha256(b"vault").hexdigest()


@pytest.fixture
def vault(home, tmp_path_factory):
    """A context `vault` whose engine shows a certificate of another authority than the context's."""
    folder = tmp_path_factory.mktemp("tls")
    ours, theirs = Authority(folder / "ours"), Authority(folder / "theirs", "Somebody else")
    certificate = theirs.issue("vault", ("127.0.0.1",))
    with fake_engine(folder) as engine, Proxy(engine.path, tls=certificate.server_context()) as server:
        engine.containers["c"] = listed("c")
        engine.answers["/info"] = (200, b'{"ID": "vault"}')
        engine.answers["/version"] = (200, b'{"Version": "29.0"}')
        meta = home / f".docker/contexts/meta/{FOLDER}/meta.json"
        pem = home / f".docker/contexts/tls/{FOLDER}/docker/ca.pem"
        for path in (meta, pem):
            path.parent.mkdir(parents=True)
        pem.write_bytes(ours.cert.read_bytes())
        endpoint = {"Host": server.host, "SkipTLSVerify": False}
        meta.write_text(json.dumps({"Name": "vault", "Endpoints": {"docker": endpoint}}))
        (home / ".docker/config.json").write_text('{"currentContext": "vault"}')
        yield engine


def files_of_docker(home):
    return {path: path.read_bytes() for path in (home / ".docker").rglob("*") if path.is_file()}


def button(parent, words):
    return next(one for one in parent.findChildren(Button) if one.text() == words and one.isVisible())


def dialog(application, kind):
    return next(one for one in application.window.findChildren(kind) if one.isVisible())


def words_of(widget):
    return [label.text() for label in widget.findChildren(PlainLabel)]


def test_a_certificate_is_trusted_for_one_context_and_the_trust_is_taken_back(qtbot, start, home, vault):
    before = files_of_docker(home)
    application = start()
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    open_one, page = application.contexts.current, application.window.current_page()
    qtbot.waitUntil(lambda: page.states.currentWidget() is page.states.error, timeout=8_000)
    assert "authority that is not trusted" in page.states.error.accessibleName()
    assert not vault.asked

    button(page, "Trust its certificate…").click()
    asks = dialog(application, TrustDialog)
    certificate = open_one.state.error.certificate
    said = words_of(asks)
    assert "Somebody else" in said
    assert "vault" in said
    assert asks.findChild(CommandBox).command() == fingerprint_text(certificate.fingerprint)
    button(asks, "Cancel").click()
    assert application.memory.settings.trusted() == {}

    button(page, "Trust its certificate…").click()
    button(dialog(application, TrustDialog), "Trust it").click()
    qtbot.waitUntil(lambda: page.table.row_count() > 0, timeout=8_000)
    assert TRUSTED in application.window.findChild(Tile).toolTip()
    assert TRUSTED in application.window.current_place().sidebar.head.accessibleName()
    written = json.loads((home / ".config/pilothouse/settings.json").read_text())
    assert written["contexts"] == {"docker:vault": {"trusted": certificate.fingerprint}}
    qtbot.waitUntil(lambda: open_one.facts is not None, timeout=5_000)
    assert "chosen to trust" in " ".join(open_one.facts.warnings)

    application.keys.open_settings()
    settings = dialog(application, SettingsDialog)
    assert fingerprint_text(certificate.fingerprint)[:8] in " ".join(
        label.toolTip() or label.text() for label in settings.findChildren(PlainLabel)
    )
    button(settings, "Trust no more").click()
    qtbot.waitUntil(lambda: open_one.state.phase is Phase.UNREACHABLE, timeout=5_000)
    assert application.memory.settings.trusted() == {}
    assert TRUSTED not in application.window.findChild(Tile).toolTip()
    settings.accept()
    assert files_of_docker(home) == before


def test_marks_keep_the_trust_and_the_proxy_that_they_do_not_show(qtbot, start, home, vault):
    application = start()
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    application.memory.trust("docker:vault", "ab" * 32)
    qtbot.waitUntil(lambda: application.contexts.current.context.trusted != "", timeout=5_000)
    application.keys.open_marks(application.contexts.current)
    marks = dialog(application, MarksDialog)
    marks.label.setText("Safe")
    button(marks, "Save").click()
    qtbot.waitUntil(lambda: application.contexts.current.context.label == "Safe", timeout=5_000)
    assert application.contexts.current.context.trusted == "ab" * 32


def test_a_proxy_is_chosen_for_one_context(qtbot, start, home, vault, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://sam:hunter2@proxy.invalid:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    meta = home / f".docker/contexts/meta/{FOLDER}/meta.json"
    meta.write_text(meta.read_text().replace("127.0.0.1", "engine.invalid"))
    application = start()
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    open_one = application.contexts.current
    assert open_one.context.proxy == "http://proxy.invalid:3128"
    tip = application.window.findChild(Tile).toolTip()
    assert "By way of the proxy http://proxy.invalid:3128" in tip
    assert "hunter2" not in tip

    application.keys.open_marks(open_one)
    marks = dialog(application, MarksDialog)
    assert "The environment names http://proxy.invalid:3128 for it." in words_of(marks)
    marks.proxy.modes.set_current("own")
    marks.proxy.field.setText("http://sam:hunter2@other:3128")
    button(marks, "Save").click()
    assert marks.isVisible()
    assert any(text.startswith("Not saved: name the proxy without user and password") for text in words_of(marks))
    marks.proxy.field.setText("other:3128")
    button(marks, "Save").click()
    qtbot.waitUntil(lambda: open_one.context.proxy == "http://other:3128", timeout=5_000)
    assert open_one.session.context.proxy == "http://other:3128"

    application.keys.open_marks(open_one)
    again = dialog(application, MarksDialog)
    assert (again.proxy.modes.current, again.proxy.field.text()) == ("own", "http://other:3128")
    again.proxy.modes.set_current("direct")
    assert not again.proxy.field.isEnabled()
    button(again, "Save").click()
    qtbot.waitUntil(lambda: open_one.context.proxy == "", timeout=5_000)
    assert application.memory.settings.marks("docker:vault").proxy == "direct"
