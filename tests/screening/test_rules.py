"""The steps of the law: what is offered to whom, and which rule set is in force."""

from datetime import date

import pytest

from screening.rules.catalogue import Step, rule_sets, rules_on
from screening.signals import FlagState, Kind

GUARANTEE = rule_sets()["garanti-2019"]


def test_the_guarantee_offers_its_steps_in_order() -> None:
    offered = GUARANTEE.offered(has_official_result=True, is_newly_arrived=False)
    assert [step.name for step in offered] == [
        "Ny avstämning om _ veckor",
        "Särskild bedömning",
        "Extra anpassningar",
        "Anmäl till rektor (utredning av särskilt stöd)",
        "Intensivperiod",
        "Begär hjälp",
        "Avsluta",
    ]


def test_a_special_assessment_comes_only_after_national_material() -> None:
    offered = GUARANTEE.offered(has_official_result=False, is_newly_arrived=False)
    assert "Särskild bedömning" not in [step.name for step in offered]


def test_newly_arrived_pupils_have_steps_of_their_own() -> None:
    offered = GUARANTEE.offered(has_official_result=False, is_newly_arrived=True)
    names = [step.name for step in offered]
    assert names[-4:] == ["Pröva läsning på modersmål", "Studiehandledning", "Språkstöd", "Avsluta"]


@pytest.mark.parametrize("day", [date(2026, 10, 15), date(2028, 6, 30), date(2029, 1, 1)])
def test_the_prepared_rule_set_is_off_until_somebody_turns_it_on(day: date) -> None:
    assert rules_on(day).code == "garanti-2019"
    assert rule_sets()["stodundervisning-2028"].is_on is False


def test_every_kind_has_a_proposal_and_what_the_thread_has_come_to_goes_first() -> None:
    for rules in rule_sets().values():
        assert all(rules.proposed(kind.value, FlagState.NEW.value) for kind in Kind)
        assert rules.proposed(Kind.BELOW_GOAL.value, FlagState.CLOSE_PROPOSED.value) == "close"


def test_a_step_taken_keeps_its_name_when_the_rules_change() -> None:
    assert rule_sets()["stodundervisning-2028"].past("adaptations") == "Extra anpassningar"
    assert GUARANTEE.past("något från förr") == "något från förr"


def test_no_step_is_called_a_decision() -> None:
    for rules in rule_sets().values():
        assert not any("beslut" in f"{step.label}{step.past}".lower() for step in rules.steps.values())


@pytest.mark.parametrize(
    "wrong", [{"asks": ("weeks",)}, {"asks": ("telefon",)}, {"after": "midnatt"}, {"default_weeks": 4}]
)
def test_a_step_that_nobody_can_record_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="steg"):
        Step(code="steg", label="Steg", past="Steg", **wrong)
