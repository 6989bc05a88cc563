"""Several people print at the same moment, in one process."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from invented_figures import school_class, sheet

from reports.documents import class_report, guardian


@pytest.mark.long
def test_prints_made_at_once_are_those_made_one_by_one():
    names = [f"Elev {number} Åkesson" for number in range(12)] + ["نور الهدى"]
    alone = [guardian.pdf(sheet(name)) for name in names]
    report = class_report.pdf(school_class())
    with ThreadPoolExecutor(4) as people:
        pages = people.map(lambda name: guardian.pdf(sheet(name)), names)
        reports = people.map(lambda _: class_report.pdf(school_class()), range(3))
        assert list(pages) == alone
        assert set(reports) == {report}
