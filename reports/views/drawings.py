"""Drawings for the pages of every room: ``{{ growth_drawing(one) }}`` in a template.

A door upwards like the names of endpoints: who shows figures need not know who draws them.
"""

from collections.abc import Sequence
from typing import Any

from flask import g
from markupsafe import Markup

from reports.views.room import bp


@bp.app_template_global()
def growth_drawing(shown: Any) -> Markup:
    from reports import drawings  # matplotlib only where somebody looks at a picture

    return drawings.growth_drawing(shown, _name())


@bp.app_template_global()
def spread_drawing(spread: Any) -> Markup:
    from reports import drawings

    return drawings.spread_drawing(spread, _name())


@bp.app_template_global()
def level_drawing(title: str, rows: Sequence[Any]) -> Markup:
    from reports import drawings

    return drawings.level_drawing(title, rows, _name())


@bp.app_template_global()
def funnel_drawing(title: str, sentence: str, found: Any) -> Markup:
    from reports import drawings

    return drawings.funnel_drawing(title, sentence, found, _name())


@bp.app_template_global()
def flow_drawing(title: str, table: Any) -> Markup:
    from reports import drawings

    return drawings.flow_drawing(title, table, _name())


@bp.app_template_global()
def goal_drawing(shown: Any, title: str, sentence: str) -> Markup:
    from reports import drawings

    return drawings.goal_drawing(shown, title, sentence, _name())


@bp.app_template_global()
def support_drawing(shown: Any) -> Markup:
    from reports import drawings

    return drawings.support_drawing(shown, _name())


def _name() -> str:
    """One for each drawing of the page."""
    g.drawings = g.get("drawings", 0) + 1
    return f"drawing-{g.drawings}"
