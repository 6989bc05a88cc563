"""A class list and a pile of scores, from the file on the desk to the pupils' pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from living_school import LivingSchool
from playwright.sync_api import Page, expect
from sheet_grid import nothing_for_axe

LIST = """skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn
10000001;Ekbackens skola;Ekby;1A;1;1001;Kim;Bergman
10000001;Ekbackens skola;Ekby;1C;1;1002;Noor;Alm
10000001;Ekbackens skola;Ekby;1C;1;1100;Åsa;Öberg
10000001;Ekbackens skola;Ekby;1C;1;1101;Åsa;Öberg
"""


@pytest.fixture
def desk(tmp_path: Path) -> Callable[[str], Path]:
    """A file as Swedish Excel saves it."""

    def put(text: str) -> Path:
        file = tmp_path / "fil.csv"
        file.write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
        return file

    return put


@pytest.mark.slow
def test_a_class_list_is_looked_over_and_taken_in(
    school: LivingSchool, sign_in: Callable[[str], Page], desk: Callable[[str], Path]
) -> None:
    page = sign_in("ada")
    page.goto(school.site)
    page.get_by_role("link", name="Klasslistor", exact=True).click()
    page.get_by_role("link", name="Läs in en klasslista").first.click()
    page.get_by_label("Klasslista (CSV eller Excel)").set_input_files(desk(LIST.replace("1A;1;", "1A;17;")))
    page.get_by_role("button", name="Granska filen").click()
    expect(page.get_by_role("row", name="2 årskurs")).to_contain_text("Årskursen ”17” finns inte")
    nothing_for_axe(page)
    page.get_by_label("Klasslista (CSV eller Excel)").set_input_files(desk(LIST))
    page.get_by_role("button", name="Granska filen").click()
    expect(page.get_by_text("2 nya elever, 1 ändrad, 1 byter klass.")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Läs in klasslistan").click()
    expect(page.get_by_text("Klasslistan är inläst.")).to_be_visible()


@pytest.mark.slow
def test_a_pile_of_scores_is_looked_over_and_saved(
    school: LivingSchool, sign_in: Callable[[str], Page], desk: Callable[[str], Path]
) -> None:
    page = sign_in("astrid")
    page.goto(school.site)
    page.get_by_role("link", name="Läs in resultat från en fil").click()
    nothing_for_axe(page)
    page.get_by_label("Resultat (CSV eller Excel)").set_input_files(desk("elev-id;lus\n1001;99\n"))
    page.get_by_role("button", name="Granska filen").click()
    expect(page.get_by_text("LUS går från 1 till 20")).to_be_visible()
    page.get_by_label("Resultat (CSV eller Excel)").set_input_files(desk("elev-id;lus\n1001;9\n"))
    page.get_by_role("button", name="Granska filen").click()
    expect(page.get_by_text("1 resultat att spara för 1 elev.")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Spara resultaten").click()
    expect(page.get_by_text("1 resultat är inläst.")).to_be_visible()
