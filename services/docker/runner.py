"""From a RunSpec to a container that runs: what there is to make it of, what speaks against it, and the making."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from urllib.parse import quote

import msgspec

from models.docker.run_checks import Check, Found, checks
from models.docker.run_spec import MountType, RunSpec
from models.docker.run_stock import RunAgain, Stock
from models.docker.wire import container_rows
from models.errors import AppError, BadInput, Gone
from models.kind import Ref
from services.cancel import CancelScope
from services.docker.create import create, start
from services.docker.engine import ANSWER_SECONDS, Engine
from services.docker.listeners import listeners
from services.docker.pull import pull_operation
from services.docker.stock import network_names, stock
from services.operations import Progress
from services.session import Outcome

_STOP_SECONDS = 90.0  # the grace period of what is replaced, and a margin

Within = Callable[[CancelScope], AbstractContextManager[CancelScope]]


class DockerRunner:
    """The services.session.Runner of one engine."""

    def __init__(self, engine: Engine, within: Within) -> None:
        self._engine, self._within = engine, within

    def stock(self, scope: CancelScope) -> Stock:
        """Images, networks, volumes and containers, by name. Raises Unreachable, TimedOut."""
        with self._within(scope) as mine:
            return stock(self._engine, mine)

    def check(self, spec: RunSpec, replaced: Ref | None, scope: CancelScope) -> Sequence[Check]:
        """What speaks against it: among the containers, images and networks of now, and this machine's folders."""
        with self._within(scope) as mine:
            return checks(spec, self._found(spec, replaced, mine))

    def again(self, ref: Ref, scope: CancelScope) -> RunAgain:
        """What the container was made of, told from what its image says. Raises Gone."""
        from services.docker.run_again import run_again

        with self._within(scope) as mine:
            return run_again(self._engine, ref, mine)

    def pull(self, image: str, platform: str, scope: CancelScope) -> Iterator[Progress]:
        """POST /images/create, bytes as progress. Raises Gone, SignInNeeded, Failed, ConnectionLost."""
        with self._within(scope) as mine:
            yield from pull_operation(self._engine, image, platform).work(mine)

    def run(self, spec: RunSpec, start: bool, replaced: Ref | None, scope: CancelScope) -> Iterator[Progress]:
        """Pull where it has to be, make it, start it. What is replaced is stopped and renamed first, removed last, and
        as it was before where the new one fails."""
        with self._within(scope) as mine:
            if spec.image and (spec.pull == "always" or (spec.pull == "missing" and not self._there(spec.image, mine))):
                yield from self.pull(spec.image, spec.platform, mine)
            if mine.cancelled:
                return
            if replaced is None:
                yield from self._make(spec, start, mine)
                return
            aside = _Aside(self._engine, replaced)
            yield Progress(0, 0, f"{replaced.name} is stopped and set aside")
            aside.step_back(mine)
            try:
                made = list(self._make(spec, start, mine))
            except BaseException:  # cancelled too: what was there before has to be there again
                aside.come_back()
                raise
            if not any(step.outcome for step in made):
                aside.come_back()
                return
            aside.go()
            yield from made

    def _make(self, spec: RunSpec, starts: bool, scope: CancelScope) -> Iterator[Progress]:
        """Create and start; a container that cannot be started goes again, as its command line is still in the form."""
        created = create(self._engine, spec, scope)
        for warning in created.warnings:
            yield Progress(0, 1, warning)
        if starts:
            try:
                start(self._engine, created.ref, scope)
            except AppError:
                _remove(self._engine, created.ref)
                raise
        yield Progress(1, 1, created.ref.id, Outcome(created.ref))

    def _there(self, image: str, scope: CancelScope) -> bool:
        try:
            self._engine.get(f"/images/{quote(image, safe='/:@')}/json", None, scope)
        except Gone:
            return False
        return True

    def _found(self, spec: RunSpec, replaced: Ref | None, scope: CancelScope) -> Found:
        engine = self._engine
        rows = container_rows(engine.get("/containers/json", {"all": "1"}, scope))
        image: bool | None = None
        with suppress(BadInput):
            image = self._there(spec.image, scope) if spec.image else None
        return Found(
            containers=[row for row in rows if replaced is None or row.id != replaced.id],
            image=image,
            networks=network_names(engine, scope),
            listeners=listeners(engine) if spec.publish else (),
            missing=frozenset(_missing(spec)) if _shares_our_folders(engine) else frozenset(),
            api=engine.api,
            podman=engine.podman,
        )


class _Aside:
    """A container that makes room for another, and can come back."""

    def __init__(self, engine: Engine, ref: Ref) -> None:
        self._engine, self._ref = engine, ref
        self._path = f"/containers/{ref.id}"
        self._ran = False

    def step_back(self, scope: CancelScope) -> None:
        """Stop it, and take its name away."""
        document = msgspec.json.decode(self._engine.get(f"{self._path}/json", None, scope))
        self._ran = bool(document["State"].get("Running"))
        if self._ran:
            self._engine.post(f"{self._path}/stop", None, scope, _STOP_SECONDS)
        try:
            self._engine.post(f"{self._path}/rename", {"name": f"{self._ref.name}-replaced"}, scope)
        except AppError:
            self._start()
            raise

    def come_back(self) -> None:
        """As it was. Not cancelled by anything: it has to be done."""
        with suppress(AppError):  # the reason why the new one failed matters more
            self._engine.post(f"{self._path}/rename", {"name": self._ref.name})
        self._start()

    def go(self) -> None:
        """Remove it, with its anonymous volumes left."""
        with suppress(Gone):  # --rm
            self._engine.post(self._path, None, None, ANSWER_SECONDS, method="DELETE")

    def _start(self) -> None:
        if self._ran:
            with suppress(AppError):
                self._engine.post(f"{self._path}/start")


def _remove(engine: Engine, ref: Ref) -> None:
    with suppress(AppError):  # why it could not be started matters more
        engine.post(f"/containers/{ref.id}", {"force": 1, "v": 1}, None, method="DELETE")


def _shares_our_folders(engine: Engine) -> bool:
    return engine.context.endpoint.startswith("unix://")


def _missing(spec: RunSpec) -> Iterator[str]:
    """The folders of this machine that are named and not there."""
    sources = [bind.source for bind in spec.binds]
    sources += [mount.source for mount in spec.mounts if mount.type is MountType.BIND]
    for source in sources:
        if source.startswith("/") and not Path(source).exists():
            yield source
