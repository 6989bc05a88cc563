"""Drawings for the pages of every room: ``{{ growth_drawing(one) }}`` in a template.

A door upwards like the names of endpoints: who shows figures need not know who draws them.
"""

from collections.abc import Sequence
from typing import Any

from flask import g
from markupsafe import Markup

from reports.drawer import drawn
from reports.views.room import bp


@bp.app_template_global()
def growth_drawing(shown: Any) -> Markup:
    return _drawn("growth_drawing", shown)


@bp.app_template_global()
def spread_drawing(spread: Any) -> Markup:
    return _drawn("spread_drawing", spread)


@bp.app_template_global()
def level_drawing(title: str, rows: Sequence[Any]) -> Markup:
    return _drawn("level_drawing", title, rows)


@bp.app_template_global()
def funnel_drawing(title: str, sentence: str, found: Any) -> Markup:
    return _drawn("funnel_drawing", title, sentence, found)


@bp.app_template_global()
def flow_drawing(title: str, table: Any) -> Markup:
    return _drawn("flow_drawing", title, table)


@bp.app_template_global()
def goal_drawing(shown: Any, title: str, sentence: str) -> Markup:
    return _drawn("goal_drawing", shown, title, sentence)


@bp.app_template_global()
def support_drawing(shown: Any) -> Markup:
    return _drawn("support_drawing", shown)


def _drawn(kind: str, *told: Any) -> Markup:
    """With a name of its own on the page."""
    g.drawings = g.get("drawings", 0) + 1
    made: Markup = drawn(f"drawings:{kind}", *told, f"drawing-{g.drawings}")
    return made
