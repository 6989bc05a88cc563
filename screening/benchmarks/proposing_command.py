"""``lasspar benchmarks propose``: a local limit out of the initiative's own results, as a proposal."""

import json

import click
import sqlalchemy as sa

from assessments.database import db
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks.drafting import Author
from screening.benchmarks.models import BenchmarkDraft

YEAR = click.IntRange(0, 9)
SEASON = click.Choice([season.value for season in Season])
SEASON_WORDS = "autumn|winter|spring"


@click.command("propose")
@click.argument("measure", metavar="MÅTT")
@click.option("--year", type=YEAR, required=True, metavar="ÅR", help="Årskursen för resultatet, 0 är F.")
@click.option("--season", type=SEASON, required=True, metavar=SEASON_WORDS, help="Perioden för resultatet.")
@click.option("--goal-year", type=YEAR, required=True, metavar="ÅR", help="Årskursen för målet, 0 är F.")
@click.option("--goal-season", type=SEASON, required=True, metavar=SEASON_WORDS, help="Perioden för målet.")
@click.option("--draft", "draft_id", type=int, metavar="NUMMER", help="Lägg gränsen i detta utkast.")
@click.option("--json", "as_json", is_flag=True, help="Skriv allt som JSON.")
def propose(
    measure: str,
    year: int,
    season: str,
    goal_year: int,
    goal_season: str,
    draft_id: int | None,
    as_json: bool,
) -> None:
    """Föreslå en gräns ur egna resultat: den som hittar nio av tio som senare inte når målet.

    Nekas när underlaget är för litet. Gäller aldrig av sig själv: ett utkast ges ut och antas av en person.
    """
    from screening.benchmarks import proposing  # NumPy and SciPy are not for --help

    question = proposing.Question(measure, year, Season(season), goal_year, Season(goal_season))
    draft = None if draft_id is None else _draft(draft_id)
    found = proposing.proposed(question)
    if draft is not None:
        proposing.take_in(draft, question, found, Author(None, draft.version, proposing.REASON))
        db.session.commit()
    if as_json:
        click.echo(json.dumps(proposing.as_json(question, found), ensure_ascii=False))
        return
    for line in proposing.lines(question, found):
        click.echo(line)
    if draft_id is not None:
        click.echo(f"Gränsen står nu i utkast {draft_id}.")


def _draft(draft_id: int) -> BenchmarkDraft:
    draft = db.session.scalar(sa.select(BenchmarkDraft).filter_by(id=draft_id))
    if draft is None:
        raise Refused(f"Utkast {draft_id} finns inte.")
    return draft
