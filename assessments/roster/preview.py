"""A plan in words: what the command line shows, and the headings of the page."""

import shlex
from collections import Counter
from collections.abc import Sequence

from assessments.roster.characters import shown
from assessments.roster.models import QuarantineWord
from assessments.roster.plans import Quarantined, RosterPlan
from assessments.roster.renaming import Renaming

MOST_LINES = 30
ABOUT_PROTECTED = QuarantineWord.ABOUT_PROTECTED


def preview(plan: RosterPlan, *, end_missing: bool) -> list[str]:
    """The plan line by line, in Swedish; long lists are cut and counted."""
    pupils = "1 elev" if plan.rows == 1 else f"{plan.rows} elever"
    lines = [f"Klasslista med {pupils}, gäller från {plan.effective_on}."]
    lines += [f"Ny kommun: {one.name}" for one in plan.new_municipalities]
    for one in plan.new_schools:
        code = f" ({one.code})" if one.code else ""
        lines.append(f"Ny skola: {one.name}{code}, {one.municipality.name}")
    lines += [f"Ny klass: {one}" for one in plan.new_classes]
    lines += [_renaming(one) for one in plan.renamings]
    if plan.begins_on:
        lines.append(f"I nya klasser går eleverna från läsårets början, {plan.begins_on}.")
    lines += [f"Får nytt namn eller ny kod: {one.name}" for one in plan.amended]
    counts = Counter(str(one.school_class) for one in plan.new)
    lines += _section("Nya elever", len(plan.new), [f"{name}: {count}" for name, count in counts.items()])
    lines += _section(
        "Ändrade elever",
        len(plan.changed),
        [f"rad {one.row}: {one.who}: {', '.join(one.what)}" for one in plan.changed],
    )
    moves = [
        f"rad {one.row}: {one.who}: {one.origin or 'ingen klass'} → {one.school_class}" for one in plan.moved
    ]
    lines += _section("Byter klass", len(plan.moved), moves)
    said = [f"{one.who}: {one.school_class}, till {one.last_day}" for one in plan.left if one.last_day]
    lines += _section("Slutar", len(said), said)
    left = [f"{one.who}: {one.school_class}" for one in plan.left if not one.last_day]
    ending = "avslutas" if end_missing else "går kvar; avslutas bara med --end-missing"
    lines += _section(f"Saknas i filen ({ending})", len(left), left)
    unnamed = [f"{one.who}: {one.school_class}" for one in plan.unnamed]
    lines += _section("Saknas i filen, och klassen också (går kvar)", len(unnamed), unnamed)
    for heading, about_protected in (
        ("I karantän på grund av sekretessmarkering", False),
        ("I karantän, eleven har skyddade personuppgifter", True),
    ):
        aside = [one for one in plan.quarantined if (one.about == ABOUT_PROTECTED) is about_protected]
        lines += _section(heading, len(aside), [_aside(one) for one in aside])
    unprotected = [_aside(one) for one in plan.aside if one.known]
    lines += _section("Satta i karantän förut", len(plan.aside), unprotected)
    lines += _section("Möjliga dubbletter", len(plan.doubles), plan.doubles)
    lines += [f"Oförändrade elever: {plan.unchanged}"] if plan.unchanged else []
    lines += [f"Obs: {note}" for note in plan.notes]
    if not plan.changes_something(end_missing=end_missing):
        but = ", utom det som har satts i karantän" if plan.aside else ""
        lines.append(f"Inget att ändra: allt som filen säger är redan infört{but}.")
    return [shown(line, longest=400) for line in lines]


def _renaming(one: Renaming) -> str:
    if one.is_chosen:
        return f"Klass byter namn: {one.told}. Resultat, inlämningar, lärare och historik följer med."
    return (
        f"Har klassen bytt namn? {one.told}: {one.pupils} av {one.among} elever står där. "
        f"Är det samma klass, lägg till --rename {shlex.quote(one.words)}"
    )


def _aside(one: Quarantined) -> str:
    known = " (eleven finns redan med sitt namn: skydda eleven i Lässpår)" if one.known else ""
    return f"rad {one.row}: {one.school.name}{known}"


def _section(heading: str, count: int, lines: Sequence[str]) -> list[str]:
    if not count:
        return []
    more = [f"  … och {len(lines) - MOST_LINES} till"] if len(lines) > MOST_LINES else []
    return [f"{heading}: {count}", *(f"  {line}" for line in lines[:MOST_LINES]), *more]
