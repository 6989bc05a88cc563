"""Help: one page for each role and each page, half a page of words. Nothing in it is about anybody, so nobody
signs in; whoever has signed in meets the own role first."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, g, render_template
from jinja2 import TemplateNotFound
from markupsafe import Markup

from assessments import help_documents
from assessments.access.permissions import public
from assessments.roster.models import Role

bp = Blueprint("help", __name__)


@dataclass(frozen=True)
class Guide:
    """Where a role begins; ``slug`` is its page."""

    role: Role
    slug: str
    label: str
    about: str


GUIDES = (
    Guide(Role.TEACHER, "teacher", "Klasslärare", "Fylla i, lämna in, se vem som behöver dig, skriva ut."),
    Guide(
        Role.SPECIAL_TEACHER, "special-teacher", "Speciallärare och specialpedagog",
        "Från signal till nästa steg, stödperioder, samråd och överlämning.",
    ),
    Guide(
        Role.PRINCIPAL, "principal", "Rektor",
        "Är alla kartlagda, har varje signal ett nästa steg, vad väntar på beslut.",
    ),
    Guide(
        Role.TEAM, "team", "Elevhälsan, skolsköterska, skolsocialt team och språkstöd",
        "Begäranden som har skickats till er, och svaret tillbaka.",
    ),
    Guide(
        Role.COORDINATOR, "coordinator", "Samordnare och utvecklingsledare",
        "Perioder, riktmärken, andelar och mål, utan en enda elev.",
    ),
    Guide(
        Role.ADMINISTRATOR, "administrator", "Administratör",
        "Klasslistor, nytt läsår, personal och uppdrag, mallar för kommunen.",
    ),
)  # fmt: skip


@bp.get("/help")
@public
def contents() -> str:
    return render_template("help/contents.html", mine=_mine(), **_around())


@bp.get("/help/<slug>")
@public
def page(slug: str) -> str:
    if not slug.replace("-", "").isalpha() or not slug.isascii():
        abort(404)
    try:
        return render_template(f"help/{slug}.html", **_around())
    except TemplateNotFound:
        abort(404)


@bp.get("/help/documents/<template>")
@public
def document(template: str) -> str:
    """A document for the municipality to read and copy."""
    title = _title(template)
    text = Markup(help_documents.as_page(template))  # noqa: S704  # our own files; no HTML is let through
    return render_template(
        "macros/help_document.html", template=template, title=title, text=text, **_around()
    )


@bp.get("/help/documents/<template>.md")
@public
def document_file(template: str) -> Response:
    """The same as a file to fill in."""
    _title(template)
    answer = Response(help_documents.markdown(template), mimetype="text/markdown")
    answer.headers["Content-Disposition"] = f'attachment; filename="{template}.md"'
    return answer


def _title(template: str) -> str:
    return help_documents.DOCUMENTS.get(template) or abort(404)


def _around() -> dict[str, Any]:
    """What every help page shows: the roles, those of the person's duties first, and the documents."""
    mine = _mine()
    guides = sorted(GUIDES, key=lambda one: one.role not in mine)
    return {"guides": guides, "documents": help_documents.DOCUMENTS.items()}


def _mine() -> set[Role]:
    return {duty.role for duty in g.get("duties", [])}
