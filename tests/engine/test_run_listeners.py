"""Who listens on a port that a container is to have: on the engine's host, and only where that is this machine."""

import socket

from models.docker.run_checks import Found, checks
from models.docker.run_line import parse_line
from models.docker.wire import container_rows
from services.docker.engine import Engine
from services.docker.listeners import listeners
from tests.engine.opening import context_of
from tests.services.collecting import eventually
from tests.world.engine import DockerEngine
from tests.world.world import World


def test_a_process_beside_the_engine_is_named(world: World, engine: DockerEngine) -> None:
    asked = Engine(context_of(engine.host))
    program = "import socket,time; s=socket.create_server(('127.0.0.1', 7070)); time.sleep(600)"
    command = (*engine.network.enter(), "python3", "-c", program)
    server = world.run.spawn(command, engine.folder / "listener.log")
    try:
        eventually(lambda: 7070 in {one.port for one in listeners(asked)}, "it listens")
        [found] = [one for one in listeners(asked) if one.port == 7070]
        assert (found.protocol, found.address) == ("tcp", "127.0.0.1")
        assert found.who == f"python3 ({server.pid})"
        spec = parse_line("docker run -p 7070:80 busybox:local").spec
        [check] = [one for one in checks(spec, Found(listeners=listeners(asked))) if one.field == "publish"]
        assert check.text == f"Port 7070 is in use by python3 ({server.pid})"
        assert check.suggestion == "7071:80"
        free = parse_line("docker run -p 127.0.0.2:7070:80 busybox:local").spec
        assert not [one for one in checks(free, Found(listeners=listeners(asked))) if one.field == "publish"]
    finally:
        server.kill()
        server.wait()
        asked.close()


def test_a_containers_port_is_named_by_the_container_alone(engine: DockerEngine) -> None:
    engine.run("--name", "web", "-p", "7071:80", command=("sleep", "86400"))
    asked = Engine(context_of(engine.host))
    rows = container_rows(asked.get("/containers/json"))
    assert not [one for one in listeners(asked) if one.port == 7071]
    spec = parse_line("docker run -p 7071:80 busybox:local").spec
    [check] = [one for one in checks(spec, Found(containers=rows)) if one.field == "publish"]
    assert check.text == "Port 7071 is in use by the container web"
    asked.close()


def test_what_this_machine_listens_on_is_not_said_of_another_network(engine: DockerEngine) -> None:
    asked = Engine(context_of(engine.host))
    with socket.create_server(("127.0.0.1", 0)) as ours:
        assert ours.getsockname()[1] not in {one.port for one in listeners(asked)}
    far = Engine(context_of("tcp://192.0.2.1:2375"))
    assert listeners(far) == ()
    asked.close()
    far.close()
