"""The vocabulary of every watch: first a Reset, then Changed; on trouble Stale and, when back, Reset again."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from models.errors import AppError

Row = TypeVar("Row")

ROW_WEIGHT = 400  # bytes: what one row counts for in a batch of a stream


class Reset(Struct, Generic[Row], frozen=True):
    """These rows, and no others. A long list arrives as a Reset with its first page, then as Changed."""

    rows: tuple[Row, ...]

    @property
    def weight(self) -> int:
        """Bytes that this item counts for in a delivery."""
        return ROW_WEIGHT * len(self.rows)


class Changed(Struct, Generic[Row], frozen=True):
    """Rows that came or changed, and the keys of those that went. A key stands in one of the two only."""

    upserts: tuple[Row, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """Bytes that this item counts for in a delivery."""
        return ROW_WEIGHT * (len(self.upserts) + len(self.removed))


class Stale(Struct, frozen=True):
    """The rows stand as they were at `since` (seconds since the epoch); `error` says why."""

    error: AppError
    since: float


Change = Reset[Row] | Changed[Row] | Stale
