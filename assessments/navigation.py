"""The pages one can go to: the words of the navigation, and who sees which of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from assessments.access.permissions import Permission, duties_giving
from assessments.access.trail.queries import number_of_alarms

P = Permission


@dataclass(frozen=True)
class Entry:
    """A word in the navigation. Shown when its page exists and a duty gives the permission."""

    label: str
    endpoint: str
    permission: Permission | None = None
    covers: tuple[str, ...] = ()  # other pages that belong under it: endpoints, or whole blueprints
    waiting: Callable[[], int] | None = None  # how many things there wait for the person


MY_CLASSES = "classes.my_classes"
NAVIGATION = [
    Entry(
        "Mina klasser",
        MY_CLASSES,
        P.SEE_SCORES,
        (
            "classes",
            "sheets",
            "cells",
            "moving",
            "measure_sheets",
            "late_entry.ask",
            "reading",
            "screening.class_overview",
            "screening.reading_groups",
            "screening.saved_groups",
            "screening.pupil",
            "imports.score_file",
            "import_history",
        ),
    ),
    Entry("Skolan", "screening.my_school", P.LEAD_SCHOOL),
    Entry(
        "Att följa upp",
        "screening.inbox",
        P.SEE_SIGNALS,
        ("screening.function_log", "requests", "notes", "handovers"),
    ),
    Entry("Begäran om hjälp", "requests.overview", P.ANSWER_REQUESTS, ("requests",)),
    Entry("Stödinsatser", "support.periods", P.SEE_SUPPORT, ("support",)),
    Entry("Rapporter", "reports.overview", P.PRINT, ("reports",)),
    Entry(
        "Överblick",
        "screening.initiative",
        P.SEE_AGGREGATES,
        (
            *("screening.halving_goals", "screening.new_halving_goal", "screening.halving_goal"),
            *("screening.goal_numbers", "screening.initiative_comparison", "screening.initiative_flow"),
            "screening.initiative_support",
        ),
    ),
    Entry(
        "Lässatsningen",
        "screening.benchmarks",
        None,
        (
            *("screening.benchmark_set", "screening.benchmark_trial", "screening.compare_set"),
            *("screening.draft", "screening.draft_file", "screening.draft_facts", "screening.draft_limit"),
            *("screening.new_draft_limit", "screening.compare_draft", "screening.limit_proposal"),
            *("screening.rejudgings", "screening.rejudging_job"),
        ),
    ),
    Entry(
        "Perioder",
        "windows.overview",
        P.MANAGE_WINDOWS,
        ("windows", "school_windows", "late_entry", "texts", "absence.limit"),
    ),
    Entry(
        "Styrning",
        "screening.governing",
        P.MANAGE_WINDOWS,
        ("screening.governing_members", "screening.governing_measures"),
    ),
    Entry(
        "Klasslistor",
        "roster.overview",
        P.EDIT_ROSTER,
        ("roster", "roster_pull", "pupils", "imports.roster_file", "import_history", "import_undo"),
    ),
    Entry("Karantän", "quarantine.overview", P.PROTECT, ("quarantine", "protection")),
    Entry("Uppgifter", "records.overview", P.KEEP_RECORDS, ("records",)),
    Entry("Personal", "staff.overview", P.MANAGE_STAFF, ("staff", "duties", "staff_file")),
    Entry("Vem har sett vad", "trail.overview", P.SEE_TRAIL, waiting=number_of_alarms),
]
OWN_PAGES = [
    Entry("Läsårstider", "school_calendar.overview", P.SEE_CALENDAR),
    Entry("Mina inloggningar", "own.sign_ins"),
    Entry("Vem får se vad", "own.who_sees_what"),
]
SIGN_OUT = "access.sign_out"


@dataclass(frozen=True)
class Link:
    label: str
    address: str
    current: str | None = None  # what aria-current says: "page", "true" for a page below it, or nothing
    waiting: int = 0


def first_page() -> str:
    """Where a person begins: the first page of the navigation that a duty of theirs opens; who leads a school
    and teaches no class begins with the school."""
    entries = [entry for entry in NAVIGATION if entry.permission]
    if not duties_giving(P.RECORD_SCORES):
        entries.sort(key=lambda entry: entry.permission is not P.LEAD_SCHOOL)
    links = links_for(entries, {})
    return links[0].address if links else address_of(MY_CLASSES) or "/"


def links_for(entries: list[Entry], more: dict[str, str]) -> list[Link]:
    """The entries that exist and are open to the person; a window other than the usual one goes along."""
    shown = [entry for entry in entries if entry.permission is None or duties_giving(entry.permission)]
    found = [(entry, address_of(entry.endpoint, **more)) for entry in shown]
    return [
        Link(entry.label, address, _current(entry), entry.waiting() if entry.waiting else 0)
        for entry, address in found
        if address
    ]


def _current(entry: Entry) -> str | None:
    if request.endpoint == entry.endpoint:
        return "page"
    return "true" if {request.blueprint, request.endpoint} & set(entry.covers) else None


def address_of(endpoint: str, **parts: Any) -> str | None:
    """The address of a page, or None while no room has it: ``{% if address_of("reports.overview") %}``."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **parts)
