"""Limits of one's own results: the question stands in the address; a draft takes what a person wants."""

from typing import Any

from flask import g, render_template, request

from assessments.access.permissions import Permission, needs
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from screening.benchmarks.drafting import Author
from screening.benchmarks.forms import ProposalForm, TakeInForm
from screening.queries.draft_pages import open_drafts
from screening.views.drafts import REFUSED, draft_or_404, saved
from screening.views.room import bp

P = Permission
ADDRESS = "/benchmarks/proposal"


@bp.get(ADDRESS)
@needs(P.MANAGE_WINDOWS)
def limit_proposal() -> Any:
    form = _question_form()
    if not {"measure", "result", "goal"} & request.args.keys():
        return _page(form)
    return _page(form, is_asked=True) if form.validate() else (_page(form), REFUSED)


@bp.post(ADDRESS)
@needs(P.MANAGE_WINDOWS)
def take_limit_proposal() -> Any:
    from screening.benchmarks import proposing  # NumPy and SciPy only where somebody asks

    form, taken = _question_form(), _draft_form()
    if not form.validate() or not taken.validate():
        return _page(form, is_asked=not form.errors, taken=taken), REFUSED
    draft_id, seen = taken.chosen()
    draft, question = draft_or_404(draft_id), proposing.Question(form.measure.data, *form.places())
    by = Author(g.account.id, seen, proposing.REASON)
    try:
        proposing.take_in(draft, question, proposing.proposed(question), by)
    except Refused as refused:
        db.session.rollback()
        return _page(form, is_asked=True, reasons=refused.reasons), REFUSED
    return saved(draft)


def _question_form() -> ProposalForm:
    from screening.queries.limit_proposals import places  # NumPy, as above

    form = ProposalForm(formdata=request.args)
    form.offer(list(measures().values()), places())
    return form


def _draft_form() -> TakeInForm:
    form = TakeInForm()
    form.offer({(one.id, one.seen): f"{one.name} ({one.code})" for one in open_drafts()})
    return form


def _page(
    form: ProposalForm,
    *,
    is_asked: bool = False,
    taken: TakeInForm | None = None,
    reasons: list[str] | None = None,
) -> str:
    from screening.benchmarks.proposing import Question  # NumPy, as above
    from screening.queries.limit_proposals import limit_proposal

    found, against = None, []
    if is_asked:
        try:
            found = limit_proposal(Question(form.measure.data, *form.places()))
        except Refused as refused:
            against = refused.reasons
    return render_template(
        "screening/limit_proposal.html",
        form=form,
        found=found,
        against=against,
        taken=taken or _draft_form(),
        reasons=reasons or [],
    )
