"""What the docker command's config.json says: sign-ins for registries, its helpers', proxies. Nothing is written."""

from __future__ import annotations

import base64
import binascii
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from models.docker.reference import HUB_SERVER
from models.errors import BadInput, SignInNeeded
from services.cancel import CancelScope
from services.docker.context_files import read_json
from services.docker.contexts import config_folder

HELPER_SECONDS = 60.0  # it may ask its user to unlock a key ring
_TOKEN_USER = "<token>"  # noqa: S105
_NOT_FOUND = "credentials not found in native keychain"


_PROXIES = {"httpProxy": "HTTP_PROXY", "httpsProxy": "HTTPS_PROXY", "ftpProxy": "FTP_PROXY", "noProxy": "NO_PROXY",
            "allProxy": "ALL_PROXY"}  # fmt: skip


def proxies_for_containers(endpoint: str, env: Mapping[str, str], home: Path) -> dict[str, str]:
    """The variables that config.json wants in each new container, of this engine's address or of all: HTTP_PROXY, …

    Both spellings of each, as the docker command sets them; none where the file is missing or cannot be read.
    """
    try:
        named = read_json(config_folder(env, home) / "config.json").get("proxies")
    except (FileNotFoundError, BadInput):
        return {}
    chosen = (named.get(endpoint) or named.get("default")) if isinstance(named, dict) else None
    if not isinstance(chosen, dict):
        return {}
    found = {_PROXIES[key]: str(value) for key, value in chosen.items() if key in _PROXIES and value}
    return found | {name.lower(): value for name, value in found.items()}


class SignIn(Struct, frozen=True):
    """What is sent to a registry by way of the engine; `note` says why it goes without where that may surprise."""

    header: Mapping[str, str] = {}
    user: str = ""
    note: str = ""


def sign_in(server: str, env: Mapping[str, str], home: Path, scope: CancelScope) -> SignIn:
    """The sign-in for a registry (`Reference.server`): of a helper named for it, of the common one, or of the file.

    None, no helper on PATH, or an unreadable config.json: anonymous, which public images are content with; the note
    says so. Raises SignInNeeded with the helper's own words where it fails otherwise.
    """
    path = config_folder(env, home) / "config.json"
    try:
        config = read_json(path)
    except FileNotFoundError:
        return SignIn()
    except BadInput as error:
        return SignIn(note=f"{error.where}: {error.message}. Going on without a sign-in.")
    helper = _helper(config, server)
    if helper:
        return _of_helper(helper, server, env, scope)
    return _of_file(config.get("auths"), server)


def _helper(config: Mapping[str, Any], server: str) -> str:
    named = config.get("credHelpers")
    common = config.get("credsStore")
    chosen = named.get(server) if isinstance(named, dict) else None
    chosen = chosen or common
    return chosen if isinstance(chosen, str) else ""


def _of_helper(helper: str, server: str, env: Mapping[str, str], scope: CancelScope) -> SignIn:
    name = f"docker-credential-{helper}"
    program = shutil.which(name, path=env.get("PATH")) if "/" not in helper and "\\" not in helper else None
    if program is None:
        return SignIn(note=f"{name}, which config.json names, is not on the PATH. Going on without a sign-in.")
    code, output, said = _asked(program, server, env, scope)
    if code == 0:
        try:
            answer = json.loads(output)
            user, secret = str(answer["Username"]), str(answer["Secret"])
        except (ValueError, KeyError, TypeError):
            raise SignInNeeded(f"{name} answered something that is no sign-in") from None
        return _header(server, "", "", secret) if user == _TOKEN_USER else _header(server, user, secret)
    if _NOT_FOUND in output:
        return SignIn()
    words = (said or output).strip() or f"exit code {code}"
    raise SignInNeeded(f"{name}: {words[:500]}")


def _asked(program: str, server: str, env: Mapping[str, str], scope: CancelScope) -> tuple[int, str, str]:
    """What the helper answers: exit code, stdout, stderr. It has no terminal; cancelling ends it."""
    pipe = subprocess.PIPE
    with subprocess.Popen([program, "get"], stdin=pipe, stdout=pipe, stderr=pipe, env=dict(env)) as process:
        with scope.unblocking(process.kill):
            try:
                output, said = process.communicate(server.encode(), HELPER_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise SignInNeeded(f"{Path(program).name} gave no answer in {HELPER_SECONDS:.0f} s") from None
        return process.returncode, output.decode(errors="replace"), said.decode(errors="replace")


def _of_file(auths: object, server: str) -> SignIn:
    if not isinstance(auths, dict):
        return SignIn()
    entry = next((auths[key] for key in auths if _host(str(key)) == _host(server)), None)
    if not isinstance(entry, dict):
        return SignIn()
    user, secret = str(entry.get("username") or ""), str(entry.get("password") or "")
    if pair := entry.get("auth"):
        try:
            user, _, secret = base64.b64decode(str(pair)).decode().rstrip("\x00").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return SignIn(note=f"The sign-in for {server} in config.json cannot be read. Going on without.")
    token = str(entry.get("identitytoken") or "")
    return _header(server, user, secret, token) if user or token else SignIn()


def _host(server: str) -> str:
    """Keys are hosts, or addresses such as https://index.docker.io/v1/."""
    if server in ("docker.io", "index.docker.io", HUB_SERVER):
        return HUB_SERVER
    return server.partition("://")[2].partition("/")[0] if "://" in server else server.partition("/")[0]


def _header(server: str, user: str, password: str, token: str = "") -> SignIn:
    said = {"username": user, "password": password, "identitytoken": token, "serveraddress": server}
    text = json.dumps({key: value for key, value in said.items() if value})
    return SignIn({"X-Registry-Auth": base64.urlsafe_b64encode(text.encode()).decode()}, user or _TOKEN_USER)
