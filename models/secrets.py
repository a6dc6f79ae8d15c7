"""What looks like a secret, and what is shown in its place. Guesses, on the side of hiding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MASK = "•" * 12  # one length for all: how long a secret is, is a part of it
SHORT_MASK = "•" * 4  # inside a value whose other parts stay readable

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS = {
    "apikey", "auth", "authorization", "cookie", "cred", "credential", "credentials", "creds", "dsn", "htpasswd",
    "jwt", "pass", "passcode", "passphrase", "passwd", "password", "passwords", "privkey", "pw", "pwd", "requirepass",
    "salt", "secret", "secrets", "signature", "token", "tokens", "webhook",
}  # fmt: skip
_KEY_WORDS = {"key", "keys"}
_NOT_SECRET_AFTER = {"public", "pub", "primary", "foreign", "sort", "partition", "key", "cache", "host", "sandbox"}
_NOT_SECRET_LAST = {
    "algorithm", "algo", "age", "bits", "count", "dir", "directory", "enabled", "endpoint", "env", "expiry", "expires",
    "file", "files", "folder", "header", "host", "issuer", "length", "limit", "max", "method", "min", "mode", "name",
    "path", "policy", "port", "provider", "required", "retries", "rotation", "scope", "scopes", "seconds", "size",
    "socket", "timeout", "ttl", "type", "uri", "url", "user", "username", "validity", "version",
}  # fmt: skip
_PLAIN_VALUE = re.compile(r"(?i)|true|false|yes|no|on|off|none|null|\d{1,4}")
_ROOTS = "app|bin|boot|certs|config|data|dev|etc|home|lib|lib64|mnt|opt|proc|root|run|sbin|secrets|srv|sys|tmp|usr|var"
_PATH_VALUE = re.compile(rf"(?:/(?:{_ROOTS})(?:/[\w.@:+-]+)*|(?:\.{{1,2}}|~)(?:/[\w.@:+-]+)+|[A-Za-z]:\\[\w.\\ -]+)/?")
_TOKEN_VALUE = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"|\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:sk|rk)_(?:live|test)_\w{8,}|sk-[\w-]{20,}"
    r"|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}"
    r"|npm_\w{30,}|pypi-\w{30,}|dckr_pat_[\w-]{20,}|hvs\.[\w-]{20,}|dop_v1_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}"
    r"|AGE-SECRET-KEY-1\w{20,}|eyJ[\w-]{8,500}\.eyJ[\w-]{8,500}\.[\w-]*)"
)
_HINT = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credential|api[-_.]?key|access[-_.]?key|requirepass)[\w.-]{0,40}"
)
# Parts of a value that can be hidden while the rest stays readable; the group `secret` is what goes. Each pattern
# starts with something literal and repeats within bounds: values from outside may be made to keep a regex busy.
_PARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"://[^\s/?#@:]{0,256}:(?P<secret>[^\s/?#]{1,512})@",  # user:password@host
        rf"{_HINT}\s{{0,4}}=\s{{0,4}}[\"']?(?P<secret>[^\s\"'&;,#]+)",  # queries, connection strings, --flag=value
        rf"--?[\w.-]{{0,40}}?{_HINT}\s{{1,4}}[\"']?(?P<secret>[^\s\"'-][^\s\"']*)",  # --password hunter2
        rf"{_HINT}[\"']\s{{0,4}}:\s{{0,4}}[\"'](?P<secret>[^\"']+)",  # JSON inside a value
        r"\b(?:bearer|basic)\s{1,4}(?P<secret>[\w+/.=~-]{8,})",
    )
)
_FLAG = re.compile(rf"--?[\w.-]{{0,40}}?{_HINT}", re.IGNORECASE)
LOOKED_AT = 32_768  # characters of a value; no view shows more of one


def looks_secret(name: str, value: str) -> bool:
    """Whether any part of `value`, which stands under `name`, should be hidden until asked for."""
    return masked(name, value) != value


def masked(name: str, value: str) -> str:
    """`value` with what looks secret replaced: the whole of it, or only the password inside an address or a command.

    The mask's length says nothing of the secret's. Unchanged where nothing looks secret.
    """
    if _whole(name, value):
        return MASK
    hidden = value[:LOOKED_AT]
    for part in _PARTS:
        hidden = part.sub(_without_secret, hidden)
    return hidden + value[LOOKED_AT:]


def masked_pair(text: str) -> str:
    """A `NAME=value` (an environment entry, a flag), masked by the name's and the value's looks."""
    name, equals, value = text.partition("=")
    if not equals or any(character.isspace() for character in name):
        return masked("", text)
    return f"{name}={masked(name.lstrip('-'), value)}"


def masked_arguments(arguments: Sequence[str]) -> tuple[str, ...]:
    """Arguments with the secrets among them hidden: `--token X`, `--password=X`, addresses with passwords."""
    return tuple(_masked_in_turn(arguments))


def _masked_in_turn(arguments: Sequence[str]) -> Iterator[str]:
    flag = ""
    for argument in arguments:
        if flag and not argument.startswith("-"):
            yield masked(flag, argument)
            flag = ""
            continue
        flag = argument.lstrip("-") if _FLAG.fullmatch(argument) else ""
        yield masked_pair(argument)


def _whole(name: str, value: str) -> bool:
    if _TOKEN_VALUE.search(value[:LOOKED_AT]):
        return True
    return _secret_name(name) and not (_PLAIN_VALUE.fullmatch(value) or _PATH_VALUE.fullmatch(value))


def _secret_name(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or (words[-1] in _NOT_SECRET_LAST and len(words) > 1):
        return False
    for before, word in zip(["", *words], words, strict=False):
        if word in _SECRET_WORDS or (word in _KEY_WORDS and before not in _NOT_SECRET_AFTER):
            return True
        # run together, as in PGPASSWORD, AUTHTOKEN or DBSECRET
        if word.endswith(("password", "passwd", "secret", "token", "apikey", "passphrase")):
            return True
    return False


def _without_secret(match: re.Match[str]) -> str:
    start, end = match.span("secret")
    if set(match["secret"]) == {"•"}:
        return match[0]
    return match[0][: start - match.start()] + SHORT_MASK + match[0][end - match.start() :]
