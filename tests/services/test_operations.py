"""An operation speaks of its objects and of what is done to them as two things, whatever either is called."""

from __future__ import annotations

import pytest

from models.docker import CONTAINER
from models.docker.container import Container, State
from services.demo import DEMO_CONTEXT, DemoSession
from services.operations import operation

WEB = Container(id="1" * 64, name="web", image="nginx", state=State.RUNNING)
DB = Container(id="2" * 64, name="two", image="postgres", state=State.RUNNING)
ANSWERS = {"signal": "SIGHUP", "name": "{front}"}

SENTENCES = {
    "start": ("Start web", "web started", "Could not start web"),
    "stop": ("Stop web", "web stopped", "Could not stop web"),
    "restart": ("Restart web", "web restarted", "Could not restart web"),
    "pause": ("Pause web", "web paused", "Could not pause web"),
    "unpause": ("Unpause web", "web unpaused", "Could not unpause web"),
    "stop-after": ("Stop web", "web stopped", "Could not stop web"),
    "restart-after": ("Restart web", "web restarted", "Could not restart web"),
    "kill": ("Send SIGHUP to web", "SIGHUP sent to web", "Could not send SIGHUP to web"),
    "rename": ("Rename web to {front}", "web renamed to {front}", "Could not rename web to {front}"),
    "remove": ("Remove web", "web removed", "Could not remove web"),
    "update": ("Update the limits of web", "Limits of web updated", "Could not update the limits of web"),
    "sizes": ("Measure the size of web", "Size of web measured", "Could not measure the size of web"),
    "prune": ("Remove web", "web removed", "Could not remove web"),
}


@pytest.fixture
def session():
    made = DemoSession(DEMO_CONTEXT)
    yield made
    made.close()


def of(session, action, rows):
    return operation(session, CONTAINER, action, rows, {**action.defaults(rows), **ANSWERS})


@pytest.mark.parametrize("action", CONTAINER.actions, ids=lambda action: action.id)
def test_every_action_is_spoken_of_in_whole_sentences(session, action):
    said = of(session, action, [WEB])
    assert (said.title, said.done, said.could_not(1)) == SENTENCES[action.id]


def test_of_many_it_is_said_how_many_failed(session):
    stop = next(action for action in CONTAINER.actions if action.id == "stop")
    said = of(session, stop, [WEB, DB])
    assert (said.title, said.done) == ("Stop 2 containers", "2 containers stopped")
    assert said.could_not(1) == "Could not stop 1 of 2 containers"
    assert said.could_not(2) == "Could not stop 2 containers"
