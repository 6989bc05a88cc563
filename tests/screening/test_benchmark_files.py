"""Benchmark files: what is refused, where it stands, and that a published version never changes."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.instruments.places import Places
from assessments.models import Season
from assessments.refusals import Refused
from screening.benchmarks.catalogue import BUILT_IN, DEFAULT, Plan, benchmarks, load_built_in
from screening.benchmarks.files import import_set
from screening.benchmarks.writing import as_toml, content_of
from screening.models import Adoption, BenchmarkSet, Cut

GOOD = """
[set]
code = "provset"
name = "Prov"
version = "1"
owner = "Ekby"
language = "sv"
population = "alla"
valid_from = 2026-08-01
note = "prov"

[[window]]
year = 1
season = "autumn"
decides = [["bokstavsljud"]]
also = [["ord_per_minut"]]
expected = ["bokstavsljud"]

[[window]]
year = 2
season = "spring"
composite = "summa"

[[cut]]
measure = "bokstavsljud"
year = 1
season = "autumn"
near_from = 10.5
goal_from = 20
status = "N"
source = "en studie"

[[cut]]
measure = "summa"
year = 2
season = "spring"
goal_from = 400
status = "G"
source = "en annan"

[[composite]]
code = "summa"
year = 2
season = "spring"
weights = { ord_per_minut = 2.5, bokstavsljud = 1 }
mean = 100
sd = 40
scale = 50
constant = 400
divide = { bokstavsljud = 2 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """A file with some of its text exchanged."""

    def write(*exchanged: tuple[str, str]) -> Path:
        text = GOOD
        for old, new in exchanged:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "set.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def refused(path: Path) -> list[str]:
    """The reasons, without the folder."""
    with pytest.raises(Refused) as found:
        import_set(path)
    return [reason.removeprefix(f"{path.parent}/") for reason in found.value.reasons]


class TestTheBuiltInSet:
    def test_loads_whole_and_is_adopted_from_its_date(self, database: None) -> None:
        one = db.session.scalars(sa.select(BenchmarkSet)).one()
        assert (one.code, one.version, str(one.valid_from)) == (DEFAULT, "1", "2026-08-01")
        assert db.session.scalars(sa.select(Adoption.valid_from)).all() == [one.valid_from]
        found = benchmarks([one.id], measures())[one.id]
        assert len(found.cuts) == 97
        fluency = found.cuts["ord_per_minut", 2, Season.AUTUMN]
        assert (fluency.limits.near_from, fluency.limits.goal_from, fluency.typical) == (26, 35, 49)
        assert fluency.source.startswith("Sävsjös skolprojekt")
        assert found.plan(4, Season.WINTER) == Plan()

    def test_loading_again_changes_nothing(self, database: None) -> None:
        load_built_in(None)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Adoption)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BenchmarkSet)) == 1

    def test_an_initiative_that_has_chosen_is_left_alone(self, database: None) -> None:
        db.session.execute(sa.update(Adoption).values(reason="vårt val"))
        load_built_in(None)
        assert db.session.scalars(sa.select(Adoption.reason)).all() == ["vårt val"]

    def test_every_source_is_told(self, database: None) -> None:
        assert all(cut.source for cut in db.session.scalars(sa.select(Cut)))
        assert [path.stem for path in BUILT_IN.glob("*.toml")] == [DEFAULT]


class TestAnImport:
    def test_stores_what_the_file_says(self, database: None, file: Callable[..., Path]) -> None:
        imported = import_set(file())
        found = benchmarks([imported.benchmark_set.id], measures())[imported.benchmark_set.id]
        limits = found.cuts["bokstavsljud", 1, Season.AUTUMN].limits
        assert (limits.near_from, limits.goal_from, limits.status, limits.near_status) == (
            Decimal("10.5"),
            20,
            "N",
            "N",
        )
        assert found.plan(1, Season.AUTUMN).also == (("ord_per_minut",),)
        assert found.plan(2, Season.SPRING).composite == "summa"
        assert found.plan(2, Season.SPRING).expected == ("ord_per_minut", "bokstavsljud")  # its parts
        composite = found.composites["summa", 2, Season.SPRING]
        assert composite.weights == {"ord_per_minut": Decimal("2.5"), "bokstavsljud": Decimal(1)}
        assert (composite.divide, composite.sd) == ({"bokstavsljud": Decimal(2)}, Decimal(40))

    def test_of_the_same_content_changes_nothing(self, database: None, file: Callable[..., Path]) -> None:
        first = import_set(file())
        again = import_set(file(("10.5", "10.50"), ("[set]", "# samma\n[set]")))
        assert (first.is_new, again.is_new) == (True, False)
        assert again.benchmark_set is first.benchmark_set

    def test_of_what_it_was_written_out_as_changes_nothing(
        self, database: None, file: Callable[..., Path]
    ) -> None:
        written = file()
        written.write_text(as_toml(content_of(import_set(file()).benchmark_set)), "utf-8")
        assert import_set(written).is_new is False
        written.write_text(written.read_text("utf-8").replace("10.5", "11"), "utf-8")
        assert refused(written)

    def test_of_other_content_under_the_same_version_is_refused(
        self, database: None, file: Callable[..., Path]
    ) -> None:
        import_set(file())
        (reason,) = refused(file(("10.5", "11")))
        assert reason == (
            "set.toml:1:1: provset version 1 är redan utgiven med annat innehåll. Ge filen en ny version."
        )
        assert import_set(file(("10.5", "11"), ('version = "1"', 'version = "2"'))).is_new

    def test_of_sources_in_other_words_is_the_version_that_is_out(
        self, database: None, tmp_path: Path
    ) -> None:
        """Its first file had them in English: whoever keeps that one has no other limits than everybody."""
        english = tmp_path / "set.toml"
        told = (BUILT_IN / f"{DEFAULT}.toml").read_text("utf-8").replace("eget förslag", "own proposal")
        english.write_text(told, "utf-8")
        imported = import_set(english)
        assert (imported.is_new, imported.is_reworded) == (False, True)
        assert all("own proposal" not in cut.source for cut in db.session.scalars(sa.select(Cut)))
        english.write_text(told.replace("goal_from = 35", "goal_from = 36"), "utf-8")
        assert "annat innehåll" in refused(english)[0]

    def test_of_limits_without_status_takes_them_for_proposals(
        self, database: None, file: Callable[..., Path]
    ) -> None:
        imported = import_set(file(('status = "N"\n', "")))
        cut = db.session.scalars(
            sa.select(Cut).filter_by(benchmark_set_id=imported.benchmark_set.id, measure="bokstavsljud")
        ).one()
        assert (cut.status, cut.near_status) == ("P", "P")


class TestFaults:
    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ('code = "provset"\n', "", "set.toml:2:1: code saknas."),
            ('version = "1"', "version = 1",
             "set.toml:5:1: version: ska vara bokstäver a-z, siffror, punkt, - och _, högst 50."),
            ('version = "1"', 'version = "a@b"',
             "set.toml:5:1: version: ska vara bokstäver a-z, siffror, punkt, - och _, högst 50."),
            ("near_from = 10.5", "near_from = 1e400",
             "set.toml:28:1: near_from: ska vara ett tal med högst tre decimaler."),
            ("2026-08-01", '"2026-08-01"', "set.toml:9:1: valid_from: ska vara ett datum, 2026-08-01."),
            ("year = 1", "year = 10", "set.toml:13:1: year: ska vara ett heltal 0-9 (0 = förskoleklass)."),
            ('season = "autumn"', 'season = "höst"',
             "set.toml:14:1: season: ska vara autumn, winter eller spring."),
            ('[["bokstavsljud"]]', '["bokstavsljud"]',
             'set.toml:15:1: decides: ska vara grupper av mått, [["a", "b"], ["c"]].'),
            ("near_from = 10.5", "near_from = nan",
             "set.toml:28:1: near_from: ska vara ett tal med högst tre decimaler."),
            ("near_from = 10.5", "near_from = 10.5555",
             "set.toml:28:1: near_from: ska vara ett tal med högst tre decimaler."),
            ('status = "N"', 'status = "X"', "set.toml:30:1: status: ska vara N, G, C eller P."),
            ('status = "N"', 'colour = "red"', "set.toml:30:1: Okänd nyckel colour."),
            ("[[composite]]", "[[composit]]", "set.toml:41:1: Okänt avsnitt [composit]."),
            ("[[cut]]", "[cut]", None),
            ('decides = [["bokstavsljud"]]', 'decides = [["bokstavslud"]]',
             "set.toml:15:1: Måttet bokstavslud finns inte."),
            ('also = [["ord_per_minut"]]', 'also = [["ord"]]', "set.toml:16:1: Måttet ord finns inte."),
            ('expected = ["bokstavsljud"]', 'expected = ["np"]', "set.toml:17:1: Måttet np finns inte."),
            ('measure = "bokstavsljud"', 'measure = "ljud"', "set.toml:25:1: Måttet ljud finns inte."),
            ("{ ord_per_minut = 2.5,", "{ ord = 2.5,", "set.toml:45:1: Måttet ord finns inte."),
            ("divide = { bokstavsljud", "divide = { gra10", "set.toml:50:1: gra10 ingår inte i weights."),
            ("divide = { bokstavsljud = 2 }", "divide = { bokstavsljud = 0 }",
             "set.toml:50:1: Det går inte att dividera med 0."),
            ("sd = 40", "sd = 0", "set.toml:47:1: sd ska vara större än 0."),
            ('decides = [["bokstavsljud"]]', 'decides = [["gra10", "bokstavsljud"]]',
             "set.toml:15:1: ”GRA-10 språkförståelse” årskurs 1 höst saknar gränser."),
            ('decides = [["bokstavsljud"]]\n', "", "set.toml:12:1: Ange antingen composite eller decides."),
            ('composite = "summa"', 'composite = "annan"',
             "set.toml:22:1: annan saknar [[composite]] för årskurs 2 vår."),
            ('measure = "summa"\nyear = 2', 'measure = "summa"\nyear = 3',
             "set.toml:41:1: summa årskurs 2 vår saknar gränser."),
            ("near_from = 10.5\ngoal_from = 20\n", "",
             "set.toml:24:1: ”Bokstavsljud” årskurs 1 höst behöver en gräns för nära målet eller målet "
             "(near_from eller goal_from)."),
            ("near_from = 10.5", "near_from = 25",
             "set.toml:24:1: Gränserna för ”Bokstavsljud” årskurs 1 höst ska stiga mot målet."),
            ('code = "summa"', 'code = "gra10"', "set.toml:42:1: gra10 är redan namnet på ett mått."),
            ('measure = "summa"\nyear = 2\nseason = "spring"',
             'measure = "bokstavsljud"\nyear = 1\nseason = "autumn"',
             "set.toml:33:1: ”Bokstavsljud” årskurs 1 höst står mer än en gång."),
        ],
    )  # fmt: skip
    def test_each_is_named_by_row(
        self, database: None, file: Callable[..., Path], old: str, new: str, reason: str | None
    ) -> None:
        reasons = refused(file((old, new)))
        if reason is not None:
            assert reason in reasons

    def test_all_are_told_at_once_and_nothing_is_stored(
        self, database: None, file: Callable[..., Path]
    ) -> None:
        before = db.session.scalar(sa.select(sa.func.count()).select_from(BenchmarkSet))
        path = file(
            ("near_from = 10.5", "near_from = 30"), ("sd = 40", "sd = -1"), ('[["ord_per_minut"]]', '[["x"]]')
        )
        assert len(refused(path)) == 3
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BenchmarkSet)) == before

    def test_of_the_file_itself(self, database: None, tmp_path: Path) -> None:
        for content in (b"[set", b"\xff\xfe[set]"):
            (tmp_path / "set.toml").write_bytes(content)
            with pytest.raises(Refused):
                import_set(tmp_path / "set.toml")
        with pytest.raises(Refused):
            import_set(tmp_path / "saknas.toml")


def test_places_know_rows_of_sections_and_keys() -> None:
    places = Places('[set]\ncode = "a"\n\n[[cut]]  # första\nyear = 1\n[[cut]]\n"year" = 2\n')
    assert (places.row("set", 0, "code"), places.row("cut", 1), places.row("cut", 1, "year")) == (2, 6, 7)
    assert (places.row("cut", 0, "saknas"), places.row("finns inte")) == (4, 1)
