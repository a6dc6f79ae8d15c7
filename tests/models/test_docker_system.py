"""The System page must say what an engine tells, warn of what endangers, and keep passwords to itself."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from models.context import Context, EngineKind, TlsFiles
from models.docker.system import system_facts, without_credentials
from models.errors import BadInput
from models.health import Tone
from models.system import Fact, SystemFacts

VERSION = {
    "Platform": {"Name": "Docker Engine - Community"},
    "Version": "29.8.0",
    "ApiVersion": "1.56",
    "MinAPIVersion": "1.44",
    "Components": [
        {"Name": "Engine", "Version": "29.8.0", "Details": {"GitCommit": "0123456789abcdef"}},
        {"Name": "containerd", "Version": "v2.1.4", "Details": None},
    ],
}
INFO = {
    "ID": "7d1b…",
    "Name": "desk",
    "Containers": 15,
    "ContainersRunning": 9,
    "ContainersStopped": 6,
    "Images": 25,
    "OperatingSystem": "Debian GNU/Linux 13",
    "KernelVersion": "6.12.0",
    "OSType": "linux",
    "Architecture": "x86_64",
    "NCPU": 12,
    "MemTotal": 33_500_000_000,
    "SystemTime": "2026-11-24T12:00:30.5Z",
    "Driver": "overlayfs",
    "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"], ["odd"], None],
    "DockerRootDir": "/var/lib/docker",
    "CgroupVersion": "2",
    "CgroupDriver": "systemd",
    "Runtimes": {"runc": {"path": "runc"}, "crun": {"path": "crun"}},
    "DefaultRuntime": "runc",
    "LoggingDriver": "json-file",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "rootless"],
    "Swarm": {"LocalNodeState": "active", "ControlAvailable": True, "Nodes": 3},
    "LiveRestoreEnabled": False,
    "HttpProxy": "http://sam:p@ss/word@proxy.example.org:3128",
    "RegistryConfig": {
        "Mirrors": ["https://token@mirror.example.org/"],
        "IndexConfigs": {"docker.io": {"Secure": True}, "registry:5000": {"Secure": False}},
        "InsecureRegistryCIDRs": ["127.0.0.0/8"],
    },
    "Plugins": {"Volume": ["local"], "Network": ["bridge", "overlay"], "Authorization": None, "Log": []},
    "Warnings": ["WARNING: No swap limit support"],
}
NOON = 1_795_521_600.0  # 2026-11-24 12:00:00 UTC


def context(endpoint: str = "unix:///var/run/docker.sock", tls: TlsFiles | None = None) -> Context:
    return Context(id="x", engine=EngineKind.DOCKER, name="x", endpoint=endpoint, tls=tls)


def facts(
    version: object = VERSION, info: object = INFO, where: Context | None = None, **options: object
) -> SystemFacts:
    encoded = msgspec.json.encode(version), msgspec.json.encode(info)
    return system_facts(*encoded, where or context(), **options)


def told(said: SystemFacts) -> dict[str, Fact]:
    return {fact.name: fact for group in said.groups for fact in group.facts}


def test_an_engines_facts_are_told_in_words() -> None:
    said = facts(now=NOON)
    assert said.headline == "Docker 29.8.0 on this machine"
    assert said.brief == "local, 29.8.0"
    values = {name: fact.value for name, fact in told(said).items()}
    assert values == values | {
        "Product": "Docker Engine - Community",
        "API": "1.56, oldest 1.44",
        "Containers": "15 containers: 9 running, 6 stopped",
        "Swarm": "active, manager, 3 nodes",
        "Live restore": "off",
        "System": "Debian GNU/Linux 13",
        "Architecture": "linux/x86_64",
        "Processors": "12",
        "Memory": "31.2 GB",
        "Control groups": "v2, systemd",
        "Runtimes": "runc (default), crun",
        "Security": "apparmor, seccomp (builtin), rootless",
        "Without TLS allowed": "registry:5000, 127.0.0.0/8",
        "Volumes": "local",
        "Networks": "bridge, overlay",
        "containerd": "v2.1.4",
    }
    assert told(said)["Driver"].note == "images in containerd's own store"
    assert (told(said)["Engine"].note, told(said)["containerd"].note) == ("0123456789ab", "")
    assert "Authorization" not in values
    assert "Logs" not in values


def test_only_one_and_the_same_engine_has_the_same_identity() -> None:
    own = facts().engine_id
    assert own == facts(where=context("ssh://sam@desk")).engine_id
    for clone in ({"Name": "desk-2"}, {"DockerRootDir": "/srv/docker"}, {"ID": "8e2c…"}):
        assert facts(info={**INFO, **clone}).engine_id != own
    assert facts(info={**INFO, "ID": ""}).engine_id == ""


def test_a_clock_that_goes_wrong_is_told() -> None:
    clock = told(facts(now=NOON))["Clock"]
    assert (clock.value, clock.tone) == ("30 s ahead of this machine", Tone.WARNING)
    assert told(facts(now=NOON + 60))["Clock"].value == "29 s behind this machine"
    assert "Clock" not in told(facts(now=NOON + 29))
    assert "Clock" not in told(facts())


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (context("tcp://10.0.0.9:2375"), "neither encrypted nor protected"),
        (context("tcp://10.0.0.9:2376", TlsFiles(verify=False)), "certificate is not checked"),
        (replace(context("tcp://10.0.0.9:2376", TlsFiles()), trusted="ab" * 32), "chosen to trust one certificate"),
        (context("tcp://10.0.0.9:2376", TlsFiles()), None),
        (context("ssh://sam@10.0.0.9"), None),
        (context(), None),
    ],
)
def test_a_line_that_anybody_could_use_is_the_first_warning(where: Context, words: str | None) -> None:
    warnings = facts(where=where).warnings
    assert warnings[-1] == "No swap limit support"
    assert len(warnings) == (1 if words is None else 2)
    assert words is None or words in warnings[0]


@pytest.mark.parametrize(
    ("where", "note"),
    [
        (context(), ""),
        (replace(context("tcp://host:2375"), proxy="http://p:1"), "not encrypted, by way of the proxy http://p:1"),
        (replace(context("tcp://host:2376", TlsFiles()), proxy="http://p:1"), "TLS, by way of the proxy http://p:1"),
        (replace(context("tcp://host:2376", TlsFiles()), trusted="ab"), "TLS, certificate trusted by your own choice"),
        (context("tcp://host:2376", TlsFiles(verify=False)), "TLS, certificate not checked"),
    ],
)
def test_the_address_tells_how_it_is_reached(where: Context, note: str) -> None:
    assert told(facts(where=where))["Address"].note == note


def test_experimental_engines_say_so() -> None:
    assert "Experimental features are switched on." in facts(info={**INFO, "ExperimentalBuild": True}).warnings


def test_passwords_in_urls_are_shown_nowhere() -> None:
    said = facts(where=context("tcp://sam:hunter2@host:2376", TlsFiles()))
    everything = f"{said}{said.document!r}"
    for secret in ("p@ss", "word@", "token@", "hunter2", "sam:"):
        assert secret not in everything.replace("password", ""), secret
    assert told(said)["HTTP proxy"].value == "http://••••@proxy.example.org:3128"
    assert told(said)["Mirrors"].value == "https://••••@mirror.example.org/"
    assert without_credentials("see http://host/a@b") == "see http://••••@b"  # rather too much than too little


def test_podman_is_recognised_by_its_components_or_by_its_ping() -> None:
    podman = {"Version": "4.3.1", "ApiVersion": "1.41", "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]}
    for said in (facts(podman), facts({"Version": "4.3.1"}, podman=True)):
        assert said.headline == "Podman 4.3.1 on this machine"
        assert told(said)["Product"].value == "Podman, by Docker's API"
        assert said.engine_id == ""  # it makes up another one for each answer


@pytest.mark.parametrize(
    ("where", "headline"),
    [
        (context("ssh://sam@build.example.org"), "Docker 29.8.0 on desk"),
        (context("tcp://10.0.0.9:2375"), "Docker 29.8.0 on desk"),
        (context("npipe:////./pipe/docker_engine"), "Docker 29.8.0 on this machine"),
    ],
)
def test_the_headline_says_where_it_runs(where: Context, headline: str) -> None:
    assert facts(where=where).headline == headline


def test_docker_desktop_is_a_machine_of_its_own() -> None:
    assert facts(info={"OperatingSystem": "Docker Desktop"}).headline == "Docker 29.8.0 in Docker Desktop"


@pytest.mark.parametrize("odd", [{}, dict.fromkeys(INFO), dict.fromkeys(INFO, 7), {key: [{}] for key in INFO}])
def test_whatever_is_missing_or_odd_is_left_out(odd: object) -> None:
    said = facts({}, odd)
    assert all(fact.value for group in said.groups for fact in group.facts)
    assert all(group.facts for group in said.groups)


def test_what_is_no_object_cannot_be_read() -> None:
    with pytest.raises(BadInput):
        system_facts(b"[]", b"{}", context())
    with pytest.raises(BadInput):
        system_facts(b"{}", b"<html>", context())
