"""The same line, given to the docker command and to us, makes the same container."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.docker.recreate import Defaults, recreated
from models.docker.run_line import parse_line, run_words
from models.errors import AppError
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.create import create, start
from services.docker.engine import Engine
from tests.engine.opening import context_of
from tests.world.busybox import IMAGE, busybox_root
from tests.world.engine import DockerEngine
from tests.world.podman import Podman
from tests.world.run import WorldError

RICH = "rich:local"  # an image with opinions

LINES = [
    "create busybox:local",
    "create busybox:local sh -c 'echo \"a b\"; exit 3'",
    "create -it --name {name} busybox:local",
    "create -i busybox:local cat",
    "create -a stdout -a stdin -i busybox:local cat",
    "create -t --attach STDERR busybox:local",
    "create --rm --init --read-only busybox:local",
    "create --init=false --restart on-failure:3 busybox:local",
    "create --restart unless-stopped -h box --domainname example.org busybox:local",
    "create -e A=1 -e 'B=two words' -e EMPTY= -e NOWHERE -e A=3 busybox:local",
    "create --env-file {folder}/env -e LAST=1 busybox:local",
    "create -l a=1 --label b --label-file {folder}/labels -l a=2 busybox:local",
    "create -p 80 -p 8080:81 -p 127.0.0.1:8082:82/udp -p 9000-9002:9000-9002 busybox:local",
    "create -p 8000-8010:80 -p published=8083,target=83,protocol=udp -P busybox:local",
    "create -p '[::1]:8084:84' --expose 7 --expose 100-102/udp busybox:local",
    "create -v /data -v named:/n -v /tmp:/host:ro -v named:/m:nocopy busybox:local",
    "create -v /tmp:/host:ro,rshared --volume-driver local busybox:local",
    "create --mount type=bind,src=/tmp,dst=/b,ro,bind-propagation=rslave busybox:local",
    "create --mount type=volume,source=named,target=/v,volume-nocopy,volume-label=x=y busybox:local",
    "create --mount type=volume,target=/v,volume-driver=local busybox:local",
    "create --mount 'type=volume,dst=/o,volume-opt=device=x,volume-opt=type=tmpfs,\"volume-opt=o=a,b\"' busybox:local",
    "create --mount type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1770 --tmpfs /u --tmpfs /w:size=1m busybox:local",
    "create -m 64m --memory-reservation 32m --memory-swap 128m --memory-swappiness 10 busybox:local",
    "create -m 1.5g --memory-swap -1 --oom-kill-disable --oom-score-adj 500 busybox:local",
    "create --cpus 1.5 --cpu-shares 512 --cpuset-cpus 0 --pids-limit 100 busybox:local",
    "create --cpu-period 50000 --cpu-quota=25000 -c 256 --pids-limit -1 busybox:local",
    "create --ulimit nofile=1024:2048 --ulimit nproc=64 --ulimit core=-1 --ulimit nofile=512 busybox:local",
    "create --blkio-weight 300 --device-read-bps /dev/null:1mb --device-write-iops /dev/null:100 busybox:local",
    "create --entrypoint /bin/echo busybox:local hi there",
    "create --entrypoint '' busybox:local ls",
    "create --user 1000:1000 -w /tmp --group-add 5 --group-add audio busybox:local",
    "create --add-host db:10.0.0.9 --add-host v6:::1 busybox:local",
    "create --dns 10.0.0.1 --dns-search x.org --dns-option ndots:2 busybox:local",
    "create --cap-add NET_ADMIN --cap-drop ALL --cap-add cap_sys_time busybox:local",
    "create --privileged --security-opt no-new-privileges --security-opt seccomp=unconfined busybox:local",
    "create --security-opt seccomp={folder}/seccomp.json --security-opt label=disable busybox:local",
    "create --security-opt systempaths=unconfined busybox:local",
    "create --device /dev/null --device /dev/zero:/dev/nil:r --device-cgroup-rule 'c 1:3 rw' busybox:local",
    "create --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 busybox:local",
    "create --log-driver none busybox:local",
    "create --sysctl net.core.somaxconn=1024 --shm-size 128m busybox:local",
    "create --ipc host --pid host --uts host --cgroupns host --userns host busybox:local",
    "create --ipc shareable --stop-signal SIGINT --stop-timeout 3 --runtime runc busybox:local",
    "create --health-cmd 'wget -q localhost || exit 1' --health-interval 1m30s busybox:local",
    "create --health-cmd true --health-timeout 500ms --health-retries 2 --health-start-period 5s busybox:local",
    "create --no-healthcheck rich:local",
    "create --network host busybox:local",
    "create --network none --hostname alone busybox:local",
    "create --network back busybox:local",
    "create --network back --network-alias api --network-alias v2 --ip 10.234.5.9 busybox:local",
    "create --net name=back,alias=api,ip=10.234.5.10,driver-opt=x=y busybox:local",
    "create --network back --mac-address 02:42:0a:ea:05:0b busybox:local",
    "create --mac-address 02:42:0a:ea:05:0c busybox:local",
    "create --network back --link peer:other busybox:local",
    "create --name {name} --link peer:other busybox:local",
    "create --network container:peer busybox:local",
    "create --volumes-from peer:ro busybox:local",
    "create rich:local",
    "create -e MODE=mine -l by=me --expose 81 --entrypoint sh rich:local -c true",
    "create --platform linux/amd64 --cgroup-parent /ours busybox:local",
    "create --kernel-memory 50m busybox:local",
    "create --gpus all busybox:local",
    "create --gpus '\"device=0,1\",capabilities=compute' busybox:local",
    "run -d busybox:local sleep 60",
    "run -dit --rm busybox:local",
    "run -d -p8086:80 -eA=1 --name={name} --tmpfs=/t busybox:local sleep 60",
]
OLD_LINES = ["create --mount type=bind,src=/tmp,dst=/b,bind-nonrecursive busybox:local"]
NEW_LINES = [
    "create --mount type=bind,src=/tmp,dst=/b,bind-recursive=disabled busybox:local",
    "create --network back --network name=front,alias=x busybox:local",
    "create --network name=back,gw-priority=5 --network name=front,mac-address=02:42:0a:ea:05:0d busybox:local",
    "create --health-cmd true --health-start-interval 1s --annotation a=b busybox:local",
    "create --mount type=volume,src=named,dst=/v,volume-subpath=x busybox:local",
    "create --mount type=bind,src=/tmp/made,dst=/b,bind-create-src,bind-recursive=writable,ro busybox:local",
]


@pytest.fixture
def prepared(engine: DockerEngine, tmp_path: Path) -> Iterator[tuple[DockerEngine, Engine, Path]]:
    """An engine with networks, a peer, a rich image, and a folder of files."""
    changes = ("ENV MODE=image DEEP=1", "LABEL by=image", "EXPOSE 80", "VOLUME /keep", 'ENTRYPOINT ["sh"]', "USER 5",
               'HEALTHCHECK --interval=9s CMD ["true", "x"]', "WORKDIR /tmp")  # fmt: skip
    options = [word for change in changes for word in ("--change", change)]
    engine.docker("import", *options, "-", RICH, stdin=busybox_root())
    engine.docker("network", "create", "--subnet", "10.234.5.0/24", "back")
    engine.docker("network", "create", "--subnet", "10.234.6.0/24", "front")
    engine.docker("run", "-d", "--name", "peer", "-v", "/shared", IMAGE, "sleep", "86400")
    (tmp_path / "env").write_bytes(b"\xef\xbb\xbf# comment\nONE=1\n  TWO='quoted' \r\nPATH_OF=$HOME\nNOT_SET\n\nHOME\n")
    (tmp_path / "labels").write_text("from=file\na=file\nbare\n")
    (tmp_path / "seccomp.json").write_text('{\n  "defaultAction": "SCMP_ACT_ALLOW"\n}\n')
    asked = Engine(context_of(engine.host))
    asked.ping(5)
    yield engine, asked, tmp_path
    asked.close()


def made_by_us(engine: Engine, line: str, environment: dict[str, str]) -> Ref:
    pasted = parse_line(f"docker {line}")
    assert pasted.remarks == ()
    again = parse_line(shlex.join(("docker", *run_words(pasted.spec))))
    assert (again.spec, again.remarks) == (pasted.spec, ()), "it says what it was told"
    made = create(engine, pasted.spec, CancelScope(), environment)
    if not pasted.create_only:
        start(engine, made.ref, CancelScope())
    return made.ref


def comparable(engine: DockerEngine, container: str) -> Any:
    """An inspect without names, ids and times."""
    whole = engine.api("GET", f"/containers/{container}/json")
    config, host = whole["Config"], whole["HostConfig"]
    if config["Hostname"] == whole["Id"][:12]:
        config["Hostname"] = ""
    mounts = [{**mount, "Name": "", "Source": ""} if is_anonymous(mount) else mount for mount in whole["Mounts"]]
    host["Binds"], config["Env"] = sorted(host["Binds"] or ()), sorted(config["Env"] or ())  # the judge shuffles them
    host.pop("ConsoleSize", None)
    for key in ("CapAdd", "CapDrop"):  # the old command leaves it to the engine to complete their names
        host[key] = sorted(f"CAP_{name.upper().removeprefix('CAP_')}" for name in host[key] or ())
    networks = {name: asked_for(network, whole["Id"]) for name, network in whole["NetworkSettings"]["Networks"].items()}
    return {
        "Config": config,
        "HostConfig": host,
        "Networks": networks,
        "Mounts": {mount["Destination"]: mount for mount in mounts},
        "Command": {"Path": whole["Path"], "Args": whole["Args"]},
    }


def without_empty(value: Any) -> Any:
    """An empty list, or none: two spellings of the same."""
    if isinstance(value, dict):
        known = {key: without_empty(one) for key, one in value.items()}
        return {key: one for key, one in known.items() if one is not None} or None
    return [without_empty(one) for one in value] or None if isinstance(value, list) else value


def is_anonymous(mount: dict[str, Any]) -> bool:
    return len(mount.get("Name", "")) == 64


def asked_for(network: dict[str, Any], container: str) -> dict[str, Any]:
    """What was asked of a network, not what it gave."""
    kept = {key: network.get(key) for key in ("IPAMConfig", "Links", "DriverOpts", "GwPriority")}
    kept["Aliases"] = [alias for alias in network["Aliases"] or () if not container.startswith(alias)]
    given = network["MacAddress"].startswith("02:42:0a:ea:05:0")
    return {key: value or None for key, value in kept.items()} | {"mac": network["MacAddress"] if given else None}


def compare(prepared: tuple[DockerEngine, Engine, Path], line: str) -> None:
    judge, ours, folder = prepared
    line = line.format(name="judged", folder=folder)
    answer = judge.docker(*shlex.split(line), check=False)
    container = answer.stdout.strip().splitlines()[-1] if answer.returncode == 0 else ""
    assert container, f"the judge itself refuses: {answer.stderr}"
    expected = without_empty(comparable(judge, container))
    judge.api("DELETE", f"/containers/{container}?force=1&v=1")
    ref = made_by_us(ours, line, {"HOME": str(judge.folder), "PATH": "/usr/bin:/bin"})
    found = without_empty(comparable(judge, ref.id))
    judge.api("DELETE", f"/containers/{ref.id}?force=1&v=1")
    assert_same(expected, found, line)


def assert_same(expected: dict[str, Any], found: dict[str, Any], line: str) -> None:
    for part in ("Config", "HostConfig", "Networks", "Mounts", "Command"):
        value, given = expected.get(part, {}), found.get(part, {})
        different = {key for key in {*value, *given} if given.get(key) != value.get(key)}
        assert given == value, f"{part} of {line}: {[(key, given.get(key), value.get(key)) for key in different]}"


def compare_again(prepared: tuple[DockerEngine, Engine, Path], line: str) -> None:
    """What the docker command made, read back from its inspect and made anew."""
    judge, ours, folder = prepared
    container = judge.docker(*shlex.split(line.format(name="judged", folder=folder))).stdout.strip().splitlines()[-1]
    whole = judge.api("GET", f"/containers/{container}/json")
    expected = without_empty(comparable(judge, container))
    image = ours.get(f"/images/{whole['Image']}/json")
    again = recreated(ours.get(f"/containers/{container}/json"), image, Defaults(cgroupns=cgroup_namespace(judge)))
    judge.api("DELETE", f"/containers/{container}?force=1&v=1")
    made = create(ours, again.spec, CancelScope(), {})
    if whole["State"]["Running"]:
        start(ours, made.ref, CancelScope())
    found = without_empty(comparable(judge, made.ref.id))
    judge.api("DELETE", f"/containers/{made.ref.id}?force=1&v=1")
    assert_same(expected, found, line)


def cgroup_namespace(engine: DockerEngine) -> str:
    return "private" if engine.api("GET", "/info")["CgroupVersion"] == "2" else "host"


def each_line(ours: Engine, check: Callable[[str], None]) -> None:
    failures = []
    for line in (*LINES, *(OLD_LINES if ours.api < (1, 44) else NEW_LINES)):
        try:
            check(line)
        except (AssertionError, AppError, WorldError) as failure:
            failures.append(f"{line}\n  {failure}")
    assert not failures, "\n".join(failures)


def test_each_line_makes_what_the_docker_command_makes(prepared: tuple[DockerEngine, Engine, Path]) -> None:
    each_line(prepared[1], lambda line: compare(prepared, line))


def test_each_container_can_be_made_again_as_it_is(prepared: tuple[DockerEngine, Engine, Path]) -> None:
    each_line(prepared[1], lambda line: compare_again(prepared, line))


def test_proxies_of_config_json_reach_new_containers_as_with_the_docker_command(
    prepared: tuple[DockerEngine, Engine, Path],
) -> None:
    judge, ours, _ = prepared
    config = judge.folder / "cli" / "config.json"
    config.parent.mkdir(exist_ok=True)
    before = config.read_bytes() if config.exists() else b"{}"
    proxies = {"default": {"httpProxy": "http://p:1", "noProxy": "a,b"}, "tcp://other": {"httpsProxy": "http://q:2"}}
    config.write_text(json.dumps({"proxies": proxies}))
    try:
        line = "create -e http_proxy=mine -e X=1 busybox:local"
        expected = judge.api("GET", f"/containers/{judge.docker(*line.split()).stdout.strip()}/json")["Config"]["Env"]
        made = create(ours, parse_line(f"docker {line}").spec, CancelScope(), dict(judge.environment()))
        assert sorted(judge.api("GET", f"/containers/{made.ref.id}/json")["Config"]["Env"]) == sorted(expected)
    finally:
        config.write_bytes(before)


def test_several_networks_are_joined_on_engines_that_add_them_later_too(
    prepared: tuple[DockerEngine, Engine, Path],
) -> None:
    judge, ours, _ = prepared
    spec = parse_line("docker run -d --network back --network name=front,alias=x,ip=10.234.6.9 busybox:local cat").spec
    made = create(ours, spec, CancelScope())
    networks = judge.api("GET", f"/containers/{made.ref.id}/json")["NetworkSettings"]["Networks"]
    assert sorted(networks) == ["back", "front"]
    assert networks["front"]["IPAMConfig"] == {"IPv4Address": "10.234.6.9"}
    assert "x" in networks["front"]["Aliases"]


def test_podman_makes_the_same_of_the_common_flags(podman: Podman) -> None:
    ours = Engine(context_of(podman.host))
    ours.ping(5)
    for line in (
        "create --name one -e A=1 -l b=c -w /tmp -u 5 --entrypoint echo busybox:local hi",
        "create -it -m 64m --read-only --tmpfs /t --cap-drop ALL --restart on-failure:2 busybox:local",
        "create -v named:/n:ro --health-cmd true --health-interval 9s --stop-timeout 3 busybox:local",
    ):
        expected = podman.api("GET", f"/containers/{podman.docker(*shlex.split(line)).stdout.strip()}/json")
        podman.api("DELETE", f"/containers/{expected['Id']}?force=1")
        made = create(ours, parse_line(f"docker {line}").spec, CancelScope(), {})
        found = podman.api("GET", f"/containers/{made.ref.id}/json")
        for part in ("Config", "HostConfig"):
            for whole in (expected, found):
                for key in ("Hostname", "ContainerIDFile", "CreateCommand", "ConsoleSize"):
                    whole[part].pop(key, None)
                if "Env" in whole[part]:
                    whole[part]["Env"] = sorted(one for one in whole[part]["Env"] if not one.startswith("HOSTNAME="))
        assert found["Config"] == expected["Config"]
        assert found["HostConfig"] == expected["HostConfig"]
    ours.close()
