"""A health check as it is looked at: what runs, how often, what it said last, in rows."""

from __future__ import annotations

from collections.abc import Sequence

from models.docker.facts import ContainerDetails, HealthCheck, Probe
from models.health import Health
from models.overview import Fact, Headline, Line, Note, Property, Row, Run, Section
from models.secrets import masked_arguments
from models.text import age_text, command_text, count_text


def headline(details: ContainerDetails) -> Headline:
    """Where the check stands, in one sentence."""
    check = details.health
    if check is None:
        return Headline(Health.UNKNOWN, "No health check is configured.")
    if not details.running:
        rest = "Engines set the status to unhealthy at every end; what the last probes said stands below."
        return Headline(Health.EXITED, "It does not run, and is not probed.", rest)
    if check.status == "unhealthy":
        rest = f"From {check.retries} on it counts as unhealthy. The engine does nothing else about it."
        return Headline(Health.UNHEALTHY, f"The last {count_text(check.failing_streak, 'probe')} failed.", rest)
    if check.status == "starting":
        return Headline(Health.STARTING, "No probe has passed yet.", _streak(check))
    if check.failing_streak:
        return Headline(Health.HEALTHY, "Healthy, but the last probe failed.", _streak(check))
    return Headline(Health.HEALTHY, "Healthy: the last probe passed.")


def _streak(check: HealthCheck) -> str:
    if not check.failing_streak:
        return ""
    return f"{check.failing_streak} of {check.retries} failures in a row that would make it unhealthy."


def settings(check: HealthCheck) -> Section:
    """What is configured, with the engine's default where nothing is."""
    words = " ".join(check.test) if check.shell else command_text(check.test)
    shown = masked_arguments((words,))[0]
    how = "/bin/sh -c, inside" if check.shell else "directly, inside"
    rows: tuple[Row, ...] = (
        Property("Command", Line((Run(shown, mono=True),), words, words if shown == words else "")),
        Property("Run by", Line((Run(how),))),
        Property("Every", Line((Run(_seconds(check.interval)),))),
        Property("Time limit", Line((Run(_seconds(check.timeout)),))),
        Property("Unhealthy after", Line((Run(f"{count_text(check.retries, 'failure')} in a row"),))),
    )
    return Section("Check", rows)


def probes(title: str, told: Sequence[Probe], none: str) -> Section:
    """Probes with all that they wrote, newest first."""
    rows: tuple[Row, ...] = tuple(_fact(probe) for probe in reversed(told))
    return Section(title, rows or (Note(none, "health"),))


def _fact(probe: Probe) -> Fact:
    output = probe.output.strip() or "wrote nothing"
    took = "" if probe.seconds is None else f" ({_seconds(probe.seconds)})"
    how = "timed out" if probe.timed_out else "passed" if probe.passed else f"exit {probe.exit_code}"
    return Fact(how, probe.started, f"{output}{took}")


def _seconds(seconds: float) -> str:
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.2g} s"
    return age_text(seconds)
