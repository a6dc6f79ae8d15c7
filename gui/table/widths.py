"""How wide each column is: as declared or dragged, the rest shared out, the least needed dropped where it is narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.kind import Column

NARROWEST = 40  # pixels: a column that can still be grabbed


def arrange(columns: Sequence[Column], dragged: Mapping[str, int], room: int) -> dict[str, int]:
    """Pixels by column id for `columns`, in `room` pixels; a column that had to be dropped is missing.

    Dragged widths are kept as they are. What is left over goes to the others by their `stretch`.
    """
    widths = {column.id: dragged.get(column.id, column.width) for column in columns}
    for column in sorted((column for column in columns if column.drop), key=lambda column: column.drop):
        if sum(widths.values()) <= room:
            break
        del widths[column.id]
    elastic = [column for column in columns if column.id in widths and column.stretch and column.id not in dragged]
    spare, shares = room - sum(widths.values()), sum(column.stretch for column in elastic)
    for column in elastic if spare > 0 else ():
        part = spare * column.stretch // shares
        widths[column.id] += part
        spare, shares = spare - part, shares - column.stretch
    return widths
