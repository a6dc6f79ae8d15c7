"""The line to a real engine: how it is lost, what that is called, and how it comes back."""

import os
import signal
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from models.connection import ConnectionState, Phase
from models.context import TlsFiles
from models.errors import AppError, NotPermitted, Reason, Unreachable
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.connection import Pace
from services.docker.session import DockerSession
from services.session import Outcome
from tests.engine.opening import QUICK, opened, reached, states_of, watched
from tests.services.collecting import Collector, eventually
from tests.world.engine import DockerEngine
from tests.world.faults import black_hole, forbidden, refused
from tests.world.podman import Podman
from tests.world.proxy import Proxy
from tests.world.ssh import SshEndpoint
from tests.world.tls import Authority, TlsEndpoint


def failure(host: str, tls: TlsFiles | None = None, seconds: float = 8.0) -> AppError:
    """Why this endpoint cannot be reached."""
    with opened(host, tls) as session, states_of(session) as states:
        state: ConnectionState = states.wait_for(lambda s: s.error is not None, "a reason", seconds)
        assert state.phase is Phase.UNREACHABLE
        assert state.retry_at
        assert state.retry_at > time.time()
        assert state.error
        return state.error


def reason(host: str, tls: TlsFiles | None = None, seconds: float = 8.0) -> Reason:
    error = failure(host, tls, seconds)
    assert isinstance(error, Unreachable), error
    return error.reason


def test_a_missing_a_deaf_and_a_forbidden_socket_are_three_things(tmp_path: Path, old_engine: DockerEngine) -> None:
    assert reason(f"unix://{tmp_path}/none.sock") is Reason.MISSING
    (tmp_path / "file.sock").touch()
    assert reason(f"unix://{tmp_path}/file.sock") is Reason.REFUSED
    with forbidden(old_engine.socket):
        assert isinstance(failure(old_engine.host), NotPermitted)


def test_a_refusal_and_a_black_hole_are_told_apart() -> None:
    with refused() as (host, port):
        assert reason(f"tcp://{host}:{port}") is Reason.REFUSED
    with black_hole() as (host, port):
        began = time.monotonic()
        assert reason(f"tcp://{host}:{port}") is Reason.TIMED_OUT
        assert time.monotonic() - began < 6.0 + 3.0


def test_a_black_hole_does_not_hold_up_closing() -> None:
    with black_hole() as (host, port), opened(f"tcp://{host}:{port}") as session:
        eventually(lambda: threads(), "it tries")
        session.close()
        eventually(lambda: not threads(), "nothing is left", seconds=0.5)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("pilothouse")]


def test_a_name_that_does_not_exist() -> None:
    assert reason("tcp://no-such-host.invalid:2375", seconds=12) is Reason.NAME


def test_a_frozen_engine_is_not_answering_and_comes_back(engine: DockerEngine) -> None:
    with opened(engine.host, pace=QUICK) as session, states_of(session) as states, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        engine.freeze()
        waiting = inspecting(session)
        reached(states, Phase.STALE)
        rows.until(lambda r: r.stale, "the rows are stale")
        lost = states.wait_for(lambda s: s.phase is Phase.UNREACHABLE, "unreachable")
        assert lost.error.reason is Reason.NOT_ANSWERING
        eventually(lambda: not waiting.thread.is_alive(), "whoever waited is freed", seconds=0.5)
        assert isinstance(waiting.error, AppError)
        engine.thaw()
        rows.until(lambda r: r.resets == 2 and not r.stale, "listed anew")


def inspecting(session: DockerSession) -> Collector:
    """Somebody who asks for an inspect."""
    return Collector(lambda scope: [session.inspect(Ref("containers", "f" * 64, ""), scope)])


def test_closing_does_not_wait_for_a_frozen_engine(old_engine: DockerEngine) -> None:
    with opened(old_engine.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        old_engine.freeze()
        waiting = [
            Collector(lambda scope: [session.inspect(Ref("containers", "f" * 64, ""), scope)]) for _ in range(20)
        ]
        began = time.monotonic()
        session.close()
        assert time.monotonic() - began < 0.05, "it returns at once"
        for one in waiting:
            one.thread.join(3)
            assert not one.thread.is_alive()
        old_engine.thaw()


def test_after_sleep_all_lines_are_new_and_the_list_is_read_again(old_engine: DockerEngine) -> None:
    with Proxy(old_engine.socket) as proxy, opened(proxy.host, pace=QUICK) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        clock = session._connection
        clock._wall = lambda: time.time() + 3600
        rows.until(lambda r: r.resets == 2 and not r.stale, "listed anew", seconds=5)


def test_a_stalled_line_is_noticed_and_replaced(old_engine: DockerEngine) -> None:
    with Proxy(old_engine.socket) as proxy, opened(proxy.host, pace=QUICK) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        proxy.stall()
        reached(states, Phase.UNREACHABLE, seconds=5)
        proxy.resume()
        states.wait_for(lambda s: s.live and states.brought.index(s) > 1, "live again")


def test_a_cut_line_is_no_lost_engine(old_engine: DockerEngine) -> None:
    with Proxy(old_engine.socket) as proxy, opened(proxy.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        proxy.cut()
        rows.until(lambda r: r.resets == 2, "listed anew over new lines", seconds=3)
        old_engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow again", seconds=3)


def test_a_slow_engine_is_waited_for_and_can_be_left(old_engine: DockerEngine) -> None:
    with Proxy(old_engine.socket) as proxy, opened(proxy.host) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        proxy.delay = 2.0
        asked = inspecting(session)
        assert not asked.scope.wait(0.3)
        assert asked.end() < 0.05


def test_retry_now_ends_the_back_off(old_engine: DockerEngine) -> None:
    with opened(old_engine.host, pace=Pace(ping_every=0.2, retry_first=20.0)) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        old_engine.kill()
        reached(states, Phase.UNREACHABLE)
        old_engine.start()
        session.retry_now()
        states.wait_for(lambda s: s.live and s.since > states.brought[0].since + 0.5, "live again", seconds=2)


def test_tls_works_with_the_files_of_the_context(tls_engine: TlsEndpoint) -> None:
    with opened(tls_engine.host, files(tls_engine)) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        tls_engine.engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow")


def files(endpoint: TlsEndpoint) -> TlsFiles:
    folder = endpoint.certificates
    return TlsFiles(ca=f"{folder}/ca.pem", cert=f"{folder}/cert.pem", key=f"{folder}/key.pem")


def test_the_environment_changes_nothing_about_whom_we_trust(
    tls_engine: TlsEndpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with opened(tls_engine.host, files(tls_engine)) as session, states_of(session) as states:
        reached(states, Phase.LIVE)


def test_a_client_without_a_certificate_is_told_so(tls_engine: TlsEndpoint) -> None:
    only_ca = TlsFiles(ca=f"{tls_engine.certificates}/ca.pem")
    assert reason(tls_engine.host, only_ca) is Reason.TLS


def test_a_plain_line_to_a_tls_port_is_no_engine(tls_engine: TlsEndpoint) -> None:
    assert reason(tls_engine.host) is Reason.PROTOCOL


def test_a_certificate_is_refused_for_what_is_wrong_with_it(old_engine: DockerEngine, tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs", "Somebody else")
    ours = TlsFiles(ca=str(authority.cert))
    for made, words in (
        (authority.issue("old", ("127.0.0.1",), days=-1), "expired on"),
        (authority.issue("other", ("10.9.8.7",)), "10.9.8.7"),
        (stranger.issue("unknown", ("127.0.0.1",)), "authority that is not trusted (valid from"),
    ):
        with Proxy(old_engine.socket, tls=made.server_context()) as proxy:
            error = failure(proxy.host, ours)
            assert isinstance(error, Unreachable)
            assert error.reason is Reason.TLS
            assert words in error.message
            with opened(proxy.host, TlsFiles(verify=False)) as session, states_of(session) as states:
                reached(states, Phase.LIVE)  # the user's own choice for this context


def test_ssh_works_as_the_user_set_it_up(ssh_engine: SshEndpoint) -> None:
    with opened(ssh_engine.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        ssh_engine.engine.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen"), "events flow")
        children = ssh_processes()
        assert children
    eventually(lambda: not ssh_processes(), "no ssh is left", seconds=3)


def test_a_silent_stream_over_ssh_is_cancelled_at_once(ssh_engine: SshEndpoint) -> None:
    with opened(ssh_engine.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        began = time.monotonic()
        assert rows.end() < 0.05
        eventually(lambda: threads() == ["pilothouse-connection test"], "its threads are gone", seconds=2)
        print(f"FIGURE end of a watch over ssh {(time.monotonic() - began) * 1000:.0f} ms")


def test_ssh_says_itself_why_it_cannot(ssh_engine: SshEndpoint) -> None:
    with refused() as (host, port):
        error = failure(f"ssh://root@{host}:{port}")
    assert isinstance(error, Unreachable)
    assert error.reason is Reason.SSH
    assert "refused" in error.message.lower()
    error = failure(f"ssh://nobody@127.0.0.1:{ssh_engine.port}")
    assert "Permission denied" in error.message


def test_an_ssh_that_dies_is_noticed(ssh_engine: SshEndpoint) -> None:
    with opened(ssh_engine.host, pace=QUICK) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        for process in ssh_processes():
            os.kill(process, signal.SIGKILL)
        rows.until(lambda r: r.resets >= 2 and not r.stale, "listed anew over a new ssh")


def ssh_processes() -> list[int]:
    """Children of this process that are ssh clients."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, name, rest = status.read_text().replace("(", ")").split(")", 2)
        except (OSError, ValueError):
            continue
        if name == "ssh" and int(rest.split()[1]) == os.getpid() and rest.split()[0] != "Z":
            found.append(int(number))
    return found


def done(outcomes: Iterable[Outcome]) -> bool:
    return all(outcome.error is None for outcome in outcomes)


def test_podman_is_watched_too(podman: Podman) -> None:
    with opened(podman.host) as session, watched(session) as rows:
        rows.until(lambda r: r.resets == 1, "listed")
        podman.run("--name", "seen", command=("sleep", "86400"))
        rows.until(lambda r: r.named("seen") and r.named("seen").running and r.named("seen").run, "it shows")
        ref = Ref("containers", rows.named("seen").id, "seen")
        assert done(session.act("kill", [ref], {"signal": "SIGKILL"}, CancelScope()))
        rows.until(lambda r: not r.named("seen").running, "its end shows")
        assert done(session.act("remove", [ref], {"force": True}, CancelScope()))
        rows.until(lambda r: not r.named("seen"), "it goes")


def test_states_tell_when_it_was_last_live(old_engine: DockerEngine) -> None:
    with opened(old_engine.host, pace=QUICK) as session, states_of(session) as states:
        reached(states, Phase.LIVE)
        old_engine.kill()
        lost = states.wait_for(lambda s: s.phase is Phase.UNREACHABLE, "unreachable")
        assert lost.live_until
        assert lost.live_until <= lost.since
