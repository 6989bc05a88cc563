"""Every document is whole for those who hear it, and for the archive: by an independent validator, and by
what we know of the pages ourselves."""

import functools
import io
import itertools
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from every_document import EXAMPLES
from invented_figures import IMPRINT, sheet
from page import ValidationReport, validate_pdf_bytes
from tagged import Node, read, told

from reports import direction
from reports.documents import DOCUMENTS, guardian
from reports.layout import Paper
from reports.lettering import SCRIPTS, WRITTEN_IN
from reports.print_jobs.binding import bound
from reports.wording import translations, wording

pytestmark = pytest.mark.slow

drawn = functools.cache(lambda name: EXAMPLES[name]())
heard = functools.cache(lambda name: told(drawn(name)))
at_home = functools.cache(lambda language, name="Kim Ek": guardian.pdf(sheet(name, language=language)))
each_document = pytest.mark.parametrize("name", DOCUMENTS)
from_the_right = pytest.mark.parametrize("language", ["ar", "fa", "ckb"])


def faults(report: ValidationReport) -> set[tuple[str, str]]:
    return {(fault.rule_id, fault.message) for fault in report.failures}


@each_document
def test_every_document_is_drawn_here(name: str):
    assert name in EXAMPLES, "add an example to tests/every_document.py"


@each_document
@pytest.mark.parametrize("standard", ["ua1", "2a"])
def test_the_validator_finds_nothing(name: str, standard: str):
    """PDF/UA-1 and PDF/A-2a. A picture without words: ``paper.picture`` takes what it says."""
    assert faults(validate_pdf_bytes(drawn(name), profile=standard)) == set()


def test_the_validator_sees_a_picture_without_words_and_a_word_without_a_mark():
    """It is young: what it finds in a page that is not whole."""
    with pikepdf.open(io.BytesIO(drawn("guardian"))) as pdf:
        figure = next(one for one in pdf.objects if _is_figure(one))
        del figure.Alt
        page = pdf.pages[0]
        page.contents_coalesce()
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" BT (Ebba) Tj ET")
        spoilt = io.BytesIO()
        pdf.save(spoilt)
    found = {rule for rule, _ in faults(validate_pdf_bytes(spoilt.getvalue(), profile="ua1"))}
    assert {"PDFUA1-FIGURE-ALTERNATIVE-TEXT-001", "PDFUA1-CONTENT-TAGGING-001"} <= found


def _is_figure(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"


@each_document
def test_headings_begin_with_the_title_and_leave_no_level_out(name: str):
    levels = [int(heading.tag[1]) for heading in heard(name).all("H1", "H2", "H3", "H4")]
    assert levels[:1] == [1], "say with paper.heading(1) what the title is"
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


@each_document
def test_tables_are_even_and_headed(name: str):
    for table in heard(name).all("Table"):
        rows = [[(cell.tag, cell.scope) for cell in row.children] for row in table.children]
        assert len({len(row) for row in rows}) == 1
        for row in rows:
            assert row[0] == ("TH", "Row") or ("TH", "Column") in row or _is_to_be_filled_in(row)


def _is_to_be_filled_in(row: list[tuple[str, str]]) -> bool:
    """A row of the sheet to write on that has no name yet."""
    return {tag for tag, _ in row} == {"TD"}


@each_document
def test_no_word_is_left_out_and_the_foot_is_none(name: str):
    found = read(drawn(name))
    assert found.unmarked == ""
    assert "Sida 1 av" in found.decoration
    assert "Sida 1 av" not in found.root.text


def test_a_page_for_the_home_is_read_in_its_order():
    said = told(at_home("sv")).text
    order = (
        "Björkskolan · klass 2B", "Så går det med läsningen Kim Ek", "Kim är nära målet", "Det här kan Kim",
        "• Har lärt sig bokstävernas ljud.", "Så här ser det ut", "behöver mer träning är nära målet",
        "Läsa med flyt Läsa högt utan att fastna. nu: är nära målet; förra gången: behöver mer träning",
        "vinter åk 1: 12, mål 20; vår åk 1: 22, mål 28; höst åk 2: 31, mål 35", "Det här gör skolan",
        "Det här kan ni göra hemma", "Telefon 0500-12 34 56", "Det här säger Kim själv", "inte barnets",
    )  # fmt: skip
    places = [said.index(part) for part in order]
    assert places == sorted(places)


def test_a_class_report_says_levels_in_words_and_its_table_before_what_stands_beside_it():
    report = heard("class_report")
    cells = [cell.text for row in report.all("TR")[1:3] for cell in row.children]
    assert cells[0] == "Åsa Öberg"
    assert "Nära målet 32" in cells
    assert any(cell.startswith("Följ upp") for cell in cells)
    assert any("lägre än förra perioden" in cell for cell in cells)
    assert report.text.index("Åsa Öberg") < report.text.index("Bokstavsljud: ")


def test_a_table_over_pages_is_one_and_says_its_header_once():
    tables = heard("support_period").all("Table")
    results = next(table for table in tables if "Planerat" in table.text)
    assert len(results.children) == 61
    assert results.text.count("Planerat") == 1


def test_a_back_in_swedish_and_what_is_swedish_on_the_front_say_so():
    sections = [node for node in heard("class_set").children if node.tag == "Sect"]
    front, back = next(pair for pair in itertools.pairwise(sections) if pair[0].language == "ar")
    assert back.language == "sv-SE"
    assert words_in(back, "sv-SE") > 400
    swedish = [node.text for node in front.walk() if node.language == "sv-SE"]
    assert "Ebba" in swedish
    assert "Ebba läser gärna om hästar." in swedish


def test_a_name_in_another_script_is_not_read_as_swedish():
    spans = {span.text: span.language for span in told(at_home("sv", "نور አበበ Ek")).all("Span")}
    assert spans["نور"] == "und-Arab"
    assert spans["አበበ"] == "und-Ethi"


@pytest.mark.parametrize("language", ["pl", "uk", "ti"])
def test_a_page_is_in_its_language(language: str):
    section = told(at_home(language)).children[0]
    assert section.language == language
    assert words_in(section, language) > 400


def test_each_language_is_known_by_its_script():
    """Else every word of a page would be taken for another language's."""
    for language in translations():
        assert SCRIPTS[WRITTEN_IN.get(language, "Latn")].search(wording(language)["page"]["title"])


def words_in(node: Node, language: str) -> int:
    """How many signs are in that language."""
    own = sum(len(kid) for kid in node.kids if isinstance(kid, str)) if node.language == language else 0
    return own + sum(words_in(child, language) for child in node.children)


@from_the_right
def test_what_reads_from_the_right_is_heard_copied_and_found_as_it_was_written(language: str):
    """By the tree, by poppler with and without it, and by the viewer of Chrome: whole words, in order."""
    page, content = wording(language)["page"], at_home(language)
    heading = page["areas"]
    assert heading in told(content).text
    copied = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    found = copied.stdout.decode().translate(direction.NO_TURNS)
    assert heading in found
    shown = subprocess.run(["pdfinfo", "-struct-text", "-"], input=content, capture_output=True, check=True)
    assert f'"{heading}"' in shown.stdout.decode()
    with pypdfium2.PdfDocument(content) as pdf:
        assert heading in pdf[0].get_textpage().get_text_range()


def test_brackets_are_heard_as_they_are_written():
    assert "(IUP)" in told(at_home("ar")).text


def test_words_that_are_stored_once_are_one_paragraph_wherever_they_are_shown():
    paper = Paper("Prov")
    with paper.heading(1):
        paper.words(60, 760, "Rubrik", 18)
    for height in (700, 600):
        paper.once("twice", lambda: paper.lines(60, 0, ["Två", "rader"], 12, 15), 0, height)
    root = told(paper.finish())
    assert [node.text for node in root.children] == ["Rubrik", "Två rader", "Två rader"]


def test_the_file_says_what_it_is_and_of_which_day():
    with pikepdf.open(io.BytesIO(drawn("staff"))) as pdf, pdf.open_metadata() as about:
        assert about["dc:title"] == "Underlag inför samråd"
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
        assert about["xmp:CreateDate"] == f"{IMPRINT.printed_on}T00:00:00Z"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert {str(page.Tabs) for page in pdf.pages} == {"/S"}


@each_document
def test_nothing_shines_through(name: str):
    with pikepdf.open(io.BytesIO(drawn(name))) as pdf:
        said = {key for one in pdf.objects if isinstance(one, pikepdf.Dictionary) for key in one}
    assert not said & {"/SMask", "/CA", "/ca", "/BM"}


def test_classes_bound_together_are_whole_too(tmp_path: Path):
    files = {}
    for language in ("sv", "ar"):
        file = tmp_path / f"{language}.pdf"
        file.write_bytes(at_home(language))
        files[file] = language
    for standard in ("ua1", "2a"):
        assert faults(validate_pdf_bytes(bound(files), profile=standard)) == set()
