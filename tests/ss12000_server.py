"""A school administration of our own, as SS 12000:2020 describes it: a WSGI app that answers from lists.

Fields and ways are those of the published description: ``/organisations``, ``/groups``, ``/persons/lookup``,
``/persons``, ``/duties`` and ``/deletedEntities``, pages by ``pageToken``, tokens by client credentials.
"""

import json
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

SECRET = "hemlig-nyckel"
Membership = tuple[dict[str, Any], str, str | None]  # the group, and from when to when
Start = Callable[[str, list[tuple[str, str]]], object]


def uid(name: str) -> str:
    """The same name is always the same object."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def reference(name: str) -> dict[str, str]:
    return {"id": uid(name)}


@dataclass
class Administration:
    """What there is, and how the service behaves: ``busy`` answers to give before the right one."""

    organisations: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    page: int = 2
    busy: list[tuple[int, str]] = field(default_factory=list)  # status and Retry-After
    uses_of_a_token: int = 1000
    has_lookup: bool = True
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    uses: int = 0

    def school(self, name: str, code: str) -> None:
        told = {"id": uid(name), "displayName": name, "schoolUnitCode": code, "organisationType": "Skolenhet"}
        self.organisations.append({**told, "meta": {}})

    def group(self, name: str, school: str, kind: str = "Klass") -> dict[str, Any]:
        told = {
            "id": uid(f"{school}/{name}"), "displayName": name, "groupType": kind, "startDate": "2026-08-01",
            "organisation": reference(school), "schoolType": "GR", "groupMemberships": [],
        }  # fmt: skip
        self.groups.append(told)
        return told

    def pupil(self, name: str, school: str, *memberships: Membership, **more: Any) -> None:
        given, family = name.split(" ", 1)
        enrolment = {
            "enroledAt": reference(school), "schoolYear": 1, "schoolType": "GR", "startDate": "2026-08-01",
        }  # fmt: skip
        self.persons.append(
            {
                "id": uid(name), "givenName": given, "familyName": family, "securityMarking": "Ingen",
                "civicNo": {"value": "201903041234", "nationality": "SE"}, "personStatus": "Aktiv",
                "eduPersonPrincipalNames": [f"{given.lower()}@edu.ekby.example"], "enrolments": [enrolment],
                "externalIdentifiers": [
                    {"value": f"x-{given}", "context": "elevnr", "globallyUnique": False}
                ],
            }
            | more
        )  # fmt: skip
        for group, starts, ends in memberships:
            told = {"person": reference(name), "startDate": starts, "endDate": ends}
            group["groupMemberships"].append(told)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append(f"{method} {path}?{environ.get('QUERY_STRING', '')}")
        status, told, headers = self._answer(method, path, environ, body)
        content = json.dumps(told).encode()
        start(f"{status} -", [("Content-Type", "application/json"), *headers])
        return [content]

    def _answer(self, method: str, path: str, environ: dict[str, Any], body: bytes) -> tuple[int, Any, Any]:
        if path == "/token":
            return self._token(environ, body)
        self.uses += 1
        holds = environ.get("HTTP_AUTHORIZATION") == f"Bearer t{self.tokens}"
        if not holds or self.uses > self.uses_of_a_token:
            return 401, {}, []
        if self.busy:
            status, wait = self.busy.pop(0)
            return status, {}, [("Retry-After", wait)] if wait else []
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        if path == "/v2/deletedEntities":
            return 200, {"data": {"persons": [uid(name) for name in self.deleted]}, "pageToken": None}, []
        if path == "/v2/persons/lookup":
            ids = json.loads(body)["ids"] if self.has_lookup else ()
            return (200, [one for one in self.persons if one["id"] in ids], []) if ids else (404, {}, [])
        lists = {name: getattr(self, name) for name in ("organisations", "groups", "persons", "duties")}
        rows = lists.get(path.removeprefix("/v2/"))
        return (404, {}, []) if rows is None else (200, self._page(rows, query), [])

    def _token(self, environ: dict[str, Any], body: bytes) -> tuple[int, Any, Any]:
        given = b64decode(environ.get("HTTP_AUTHORIZATION", "Basic ").removeprefix("Basic ")).decode()
        if given != f"lasspar:{SECRET}" or b"grant_type=client_credentials" not in body:
            return 401, {"error": "invalid_client"}, []
        self.tokens, self.uses = self.tokens + 1, 0
        return 200, {"access_token": f"t{self.tokens}", "token_type": "Bearer", "expires_in": 3600}, []

    def _page(self, rows: list[Any], query: dict[str, str]) -> dict[str, Any]:
        assert "pageToken" not in query or set(query) <= {"pageToken", "limit"}  # the standard says so
        begins = int(query.get("pageToken", "0"))
        ends = begins + min(self.page, int(query["limit"]))
        return {"data": rows[begins:ends], "pageToken": str(ends) if ends < len(rows) else None}


def ekbacken() -> Administration:
    """Ekbackens skola with Kim and Noor in 1A, Ebba who begins, Liv who has a marking, and staff."""
    told = Administration()
    told.school("Ekbackens skola", "10000001")
    told.organisations.append({"id": uid("Ekby"), "displayName": "Ekby", "organisationType": "Huvudman"})
    first, second = told.group("1A", "Ekbackens skola"), told.group("1B", "Ekbackens skola")
    told.group("Kör", "Ekbackens skola", "Undervisning")
    school, marking = "Ekbackens skola", "Skyddad folkbokföring"
    told.pupil("Kim Berg", school, (first, "2026-08-18", "2027-06-11"))
    told.pupil("Noor Alm", school, (first, "2026-08-18", "2026-09-30"), (second, "2026-10-01", None))
    told.pupil("Ebba Ny", school, (second, "2026-11-02", None))
    told.pupil("Liv Hemlig", school, (first, "2026-08-18", None), securityMarking=marking)
    told.pupil("Astrid Ask", school, enrolments=[])
    told.duties.append(
        {
            "id": uid("duty"), "person": reference("Astrid Ask"), "dutyAt": reference("Ekbackens skola"),
            "dutyRole": "Lärare", "startDate": "2020-08-01",
            "assignmentRole": [
                {"group": {"id": first["id"]}, "assignmentRoleType": "Mentor", "startDate": "2026-08-01"}
            ],
        }
    )  # fmt: skip
    return told
