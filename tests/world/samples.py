"""Containers with a fate: each function starts one, waits until it has met that fate and returns its full id."""

from collections.abc import Callable
from typing import Any

from tests.world.dockersocket import DockerSocket
from tests.world.run import WorldError, wait_until

PATIENCE = 20.0  # seconds

# The number is written before it is said: a kill in between leaves out a number but never says one twice.
COUNT = """
trap 'exit 0' TERM
number=$(cat /number 2>/dev/null || echo 0)
while true; do
    number=$((number + 1)); echo $number > /number; echo tick $number
    sleep {pause} & wait $!
done
"""

# The engine begins to listen for the kernel's word a moment after the start: what dies earlier was not "OOMKilled".
GREED = "sleep 0.5; exec dd if=/dev/zero of=/dev/null bs=64M"


def counting(engine: DockerSocket, *options: str, pause: float = 1.0) -> str:
    """Says "tick 1", "tick 2", … every `pause` seconds and counts on after a restart."""
    return engine.run(*options, command=("sh", "-c", COUNT.format(pause=pause)))


def exited(engine: DockerSocket, *options: str, code: int = 3) -> str:
    """Said "out" on stdout and "err" on stderr, then ended with `code`."""
    container = engine.run(*options, command=("sh", "-c", f"echo out; echo err >&2; exit {code}"))
    return met(engine, container, lambda state: state["Status"] == "exited" and state["ExitCode"] == code)


def printed(engine: DockerSocket, lines: int, *options: str) -> str:
    """Said the numbers from 1 to `lines`, one a line, as fast as the engine takes them, and ended."""
    container = engine.run(*options, command=("seq", "1", str(lines)))
    return met(engine, container, lambda state: state["Status"] == "exited")


def out_of_memory(engine: DockerSocket, *options: str) -> str:
    """Wanted 64 MB where 16 MB were allowed: exit code 137, OOMKilled."""
    limits = ("--memory", "16m", "--memory-swap", "16m")
    container = engine.run(*limits, *options, command=("sh", "-c", GREED))
    return met(engine, container, lambda state: state["Status"] == "exited" and state["OOMKilled"])


def healthy(engine: DockerSocket, *options: str) -> str:
    """Runs, and its health check says "all well"."""
    return checked(engine, "echo all well", "healthy", *options)


def unhealthy(engine: DockerSocket, *options: str) -> str:
    """Runs, and its health check failed with "no answer" and exit code 1."""
    return checked(engine, "echo no answer; exit 1", "unhealthy", *options)


def checked(engine: DockerSocket, check: str, outcome: str, *options: str) -> str:
    """Runs with a health check every 0.2 s that has come to `outcome`."""
    health = ("--health-cmd", check, "--health-interval", "200ms", "--health-retries", "1")
    container = engine.run(*health, *options, command=("sleep", "86400"))
    return met(engine, container, lambda state: state["Health"]["Status"] == outcome)


def serving(engine: DockerSocket, text: str, port: int, *options: str) -> str:
    """Answers HTTP with `text` at http://<engine.address>:<port>/ (port 80 inside)."""
    page = f"echo '{text}' > index.html; exec httpd -f -p 80"
    return engine.run("--publish", f"{port}:80", *options, command=("sh", "-c", page))


def met(engine: DockerSocket, container: str, fate: Callable[[dict[str, Any]], bool]) -> str:
    """Wait until the container's State satisfies `fate`; returns the container's id."""

    def state() -> dict[str, Any]:
        found: dict[str, Any] = engine.api("GET", f"/containers/{container}/json")["State"]
        return found

    try:
        wait_until(lambda: fate(state()), PATIENCE, f"container {container[:12]} did not meet its fate")
    except WorldError as missed:
        raise WorldError(f"{missed}: {state()}") from None
    return container
