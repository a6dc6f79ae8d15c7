"""Why the engine could not start a container, from its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.docker.verdict import Cause, Certainty, Ending, Explanation, inspect_fact

# The engine has only words for these, wrapped in those of the runtimes below it. The verdict follows the words, the
# words stand beside it as evidence.
_START_ERRORS: Sequence[tuple[str, Cause, str, str]] = (
    (
        r"exec: \"(?P<what>.*?)\": .*(?:executable file not found|no such file or directory)",
        Cause.NOT_FOUND,
        "Command not found",
        "It could not be started: there is no {what} in its file system.",
    ),
    (
        r"exec: \"(?P<what>.*?)\": .*(?:permission denied|is a directory)",
        Cause.NOT_EXECUTABLE,
        "Not executable",
        "It could not be started: {what} is there, but may not be executed.",
    ),
    (
        r"exec format error",
        Cause.NOT_EXECUTABLE,
        "Not executable here",
        "It could not be started: its program is made for another processor, or is no program.",
    ),
    (
        r"(?:Bind for (?P<what>\S+) failed: )?port is already allocated|address already in use",
        Cause.NOT_STARTED,
        "Port in use",
        "It could not be started: something else has the host's port {what}.",
    ),
    (
        r"gathering device information .*?\"(?P<what>[^\"]*)\"",
        Cause.NOT_STARTED,
        "Device missing",
        "It could not be started: the host has no device {what}.",
    ),
    (
        r"error mounting \"(?P<what>[^\"]*)\"|invalid mount|error while mounting|bind source path does not exist",
        Cause.NOT_STARTED,
        "Mount failed",
        "It could not be started: a mount failed: {what}.",
    ),
    (
        r"unable to find (?:user|group) (?P<what>[^\s:]+)",
        Cause.NOT_STARTED,
        "User not found",
        "It could not be started: its image has no user or group {what}.",
    ),
    (
        r"No such container: (?P<what>[\w.-]+)",
        Cause.DEPENDENCY_GONE,
        "Dependency gone",
        "It could not be started: the container {what}, whose namespace it shares, no longer exists.",
    ),
    (
        r"(?:non running container: (?:container )?|namespace: container |^container )(?P<what>[\w.-]+)",
        Cause.DEPENDENCY_GONE,
        "Dependency does not run",
        "It could not be started: the container {what}, whose namespace it shares, does not run.",
    ),
    (
        r"network (?P<what>\S+) not found",
        Cause.NOT_STARTED,
        "Network gone",
        "It could not be started: the network {what} no longer exists.",
    ),
)


def _short(name: str) -> str:
    """An id as docker prints it."""
    return name[:12] if re.fullmatch("[0-9a-f]{64}", name) else name


def start_error(end: Ending) -> Explanation | None:
    """The explanation of a failed start; None where the engine noted no error."""
    if not end.error:
        return None
    evidence = (inspect_fact(f"Error {end.error}"), inspect_fact(f"ExitCode {end.exit_code}"))
    for pattern, cause, verdict, sentence in _START_ERRORS:
        if match := re.search(pattern, end.error[:4096]):
            what = _short(match.groupdict().get("what") or "")
            words = sentence.format(what=what) if what else sentence.replace(": {what}", "").replace(" {what}", "")
            return Explanation(cause, verdict, words, Certainty.PROVEN, evidence)
    words = "It could not be started; the engine's own words say why."
    return Explanation(Cause.NOT_STARTED, "Start failed", words, Certainty.PROVEN, evidence)
