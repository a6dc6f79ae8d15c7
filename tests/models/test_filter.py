from types import SimpleNamespace

import pytest

from models.filter import parse

FIELDS = {
    "name": lambda row: (row.name,),
    "state": lambda row: (row.state,),
    "label": lambda row: (word for pair in row.labels.items() for word in (pair[0], "=".join(pair))),
}
WEB = SimpleNamespace(name="shop-Web-1", state="running", labels={"tier": "front end", "com.acme.team": "web"})


def shown(query: str, row: SimpleNamespace = WEB) -> bool:
    return parse(query, FIELDS).matches(row, f"{row.name}\nnginx:1.27\n{row.state}".lower())


@pytest.mark.parametrize(
    "query",
    [
        "", "   ", "web", "WEB", "shop nginx", "nginx:1.27", "state:running", "State:RUN", "name:shop-web",
        "label:tier", "label:com.acme.team=web", 'label:"tier=front end"', 'label:tier="front end"', '"web-1"',
        "-redis", "-state:exited", "-label:backup", "state:running -redis web",
    ],
)  # fmt: skip
def test_words_that_fit_show_the_row(query: str) -> None:
    assert shown(query)


@pytest.mark.parametrize(
    "query",
    [
        "redis", "web redis", "state:exited", "-web", "-state:running", "name:nginx", "label:tier=back",
        '"shop nginx"', "port:8080", "state:running -web", 'label:"tier=front door"',
    ],
)  # fmt: skip
def test_one_word_that_does_not_fit_hides_it(query: str) -> None:
    assert not shown(query)


@pytest.mark.parametrize("query", ["-", "state:", '"', '""', 'label:"', "-state:", '-"'])
def test_an_unfinished_word_hides_nothing(query: str) -> None:
    assert parse(query, FIELDS).empty
    assert shown(query)


def test_a_quote_still_open_reaches_to_the_end() -> None:
    assert shown('label:"tier=front e')
    assert not shown('label:"tier=front x')


def test_a_colon_without_a_field_of_that_name_is_text() -> None:
    assert shown("nginx:1")
    assert not shown("nginx:9")
    assert not shown("image:nginx"), "this kind declares no field `image`"
