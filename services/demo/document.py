"""Inspect documents of the sample engine, in the shape that an engine of API 1.52 and later gives them."""

from __future__ import annotations

from typing import Any

from models.docker.container import Port, State
from services.demo.life import PROBE_SECONDS, Life, address, image_id, pid
from services.demo.logs import stamp
from services.demo.namespaces import modes
from services.demo.noise import chance
from services.demo.samples import Mount

_NEVER = "0001-01-01T00:00:00Z"
_PROBES_KEPT = 5
_IMAGE_ENVIRONMENT = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")


def document(life: Life, now: float) -> dict[str, Any]:
    """GET /containers/{id}/json, as of `now`."""
    sample = life.sample
    argv = (*sample.entrypoint, *sample.command)
    return {
        "Id": life.id,
        "Created": stamp(life.created),
        "Path": argv[0],
        "Args": list(argv[1:]),
        "State": _state(life, now),
        "Image": image_id(sample.image),
        "ResolvConfPath": f"/var/lib/docker/containers/{life.id}/resolv.conf",
        "HostnamePath": f"/var/lib/docker/containers/{life.id}/hostname",
        "HostsPath": f"/var/lib/docker/containers/{life.id}/hosts",
        "LogPath": f"/var/lib/docker/containers/{life.id}/{life.id}-json.log",
        "Name": f"/{life.name}",
        "RestartCount": life.restarts,
        "Driver": "overlayfs",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "unconfined" if sample.privileged else "docker-default",
        "ExecIDs": None,
        "HostConfig": _host_config(life),
        "Storage": {"RootFS": {"Snapshot": {"Name": "overlayfs"}}},
        "Mounts": [_mount(mount) for mount in sample.mounts],
        "Config": _config(life),
        "NetworkSettings": _network_settings(life),
    }


def image_document(life: Life) -> dict[str, Any]:
    """GET /images/{id}/json of the image that this container was made from."""
    sample = life.sample
    return {
        "Id": image_id(sample.image),
        "RepoTags": [sample.image],
        "RepoDigests": [],
        "Created": stamp(life.created - 40 * 86_400),
        "Architecture": "amd64",
        "Os": "linux",
        "Config": {"Env": list(_IMAGE_ENVIRONMENT), "Cmd": list(sample.command), "Entrypoint": list(sample.entrypoint)},
    }


def _state(life: Life, now: float) -> dict[str, Any]:
    last = life.last
    state: dict[str, Any] = {
        "Status": str(life.state),
        "Running": life.running or life.state is State.RESTARTING,
        "Paused": life.state is State.PAUSED,
        "Restarting": life.state is State.RESTARTING,
        "OOMKilled": bool(last and last.oom_killed),
        "Dead": life.state is State.DEAD,
        "Pid": pid(life),
        "ExitCode": life.exit_code,
        "Error": life.error,
        "StartedAt": stamp(last.started) if last else _NEVER,
        "FinishedAt": stamp(last.ended) if last and last.ended is not None else _NEVER,
    }
    if life.sample.probe:
        state["Health"] = _health(life, now)
    return state


def _health(life: Life, now: float) -> dict[str, Any]:
    born = life.last.started if life.last else now
    last = now // PROBE_SECONDS * PROBE_SECONDS
    times = [last - PROBE_SECONDS * back for back in range(_PROBES_KEPT - 1, -1, -1)]
    log = [_probe(life, time) for time in times if time >= born] if life.running else []
    failing = 0
    for entry in reversed(log):
        if not entry["ExitCode"]:
            break
        failing += 1
    return {"Status": life.probe or "unhealthy", "FailingStreak": failing, "Log": log}


def _probe(life: Life, time: float) -> dict[str, Any]:
    # the third failure in a row made it unhealthy, so two probes before that one had failed as well
    third = life.probe_since // PROBE_SECONDS * PROBE_SECONDS
    failed = life.probe == "unhealthy" and time >= third - 2 * PROBE_SECONDS
    step = int(time // PROBE_SECONDS)
    timed_out = failed and chance(life.seed + "probe", step) < 0.3
    took = 3.0 if timed_out else 0.04 + chance(life.seed + "took", step) * (2.0 if failed else 0.1)
    code, output = 0, "ok\n"
    if timed_out:
        code, output = -1, "Health check exceeded timeout (3s)"
    elif failed:
        code, output = 22, "curl: (22) The requested URL returned error: 503\n"
    return {"Start": stamp(time), "End": stamp(time + took), "ExitCode": code, "Output": output}


def _config(life: Life) -> dict[str, Any]:
    sample = life.sample
    config: dict[str, Any] = {
        "Hostname": life.id[:12],
        "Domainname": "",
        "User": sample.user,
        "AttachStdin": False,
        "AttachStdout": True,
        "AttachStderr": True,
        "ExposedPorts": {_port(port): {} for port in sample.ports},
        "Tty": sample.tty,
        "OpenStdin": sample.tty,
        "StdinOnce": False,
        "Env": [*_IMAGE_ENVIRONMENT, *sample.environment],
        "Cmd": list(sample.command),
        "Image": sample.image,
        "Volumes": None,
        "WorkingDir": "/app" if "/app/" in " ".join(sample.entrypoint) else "",
        "Entrypoint": list(sample.entrypoint) or None,
        "Labels": dict(sample.labels),
    }
    if sample.probe:
        second = 1_000_000_000
        config["Healthcheck"] = {
            "Test": list(sample.probe),
            "Interval": int(PROBE_SECONDS) * second,
            "Timeout": 3 * second,
            "Retries": 3,
        }
    return config


def _host_config(life: Life) -> dict[str, Any]:
    sample = life.sample
    return {
        "Binds": [_bind(mount) for mount in sample.mounts if mount.type != "tmpfs"] or None,
        "ContainerIDFile": "",
        "LogConfig": {"Type": "json-file", "Config": {}},
        "NetworkMode": sample.networks[0],
        "PortBindings": _bindings(sample.ports),
        "RestartPolicy": {"Name": sample.policy, "MaximumRetryCount": 0},
        "AutoRemove": False,
        "CapAdd": None,
        "CapDrop": None,
        "Dns": [],
        "ExtraHosts": None,
        **modes(life),
        "Privileged": sample.privileged,
        "PublishAllPorts": False,
        "ReadonlyRootfs": False,
        "SecurityOpt": ["label=disable"] if sample.privileged else None,
        "Tmpfs": {mount.target: "size=67108864" for mount in sample.mounts if mount.type == "tmpfs"},
        "Runtime": "runc",
        "Memory": sample.memory_limit or 0,
        "MemorySwap": (sample.memory_limit or 0) * 2,
        "NanoCpus": int((sample.cpu_limit or 0) * 1e9),
        "PidsLimit": 200 if sample.cpu_limit else None,
        "Ulimits": None,
        "Init": None,
    }


def _bind(mount: Mount) -> str:
    return f"{mount.source}:{mount.target}:{'ro' if mount.read_only else 'rw'}"


def _mount(mount: Mount) -> dict[str, Any]:
    common = {"Type": mount.type, "Destination": mount.target, "RW": not mount.read_only, "Propagation": ""}
    match mount.type:
        case "volume":
            source = f"/var/lib/docker/volumes/{mount.source}/_data"
            return {**common, "Name": mount.source, "Source": source, "Driver": "local", "Mode": "z"}
        case "bind":
            mode = "ro" if mount.read_only else "rw"
            return {**common, "Source": mount.source, "Mode": mode, "Propagation": "rprivate"}
        case _:
            return {**common, "Source": "", "Mode": ""}


def _port(port: Port) -> str:
    return f"{port.private}/{port.protocol}"


def _bindings(ports: tuple[Port, ...]) -> dict[str, list[dict[str, str]]]:
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        if port.public is not None:
            bindings.setdefault(_port(port), []).append({"HostIp": port.address, "HostPort": str(port.public)})
    return bindings


def _network_settings(life: Life) -> dict[str, Any]:
    sample = life.sample
    published = _bindings(sample.ports)
    ports = {_port(port): published.get(_port(port)) for port in sample.ports} if life.running else {}
    return {
        "SandboxID": life.id[::-1] if life.running else "",
        "SandboxKey": f"/var/run/docker/netns/{life.id[-12:]}" if life.running else "",
        "Ports": ports,
        "Networks": {network: _endpoint(life, network) for network in sample.networks},
    }


def _endpoint(life: Life, network: str) -> dict[str, Any]:
    service = life.sample.labels.get("com.docker.compose.service")
    own = address(life, network) if life.running else ""
    names = [life.name, *([service] if service else [])]
    return {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": names if service else None,
        "DriverOpts": None,
        "NetworkID": image_id(network).removeprefix("sha256:"),
        "EndpointID": life.id[::-1] if life.running else "",
        "Gateway": f"{own.rpartition('.')[0]}.1" if own else "",
        "IPAddress": own,
        "MacAddress": f"02:42:{':'.join(f'{int(part):02x}' for part in own.split('.'))}" if own else "",
        "IPPrefixLen": 16 if own else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DNSNames": [*names, life.id[:12]] if network != "bridge" else None,
    }
