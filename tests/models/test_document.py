"""Documents: exact values, paths that jq reads, secrets masked wherever they are shown, hostile ones as plain text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import LINE_LIMIT, TREE_LIMIT, Kind, lines, search, tree

DOCUMENT = json.dumps(
    {
        "Id": "abc",
        "State": {"Health": {"Log": [{"ExitCode": 22, "Output": "503\n"}]}},
        "Config": {
            "Env": ["LOG_LEVEL=info", "API_KEY=hunter2", "DB=postgres://u:hunter2@db/x"],
            "Cmd": ["serve", "--token", "hunter2"],
            "Labels": {"com.docker.compose.project": "shop", "db.password": "hunter2", "": "nameless"},
        },
    }
).encode()


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def by_path(root, path):
    return next(node for node in nodes(root) if node.path == path)


def test_paths_are_those_of_jq():
    found = {node.path for node in nodes(tree(DOCUMENT))}
    assert ".State.Health.Log[0].Output" in found
    assert '.Config.Labels["com.docker.compose.project"]' in found
    assert '.Config.Labels[""]' in found
    assert tree(b'["x"]').children[0].path == "[0]"
    assert tree(b'{"a b":1}').children[0].path == '.["a b"]'


def test_numbers_keep_their_digits():
    root = tree(b'{"a":1.10,"b":12345678901234567890123,"c":1e5,"d":-0.0}')
    assert [(node.kind, node.text) for node in root.children] == [
        (Kind.NUMBER, "1.10"),
        (Kind.NUMBER, "12345678901234567890123"),
        (Kind.NUMBER, "1e5"),
        (Kind.NUMBER, "-0.0"),
    ]


def test_every_kind_of_value():
    root = tree(b'{"o":{},"a":[],"s":"x","n":1,"t":true,"f":false,"z":null}')
    kinds = [Kind.OBJECT, Kind.ARRAY, Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.BOOLEAN, Kind.NULL]
    assert [node.kind for node in root.children] == kinds
    assert [node.text for node in root.children if node.is_leaf] == ["x", "1", "true", "false", "null"]


def test_secrets_are_masked_in_every_place():
    root = tree(DOCUMENT)
    assert by_path(root, ".Config.Env[1]").shown == "API_KEY=••••••••••••"
    assert by_path(root, ".Config.Env[2]").shown == "DB=postgres://u:••••@db/x"
    assert by_path(root, ".Config.Cmd[2]").shown == "••••••••••••"
    assert by_path(root, '.Config.Labels["db.password"]').shown == "••••••••••••"
    assert by_path(root, ".Config.Env[1]").text == "API_KEY=hunter2"
    assert not any("hunter2" in node.shown for node in nodes(root))
    assert "hunter2" not in "\n".join(lines(DOCUMENT))


def test_masked_text_is_still_json_of_the_same_shape():
    shown = json.loads("\n".join(lines(DOCUMENT)))
    assert shown["Config"]["Env"] == ["LOG_LEVEL=info", "API_KEY=••••••••••••", "DB=postgres://u:••••@db/x"]
    assert shown["Config"]["Cmd"] == ["serve", "--token", "••••••••••••"]
    assert shown["State"] == json.loads(DOCUMENT)["State"]


def test_search_looks_at_keys_and_shown_values():
    root = tree(DOCUMENT)
    assert [node.path for node in search(root, "output")] == [".State.Health.Log[0].Output"]
    assert [node.path for node in search(root, "SHOP")] == ['.Config.Labels["com.docker.compose.project"]']
    assert [node.path for node in search(root, "log")] == [".State.Health.Log", ".Config.Env[0]"]
    assert search(root, "hunter2") == []
    assert search(root, "") == []


def test_a_search_can_be_stopped():
    assert search(tree(DOCUMENT), "o", lambda: True) == []


def test_a_route_leads_to_the_same_node_of_another_tree():
    other = tree(DOCUMENT)
    for node in nodes(tree(DOCUMENT)):
        assert other.at(node.route).path == node.path


@pytest.mark.parametrize(
    "document", [b"", b"{", b"\xff", b"[" * 200_000, b"[" * 200_000 + b"]" * 200_000, b'{"a":"\\ud800"']
)
def test_what_is_no_document_is_plain_text(document):
    assert tree(document) is None
    assert isinstance(lines(document), list)


def test_a_large_document_is_plain_text_and_still_masked():
    large = b'{"filler":"' + b"x" * TREE_LIMIT + b'","password":"hunter2","Env":["TOKEN=hunter2"]}'
    assert tree(large) is None
    shown = lines(large)
    assert "hunter2" not in "\n".join(shown)
    assert max(map(len, shown)) < LINE_LIMIT + 100
    assert "more characters" in shown[1]


def test_controls_and_bidi_marks_are_visible():
    shown = "\n".join(lines(json.dumps({"a": "x\u202ey\x1b[31m\x00"}, ensure_ascii=False).encode()))
    assert "⟨RLO⟩" in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def rebuilt(node):
    if node.kind is Kind.OBJECT:
        return {child.name: rebuilt(child) for child in node.children}
    if node.kind is Kind.ARRAY:
        return [rebuilt(child) for child in node.children]
    return node.text if node.kind is Kind.STRING else json.loads(node.text)


@given(values)
def test_the_tree_holds_the_document(value):
    assert rebuilt(tree(json.dumps(value).encode())) == value
