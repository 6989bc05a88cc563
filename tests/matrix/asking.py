"""Every question there is: made from the app's own map of addresses, and from the forms that pages show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from lxml import html
from matrix.oracle import ENDPOINTS, HOMES, PAPERS, SCHOOL_OWNERS
from matrix.world import CLASSES, CODES, PUPILS, SCHOOLS, World
from werkzeug.routing import Rule

STATIC = {"static", "bootstrap.static"}
READS, WRITES = {"GET"}, {"POST", "PUT", "PATCH", "DELETE"}
NOWHERE = {"unheard of", "nonsense", "none", "missing", "the last id", "too large"}
BEYOND = {"missing": 999_999, "the last id": 2**63 - 1, "too large": 2**63}
Fields = tuple[tuple[str, Any], ...]
BENCHMARKS = b"""[set]
code = "egna"
name = "Egna"
version = "1"
owner = "Ekby"
language = "sv"
population = "alla"
valid_from = 2026-08-01
"""


@dataclass(frozen=True)
class Question:
    """One method at one address, with what a form there would send."""

    endpoint: str
    method: str
    path: str
    thing: str | None  # the name in the world of the object that the address names
    is_whole: bool = True  # the rest of the address leads somewhere too
    is_ours: bool = True  # it is an address of the app at all
    is_plain: bool = True  # all it names is there
    fields: Fields = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint}, {self.thing})"


@dataclass
class Places:
    """What stands for each part of an address: name in the world -> value."""

    world: World
    sessions: dict[str, int] = field(default_factory=dict)

    def of(self, argument: str) -> dict[str, Any]:
        world = self.world
        ids: dict[str, dict[str, int]] = {
            "class_id": world.classes,
            "pupil_id": world.pupils,
            "school_id": world.schools,
            "municipality_id": world.municipalities,
            "account_id": {name: world.accounts[name] for name in HOMES},
            "duty_id": {name: world.duties[name] for name in HOMES},
            "session_id": self.sessions,
            "late_entry_id": world.late_entries,
            "calendar_id": world.municipalities,
            "range_id": world.ranges,
            "group_set_id": world.group_sets,
            "request_id": world.requests,
            "leaver_id": world.pupils,
            "handover_id": world.handovers,
            "step_id": world.steps,
            "consultation_id": world.consultations,
            "flag_id": {stem: number for number, stem in world.flags.items()},
            "period_id": world.support_periods,
            "print_order_id": world.print_orders,
            "score_file_id": world.score_files,
            "alarm_id": world.alarms,
            "disposal_id": world.disposals,
            "export_id": {},
            "rejudging_id": world.rejudgings,
        }
        if argument in ids:
            return ids[argument] | BEYOND
        others: dict[str, dict[str, Any]] = {
            "window": {"open": world.window, "unheard of": "1999-00-autumn", "nonsense": "a b"},
            "year": {"this": "2026-27", "unheard of": "1999-00", "nonsense": "a b"},
            "measure": {"fluency": "ord_per_minut", "unheard of": "nothing"},
            "set_id": {"built in": 1} | BEYOND,
            "draft_id": {"a draft": world.draft} | BEYOND,
            "goal_id": {"a goal": world.goal} | BEYOND,
            "grade": {"fifth": 5},
            "number": {"first": 1, "unheard of": 99},
            "kind": {"for the home": "home", "for staff": "staff"},
            "form": {"paper": "pdf", "table": "csv"},
            "season": {"in winter": "winter"},
            "code": {"a sum": "lasindex", "unheard of": "nothing"},
            "slug": {"a page": "score-sheet", "none": "nothing-here"},
            "template": {"an agreement": "supplier-agreement", "none": "nothing-here"},
            "token": {"none": "x" * 43},
            "class_paper": {"a class's paper": "blank-sheet"},
            "pupil_paper": {"a pupil's paper": "staff-report"},
            "paper": self._papers(),
            "provider": {"none": "nowhere"},  # test_providers.py has some
        }
        assert argument in others, (
            f"tests/matrix/asking.py does not know what <{argument}> in an address stands for"
        )
        return others[argument]

    def _papers(self) -> dict[str, str]:
        """The papers that the oracle names, at their addresses without ``.pdf``."""
        world = self.world
        at: dict[str, tuple[str, dict[str, int]]] = {
            "reports.class_report": (f"classes/{{}}/windows/{world.window}/class-report", world.classes),
            "reports.guardian_page": (f"pupils/{{}}/windows/{world.window}/home-page", world.pupils),
            "reports.support_period": ("support/{}/support-report", world.support_periods),
            "reports.help_request": ("requests/{}/request", world.requests),
            "reports.handover": ("handovers/{}/handover", world.handovers),
        }
        named = {paper: paper.split(" ") for paper in PAPERS}
        found = {paper: at[view][0].format(at[view][1][thing]) for paper, (view, thing) in named.items()}
        return found | {"unheard of": "nothing/at-all"}


def rules(app: Flask) -> Iterator[Rule]:
    """Every address of the app. A new one must be told to the oracle first: who may open it?"""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in STATIC:
            told = rule.endpoint in ENDPOINTS
            assert told, f"tests/matrix/oracle.py does not say who may open {rule.endpoint} ({rule.rule})"
            yield rule


def questions(
    app: Flask, places: Places, methods: set[str], endpoints: set[str] | None = None
) -> Iterator[Question]:
    """Every method at every address with every object, and each other part of the address once gone wrong."""
    for rule in rules(app):
        if endpoints is not None and rule.endpoint not in endpoints:
            continue
        for method in sorted((rule.methods or set()) & methods):
            for chosen in _choices(rule, places):
                values = {argument: places.of(argument)[name] for argument, name in chosen.items()}
                yield Question(
                    rule.endpoint, method, _path(rule, values), _thing(rule.endpoint, chosen),
                    is_whole=_is_whole(rule.endpoint, chosen), is_ours="too large" not in chosen.values(),
                    is_plain=not NOWHERE & set(chosen.values()),
                )  # fmt: skip


def _choices(rule: Rule, places: Places) -> Iterator[dict[str, str]]:
    """The object in every guise; other parts as they should be, then one at a time in every other guise."""
    arguments = sorted(rule.arguments)
    usual = {argument: next(iter(places.of(argument))) for argument in arguments}
    yield usual
    for argument in arguments:
        for name in list(places.of(argument))[1:]:
            yield {**usual, argument: name}


def _thing(endpoint: str, chosen: dict[str, str]) -> str | None:
    """The object the oracle is asked about."""
    kind = ENDPOINTS[endpoint][1]
    name = chosen.get("paper" if kind == "paper" else f"{kind}_id")
    return None if name in NOWHERE else name


def _is_whole(endpoint: str, chosen: dict[str, str]) -> bool:
    """Whether all that the oracle is not asked about leads somewhere."""
    others = {name for argument, name in chosen.items() if argument != f"{ENDPOINTS[endpoint][1]}_id"}
    school, municipality = chosen.get("school_id"), chosen.get("municipality_id")
    if school in SCHOOL_OWNERS and municipality and SCHOOL_OWNERS[school] != municipality:
        return False
    if "group_set_id" in chosen and chosen["group_set_id"] != chosen.get("class_id"):
        return False  # another class's groups
    if "pupil_id" in chosen and "class_id" in chosen and not others & NOWHERE:
        return chosen["class_id"] in BEYOND or PUPILS[chosen["pupil_id"]][0] == chosen["class_id"]
    return not others & NOWHERE


def _path(rule: Rule, values: dict[str, Any]) -> str:
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: str(values[part[1]]), rule.rule)


def forms(app: Flask, address: str, page: str) -> Iterator[tuple[str, str, Fields]]:
    """The forms of a page that write, filled in as somebody in a hurry would: (endpoint, path, fields)."""
    if "<form" not in page:
        return
    for form in html.fromstring(page).iterfind(".//form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        path = form.get("action") or address
        endpoint, _values = app.url_map.bind("").match(path.partition("?")[0], "POST")
        yield endpoint, path, tuple(_filled_in(form))


def _filled_in(form: Any) -> Iterator[tuple[str, str]]:
    """Every field with its value; empty ones with something that may do, boxes ticked."""
    for node in form.iter("input", "select", "textarea", "button"):
        name, kind = node.get("name"), node.get("type", "")
        if not name or name == "csrf_token" or kind == "file":
            continue
        if node.tag == "select":
            yield from _chosen(name, node)
        elif node.tag == "textarea":
            yield name, node.text or "ett ord"
        elif node.tag == "button":
            continue
        else:
            yield name, node.get("value") or {"date": "2026-10-15", "number": "1"}.get(kind, "4")


def _chosen(name: str, select: Any) -> Iterator[tuple[str, str]]:
    options = [option.get("value") for option in select.iter("option")]
    selected = [option.get("value") for option in select.iter("option") if option.get("selected") is not None]
    yield name, next((value for value in [*selected, *options] if value), "")


def cells(sheet: dict[str, Any]) -> Iterator[Fields]:
    """What a script would write into a sheet that it was given: a 7 in the first cell of each row."""
    for row in sheet["rows"]:
        version = row["cells"][0]["version"]
        told = {"pupil": row["row"], "measure": sheet["measures"][0]["code"], "value": "7"}
        yield tuple({**told, "expected_version": version}.items())


def filled_in_by_hand(world: World, endpoint: str) -> list[Fields]:
    """Forms that no page shows filled in so that they would do: files about everybody and about each one,
    classes everywhere for somebody to teach, places and periods there are not yet."""
    person = (
        ("name", "Ny Person"),
        ("username", "ny.person"),
        ("role", "teacher"),
        ("starts_on", "2026-10-15"),
    )
    teaches = [(*person, ("place", f"class:{number}")) for number in world.classes.values()]
    roster = _files(
        "kommun;skola;klass;årskurs;elev-id;förnamn;efternamn", [_roster_row(one) for one in PUPILS]
    )
    scores = _files("elev-id;bokstavsljud", [f"{code};7" for code in CODES.values()])
    absence = _files("elev-id;frånvaro", [f"{code};22" for code in CODES.values()])
    days = (("opens_on", "2027-01-10"), ("closes_on", "2027-02-10"), ("makeup_days", "14"))
    own_words = tuple(
        (name, said) for part in ("can", "practise", "home")
        for name, said in ((part, "own"), (f"{part}:own", "Läser varje dag."))
    )  # fmt: skip
    read_aloud = (
        *(("pupil", world.pupils["zaxovib"]), ("measure", "ord_per_minut"), ("step", "save")),
        *(("attempted", "50"), ("errors", "4"), ("seconds", "60"), ("seen", "2"), ("sum", "46 92")),
    )
    limit = (
        *(("seen", "6"), ("near_from", "40"), ("goal_from", "50"), ("source", "En studie")),
        *(("status", "N"), ("near_status", "N")),
    )
    plan = (("seen", "6"), ("composite", ""), ("expected", "bokstavsljud"))
    weighted = (
        *(("seen", "6"), ("weights", "ord_per_minut: 3")),
        *((name, "1") for name in ("mean", "sd", "scale", "constant")),
    )
    elsewhere = (("year", "6"), ("season", "winter"))
    support = (
        *(("kind", "intensive_period"), ("weeks", "6"), ("goal_way", "agreed"), ("goal", "40")),
        *(("led_by", f"special_teacher.{world.schools['Ekbacken']}"), ("group_name", "Uggla")),
    )
    asked = (
        *(("question", "Läsningen har stannat av."), ("parts", "results"), ("guardians", "1")),
        ("due_on", "2026-11-02"),
    )
    bodies: dict[str, list[Fields]] = {
        "reading.save": [read_aloud],
        "reports.save_home_page": [(*own_words, ("comment", "Vi ses snart."), ("version", "0"))],
        "imports.preview_roster": [(("file", (text, "elever.csv")), ("on", "2026-10-15")) for text in roster],
        "imports.preview_scores": [(("file", (text, "resultat.csv")), ("replaces", "y")) for text in scores],
        "sheet_files.read": [(("file", (text, "resultat.csv")),) for text in scores[:2]],
        "sheet_files.read_several": [
            (*(("class", str(number)) for number in world.classes.values()), ("file", (text, "resultat.csv")))
            for text in scores[:2]
        ],
        "staff_file.preview": [
            (("file", (text, "personal.csv")),)
            for text in _files(
                "användarnamn;namn;roll;kommun;från",
                [f"ny.person;Ny Person;administratör;{name};2026-10-15" for name in world.municipalities],
            )
        ],
        "records.narrow": [(("code", code), ("reason", "Riktigheten bestrids.")) for code in CODES.values()],
        "records.hold": [(("code", code), ("reason", "Någon har begärt ut det.")) for code in CODES.values()],
        "staff.add": teaches,
        "staff.give_duty": teaches,
        "screening.change_member": [
            (
                ("municipality", str(number)),
                ("turn", "no"),
                ("on", "2026-10-31"),
                ("reason", "Avtalet är slut"),
            )
            for number in world.municipalities.values()
        ],
        "screening.adopt": [(("valid_from", "2026-10-15"), ("reason", "Prövad i våras."))],
        "screening.change_draft_limit": [limit],
        "screening.add_draft_limit": [
            (*limit, ("measure", "ord_per_minut"), ("year", "7"), ("season", "winter"))
        ],
        "screening.change_draft_plan": [(*plan, ("decides", "bokstavsljud"))],
        "screening.add_draft_plan": [(*plan, ("decides", "ord_per_minut"), *elsewhere)],
        "screening.change_draft_composite": [weighted],
        "screening.add_draft_composite": [(*limit, *weighted, ("code", "annat"), *elsewhere)],
        "screening.read_draft_file": [(("file", (BENCHMARKS, "egna.toml")),)],
        "handovers.make": [
            (("kind", "next_teacher"), ("to_school", ""), ("parts", "results"), ("parts", "steps"))
        ],
        "handovers.make_class": [
            (("parts", "results"), ("pupils", str(number))) for number in world.pupils.values()
        ],
        "open_support.save": [(("name", "Åkern"), ("what", "Råd och stöd"), ("phone", "0531-1"))],
        "notes.write": [(("text", "ett ord"),)],
        "support.take_period_back": [(("period", one),) for one in world.support_periods.values()],
        "requests.write": [(*asked, ("receiver", "social_team"))],
        "requests.change": [(*asked, ("receiver", "elsewhere"), ("elsewhere", "Närhälsan"))],
        "requests.ground": [(("line", "OSL 10 kap. 2 §"),)],
        "requests.note_answer": [(("kind", "received"),)],
        "reports.api_order_prints": [
            (("window", world.window), ("classes", (number,))) for number in world.classes.values()
        ],
        "screening.api_take_step": [(("kind", "adaptations"), ("line", "Läser i par"))],
        "screening.confirm_score": [(("window", world.window), ("measure", "bokstavsljud"))],
        "absence.preview": [(("file", (text, "franvaro.csv")), ("replaces", "y")) for text in absence],
        "support.start": [
            (*support, ("measure", "ord_per_minut"), ("starts_on", "2026-10-12"), ("anyway", "y"))
        ],
        "support.change": [(*support, ("version", "2"), ("changed_from", "2026-10-12"))],
        "new_year.move_up": [(("year", "2026/27"), ("do", "1"))],
        "roster.new_school": [(("name", "Nyskolan"), ("code", "30000001"))],
        "moving.move": _moves(world),
        "measure_sheets.save": _typed(world),
        "late_entry.new": [
            (("window", world.closed), ("until", "2026-10-20"), ("school_class", str(one)))
            for one in world.classes.values()
        ],
        "school_windows.overview": [
            (("school", str(one)), ("opens_on", "2026-10-05"), ("closes_on", "2026-10-30"))
            for one in world.schools.values()
        ],
        "school_calendar.add": [
            (("kind", "easter_break"), ("starts_on", "2027-03-30"), ("ends_on", "2027-04-02"))
        ],
        "calendar_file.look_over": [
            (("file", ("typ;från;till\npåsklov;2027-03-30;2027-04-02\n".encode(), "lasar.csv")),)
        ],
        "windows.new": [(("academic_year", "2026/27"), ("season", "winter"), *days)],
    }
    return bodies.get(endpoint, [])


def _moves(world: World) -> list[Fields]:
    """A result of each pupil to another measure, as somebody has been shown that it would go."""
    window, here = world.window_id, "{0}.{1}.ord_per_minut.2>{0}.{1}.traffsakerhet.0"
    to = (
        ("what", "cell"),
        ("to_measure", "traffsakerhet"),
        ("to_window", world.window),
        ("measure", "ord_per_minut"),
    )
    return [
        (*to, ("pupil", str(number)), ("to_pupil", str(number)), ("seen", here.format(number, window)))
        for number in world.pupils.values()
    ]


def _typed(world: World) -> list[Fields]:
    """One result of each pupil, on a sheet of its class."""
    return [
        (
            ("class", str(world.classes[name])),
            (f"value-{world.pupils[stem]}-ord_per_minut", "13"),
            *(("columns", "ord_per_minut"), (f"seen-{world.pupils[stem]}", "2:12")),
        )
        for stem, (name, _is_protected) in PUPILS.items()
    ]


def _files(head: str, rows: list[str]) -> list[bytes]:
    return [f"{head}\n{text}\n".encode() for text in ("\n".join(rows), *rows)]


def _roster_row(stem: str) -> str:
    name, _is_protected = PUPILS[stem]
    school = CLASSES[name]
    return f"{SCHOOLS[school][0]};{school}s skola;{name};1;{CODES[stem]};Ny;Elev"
