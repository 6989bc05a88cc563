"""A page for the home in another language: the catalogue's sentences translated, a teacher's own not."""

from dataclasses import replace
from typing import Any

from reports.figures.growth import GrowthScale, Moment
from reports.figures.guardian import GuardianSheet
from reports.sentences import MOST
from reports.wording import SWEDISH, in_language, wording

SEASONS = ("autumn", "winter", "spring")


def as_chosen(sheet: GuardianSheet, swedish: GuardianSheet) -> GuardianSheet:
    """``sheet``, gathered in its language, with what is chosen on the Swedish page.

    A sentence that stands in the Swedish catalogue word for word is said in the language; one that somebody
    has rewritten stays as it was written, as does the comment.
    """
    parts: dict[str, Any] = {}
    for part in MOST:
        said = getattr(swedish, part)
        rendered = {one: in_language(one, sheet.language) for one in said}
        parts[part] = tuple(translated for one in said if (translated := rendered[one]) is not None)
        parts[f"{part}_in_swedish"] = tuple(one for one in said if rendered[one] is None)
    return replace(
        sheet, **parts, comment=swedish.comment, is_reviewed=swedish.is_reviewed, offers_interpreter=True
    )


def scale_in_words(scale: GrowthScale, words: dict[str, Any]) -> GrowthScale:
    """A Swedish scale with the words of the language for seasons, years and goals."""
    if words["language"] == SWEDISH:
        return scale
    picture, ours = words["picture"], wording()["picture"]
    seasons = {ours[season]: picture[season] for season in SEASONS}

    def moment(one: Moment) -> Moment:
        number = one.year.removeprefix(ours["year"].format(year=""))
        is_first = one.year == ours["first_year"]
        year = picture["first_year"] if is_first else picture["year"].format(year=number)
        return replace(one, season=seasons[one.season], year=year)

    return replace(
        scale,
        moments=tuple(moment(one) for one in scale.moments),
        goal=picture["goal"],
        language=words["language"],
        begins_right=words["direction"] == "rtl",
    )
