"""Help: one page for each page, half a page of words. Nothing in it is about anybody, so nobody signs in."""

from flask import Blueprint, abort, render_template
from jinja2 import TemplateNotFound

from assessments.access.permissions import public

bp = Blueprint("help", __name__)


@bp.get("/help")
@public
def contents() -> str:
    return render_template("help/contents.html")


@bp.get("/help/<slug>")
@public
def page(slug: str) -> str:
    if not slug.replace("-", "").isalpha() or not slug.isascii():
        abort(404)
    try:
        return render_template(f"help/{slug}.html")
    except TemplateNotFound:
        abort(404)
