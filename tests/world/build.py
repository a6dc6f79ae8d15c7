"""Docker 29 for the tests, built from the Go module proxy: `python -m tests.world.build`, or `make world`.

Debian has Docker 20.10 only. The binaries go to the user's cache folder under a name made from the pins below, so a
changed pin is a new folder and an unchanged one is found again. Nothing is installed, and nothing is written outside
that folder and Go's own caches.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MOBY = "github.com/moby/moby/v2"
MOBY_VERSION = "v2.0.0-beta.24"
DOCKERD_STAMP = "-X github.com/moby/moby/v2/dockerversion.Version=29.8.0"
CLI = "github.com/docker/cli"
CLI_VERSION = "v29.9.3+incompatible"
CLI_STAMP = "-X github.com/docker/cli/cli/version.Version=29.9.3"
# The swarmkit version that the CLI's vendor.mod names was never published to the proxy.
CLI_REPLACE = "github.com/moby/swarmkit/v2=github.com/moby/swarmkit/v2@v2.1.3-0.20260828175525-ad0357aedfca"
PINS = (MOBY, MOBY_VERSION, DOCKERD_STAMP, CLI, CLI_VERSION, CLI_STAMP, CLI_REPLACE)

GO_NEEDED = (1, 26)
BINARIES = ("dockerd", "docker-proxy", "docker")


class CannotBuild(Exception):
    """The build cannot start; the text says what is missing."""


def world_bin() -> Path:
    """The folder of the built binaries, whether it exists or not: one per set of pins."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256("\n".join(PINS).encode()).hexdigest()
    return cache / "pilothouse-world" / digest[:16] / "bin"


def is_built() -> bool:
    """Whether every binary is there. A folder gets its name only once it is complete."""
    return all((world_bin() / name).is_file() for name in BINARIES)


def build() -> Path:
    """Build the binaries unless they are there, and return their folder; 5 minutes on two cores. Raises CannotBuild."""
    target = world_bin()
    target.parent.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.parent.parent / "lock"):
        if is_built():
            say(f"Docker 29 is built: {target}")
            return target
        go = go_command()
        for abandoned in target.parent.parent.glob("building-*"):
            shutil.rmtree(abandoned)
        with tempfile.TemporaryDirectory(prefix="building-", dir=target.parent.parent) as folder:
            staging = Path(folder) / "world"
            compile_into(staging / "bin", Path(folder) / "cli", go)
            shutil.rmtree(target.parent, ignore_errors=True)
            staging.rename(target.parent)
    say(f"Docker 29 is ready: {target}")
    return target


def compile_into(bin_folder: Path, cli_source: Path, go: str) -> None:
    """Compile dockerd, docker-proxy and docker into `bin_folder`; `cli_source` is scratch."""
    bin_folder.mkdir(parents=True)
    # Without cgo no C compiler is needed. What it would add (btrfs, reading journald) no test uses.
    environment = {**os.environ, "GOBIN": str(bin_folder), "CGO_ENABLED": "0", "GOWORK": "off", "GOTOOLCHAIN": "local"}

    def run(*command: str, folder: Path | None = None) -> str:
        done = subprocess.run(
            (go, *command), cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, check=True
        )
        return done.stdout

    def flags(stamp: str = "") -> tuple[str, ...]:
        return ("-trimpath", "-ldflags", f"-s -w {stamp}".strip())

    with step("docker-proxy"):
        run("install", *flags(), f"{MOBY}/cmd/docker-proxy@{MOBY_VERSION}")
    with step("docker (the CLI)"):
        module = json.loads(run("mod", "download", "-json", f"{CLI}@{CLI_VERSION}"))
        copy_writable(Path(module["Dir"]), cli_source)
        # The CLI's repository is no Go module: its requirements stand in vendor.mod.
        (cli_source / "vendor.mod").rename(cli_source / "go.mod")
        (cli_source / "vendor.sum").rename(cli_source / "go.sum")
        run("mod", "edit", f"-replace={CLI_REPLACE}", folder=cli_source)
        run("build", "-mod=mod", *flags(CLI_STAMP), "-o", str(bin_folder / "docker"), "./cmd/docker", folder=cli_source)
    with step("dockerd (some minutes)"):
        run("install", *flags(DOCKERD_STAMP), f"{MOBY}/cmd/dockerd@{MOBY_VERSION}")


def go_command() -> str:
    """The Go command on PATH, or the reason why there is none that will do. Raises CannotBuild."""
    go = shutil.which("go")
    if go is None:
        raise CannotBuild(f"Go {version_text(GO_NEEDED)} or newer is not installed")
    found = subprocess.run((go, "env", "GOVERSION"), text=True, capture_output=True, check=True).stdout.strip()
    match = re.match(r"go(\d+)\.(\d+)", found)
    if match is None or (int(match[1]), int(match[2])) < GO_NEEDED:
        raise CannotBuild(f"Go {version_text(GO_NEEDED)} or newer is needed, {found} is installed")
    return go


def version_text(version: Sequence[int]) -> str:
    """(1, 26) as "1.26"."""
    return ".".join(map(str, version))


def copy_writable(source: Path, target: Path) -> None:
    """Copy a folder out of Go's module cache, where everything is read-only."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(target):
        Path(folder).chmod(0o755)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path`: two builds at once would do the work twice."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being built and how long it took."""
    say(f"building {name} …")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.0f} s")


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        build()
    except CannotBuild as reason:
        sys.exit(f"Docker 29 cannot be built: {reason}.")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"Docker 29 was not built: {' '.join(failed.cmd)} ended with {failed.returncode}.")
