"""Engines must be found as the docker command finds them, and one bad file must stay one bad row."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from models.context import Context, EngineKind, TlsFiles
from models.discovery import Discovery, keep_last_good, with_aliases
from models.settings import ContextMarks
from services.cancel import CancelScope
from services.contexts import usual_colour, with_answers, with_marks
from services.docker import contexts as module
from services.docker.context_files import home_path
from services.docker.contexts import discover, normal_endpoint, watch_paths
from tests.services.listening import listening


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder with a short path, and a system without an engine of its own."""
    home = Path(tempfile.mkdtemp(prefix="ph-"))  # a socket's path has 107 bytes
    monkeypatch.setattr(module, "DEFAULT_SOCKET", str(home / "var/run/docker.sock"))
    monkeypatch.setattr(module, "SYSTEM_PODMAN", str(home / "run/podman/podman.sock"))
    yield home
    shutil.rmtree(home)


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(home / "run/user")}


def write_context(
    home: Path, name: str, host: str = "", *, folder: str = "", tls: tuple[str, ...] = (), **endpoint: Any
) -> Path:
    folder = folder or sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / folder / "meta.json"
    meta.parent.mkdir(parents=True)
    document = {
        "Name": name,
        "Metadata": {"Description": f"the {name}"},
        "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False, **endpoint}},
    }
    meta.write_text(json.dumps(document))
    for file in tls:
        pem = home / ".docker/contexts/tls" / folder / "docker" / file
        pem.parent.mkdir(parents=True, exist_ok=True)
        pem.write_text("PEM")
    return meta


def write_config(home: Path, text: str) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(text)


def found(env: Mapping[str, str], home: Path) -> dict[str, Context]:
    return {context.name: context for context in discover(env, home).contexts}


def looked(discovery: Discovery, what: str) -> str:
    return next(row.found for row in discovery.looked if row.what == what)


# What is found


def test_a_machine_with_nothing_has_no_context_and_says_where_it_looked(env: dict[str, str], home: Path) -> None:
    discovery = discover(env, home)
    assert discovery.contexts == ()
    assert discovery.preferred is None
    assert looked(discovery, "DOCKER_HOST") == "not set"
    assert looked(discovery, "Docker contexts") == "no such folder"
    assert looked(discovery, "Colima") == "no such file"
    assert ("Rancher Desktop", "~/.rd/docker.sock") in {(row.what, row.where) for row in discovery.looked}


def test_context_files_are_read_as_the_command_reads_them(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    write_context(home, "build", "ssh://ci@build.example.org:2222")
    write_context(home, "vault", "tcp://vault:2376", tls=("ca.pem", "cert.pem", "key.pem"))
    write_context(home, "lab", "tcp://lab", SkipTLSVerify=True)
    contexts = found(env, home)
    assert list(contexts) == ["build", "desk", "lab", "vault"]
    assert contexts["desk"].id == "docker:desk"
    assert contexts["desk"].command == ("docker", "--context", "desk")
    assert contexts["desk"].description == "the desk"
    assert contexts["build"].click_to_open
    folder = home / ".docker/contexts/tls" / sha256(b"vault").hexdigest() / "docker"
    files = (str(folder / "ca.pem"), str(folder / "cert.pem"), str(folder / "key.pem"))
    assert contexts["vault"].tls == TlsFiles(*files, verify=True)
    assert contexts["lab"].tls == TlsFiles(verify=False)
    assert contexts["lab"].endpoint == "tcp://lab:2376"
    assert not any(context.problem for context in contexts.values())


def test_the_configuration_folder_can_be_elsewhere(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    (home / ".docker").rename(home / "elsewhere")
    assert list(found({**env, "DOCKER_CONFIG": str(home / "elsewhere")}, home)) == ["desk"]
    assert found(env, home) == {}


def test_a_context_in_a_folder_of_another_name_is_addressed_by_its_endpoint(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock", folder="0" * 64)
    assert found(env, home)["desk"].command == ("docker", "-H", "unix:///run/desk.sock")


def test_docker_host_brings_its_tls_files(env: dict[str, str], home: Path) -> None:
    (home / "certs").mkdir()
    (home / "certs/ca.pem").write_text("PEM")
    env |= {"DOCKER_HOST": "tcp://10.0.0.9:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(home / "certs")}
    context = found(env, home)["DOCKER_HOST"]
    assert context.id == "env:DOCKER_HOST"
    assert context.tls == TlsFiles(str(home / "certs/ca.pem"), None, None, verify=True)
    del env["DOCKER_TLS_VERIFY"]
    assert found(env, home)["DOCKER_HOST"].tls is None
    assert found({**env, "DOCKER_TLS": "1"}, home)["DOCKER_HOST"].tls.verify is False


def test_usual_sockets_are_found(env: dict[str, str], home: Path) -> None:
    paths = {
        "default": home / "var/run/docker.sock",
        "rootless": home / "run/user/docker.sock",
        "podman": home / "run/user/podman/podman.sock",
        "colima": home / ".colima/default/docker.sock",
        "colima-big": home / ".colima/big/docker.sock",
        "orbstack": home / ".orbstack/run/docker.sock",
    }
    for path in paths.values():
        with listening(path):
            pass  # the socket file stays, as after a crash
    contexts = found(env, home)
    assert {name: context.endpoint for name, context in contexts.items()} == {
        name: f"unix://{path}" for name, path in paths.items()
    }
    assert contexts["colima"].command[:2] == ("docker", "-H")


def test_a_plain_file_in_a_sockets_place_is_no_engine(env: dict[str, str], home: Path) -> None:
    (home / ".rd").mkdir()
    (home / ".rd/docker.sock").write_text("")
    discovery = discover(env, home)
    assert discovery.contexts == ()
    assert looked(discovery, "Rancher Desktop") == "not a socket"


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/home/sam", "~"), ("/home/sam/.docker", "~/.docker"), ("/home/samuel", "/home/samuel"), ("/run/x", "/run/x")],
)
def test_the_home_folder_is_written_short(path: str, shown: str) -> None:
    assert home_path(Path(path), Path("/home/sam")) == shown


# One endpoint, one context


def test_names_of_one_real_path_are_one_context(env: dict[str, str], home: Path) -> None:
    with listening(home / "var/run/docker.sock"):
        (home / "link.sock").symlink_to(home / "var/run/docker.sock")
        write_context(home, "desk", f"unix://{home}/link.sock")
        write_context(home, "work", f"unix://{home}/var/run/docker.sock")
        discovery = discover({**env, "DOCKER_HOST": f"unix://{home}/var/run/docker.sock"}, home)
    [context] = discovery.contexts
    assert (context.id, context.aliases) == ("docker:desk", ("work", "DOCKER_HOST", "default"))
    assert discovery.preferred == "docker:desk"
    assert discovery.find("env:DOCKER_HOST") == discovery.find("docker:work") == context


def test_one_address_with_other_certificates_is_another_context(env: dict[str, str], home: Path) -> None:
    write_context(home, "plain", "tcp://host:2376")
    write_context(home, "also", "tcp://host:2376")
    write_context(home, "secure", "tcp://host:2376", tls=("ca.pem",))
    contexts = found(env, home)
    assert list(contexts) == ["also", "secure"]
    assert contexts["also"].aliases == ("plain",)


def test_a_context_has_each_of_its_other_names_once() -> None:
    context = Context(id="a", engine=EngineKind.DOCKER, name="a", endpoint="tcp://a:2375", aliases=("b",))
    assert with_aliases(context, ("c", "a", "b", "c")).aliases == ("b", "c")


# What the command would use


def test_the_preferred_one_is_what_the_command_would_use(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    write_context(home, "vault", "tcp://vault:2376")
    assert discover(env, home).preferred is None
    with listening(home / "var/run/docker.sock"):
        assert discover(env, home).preferred == f"unix:{home}/var/run/docker.sock"
        write_config(home, '{"currentContext": "desk", "auths": {}}')
        assert discover(env, home).preferred == "docker:desk"
        assert discover({**env, "DOCKER_CONTEXT": "vault"}, home).preferred == "docker:vault"
        assert discover({**env, "DOCKER_CONTEXT": "default"}, home).preferred == f"unix:{home}/var/run/docker.sock"
        both = {**env, "DOCKER_CONTEXT": "vault", "DOCKER_HOST": "tcp://10.0.0.9:2375"}
        assert discover(both, home).preferred == "env:DOCKER_HOST"
        lost = discover({**env, "DOCKER_CONTEXT": "gone"}, home)
        assert lost.preferred is None
        assert looked(lost, "DOCKER_CONTEXT") == "gone: no such context"


# Bad files


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", ":1", "Expecting value"),
        (b'{"Name": "x",\n"Endpoints": {"docker"', ":2", "delimiter"),
        (b'{\n<<<<<<< HEAD\n"Name": "x"\n=======', ":2", "property name"),
        (b'{"Name":\n"\xff\xfe"}', ":2", "not UTF-8"),
        (b"[]", ":1", "not a JSON object"),
        (b'{"Name": 7}', "", "Name is not a text"),
        (b'{"Metadata": {}}', "", "no name"),
        (b'{"Name": "x", "Endpoints": {"docker": []}}', "", "Endpoints.docker is not an object"),
        (b"[" * 100_000, "", "nested too deeply"),
        (b" " * 1_100_000, "", "larger than 1 MB"),
    ],
)
def test_a_bad_file_is_one_bad_row(env: dict[str, str], home: Path, content: bytes, line: str, words: str) -> None:
    write_context(home, "good", "unix:///run/good.sock")
    meta = write_context(home, "bad", "unix:///run/bad.sock")
    meta.write_bytes(content)
    discovery = discover(env, home)
    [bad] = [context for context in discovery.contexts if context.problem]
    assert len(discovery.contexts) == 2
    assert f"{meta}{line}: " in bad.problem
    assert words in bad.problem
    assert discovery.problems == (bad.problem,)
    assert looked(discovery, "Docker contexts") == "2 found, 1 cannot be used"


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("gopher://host", "gopher"),
        ("unix://run/docker.sock", "full path"),
        ("tcp://host:99999", "host"),
        ("ssh://-oProxyCommand=evil", "-oProxyCommand"),
        ("ssh://a b", "a b"),
    ],
)
def test_an_endpoint_that_cannot_be_opened_is_a_bad_row(env: dict[str, str], home: Path, host: str, words: str) -> None:
    meta = write_context(home, "odd", host)
    context = found(env, home)["odd"]
    assert context.problem.startswith(str(meta))
    assert words.lower() in context.problem.lower()


@pytest.mark.parametrize("host", ["tcp://sam:hunter2@lab:2375", "ssh://sam:hunter2@lab", "gopher://sam:hunter2@lab"])
def test_a_password_in_an_endpoint_is_refused_and_shown_nowhere(env: dict[str, str], home: Path, host: str) -> None:
    discovery = discover({**env, "DOCKER_HOST": host}, home)
    assert discovery.contexts[0].problem
    assert discovery.preferred is None
    assert "hunter2" not in str(discovery)


def test_a_broken_configuration_is_told_and_the_rest_is_found(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    write_config(home, '{\n"currentContext": "desk",\n}')
    discovery = discover(env, home)
    assert [context.name for context in discovery.contexts] == ["desk"]
    assert discovery.problems[0].startswith(f"{home}/.docker/config.json:")


def test_a_file_that_cannot_be_opened_is_a_bad_row(env: dict[str, str], home: Path) -> None:
    meta = write_context(home, "desk", "unix:///run/desk.sock")
    meta.unlink()
    meta.mkdir()  # stands for every refusal of the system, also where the tests run as root
    [context] = discover(env, home).contexts
    assert context.problem == f"{meta}: Is a directory"


def test_while_a_file_is_half_written_its_last_good_state_stands(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    meta = write_context(home, "vault", "tcp://vault:2376")
    write_config(home, '{"currentContext": "vault"}')
    before = discover(env, home)
    whole = meta.read_bytes()
    meta.write_bytes(whole[:40])
    write_config(home, '{"current')
    kept = keep_last_good(before, discover(env, home))
    assert kept.contexts == before.contexts
    assert kept.preferred == "docker:vault"
    assert len(kept.problems) == 2
    shutil.rmtree(meta.parent)
    assert [context.name for context in keep_last_good(kept, discover(env, home)).contexts] == ["desk"]


def test_a_folder_without_its_file_is_a_context_that_comes_or_goes(env: dict[str, str], home: Path) -> None:
    meta = write_context(home, "desk", "unix:///run/desk.sock")
    write_context(home, "vault", "tcp://vault:2376")
    meta.unlink()
    discovery = discover(env, home)
    assert [context.name for context in discovery.contexts] == ["vault"]
    assert discovery.problems == ()


def test_a_context_swapped_by_a_link_is_seen(env: dict[str, str], home: Path) -> None:
    meta = write_context(home, "desk", "unix:///run/one.sock")
    other = home / "other.json"
    other.write_text(meta.read_text().replace("one.sock", "two.sock"))
    (home / "link").symlink_to(other)
    (home / "link").rename(meta)
    assert found(env, home)["desk"].endpoint == "unix:///run/two.sock"


def test_the_folders_to_watch_exist_and_hold_what_matters(env: dict[str, str], home: Path) -> None:
    assert home in watch_paths(env, home)  # where ~/.docker will appear
    meta = write_context(home, "desk", "unix:///run/desk.sock")
    with listening(home / "var/run/docker.sock"):
        paths = watch_paths(env, home)
    assert {meta.parent, meta.parent.parent, home / ".docker", home / "var/run"} <= set(paths)
    assert all(path.is_dir() for path in paths)


# Endpoints


@pytest.mark.parametrize(
    ("text", "tls", "endpoint"),
    [
        ("unix:///run/x.sock", False, "unix:///run/x.sock"),
        ("10.0.0.9:2375", False, "tcp://10.0.0.9:2375"),
        ("tcp://host", False, "tcp://host:2375"),
        ("tcp://host", True, "tcp://host:2376"),
        ("https://host/", False, "tcp://host:2376"),
        ("http://host:80", False, "tcp://host:80"),
        ("tcp://[::1]", False, "tcp://[::1]:2375"),
        ("tcp://[fe80::1]:2376", True, "tcp://[fe80::1]:2376"),
        ("ssh://ci@host", False, "ssh://ci@host"),
        ("npipe:////./pipe/docker_engine", False, "npipe:////./pipe/docker_engine"),
    ],
)
def test_endpoints_are_written_out(text: str, tls: bool, endpoint: str) -> None:
    assert normal_endpoint(text, tls=tls) == endpoint


def test_https_without_files_trusts_the_machines_authorities(env: dict[str, str], home: Path) -> None:
    assert found({**env, "DOCKER_HOST": "https://engine.example.org"}, home)["DOCKER_HOST"].tls == TlsFiles()


# Who answers, and the user's marks


def test_the_places_tell_who_answers(env: dict[str, str], home: Path) -> None:
    with listening(home / "var/run/docker.sock"):
        pass  # the socket file stays, as after a crash
    write_context(home, "lab", "tcp://127.0.0.1:1")
    with listening(home / ".rd/docker.sock", b"HTTP/1.1 200 OK\r\n\r\n"):
        answered = with_answers(discover({**env, "DOCKER_CONTEXT": "lab"}, home), CancelScope())
    assert looked(answered, "Docker engine") == "there, but nobody answers"
    assert looked(answered, "Rancher Desktop") == "there, and answers"
    assert looked(answered, "Podman") == "no such file"
    assert looked(answered, "DOCKER_CONTEXT") == "lab"


def test_the_users_marks_are_put_on_what_is_found(env: dict[str, str], home: Path) -> None:
    write_context(home, "desk", "unix:///run/desk.sock")
    write_context(home, "vault", "tcp://vault:2376")
    desk, vault = discover(env, home).contexts
    marked = with_marks(vault, ContextMarks(colour="red", label="Production", protected=True))
    assert (marked.colour, marked.title, marked.protected) == ("red", "Production", True)
    for marks in (None, ContextMarks(), ContextMarks(colour="plaid")):
        plain = with_marks(desk, marks)
        assert (plain.colour, plain.title, plain.protected) == (usual_colour("docker:desk"), "desk", False)
