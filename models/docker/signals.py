"""Linux signals by name and number: those of the containers, whatever this machine runs."""

from __future__ import annotations

SIGNALS = {
    "SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGILL": 4, "SIGTRAP": 5, "SIGABRT": 6, "SIGBUS": 7, "SIGFPE": 8,
    "SIGKILL": 9, "SIGUSR1": 10, "SIGSEGV": 11, "SIGUSR2": 12, "SIGPIPE": 13, "SIGALRM": 14, "SIGTERM": 15,
    "SIGSTKFLT": 16, "SIGCHLD": 17, "SIGCONT": 18, "SIGSTOP": 19, "SIGTSTP": 20, "SIGTTIN": 21, "SIGTTOU": 22,
    "SIGURG": 23, "SIGXCPU": 24, "SIGXFSZ": 25, "SIGVTALRM": 26, "SIGPROF": 27, "SIGWINCH": 28, "SIGIO": 29,
    "SIGPWR": 30, "SIGSYS": 31,
}  # fmt: skip
_NAMES = {number: name for name, number in SIGNALS.items()}
SIGKILL, SIGTERM = SIGNALS["SIGKILL"], SIGNALS["SIGTERM"]
LAST_SIGNAL = 64  # of the real-time signals


def signal_number(signal: str) -> int:
    """The number of a signal that is given as 15, SIGTERM or TERM; 0 where there is no such signal."""
    if signal.isascii() and signal.isdigit():
        return int(signal) if len(signal) < 4 and int(signal) <= LAST_SIGNAL else 0
    name = signal.upper()
    return SIGNALS.get(name if name.startswith("SIG") else f"SIG{name}", 0)


def signal_name(number: int) -> str:
    """SIGTERM for 15; "signal 34" for one without a name of its own; "" where there is no such signal."""
    if name := _NAMES.get(number):
        return name
    return f"signal {number}" if 0 < number <= LAST_SIGNAL else ""


def exit_signal(code: int) -> str:
    """The name of the signal that an exit code of 128 + n stands for; "" where it stands for none."""
    return signal_name(code - 128)
