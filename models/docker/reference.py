"""Image references: `[registry/][owner/]name[:tag][@digest]`, as every tool of the field reads them."""

from __future__ import annotations

import re

from msgspec import Struct

from models.errors import BadInput

HUB = "docker.io"
HUB_SERVER = "https://index.docker.io/v1/"  # under which sign-ins for Docker Hub are kept
LATEST = "latest"
_NAME_LIMIT = 255

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
_HOST_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_REGISTRY = re.compile(rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[0-9a-fA-F:]+\])(?::\d+)?")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_ID = re.compile(r"(?:sha256:)?[0-9a-f]{64}")


class Reference(Struct, frozen=True):
    """What an image is called. "alpine" is docker.io/library/alpine."""

    registry: str
    path: str  # "library/alpine"
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Without tag and digest, as people write it: "alpine", "ghcr.io/owner/name"."""
        if self.registry != HUB:
            return f"{self.registry}/{self.path}"
        short = self.path.removeprefix("library/")
        return short if "/" not in short else self.path

    @property
    def text(self) -> str:
        """The whole reference as people write it."""
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def floating(self) -> bool:
        """Whether it is `latest`, said or not: another image tomorrow, without a trace."""
        return not self.digest and self.tag in ("", LATEST)

    @property
    def pulled(self) -> tuple[str, str]:
        """The name and the tag or digest to pull: no tag means `latest`, never all of them."""
        return self.name, self.digest or self.tag or LATEST

    @property
    def server(self) -> str:
        """The key under which sign-ins for its registry are kept in config.json."""
        return HUB_SERVER if self.registry == HUB else self.registry


def is_image_id(text: str) -> bool:
    """Whether this is a whole image id, which names an image without any registry."""
    return bool(_ID.fullmatch(text))


def parse_reference(text: str) -> Reference:
    """The parts of a reference; the registry is docker.io unless its first part looks like a host. Raises BadInput."""
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise BadInput(f"{digest!r} is no digest: sha256: and 64 hexadecimal digits")
    rest, tag = _tag(rest)
    first, slash, path = rest.partition("/")
    registry = HUB
    if slash and (set(".:") & set(first) or first == "localhost" or first != first.lower()):
        if not _REGISTRY.fullmatch(first):
            raise BadInput(f"{first!r} is no name of a registry")
        registry, rest = first, path
    if registry in (HUB, "index.docker.io"):
        registry, rest = HUB, rest if "/" in rest else f"library/{rest}"
    _check_path(rest, text)
    return Reference(registry, rest, tag, digest)


def _tag(text: str) -> tuple[str, str]:
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:  # the colon of a port
        return text, ""
    if not _TAG.fullmatch(tag):
        raise BadInput(f"{tag!r} is no tag: letters, digits, _ . and -, 128 at most")
    return name, tag


def _check_path(path: str, text: str) -> None:
    if not path.removeprefix("library/"):
        raise BadInput("The name of the image is missing")
    if path != path.lower():
        raise BadInput(f"{path.removeprefix('library/')!r} must be in lower case")
    if not _PATH.fullmatch(path):
        raise BadInput(f"{path.removeprefix('library/')!r} is no image name: a-z, 0-9 and single . _ - between")
    if len(path) > _NAME_LIMIT:
        raise BadInput(f"The name has more than {_NAME_LIMIT} characters")
    if is_image_id(text):
        raise BadInput("This is an image id, not a name")
