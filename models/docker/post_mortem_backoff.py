"""How long an engine waits before it starts a container again, and what its policy will do next."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from models.docker.container import State
from models.docker.facts import ContainerDetails
from models.text import count_text

FIRST = 0.1  # seconds before the first restart; each that follows waits twice as long
LONGEST = 60.0
FORGIVEN = 10.0  # seconds: who lived so long waits as for the first restart again
BARS = 14


def wait(number: int) -> float:
    """Seconds before restart `number` (from 1) of a row of short lives."""
    return min(LONGEST, FIRST * 2.0 ** min(number - 1, 16))


class Backoff(Struct, frozen=True):
    """The waits as the policy would have them. `current` is the number of the wait that comes next or is under way;

    None where nothing will start it again, or that cannot be told.
    """

    policy: str
    waits: tuple[float, ...]  # seconds, of restarts 1, 2, 3, …
    current: int | None
    strong: str  # what will happen
    rest: str  # why


def backoff(details: ContainerDetails, lived: Sequence[float | None]) -> Backoff:
    """What the policy does; `lived` has the lengths of its lives in seconds, the newest first, None if unknown."""
    policy = details.restart.policy
    row = _short_row(lived, details.restart.count)
    current = None if row is None else row + (0 if details.life.state is State.RESTARTING else 1)
    shown = max(BARS, current or 0)
    waits = tuple(wait(number) for number in range(1, shown + 1))
    strong, rest, acts = _next(details)
    return Backoff(policy, waits[:60], max(1, current) if acts and current is not None else None, strong, rest)


def _short_row(lived: Sequence[float | None], restarts: int) -> int | None:
    """How many of the last lives were too short in a row; None where that is not known.

    Where not all lives since the last start by hand are known, those that are must reach back to a long one.
    """
    for count, seconds in enumerate(lived):
        if seconds is None:
            return None
        if seconds >= FORGIVEN:
            return count
    return len(lived) if len(lived) >= restarts else None


_RULE = f"The wait doubles from {FIRST:g} s to {LONGEST:g} s at most; a life of {FORGIVEN:g} s sets it back."


def _next(details: ContainerDetails) -> tuple[str, str, bool]:
    restart, life = details.restart, details.life
    if restart.policy in ("", "no"):
        return "Nothing will start it again.", f"It has no restart policy. With one: {_lower(_RULE)}", False
    if restart.policy == "on-failure":
        gone = restart.most and restart.count >= restart.most
        if gone and not details.running:
            return (
                "Nothing will start it again.",
                f"It was restarted {count_text(restart.count, 'time')}, as allowed.",
                False,
            )
        most = f", {count_text(restart.most, 'time')} at most" if restart.most else ""
        if life.state is State.EXITED and life.exit_code == 0:
            return "Nothing will start it again.", "It returned 0, and on-failure restarts only failures.", False
        if life.state is State.EXITED:
            return _stopped(restart.policy)
        return f"A failure restarts it{most}.", f"An exit with 0, or docker stop, does not. {_RULE}", True
    if life.state in (State.EXITED, State.DEAD):
        return _stopped(restart.policy)
    if life.state is State.CREATED:
        return "It waits for its first start.", f"After that its policy {restart.policy} takes over. {_RULE}", False
    if life.state is State.RESTARTING:
        return "The engine is about to start it again.", _RULE, True
    return "Any end but docker stop restarts it.", _RULE, True


def _stopped(policy: str) -> tuple[str, str, bool]:
    """Ended, though the policy restarts: somebody stopped it, or its start failed."""
    if policy == "always":
        return "It stays ended until the engine starts anew.", "Stopped by hand, or it could not be started.", False
    return "It stays ended until somebody starts it.", "Stopped by hand, or it could not be started.", False


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
