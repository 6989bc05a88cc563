"""A teacher makes a page for the home her own: saves it as a draft, reviews it, reviews a class's at once.

Verbs: they change and flush. Whatever is written by hand is read before it is kept: it names no other child,
holds no personnummer and no word that never stands on such a page.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.clock import now, today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil
from assessments.words import listed
from reports import text_checks
from reports.figures.guardian import GuardianSheet
from reports.gathering.home_pages import pages_left
from reports.gathering.schoolmates import own_names, schoolmates_names
from reports.models import LONGEST_COMMENT, HomePage, PageState
from reports.page_basis import basis_of, digest, is_unchanged
from reports.sentences import MOST, Offer, offers
from reports.wording import wording
from screening.handovers.seeing import may_see

FORMER = "Bladet är från den förra skolan. Det går att skriva på när överlämningen är mottagen."
LONGEST_SENTENCE = 100  # of the page's lines at most two
Line = tuple[str, str]  # place in the catalogue ("own": nowhere), words
PARTS = {"can": "Det här kan", "practise": "Det här övar vi på nu", "home": "Det här kan ni göra hemma"}


@dataclass(frozen=True)
class Written:
    """A page as a person wants it: by part the lines in printed order; the comment; words she vouches for."""

    lines: Mapping[str, tuple[Line, ...]]
    comment: str = ""
    vouched_for: frozenset[str] = frozenset()


class Overtaken(Refused):
    """Somebody else saved the page in the meantime."""

    def __init__(self, page: HomePage) -> None:
        super().__init__("Någon annan har sparat bladet medan du skrev.")
        self.page = page


class Doubtful(Refused):
    """Words that may be another child's name. The person says whether they are."""

    def __init__(self, words: Collection[str], texts: Sequence[str]) -> None:
        named = listed([f"”{word}”" for word in words])
        super().__init__(
            f"{named} är också namn på en annan elev på skolan. Menar du en annan elev, skriv om."
        )
        self.words, self.texts = tuple(words), tuple(texts)


def sheet_offers(sheet: GuardianSheet) -> Mapping[str, tuple[Offer, ...]]:
    """The sentences of the catalogue that fit the sheet's results."""
    levels = [(row.area, row.said_as) for row in sheet.rows if row.said_as is not None]
    words = wording(sheet.language)
    return offers(levels, sheet.year, words, is_measured=not sheet.lacks_results)


def as_proposed(sheet: GuardianSheet) -> Written:
    """The page as the catalogue proposes it."""
    lines = {
        part: tuple((offer.place, offer.said) for offer in found if offer.is_proposed)
        for part, found in sheet_offers(sheet).items()
    }
    return Written(lines)


def read_page(pupil: Pupil, window: AssessmentWindow, sheet: GuardianSheet, written: Written) -> None:
    """Refuse what may not stand on the page, with every reason; :class:`Doubtful` asks a person, once."""
    reasons = [*_counts(written.lines), *_lengths(written)]
    texts = _own_texts(written, sheet)
    own_words = "\n".join(texts)
    found = text_checks.others_named(own_words, own_names(pupil), schoolmates_names(pupil, window))
    if found.others:
        reasons.append(f"Texten nämner en annan elev: {listed(found.others)}. Bladet handlar om ett barn.")
    if text_checks.has_personnummer(own_words, today()):
        reasons.append("Texten ser ut att ha ett personnummer. Det får inte stå på bladet.")
    reasons += [f"”{word}” skriver vi inte på ett blad hem." for word in text_checks.never_said(own_words)]
    if reasons:
        raise Refused(reasons)
    answered = written.vouched_for | _words_kept(pupil, window)
    if doubtful := [word for word in found.doubtful if word not in answered]:
        raise Doubtful(doubtful, texts)


def save_page(
    pupil: Pupil, window: AssessmentWindow, sheet: GuardianSheet, written: Written, state: PageState,
    by: Recorder, *, expected_version: int, seen: str | None = None,
) -> HomePage:  # fmt: skip
    """Keep the page. ``sheet`` is the child's page as the results make it now, ``seen`` the digest of the one
    she looked at: nobody reviews results that she has not seen. Flushes.
    """
    hold({pupil.id})
    if not may_see(pupil.id, window):
        raise Refused(FORMER)
    page = pages_left([pupil.id], window).get(pupil.id)
    if (page.version if page else 0) != expected_version:
        raise Overtaken(page) if page else Refused("Bladet är borttaget. Ladda om sidan.")
    if state is PageState.REVIEWED and seen not in (None, digest(basis_of(sheet))):
        raise Refused("Resultaten eller stödet har ändrats sedan du öppnade sidan. Läs bladet igen.")
    read_page(pupil, window, sheet, written)
    return _keep(page, pupil.id, window, sheet, written, state, by)


def review_pages(window: AssessmentWindow, sheets: Iterable[GuardianSheet], by: Recorder) -> list[HomePage]:
    """Review at once the pages that say nothing of "behöver mer träning och stöd". Those that somebody has
    written on before the results changed are left for her to read. ``sheets`` as the results make them.
    """
    calm = {sheet.key: sheet for sheet in sheets if not sheet.says_needs_support}
    hold(set(calm))
    left = pages_left(calm, window)
    return [
        _keep(page, key, window, sheet, _as_it_stands(page, sheet), PageState.REVIEWED, by)
        for key, sheet in calm.items()
        if is_reviewed_at_once(page := left.get(key), sheet)
    ]


def is_reviewed_at_once(page: HomePage | None, sheet: GuardianSheet) -> bool:
    """Whether the page needs nobody to read it alone."""
    if sheet.says_needs_support:
        return False
    if page is None:
        return True
    is_same = is_unchanged(page.basis, basis_of(sheet))
    if page.state is PageState.REVIEWED and is_same:
        return False
    return is_same or (page.is_as_proposed and not page.comment)


def _as_it_stands(page: HomePage | None, sheet: GuardianSheet) -> Written:
    if page is None or page.is_as_proposed:
        proposed = as_proposed(sheet)
        return Written(proposed.lines, page.comment if page else "")
    kept = {part: tuple((place, said) for place, said in getattr(page, part)) for part in MOST}
    return Written(kept, page.comment)


def _keep(
    page: HomePage | None, pupil_id: int, window: AssessmentWindow, sheet: GuardianSheet,
    written: Written, state: PageState, by: Recorder,
) -> HomePage:  # fmt: skip
    values: dict[str, Any] = {part: [list(line) for line in lines] for part, lines in written.lines.items()}
    values |= {
        "comment": written.comment, "is_as_proposed": written.lines == as_proposed(sheet).lines,
        "state": state, "basis": basis_of(sheet), "account_id": by.account_id, "duty_id": by.duty_id,
        "changed_at": now(), "version": page.version + 1 if page else 1,
    }  # fmt: skip
    if page is None:
        page = HomePage(pupil_id=pupil_id, window_id=window.id, **values)
        db.session.add(page)
    else:
        for name, value in values.items():
            setattr(page, name, value)
    db.session.flush()
    return page


def _words_kept(pupil: Pupil, window: AssessmentWindow) -> frozenset[str]:
    """The words of the page as it is kept: about those somebody has answered."""
    page = pages_left([pupil.id], window).get(pupil.id)
    if page is None:
        return frozenset()
    said = [page.comment, *(said for part in MOST for _place, said in getattr(page, part))]
    return frozenset(text_checks.words_in("\n".join(said)))


def _counts(lines: Mapping[str, tuple[Line, ...]]) -> Iterable[str]:
    for part, most in MOST.items():
        count = len(lines[part])
        if count == 0:
            yield f"”{PARTS[part]}” är tomt. Välj minst en mening."
        elif count > most:
            yield f"Välj högst {most} meningar under ”{PARTS[part]}”. Nu är det {count}."


def _lengths(written: Written) -> Iterable[str]:
    for part, lines in written.lines.items():
        if any(len(said) > LONGEST_SENTENCE for _place, said in lines):
            yield f"En mening under ”{PARTS[part]}” är för lång. Högst {LONGEST_SENTENCE} tecken får plats."
        if any(not said for _place, said in lines):
            yield f"En vald mening under ”{PARTS[part]}” är tom."
    if len(written.comment) > LONGEST_COMMENT:
        yield f"Kommentaren har {len(written.comment)} tecken. Högst {LONGEST_COMMENT} får plats."


def _own_texts(written: Written, sheet: GuardianSheet) -> list[str]:
    """What somebody wrote: the comment, and every sentence that the catalogue does not hold."""
    known = {offer.said for found in sheet_offers(sheet).values() for offer in found}
    said = [said for lines in written.lines.values() for _place, said in lines if said not in known]
    return [*said, written.comment]
