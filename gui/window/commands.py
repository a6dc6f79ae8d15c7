"""What the palette offers now: from the pages, the loaded rows, the selection and the contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from gui.messages import phase_words
from gui.page.page import KindPage
from gui.window.palette import Command, Group, Shelf, Texts
from gui.window.place import Place
from models.context import Context
from models.kind import Action, ResourceKind
from models.text import display, names_text

if TYPE_CHECKING:
    from gui.window.window import Window


def commands(window: Window, more: Callable[[], Iterator[Command]]) -> list[Command]:
    """Everything that can be done from here but to go to an object; `more` adds what belongs to the application."""
    return [*_actions(window), *more(), *_pages(window), *_contexts(window)]


def shelves(window: Window) -> list[Shelf]:
    """The objects of all pages that have been looked at."""
    return [
        Shelf(Texts(page.table.all_rows(), partial(_text, page.kind)), partial(_object, window, place, page))
        for place in window.places.values()
        for page in place.made().values()
        if isinstance(page, KindPage)
    ]


def _actions(window: Window) -> Iterator[Command]:
    page = window.current_page()
    if not isinstance(page, KindPage):
        return
    rows = page.selected()
    names = names_text([display(page.kind.name(row), 60) for row in rows])
    if page.makes and len(rows) == 1:
        for title, replace in ((f"Run {names} again…", False), (f"Edit and recreate {names}…", True)):
            yield Command(group=Group.ACTION, title=title, icon="edit" if replace else "run",
                          do=partial(page.make_like, rows, replace=replace))  # fmt: skip
    for action in page.kind.actions:
        subject = () if action.on_page else rows
        if (rows or action.on_page) and page.actions_.why_not(action, subject) is None:
            yield Command(
                group=Group.ACTION,
                title=action.title if action.on_page else _deed(action, names),
                icon=action.icon,
                twin=page.actions_.twin(action, subject),
                shortcut=action.shortcut,
                do=partial(page.actions_.trigger, action, subject),
            )


def _deed(action: Action, names: str) -> str:
    """ "Stop web"; where a dialog comes first "Send signal to web…"."""
    title = action.title_for(names, {option.id: option.label.lower() for option in action.options})
    return f"{title}…" if action.asks else title


def _title(kind: ResourceKind, row: object) -> str:
    return display(kind.name(row), 120)


def _detail(kind: ResourceKind, row: object) -> str:
    return f"{kind.noun}, {kind.state_text(row)}"


def _text(kind: ResourceKind, row: object) -> str:
    return f"{_title(kind, row)} {_detail(kind, row)}"


def _object(window: Window, place: Place, page: KindPage, row: object) -> Command:
    kind, key = page.kind, page.kind.key(row)

    def go() -> None:
        window.contexts.set_current(place.open_one)
        place.show_page(kind.id)
        page.show_key(key)

    return Command(
        group=Group.OBJECT,
        title=_title(kind, row),
        detail=_detail(kind, row),
        glyph=kind.health(row),
        context=display(place.open_one.context.title),
        colour=f"context.{place.open_one.context.colour}",
        do=go,
    )


def _pages(window: Window) -> Iterator[Command]:
    for place in window.places.values():
        context = place.open_one.context
        for page_id, entry in place.sidebar.entries.items():

            def go(place: Place = place, page_id: str = page_id) -> None:
                window.contexts.set_current(place.open_one)
                place.show_page(page_id)

            yield Command(
                group=Group.PAGE,
                title=entry.text(),
                icon=entry.picture,
                context=display(context.title),
                colour=f"context.{context.colour}",
                do=go,
            )


def _contexts(window: Window) -> Iterator[Command]:
    open_ids = {one.context.id: one for one in window.contexts.open_ones}
    known: dict[str, Context] = {one.context.id: one.context for one in window.contexts.open_ones}
    known.update((context.id, context) for context in window.contexts.found if context.problem is None)
    for context_id, context in known.items():
        open_one = open_ids.get(context_id)
        yield Command(
            group=Group.CONTEXT,
            title=display(context.title),
            detail=phase_words(open_one.state)[0] if open_one else "not open",
            icon="engine",
            colour=f"context.{context.colour}",
            context=display(context.endpoint, 60),
            do=partial(window.contexts.open, context),
        )
