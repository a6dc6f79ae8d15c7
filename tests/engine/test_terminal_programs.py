"""Full-screen programs of a real container, byte for byte as they came, on our screen and on that of tmux."""

import shutil
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from gui.terminal.screen import Screen
from models.kind import Ref
from models.terminal import Execute, Size
from tests.engine.conftest import need
from tests.engine.opening import opened
from tests.engine.test_terminal import Typist
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine

SIZE = Size(80, 24)
MANY = "for i in $(seq 200); do echo line $i; done >/tmp/many; printf '\\tt\\303\\251\\344\\270\\255\\n' >>/tmp/many; "

PROGRAMS = {
    "vi": (f"{MANY} exec vi /tmp/many", ("", "20j", "dd", "ia new line\x1b", "G", "/line 150\r", "x3x", ":set list\r")),
    "less": (f"{MANY} exec less /tmp/many", ("", " ", "G", "k", "/line 7\r", "b")),
    "top": ("exec top -d 1", ("", " ")),
    "ash": (
        "exec ash",
        ("ls -l /\r", "echo one two three\x1b[D\x1b[D\x7fX\r", "clear\r", "seq 60\r", "echo \\e[5mx\r"),
    ),
}


class Judge:
    """A tmux of its own, detached."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = ""  # a server that ends may still be met by its name

    def tmux(self, *words: str) -> str:
        command = ("tmux", "-L", self._name, "-f", "/dev/null", *words)
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def picture(self, written: bytes) -> tuple[list[str], tuple[int, int], bool]:
        """Its lines, cursor and whether a full-screen program has the screen, after these bytes."""
        self._name = f"judge-{uuid.uuid4().hex[:8]}"
        (self._folder / "written").write_bytes(written)
        done = self._folder / "done"
        done.unlink(missing_ok=True)
        script = f"stty raw -echo; cat {self._folder}/written; touch {done}; sleep 1000"
        self.tmux("-u", "new-session", "-d", "-x", str(SIZE.columns), "-y", str(SIZE.rows), script)
        try:
            self.tmux("set", "-g", "status", "off")
            eventually(done.exists, "tmux has read it all")
            time.sleep(0.2)  # it draws what it has read
            lines = self.tmux("capture-pane", "-p").split("\n")[: SIZE.rows]
            x, y, alternate = self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y} #{alternate_on}").split()
        finally:
            self.end()
        return [line.rstrip() for line in lines], (int(x), int(y)), alternate == "1"

    def end(self) -> None:
        subprocess.run(("tmux", "-L", self._name, "kill-server"), capture_output=True, check=False)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    need(None if shutil.which("tmux") else "tmux, the judge, is not installed")
    return Judge(tmp_path)


def ours(written: bytes) -> tuple[list[str], tuple[int, int], bool]:
    screen = Screen(SIZE)
    screen.feed(written)
    frame = screen.frame()
    lines = ["".join(run.text for run in row).rstrip() for row in frame.rows]
    lines += [""] * (SIZE.rows - len(lines))
    with screen.locked() as terminal:
        return lines, terminal.cursor, frame.alternate


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_programs_screens_are_those_of_tmux(old_engine: DockerEngine, judge: Judge, program: str) -> None:
    script, keys = PROGRAMS[program]
    with opened(old_engine.host) as session:
        ref = Ref("containers", old_engine.run(command=("sleep", "86400")), "it")
        typist = Typist(session, ref, Execute(SIZE, ("sh", "-c", script)))
        pictures = []
        for typed in keys:
            typist.type(typed)
            pictures.append(quiet(typist))
        typist.heard.end()
    assert len(set(pictures)) == len(keys), "each key changes something"
    for written in pictures:
        (their_lines, their_cursor, alternate), (lines, cursor, full) = judge.picture(written), ours(written)
        assert lines == their_lines
        assert (cursor, full) == (their_cursor, alternate)


def quiet(typist: Typist) -> bytes:
    """What has been written when nothing more comes for a while."""
    before, since = typist.written, time.monotonic()
    while time.monotonic() - since < 0.5 or not before:
        time.sleep(0.05)
        if typist.written != before:
            before, since = typist.written, time.monotonic()
    return before
