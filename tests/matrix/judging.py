"""Whether an answer and its traces are as the oracle says."""

from collections.abc import Iterator
from typing import Any

from matrix import oracle
from matrix.oracle import OPENS_WINDOWS, may
from matrix.witness import WORDS, Change
from matrix.world import ASIDE, MOVED, PUPILS, REPORTED, World

REFUSED = {"sign in": {302, 401}, "403": {403}, "404": {404}, "no address": {404, 405}}
DONE = {200, 202, 302, 303}
TOLD_WHY = {400, 401, 409, 413, 422}  # 401: a sign-in that fails


def status_fault(expected: str, status: int, method: str, is_own: bool, is_elsewhen: bool) -> str | None:
    """``is_own``: the form is the one of that very page. ``is_elsewhen``: the class has no such window."""
    if expected != "in":
        return None if status in REFUSED[expected] else f"{expected} was expected, not {status}"
    if is_elsewhen and status == 404:
        return None
    if status in DONE or (method != "GET" and status in TOLD_WHY):
        return None
    if not is_own and status in (403, 404):
        return None  # ids of others in the form
    return f"it should be open, not {status}"


HANDOVERS = {one for one in oracle.ENDPOINTS if one.startswith("handovers.")} | {"reports.handover"}


def shown_faults(
    who: str, endpoint: str, words: set[str], said: set[str], noted: set[str], has_levels: bool
) -> Iterator[str]:
    """Names, written words and levels that do not belong on this visitor's pages."""
    for word in sorted(words - oracle.names_open_to(who, endpoint)):
        yield f"the page holds {word}"
    for stem in sorted(said):
        is_handed_over = endpoint in HANDOVERS and oracle.may_hand_over(who, stem)
        if not may(who, "signals", stem) and not is_handed_over:
            yield f"the page holds what was written about {stem}"
    for stem in sorted(noted):
        if not may(who, "notes", stem) or not endpoint.startswith("notes."):
            yield f"the page holds a note of the elevhälsa about {stem}"
    if has_levels and words:
        for stem in sorted({WORDS[word] for word in words}):
            if not may(who, "scores", stem):
                yield f"a page with levels names {stem}"


def trace_faults(
    world: World, who: str, words: set[str], traces: list[tuple[Any, ...]], is_about_one: bool
) -> Iterator[str]:
    """Each pupil shown has a trace (an own one on a page or paper about pupils), and nobody else has."""
    stems = {WORDS[word] for word in words}
    subjects = {subject for _action, subject, _account, _duty in traces}
    if traces and not stems:
        yield f"nobody was shown, but {sorted(subjects)} were noted"
    for stem in sorted(stems):
        classes = world.classes | world.former_classes
        by_class = {f"schoolclass:{classes[name]}" for name in {CLASSES_OF[stem], *oracle.LEFT.get(stem, ())}}
        by_municipality = {f"municipality:{world.municipalities[name]}" for name in world.municipalities}
        enough = {f"pupil:{world.pupils[stem]}"} | (set() if is_about_one else by_class | by_municipality)
        if not subjects & enough:
            yield f"{stem} was shown without a trace"
    for _action, _subject, account, duty in traces:
        if account != world.accounts.get(who) or duty is None:
            yield "a trace without its account and duty"


LED = {oracle.SCHOOL_OWNERS[school] for school, people in oracle.LEADS.items() if people}
LED_BY = set().union(*oracle.LEADS.values())
CLASSES_OF = {stem: name for stem, (name, _protected) in PUPILS.items()}


class Ledger:
    """Which rows a visitor may change."""

    def __init__(
        self, world: World, school_of_class: dict[int, int], municipality_of_school: dict[int, int]
    ) -> None:
        self.world = world
        self.pupils = {number: stem for stem, number in world.pupils.items()}
        self.classes = {number: name for name, number in world.classes.items()}
        self.schools = {number: name for name, number in world.schools.items()}
        self.rows = {number: name for name, number in world.rows.items()}
        self.municipalities = {number: name for name, number in world.municipalities.items()}
        self.accounts = {number: name for name, number in world.accounts.items()}
        self.periods = {number: stem for stem, number in world.support_periods.items()}
        self.school_of_class = school_of_class
        self.municipality_of_school = municipality_of_school
        self.endpoint = ""

    def is_permitted(self, who: str, change: Change, endpoint: str) -> bool:
        self.endpoint = endpoint
        check = getattr(self, f"_{change.table}", None)
        return bool(check and check(who, change.row))

    def _audit_entry(self, who: str, row: dict[str, Any]) -> bool:
        return row["account_id"] == self.world.accounts.get(who)

    def _sign_in_session(self, who: str, row: dict[str, Any]) -> bool:
        return self.accounts[row["account_id"]] == who or self._looks_after_account(who, row["account_id"])

    def _provider_identity(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after_account(who, row["account_id"])

    def _alarm(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after_account(who, row["account_id"])

    _api_token = _sign_in_session

    def _failed_sign_in(self, _who: str, _row: dict[str, Any]) -> bool:
        return True

    def _score(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "record scores", self.pupils[row["pupil_id"]])

    _score_change = _score

    def _score_change_note(self, who: str, row: dict[str, Any]) -> bool:
        return bool(oracle.ZONES["record scores"].get(who))  # whose it is stands on the change

    def _score_file(self, who: str, row: dict[str, Any]) -> bool:
        names = [name for name, number in self.world.score_files.items() if number == row["id"]]
        mine = oracle.ZONES["record scores"].get(who, set())
        return bool(mine) if not names else names[0] in mine  # new, or undone

    _score_file_class = _score_file_change = _score_change_note

    def _late_entry(self, who: str, row: dict[str, Any]) -> bool:
        name = self.classes[row["school_class_id"]]
        coordinates = who in OPENS_WINDOWS & oracle.MUNICIPALITIES[oracle.home_of_class(name)]
        return coordinates or (
            row["answered_at"] is None and name in oracle.ZONES["record scores"].get(who, set())
        )

    def _calendar_range(self, who: str, row: dict[str, Any]) -> bool:
        return who in oracle.WRITES_CALENDAR[self.municipalities[row["municipality_id"]]]

    def _school_window(self, who: str, row: dict[str, Any]) -> bool:
        home = oracle.SCHOOL_OWNERS[self.schools[row["school_id"]]]
        return who in OPENS_WINDOWS & oracle.MUNICIPALITIES[home]

    def _agreed_text(self, who: str, row: dict[str, Any]) -> bool:
        return who in OPENS_WINDOWS

    def _judged(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils.get(row["pupil_id"])
        zones = ("record scores", "observe", "act on signals", "act on reported", "edit roster")
        return stem is None or any(may(who, zone, stem) for zone in zones)

    _flag = _judgement = _judged

    def _counted_pupil(self, who: str, row: dict[str, Any]) -> bool:
        """Whoever moves, ends or protects a pupil, or moves a window, changes where pupils are counted."""
        stem = self.pupils.get(row["pupil_id"])
        moves = any(may(who, zone, stem) for zone in ("manage protected", "protect")) if stem else True
        return moves or who in OPENS_WINDOWS or self._judged(who, row)

    def _school_count(self, who: str, row: dict[str, Any]) -> bool:
        return any(self._counted_pupil(who, {"pupil_id": one}) for one in self._going_to(row["school_id"]))

    def _going_to(self, school_id: int) -> list[int]:
        """The pupils of the school, and the one who has moved."""
        here = {name for number, name in self.classes.items() if self.school_of_class[number] == school_id}
        return [number for number, stem in self.pupils.items() if CLASSES_OF[stem] in here or stem == MOVED]

    def _home_page(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "write home pages", self.pupils[row["pupil_id"]])

    def _observation(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils[row["pupil_id"]]
        return may(who, "observe", stem) or may(who, "manage protected", stem)

    def _next_step(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.world.flags[row["flag_id"]]
        reported = stem in REPORTED and may(who, "act on reported", stem)
        return reported or may(who, "act on signals", stem)

    def _handover(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils[row["pupil_id"]]
        return self._protects(who, stem) or oracle.may_hand_over(who, stem) or may(who, "hand over", stem)

    def _protects(self, who: str, stem: str) -> bool:
        """Protecting a pupil stops what was sent about the pupil, and takes the facts out of it."""
        return self.endpoint == "protection.protect" and may(who, "protect", stem)

    def _held_history(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils.get(row["pupil_id"])
        return stem is None or any(may(who, zone, stem) for zone in ("edit roster", "protect", "hand over"))

    def _health_note(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "notes", self.pupils[row["pupil_id"]])

    def _note_log(self, who: str, row: dict[str, Any]) -> bool:
        return self._health_note(who, row) and row["account_id"] == self.world.accounts.get(who)

    def _help_request(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils[row["pupil_id"]]
        return self._protects(who, stem) or may(who, "ask for help", stem) or oracle.hears_of(who, stem)

    def _guardian_consent(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "ask for help", self._asked_about(row))

    def _request_event(self, who: str, row: dict[str, Any]) -> bool:
        stem, is_answer = self._asked_about(row), row["kind"] in ("received", "next_step", "answer")
        if row["kind"] == "stopped" and self._protects(who, stem):
            return True
        return may(who, "ask for help", stem) or (is_answer and oracle.hears_of(who, stem))

    def _asked_about(self, row: dict[str, Any]) -> str:
        owners = {number: stem for stem, number in self.world.requests.items()}
        return owners[row["help_request_id"]]

    def _home_contact(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "ask for help", self.pupils[row["pupil_id"]])

    def _absence_share(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "absence", self.pupils[row["pupil_id"]])

    def _absence_file(self, who: str, _row: dict[str, Any]) -> bool:
        return bool(oracle.ZONES["absence"].get(who))  # whose it is stands on its schools and changes

    def _absence_file_change(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "absence", self.pupils[row["pupil_id"]])

    def _absence_file_school(self, who: str, row: dict[str, Any]) -> bool:
        return any(may(who, "absence", self.pupils[number]) for number in self._going_to(row["school_id"]))

    def _absence_limit(self, who: str, row: dict[str, Any]) -> bool:
        return who in OPENS_WINDOWS

    def _open_support(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, row["municipality_id"])

    def _support_period(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "plan support", self.pupils[row["pupil_id"]])

    def _of_support(self, who: str, row: dict[str, Any], zone: str) -> bool:
        stem = self.periods.get(row["support_period_id"])  # none: a new one, whose own row is looked at
        return bool(oracle.ZONES[zone].get(who)) if stem is None else may(who, zone, stem)

    def _support_plan(self, who: str, row: dict[str, Any]) -> bool:
        return self._of_support(who, row, "plan support")

    _support_lead = _support_change = _support_follow_up = _support_plan

    def _support_result(self, who: str, row: dict[str, Any]) -> bool:
        return self._of_support(who, row, "record support")

    _support_result_change = _support_result

    def _support_group(self, who: str, row: dict[str, Any]) -> bool:
        return self.schools[row["school_id"]] in oracle.SUPPORTS.get(who, set())

    def _step_outcome(self, who: str, row: dict[str, Any]) -> bool:
        steps = {number: stem for stem, number in self.world.steps.items()}
        stem = steps.get(row["next_step_id"])  # none: a new step, whose own row is looked at
        mine = stem in REPORTED and may(who, "act on reported", stem) if stem else False
        return stem is None or mine or may(who, "act on signals", stem)

    def _case_note(self, who: str, row: dict[str, Any]) -> bool:
        steps = {number: stem for stem, number in self.world.steps.items()}
        return may(who, "lead school", steps[row["next_step_id"]])

    def _consultation(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "consult", self.pupils[row["pupil_id"]])

    def _tick(self, who: str, row: dict[str, Any]) -> bool:
        handed_over = row["item"] == "handover" and oracle.may_hand_over(who, self.pupils[row["pupil_id"]])
        return handed_over or self._consultation(who, row)

    def _hand_in(self, who: str, row: dict[str, Any]) -> bool:
        return self.classes[row["school_class_id"]] in oracle.ZONES["record scores"].get(who, set())

    def _reading_group_set(self, who: str, row: dict[str, Any]) -> bool:
        return self.classes[row["school_class_id"]] in oracle.ZONES["record scores"].get(who, set())

    def _reading_group(self, who: str, row: dict[str, Any]) -> bool:
        sets = {number: name for name, number in self.world.group_sets.items()}
        mine = oracle.ZONES["record scores"].get(who, set())
        name = sets.get(row["reading_group_set_id"])  # none: a new set, whose own row is looked at
        return bool(mine) if name is None else name in mine

    def _reading_group_member(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "record scores", self.pupils[row["pupil_id"]])

    def _pupil(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils.get(row["id"])
        if stem:
            return may(who, "edit roster", stem) or may(who, "protect", stem)
        leads_there = bool(row["is_protected"]) and self.municipalities[row["municipality_id"]] in LED
        return (leads_there and who in LED_BY) or self._looks_after(who, row["municipality_id"])

    def _enrolment(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils.get(row["pupil_id"])
        if who in LED_BY and (stem is None or oracle.PUPILS[stem][1]):  # protected, or new under an alias
            return self.classes[row["school_class_id"]] in oracle.PRINCIPAL[who]
        if row["school_class_id"] not in self.school_of_class:  # of the new academic year: see its own row
            return self._staff_member(who, row)
        there = self._looks_after(who, self._municipality_of_class(row["school_class_id"]))
        moves_with_the_class = self.endpoint == "new_year.move_up"  # protected pupils too, shown to nobody
        return there and (stem is None or moves_with_the_class or may(who, "edit roster", stem))

    def _new_year(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, self.municipality_of_school[row["school_id"]])

    def _school_class(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, self.municipality_of_school[row["school_id"]])

    def _school(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, row["municipality_id"])

    def _roster_import(self, who: str, row: dict[str, Any]) -> bool:
        return row["municipality_id"] is None or self._looks_after(who, row["municipality_id"])

    def _roster_trace(self, who: str, row: dict[str, Any]) -> bool:
        return self._staff_member(who, row)  # whose it is stands on the import and on each change

    def _roster_change(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils.get(row["pupil_id"])
        return may(who, "edit roster", stem) if stem else self._staff_member(who, row)

    def _waiting_file(self, who: str, row: dict[str, Any]) -> bool:
        """Sealed, and its name is known to who waits only: anybody who takes files in has some."""
        zones = ("record scores", "absence")
        takes_in = any(oracle.ZONES[zone].get(who) for zone in zones)
        writes_calendar = any(who in names for names in oracle.WRITES_CALENDAR.values())
        return takes_in or writes_calendar or self._staff_member(who, row)

    def _retention_hold(self, who: str, row: dict[str, Any]) -> bool:
        return may(who, "edit roster", self.pupils[row["pupil_id"]])

    _narrowing = _retention_hold

    def _narrows(self, who: str, stem: str) -> bool:
        return self.endpoint == "records.narrow" and may(who, "edit roster", stem)

    def _quarantined_row(self, who: str, row: dict[str, Any]) -> bool:
        leads = who in oracle.LEADS[self.schools[row["school_id"]]]
        return leads or self._looks_after(who, self.municipality_of_school[row["school_id"]])

    def _quarantine_note(self, who: str, row: dict[str, Any]) -> bool:
        school = ASIDE.get(self.rows.get(row["quarantined_row_id"], ""))
        if school is None:  # of a row that has just been set aside
            return self._staff_member(who, row)
        return who in oracle.LEADS[school] | oracle.LOOKED_AFTER[oracle.SCHOOL_OWNERS[school]]

    def _line_to_review(self, who: str, row: dict[str, Any]) -> bool:
        zone = "protect" if row["reviewed_at"] is None else "manage protected"
        return may(who, zone, self.pupils[row["pupil_id"]])

    def _account(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, row["municipality_id"])

    def _staff_member(self, who: str, _row: dict[str, Any]) -> bool:
        return any(who in people for people in oracle.LOOKED_AFTER.values())

    def _one_time_link(self, who: str, row: dict[str, Any]) -> bool:
        return row["account_id"] not in self.accounts or self._looks_after_account(who, row["account_id"])

    def _duty(self, who: str, row: dict[str, Any]) -> bool:
        if row["school_class_id"]:
            if row["school_class_id"] not in self.school_of_class:
                return self._staff_member(who, row)
            return self._looks_after(who, self._municipality_of_class(row["school_class_id"]))
        if row["school_id"]:
            return self._looks_after(who, self.municipality_of_school[row["school_id"]])
        return self._looks_after(who, row["municipality_id"])

    def _assessment_window(self, who: str, _row: dict[str, Any]) -> bool:
        return who in OPENS_WINDOWS

    _adoption = _adoption_trial = _assessment_window
    _benchmark_set = _cut = _benchmark_window = _composite = _assessment_window
    _halving_goal = _released_figures = _released_table = _assessment_window
    _released_comparison = _benchmark_draft = _draft_change = _assessment_window

    def _retention_rule(self, who: str, row: dict[str, Any]) -> bool:
        return self._looks_after(who, row["municipality_id"])

    def _job(self, who: str, row: dict[str, Any]) -> bool:
        if row["kind"] == "export":
            return self._looks_after(who, row["municipality_id"])
        if row["kind"] != "print":
            return who in OPENS_WINDOWS
        return row["account_id"] == self.world.accounts.get(who) or self._stops_prints(who)

    def _job_part(self, who: str, _row: dict[str, Any]) -> bool:
        """Of a job that is looked at itself, or that holds a pupil just protected or narrowed."""
        orders = who in OPENS_WINDOWS or bool(oracle.ZONES["print"].get(who)) or self._stops_prints(who)
        return orders or any(who in people for people in oracle.LOOKED_AFTER.values())

    def _print_order(self, who: str, row: dict[str, Any]) -> bool:
        owners = {number: name for name, number in self.world.print_orders.items()}
        mine = owners.get(row["id"], who) == who  # none: a new one, whose job is looked at
        return (mine and bool(oracle.ZONES["print"].get(who))) or self._stops_prints(who)

    def _print_class(self, who: str, row: dict[str, Any]) -> bool:
        here = self.classes[row["school_class_id"]] in oracle.ZONES["print"].get(who, set())
        return here or self._stops_prints(who)

    def _print_page(self, who: str, row: dict[str, Any]) -> bool:
        stem = self.pupils[row["pupil_id"]]
        return may(who, "print", stem) or self._protects(who, stem) or self._narrows(who, stem)

    def _stops_prints(self, who: str) -> bool:
        """Protecting or narrowing a pupil takes the files that name the pupil, and has their classes made
        anew."""
        zone = {"protection.protect": "protect", "records.narrow": "edit roster"}.get(self.endpoint)
        return zone is not None and bool(oracle.ZONES[zone].get(who))

    def _governed_setting(self, who: str, row: dict[str, Any]) -> bool:
        if row["code"] == "class_name":
            return self._school_class(who, row)
        if row["municipality_id"] is None:
            return self._school_measure(who, row) if row["school_id"] else who in OPENS_WINDOWS
        name = self.municipalities[row["municipality_id"]]
        table = oracle.WRITES_CALENDAR if row["code"] == "school_calendar" else oracle.MUNICIPALITIES
        return who in table[name] and (row["code"] == "school_calendar" or who in OPENS_WINDOWS)

    def _school_measure(self, who: str, row: dict[str, Any]) -> bool:
        name = self.municipalities[self.municipality_of_school[row["school_id"]]]
        return who in OPENS_WINDOWS & oracle.MUNICIPALITIES[name]

    _goal_number = _school_measure

    def _municipality_of_class(self, class_id: int) -> int:
        return self.municipality_of_school[self.school_of_class[class_id]]

    def _looks_after(self, who: str, municipality_id: int | None) -> bool:
        name = self.municipalities.get(municipality_id or 0)
        return who in oracle.LOOKED_AFTER.get(name or "", set())

    def _looks_after_account(self, who: str, account_id: int) -> bool:
        return any(
            who in people and self.accounts[account_id] in PEOPLE_OF[name]
            for name, people in oracle.LOOKED_AFTER.items()
        )


PEOPLE_OF = {
    "Tallby": {"special_teacher_elsewhere", "teacher_elsewhere", "administrator_elsewhere"},
    "Ekby": {
        "teacher_1a", "teacher_1b", "special_teacher", "principal", "team_school", "team_municipality",
        "coordinator_municipality", "administrator", "teacher_other_school", "teaches_and_administers",
        "former_substitute", "newcomer", "disabled", "expired", "to_come",
    },
}  # fmt: skip
