"""More containers and events than anybody can read: all are shown, and the window stays fluent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.engine.house import elsewhere, wait_for

ROOT = Path(__file__).parents[2]
# In a process of its own, so that the window alone has this one's interpreter.
CREATE = """
import sys, threading
from pathlib import Path
from tests.world.dockersocket import DockerSocket

def create():
    for _ in range(250):
        engine.api("POST", "/containers/create", {"Image": "busybox:local", "Cmd": ["true"]})

engine = DockerSocket(Path(sys.argv[1]), Path())
makers = [threading.Thread(target=create) for _ in range(4)]
for maker in makers:
    maker.start()
"""
RENAME = """
import sys
from pathlib import Path
from tests.world.dockersocket import DockerSocket

engine = DockerSocket(Path(sys.argv[1]), Path())
for number in range(600):
    engine.api("POST", f"/containers/{sys.argv[2]}/rename?name=n{number}")
"""


def test_a_thousand_containers_and_a_flood_of_events_leave_the_window_fluent(old_engine, house, qtbot):
    def flood(script, *arguments):
        command = (sys.executable, "-c", script, str(old_engine.folder), *arguments)
        elsewhere(qtbot, subprocess.run, command, cwd=ROOT, check=True)

    page = house.open(old_engine)
    flood(CREATE)
    qtbot.waitUntil(lambda: len(page.table.all_rows()) == 1000, timeout=5_000)
    flood(RENAME, page.table.all_rows()[0].id)
    wait_for(qtbot, page, "n599", seconds=5)
    listed = elsewhere(qtbot, old_engine.docker, "ps", "-aq", "--no-trunc").stdout.split()
    assert {row.id for row in page.table.all_rows()} == set(listed)
