"""Who may see and change whom: said by hand from domain.md section 1, apart from the app's page of rights.

Classes stand for their pupils. A visitor who is not named in a table has nothing there.
"""

from matrix.world import (
    ACCEPTED,
    ALIASES,
    CLASSES,
    CODES,
    DRAFT,
    HANDED_ON,
    HANDED_OVER,
    LEFT,
    MOVED,
    PUPILS,
    REPORTED,
    SENT_TO_TEAM,
)

MINE, BESIDE, GRAN, TALL = "1A", "1B", "1G", "1T"
EKBACKEN = {MINE, BESIDE, "1A last year"}
EKBY = {*EKBACKEN, GRAN}
OUT = {"signed_out", "disabled", "expired", "to_come"}  # nobody is signed in there

# zone: visitor: the classes where the visitor has the right
TEACHING = {
    "teacher_1a": {MINE},
    "teacher_1b": {BESIDE},
    "teacher_other_school": {GRAN},
    "teacher_elsewhere": {TALL},
    "teaches_and_administers": {BESIDE},
    "former_substitute": {BESIDE},
}
SPECIAL = {"special_teacher": EKBACKEN, "special_teacher_elsewhere": {GRAN, TALL}}
PRINCIPAL = {"principal": EKBACKEN}
ADMINISTERING = {"administrator": EKBY, "administrator_elsewhere": {TALL}, "teaches_and_administers": EKBY}
TEAM = {"team_school": EKBACKEN, "team_municipality": EKBY}
COORDINATING = {"coordinator_municipality": EKBY, "coordinator_all": set()}


def _together(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    return {
        who: set().union(*(table.get(who, set()) for table in tables)) for table in tables for who in table
    }


ZONES = {
    "roster": _together(TEACHING, SPECIAL, PRINCIPAL, ADMINISTERING),
    "edit roster": ADMINISTERING,
    "protect": _together(PRINCIPAL, ADMINISTERING),
    "manage protected": PRINCIPAL,
    "scores": _together(TEACHING, SPECIAL, PRINCIPAL),
    "record scores": _together(TEACHING, SPECIAL),
    "signals": _together(TEACHING, SPECIAL, PRINCIPAL),
    "act on signals": SPECIAL,
    "act on reported": PRINCIPAL,
    "observe": _together(TEACHING, SPECIAL),
    "consult": _together(TEACHING, SPECIAL),
    "lead school": PRINCIPAL,
    "print": _together(TEACHING, SPECIAL, PRINCIPAL),
    "write home pages": _together(TEACHING, SPECIAL),
    "see support": _together(TEACHING, SPECIAL, PRINCIPAL),
    "record support": _together(TEACHING, SPECIAL),
    "plan support": SPECIAL,
    "absence": _together(PRINCIPAL, ADMINISTERING),
    "ask for help": _together(TEACHING, SPECIAL, PRINCIPAL),
    "give ground": PRINCIPAL,
    "notes": SPECIAL,
    "hand over": _together(TEACHING, SPECIAL, PRINCIPAL),
    "answer requests": TEAM,
    "staff": ADMINISTERING,
    "trail": ADMINISTERING,
    "windows": COORDINATING,
}
COLLEAGUES = _together(TEACHING, SPECIAL, PRINCIPAL, ADMINISTERING, TEAM, COORDINATING)
"""Where a visitor is known: no right there is 403, anywhere else everything is 404."""

MEETS_PROTECTED = _together(TEACHING, SPECIAL, PRINCIPAL)
MUNICIPALITIES = {
    "Ekby": {
        "administrator",
        "teaches_and_administers",
        "team_municipality",
        "coordinator_municipality",
        "coordinator_all",
    },
    "Tallby": {"administrator_elsewhere", "coordinator_all"},
}
SCHOOLS = {
    "Ekbacken": {"special_teacher", "principal", "team_school"}
    | MUNICIPALITIES["Ekby"] - {"coordinator_all"},
    "Granbacken": MUNICIPALITIES["Ekby"] - {"coordinator_all"},
    "Tallbacken": {"administrator_elsewhere"},  # whoever has some years there works with classes
}
LOOKED_AFTER = {"Ekby": {"administrator", "teaches_and_administers"}, "Tallby": {"administrator_elsewhere"}}
KNOWS_ACCOUNTS_OF = {
    "Ekby": {*LOOKED_AFTER["Ekby"], "team_municipality", "coordinator_municipality"},
    "Tallby": LOOKED_AFTER["Tallby"],
}
SUPPORTS = {"special_teacher": {"Ekbacken"}, "special_teacher_elsewhere": {"Granbacken", "Tallbacken"}}
"""The schools where a visitor makes groups for support."""
LEADS: dict[str, set[str]] = {"Ekbacken": {"principal"}, "Granbacken": set(), "Tallbacken": set()}
OPENS_WINDOWS = {"coordinator_municipality", "coordinator_all"}
# Terms and breaks: seen by everybody with a duty in the municipality, written by those who look after it.
SEES_CALENDAR = {
    "Ekby": {who for who, classes in COLLEAGUES.items() if classes & EKBY} | {"coordinator_all"},
    "Tallby": {who for who, classes in COLLEAGUES.items() if TALL in classes} | {"coordinator_all"},
}
WRITES_CALENDAR = {
    "Ekby": LOOKED_AFTER["Ekby"] | OPENS_WINDOWS,
    "Tallby": LOOKED_AFTER["Tallby"] | {"coordinator_all"},
}


def may(who: str, zone: str, stem: str) -> bool:
    """Whether the visitor has the right with the pupil, as things stand today."""
    name, is_protected = PUPILS[stem]
    if is_protected and name not in MEETS_PROTECTED.get(who, set()):
        return False
    return name in ZONES[zone].get(who, set())


def knows(who: str, stem: str) -> bool:
    """Whether the visitor is a colleague around the pupil, with or without the right at hand."""
    name, is_protected = PUPILS[stem]
    return name in (MEETS_PROTECTED if is_protected else COLLEAGUES).get(who, set())


def hears_of(who: str, stem: str) -> bool:
    """Whether a request about the pupil has been sent to the function that the visitor holds."""
    return stem in SENT_TO_TEAM and PUPILS[stem][0] in TEAM.get(who, set())


def may_hand_over(who: str, stem: str, table: str | dict[str, set[str]] = "hand over") -> bool:
    """Those of the classes where the pupil goes, or went within the last year."""
    name, is_protected = PUPILS[stem]
    places = {name, *LEFT.get(stem, ())}
    theirs = (ZONES[table] if isinstance(table, str) else table).get(who, set())
    return not is_protected and bool(places & theirs)


LEAVER_PAPERS = {"reports.leaver_paper", "reports.leaver_support"}
HANDOVER_PAPERS = {"reports.handover", "reports.class_handovers", "reports.overview"} | LEAVER_PAPERS


def names_open_to(who: str, endpoint: str = "") -> set[str]:
    """The words that may stand on this visitor's pages: of protected pupils the alias, never the name. On
    pages about requests also whoever a request to the visitor's function is about."""
    is_about_handovers = endpoint.startswith("handovers.") or endpoint in HANDOVER_PAPERS
    is_about_requests = endpoint.startswith("requests.") or endpoint == "reports.help_request"
    seen = [
        stem
        for stem in PUPILS
        if may(who, "roster", stem)
        or (is_about_requests and hears_of(who, stem))
        or (is_about_handovers and (may_hand_over(who, stem) or _is_handed_to(who, stem)))
    ]
    return {ALIASES.get(stem, stem) for stem in seen} | {CODES[stem] for stem in seen}


# endpoint: (zone, the object its address names). "" is any signed-in person, "public" anybody at all.
ENDPOINTS = {
    "access.sign_in_page": ("public", None),
    "access.sign_in": ("public", None),
    "access.sign_out": ("public", None),
    "access.password_page": ("public", None),
    "access.set_password": ("public", None),
    "help.contents": ("public", None),
    "api_docs.openapi": ("public", None),
    "api_docs.page": ("public", None),
    "metrics.show": ("public", None),
    "help.page": ("public", None),
    "help.document": ("public", None),
    "help.document_file": ("public", None),
    "reports.quick_guide": ("public", None),
    "own.healthz": ("public", None),
    "own.session": ("public", None),
    "own.sign_ins": ("", None),
    "own.renew_recovery_codes": ("", None),
    "own.end_session": ("", "session"),
    "programs.end_mine": ("", None),
    "own.end_other_sessions": ("", None),
    "own.who_sees_what": ("", None),
    "classes.start": ("", None),
    "classes.my_classes": ("", None),
    "classes.pupils": ("roster", "class"),
    "windows.overview": ("", None),
    "windows.new": ("windows", None),
    "windows.move": ("windows", None),
    "windows.school_measures": ("windows", None),
    "windows.measures_of_school": ("windows", "municipality"),
    "screening.governing": ("windows", None),
    "screening.choose_setting": ("windows", None),
    "screening.governing_members": ("windows", None),
    "screening.change_member": ("windows", None),
    "screening.governing_measures": ("windows", None),
    "screening.switch_measure": ("windows", None),
    "screening.benchmarks": ("", None),
    "screening.benchmark_set": ("", None),
    "screening.benchmark_trial": ("windows", None),
    "screening.count_trial": ("windows", None),
    "screening.adopt": ("windows", None),
    "screening.benchmark_toml": ("", None),
    "screening.compare_set": ("windows", None),
    "screening.initiative": ("windows", None),
    "screening.count_initiative": ("windows", None),
    "reports.initiative_report": ("windows", None),
    "reports.api_initiative_paper": ("windows", None),
    "screening.initiative_comparison": ("windows", None),
    "screening.count_comparison": ("windows", None),
    "screening.comparison_csv": ("windows", None),
    "screening.comparison_xlsx": ("windows", None),
    "screening.initiative_flow": ("windows", None),
    "screening.flow_csv": ("windows", None),
    "screening.flow_xlsx": ("windows", None),
    "screening.count_flow": ("windows", None),
    "screening.initiative_support": ("windows", None),
    "screening.count_support": ("windows", None),
    "screening.halving_goals": ("windows", None),
    "screening.new_halving_goal": ("windows", None),
    "screening.set_halving_goal": ("windows", None),
    "screening.halving_goal": ("windows", None),
    "screening.count_halving_goal": ("windows", None),
    "screening.end_halving_goal": ("windows", None),
    "screening.goal_numbers": ("windows", None),
    "screening.enter_goal_numbers": ("windows", None),
    "reports.halving_goal": ("windows", None),
    "screening.begin_draft": ("windows", None),
    "screening.limit_proposal": ("windows", None),
    "screening.take_limit_proposal": ("windows", None),
    "screening.draft_file": ("windows", None),
    "screening.read_draft_file": ("windows", None),
    "screening.draft": ("windows", None),
    "screening.draft_toml": ("windows", None),
    "screening.draft_facts": ("windows", None),
    "screening.change_draft_facts": ("windows", None),
    "screening.new_draft_limit": ("windows", None),
    "screening.add_draft_limit": ("windows", None),
    "screening.draft_limit": ("windows", None),
    "screening.change_draft_limit": ("windows", None),
    "screening.remove_draft_limit": ("windows", None),
    "screening.new_draft_plan": ("windows", None),
    "screening.add_draft_plan": ("windows", None),
    "screening.draft_plan": ("windows", None),
    "screening.change_draft_plan": ("windows", None),
    "screening.remove_draft_plan": ("windows", None),
    "screening.new_draft_composite": ("windows", None),
    "screening.add_draft_composite": ("windows", None),
    "screening.draft_composite": ("windows", None),
    "screening.change_draft_composite": ("windows", None),
    "screening.remove_draft_composite": ("windows", None),
    "screening.compare_draft": ("windows", None),
    "screening.count_draft": ("windows", None),
    "screening.count_set": ("windows", None),
    "screening.publish_draft": ("windows", None),
    "screening.lay_draft_aside": ("windows", None),
    "screening.rejudgings": ("windows", None),
    "screening.order_rejudging": ("windows", None),
    "screening.rejudging_job": ("windows", "rejudging"),
    "screening.rejudge_again": ("windows", "rejudging"),
    "screening.class_overview": ("scores", "class"),
    "screening.reading_groups": ("scores", "class"),
    "screening.saved_groups": ("scores", "class"),
    "screening.save_groups": ("record scores", "class"),
    "screening.change_groups": ("record scores", "class"),
    "screening.remove_groups": ("record scores", "class"),
    "screening.inbox": ("signals", None),
    "screening.record_step": ("act on signals", None),
    "screening.api_flags": ("signals", None),
    "screening.api_take_step": ("act on signals", "flag"),
    "screening.end_a_step": ("act on signals", "step"),
    "screening.open_a_step_again": ("act on signals", "step"),
    "screening.note_a_case": ("lead school", "step"),
    "screening.take_a_case_back": ("lead school", "step"),
    "screening.ask_for_consultation": ("consult", "pupil"),
    "screening.close_consultation": ("consult", "consultation"),
    "screening.open_consultation_again": ("consult", "consultation"),
    "screening.tick_step": ("consult", "pupil"),
    "screening.function_log": ("signals", None),
    "screening.my_school": ("lead school", None),
    "screening.pupil": ("scores", "pupil"),
    "screening.pupil_panel": ("scores", "pupil"),
    "screening.observe": ("observe", "pupil"),
    "screening.take_observation_back": ("observe", "pupil"),
    "screening.confirm_score": ("record scores", "pupil"),
    "support.periods": ("see support", None),
    "support.new": ("plan support", "pupil"),
    "support.start": ("plan support", "pupil"),
    "support.take_period_back": ("plan support", "pupil"),
    "support.period": ("see support", "period"),
    "support.change_page": ("plan support", "period"),
    "support.change": ("plan support", "period"),
    "support.results": ("record support", "period"),
    "support.save_results": ("record support", "period"),
    "support.end_page": ("plan support", "period"),
    "support.end": ("plan support", "period"),
    "support.open_again": ("plan support", "period"),
    "absence.file": ("absence", None),
    "absence.preview": ("absence", None),
    "absence.confirm": ("absence", None),
    "absence.limit": ("windows", None),
    "absence.set_limit": ("windows", None),
    "handovers.overview": ("hand over", None),
    "handovers.choose": ("hand over", "leaver"),
    "handovers.make": ("hand over", "leaver"),
    "handovers.choose_class": ("hand over", "class"),
    "handovers.make_class": ("hand over", "class"),
    "handovers.accept_everything": ("hand over", None),
    "reports.class_handovers": ("hand over", "class"),
    "handovers.show": ("see handover", "handover"),
    "handovers.file": ("read handover", "handover"),
    "handovers.accept": ("accept handover", "handover"),
    "handovers.take_back_acceptance": ("accept handover", "handover"),
    "handovers.take_back": ("make handover", "handover"),
    "reports.handover": ("read handover", "handover"),
    "open_support.tips": ("ask for help", None),
    "open_support.places": ("open support", "municipality"),
    "open_support.save": ("open support", "municipality"),
    "open_support.remove": ("open support", "municipality"),
    "reports.open_support": ("ask for help", None),
    "notes.show": ("notes", "pupil"),
    "notes.write": ("notes", "pupil"),
    "notes.correct": ("notes", "pupil"),
    "notes.take_back": ("notes", "pupil"),
    "requests.overview": ("ask for help", None),
    "requests.of_pupil": ("ask for help", "pupil"),
    "requests.contact": ("ask for help", "pupil"),
    "requests.take_back_a_contact": ("ask for help", "pupil"),
    "requests.new": ("ask for help", "pupil"),
    "requests.write": ("ask for help", "pupil"),
    "requests.show": ("see request", "request"),
    "requests.change_page": ("ask for help", "request"),
    "requests.change": ("ask for help", "request"),
    "requests.consent": ("ask for help", "request"),
    "requests.ground": ("give ground", "request"),
    "requests.send": ("ask for help", "request"),
    "requests.withdraw": ("ask for help", "request"),
    "requests.close": ("ask for help", "request"),
    "requests.answer": ("answer requests", "request"),
    "requests.note_answer": ("ask for help", "request"),
    "requests.take_back": ("ask for help", "request"),
    "requests.take_back_answer": ("answer requests", "request"),
    "reports.help_request": ("see request", "request"),
    "reading.show": ("record scores", "class"),
    "reading.save": ("record scores", "class"),
    "sheets.show": ("scores", "class"),
    "sheets.save": ("record scores", "class"),
    "sheets.confirm_hand_in": ("record scores", "class"),
    "sheets.do_hand_in": ("record scores", "class"),
    "api.classes": ("", None),
    "api.show_sheet": ("scores", "class"),
    "api.write_sheet": ("record scores", "class"),
    "sheet_files.read": ("record scores", "class"),
    "sheet_files.read_several": ("record scores", None),
    "cells.history": ("scores", "class"),
    "cells.restore": ("record scores", "class"),
    "cells.text": ("record scores", "class"),
    "moving.choose": ("record scores", "class"),
    "moving.move": ("record scores", "class"),
    "measure_sheets.choose": ("record scores", None),
    "measure_sheets.show": ("record scores", None),
    "measure_sheets.save": ("record scores", None),
    "school_calendar.overview": ("", None),
    "school_calendar.show": ("see calendar", "calendar"),
    "school_calendar.add": ("write calendar", "calendar"),
    "calendar_file.file": ("write calendar", "calendar"),
    "calendar_file.look_over": ("write calendar", "calendar"),
    "calendar_file.confirm": ("write calendar", "calendar"),
    "school_calendar.copy": ("write calendar", "calendar"),
    "school_calendar.correct": ("write calendar", "range"),
    "school_calendar.remove": ("write calendar", "range"),
    "late_entry.ask": ("record scores", "class"),
    "late_entry.overview": ("windows", None),
    "late_entry.answer": ("windows", "late_entry"),
    "late_entry.new": ("windows", None),
    "school_windows.overview": ("windows", None),
    "school_windows.remove": ("windows", None),
    "texts.of_window": ("windows", None),
    "texts.of_column": ("record scores", "class"),
    "roster_pull.overview": ("edit roster", None),
    "roster_pull.fetch": ("edit roster", None),
    "imports.roster_file": ("edit roster", None),
    "imports.preview_roster": ("edit roster", None),
    "imports.confirm_roster": ("edit roster", None),
    "imports.score_file": ("record scores", None),
    "imports.preview_scores": ("record scores", None),
    "imports.confirm_scores": ("record scores", None),
    "import_history.overview": ("record scores", None),
    "import_history.scores": ("record scores", "score_file"),
    "import_history.undo_scores": ("record scores", "score_file"),
    "import_undo.show": ("absence", None),
    "import_undo.undo": ("absence", None),
    "new_year.page": ("edit roster", "school"),
    "new_year.move_up": ("edit roster", "school"),
    "new_year.take_back": ("edit roster", "school"),
    "pupils.new": ("edit roster", "class"),
    "pupils.show": ("edit roster", "pupil"),
    "pupils.correct": ("edit roster", "pupil"),
    "pupils.move": ("edit roster", "pupil"),
    "pupils.put_right": ("edit roster", "pupil"),
    "pupils.end": ("edit roster", "pupil"),
    "pupils.stays": ("edit roster", "pupil"),
    "protection.new": ("manage protected", "school"),
    "protection.show": ("protect", "pupil"),
    "protection.protect": ("protect", "pupil"),
    "protection.rename": ("manage protected", "pupil"),
    "protection.move": ("manage protected", "pupil"),
    "protection.end": ("manage protected", "pupil"),
    "protection.lift": ("manage protected", "pupil"),
    "protection.correct_line": ("manage protected", "pupil"),
    "quarantine.overview": ("protect", None),
    "quarantine.note": ("protect", None),
    "roster.overview": ("edit roster", None),
    "roster.new_school": ("edit roster", "municipality"),
    "roster.school_details": ("edit roster", "school"),
    "roster.school_page": ("edit roster", "school"),
    "roster.remove_school": ("edit roster", "school"),
    "roster.add_class": ("edit roster", "school"),
    "roster.class_page": ("edit roster", "class"),
    "roster.rename_class": ("edit roster", "class"),
    "reports.overview": ("print", None),
    "reports.class_prints": ("print", "class"),
    "reports.class_report": ("print", "class"),
    "reports.blank_sheet": ("print", "class"),
    "reports.reading_groups": ("print", "class"),
    "reports.class_set": ("print", "class"),
    "reports.guardian_page": ("print", "pupil"),
    "reports.staff_report": ("print", "pupil"),
    "reports.support_period": ("see support", "period"),
    "reports.print_jobs": ("print", None),
    "reports.order_prints": ("print", None),
    "reports.print_job": ("print", "print_order"),
    "reports.cancel_prints": ("print", "print_order"),
    "reports.prints_again": ("print", "print_order"),
    "reports.prints_bound": ("print", "print_order"),
    "reports.prints_zip": ("print", "print_order"),
    "reports.prints_of_class": ("print", "print_order"),
    "reports.api_class_paper": ("print", "class"),
    "reports.api_pupil_paper": ("print", "pupil"),
    "reports.api_order_prints": ("print", None),
    "reports.api_print_job": ("print", "print_order"),
    "reports.home_page": ("print", "pupil"),
    "reports.preview": ("the paper's", "paper"),
    "reports.preview_picture": ("the paper's", "paper"),
    "reports.meeting": ("print", "pupil"),
    "reports.save_home_page": ("write home pages", "pupil"),
    "reports.review_class": ("write home pages", "class"),
    "reports.languages": ("lead school", "school"),
    "reports.school_report": ("lead school", "school"),
    "reports.api_school_paper": ("lead school", "school"),
    "reports.turn_language": ("lead school", "school"),
    "reports.language_specimen": ("lead school", "school"),
    "reports.leaver_paper": ("print", "leaver"),
    "reports.leaver_support": ("see support", "leaver"),
    "records.overview": ("staff", None),
    "records.show": ("staff", "municipality"),
    "records.decide": ("staff", "municipality"),
    "records.hold": ("staff", "municipality"),
    "records.narrow": ("staff", "municipality"),
    "records.preview": ("staff", "municipality"),
    "records.do_dispose": ("staff", "municipality"),
    "records.protocol": ("staff", "disposal"),
    "records.export": ("staff", "municipality"),
    "records.fetch_export": ("staff", "municipality"),
    "trail.overview": ("trail", None),
    "trail.acknowledge": ("trail", "alarm"),
    "staff_file.file": ("staff", None),
    "staff_file.preview": ("staff", None),
    "staff_file.confirm": ("staff", None),
    "staff.overview": ("staff", None),
    "staff.new": ("staff", "municipality"),
    "staff.add": ("staff", "municipality"),
    "staff.person": ("staff", "account"),
    "staff.give_duty": ("staff", "account"),
    "staff.rename": ("staff", "account"),
    "staff.substitute": ("staff", "account"),
    "staff.link": ("staff", "account"),
    "staff.disable": ("staff", "account"),
    "staff.reset_codes": ("staff", "account"),
    "providers.there": ("public", None),
    "providers.back": ("public", None),
    "providers.connect": ("staff", "account"),
    "staff.enable": ("staff", "account"),
    "programs.overview": ("staff", None),
    "programs.of_person": ("staff", "account"),
    "programs.make": ("staff", "account"),
    "programs.end": ("staff", "account"),
    "duties.duty": ("staff", "duty"),
    "duties.change": ("staff", "duty"),
    "duties.take_back": ("staff", "duty"),
}
# The principal's own door to the same page; and the list of requests, of both sides.
ALSO = {
    "screening.record_step": "act on reported",
    "requests.overview": "answer requests",
    "import_history.overview": "absence",
}
NOT_PRINTED = {
    "reports.guardian_page",
    "reports.staff_report",
    "reports.api_pupil_paper",
    "reports.support_period",
    "reports.home_page",
    "reports.meeting",
    "reports.save_home_page",
    "requests.new",
    "requests.write",
}  # a protected pupil, whoever asks


# Papers that somebody may look at before they are printed, each by its own row above; whom they name.
PAPERS = {
    "reports.class_report 1A": {"zaxovib"},
    "reports.class_report 1T": {"yrtabol"},
    "reports.guardian_page zaxovib": {"zaxovib"},
    "reports.guardian_page wipsurk": {"wipsurk"},
    "reports.guardian_page yrtabol": {"yrtabol"},
    "reports.support_period zaxovib": {"zaxovib"},
    "reports.help_request xolkitt": {"xolkitt"},
    "reports.handover jozvemi": {"jozvemi"},
}


def expected(who: str, endpoint: str, thing: str | None, is_whole: bool = True) -> str:
    """What becomes of the visitor at this door: ``in``, ``sign in``, ``403`` or ``404``.

    ``thing`` is the object's name in the world; None where the address names none, or one there is not.
    ``is_whole``: the rest of the address leads somewhere too.
    """
    verdict = _verdict(who, endpoint, thing)
    return "404" if verdict == "in" and not is_whole else verdict


def _verdict(who: str, endpoint: str, thing: str | None) -> str:
    zone, kind = ENDPOINTS[endpoint]
    if zone == "public":
        return "in"
    if who in OUT:
        return "sign in"
    if kind is None:
        doors = [zone, ALSO.get(endpoint, zone)]
        return "in" if zone == "" or any(_has_any(who, door) for door in doors) else "403"
    if thing is None:
        return "404"
    if kind == "paper":
        return _verdict(who, *thing.split(" "))
    if endpoint in NOT_PRINTED and PUPILS[thing][1] and may(who, zone, thing):
        return "403"
    allowed, known = RIGHTS[kind](who, zone, thing)
    has_none = thing == MOVED or endpoint == "reports.leaver_support"  # went here between windows; no support
    if endpoint in LEAVER_PAPERS and has_none and allowed and not may(who, zone, thing):
        return "404"
    if endpoint == "reports.leaver_support" and thing == MOVED and allowed:
        return "404"  # the support of the school before, which nobody has handed over
    if endpoint == "reports.class_handovers" and thing != HANDED_ON and allowed:
        return "404"  # nobody of the class has been handed over
    if endpoint == "reports.help_request" and thing == DRAFT and allowed:
        return "404"  # nothing has been sent: there is no paper
    return "in" if allowed else "403" if known else "404"


def _has_any(who: str, zone: str) -> bool:
    return who in OPENS_WINDOWS if zone == "windows" else who in ZONES[zone]


def _of_class(who: str, zone: str, name: str) -> tuple[bool, bool]:
    return name in ZONES[zone].get(who, set()), name in COLLEAGUES.get(who, set())


def _of_pupil(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    return may(who, zone, stem), knows(who, stem)


def _of_step(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    return (False, False) if stem == MOVED else _of_flag(who, zone, stem)


def _of_flag(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    """Of the window that is still running: it goes along with whoever moves."""
    is_mine = zone == "act on signals" and stem in REPORTED and may(who, "act on reported", stem)
    return is_mine or may(who, zone, stem), knows(who, stem)


def _of_period(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    """What began before a move is nobody's until the next school has accepted a handover; as steps above."""
    return (False, False) if stem == MOVED else _of_pupil(who, zone, stem)


def _of_municipality(who: str, zone: str, name: str) -> tuple[bool, bool]:
    known = who in MUNICIPALITIES[name]
    return known and who in (OPENS_WINDOWS if zone == "windows" else LOOKED_AFTER[name]), known


def _of_rejudging(who: str, _zone: str, name: str) -> tuple[bool, bool]:
    """Everybody's is followed by all who coordinate, a municipality's by its own and by the initiative's."""
    known = name == "everybody" or who in MUNICIPALITIES[name]
    return known and who in OPENS_WINDOWS, known


def _of_school(who: str, zone: str, name: str) -> tuple[bool, bool]:
    allowed = (
        LEADS[name] if zone in ("manage protected", "lead school") else LOOKED_AFTER[SCHOOL_OWNERS[name]]
    )
    return who in allowed, who in SCHOOLS[name]


def _of_staff(who: str, _zone: str, name: str) -> tuple[bool, bool]:
    home = HOMES[name]
    return who in LOOKED_AFTER.get(home, set()), who in KNOWS_ACCOUNTS_OF.get(home, set())


def home_of_class(name: str) -> str:
    """The municipality of the class."""
    return SCHOOL_OWNERS[CLASSES.get(name, "Ekbacken")]


def _of_late_entry(who: str, zone: str, name: str) -> tuple[bool, bool]:
    return _of_municipality(who, zone, home_of_class(name))


def _of_calendar(who: str, zone: str, name: str) -> tuple[bool, bool]:
    known = who in SEES_CALENDAR[name]
    return known if zone == "see calendar" else who in WRITES_CALENDAR[name], known


def _of_request(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    """The school that asks, and whoever it was sent to; to everybody else there is no such request."""
    asks, hears = may(who, "ask for help", stem), hears_of(who, stem)
    allowed = {
        "ask for help": asks,
        "answer requests": hears,
        "see request": asks or hears,
        "give ground": may(who, "give ground", stem),
    }
    return allowed[zone], asks or hears


def _is_handed_to(who: str, stem: str) -> bool:
    """Whether a handover about the pupil waits for the visitor: where the pupil goes now."""
    return stem in HANDED_OVER and PUPILS[stem][0] in ZONES["hand over"].get(who, set())


def _hands_over(who: str, stem: str) -> bool:
    """Whether the visitor's class is the one the handover was made from."""
    return HANDED_OVER[stem] in ZONES["hand over"].get(who, set())


def _of_leaver(who: str, _zone: str, stem: str) -> tuple[bool, bool]:
    return may_hand_over(who, stem), may_hand_over(who, stem, COLLEAGUES)


def _of_handover(who: str, zone: str, stem: str) -> tuple[bool, bool]:
    """To everybody else there is none. What it holds is open to the receiver when it has been accepted."""
    made, received = _hands_over(who, stem), _is_handed_to(who, stem)
    allowed = {
        "see handover": made or received,
        "read handover": made or (received and stem in ACCEPTED),
        "accept handover": received,
        "make handover": made,
    }
    return allowed[zone], made or received


def _own(who: str, _zone: str, name: str) -> tuple[bool, bool]:
    """What is called after the only visitor that it is there for."""
    return name == who, False


RIGHTS = {
    "class": _of_class, "pupil": _of_pupil, "step": _of_step, "flag": _of_flag, "consultation": _of_pupil,
    "municipality": _of_municipality, "school": _of_school, "disposal": _of_municipality,
    "late_entry": _of_late_entry, "account": _of_staff, "duty": _of_staff, "alarm": _of_staff,
    "session": _own, "print_order": _own, "rejudging": _of_rejudging,
    "calendar": _of_calendar, "range": _of_calendar, "request": _of_request, "leaver": _of_leaver,
    "handover": _of_handover, "period": _of_period, "score_file": _of_class,
}  # fmt: skip
SCHOOL_OWNERS = {"Ekbacken": "Ekby", "Granbacken": "Ekby", "Tallbacken": "Tallby"}
HOMES = {
    "teacher_1b": "Ekby",
    "administrator": "Ekby",
    "teacher_elsewhere": "Tallby",
    "coordinator_all": "nowhere",
    "newcomer": "Ekby",
}
"""Whose staff somebody is: accounts and duties that the matrix tries doors of."""
