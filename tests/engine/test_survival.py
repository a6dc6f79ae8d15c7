"""The window over real engines while everything around it goes wrong."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from gui.app import Application, _options
from models.connection import Phase
from models.context import TlsFiles
from models.errors import Gone
from models.kind import Ref, Tab
from services.cancel import CancelScope
from tests.engine.house import House, elsewhere, facts_page, named, reason, shown, sleeping, wait_for
from tests.engine.opening import QUICK, opened, reached, states_of, watched
from tests.gui.looking import markup, raw, said
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine
from tests.world.faults import black_hole, forbidden
from tests.world.proxy import Proxy
from tests.world.tls import Authority

ROOT = Path(__file__).parents[2]
CANARY = "canary-5f1d"


# F1: the engine ends


@pytest.mark.parametrize("end", [DockerEngine.stop, DockerEngine.kill], ids=["TERM", "KILL"])
def test_an_engine_that_ends_is_unreachable_within_a_second_and_listed_anew_when_back(engine, end):
    with opened(engine.host, pace=QUICK) as session, states_of(session) as states, watched(session) as rows:
        sleeping(engine, "one", "--restart", "always")
        rows.until(lambda r: r.named("one"), "it is there")
        end(engine)
        ended = time.monotonic()
        assert reached(states, Phase.UNREACHABLE, seconds=3) - ended < 1.0
        rows.until(lambda r: r.stale and r.named("one"), "the rows stay, known to be stale", seconds=1)
        engine.start()
        rows.until(lambda r: r.resets == 2 and not r.stale and r.named("one"), "listed anew")


# F3, F6, F20: why it cannot be reached, in the window's words


def test_a_missing_a_deaf_and_a_forbidden_socket_are_three_pages(old_engine, house, qtbot, tmp_path):
    (tmp_path / "deaf.sock").touch()
    assert reason(qtbot, house.open(f"unix://{tmp_path}/none.sock", "a")).startswith("No engine here")
    assert reason(qtbot, house.open(f"unix://{tmp_path}/deaf.sock", "b")).startswith("The engine is not running")
    with forbidden(old_engine.socket):
        said = reason(qtbot, house.open(old_engine, "c"))
    assert said.startswith("Not permitted")
    assert "equals root" in said


def test_a_black_hole_is_said_within_six_seconds(house, qtbot):
    with black_hole() as (host, port):
        page = house.open(f"tcp://{host}:{port}")
        assert reason(qtbot, page, seconds=6.0).startswith("The host does not answer")


def _certificates(folder):
    """Two authorities, and of the first a bad one, one for another host, a good one: openssl is slow."""
    ours, stranger = Authority(folder / "ours"), Authority(folder / "theirs", "Somebody else")
    old, other = ours.issue("old", ("127.0.0.1",), days=-1), ours.issue("other", ("10.9.8.7",))
    return ours, stranger, old, other, ours.issue("x")


def test_each_bad_certificate_is_called_what_it_is(old_engine, house, qtbot, tmp_path):
    ours, stranger, old, other, spare = elsewhere(qtbot, _certificates, tmp_path)
    trusted = TlsFiles(ca=str(ours.cert))
    own = (stranger.cert, stranger.folder / "ca-key.pem")
    for name, server, words in (
        ("old", old, r"expired on \w{3} +\d+ [\d:]{8} 20\d\d GMT"),
        ("other", other, r"not for 127\.0\.0\.1 but for 10\.9\.8\.7"),
        ("own", type(spare)(*own), r"self-signed \(valid from .+ to .+ GMT\)"),
    ):
        with Proxy(old_engine.socket, tls=server.server_context()) as proxy:
            page = house.open(proxy.host, name, tls=trusted)
            assert re.search(words, reason(qtbot, page)), page.states.error.accessibleName()
            house.contexts.close(house.contexts.current)
            house.open(proxy.host, f"{name} unchecked", tls=TlsFiles(verify=False))
            assert "certificate is not checked" in facts_page(qtbot, house), (
                "the choice is told for as long as it holds"
            )
            house.contexts.close(house.contexts.current)


# F5: slow


def test_a_slow_engine_shows_bars_and_holds_up_nobody(old_engine, other_engine, house, qtbot):
    elsewhere(qtbot, sleeping, other_engine, "two")
    with Proxy(old_engine.socket) as proxy:
        proxy.delay = 10.0
        slow = house.open(proxy.host, "slow")
        well = house.open(other_engine, "well")
        wait_for(qtbot, well, "two", seconds=3)
        house.contexts.set_current(house.contexts.find("slow"))
        qtbot.waitUntil(lambda: slow.states.currentWidget() is slow.states.loading and slow.states.loading.visible_bars)
        began = time.monotonic()
        house.contexts.close(house.contexts.find("slow"))
        assert time.monotonic() - began < 0.1
        elsewhere(qtbot, other_engine.docker, "rename", "two", "three")
        wait_for(qtbot, well, "three", seconds=1.5)


# F18: clocks


class Skewed(Proxy):
    """Shows the engine with a clock that is an hour off. Its containers' times are left as they are."""

    hours = 0

    def _allowed(self, block):
        def shift(found):
            moment = time.mktime(time.strptime(found[1].decode(), "%a, %d %b %Y %H:%M:%S")) + self.hours * 3600
            return b"Date: " + time.strftime("%a, %d %b %Y %H:%M:%S", time.localtime(moment)).encode() + b" GMT"

        return super()._allowed(re.sub(rb"Date: (.{25}) GMT", shift, block))


@pytest.mark.parametrize(("hours", "age"), [(1, "60 min"), (-1, "0 s")])
def test_ages_follow_the_engines_clock_and_are_never_negative(old_engine, house, qtbot, hours, age):
    elsewhere(qtbot, sleeping, old_engine, "one")
    with Skewed(old_engine.socket) as proxy:
        proxy.hours = hours
        page = house.open(proxy.host)
        row = wait_for(qtbot, page, "one")
        column = next(column for column in page.kind.columns if column.id == "age")
        assert column.text(row, page.table.cells.now()) in (age, age.replace("60 min", "1 h"))
        house.contexts.close(house.contexts.current)


# F21: proxies and authorities


def test_no_engine_is_asked_through_a_proxy_and_a_companys_authority_counts(old_engine, tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as nosy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:{1}".format(*nosy.getsockname()))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.cert))
        server = authority.issue("server", ("127.0.0.1",)).server_context()
        with Proxy(old_engine.socket) as plain, Proxy(old_engine.socket, tls=server) as safe:
            for host, tls in ((old_engine.host, None), (plain.host, None), (safe.host, TlsFiles())):
                with opened(host, tls) as session, states_of(session) as states:
                    reached(states, Phase.LIVE)
        nosy.settimeout(0.05)
        with pytest.raises(TimeoutError):
            nosy.accept()


# F23, F24: hostile text that a real engine takes


def test_what_an_engine_lets_people_write_is_only_text(engine, house, qtbot):
    evil = "<img src=file:///etc/passwd><b>x</b>\x1b]0;owned\x07\u202egnp\u200b &amp; &x"
    folder = "/tmp/<b>evil\u202e"
    elsewhere(
        qtbot,
        *(sleeping, engine, "hostile", "--label", f"<b>x</b>={evil}", "--env", f"EVIL={evil}", "--hostname", "evil"),
        *("--label", f"com.docker.compose.project={evil}", "--volume", f"{folder}:{folder}"),
        *("--health-cmd", f"echo '{evil}'; exit 1", "--health-interval", "0.2s", "--health-retries", "1"),
    )
    page = house.open(engine)
    row = wait_for(qtbot, page, "hostile", lambda row: row.probe == "unhealthy")
    page.show_key(row.id)
    for tab in (Tab.OVERVIEW, Tab.INSPECT):
        page.details.set_tab(tab)
        qtbot.waitUntil(lambda: "⟨RLO⟩" in shown(page.details), timeout=5_000)
        assert markup(house.window) == set()
        assert raw(house.window) == set()
    Path(folder).rmdir()


# F28: secrets


@pytest.fixture
def start(qtbot, qapp, tmp_path, monkeypatch):
    """Start the whole application in this process, in a home of its own."""
    for name in ("DOCKER_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    started = []

    def begin(*arguments):
        started.append(Application(qapp, _options(arguments)))
        started[-1].start()
        return started[-1]

    yield begin
    for application in started:
        application.window._leaving = True
        application.window.close()
        application.window.deleteLater()
        application.deleteLater()


def test_secrets_are_neither_shown_nor_written(engine, start, qtbot, tmp_path, monkeypatch):
    container = elsewhere(
        qtbot,
        *(engine.run, "--name", "keeper", "--env", f"API_TOKEN={CANARY}", "--label", f"com.example.password={CANARY}"),
        *("--env", f"DATABASE_URL=postgres://sam:{CANARY}@db/app", "--health-cmd", f"true --password={CANARY}"),
        command=("sh", "-c", "sleep 86400", f"--password={CANARY}"),
    )
    monkeypatch.setenv("DOCKER_HOST", engine.host)
    application = start()
    window = application.window
    qtbot.waitUntil(lambda: application.contexts.current is not None, timeout=5_000)
    page = window.current_page()
    for column in page.kind.columns:
        page.table.columns.show(column.id, True)
    wait_for(qtbot, page, "keeper", lambda row: row.run is not None)
    page.show_key(container)
    leaks = set()
    for tab in (Tab.OVERVIEW, Tab.INSPECT):
        page.details.set_tab(tab)
        qtbot.waitUntil(lambda: "API_TOKEN" in shown(page.details), timeout=5_000)
        leaks |= {f"{place}: {text}" for place, text in said(window) if CANARY in text}
    elsewhere(qtbot, engine.kill)
    qtbot.waitUntil(page.banner.isVisible, timeout=5_000)
    leaks |= {f"{place}: {text}" for place, text in said(window) if CANARY in text}
    window.close()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert (leaks, written) == (set(), [])
    assert (tmp_path / ".config/pilothouse/settings.json").exists()
    elsewhere(qtbot, engine.start)


# F32: engines that lack things


def test_podman_in_the_window_lacks_things_and_breaks_nothing(podman, house, qtbot):
    elsewhere(qtbot, podman.run, "--name", "one", command=("sleep", "86400"))
    page = house.open(podman)
    row = wait_for(qtbot, page, "one", lambda row: row.run is not None)
    page.show_key(row.id)
    for tab in (Tab.OVERVIEW, Tab.INSPECT):
        page.details.set_tab(tab)
        qtbot.waitUntil(lambda: "sleep" in shown(page.details), timeout=5_000)
    page.trigger("pause")
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=5_000)
    page.trigger("kill")
    page.actions_.dialog.act.click()
    wait_for(qtbot, page, "one", lambda row: not row.running)
    assert "Podman" in facts_page(qtbot, house)


def test_what_an_engine_does_not_know_is_said(engine):
    with opened(engine.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        with pytest.raises(Gone):
            session.inspect(Ref("containers", "f" * 64, ""), CancelScope())


# F33: the application is killed


def test_a_killed_application_leaves_valid_settings_and_no_ssh(ssh_engine, tmp_path):
    container = sleeping(ssh_engine.engine, "one")
    settings = tmp_path / ".config/pilothouse/settings.json"
    settings.parent.mkdir(parents=True)
    page = {"selected": [container], "details": "logs"}
    settings.write_text(json.dumps({"version": 1, "pages": {"env:DOCKER_HOST": {"containers": page}}}))
    environment = {**ssh_engine.environment(), "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = (sys.executable, "-m", "gui", "--context", ssh_engine.host)
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as running:
        eventually(lambda: len(ssh_lines(ssh_engine.port)) >= 3, "it watches, listens and follows over ssh")
        eventually(lambda: "docker" in settings.read_text() or "open_contexts" in settings.read_text(), "it is saved")
        running.send_signal(signal.SIGKILL)
    eventually(lambda: not ssh_lines(ssh_engine.port), "no ssh is left", seconds=5)
    assert json.loads(settings.read_text())["version"] == 1
    assert [path.name for path in settings.parent.iterdir()] == ["settings.json"]


def ssh_lines(port) -> list[str]:
    """The ssh processes of this machine that carry a line to that port."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = status.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0].endswith("ssh") and str(port) in words and "dial-stdio" in words:
            found.append(status.parent.name)
    return found


# F34: not alone


@contextmanager
def another(qtbot):
    """A second window, with sessions of its own."""
    house = House()
    qtbot.wait(200)
    house.meter.start()
    try:
        yield house
    finally:
        house.close(qtbot)


def test_two_windows_and_the_command_see_each_others_changes_within_a_second(engine, house, qtbot):
    elsewhere(qtbot, sleeping, engine, "one")
    with another(qtbot) as second:
        pages = [house.open(engine), second.open(engine)]
        for page in pages:
            row = wait_for(qtbot, page, "one", lambda row: row.state == "running")
            page.show_key(row.id)
        for one in (house, second):  # from here on: two windows that open at once paint for long
            one.meter.stop()
            one.meter.start()

        def both_see(name, state):
            for page in pages:
                wait_for(qtbot, page, name, lambda row: row.state == state, seconds=1.0)

        pages[0].trigger("pause")
        both_see("one", "paused")
        elsewhere(qtbot, engine.docker, "unpause", "one")
        both_see("one", "running")
        pages[1].trigger("rename")
        pages[1].actions_.dialog.fields["name"].setText("two")
        pages[1].actions_.dialog.act.click()
        both_see("two", "running")
        pages[0].trigger("kill")
        elsewhere(qtbot, engine.docker, "rm", "-f", "two")
        pages[0].actions_.dialog.act.click()  # its question is older than the end of what it asks about
        qtbot.waitUntil(
            lambda: any(text.startswith("Could not send SIGKILL to two: ") for text in house.window.toasts.texts()),
            timeout=3_000,
        )
        qtbot.waitUntil(lambda: all(named(page, "two") is None for page in pages), timeout=1_000)


# The raw document


def test_the_inspected_document_is_what_docker_inspect_prints(engine):
    container = sleeping(engine, "one", "--env", "A=1", "--label", "b=2", "--publish", "127.0.0.1:18090:80")
    with opened(engine.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        document = json.loads(session.inspect(Ref("containers", container, "one"), CancelScope()))
    [printed] = json.loads(engine.docker("inspect", container).stdout)
    assert document == printed
