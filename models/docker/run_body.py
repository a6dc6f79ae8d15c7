"""A RunSpec as the body of POST /containers/create, with the same defaults as the docker command sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from models.docker.run_spec import (
    Gpus,
    HealthCheck,
    Mount,
    MountType,
    Network,
    Pair,
    Ports,
    Publish,
    RunSpec,
    Throttle,
    Variable,
)
from models.docker.run_values import last_of_each, write_bind, write_ports

Api = tuple[int, int]
PER_NETWORK = (1, 44)  # several networks at once, and addresses of cards in each
_RESERVED = ("default", "bridge", "host", "none", "nat")
UNCONFINED_PATHS = "systempaths=unconfined"


class Surroundings(Struct, frozen=True, kw_only=True):
    """What the docker command takes from the machine where it runs."""

    environment: Mapping[str, str] = {}
    proxies: Mapping[str, str] = {}  # variables that config.json wants in every container
    variables: tuple[str, ...] = ()  # of the env files, "NAME=value", in order
    labels: tuple[Pair, ...] = ()  # of the label files
    seccomp: Mapping[str, str] = {}  # the profiles' JSON, by path


def user_defined(network: str) -> bool:
    """Whether this is a network of the user, where names and aliases resolve."""
    return network not in _RESERVED and not network.startswith("container:")


def create_body(spec: RunSpec, api: Api, around: Surroundings | None = None) -> dict[str, Any]:
    """The body for an engine of this API version; networks that have to wait are in `later_networks`."""
    around = around or Surroundings()
    return {
        **_config(spec, api, around),
        "HostConfig": _host_config(spec, around),
        "NetworkingConfig": {"EndpointsConfig": _endpoints(spec, api)},
    }


def later_networks(spec: RunSpec, api: Api) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Networks that this engine can only add after it has created the container: the name, and its EndpointConfig."""
    if api >= PER_NETWORK:
        return ()
    return tuple((network.name, _endpoint(network, api)) for network in spec.networks[1:])


def _config(spec: RunSpec, api: Api, around: Surroundings) -> dict[str, Any]:
    attached = spec.attach or ("stdout", "stderr")
    if spec.detach:
        attached = ()
    stdin = not spec.detach and (spec.interactive or "stdin" in attached)
    config: dict[str, Any] = {
        "Hostname": spec.hostname,
        "Domainname": spec.domainname,
        "User": spec.user,
        "AttachStdin": stdin,
        "AttachStdout": "stdout" in attached,
        "AttachStderr": "stderr" in attached,
        "ExposedPorts": {port: {} for port in _exposed(spec)},
        "Tty": spec.tty,
        "OpenStdin": spec.interactive,
        "StdinOnce": spec.interactive and stdin,
        "Env": _environment(spec, around),
        "Cmd": [*spec.command] or None,
        "Image": spec.image,
        "Volumes": {bind.target: {} for bind in spec.binds if not bind.source},
        "WorkingDir": spec.workdir,
        "Entrypoint": None if spec.entrypoint is None else [spec.entrypoint, *spec.entrypoint_more],
        "Labels": dict((*around.labels, *spec.labels)),
    }
    if spec.stop_signal:
        config["StopSignal"] = spec.stop_signal
    if spec.stop_timeout is not None:
        config["StopTimeout"] = spec.stop_timeout
    if health := _health(spec.health):
        config["Healthcheck"] = health
    if spec.networks and spec.networks[0].mac and api < PER_NETWORK:
        config["MacAddress"] = spec.networks[0].mac
    return config


def environment_entries(spec: RunSpec, around: Surroundings) -> tuple[str, ...]:
    """What config.json and -e say; a bare name that is not set where it runs takes the image's variable away."""
    known = around.environment
    own = {variable.name for variable in spec.environment}
    proxies = (Variable(name, value) for name, value in around.proxies.items() if name not in own)
    said = last_of_each((*proxies, *spec.environment), lambda variable: variable.name)
    return tuple(
        f"{one.name}={one.value}" if one.value is not None
        else f"{one.name}={known[one.name]}" if one.name in known
        else one.name
        for one in said
    )  # fmt: skip


def _environment(spec: RunSpec, around: Surroundings) -> list[str]:
    return [*around.variables, *environment_entries(spec, around)]


def _each(ports: Ports, protocol: str) -> Iterable[str]:
    return (f"{port}/{protocol}" for port in range(ports.first, ports.last + 1))


def _exposed(spec: RunSpec) -> dict[str, None]:
    published = (port for one in spec.publish for port in _each(one.private, one.protocol))
    exposed = (port for one in spec.expose for port in _each(one.ports, one.protocol))
    return dict.fromkeys((*published, *exposed))


def _bindings(spec: RunSpec) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one in spec.publish:
        for port, host in zip(_each(one.private, one.protocol), _host_ports(one), strict=True):
            found.setdefault(port, []).append({"HostIp": one.address, "HostPort": host})
    return found


def _host_ports(publish: Publish) -> list[str]:
    if publish.public is None:
        return [""] * publish.private.count
    if publish.private.count == 1:
        return [write_ports(publish.public)]  # of a range the engine takes one that is free
    return [str(port) for port in range(publish.public.first, publish.public.last + 1)]


def _health(health: HealthCheck) -> dict[str, Any] | None:
    if health.off:
        return {"Test": ["NONE"]}
    if health == HealthCheck():
        return None
    test = ["CMD", *health.words] if health.words else ["CMD-SHELL", health.command] if health.command else None
    check = {
        "Test": test, "Interval": health.interval, "Timeout": health.timeout, "StartPeriod": health.start_period,
        "StartInterval": health.start_interval, "Retries": health.retries,
    }  # fmt: skip
    return {key: value for key, value in check.items() if value}


def _host_config(spec: RunSpec, around: Surroundings) -> dict[str, Any]:
    first = spec.networks[0] if spec.networks else Network(name="default")
    host: dict[str, Any] = {
        "Binds": [write_bind(bind) for bind in spec.binds if bind.source] or None,
        "NetworkMode": first.name,
        "PortBindings": _bindings(spec),
        "PublishAllPorts": spec.publish_all,
        "Links": [*first.links] or None,
        "RestartPolicy": {"Name": spec.restart.name, "MaximumRetryCount": spec.restart.most},
        "AutoRemove": spec.remove,
        "VolumeDriver": spec.volume_driver,
        "VolumesFrom": [*spec.volumes_from] or None,
        "Dns": [*spec.dns],
        "DnsOptions": [*spec.dns_options],
        "DnsSearch": [*spec.dns_search],
        "ExtraHosts": [*spec.hosts] or None,
        "GroupAdd": [*spec.groups] or None,
        "IpcMode": spec.ipc,
        "PidMode": spec.pid,
        "UTSMode": spec.uts,
        "UsernsMode": spec.userns,
        "CgroupnsMode": spec.cgroupns,
        "Privileged": spec.privileged,
        "ReadonlyRootfs": spec.read_only,
        "CapAdd": _capabilities(spec.cap_add) or None,
        "CapDrop": [one for one in _capabilities(spec.cap_drop) if one not in _capabilities(spec.cap_add)] or None,
        "SecurityOpt": _security(spec, around) or None,
        "StorageOpt": dict(spec.storage_options) or None,
        "Tmpfs": {tmpfs.target: tmpfs.options for tmpfs in spec.tmpfs},
        "Mounts": [_mount(mount) for mount in spec.mounts],
        "Sysctls": dict(spec.sysctls) or None,
        "Annotations": dict(spec.annotations) or None,
        "Runtime": spec.runtime,
        "Isolation": spec.isolation,
        "ShmSize": spec.shm_size,
        "OomScoreAdj": spec.oom_score_adj,
        "LogConfig": {"Type": spec.log_driver, "Config": dict(spec.log_options)},
        **resources(spec),
    }
    if spec.init is not None:
        host["Init"] = spec.init
    if UNCONFINED_PATHS in spec.security:
        host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return {key: value for key, value in host.items() if value is not None}


def _capabilities(names: Iterable[str]) -> list[str]:
    """By their full names, in order; ALL needs no other."""
    upper = {name.strip().upper() for name in names}
    if "ALL" in upper:
        return ["ALL"]
    return sorted(f"CAP_{name.removeprefix('CAP_')}" for name in upper if name and name != "RESET")


def _security(spec: RunSpec, around: Surroundings) -> list[str]:
    said = (option for option in spec.security if option != UNCONFINED_PATHS)
    return [f"seccomp={around.seccomp[path]}" if (path := seccomp_path(one)) in around.seccomp else one for one in said]


def seccomp_path(option: str) -> str:
    """The file that a `seccomp=…` option names, or ""."""
    key, _, value = option.replace(":", "=", 1).partition("=") if "=" not in option else option.partition("=")
    known = value in ("unconfined", "builtin", "default") or value.startswith("{")  # or the profile itself
    return value if key == "seccomp" and not known else ""


def resources(spec: RunSpec) -> dict[str, Any]:
    """What it may use of the machine, as in HostConfig: a zero leaves it to the engine, as the docker command does."""
    return {
        "CgroupParent": spec.cgroup_parent,
        "Memory": spec.memory,
        "MemoryReservation": spec.memory_reservation,
        "MemorySwap": spec.memory_swap,
        "MemorySwappiness": -1 if spec.memory_swappiness is None else spec.memory_swappiness,
        **({"KernelMemory": spec.kernel_memory} if spec.kernel_memory else {}),
        "NanoCpus": spec.cpus,
        "CpuShares": spec.cpu_shares,
        "CpuPeriod": spec.cpu_period,
        "CpuQuota": spec.cpu_quota,
        "CpuRealtimePeriod": spec.cpu_rt_period,
        "CpuRealtimeRuntime": spec.cpu_rt_runtime,
        "CpusetCpus": spec.cpuset_cpus,
        "CpusetMems": spec.cpuset_mems,
        "PidsLimit": spec.pids_limit,
        "OomKillDisable": spec.oom_kill_disable,
        "BlkioWeight": spec.blkio_weight,
        "BlkioWeightDevice": [{"Path": one.path, "Weight": one.rate} for one in spec.blkio_weight_device],
        "BlkioDeviceReadBps": _rates(spec.device_read_bps),
        "BlkioDeviceWriteBps": _rates(spec.device_write_bps),
        "BlkioDeviceReadIOps": _rates(spec.device_read_iops),
        "BlkioDeviceWriteIOps": _rates(spec.device_write_iops),
        "Ulimits": [
            {"Name": one.name, "Soft": one.soft, "Hard": one.hard}
            for one in sorted(last_of_each(spec.ulimits, lambda limit: limit.name), key=lambda limit: limit.name)
        ],
        "Devices": [
            {"PathOnHost": one.host, "PathInContainer": one.inside, "CgroupPermissions": one.permissions}
            for one in spec.devices
        ],
        "DeviceCgroupRules": [*spec.device_rules] or None,
        "DeviceRequests": [_gpus(spec.gpus)] if spec.gpus else None,
    }


def _rates(limits: tuple[Throttle, ...]) -> list[dict[str, Any]]:
    return [{"Path": one.path, "Rate": one.rate} for one in limits]


def _gpus(gpus: Gpus) -> dict[str, Any]:
    capabilities = [*gpus.capabilities, "gpu"] if "gpu" not in gpus.capabilities else [*gpus.capabilities]
    return {
        "Driver": gpus.driver, "Count": gpus.count, "DeviceIDs": [*gpus.device_ids] or None,
        "Capabilities": [capabilities], "Options": dict(gpus.options),
    }  # fmt: skip


def _mount(mount: Mount) -> dict[str, Any]:
    body: dict[str, Any] = {"Type": str(mount.type), "Source": mount.source, "Target": mount.target,
                            "ReadOnly": mount.read_only, "Consistency": mount.consistency}  # fmt: skip
    body |= {
        "BindOptions": _bind_options(mount),
        "VolumeOptions": _volume_options(mount),
        "ImageOptions": {"Subpath": mount.subpath} if mount.type is MountType.IMAGE and mount.subpath else {},
        "TmpfsOptions": _tmpfs_options(mount),
    }
    return {key: value for key, value in body.items() if value}


def _bind_options(mount: Mount) -> dict[str, Any]:
    options = {
        "Propagation": mount.propagation, "CreateMountpoint": mount.create_source,
        "NonRecursive": mount.recursive == "disabled", "ReadOnlyNonRecursive": mount.recursive == "writable",
        "ReadOnlyForceRecursive": mount.recursive == "readonly",
    }  # fmt: skip
    return {key: value for key, value in options.items() if value}


def _volume_options(mount: Mount) -> dict[str, Any]:
    options: dict[str, Any] = {"NoCopy": mount.no_copy, "Labels": dict(mount.labels)}
    if mount.type is not MountType.IMAGE:
        options["Subpath"] = mount.subpath
    if mount.driver or mount.driver_options:
        options["DriverConfig"] = {"Name": mount.driver, "Options": dict(mount.driver_options)}
    return {key: value for key, value in options.items() if value}


def _tmpfs_options(mount: Mount) -> dict[str, Any]:
    options: dict[str, Any] = {"SizeBytes": mount.tmpfs_size} if mount.tmpfs_size else {}
    return options if mount.tmpfs_mode is None else options | {"Mode": mount.tmpfs_mode}


def _endpoints(spec: RunSpec, api: Api) -> dict[str, Any]:
    """As the docker command: of a single network without particulars the engine knows enough."""
    networks = spec.networks[: None if api >= PER_NETWORK else 1]
    if len(networks) == 1 and networks[0] == Network(name=networks[0].name):
        return {}
    return {network.name: _endpoint(network, api) for network in networks}


def _endpoint(network: Network, api: Api) -> dict[str, Any]:
    own = user_defined(network.name)
    addresses = {"IPv4Address": network.ipv4, "IPv6Address": network.ipv6, "LinkLocalIPs": [*network.link_local]}
    endpoint = {
        "IPAMConfig": {key: value for key, value in addresses.items() if value},
        "Links": [*network.links] if own else [],
        "Aliases": [*network.aliases],
        "DriverOpts": dict(network.driver_options),
        "GwPriority": network.priority,
        "MacAddress": network.mac if api >= PER_NETWORK else "",
    }
    return {key: value for key, value in endpoint.items() if value}
