"""Blocks and files onto the score sheet, and out of it again."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sheet_grid import Grid, nothing_for_axe, scores
from workbooks import workbook

WORDS = "rätt lästa ord per minut, text"
HEADINGS = "Elev\tBokstavsljud\tRätt lästa ord per minut, text\tTräffsäkerhet vid högläsning"
PASTED = """Elev\tBokstavsljud\tOrd per minut\tAvstämning B
Al-Hassan, Fatma\t21\t43\tNådd
Olle Alm\t99\t31\tDelvis
Jon Ánnesen\tabc\t\tf
Fel Namn\t1\t2\t
"""


@pytest.mark.slow
def test_a_block_from_a_spreadsheet_is_looked_over_first(grid: Grid, class_2c: int, tmp_path: Path) -> None:
    page = grid.page
    grid.type("20")
    grid.paste(PASTED)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "4 rader, 4 kolumner; 5 nya resultat; 1 ersätter ett annat värde; 4 rutor fylls inte i."
    )
    expect(dialog).to_contain_text("Namnen i första kolumnen stämmer för 3 av 4.")
    expect(dialog).to_contain_text("Bokstavsljud går från 0 till 29.")
    expect(dialog.locator(".paste-replaces")).to_have_text("20 → 21ersätter")
    nothing_for_axe(page)
    batches: list[str] = []
    page.on("request", lambda request: request.method == "PATCH" and batches.append(request.post_data or ""))
    grid.press("Enter")
    expect(dialog).to_have_count(0)
    expect(grid.cell("Fatma, bokstavsljud, 21, under målet")).to_have_count(1)
    grid.saved()
    assert len(batches) == 1
    assert scores()["Jon", "avstamning_b"].absence == "absent"
    grid.press("Control+z")
    expect(grid.told).to_have_text("Ångrat: 6 rutor")
    expect(grid.cell("Fatma, bokstavsljud, 20")).to_have_count(1)
    expect(grid.cell("Olle, rätt lästa ord per minut, text, tomt")).to_have_count(1)
    grid.saved()
    assert set(scores()) == {("Fatma", "bokstavsljud")}

    grid.press("Control+Home", "Shift+ArrowDown", "Shift+ArrowRight")
    assert grid.copied() == "20\t\n\t"
    grid.press("Control+a")
    whole = grid.copied().split("\n")
    assert whole[0] == f"{HEADINGS}\tAvstämning B (Skolverkets bedömningsstöd)"
    assert whole[1] == "Fatma Al-Hassan\t20\t\t\t"
    grid.press("Escape", "Control+Home", "ArrowDown")
    grid.paste("7\n")  # a single value is as if typed
    assert grid.focused.startswith("Olle, bokstavsljud, 7")
    grid.paste("77")
    expect(page.locator(".fault")).to_contain_text("går från 0 till 29")
    grid.press("Escape")

    file = tmp_path / "resultat.xlsx"
    file.write_bytes(workbook([["Namn", "Träffsäkerhet"], ["Olle Alm", 97], ["Ruth Ask", 101]]))
    page.locator("input[type=file]").set_input_files(file)
    expect(dialog).to_contain_text("Fyll från resultat.xlsx")
    expect(dialog).to_contain_text("1 nytt resultat; 1 ruta fylls inte i.")
    dialog.get_by_role("button", name="Fyll i 1 resultat").click()
    expect(grid.cell("Olle, träffsäkerhet vid högläsning, 97")).to_have_count(1)
    file.write_bytes(b"%PDF-1.7")
    page.locator("input[type=file]").set_input_files(file)
    expect(dialog).to_contain_text("Filen är en PDF, inte en tabell.")
    grid.press("Escape")
    grid.saved()


@pytest.mark.long
def test_a_paste_begins_where_the_marking_does_and_one_value_fills_it(grid: Grid, class_2c: int) -> None:
    """The focus is at the end of what has been marked, two rows down."""
    dialog = grid.page.get_by_role("dialog")
    grid.press("Control+Home", "Shift+ArrowDown", "Shift+ArrowDown")
    grid.paste("11\n12\n13")
    expect(dialog).to_contain_text("3 rader, 1 kolumn; 3 nya resultat.")
    grid.press("Enter")
    expect(grid.cell("Fatma, bokstavsljud, 11")).to_have_count(1)
    expect(grid.cell("Jon, bokstavsljud, 13")).to_have_count(1)
    grid.press("Control+Home", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight")
    grid.paste("f")
    expect(dialog).to_contain_text("2 rader, 2 kolumner; 4 nya resultat.")
    grid.press("Enter")
    grid.saved()
    absent = {cell for cell, score in scores().items() if score.absence}
    codes = ("ord_per_minut", "traffsakerhet")
    assert absent == {(name, code) for name in ("Fatma", "Olle") for code in codes}
    grid.press("Control+z", "Control+z")
    grid.saved()
    assert scores() == {}
    grid.paste("Elev\tOrd/min\nOlle Alm\t44\n")  # the unit, as the sheet shows it
    grid.press("Enter")
    grid.saved()
    assert scores()["Olle", "ord_per_minut"].points == 44
    grid.go("Olle, rätt lästa")
    grid.press("Control+x")
    grid.saved()
    assert scores() == {}
    grid.press("Control+Home", "End")
    grid.paste("1")  # as a key it is the first label, in a table the second
    expect(dialog.locator(".paste-new")).to_have_text("Delvisskrivet 1")


def test_a_block_is_looked_over_from_the_open_field_too(grid: Grid, class_2c: int) -> None:
    """With a finger on the screen a cell is always written in."""
    dialog = grid.page.get_by_role("dialog")
    grid.press("Control+Home", *"7", "Enter", "F2")
    grid.paste("8")
    expect(dialog).to_have_count(0)  # a piece of a text is the field's
    grid.paste("11\r\n12\r\n")
    expect(dialog).to_contain_text("2 rader, 1 kolumn; 2 nya resultat.")
    grid.press("Enter")
    expect(grid.cell("Olle, bokstavsljud, 11")).to_be_focused()
    grid.press("ArrowDown", "F2", *"zz")
    grid.paste("13\n14")  # what cannot be read stands, and is told
    expect(dialog).to_have_count(0)
    expect(grid.page.locator(".cell.writing .fault")).to_contain_text("”12zz” går inte att läsa.")
    grid.press("Escape")
    grid.saved()
    assert {name: score.points for (name, _), score in scores().items()} == {
        "Fatma": 7,
        "Olle": 11,
        "Jon": 12,
    }


@pytest.mark.long
def test_a_hundred_cells_are_looked_over_and_go_in_one_batch(grid: Grid, class_2c: int) -> None:
    page = grid.page
    grid.press("Control+Home")
    grid.paste("21\t43\t95\tNådd\n" * 25)
    expect(page.get_by_role("dialog")).to_contain_text("25 rader, 4 kolumner; 100 nya resultat")
    batches: list[str] = []
    page.on("request", lambda request: request.method == "PATCH" and batches.append(request.post_data or ""))
    grid.press("Enter")
    grid.saved()
    assert len(batches) == 1
    assert len(scores()) == 100
