"""Limits of containers that exist: what is asked, what is sent, and the command that does the same."""

import pytest

from models.docker.container import Container
from models.docker.container_actions import ACTIONS
from models.docker.limits import LIMITS, update_body

ACTION = next(action for action in ACTIONS if action.id == "update")
WEB = Container(id="a" * 64, name="web", image="nginx")


def test_what_is_left_empty_is_neither_sent_nor_said() -> None:
    answers = ACTION.defaults([WEB])
    assert update_body(answers) == {}
    assert ACTION.twin([WEB], answers) == (("update", "web"),)


def test_what_is_said_is_sent() -> None:
    answers = {"memory": " 96m", "swap": "-1", "cpus": "0.5", "pids": "-1", "restart": "on-failure:3"}
    assert update_body(answers) == {
        "Memory": 96 << 20, "MemorySwap": -1, "NanoCpus": 500_000_000, "PidsLimit": -1,
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
    }  # fmt: skip
    assert ACTION.twin([WEB], answers) == (
        ("update", "--memory", "96m", "--memory-swap", "-1", "--cpus", "0.5", "--pids-limit", "-1",
         "--restart", "on-failure:3", "web"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("option", "text"),
    [("memory", "0"), ("memory", "4m"), ("memory", "x"), ("swap", "0"), ("cpus", "0"), ("cpus", "-1"), ("pids", "0"),
     ("pids", "-2"), ("restart", "always:3"), ("restart", "never")],
)  # fmt: skip
def test_what_the_engine_would_ignore_or_refuse_is_said_at_once(option: str, text: str) -> None:
    [question] = [question for question in LIMITS if question.id == option]
    assert question.problem(text)
    assert question.problem("") is None
    assert text in ACTION.twin([WEB], {option: text})[0], "the command line stays what was typed"
