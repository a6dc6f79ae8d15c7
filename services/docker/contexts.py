"""Finds Docker engines as the docker command does, and at the sockets where engines usually listen.

Files are read one by one: a bad one is one bad row. Nothing is sent to a network, nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from models.context import Context, EngineKind, TlsFiles
from models.discovery import Discovery, Looked, with_aliases
from models.docker.system import without_credentials
from models.errors import BadInput
from services.docker.context_files import home_path, read_json
from services.docker.dialing import dialer_for

DEFAULT_SOCKET = "/var/run/docker.sock"
SYSTEM_PODMAN = "/run/podman/podman.sock"
PIPES = ("docker_engine", "docker_engine_linux", "podman-machine-default")

_PORT = re.compile(r":[0-9]+$")


class Usual(Struct, frozen=True):
    """A socket where a kind of engine usually listens."""

    what: str
    path: Path
    name: str


def discover(env: Mapping[str, str], home: Path) -> Discovery:
    """Every Docker engine that this user can name, as the environment, the context files and the sockets tell."""
    search = _Search(env, home)
    search.environment()
    search.files()
    search.choice()
    search.sockets()
    return search.result()


def config_folder(env: Mapping[str, str], home: Path) -> Path:
    """Where the docker command keeps its configuration."""
    return Path(env["DOCKER_CONFIG"]) if env.get("DOCKER_CONFIG") else home / ".docker"


def watch_paths(env: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """The folders that exist and in which a change may mean another set of contexts."""
    config = config_folder(env, home)
    meta = config / "contexts" / "meta"
    folders = [config, meta.parent, meta, *_subfolders(meta)]
    folders += [usual.path.parent for usual in usual_sockets(env, home)]
    existing = dict.fromkeys(folder for folder in folders if folder.is_dir())
    return tuple(existing) if config.is_dir() else (home, *existing)


def usual_sockets(env: Mapping[str, str], home: Path) -> tuple[Usual, ...]:
    """Where engines usually listen, on every system and for every user."""
    runtime = Path(env.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid() if hasattr(os, 'getuid') else 0}")
    colima = sorted((home / ".colima").glob("*/docker.sock")) or [home / ".colima/default/docker.sock"]
    return (
        Usual("Docker engine", Path(DEFAULT_SOCKET), "default"),
        Usual("Docker, rootless", runtime / "docker.sock", "rootless"),
        Usual("Docker Desktop", home / ".docker/desktop/docker.sock", "desktop"),
        Usual("Docker Desktop, macOS", home / ".docker/run/docker.sock", "desktop"),
        Usual("Podman", runtime / "podman/podman.sock", "podman"),
        Usual("Podman, system", Path(SYSTEM_PODMAN), "podman-root"),
        Usual("Podman machine", home / ".local/share/containers/podman/machine/podman.sock", "podman-machine"),
        *(Usual("Colima", path, _colima_name(path.parent.name)) for path in colima),
        Usual("Rancher Desktop", home / ".rd/docker.sock", "rancher-desktop"),
        Usual("OrbStack", home / ".orbstack/run/docker.sock", "orbstack"),
    )


def _colima_name(profile: str) -> str:
    return "colima" if profile == "default" else f"colima-{profile}"


def normal_endpoint(text: str, *, tls: bool = False) -> str:
    """What people write as an endpoint, as a URL with its scheme and port. Raises BadInput."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "tcp", text.strip()
    if scheme not in ("http", "https", "tcp"):
        if scheme == "unix" and not rest.startswith("/"):
            raise BadInput("a unix:// endpoint needs a full path")
        return f"{scheme}://{rest}"
    if "@" in rest:
        raise BadInput("a tcp:// endpoint has no place for a user or a password")
    rest = rest.rstrip("/")
    if not _PORT.search(rest):
        rest += ":2376" if tls or scheme == "https" else ":2375"
    return f"tcp://{rest}"


class _Search:
    """One look at everything; collects contexts in the order of who names them: files, environment, sockets."""

    def __init__(self, env: Mapping[str, str], home: Path) -> None:
        self._env = env
        self._home = home
        self._config = config_folder(env, home)
        self._named: list[Context] = []
        self._from_environment: list[Context] = []
        self._found: list[Context] = []
        self._looked: list[Looked] = []
        self._problems: list[str] = []
        self._current = ""

    def environment(self) -> None:
        """DOCKER_HOST with its TLS variables."""
        host = self._env.get("DOCKER_HOST", "")
        if not host:
            self._look("DOCKER_HOST", "environment", "not set")
        else:
            tls = self._tls_of_environment()
            context = _context("env:DOCKER_HOST", "DOCKER_HOST", host, tls, source="DOCKER_HOST")
            self._from_environment.append(context)
            self._look("DOCKER_HOST", "environment", context.problem or context.endpoint, context.id)

    def _tls_of_environment(self) -> TlsFiles | None:
        verify = bool(self._env.get("DOCKER_TLS_VERIFY"))
        if not verify and not self._env.get("DOCKER_TLS"):
            return None
        folder = Path(self._env.get("DOCKER_CERT_PATH") or self._config)
        return _tls_files(folder, verify=verify)

    def files(self) -> None:
        """config.json and the context files beside it."""
        config = self._config / "config.json"
        try:
            self._current = _text(read_json(config).get("currentContext"), "currentContext", config)
        except FileNotFoundError:
            pass  # most users have none
        except BadInput as bad:
            self._problems.append(_sentence(bad))
            self._look("docker configuration", self._short(config), bad.message, there=True)
        meta = self._config / "contexts" / "meta"
        for folder in _subfolders(meta):
            try:
                self._named.append(self._context_of(folder))
            except FileNotFoundError:
                continue  # a folder whose context is being removed, or is not written yet
            except BadInput as bad:
                self._problems.append(_sentence(bad))
                self._named.append(_bad_row(folder, bad))
        self._named.sort(key=lambda context: context.name.casefold())
        self._look_at_contexts(meta)

    def _look_at_contexts(self, meta: Path) -> None:
        bad = sum(context.problem is not None for context in self._named)
        found = f"{len(self._named)} found" if self._named else "none" if meta.is_dir() else "no such folder"
        there = bool(self._named)
        self._look(
            "Docker contexts", self._short(meta), found + (f", {bad} cannot be used" if bad else ""), there=there
        )

    def _context_of(self, folder: Path) -> Context:
        path = folder / "meta.json"
        meta = read_json(path)
        name = _text(meta.get("Name"), "Name", path)
        if not name:
            raise BadInput("the context has no name", str(path))
        endpoint = _object(_object(meta.get("Endpoints"), "Endpoints", path).get("docker"), "Endpoints.docker", path)
        skip = bool(endpoint.get("SkipTLSVerify"))
        tls = _tls_files(self._config / "contexts" / "tls" / folder.name / "docker", verify=not skip)
        host = _text(endpoint.get("Host"), "Host", path) or f"unix://{DEFAULT_SOCKET}"
        context = _context(
            f"docker:{name}",
            name,
            host,
            tls if skip or tls != TlsFiles() else None,
            source=str(path),
            # the command looks a context up by the hash of its name: under another folder it is not found
            named=folder.name == sha256(name.encode()).hexdigest(),
            description=_text(_object(meta.get("Metadata"), "Metadata", path).get("Description"), "Description", path),
        )
        if context.problem is not None:
            self._problems.append(context.problem)
        return context

    def choice(self) -> None:
        """The context that DOCKER_CONTEXT or the configuration names, where that is not the default one."""
        chosen = self._env.get("DOCKER_CONTEXT", "")
        what, where = ("DOCKER_CONTEXT", "environment") if chosen else ("current context", "docker configuration")
        name = chosen or self._current
        if name and name != "default":
            known = any(context.id == f"docker:{name}" for context in self._named)
            self._look(what, where, name if known else f"{name}: no such context", f"docker:{name}" if known else None)

    def sockets(self) -> None:
        """The usual sockets, and pipes on Windows."""
        for usual in usual_sockets(self._env, self._home):
            found = _socket_state(usual.path)
            context_id = _socket_id(usual.path)
            self._look(usual.what, self._short(usual.path), found or "there", None if found else context_id)
            if not found:
                endpoint = f"unix://{usual.path}"
                self._found.append(_context(context_id, usual.name, endpoint, None, source=str(usual.path)))
        for pipe in PIPES if sys.platform == "win32" else ():
            endpoint = f"npipe:////./pipe/{pipe}"
            there = Path(rf"\\.\pipe\{pipe}").exists()
            self._look("Docker engine", pipe, "there" if there else "no such pipe", endpoint if there else None)
            if there:
                self._found.append(_context(endpoint, pipe, endpoint, None, source=pipe))

    def result(self) -> Discovery:
        """All contexts, those of one endpoint as one."""
        merged, ids = _merge_same_endpoint((*self._named, *self._from_environment, *self._found))
        looked = tuple(
            Looked(row.what, row.where, row.found, ids.get(row.context or "", None), row.there) for row in self._looked
        )
        also = {other: own for other, own in ids.items() if other != own}
        return Discovery(merged, looked, self._preferred(merged, ids), tuple(self._problems), also)

    def _preferred(self, contexts: Sequence[Context], ids: Mapping[str, str]) -> str | None:
        """As the docker command chooses: DOCKER_HOST, DOCKER_CONTEXT, currentContext, the default socket."""
        if self._from_environment:
            wanted = self._from_environment[0].id
        else:
            name = self._env.get("DOCKER_CONTEXT") or self._current or "default"
            wanted = _socket_id(DEFAULT_SOCKET) if name == "default" else f"docker:{name}"
        chosen = ids.get(wanted)
        usable = any(context.id == chosen and context.problem is None for context in contexts)
        return chosen if usable else None

    def _look(self, what: str, where: str, found: str, context: str | None = None, *, there: bool = False) -> None:
        self._looked.append(Looked(what, where, found, context, there or context is not None))

    def _short(self, path: Path) -> str:
        return home_path(path, self._home)


def _context(
    context_id: str,
    name: str,
    host: str,
    tls: TlsFiles | None,
    *,
    source: str,
    named: bool = False,
    description: str = "",
) -> Context:
    if host.startswith("https://"):
        tls = tls or TlsFiles()
    context = Context(
        id=context_id,
        engine=EngineKind.DOCKER,
        name=name,
        endpoint=host,
        named=named,
        source=source,
        description=description,
    )
    try:
        context = replace(context, endpoint=normal_endpoint(host, tls=tls is not None))
        dialer_for(context)  # knows what can be dialled; opens nothing yet
    except BadInput as bad:
        reason = without_credentials(bad.message)
        return replace(context, endpoint=without_credentials(host), problem=f"{source}: {reason}")
    return replace(context, tls=tls) if context.scheme == "tcp" else context


def _socket_id(path: Path | str) -> str:
    return f"unix:{path}"


def _bad_row(folder: Path, bad: BadInput) -> Context:
    return Context(
        id=f"docker-file:{folder.name}",
        engine=EngineKind.DOCKER,
        name=f"{folder.name[:12]}…",
        endpoint="",
        source=str(folder / "meta.json"),
        problem=_sentence(bad),
    )


def _merge_same_endpoint(contexts: Sequence[Context]) -> tuple[tuple[Context, ...], dict[str, str]]:
    """Each endpoint once, under the first one that names it; and by every id the id under which it now stands."""
    merged: dict[object, Context] = {}
    ids: dict[str, str] = {}
    for context in contexts:
        key = _endpoint_key(context)
        first = merged.get(key)
        merged[key] = context if first is None else with_aliases(first, (context.name,))
        ids[context.id] = merged[key].id
    return tuple(merged.values()), ids


def _endpoint_key(context: Context) -> object:
    if context.problem is not None:
        return context.id
    if context.scheme == "unix":
        return os.path.realpath(context.endpoint.removeprefix("unix://"))
    return (context.endpoint, context.tls)


def _tls_files(folder: Path, *, verify: bool) -> TlsFiles:
    def existing(name: str) -> str | None:
        path = folder / name
        return str(path) if path.is_file() else None

    return TlsFiles(existing("ca.pem"), existing("cert.pem"), existing("key.pem"), verify)


def _socket_state(path: Path) -> str:
    """Why there is no socket, or ""."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "no such file"
    except PermissionError:
        return "its folder is closed to you"
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)
    return "" if stat.S_ISSOCK(mode) else "not a socket"


def _subfolders(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return  # it does not exist, or may not be read: then it holds no contexts for us


def _text(value: object, name: str, path: Path) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"{name} is not a text", str(path))
    return value


def _object(value: object, name: str, path: Path) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput(f"{name} is not an object", str(path))
    return value


def _sentence(bad: BadInput) -> str:
    return f"{bad.where}: {bad.message}" if bad.where else bad.message
