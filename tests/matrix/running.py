"""The app, a world in it, everybody's browser; asking every question, and keeping what went wrong."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import PASSWORD
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from keeping import need_not_last
from matrix import judging, oracle, witness
from matrix.asking import READS, WRITES, Places, Question, cells, filled_in_by_hand, forms, questions
from matrix.world import MOVED, NOTED, PUPILS, SAID, VISITORS, World, build, shut_doors
from scipy import sparse
from scipy.optimize import OptimizeResult
from werkzeug.test import TestResponse

from app import create_app
from assessments.access import sessions
from assessments.access.models import SignInSession
from assessments.access.providers import known
from assessments.database import db
from assessments.database.commands import prepare
from assessments.roster.models import School, SchoolClass
from screening import disclosure_bounds

CONFIRMS = {"imports.confirm_roster", "imports.confirm_scores", "absence.confirm", "calendar_file.confirm"}
SIGNED_OUT = "signed_out"
PROVIDER = {"LASSPAR_OIDC_EKBY_ISSUER": "https://login.example", "LASSPAR_OIDC_EKBY_CLIENT_ID": "lasspar"}
EVERYBODY = [SIGNED_OUT, *VISITORS]
SOME = ["teacher_1a", "special_teacher", "administrator"]  # who in turn ask for what is not there at all
SOME_FORMS, SOME_NAMELESS_FORMS = 1, 5  # of others: at each object; where the address names none
SOME_REFUSED = 3  # to write about a further object, in turn; at the first everybody is
FIRST, FURTHER = (1, 2), (0, 1)  # let in and refused, who in the short form ask at an address and, when
# they have, about each further object there
JSON_DOORS = {"api.write_sheet", "reports.api_order_prints", "screening.api_take_step"}
PREVIEWS = {"reports.preview", "reports.preview_picture"}  # of papers: nobody reads in pictures who is shown
# Far is far both ways: these ask only where they belong, and show what forms look like there; and for what a
# pupil who has moved left behind.
LEFT_BEHIND = {"step", "period"}
FAR = {"teacher_other_school", "special_teacher_elsewhere", "teacher_elsewhere", "administrator_elsewhere"}
# Both teach 1B, and the first had 1A until yesterday: other objects are the same to both.
TWIN = ("former_substitute", "teacher_1b")
NOT_OF_1A = {"1B", "1G", "1T"} | {stem for stem, (name, _) in PUPILS.items() if name != "1A"} - {MOVED}


@dataclass
class Browser:
    """One visitor's: every page is asked with the cookie of the sign-in, whatever pages before it did."""

    client: FlaskClient
    cookie: str
    token: str

    def ask(self, question: Question, accept: str = "text/html") -> TestResponse:
        self.client.set_cookie("lasspar", self.cookie)
        if question.endpoint in JSON_DOORS:
            headers = {"X-CSRFToken": self.token}
            body = dict(question.fields)
            if question.endpoint == "api.write_sheet":
                body = {"writes": [{"client_id": "w", **body}] if body else []}
            return self.client.open(question.path, method=question.method, headers=headers, json=body)
        data: dict[str, Any] = defaultdict(list)
        for name, value in question.fields:
            data[name].append((io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value)
        headers = {"X-CSRFToken": self.token, "Accept": accept}
        return self.client.open(
            question.path, method=question.method, headers=headers, data=dict(data) or None
        )


@dataclass
class Matrix:
    """``faults``: in words, whatever was not as told; ``done``: where somebody's form went through;
    ``answered``: the status of each page, by who asked for which; ``is_whole``: everybody asks everywhere
    (of those who may not write, three about each further object), and sends what others were shown too. Else
    some do, in turn, and what they were shown themselves."""

    app: Flask
    world: World
    places: Places
    browsers: dict[str, Browser]
    ledger: judging.Ledger
    database: witness.Database
    faults: list[str] = field(default_factory=list)
    is_whole: bool = True
    answered: dict[tuple[str, str], int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str | None, ...]] = field(default_factory=set)
    sent_empty: set[str] = field(default_factory=set)
    tried_by_hand: set[tuple[str, str]] = field(default_factory=set)
    turns: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found_forms: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(dict))

    def read_all(self, visitors: list[str], endpoints: set[str] | None = None, until: str = "\n") -> None:
        """Ask for every page, and keep the forms that it shows to those who may open it. The first fault that
        says ``until`` is enough."""
        for endpoint, asked in self._by_endpoint(visitors, READS, endpoints):
            for who, question in asked:
                answer = self.read(who, question)
                self.answered.setdefault((who, question.path), answer.status_code)
                if question.is_plain and self._expected(who, question) == "in":
                    self._keep_forms(who, question, answer)
                if any(until in fault for fault in self.faults):
                    return
            self.look_for_writing(endpoint)

    def write_all(self, visitors: list[str], endpoints: set[str] | None = None, until: str = "\n") -> None:
        """Send every form there is, wherever it can be sent; to the first fault that says ``until``."""
        for _endpoint, asked in self._by_endpoint(visitors, WRITES, endpoints):
            for who, question in asked:
                for fields, is_own in self._bodies(who, question):
                    self.write(who, replace(question, fields=fields), is_own)
                    if any(until in fault for fault in self.faults):
                        return

    def _by_endpoint(
        self, visitors: list[str], methods: set[str], endpoints: set[str] | None
    ) -> Iterator[tuple[str, list[tuple[str, Question]]]]:
        """Each address with all that is asked there, and by whom."""
        every = questions(self.app, self.places, methods, endpoints)
        for endpoint, found in groupby(every, key=lambda question: question.endpoint):
            yield endpoint, [(who, one) for one in found for who in self._asking(visitors, one)]

    def _asking(self, visitors: list[str], question: Question) -> list[str]:
        """Whoever may learn something here; who is not signed in is turned away before any object matters."""
        where = (question.endpoint, question.method)
        is_first = where not in self.seen
        self.seen.add(where)
        asking = visitors if question.is_plain else self._next("nowhere", SOME, 1)
        asking = [who for who in asking if is_first or who not in oracle.OUT]
        if question.thing in NOT_OF_1A and TWIN[1] in asking:
            asking = [who for who in asking if who != TWIN[0]]
        let_in = [who for who in asking if self._expected(who, question) == "in"]
        is_left_behind = question.thing == MOVED and oracle.ENDPOINTS[question.endpoint][1] in LEFT_BEHIND
        refused = [who for who in asking if who not in let_in and (is_left_behind or who not in FAR)]
        if self.is_whole and question.method in WRITES and not (is_first or is_left_behind):
            refused = self._next("refused to write", refused, SOME_REFUSED)
        if not self.is_whole:
            number_let_in, number_refused = FIRST if is_first else FURTHER
            let_in = self._next(f"let in {is_first}", let_in, number_let_in)
            refused = self._next(f"refused {is_first}", refused, number_refused)
        return [*let_in, *refused]

    def read(self, who: str, question: Question) -> TestResponse:
        """Ask for a page, and look at what it shows and notes."""
        answer = self.browsers[who].ask(question, self._accept(who, question))
        words = self._look_at(who, question, answer, is_own=True)
        traces = self.database.traces()
        kind = oracle.ENDPOINTS[question.endpoint][1]
        is_about_one = kind in ("pupil", "paper") or answer.mimetype == "application/pdf"
        for fault in judging.trace_faults(self.world, who, words, traces, is_about_one):
            self._fault(who, question, fault)
        return answer

    def _accept(self, who: str, question: Question) -> str:
        """Refusals are read as pages the first time that a visitor meets one of the kind about an object. All
        others are asked for as scripts do: their pages differ in nothing and cost most of the time."""
        expected = self._expected(who, question)
        kind = (who, expected, oracle.ENDPOINTS[question.endpoint][1], question.thing)
        is_first = kind not in self.refused
        self.refused.add(kind)
        return "text/html" if expected == "in" or is_first else "application/json"

    def look_for_writing(self, endpoint: str) -> None:
        """Reading leaves traces, and changes nothing else."""
        if self.database.has_changed():
            other = {change.table for change in self.database.changes()} - {"audit_entry", "note_log"}
            if other:
                self.faults.append(f"somebody: {endpoint}: reading changed {sorted(other)}")
            self.database.put_back()

    def write(self, who: str, question: Question, is_own: bool) -> None:
        """Send a form, look at what it answers and changes, confirm where that is asked, and undo it."""
        is_refused = self._expected(who, question) != "in"
        answer = self.browsers[who].ask(question, "application/json" if is_refused else "text/html")
        self._look_at(who, question, answer, is_own)
        self._look_at_changes(who, question)
        has_stored = question.endpoint != "api.write_sheet" or b'"stored"' in answer.data
        if not is_refused and answer.status_code in judging.DONE and has_stored:
            self.done.add(question.endpoint)
        for endpoint, path, fields in self._forms(question, answer):
            if endpoint in CONFIRMS and question.endpoint not in CONFIRMS:
                thing = question.thing if oracle.ENDPOINTS[endpoint][1] else None
                confirm = Question(endpoint, "POST", path, thing, fields=fields)
                self.write(who, confirm, is_own=False)
                return
        if self.database.has_changed():
            self.database.put_back()

    def _bodies(self, who: str, question: Question) -> Iterator[tuple[tuple[Any, ...], bool]]:
        """The form of that page; for those who may come in also forms of the same kind that anybody saw
        anywhere: the ids of others in them must open nothing. A few at a time, in turn. Those filled in by
        hand all once by each visitor, and one about each further object. An empty one once."""
        found = list(self.found_forms[question.endpoint].values())
        names_one = oracle.ENDPOINTS[question.endpoint][1] is not None
        here = [one for one in found if names_one and one[0].partition("?")[0] == question.path]
        # Somebody else's form of the page may name who is hidden from this visitor.
        own = [(fields, seer == who) for _path, fields, seer in sorted(here, key=lambda one: one[2] != who)]
        mine, is_own = own[0] if own else ((), False)
        yield mine, is_own
        if self._expected(who, question) == "in" and self.is_whole:
            others = sorted({fields for _path, fields, _seer in found} - {mine}, key=str)
            few = SOME_FORMS if names_one else SOME_NAMELESS_FORMS
            others = self._next(question.endpoint, others, few)
            by_hand = filled_in_by_hand(self.world, question.endpoint)
            if (who, question.endpoint) in self.tried_by_hand:
                by_hand = self._next(f"{question.endpoint} by hand", by_hand, SOME_FORMS)
            self.tried_by_hand.add((who, question.endpoint))
            empty = [] if question.endpoint in self.sent_empty else [()]
            self.sent_empty.add(question.endpoint)
            yield from ((fields, False) for fields in [*empty, *others, *by_hand])

    def _next(self, what: str, ring: list[Any], number: int) -> list[Any]:
        """A few of the ring, beginning where the last who asked ended."""
        begin = self.turns[what]
        self.turns[what] += number
        return [ring[(begin + step) % len(ring)] for step in range(min(number, len(ring)))]

    def _expected(self, who: str, question: Question) -> str:
        if not question.is_ours:
            return "no address"
        return oracle.expected(who, question.endpoint, question.thing, question.is_whole)

    def _look_at(self, who: str, question: Question, answer: TestResponse, is_own: bool) -> set[str]:
        """The words of pupils that the answer holds, beside those that were typed oneself."""
        is_elsewhen = question.thing == "1A last year" and "/windows/" in question.path
        status, expected = answer.status_code, self._expected(who, question)
        if fault := judging.status_fault(expected, status, question.method, is_own, is_elsewhen):
            self._fault(who, question, fault)
        text, typed = witness.text_of(answer), str(question.fields).casefold()
        words = {word for word in witness.named(text) if word not in typed}
        endpoint = question.endpoint
        if question.endpoint in PREVIEWS and status == 200 and question.thing:
            words |= oracle.PAPERS[question.thing]
            endpoint = question.thing.split(" ")[0]
        said = {stem for stem in witness.said(text) if SAID[stem] not in typed}
        noted = {stem for stem in witness.noted(text) if NOTED[stem] not in typed}
        has_levels = 'class="levellevel-' in text
        for fault in judging.shown_faults(who, endpoint, words, said, noted, has_levels):
            self._fault(who, question, fault)
        return words

    def _look_at_changes(self, who: str, question: Question) -> None:
        if self.database.has_changed():
            for change in self.database.changes():
                if not self.ledger.is_permitted(who, change, question.endpoint):
                    self._fault(who, question, f"changed {change.table} {change.row}")

    def _keep_forms(self, who: str, question: Question, answer: TestResponse) -> None:
        for endpoint, path, fields in self._forms(question, answer):
            self.found_forms[endpoint].setdefault(f"{path} {fields}", (path, fields, who))

    def _forms(self, question: Question, answer: TestResponse) -> list[tuple[str, str, tuple[Any, ...]]]:
        if question.endpoint == "api.show_sheet" and answer.status_code == 200:
            return [("api.write_sheet", question.path, fields) for fields in cells(answer.json)]
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return []
        return list(forms(self.app, question.path, answer.text))

    def _fault(self, who: str, question: Question, words: str) -> None:
        self.faults.append(f"{who}: {question}: {words}")

    def told(self) -> str:
        """The first fault of each kind."""
        kinds: dict[str, str] = {}
        for fault in self.faults:
            _who, question, words = fault.split(": ", 2)
            kinds.setdefault(f"{question.partition('(')[2]} {words[:60]}", fault)
        return "\n".join(kinds.values())


def run(file: Path, templates: FileSystemBytecodeCache | None = None) -> Matrix:
    """An app on a database of its own, which is put back after every question."""
    prints = str(file.parent / "prints")
    here = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{file}", "LASSPAR_PRINTS_PATH": prints}
    app = create_app({**here, "LASSPAR_IS_DEMO": True, known.CONFIG: known.from_environment(PROVIDER)})
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        sa.event.listen(db.engine, "connect", need_not_last)
        db.engine.dispose()
        prepare()
        world = build()
    browsers = {who: _sign_in(app, who) for who in VISITORS} | {SIGNED_OUT: _browser(app.test_client())}
    with app.app_context():
        shut_doors(world)
        names = {number: name for name, number in world.accounts.items()}
        theirs = {names[row.account_id]: row.id for row in db.session.scalars(sa.select(SignInSession))}
        ledger = judging.Ledger(
            world,
            {one.id: one.school_id for one in db.session.scalars(sa.select(SchoolClass))},
            {one.id: one.municipality_id for one in db.session.scalars(sa.select(School))},
        )
    places = Places(world, {who: theirs[who] for who in ("teacher_1a", "administrator")})
    return Matrix(app, world, places, browsers, ledger, witness.Database(file))


@contextmanager
def solved_once() -> Iterator[None]:
    """The same linear program is solved once: after each question the database is as it was, and to bound
    the same hidden figures anew took a fifteenth of the time."""
    solve = disclosure_bounds.linprog
    known: dict[tuple[Any, ...], OptimizeResult] = {}

    def solved(cost: Any, **within: Any) -> OptimizeResult:
        rows, sums, bounds = within["A_eq"], within["b_eq"], within["bounds"]
        parts = [cost, bounds] if rows is None else [cost, bounds, sums, *sparse.find(rows)]
        asked = tuple(part.tobytes() for part in parts)
        if asked not in known:
            known[asked] = solve(cost, **within)
        return known[asked]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(disclosure_bounds, "linprog", solved)
        yield


@contextmanager
def asked(
    folder: Path, templates: FileSystemBytecodeCache, is_whole: bool, visitors: Sequence[str] = EVERYBODY
) -> Iterator[Matrix]:
    """Every page has been asked for. That somebody is there is written down once a day only, and nobody
    counts how often somebody was refused."""
    with pytest.MonkeyPatch.context() as patched, solved_once():
        patched.setattr(sessions, "SEEN_EVERY", timedelta(days=1))
        patched.setattr(sessions, "_count_refused", lambda _subject: None)
        matrix = run(folder / "matrix.sqlite", templates)
        matrix.is_whole = is_whole
        matrix.read_all([*visitors])
        yield matrix
        close(matrix)


def close(matrix: Matrix) -> None:
    matrix.database.close()
    with matrix.app.app_context():
        db.engine.dispose()


def _sign_in(app: Flask, who: str) -> Browser:
    client = app.test_client()
    form = {"username": who, "password": PASSWORD, "csrf_token": _browser(client).token}
    assert client.post("/sign-in", data=form).status_code == 302
    return _browser(client)


def _browser(client: FlaskClient) -> Browser:
    token = client.get("/api/v1/session").json["csrf_token"]
    return Browser(client, client.get_cookie("lasspar").value, token)
