"""How the demo makes containers: from a form to a sample that lives on as the others do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from models.docker.container import Port, State
from models.docker.run_checks import Check, Found, Repair, checks
from models.docker.run_spec import Bind, Network, Ports, Publish, Restart, RunSpec, Variable
from models.docker.run_stock import Item, RunAgain, Stock, free_ports
from models.errors import Refused
from models.kind import Ref
from models.text import natural
from services.cancel import CancelScope
from services.demo.fleet import Fleet
from services.demo.life import Life
from services.demo.samples import Mount, Sample
from services.operations import Progress
from services.session import Outcome

_API = (1, 52)
_LAYERS = 4
_LAYER_SECONDS = 0.25
_FREE = 49_153  # the first port that is given away
_SAID = 1_000_000_000  # billionths of a core


Own = Callable[[CancelScope], AbstractContextManager[CancelScope]]


class DemoRunner:
    """The demo's services.session.Runner."""

    def __init__(
        self, fleet: Fleet, now: Callable[[], float], own: Own, answer: Callable[[str, CancelScope], None]
    ) -> None:
        self._fleet, self._now, self._own, self._answer = fleet, now, own, answer

    @contextmanager
    def _asked(self, call: str, scope: CancelScope) -> Iterator[Fleet]:
        with self._own(scope) as own:
            self._answer(call, own)
        with self._fleet.lock:
            self._fleet.advance(self._now())
            yield self._fleet

    def stock(self, scope: CancelScope) -> Stock:
        """What the sample containers are made of, and they themselves."""
        with self._asked("stock", scope) as fleet:
            return stock(fleet)

    def check(self, spec: RunSpec, replaced: Ref | None, scope: CancelScope) -> Sequence[Check]:
        """What speaks against it among the sample containers."""
        with self._asked("check", scope) as fleet:
            return check(fleet, spec, replaced)

    def again(self, ref: Ref, scope: CancelScope) -> RunAgain:
        """What a sample container was made of. Raises Gone."""
        with self._asked("again", scope) as fleet:
            return again(fleet.find(ref.id))

    def pull(self, image: str, platform: str, scope: CancelScope) -> Iterator[Progress]:
        """As if its layers came, one by one."""
        with self._own(scope) as own:
            self._answer("pull", own)
            yield from pull(image, own)

    def run(self, spec: RunSpec, start: bool, replaced: Ref | None, scope: CancelScope) -> Iterator[Progress]:
        """Pull where the image is not there, make, and start. Raises Refused as an engine does."""
        with self._asked("run", scope) as fleet:
            missing = any(one.repair is Repair.PULL for one in check(fleet, spec, replaced))
        if missing:
            with self._own(scope) as own:
                yield from pull(spec.image, own)
        if scope.cancelled:
            return
        with self._asked("make", scope) as fleet:
            if replaced is not None:
                fleet.remove(fleet.find(replaced.id))
            made = make(fleet, spec, start)
        self._fleet.bell.ring()
        yield made


def stock(fleet: Fleet) -> Stock:
    """What the sample containers are made of, and they themselves."""
    samples = [life.sample for life in fleet.lives()]
    users: dict[str, int] = {"bridge": 0, "host": 0, "none": 0}
    for sample in samples:
        for network in sample.networks:
            users[network] = users.get(network, 0) + 1
    volumes = {mount.source for sample in samples for mount in sample.mounts if mount.type == "volume"}
    taken = {port.public for sample in samples for port in sample.ports if port.public}
    return Stock(
        ports=free_ports(taken),
        images=_items({sample.image: "here" for sample in samples}),
        networks=_items({name: f"bridge, {count or 'no'} containers" for name, count in users.items()}),
        volumes=_items(dict.fromkeys(volumes, "local")),
        containers=_items({life.name: f"{life.state}, {life.sample.image}" for life in fleet.lives()}),
    )


def _items(named: dict[str, str]) -> tuple[Item, ...]:
    return tuple(Item(name, named[name]) for name in sorted(named, key=natural))


def check(fleet: Fleet, spec: RunSpec, replaced: Ref | None) -> Sequence[Check]:
    """What speaks against it among the sample containers."""
    rows = [fleet.row(life) for life in fleet.lives() if replaced is None or life.id != replaced.id]
    images = {life.sample.image for life in fleet.lives()}
    networks = frozenset(item.name for item in stock(fleet).networks)
    found = Found(containers=rows, image=_tagged(spec.image) in images, networks=networks, api=_API)
    return checks(spec, found)


def _tagged(image: str) -> str:
    return image if ":" in image.rsplit("/", 1)[-1] or "@" in image else f"{image}:latest"


def pull(image: str, scope: CancelScope) -> Iterator[Progress]:
    """Some layers, each in a moment."""
    for layer in range(_LAYERS + 1):
        yield Progress(layer, _LAYERS, f"layer {layer} of {_LAYERS}" if layer else f"Pulling {image}")
        if scope.wait(_LAYER_SECONDS):
            return


def make(fleet: Fleet, spec: RunSpec, start: bool) -> Progress:
    """The container, and its first life. The fleet's lock is held. Raises Refused for a name that is taken."""
    name = spec.name or f"sample_{len(fleet.lives())}"
    if holder := next((life for life in fleet.lives() if life.name == name), None):
        raise Refused(f'Conflict. The container name "/{name}" is already in use by container "{holder.id}".')
    life = fleet.make(_sample(spec, name))
    if start:
        fleet.start(life, fleet.moment())
    return Progress(1, 1, life.id, Outcome(Ref("containers", life.id, life.name)))


def _sample(spec: RunSpec, name: str) -> Sample:
    variables = (f"{variable.name}={variable.value or ''}" for variable in spec.environment)
    return Sample(
        name=name,
        image=_tagged(spec.image),
        command=spec.command or ("sleep", "infinity"),
        entrypoint=(spec.entrypoint, *spec.entrypoint_more) if spec.entrypoint else (),
        labels=dict(spec.labels),
        age=0.0,
        state=State.CREATED,
        policy=spec.restart.name,
        ports=tuple(port for publish in spec.publish for port in _ports(publish)),
        networks=tuple(network.name for network in spec.networks) or ("bridge",),
        environment=tuple(variables),
        mounts=tuple(Mount(bind.source, bind.target, "ro" in bind.mode.split(",")) for bind in spec.binds),
        memory_limit=spec.memory or None,
        cpu_limit=spec.cpus / _SAID if spec.cpus else None,
        privileged=spec.privileged,
        user=spec.user,
        tty=spec.tty,
    )


def _ports(publish: Publish) -> Iterator[Port]:
    for number in range(publish.private.count):
        public = publish.public.first + number if publish.public else _FREE + number
        yield Port(publish.private.first + number, publish.protocol, public, publish.address or "0.0.0.0")  # noqa: S104


def again(life: Life) -> RunAgain:
    """What a sample container was made of."""
    sample = life.sample
    published = {(port.private, port.public, port.protocol): port for port in sample.ports if port.public}
    return RunAgain(
        RunSpec(
            image=sample.image,
            name=life.name,
            command=sample.command,
            detach=not sample.tty,
            interactive=sample.tty,
            tty=sample.tty,
            entrypoint=sample.entrypoint[0] if sample.entrypoint else None,
            entrypoint_more=sample.entrypoint[1:],
            restart=Restart(sample.policy),
            user=sample.user,
            environment=tuple(Variable(*entry.split("=", 1)) for entry in sample.environment),
            labels=tuple(sample.labels.items()),
            networks=tuple(Network(name=name) for name in sample.networks if name != "bridge"),
            publish=tuple(_publish(port) for port in published.values()),
            binds=tuple(
                Bind(mount.target, mount.source, "ro" if mount.read_only else "")
                for mount in sample.mounts
                if mount.source
            ),
            memory=sample.memory_limit or 0,
            cpus=round(sample.cpu_limit * _SAID) if sample.cpu_limit else 0,
            privileged=sample.privileged,
        )
    )


def _publish(port: Port) -> Publish:
    address = "" if port.everywhere else port.address
    return Publish(
        private=Ports(port.private, port.private),
        public=Ports(port.public or 0, port.public or 0),
        address=address,
        protocol=port.protocol,
    )
