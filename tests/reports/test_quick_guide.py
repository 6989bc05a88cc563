"""The quick guide: five steps on one A4."""

from invented_figures import IMPRINT, pages

from reports.documents import quick_guide
from reports.figures.quick_guide import CODES, STEPS, QuickGuide


def test_five_steps_and_every_code_stand_on_one_page() -> None:
    [page] = pages(quick_guide.pdf(QuickGuide(IMPRINT)))
    for number, step in enumerate(STEPS, start=1):
        assert f"{number}. {step.title}" in page
    assert [word for _, word in CODES if word not in page] == []
