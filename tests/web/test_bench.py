"""The bench: fast entry by name, a finding tried without being kept, tables with their limits."""

import re

import pytest
from fastapi import FastAPI

from myognosis.exchange.casefile import dump_case, parse_case, read_case
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case, Conduction, NeedleMuscle, Proximal

from .conftest import Reader


@pytest.fixture
def bench(app: FastAPI) -> str:
    return f"/case/{app.state.desk.shelf.new(read_case('examples/demo.yaml')).id}/bench"


def case_of(app: FastAPI, bench: str) -> Case:
    return app.state.desk.shelf.load(bench.split("/")[2]).case


@pytest.mark.parametrize("typed", ["atrophy", "Muscle wasting", "  атрофія м'язів ", "АТРОФИЯ МЫШЦ"])
def test_a_finding_is_entered_by_any_of_its_names(app: FastAPI, reader: Reader, bench: str, typed: str):
    assert reader.post(bench, {"part": "finding", "finding": typed, "state": "present"}).status_code == 200
    assert case_of(app, bench).answers["atrophy"] is Answer.PRESENT


def test_a_name_that_nobody_knows_is_answered_with_the_nearest(app: FastAPI, reader: Reader, bench: str):
    before = case_of(app, bench)
    page = reader.post(bench, {"part": "finding", "finding": "muscle wastng", "state": "present"})
    assert page.status_code == 422
    assert "muscle wasting" in page.text
    assert case_of(app, bench) == before


def test_what_is_tried_moves_the_ranking_and_keeps_nothing(app: FastAPI, reader: Reader, bench: str):
    before = case_of(app, bench)
    page = reader.post(bench, {"part": "finding", "finding": "hyperreflexia", "state": "present", "do": "try"})
    assert "Tried, not kept" in page.text and "<th>Difference</th>" in page.text
    assert re.search(r"[▲▼] 0\.\d+", page.text)
    assert case_of(app, bench) == before
    reader.post(bench, {"part": "keep", "try": "hyperreflexia:present"})
    assert case_of(app, bench).answers["hyperreflexia"] is Answer.PRESENT


def test_of_a_case_of_nobody_the_bench_says_that_nothing_moves_a_cause_and_shows_no_empty_table(app: FastAPI, reader: Reader):
    page = reader.get(f"/case/{app.state.desk.shelf.new(Case()).id}/bench").text
    part = page[page.index('id="movers"') : page.index('id="next"')]
    assert "No finding moves a cause yet." in part
    assert "<table" not in part


def test_taking_a_finding_out_makes_it_not_asked(app: FastAPI, reader: Reader, bench: str):
    name = next(iter(case_of(app, bench).answers))
    reader.post(bench, {"part": "finding", "finding": name, "state": "remove"})
    assert name not in case_of(app, bench).answers


def test_a_conduction_row_is_shown_with_its_limit(app: FastAPI, reader: Reader, bench: str):
    row = {"part": "conduction", "nerve": "median", "side": "left", "kind": "motor", "latency_ms": "6,1", "temperature_c": "33"}
    page = reader.post(bench, row | {"filter_low_hz": "20", "filter_high_hz": "10000"})
    assert case_of(app, bench).conduction[-1].latency_ms == 6.1
    assert case_of(app, bench).conduction[-1].filter_hz == (20, 10000)
    assert "33.0 °C, filter 20 to 10000 Hz" in page.text
    assert "filter 20 to 10000 Hz" in reader.get(bench.replace("bench", "report.html")).text
    assert "≤" in page.text
    assert "▲" in page.text
    reader.post(bench, {"part": "no_conduction", "row": str(len(case_of(app, bench).conduction) - 1)})
    assert not any(r.latency_ms == 6.1 for r in case_of(app, bench).conduction)


@pytest.mark.parametrize(
    "form",
    [
        {"part": "conduction", "nerve": "median", "side": "left", "kind": "motor"},
        {"part": "conduction", "nerve": "median", "side": "up", "kind": "motor", "latency_ms": "4"},
        {"part": "conduction", "nerve": "median", "side": "left", "kind": "motor", "latency_ms": "4", "filter_low_hz": "20"},
        {
            "part": "conduction",
            "nerve": "median",
            "side": "left",
            "kind": "motor",
            "latency_ms": "4",
            "filter_low_hz": "20",
            "filter_high_hz": "2",
        },
        {"part": "power", "muscle": "deltoid", "side": "left", "mrc": "7"},
        {"part": "reflex", "reflex": "knee", "side": "left"},
        {"part": "reflex", "reflex": "knee", "side": "left", "grade": "inf"},
        {"part": "nonsense", "row": "x"},
        {},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(app: FastAPI, reader: Reader, bench: str, form: dict[str, str]):
    before = case_of(app, bench)
    assert reader.post(bench, form).status_code == 422
    assert case_of(app, bench) == before


def test_strength_and_reflexes_are_entered_and_taken_out(app: FastAPI, reader: Reader, bench: str):
    n = len(case_of(app, bench).examination.power)
    reader.post(bench, {"part": "power", "muscle": "deltoid", "side": "left", "mrc": "4"})
    reader.post(bench, {"part": "reflex", "reflex": "knee", "side": "right", "grade": "3"})
    assert case_of(app, bench).examination.power[-1].mrc == 4
    assert case_of(app, bench).examination.reflexes[-1].grade == 3
    reader.post(bench, {"part": "no_power", "row": str(n)})
    assert len(case_of(app, bench).examination.power) == n


def test_what_moves_what_is_the_evidence_of_the_result(app: FastAPI, reader: Reader, bench: str, knowledge: Knowledge):
    page = reader.get(bench).text
    result = reader.get(bench.replace("/bench", "/result.json")).json()
    first = result["causes"][0]
    most = max((e for e in first["evidence"] if e["finding"] in knowledge.findings), key=lambda e: abs(e["decibans"]))
    assert f"{most['decibans']:+.1f}".replace("-", "−") in page


def test_every_number_of_the_bench_says_what_it_rests_on(reader: Reader, bench: str):
    movers = reader.get(bench).text.split('id="movers"')[1].split("</table>")[0]
    cells = [cell for cell in re.findall(r'<td class="num"[^>]*>(.*?)</td>', movers, re.S) if cell]
    assert len(cells) > 20
    for cell in cells:
        assert re.match(r'<details class="basis"><summary>[+−]\d', cell)
        assert re.search(r"source|memory|Computed", cell)


def test_hostile_things_to_try_are_passed_over(reader: Reader, bench: str):
    assert reader.get(f"{bench}?try=<script>:present&try=atrophy:evil&try=&try=a:b:c").status_code == 200


@pytest.mark.parametrize(
    ("form", "named", "kept"),
    [
        ({"part": "power", "muscle": "deltoid", "side": "right", "mrc": "7x"}, "MRC", 'value="7x"'),
        (
            {"part": "power", "muscle": "deltoid", "side": "right", "mrc": ""},
            "MRC: This field is empty",
            'value="deltoid" selected',
        ),
        ({"part": "reflex", "reflex": "knee", "side": "right", "grade": "2.5"}, "Reflex, 0–4", 'value="2.5"'),
        (
            {
                "part": "conduction",
                "nerve": "ulnar",
                "side": "right",
                "kind": "sensory",
                "latency_ms": "3.1",
                "velocity_m_s": "fast",
            },
            "Velocity, m/s",
            'value="3.1"',
        ),
    ],
)
def test_a_fault_names_its_field_and_the_row_stays(reader: Reader, bench: str, form: dict[str, str], named: str, kept: str):
    page = reader.post(bench, form)
    assert page.status_code == 422
    assert str(page.url.query, "ascii").startswith("draft=")  # no answer to a form, so that Back works
    field = re.search(r'href="#(at-[a-z_]+)" id="what-is-wrong">' + re.escape(named), page.text)
    assert field and f'id="{field[1]}" aria-invalid="true"' in page.text
    assert kept in page.text
    assert '<option value="right" selected>' in page.text
    assert "is-wrong" not in reader.get(bench).text


MOTOR = {
    "part": "conduction", "kind": "motor", "nerve": "median", "side": "right", "segment": "forearm", "site": "wrist",
    "latency_ms": "3,5", "amplitude_mv": "8", "area_mv_ms": "24", "duration_ms": "5.5", "distance_mm": "70",
    "proximal.site": "elbow", "proximal.latency_ms": "7.5", "proximal.amplitude_mv": "3", "proximal.area_mv_ms": "10",
    "proximal.duration_ms": "6", "proximal.distance_mm": "220", "temperature_c": "33", "filter_low_hz": "2",
    "filter_high_hz": "10000",
}  # fmt: skip


def test_a_motor_study_of_two_sites_is_entered_as_a_file_holds_it(app: FastAPI, reader: Reader, bench: str):
    page = reader.post(bench, MOTOR)
    far = Proximal(site="elbow", latency_ms=7.5, amplitude_mv=3, area_mv_ms=10, duration_ms=6, distance_mm=220)
    row = case_of(app, bench).conduction[-1]
    assert row == Conduction(
        nerve="median", side="right", kind="motor", segment="forearm", site="wrist", latency_ms=3.5, amplitude_mv=8, area_mv_ms=24,
        duration_ms=5.5, distance_mm=70, proximal=far, temperature_c=33, filter_hz=(2, 10000),
    )  # fmt: skip
    assert "▲ Motor conduction block" in page.text
    assert "fall of the area from distal to proximal 58.3 %" in page.text
    assert "elbow: latency 7.50 ms, amplitude 3.00 mV, area 10.0 mV·ms" in page.text
    assert read_case_again(app, bench) == case_of(app, bench)


def read_case_again(app: FastAPI, bench: str) -> Case:
    return parse_case(dump_case(case_of(app, bench)))


def test_enter_adds_a_row_and_the_next_begins_where_the_hands_are(reader: Reader, bench: str):
    page = reader.post(bench, MOTOR)
    assert str(page.url).endswith("?next=motor")
    form = page.text.split('id="study-motor"')[1].split("</form>")[0]
    assert re.search(r'<select name="nerve"[^>]* autofocus>', form)
    assert page.text.count("autofocus") == 1
    assert '<option value="right" selected>' in form
    assert 'name="temperature_c" value="33"' in form
    assert 'name="latency_ms" value=""' in form


def test_a_limit_and_a_centile_stand_beside_what_is_typed_before_it_is_kept(app: FastAPI, reader: Reader, bench: str):
    typed = {"part": "conduction", "kind": "sensory", "nerve": "median", "side": "left", "technique": "antidromic"}
    typed |= {"amplitude_uv": "2", "velocity_m_s": "44"}
    before = case_of(app, bench)
    without = reader.post(bench, typed | {"do": "look"}).text
    with_script = reader.post(f"{bench}/limits", typed).text
    for page in (without, with_script):
        assert re.search(r"<td[^>]*>amplitude 2.00 µV</td><td[^>]*>≥ [\d.]+ µV", page)
        assert re.search(r"−\d\.\d \((P\d+|&lt; P1)\)", page)
        assert "▲ Low sensory amplitude" in page
    assert 'value="antidromic" selected' in without
    assert case_of(app, bench) == before
    assert reader.post(f"{bench}/limits", typed | {"amplitude_uv": "x"}).text.strip() == ""


def test_repetitive_stimulation_is_entered_before_and_after_exercise(app: FastAPI, reader: Reader, bench: str):
    train = {
        "part": "conduction",
        "kind": "repetitive",
        "nerve": "facial",
        "side": "left",
        "rate_hz": "3",
        "decrement_percent": "22",
    }
    page = reader.post(bench, train | {"exercise": "before"})
    assert "3.00 Hz, before exercise" in page.text
    assert "▲ Repetitive stimulation: decrement" in page.text
    assert check_case(case_of(app, bench), app.state.desk.knowledge)[0].present("rns_decrement")


def test_a_needle_report_is_entered_muscle_by_muscle(app: FastAPI, reader: Reader, bench: str):
    row = {"part": "needle", "muscle": "tongue", "side": "left", "fibrillation": "2", "fasciculation": "complex"}
    page = reader.post(bench, row | {"discharges": "cramp", "units": "large", "polyphasic": "true", "recruitment": "reduced"})
    assert str(page.url).endswith("?next=needle")
    told = NeedleMuscle(
        muscle="tongue", side="left", fibrillation=2, fasciculation="complex", discharges=("cramp",), units="large",
        polyphasic=True, recruitment="reduced",
    )  # fmt: skip
    assert case_of(app, bench).needle == (told,)
    assert read_case_again(app, bench) == case_of(app, bench)
    for text in (page.text, reader.get(bench.replace("bench", "report.html")).text):
        assert "large units, polyphasic, reduced recruitment" in text
        assert "▲ EMG: chronic neurogenic change" in text
    reader.post(bench, {"part": "no_needle", "row": "0"})
    assert case_of(app, bench).needle == ()


@pytest.mark.parametrize(
    "form",
    [
        MOTOR | {"nerve": "nobody"},
        MOTOR | {"segment": "moon"},
        MOTOR | {"proximal.latency_ms": "-3"},
        {"part": "conduction", "kind": "repetitive", "nerve": "facial", "side": "left", "rate_hz": "3"},
        {"part": "conduction", "kind": "f_wave", "nerve": "tibial", "side": "left", "latency_ms": "50", "stimuli": "9.5"},
        {"part": "needle", "muscle": "tongue", "side": "left"},
        {"part": "needle", "muscle": "tongue", "side": "left", "fibrillation": "9"},
        {"part": "needle", "muscle": "nothing", "side": "left", "fibrillation": "1"},
        {"part": "power", "muscle": "nothing", "side": "left", "mrc": "4"},
    ],
)
def test_a_row_that_cannot_be_names_its_field_and_is_not_kept(app: FastAPI, reader: Reader, bench: str, form: dict[str, str]):
    before = case_of(app, bench)
    page = reader.post(bench, form)
    assert page.status_code == 422
    field = re.search(r'href="#(at-[a-z_]+)" id="what-is-wrong">', page.text)
    assert field and f'id="{field[1]}" aria-invalid="true"' in page.text
    assert case_of(app, bench) == before


@pytest.mark.parametrize("view", ["bench", "clinician"])
def test_doubts_about_the_entries_stand_on_top_where_a_clinician_works(app: FastAPI, reader: Reader, view: str):
    doubted = Case(answers={"tremor": Answer.ABSENT, "action_tremor": Answer.PRESENT})
    page = reader.get(f"/case/{app.state.desk.shelf.new(doubted).id}/{view}").text
    assert page.count("Doubts about the entries") == 1
    assert page.index("is present although the broader") < page.index("</table>")


def test_a_number_is_taken_with_the_unit_that_the_report_prints(app: FastAPI, reader: Reader, bench: str):
    typed = {"latency_ms": "0,0035 с", "amplitude_mv": "8000 мкВ", "distance_mm": "7 cm", "temperature_c": "33,0 °C",
             "proximal.latency_ms": "7.5 ms", "area_mv_ms": "24 мВ·мс",
             "proximal.distance_mm": "22 см", "filter_high_hz": "10 kHz"}  # fmt: skip
    reader.post(bench, MOTOR | typed)
    far = Proximal(site="elbow", latency_ms=7.5, amplitude_mv=3, area_mv_ms=10, duration_ms=6, distance_mm=220)
    row = case_of(app, bench).conduction[-1]
    assert (row.latency_ms, row.amplitude_mv, row.distance_mm, row.temperature_c) == (3.5, 8, 70, 33)
    assert (row.proximal, row.filter_hz) == (far, (2, 10000))


@pytest.mark.parametrize(
    "wrong", [{"latency_ms": "8 mV"}, {"amplitude_mv": "3 ms"}, {"area_mv_ms": "24 mV"}, {"latency_ms": "3 apples"}]
)
def test_a_unit_of_another_kind_is_refused_at_its_field(app: FastAPI, reader: Reader, bench: str, wrong: dict[str, str]):
    before = case_of(app, bench)
    page = reader.post(bench, MOTOR | wrong)
    assert page.status_code == 422
    assert re.search(rf'name="{next(iter(wrong))}"[^>]*aria-invalid="true"', page.text)
    assert case_of(app, bench) == before


@pytest.mark.parametrize(
    "form",
    [
        MOTOR | {"nerve": ""},
        {"part": "needle", "muscle": "", "side": "left", "fibrillation": "1"},
        {"part": "power", "muscle": "", "side": "left", "mrc": "4"},
        {"part": "reflex", "reflex": "", "side": "left", "grade": "2"},
    ],
)
def test_no_number_is_put_down_to_a_nerve_or_muscle_that_nobody_chose(
    app: FastAPI, reader: Reader, bench: str, form: dict[str, str]
):
    before, field = case_of(app, bench), {"conduction": "nerve", "reflex": "reflex"}.get(form["part"], "muscle")
    page = reader.post(bench, form)
    assert page.status_code == 422
    assert "Choose one from the list." in page.text
    assert len(re.findall(rf'<select name="{field}"[^>]*aria-invalid="true"', page.text)) == 1
    assert case_of(app, bench) == before


def test_a_needle_goes_into_muscles_and_not_into_parts_of_the_body(reader: Reader, bench: str):
    form = reader.get(bench).text.split('id="study-needle"')[1].split("</form>")[0]
    assert "Tongue" in form
    assert not [part for part in ("Abdomen", "Many parts of the body", "Eyelid") if f">{part}<" in form]
