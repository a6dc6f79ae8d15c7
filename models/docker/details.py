"""Reads what an inspect tells about one container.

GET /containers/{id}/json of API 1.41 (Docker 20.10), 1.56 (Docker 29) and Podman's compatible service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.docker.container import State
from models.docker.facts import (
    DEFAULT_GRACE,
    Attachment,
    Binding,
    ContainerDetails,
    HealthCheck,
    Life,
    Limits,
    Mount,
    Origin,
    Probe,
    Restart,
    Security,
    Ulimit,
    Variable,
)
from models.docker.reading import Fields, read_object
from models.docker.signals import signal_name, signal_number

SECOND = 1_000_000_000  # nanoseconds: the unit of the engine's durations


def container_details(document: bytes, image: bytes | None = None) -> ContainerDetails:
    """The facts of an inspect; with the image's inspect the environment tells what came from it. Raises BadInput."""
    whole = read_object(document)
    config, host = whole.at("Config"), whole.at("HostConfig")
    life = _life(whole.at("State"))
    path = whole.text("Path")
    return ContainerDetails(
        id=whole.text("Id"),
        name=whole.text("Name").removeprefix("/"),
        image=config.text("Image") or whole.text("ImageName") or whole.text("Image"),
        image_id=whole.text("Image"),
        created=whole.instant("Created"),
        command=((path,) if path else ()) + whole.texts("Args"),
        entrypoint=config.texts("Entrypoint"),
        arguments=config.texts("Cmd"),
        restart=_restart(whole, host.at("RestartPolicy")),
        user=config.text("User"),
        working_dir=config.text("WorkingDir"),
        hostname=config.text("Hostname"),
        platform=whole.text("Platform"),
        runtime=host.text("Runtime"),
        storage_driver=whole.text("Driver"),
        log_driver=host.at("LogConfig").text("Type"),
        tty=config.flag("Tty"),
        init=host.flag("Init"),
        auto_remove=host.flag("AutoRemove"),
        stop_signal=_stop_signal(config.text("StopSignal")),
        stop_grace=config.whole("StopTimeout") if "StopTimeout" in config else DEFAULT_GRACE,
        network_mode=host.text("NetworkMode"),
        labels=config.at("Labels").strings(),
        ports=tuple(_ports(whole, config, host)),
        mounts=tuple(_mounts(whole, host)),
        networks=tuple(_networks(whole)),
        environment=tuple(_environment(config.texts("Env"), image)),
        limits=_limits(host),
        security=_security(host),
        health=_health(config.at("Healthcheck"), whole.at("State")),
        life=life,
    )


def _life(state: Fields) -> Life:
    try:
        word = State(state.text("Status"))
    except ValueError:
        word = State.UNKNOWN  # Podman has words of its own: "configured", "stopping"
    return Life(
        state=word,
        pid=state.whole("Pid"),
        exit_code=state.whole("ExitCode"),
        oom_killed=state.flag("OOMKilled"),
        error=state.text("Error"),
        started=state.instant("StartedAt"),
        finished=state.instant("FinishedAt"),
    )


def _stop_signal(text: str) -> str:
    """The name of a signal that Podman gives as a number."""
    return signal_name(signal_number(text)) or text or "SIGTERM"


def _restart(whole: Fields, policy: Fields) -> Restart:
    return Restart(policy.text("Name") or "no", policy.whole("MaximumRetryCount"), whole.whole("RestartCount"))


def _ports(whole: Fields, config: Fields, host: Fields) -> Iterator[Binding]:
    """What is bound now; of a container that does not run, what its next start will bind."""
    bound = whole.at("NetworkSettings", "Ports")
    if not any(bound.objects(port) for port in bound.members()):
        bound = host.at("PortBindings")
    found = {binding for port in bound.members() for binding in _bindings(port, bound.objects(port))}
    taken = {(binding.private, binding.protocol) for binding in found}
    for port in {*config.at("ExposedPorts").members(), *whole.at("NetworkSettings", "Ports").members()}:
        private, protocol = _port(port)
        if (private, protocol) not in taken:
            found.add(Binding(private, protocol))
    yield from sorted(
        found, key=lambda one: (not one.published, one.private, one.protocol, one.public or 0, one.address)
    )


def _bindings(port: str, bindings: Sequence[Fields]) -> Iterator[Binding]:
    private, protocol = _port(port)
    for binding in bindings:
        yield Binding(private, protocol, binding.whole("HostPort") or None, binding.text("HostIp"), published=True)


def _port(text: str) -> tuple[int, str]:
    number, _, protocol = text.partition("/")
    return (int(number) if number.isdecimal() and len(number) < 6 else 0), protocol or "tcp"


def _mounts(whole: Fields, host: Fields) -> Iterator[Mount]:
    seen = set()
    for mount in whole.objects("Mounts"):
        seen.add(mount.text("Destination"))
        yield Mount(
            type=mount.text("Type") or "bind",
            source=mount.text("Name") or mount.text("Source"),
            destination=mount.text("Destination"),
            writable=mount.flag("RW"),
            propagation=mount.text("Propagation"),
        )
    for destination, options in host.at("Tmpfs").strings().items():
        if destination not in seen:
            yield Mount("tmpfs", "", destination, "ro" not in options.split(","), options=options)


def _networks(whole: Fields) -> Iterator[Attachment]:
    settings = whole.at("NetworkSettings", "Networks")
    own = (whole.text("Name").removeprefix("/"), whole.text("Id")[:12])
    for name in settings.members():
        end = settings.at(name)
        names = dict.fromkeys((*end.texts("Aliases"), *end.texts("DNSNames")))
        yield Attachment(
            network=name,
            address=_with_prefix(end.text("IPAddress"), end.whole("IPPrefixLen")),
            address6=_with_prefix(end.text("GlobalIPv6Address"), end.whole("GlobalIPv6PrefixLen")),
            gateway=end.text("Gateway") or end.text("IPv6Gateway"),
            mac=end.text("MacAddress"),
            names=tuple(alias for alias in names if alias not in own),
        )


def _with_prefix(address: str, length: int) -> str:
    return f"{address}/{length}" if address and length else address


def _environment(pairs: Sequence[str], image: bytes | None) -> Iterator[Variable]:
    inherited = None if image is None else set(read_object(image).at("Config").texts("Env"))
    for pair in pairs:
        name, _, value = pair.partition("=")
        known = Origin.UNKNOWN if inherited is None else Origin.IMAGE if pair in inherited else Origin.CONTAINER
        yield Variable(name, value, known)


def _limits(host: Fields) -> Limits:
    cpus = host.whole("NanoCpus") / 1e9
    if not cpus and host.whole("CpuQuota") > 0:
        cpus = host.whole("CpuQuota") / (host.whole("CpuPeriod") or 100_000)
    return Limits(
        cpus=cpus or None,
        cpuset=host.text("CpusetCpus"),
        memory=_positive(host.whole("Memory")),
        memory_and_swap=_positive(host.whole("MemorySwap")),
        reservation=_positive(host.whole("MemoryReservation")),
        pids=_positive(host.whole("PidsLimit")),
        ulimits=tuple(
            Ulimit(one.text("Name").removeprefix("RLIMIT_").lower(), one.whole("Soft"), one.whole("Hard"))
            for one in host.objects("Ulimits")
        ),
    )


def _positive(number: int) -> int | None:
    return number if number > 0 else None


_NAMESPACES = {"NetworkMode": "network", "PidMode": "PID", "IpcMode": "IPC", "UTSMode": "UTS", "UsernsMode": "user"}


def _security(host: Fields) -> Security:
    return Security(
        privileged=host.flag("Privileged"),
        added=tuple(name.removeprefix("CAP_") for name in host.texts("CapAdd")),
        dropped=tuple(name.removeprefix("CAP_") for name in host.texts("CapDrop")),
        host_namespaces=tuple(words for key, words in _NAMESPACES.items() if host.text(key) == "host"),
        devices=tuple(device.text("PathOnHost") for device in host.objects("Devices")),
        options=host.texts("SecurityOpt"),
        read_only=host.flag("ReadonlyRootfs"),
    )


def _health(check: Fields, state: Fields) -> HealthCheck | None:
    form, *test = check.texts("Test") or ("NONE",)
    if form == "NONE":
        return None
    answer = state.at("Health") or state.at("Healthcheck")  # Podman 4 uses either
    return HealthCheck(
        test=tuple(test),
        shell=form == "CMD-SHELL",
        interval=check.whole("Interval") / SECOND or 30.0,
        timeout=check.whole("Timeout") / SECOND or 30.0,
        retries=check.whole("Retries") or 3,
        status=answer.text("Status"),
        failing_streak=answer.whole("FailingStreak"),
        probes=tuple(
            Probe(probe.instant("Start"), probe.instant("End"), probe.whole("ExitCode"), probe.text("Output"))
            for probe in answer.objects("Log")
        ),
    )
