"""A set whose level in year 1, autumn, is a weighted sum; one of its parts is counted in errors."""

from datetime import date
from pathlib import Path

from assessments.database import db
from assessments.instruments.files import import_measures
from screening.benchmarks import adopting
from screening.benchmarks.files import import_set

WEIGHTED_SET = """
[set]
code = "summa-set"
name = "Summa"
version = "1"
owner = "Ekby"
language = "sv"
population = "alla"
valid_from = 2026-08-01

[[window]]
year = 1
season = "autumn"
composite = "summa"

[[cut]]
measure = "summa"
year = 1
season = "autumn"
near_from = 380
goal_from = 400
status = "N"
source = "en studie"

[[cut]]
measure = "fel"
year = 1
season = "autumn"
near_from = 9
goal_from = 5.5
status = "N"
source = "en studie"

[[composite]]
code = "summa"
year = 1
season = "autumn"
weights = { bokstavsljud = 2, fel = -0.5 }
divide = { fel = 2 }
mean = 30
sd = 4
scale = 10
constant = 400
"""
ERRORS = """
[[measure]]
code = "fel"
name = "Fel"
unit = "fel"
minimum = 0
maximum = 40
step = 0.5
higher_is_better = false
area = "fluency"
years = [1]
how = "Antal fel."
sem = 2
"""


def adopt_weighted_set(folder: Path) -> None:
    """It judges from the autumn of 2026."""
    for name, content in (("fel.toml", ERRORS), ("summa.toml", WEIGHTED_SET)):
        (folder / name).write_text(content, "utf-8")
    import_measures(folder / "fel.toml")
    adopting.adopt(import_set(folder / "summa.toml").benchmark_set, date(2026, 8, 1))
    db.session.commit()
