"""Charts as a picture, values as a table: made and written in a worker."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from gui.details.stats.contents import Subject
from models.docker.stats import QUANTITIES
from models.errors import Failed
from models.series import Measured
from services.cancel import CancelScope
from services.files import write_parts, write_whole

_UNITS = {
    "cpu": "cpu_cores",
    "memory": "memory_bytes",
    "cache": "page_cache_bytes",
    "received": "received_bytes_per_second",
    "sent": "sent_bytes_per_second",
    "read": "read_bytes_per_second",
    "written": "written_bytes_per_second",
    "pids": "processes",
    "throttled": "throttled_share",
}


def save_picture(path: Path, picture: QImage, _scope: CancelScope) -> None:
    """Write a PNG, whole or not at all. Raises Failed."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise Failed("The picture could not be made")
    write_whole(path, bytes(buffer.data().data()))


def save_table(
    path: Path, subjects: Sequence[Subject], measured: Measured, begin: float, end: float, scope: CancelScope
) -> None:
    """Write what was measured between two times as CSV, a line for each step; what is unknown is empty."""
    write_parts(path, (table(subjects, measured, begin, end).encode(),), scope)


def table(subjects: Sequence[Subject], measured: Measured, begin: float, end: float) -> str:
    """The lines of the file; the real names, not those for the screen."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("time", "seconds", "container", *(_UNITS[name] for name in QUANTITIES)))
    for subject in subjects:
        track = measured.tracks.get(subject.ref.id)
        if track is None:
            continue
        columns = [track.column(name) for name in QUANTITIES]
        for number, values in enumerate(zip(*columns, strict=True)):
            at = track.start + number * track.step
            if begin <= at + track.step and at <= end and not all(map(math.isnan, values)):
                stamp = datetime.fromtimestamp(at, UTC).isoformat()
                cells = ("" if math.isnan(value) else f"{value:.9g}" for value in values)
                writer.writerow((stamp, f"{track.step:g}", subject.ref.name, *cells))
    return text.getvalue()
