"""A container's RunSpec from its inspect: only what its user set, and what would be lost if it were made anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.docker import run_spec as spec
from models.docker.run_body import UNCONFINED_PATHS
from models.docker.run_spec import RunSpec
from models.docker.run_values import read_bind, read_ports
from models.errors import BadInput

_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_SHM = 64 << 20  # bytes of /dev/shm that every container gets

Json = Mapping[str, Any]


class Defaults(Struct, frozen=True, kw_only=True):
    """What this engine writes into a container of which nothing was said; by GET /info."""

    log_driver: str = "json-file"
    runtime: str = "runc"
    cgroupns: str = "private"  # host with the old control groups
    runtimes: tuple[str, ...] = ()


class Recreated(Struct, frozen=True):
    """How the container would be made again, and sentences on what would be lost or different."""

    spec: RunSpec
    lost: tuple[str, ...] = ()


def recreated(document: bytes, image: bytes | None = None, defaults: Defaults | None = None) -> Recreated:
    """From GET /containers/{id}/json and its image's; without that the image's settings count as the user's.

    Raises BadInput where the document is none.
    """
    whole = _decoded(document)
    own: Json = (_decoded(image).get("Config") or {}) if image else {}
    reader = _Reader(whole, own, defaults or Defaults())
    return Recreated(reader.read(), (*reader.lost(), *([] if image else _NO_IMAGE)))


_NO_IMAGE = ("Its image is gone: what came from the image cannot be told from what its user set.",)


def _decoded(document: bytes) -> Json:
    try:
        return msgspec.json.decode(document, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise BadInput(f"The engine's answer cannot be read: {error}") from error


class _Reader:
    def __init__(self, whole: Json, image: Json, defaults: Defaults) -> None:
        self._whole = whole
        self._config: Json = whole.get("Config") or {}
        self._host: Json = whole.get("HostConfig") or {}
        self._image = image
        self._defaults = defaults

    def read(self) -> RunSpec:
        """All of it."""
        base = RunSpec(**self._identity(), **self._process(), **self._places(), **self._storage(), **self._rights())
        limited = replace(base, **self._limits())
        if limited.privileged:  # the engine adds this itself
            limited = replace(limited, security=tuple(one for one in limited.security if one != "label=disable"))
        return limited

    def _own(self, key: str) -> Any:
        """A setting of the container that is not its image's."""
        value = self._config.get(key)
        return None if value == self._image.get(key) else value

    def _added(self, key: str) -> dict[str, Any]:
        theirs = self._image.get(key) or {}
        mine = self._config.get(key) or {}
        return {name: value for name, value in mine.items() if name not in theirs or theirs[name] != value}

    def _text(self, key: str, *defaults: str) -> str:
        value = str(self._host.get(key) or "")
        return "" if value in defaults else value

    def _list(self, key: str) -> tuple[str, ...]:
        return tuple(map(str, self._host.get(key) or ()))

    def _identity(self) -> dict[str, Any]:
        policy = self._host.get("RestartPolicy") or {}
        attached = any(self._config.get(key) for key in ("AttachStdout", "AttachStderr", "AttachStdin"))
        return {
            "image": str(self._config.get("Image") or self._whole.get("Image") or ""),
            "name": str(self._whole.get("Name") or "").removeprefix("/"),
            "detach": not attached,
            "interactive": bool(self._config.get("OpenStdin")),
            "tty": bool(self._config.get("Tty")),
            "attach": self._attached(),
            "remove": bool(self._host.get("AutoRemove")),
            "restart": spec.Restart(policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0),
            "labels": tuple(self._added("Labels").items()),
            "annotations": tuple((self._host.get("Annotations") or {}).items()),
        }

    def _attached(self) -> tuple[str, ...]:
        streams = ("stdin", "stdout", "stderr")
        attached = tuple(one for one in streams if self._config.get(f"Attach{one.capitalize()}"))
        usual = ("stdin", "stdout", "stderr") if self._config.get("OpenStdin") else ("stdout", "stderr")
        return () if attached == usual else attached

    def _process(self) -> dict[str, Any]:
        entrypoint = self._config.get("Entrypoint") or []
        same = entrypoint == (self._image.get("Entrypoint") or [])
        command = self._config.get("Cmd") or []
        usual = same and command == (self._image.get("Cmd") or [])
        return {
            "entrypoint": None if same else str(entrypoint[0]) if entrypoint else "",
            "entrypoint_more": () if same else tuple(map(str, entrypoint[1:])),
            "command": () if usual else tuple(map(str, command)),
            "environment": tuple(self._environment()),
            "user": str(self._own("User") or ""),
            "groups": self._list("GroupAdd"),
            "workdir": str(self._own("WorkingDir") or ""),
            "init": self._host.get("Init"),
            "stop_signal": str(self._own("StopSignal") or ""),
            "stop_timeout": self._own("StopTimeout"),
            "health": self._health(),
        }

    def _environment(self) -> Iterator[spec.Variable]:
        theirs = self._image.get("Env") or ()
        mine = self._config.get("Env") or ()
        for entry in mine:
            if entry not in theirs:
                name, equals, value = str(entry).partition("=")
                yield spec.Variable(name, value if equals else None)

    def _health(self) -> spec.HealthCheck:
        check = self._own("Healthcheck") or {}
        test = [str(word) for word in check.get("Test") or ()]
        theirs = self._image.get("Healthcheck") or {}
        if test == ["NONE"]:
            return spec.HealthCheck(off=True)
        shell = test[1] if len(test) > 1 and test[0] == "CMD-SHELL" else ""
        words = tuple(test[1:]) if test[:1] == ["CMD"] else ()
        if test == theirs.get("Test"):
            shell, words = "", ()
        own = {key: value for key, value in check.items() if value and value != theirs.get(key)}
        return spec.HealthCheck(
            command=shell, words=words, interval=own.get("Interval", 0), timeout=own.get("Timeout", 0),
            start_period=own.get("StartPeriod", 0), start_interval=own.get("StartInterval", 0),
            retries=own.get("Retries", 0),
        )  # fmt: skip

    def _places(self) -> dict[str, Any]:
        hostname = str(self._config.get("Hostname") or "")
        generated = hostname == str(self._whole.get("Id") or "")[:12] or self._text("NetworkMode") == "host"
        shared = self._text("NetworkMode").startswith("container:") or self._text("UTSMode") == "host"
        return {
            "hostname": "" if generated or shared else hostname,
            "domainname": str(self._config.get("Domainname") or ""),
            "networks": tuple(self._networks()),
            "publish": tuple(self._published()),
            "publish_all": bool(self._host.get("PublishAllPorts")),
            "expose": tuple(self._exposed()),
            "hosts": self._list("ExtraHosts"),
            "dns": self._list("Dns"),
            "dns_options": self._list("DnsOptions"),
            "dns_search": self._list("DnsSearch"),
        }

    def _networks(self) -> Iterator[spec.Network]:
        mode = self._text("NetworkMode")
        joined: Json = (self._whole.get("NetworkSettings") or {}).get("Networks") or {}
        name = "default" if mode in ("", "default", "bridge") else mode
        first = self._network(name, joined.get("bridge" if name == "default" else name) or {})
        if name == "default":
            links = tuple(_link(one) for one in self._list("Links"))
            mac = str(self._config.get("MacAddress") or "")
            first = replace(first, aliases=(), links=links, mac=mac or first.mac)
        if first != spec.Network(name="default"):
            yield first
        for other in joined:
            if other not in (name, "bridge" if name == "default" else name):
                yield self._network(other, joined[other] or {})

    def _network(self, name: str, endpoint: Json) -> spec.Network:
        asked: Json = endpoint.get("IPAMConfig") or {}
        own = str(self._whole.get("Id") or "")
        mac = self._config.get("MacAddress") if name == self._text("NetworkMode") else ""
        return spec.Network(
            name=name,
            aliases=tuple(alias for alias in endpoint.get("Aliases") or () if not own.startswith(alias)),
            ipv4=str(asked.get("IPv4Address") or ""),
            ipv6=str(asked.get("IPv6Address") or ""),
            link_local=tuple(asked.get("LinkLocalIPs") or ()),
            links=tuple(endpoint.get("Links") or ()),
            mac=str(mac or self._asked_mac(endpoint)),
            driver_options=tuple((endpoint.get("DriverOpts") or {}).items()),
            priority=endpoint.get("GwPriority") or 0,
        )

    def _asked_mac(self, endpoint: Json) -> str:
        """Of a container that does not run an engine only knows the address that was asked for."""
        running = (self._whole.get("State") or {}).get("Running")
        return "" if running else str(endpoint.get("MacAddress") or "")

    def _published(self) -> Iterator[spec.Publish]:
        for port, bindings in (self._host.get("PortBindings") or {}).items():
            private, _, protocol = port.partition("/")
            each: list[Json] = bindings or [{}]
            for binding in each:
                public = str(binding.get("HostPort") or "")
                yield spec.Publish(
                    private=read_ports(private),
                    public=read_ports(public) if public and public != "0" else None,
                    address=str(binding.get("HostIp") or ""),
                    protocol=protocol or "tcp",
                )

    def _exposed(self) -> Iterator[spec.Expose]:
        for port in self._added("ExposedPorts"):
            if port not in (self._host.get("PortBindings") or {}):
                private, _, protocol = port.partition("/")
                yield spec.Expose(read_ports(private), protocol or "tcp")

    def _storage(self) -> dict[str, Any]:
        named = [read_bind(str(bind)) for bind in self._host.get("Binds") or ()]
        anonymous = [spec.Bind(target) for target in self._added("Volumes")]
        return {
            "binds": (*named, *anonymous),
            "mounts": tuple(_mount(mount) for mount in self._host.get("Mounts") or ()),
            "tmpfs": tuple(spec.Tmpfs(target, text) for target, text in (self._host.get("Tmpfs") or {}).items()),
            "volumes_from": self._list("VolumesFrom"),
            "volume_driver": self._text("VolumeDriver"),
            "read_only": bool(self._host.get("ReadonlyRootfs")),
            "shm_size": 0 if self._host.get("ShmSize") == _SHM else self._host.get("ShmSize") or 0,
            "storage_options": tuple((self._host.get("StorageOpt") or {}).items()),
        }

    def _rights(self) -> dict[str, Any]:
        log = self._host.get("LogConfig") or {}
        driver = str(log.get("Type") or "")
        unconfined = self._host.get("MaskedPaths") == [] and not self._host.get("Privileged")
        return {
            "privileged": bool(self._host.get("Privileged")),
            "cap_add": self._list("CapAdd"),
            "cap_drop": self._list("CapDrop"),
            "security": self._list("SecurityOpt") + ((UNCONFINED_PATHS,) if unconfined else ()),
            "devices": tuple(_device(device) for device in self._host.get("Devices") or ()),
            "device_rules": self._list("DeviceCgroupRules"),
            "gpus": next((_gpus(request) for request in self._host.get("DeviceRequests") or ()), None),
            "sysctls": tuple((self._host.get("Sysctls") or {}).items()),
            "ipc": self._text("IpcMode", "private"),
            "pid": self._text("PidMode"),
            "uts": self._text("UTSMode"),
            "userns": self._text("UsernsMode"),
            "cgroupns": self._text("CgroupnsMode", self._defaults.cgroupns),
            "cgroup_parent": self._text("CgroupParent"),
            "runtime": self._text("Runtime", self._defaults.runtime),
            "isolation": self._text("Isolation", "default"),
            "log_driver": "" if driver == self._defaults.log_driver and not log.get("Config") else driver,
            "log_options": tuple((log.get("Config") or {}).items()),
        }

    def _limits(self) -> dict[str, Any]:
        host = self._host
        memory, swap = host.get("Memory") or 0, host.get("MemorySwap") or 0
        swappiness = host.get("MemorySwappiness")
        return {
            "memory": memory,
            "memory_reservation": host.get("MemoryReservation") or 0,
            "memory_swap": 0 if swap == 2 * memory else swap,
            "memory_swappiness": None if swappiness in (None, -1) else swappiness,
            "kernel_memory": host.get("KernelMemory") or 0,
            "cpus": host.get("NanoCpus") or 0,
            "cpu_shares": host.get("CpuShares") or 0,
            "cpu_period": host.get("CpuPeriod") or 0,
            "cpu_quota": host.get("CpuQuota") or 0,
            "cpu_rt_period": host.get("CpuRealtimePeriod") or 0,
            "cpu_rt_runtime": host.get("CpuRealtimeRuntime") or 0,
            "cpuset_cpus": self._text("CpusetCpus"),
            "cpuset_mems": self._text("CpusetMems"),
            "pids_limit": host.get("PidsLimit") or 0,
            "ulimits": tuple(spec.Ulimit(one["Name"], one["Soft"], one["Hard"]) for one in host.get("Ulimits") or ()),
            "oom_kill_disable": bool(host.get("OomKillDisable")),
            "oom_score_adj": host.get("OomScoreAdj") or 0,
            "blkio_weight": host.get("BlkioWeight") or 0,
            "blkio_weight_device": self._throttles("BlkioWeightDevice", "Weight"),
            "device_read_bps": self._throttles("BlkioDeviceReadBps"),
            "device_write_bps": self._throttles("BlkioDeviceWriteBps"),
            "device_read_iops": self._throttles("BlkioDeviceReadIOps"),
            "device_write_iops": self._throttles("BlkioDeviceWriteIOps"),
        }

    def _throttles(self, key: str, rate: str = "Rate") -> tuple[spec.Throttle, ...]:
        return tuple(spec.Throttle(one["Path"], one[rate]) for one in self._host.get(key) or ())

    def lost(self) -> Iterator[str]:
        """What a new container would not have of the old one."""
        yield "What it wrote outside volumes and mounts, its log and its history of exits."
        for mount in self._whole.get("Mounts") or ():
            if mount.get("Type") == "volume" and _ANONYMOUS.fullmatch(str(mount.get("Name") or "")):
                yield (
                    f"What is in the anonymous volume at {mount.get('Destination')}: "
                    f"a new one is made, the old one stays as {str(mount['Name'])[:12]}."
                )
        joined: Json = (self._whole.get("NetworkSettings") or {}).get("Networks") or {}
        given = [name for name, one in joined.items() if one and one.get("IPAddress") and not one.get("IPAMConfig")]
        if given:
            yield f"Its address in {', '.join(given)}: the engine gives another one."
        if any(publish.public is None for publish in self._published()) or self._host.get("PublishAllPorts"):
            yield "Ports that the engine chose: it chooses others."
        if len(self._host.get("DeviceRequests") or ()) > 1:
            yield "All requests for devices but the first: this form knows one."
        if self._host.get("AutoRemove"):
            yield "It removes itself as soon as it is stopped (--rm)."


def _link(text: str) -> str:
    """`/peer:/this/alias` as `peer:alias`."""
    container, _, alias = text.partition(":")
    return f"{container.removeprefix('/')}:{alias.rpartition('/')[2]}"


def _device(device: Json) -> spec.Device:
    return spec.Device(device["PathOnHost"], device["PathInContainer"], device.get("CgroupPermissions") or "rwm")


def _gpus(request: Json) -> spec.Gpus:
    capabilities = [one for group in request.get("Capabilities") or () for one in group if one != "gpu"]
    return spec.Gpus(
        count=request.get("Count") or 0, driver=request.get("Driver") or "",
        device_ids=tuple(request.get("DeviceIDs") or ()), capabilities=tuple(capabilities),
        options=tuple((request.get("Options") or {}).items()),
    )  # fmt: skip


def _mount(mount: Json) -> spec.Mount:
    bind, volume = mount.get("BindOptions") or {}, mount.get("VolumeOptions") or {}
    tmpfs, image = mount.get("TmpfsOptions") or {}, mount.get("ImageOptions") or {}
    driver = volume.get("DriverConfig") or {}
    recursive = (
        ("disabled", "NonRecursive"), ("writable", "ReadOnlyNonRecursive"), ("readonly", "ReadOnlyForceRecursive"),
    )  # fmt: skip
    return spec.Mount(
        type=spec.MountType(mount.get("Type") or "volume"),
        source=mount.get("Source") or "",
        target=mount.get("Target") or "",
        read_only=bool(mount.get("ReadOnly")),
        consistency=mount.get("Consistency") or "",
        propagation=bind.get("Propagation") or "",
        recursive=next((word for word, key in recursive if bind.get(key)), ""),
        create_source=bool(bind.get("CreateMountpoint")),
        subpath=volume.get("Subpath") or image.get("Subpath") or "",
        no_copy=bool(volume.get("NoCopy")),
        driver=driver.get("Name") or "",
        driver_options=tuple((driver.get("Options") or {}).items()),
        labels=tuple((volume.get("Labels") or {}).items()),
        tmpfs_size=tmpfs.get("SizeBytes") or 0,
        tmpfs_mode=tmpfs.get("Mode"),
    )
