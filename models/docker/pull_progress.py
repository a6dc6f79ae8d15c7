"""How far a pull is, layer by layer, from the items that the engine sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace


class Detail(Struct):
    """The figures of an item, bytes or seconds."""

    current: int | None = None
    total: int | None = None


class ErrorDetail(Struct):
    """Why a pull failed; the code is that of HTTP where the engine gives one."""

    message: str = ""
    code: int | None = None


class Item(Struct, rename={"detail": "progressDetail", "error_detail": "errorDetail"}):
    """One line of POST /images/create."""

    status: str | None = None
    id: str | None = None
    detail: Detail | None = None
    error: str | None = None
    error_detail: ErrorDetail | None = None


class Layer(Struct, frozen=True):
    """One layer on its way."""

    id: str  # the first 12 digits
    status: str = ""  # in the engine's words: "Downloading", "Extracting", "Pull complete"
    done: int = 0  # bytes
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be done for it."""
        return self.status in _COMPLETE


_COMPLETE = ("Pull complete", "Already exists")
_LOADED = ("Download complete", "Verifying Checksum", "Extracting", *_COMPLETE)
_FINAL = "Status: "


class Pull(Struct, frozen=True):
    """A pull at one moment."""

    layers: Mapping[str, Layer] = {}  # in the order in which the engine named them
    line: str = ""  # the last words of the engine
    digest: str = ""
    ended: bool = False  # the engine said that it has the image

    @property
    def done(self) -> int:
        """Bytes loaded, of the layers whose size is known."""
        return sum(layer.done for layer in self.layers.values())

    @property
    def total(self) -> int:
        """Bytes to load, as far as they are known; grows while the engine begins further layers."""
        return sum(layer.total for layer in self.layers.values())

    def words(self) -> Iterator[str]:
        """One line for each layer."""
        for layer in self.layers.values():
            yield f"{layer.id}: {layer.status}"


def advanced(pull: Pull, item: Item) -> Pull:
    """The pull after one more item; whatever an engine sends, this is defined."""
    status = item.status or ""
    line = f"{item.id}: {status}" if item.id else status
    if not item.id or status.startswith("Pulling from"):
        digest = status.removeprefix("Digest: ") if status.startswith("Digest: ") else pull.digest
        ended = pull.ended or status.startswith(_FINAL)
        return replace(pull, line=line or pull.line, digest=digest, ended=ended)
    layer = pull.layers.get(item.id, Layer(item.id))
    return replace(pull, line=line, layers={**pull.layers, item.id: _moved(layer, status, item.detail or Detail())})


def _moved(layer: Layer, status: str, detail: Detail) -> Layer:
    if status == "Downloading":
        return Layer(layer.id, status, detail.current or layer.done, max(detail.total or 0, layer.total))
    if status in _LOADED:  # extraction counts the same bytes once more, or seconds
        return Layer(layer.id, status, layer.total, layer.total)
    return Layer(layer.id, status, layer.done, layer.total)
