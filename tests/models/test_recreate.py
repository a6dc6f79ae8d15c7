"""Of a container only what its user set is said again, and what a new one would lack."""

import json
from typing import Any

from msgspec.structs import replace

from models.docker.recreate import Defaults, recreated
from models.docker.run_line import parse_line, run_words
from models.docker.run_spec import HealthCheck, RunSpec

OWN = "c0ffee" + "0" * 58
IMAGE = {"Config": {"Env": ["PATH=/bin", "MODE=image"], "Cmd": ["serve"], "Entrypoint": ["entry", "-x"], "User": "5",
                    "Labels": {"by": "image"}, "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/keep": {}},
                    "Healthcheck": {"Test": ["CMD", "probe"], "Interval": 9}, "WorkingDir": "/srv"}}  # fmt: skip


def inspected(config: dict[str, Any] | None = None, host: dict[str, Any] | None = None, **more: Any) -> bytes:
    whole = {
        "Id": OWN,
        "Name": "/web",
        "Config": {"Image": "rich:1", "Hostname": OWN[:12], "AttachStdout": True, "AttachStderr": True}
        | IMAGE["Config"] | (config or {}),
        "HostConfig": {"NetworkMode": "default", "ShmSize": 64 << 20, "IpcMode": "private", "CgroupnsMode": "private",
                       "Runtime": "runc", "MemorySwappiness": None, "LogConfig": {"Type": "json-file", "Config": {}},
                       "RestartPolicy": {"Name": "no"}} | (host or {}),
    } | more  # fmt: skip
    return json.dumps(whole).encode()


def again(document: bytes) -> RunSpec:
    return recreated(document, json.dumps(IMAGE).encode(), Defaults()).spec


def test_what_came_from_the_image_and_the_engine_is_not_said() -> None:
    assert again(inspected()) == RunSpec(image="rich:1", name="web")


def test_what_the_user_set_is_said() -> None:
    config = {"Env": ["PATH=/bin", "MODE=mine", "A=1"], "Cmd": ["other"], "Labels": {"by": "me", "x": "y"},
              "ExposedPorts": {"80/tcp": {}, "81/udp": {}, "9/tcp": {}}, "WorkingDir": "/tmp", "StopTimeout": 3,
              "Volumes": {"/keep": {}, "/own": {}}, "Hostname": "box", "Tty": True, "OpenStdin": True}  # fmt: skip
    host = {"PortBindings": {"81/udp": [{"HostIp": "", "HostPort": "8081"}]}, "Memory": 1 << 29, "MemorySwap": 1 << 30,
            "Binds": ["data:/d:ro"], "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 2}}  # fmt: skip
    line = " ".join(run_words(again(inspected(config, host))))
    assert line == (
        "run -a stdout -a stderr -it --name web --restart on-failure:2 -p 8081:81/udp --expose 9 -h box -v data:/d:ro "
        "-v /own -e MODE=mine -e A=1 -l by=me -l x=y -w /tmp --stop-timeout 3 -m 512m rich:1 other"
    ).replace("-a stdout -a stderr -it", "-it -a stdout -a stderr")


def test_another_entrypoint_is_said_with_all_its_words() -> None:
    spec = again(inspected({"Entrypoint": ["sh", "-c"], "Cmd": ["true"]}))
    assert (spec.entrypoint, spec.entrypoint_more, spec.command) == ("sh", ("-c",), ("true",))
    assert run_words(spec)[-5:] == ("--entrypoint", "sh", "rich:1", "-c", "true")
    cleared = again(inspected({"Entrypoint": None, "Cmd": ["true"]}))
    assert (cleared.entrypoint, cleared.command) == ("", ("true",))
    assert parse_line(f"docker {' '.join(map(repr, run_words(cleared)))}").spec == cleared


def test_only_the_changed_part_of_a_health_check_is_said() -> None:
    kept = inspected({"Healthcheck": {"Test": ["CMD", "probe"], "Interval": 9, "Retries": 4}})
    assert again(kept).health == HealthCheck(retries=4)
    assert again(inspected({"Healthcheck": {"Test": ["NONE"]}})).health == HealthCheck(off=True)
    assert again(inspected({"Healthcheck": {"Test": ["CMD", "other"]}})).health.words == ("other",)


def test_what_would_be_lost_is_said() -> None:
    document = inspected(
        host={"PublishAllPorts": True, "AutoRemove": True},
        Mounts=[{"Type": "volume", "Name": "ab" * 32, "Destination": "/data"},
                {"Type": "volume", "Name": "named", "Destination": "/n"}],
        NetworkSettings={"Networks": {"bridge": {"IPAddress": "172.17.0.2", "IPAMConfig": None}}},
    )  # fmt: skip
    lost = "\n".join(recreated(document, b"{}").lost)
    for words in (
        "its log",
        "anonymous volume at /data",
        "abababababab",
        "address in bridge",
        "chooses others",
        "--rm",
    ):
        assert words in lost
    assert "/n" not in lost.replace("/named", "")
    assert "image is gone" in recreated(document).lost[-1]


def test_an_odd_document_is_read_as_far_as_it_goes() -> None:
    assert recreated(b'{"Config":null,"HostConfig":null}').spec == replace(RunSpec(), detach=True)
