"""The sample containers' shell: it echoes, edits a line, and knows a handful of commands. Nothing is run anywhere."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from models.docker.container import Container
from models.terminal import Attach, Ended, Opened, Request, Size
from services.session import Inbox

_BANNER = b"This is the demo: a sample shell that runs nothing. Try \x1b[1mhelp\x1b[0m.\r\n"
_FILES = {"/": ("app", "bin", "etc", "tmp"), "/app": ("config.yml", "server", "uploads"), "/etc": ("hosts", "passwd")}
_FOLDERS = {"app", "bin", "etc", "tmp", "uploads"}
_ENTER, _ERASE, _STOP, _END = b"\r\n", b"\x7f\x08", 3, 4


def terminal(container: Container, request: Request, inbox: Inbox) -> Iterator[bytes | Opened | Ended]:
    """Opened, what the sample shell writes, and Ended after `exit` or Ctrl+D on an empty line."""
    if isinstance(request, Attach):
        yield Opened((), "the demo's process 1 writes nothing")
    else:
        yield Opened(request.command or ("ash",), "" if request.command else "bash is not there")
    shell = _Shell(container, request.size)
    yield _BANNER + shell.prompt
    while (message := inbox.get()) is not None:
        if isinstance(message, Size):
            shell.size = message
            continue
        for written in map(shell.key, message):
            if written:
                yield written
            if shell.exit_code is not None:
                yield Ended(shell.exit_code)
                return


class _Shell:
    """One line being typed, and where it stands."""

    def __init__(self, container: Container, size: Size) -> None:
        self.size = size
        self.exit_code: int | None = None
        self._container = container
        self._line = bytearray()
        self._folder = "/app"
        self._commands: dict[str, Callable[[Sequence[str]], str]] = {
            "cd": self._cd, "echo": " ".join, "env": self._env, "exit": self._exit, "help": self._help,
            "hostname": lambda _words: container.short_id, "id": lambda _words: "uid=10001(app) gid=10001(app)",
            "ls": self._ls, "ps": self._ps, "pwd": lambda _words: self._folder, "stty": self._stty,
        }  # fmt: skip

    @property
    def prompt(self) -> bytes:
        return f"\x1b[34m{self._folder}\x1b[0m $ ".encode()

    def key(self, byte: int) -> bytes:
        """What the terminal shows for one byte that was typed."""
        if byte in _ENTER:
            return self._entered()
        if byte in _ERASE:
            if not self._line:
                return b""
            while len(self._line) > 1 and self._line[-1] & 0xC0 == 0x80:  # the whole of a character
                self._line.pop()
            self._line.pop()
            return b"\b \b"
        if byte == _STOP:
            self._line.clear()
            return b"^C\r\n" + self.prompt
        if byte == _END:
            if not self._line:
                self.exit_code = 0
            return b""
        if byte < 32:
            return b""
        self._line.append(byte)
        return bytes((byte,))

    def _entered(self) -> bytes:
        line = self._line.decode(errors="replace")
        self._line.clear()
        try:
            words = shlex.split(line)
        except ValueError as error:
            return f"\r\nash: {error}\r\n".encode() + self.prompt
        if not words:
            return b"\r\n" + self.prompt
        command = self._commands.get(words[0])
        said = command(words[1:]) if command else f"ash: {words[0]}: not found"
        shown = f"\n{said}\n" if said else "\n"
        return shown.replace("\n", "\r\n").encode() + (b"" if self.exit_code is not None else self.prompt)

    def _help(self, _words: Sequence[str]) -> str:
        return "\n".join(sorted(self._commands))

    def _cd(self, words: Sequence[str]) -> str:
        target = words[0] if words else "/"
        path = target if target.startswith("/") else f"{self._folder.rstrip('/')}/{target}"
        if path not in _FILES:
            return f"ash: cd: can't cd to {target}: No such file or directory"
        self._folder = path
        return ""

    def _ls(self, _words: Sequence[str]) -> str:
        return "  ".join(f"\x1b[1;34m{name}\x1b[0m" if name in _FOLDERS else name for name in _FILES[self._folder])

    def _env(self, _words: Sequence[str]) -> str:
        return f"HOSTNAME={self._container.short_id}\nPATH=/usr/local/bin:/usr/bin:/bin\nTERM=xterm-256color"

    def _ps(self, _words: Sequence[str]) -> str:
        return f"PID   USER     TIME  COMMAND\n    1 app       0:07 {self._container.command}\n   23 app       0:00 ash"

    def _stty(self, _words: Sequence[str]) -> str:
        return f"{self.size.rows} {self.size.columns}"

    def _exit(self, words: Sequence[str]) -> str:
        self.exit_code = int(words[0]) & 255 if words and words[0].isdigit() else 0
        return ""
