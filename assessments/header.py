"""What stands on top of every page: where one can go, which window is shown, who is signed in.

The chosen window lives in the address, so that two tabs never disturb each other and a link says what it
shows: as the part ``<window>`` where a page is about a window, else as ``?window=2026-27-autumn``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

from assessments import windows
from assessments.access.permissions import around_me, duties_giving
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.navigation import MY_CLASSES, NAVIGATION, OWN_PAGES, SIGN_OUT, Link, address_of, links_for
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.words import day


@dataclass(frozen=True)
class WindowChoice:
    label: str
    dates: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Header:
    """Ready to print: base.html asks nothing."""

    start: str = "/"
    window: AssessmentWindow | None = None
    window_groups: list[tuple[str, list[WindowChoice]]] = field(default_factory=list)
    navigation: list[Link] = field(default_factory=list)
    own_pages: list[Link] = field(default_factory=list)
    person: str | None = None
    functions: list[str] = field(default_factory=list)
    sign_out: str | None = None
    help: str | None = None


def init_app(app: Flask) -> None:
    """Give every template ``header``, and let blocks leave no empty lines in pages."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"header": _header()})
    app.add_template_global(address_of)


def chosen_window() -> AssessmentWindow | None:
    """The window of the address, else the one to work in; 404 when the address names one we lack."""
    told = _told_window()
    return window_or_404(told) if told else windows.current(windows.in_order())


def window_or_404(slug: str, *, to_read: bool = False) -> AssessmentWindow:
    """The window with the code of an address (``2026-27-autumn``). ``to_read`` as below."""
    try:
        return windows.find_to_read(slug) if to_read else windows.find(slug)
    except Refused:
        abort(404)


def window_of_class(school_class: SchoolClass, slug: str, *, to_read: bool = False) -> AssessmentWindow:
    """The window of the address; a class has sheets only in its own academic year. ``to_read``: of no
    session, for who only reads it."""
    window = window_or_404(slug, to_read=to_read)
    if window.academic_year != school_class.academic_year:
        abort(404)
    return window


def _header() -> Header:
    if "header" not in g:
        try:
            g.header = _build()
        except sa.exc.SQLAlchemyError:  # the page that tells about it must still be shown
            db.session.rollback()
            g.header = Header(start=_start(), help=_help())
    header: Header = g.header
    return header


def _build() -> Header:
    account = g.get("account")
    if account is None:
        return Header(start=_start(), help=_help())
    every = windows.in_order()
    usual = windows.current(every)
    window = _shown(every) or usual
    return Header(
        start=_start(),
        window=window,
        window_groups=_window_groups(every, window) if window else [],
        navigation=links_for(
            NAVIGATION, {} if window is None or window == usual else {"window": window.slug}
        ),
        own_pages=links_for(OWN_PAGES, {}),
        person=account.name,
        functions=[duty.function for duty in g.duties],
        sign_out=address_of(SIGN_OUT),
        help=_help(),
    )


def _told_window() -> str | None:
    """What the address says of the window: its code, or nothing."""
    told = (request.view_args or {}).get("window") or request.args.get("window")
    return str(told) if told else None


def _shown(every: list[AssessmentWindow]) -> AssessmentWindow | None:
    """The window of the address; on error pages an address may name one we lack."""
    return next((window for window in every if window.slug == _told_window()), None)


def _window_groups(
    every: list[AssessmentWindow], chosen: AssessmentWindow
) -> list[tuple[str, list[WindowChoice]]]:
    """Windows to change to: on a class's page those of its academic year, the rest through Mina klasser."""
    year, page = _year_of_the_class(), _page_here()
    here = [window for window in reversed(every) if year in (None, window.academic_year)]
    away = [window for window in reversed(every) if window not in here]
    groups = [("", [_choice(window, chosen, _same_page(page, window)) for window in here])]
    if away:
        elsewhere = [_choice(window, chosen, address_of(MY_CLASSES, window=window.slug)) for window in away]
        groups.append(("Andra läsår, alla klasser", elsewhere))
    return groups


def _year_of_the_class() -> str | None:
    """The academic year of the class the page is about. A stranger's class says as little as none."""
    class_id = (request.view_args or {}).get("class_id")
    if class_id is None:
        return None
    found: SchoolClass | None = around_me("school_class", class_id)
    return found.academic_year if found else None


def _choice(window: AssessmentWindow, chosen: AssessmentWindow, address: str | None) -> WindowChoice:
    dates = f"{day(window.opens_on)} till {day(window.closes_on)}"
    return WindowChoice(window.label, dates, address or "/", window.id == chosen.id)


def _same_page(page: tuple[str, Mapping[str, Any]], window: AssessmentWindow) -> str | None:
    """The address of the page for another window. Words that ``url_for`` keeps for itself are no question of
    any page of ours."""
    endpoint, parts = page
    asked = {name: value for name, value in request.args.items() if name != "endpoint" and name[:1] != "_"}
    return address_of(endpoint, **{**asked, **parts, "window": window.slug})


def _page_here() -> tuple[str, Mapping[str, Any]]:
    """The page, and the parts of its address. A form that was refused is answered where it was sent: then the
    page at that address, or the nearest one above it of those that the person may open, else Mina klasser."""
    if request.url_rule is None:
        return MY_CLASSES, {}
    if "GET" in (request.url_rule.methods or ()):
        return request.endpoint or MY_CLASSES, request.view_args or {}
    adapter, path = current_app.create_url_adapter(request), request.path
    while adapter and path:
        with suppress(HTTPException):
            endpoint, parts = adapter.match(path, "GET")
            permissions, _of = getattr(current_app.view_functions[endpoint], "needs", ((), None))
            if isinstance(permissions, str) or any(duties_giving(one) for one in permissions):
                return endpoint, parts
        path = path.rpartition("/")[0]
    return MY_CLASSES, {}


def _start() -> str:
    """Where the person begins: whoever has no class of their own finds nothing in Mina klasser."""
    return address_of("classes.start") or "/"


def _help() -> str | None:
    found = address_of("help.page", slug="x")
    return found.removesuffix("x") if found else None
