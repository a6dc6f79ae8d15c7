"""One true sentence about a container: where it stands, and what about it wants attention."""

from __future__ import annotations

from models.docker.container import Container, State, Usage
from models.docker.facts import ContainerDetails, HealthCheck, Probe
from models.docker.verdict import Cause, Certainty, Explanation, Source, limit_text
from models.health import Health
from models.overview import Headline
from models.text import age_text, count_text

NEAR_LIMIT = 0.8  # share of the memory limit from which it is worth a word


def headline(details: ContainerDetails, row: Container, end: Explanation | None, now: float) -> Headline:
    """The sentence on top of the Overview; `now` is the engine's clock in seconds since the epoch."""
    life = details.life
    since = "" if life.started is None else age_text(now - life.started)
    if life.state is State.PAUSED:
        rest = "Its processes stand still; they keep their memory and answer nothing."
        return Headline(Health.PAUSED, f"Paused; it was started {since} ago.", rest)
    if life.state is State.RUNNING:
        return _running(details, row, since)
    if end is not None:
        return _ended(details, end, now)
    if life.state is State.CREATED:
        ago = "" if details.created is None else f" {age_text(now - details.created)} ago"
        return Headline(Health.CREATED, f"Created{ago}, never started.")
    return Headline(Health.UNKNOWN, f"{life.state.capitalize()}.")


def _running(details: ContainerDetails, row: Container, since: str) -> Headline:
    check = details.health
    running = f"Running for {since}" if since else "Running"
    notes = " ".join(filter(None, (_memory_note(row.usage), _restarts_note(details))))
    if check is None or not check.status or check.status == "none":
        return Headline(Health.RUNNING, f"{running}.", notes)
    if check.status == "unhealthy":
        return Headline(Health.UNHEALTHY, f"{running}, but {_failures(check)}", f"{_how(check)} {notes}".strip())
    if check.status == "starting":
        return Headline(Health.STARTING, f"{running}; no health probe has passed yet.", notes)
    if check.failing_streak:
        still = f"It counts as healthy until {check.retries} probes have failed in a row."
        return Headline(Health.HEALTHY, f"{running}, but {_failures(check)}", f"{_how(check)} {still} {notes}".strip())
    return Headline(Health.HEALTHY, f"{running}; its last health probe passed.", notes)


def _failures(check: HealthCheck) -> str:
    if check.failing_streak == 1:
        return "the last health probe failed"
    return f"the last {check.failing_streak:,} health probes failed" if check.failing_streak else "it is unhealthy"


def _how(check: HealthCheck) -> str:
    """How the probes that are still known failed: "with exit 22 or a time-out."."""
    known = (
        [probe for probe in check.probes[-check.failing_streak :] if not probe.passed] if check.failing_streak else []
    )
    ways = list(dict.fromkeys(_way(probe) for probe in reversed(known)))[:3]
    if not ways:
        return "."
    return f"with {' or '.join((', '.join(ways[:-1]), ways[-1])) if len(ways) > 1 else ways[0]}."


def _way(probe: Probe) -> str:
    return "a time-out" if probe.timed_out else f"exit {probe.exit_code}"


def _memory_note(usage: Usage | None) -> str:
    if usage is None or usage.memory is None or not usage.memory_limit:
        return ""
    share = usage.memory / usage.memory_limit
    if share < NEAR_LIMIT:
        return ""
    return f"Memory stands at {min(share, 1.0) * 100:.0f} % of its limit of {limit_text(usage.memory_limit)}."


def _restarts_note(details: ContainerDetails) -> str:
    count = details.restart.count
    return f"Restarted {count_text(count, 'time')} by its policy so far." if count else ""


def _ended(details: ContainerDetails, end: Explanation, now: float) -> Headline:
    finished = details.life.finished
    ago = "" if finished is None or end.cause is Cause.RESTART_LOOP else f", {age_text(now - finished)} ago"
    return Headline(end.cause.health, f"{end.verdict}{ago}.", end.sentence, _certainty(end))


def _certainty(end: Explanation) -> str:
    if end.certainty is Certainty.UNKNOWN:
        return "not known"
    sources = {one.source for one in end.evidence}
    return f"{end.certainty}, by {'events and inspect' if Source.EVENT in sources else 'the inspect alone'}"
