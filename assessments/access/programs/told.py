"""What programs are told of who they are, for OpenAPI and the page about it."""

from assessments.access.programs.operations import Operation
from assessments.access.programs.schemas import DAY, ID, TEXT, WHOLE, one_of, or_null, record, rows, told
from assessments.access.programs.scopes import TokenScope
from assessments.roster.models import Role

SESSION = Operation(
    "Vem frågar, och genom vilka uppdrag",
    "Början",
    detail="Prova nyckeln här först. csrf_token, person och queue_key är för den som är inloggad med kaka.",
    answers={
        200: (
            "Uppdragen som gäller i dag.",
            record(
                csrf_token=or_null(TEXT), person=or_null(TEXT), queue_key=or_null(TEXT),
                token=told(
                    or_null(record(name=TEXT, scopes=rows(one_of(*TokenScope)), to=DAY)),
                    "Nyckeln, om du visade en.",
                ),
                duties=rows(
                    record(
                        id=ID, role=one_of(*(role.value for role in Role)), function=TEXT,
                        class_id=or_null(ID), school_id=or_null(ID),
                        years=or_null(rows(WHOLE)), municipality_id=or_null(ID),
                        **{"from": DAY, "to": or_null(DAY)},
                    )
                ),
            ),
        )
    },
)  # fmt: skip
