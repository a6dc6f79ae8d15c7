"""What can be done to sample containers: with the engine's delays, refusals and words. The fleet's lock is held."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from models.docker.container import Port, State
from models.docker.limits import update_body
from models.docker.signals import SIGKILL, SIGTERM, signal_number
from models.errors import Failed, Refused
from models.kind import Options
from services.demo.fleet import Fleet
from services.demo.life import Life
from services.demo.samples import Script

GRACE = 10.0  # seconds between SIGTERM and SIGKILL where nobody says otherwise
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_DEADLY = ("SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT")
_AT_ONCE = 0.02  # seconds from a signal to the end that it leads to
_TAKES = {
    "start": 0.3,
    "restart": 0.3,
    "kill": 0.1,
    "pause": 0.05,
    "unpause": 0.05,
    "rename": 0.05,
    "update": 0.05,
    "remove": 0.15,
    "prune": 0.05,
    "sizes": 0.02,
}

Call = Callable[[Fleet, Life, Options, float], str]


def seconds(call: str, life: Life, options: Options) -> float:
    """How long this takes for one container."""
    taken = _TAKES.get(call, 0.0)
    if call in ("stop", "restart") and life.running:
        grace = float(options.get("seconds", GRACE))
        taken += grace if life.sample.stops_in is None else min(grace, life.sample.stops_in)
    return taken


def check(call: str, fleet: Fleet, life: Life, options: Options) -> None:
    """Raise Refused or Failed, as an engine does, where `call` cannot be done to it now."""
    checker = _CHECKS.get(call)
    if checker is not None:
        checker(fleet, life, options)


def perform(call: str, fleet: Fleet, life: Life, options: Options) -> str:
    """Do it; what the engine adds in words, or ""."""
    return CALLS[call](fleet, life, options, fleet.moment())


def _start(fleet: Fleet, life: Life, _options: Options, now: float) -> str:
    if life.running:
        return "was running already"
    fleet.start(life, now)
    return ""


def _stop(fleet: Fleet, life: Life, options: Options, now: float) -> str:
    if not life.running and life.state is not State.RESTARTING:
        return "was stopped already"
    grace = float(options.get("seconds", GRACE))
    obeys = life.sample.stops_in is not None and life.sample.stops_in <= grace
    if life.state is State.RESTARTING:
        fleet.end(life, now, life.exit_code, by_hand=True)
        return ""
    waited = (life.sample.stops_in or 0.0) if obeys else grace
    fleet.signal(life, now - waited - 2 * _AT_ONCE, SIGTERM)
    if not obeys:
        fleet.signal(life, now - _AT_ONCE, SIGKILL)
    fleet.end(life, now, _polite_end(life) if obeys else 128 + SIGKILL, by_hand=True)
    if life.last:
        life.last.stopped = now + _AT_ONCE
    return "" if obeys else f"killed after {grace:.0f} s"


def _polite_end(life: Life) -> int:
    # servers that handle SIGTERM end with 0, programs that do not know it with 128 + 15
    return 0 if life.sample.probe or life.sample.script is Script.STEADY else 128 + SIGTERM


def _restart(fleet: Fleet, life: Life, options: Options, now: float) -> str:
    note = _stop(fleet, life, options, now) if life.running else ""
    fleet.start(life, now)
    return note


def _kill(fleet: Fleet, life: Life, options: Options, now: float) -> str:
    signal = str(options.get("signal", "SIGKILL"))
    number = signal_number(signal)
    fleet.signal(life, now - _AT_ONCE, number)
    if signal in _DEADLY:
        fleet.end(life, now, 128 + number, by_hand=True)
        return ""
    return f"{signal} delivered"


def _pause(fleet: Fleet, life: Life, _options: Options, now: float) -> str:
    fleet.pause(life, now)
    return ""


def _unpause(fleet: Fleet, life: Life, _options: Options, now: float) -> str:
    fleet.unpause(life, now)
    return ""


def _rename(fleet: Fleet, life: Life, options: Options, _now: float) -> str:
    fleet.rename(life, str(options["name"]))
    return ""


def _measure(fleet: Fleet, life: Life, _options: Options, _now: float) -> str:
    fleet.measure(life)
    return ""


def _update(_fleet: Fleet, life: Life, options: Options, _now: float) -> str:
    """The limits and the policy that pages know; the rest of an answer is taken and changes nothing here."""
    body = update_body(options)
    memory = body.get("Memory", life.sample.memory_limit)
    cores = body["NanoCpus"] / 1e9 if "NanoCpus" in body else life.sample.cpu_limit
    policy = body.get("RestartPolicy", {}).get("Name", life.sample.policy)
    life.sample = replace(life.sample, memory_limit=memory, cpu_limit=cores, policy=policy)
    return ""


def _remove(fleet: Fleet, life: Life, _options: Options, _now: float) -> str:
    fleet.remove(life)
    return ""


def _can_start(fleet: Fleet, life: Life, _options: Options) -> None:
    if life.state is State.PAUSED:
        raise Refused("cannot start a paused container, try unpause instead")
    if life.state is State.DEAD:
        raise Refused("container is marked for removal and cannot be started")
    if life.running:
        return
    if life.sample.exit_code == 127:
        raise Refused(f"failed to create task for container: {life.sample.error}")
    if taken := next((port for port in life.sample.ports if _taken(fleet, life, port)), None):
        host = f"{taken.address}:{taken.public}"
        raise Failed(
            f"failed to set up container networking: driver failed programming external connectivity on endpoint "
            f"{life.name}: Bind for {host} failed: port is already allocated"
        )


def _taken(fleet: Fleet, life: Life, wanted: Port) -> bool:
    return wanted.public is not None and any(
        wanted.public == port.public and wanted.protocol == port.protocol
        for other in fleet.lives()
        if other is not life and other.running and other.sample.script is not Script.SYNTHETIC
        for port in other.sample.ports
    )


def _can_restart(fleet: Fleet, life: Life, options: Options) -> None:
    if not life.running:
        _can_start(fleet, life, options)


def _can_be_killed(_fleet: Fleet, life: Life, _options: Options) -> None:
    if not life.running:
        raise Refused(f"cannot kill container: {life.name}: container {life.id} is not running")


def _can_pause(_fleet: Fleet, life: Life, _options: Options) -> None:
    if life.state is State.PAUSED:
        raise Refused(f"Container {life.name} is already paused")
    if life.state is not State.RUNNING:
        raise Refused(f"Container {life.name} is not running")


def _can_unpause(_fleet: Fleet, life: Life, _options: Options) -> None:
    if life.state is not State.PAUSED:
        raise Refused(f"Container {life.name} is not paused")


def _can_be_renamed(fleet: Fleet, life: Life, options: Options) -> None:
    name = str(options.get("name", ""))
    if not _NAME.fullmatch(name):
        raise Refused(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    if name == life.name:
        raise Refused("Renaming a container with the same name as its current name")
    if holder := next((other for other in fleet.lives() if other.name == name), None):
        raise Refused(f'Conflict. The container name "/{name}" is already in use by container "{holder.id}".')


def _can_be_removed(_fleet: Fleet, life: Life, options: Options) -> None:
    if options.get("force"):
        return
    if life.state in (State.RUNNING, State.PAUSED, State.RESTARTING):
        raise Refused(
            f'cannot remove container "{life.name}": container is {life.state}: stop the container before removing '
            "or force remove"
        )


CALLS: Mapping[str, Call] = {
    "start": _start,
    "stop": _stop,
    "restart": _restart,
    "kill": _kill,
    "pause": _pause,
    "unpause": _unpause,
    "rename": _rename,
    "update": _update,
    "remove": _remove,
    "prune": _remove,  # exactly what the preview named; one that was started since is refused
    "sizes": _measure,  # of these, or of all
}

_CHECKS: Mapping[str, Callable[[Fleet, Life, Options], None]] = {
    "start": _can_start,
    "restart": _can_restart,
    "kill": _can_be_killed,
    "pause": _can_pause,
    "unpause": _can_unpause,
    "rename": _can_be_renamed,
    "remove": _can_be_removed,
    "prune": lambda fleet, life, _options: _can_be_removed(fleet, life, {}),
}


def prunable(fleet: Fleet) -> list[Life]:
    """What `prune` removes: all that neither runs nor is about to."""
    return [life for life in fleet.lives() if life.state in (State.CREATED, State.EXITED, State.DEAD)]
