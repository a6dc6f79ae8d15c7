"""What a container was given and what came from its image; two containers side by side; nothing secret said aloud."""

import json

from models.docker.configuration import compare, configuration
from models.overview import Note, Property, Setting


def document(**config):
    base = {"Env": ["PATH=/bin", "LANG=C"], "Cmd": ["serve"], "Entrypoint": None, "User": ""}
    base["Labels"] = {"team": "shop"}
    return json.dumps({"Id": "a" * 64, "Name": "/web", "Config": base | config, "HostConfig": {}, "State": {}}).encode()


def sections(one, image=None):
    return {section.title: section for section in configuration(one, image).sections}


def settings(section):
    return [(row.name, row.value) for row in section.rows if isinstance(row, Setting)]


def lines(section):
    return [(row.name, row.line.text) for row in section.rows if isinstance(row, Property)]


IMAGE = document()


def test_values_of_the_image_are_told_from_those_set_here():
    told = sections(document(Env=["PATH=/bin", "LANG=de", "MODE=fast"]), IMAGE)
    assert settings(told["Environment set here"]) == [("MODE", "fast")]
    assert settings(told["Environment changed here"]) == [("LANG", "de"), ("LANG in the image", "C")]
    assert settings(told["Environment from the image"]) == [("PATH", "/bin")]
    assert settings(told["Labels from the image"]) == [("team", "shop")]


def test_an_overridden_command_stands_beside_the_images():
    assert lines(sections(IMAGE, IMAGE)["Command"])[1] == ("Command", "serve from the image")
    told = lines(sections(document(Cmd=["serve", "--fast"]), IMAGE)["Command"])
    assert told[1:] == [("Command", "serve --fast set here"), ("in the image", "serve ")]


def test_without_the_image_nothing_is_said_of_it():
    told = sections(IMAGE)
    assert settings(told["Environment"]) == [("LANG", "C"), ("PATH", "/bin")]
    assert "cannot be told" in told["Command"].rows[-1].text
    assert "image" not in "".join(text for _, text in lines(told["Command"]))


def test_secrets_are_named_with_advice_and_hidden_in_commands():
    told = sections(document(Env=["DB_PASSWORD=hunter2"], Cmd=["run", "--token", "s3cr3tvalue"]), IMAGE)
    note = told["Secrets"].rows[0]
    assert isinstance(note, Note)
    assert note.text.startswith("DB_PASSWORD looks like a secret")
    assert "hunter2" not in note.text
    assert "s3cr3tvalue" not in dict(lines(told["Command"]))["Command"]
    assert "Secrets" not in sections(IMAGE, IMAGE)


def test_two_containers_differ_in_what_is_set_and_nothing_else():
    other = document(Env=["PATH=/bin", "DEBUG=1"], User="app")
    different = {(one.group, one.name): (one.here, one.there) for one in compare(IMAGE, other) if not one.same}
    assert different == {
        ("Environment", "LANG"): ("C", None),
        ("Environment", "DEBUG"): (None, "1"),
        ("Container", "User"): ("root", "app"),
    }
    assert all(one.same for one in compare(IMAGE, IMAGE))


def test_a_comparison_does_not_tell_its_values_in_a_crash_report():
    assert "hunter2" not in repr(compare(document(Env=["PW=hunter2"]), IMAGE))
