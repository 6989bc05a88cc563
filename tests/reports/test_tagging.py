"""Every document is whole for those who hear it, and for the archive: by an independent validator, and by
what we know of the pages ourselves."""

import functools

import pytest
from every_document import EXAMPLES
from page import ValidationReport, validate_pdf_bytes

from reports.documents import DOCUMENTS

drawn = functools.cache(lambda name: EXAMPLES[name]())
each_document = pytest.mark.parametrize("name", DOCUMENTS)


def faults(report: ValidationReport) -> set[tuple[str, str]]:
    return {(fault.rule_id, fault.message) for fault in report.failures}


@each_document
def test_every_document_is_drawn_here(name: str):
    assert name in EXAMPLES, "add an example to tests/every_document.py"


@each_document
@pytest.mark.parametrize("standard", ["ua1", "2a"])
def test_the_validator_finds_nothing(name: str, standard: str):
    """PDF/UA-1 and PDF/A-2a. A picture without words: say them where it is laid."""
    assert faults(validate_pdf_bytes(drawn(name), profile=standard)) == set()
