"""Reading a case: what is right is read, what is wrong is said with place and mend, all at once, and nothing is guessed."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from myognosis.exchange.casefile import MAX_BYTES, MalformedCase, case_schema, dump_case, parse_case, read_case
from myognosis.faults import CaseError
from myognosis.model.case import Answer, Case, Complaint, Medicine, Person

HEAD = "schema: myognosis/case/1\n"


def faults(text: str) -> dict[str, str]:
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    return {issue.where: issue.code for issue in caught.value.issues}


def test_a_small_case_is_read():
    case = parse_case(HEAD + "person: {age_years: 34, sex: male}\nanswers: {fasciculation: present, weakness: absent}\n")
    assert case.person.age_years == 34
    assert case.answers == {"fasciculation": Answer.PRESENT, "weakness": Answer.ABSENT}


def test_the_word_no_is_a_word_and_not_false():
    with pytest.raises(CaseError) as caught:
        parse_case(HEAD + "answers: {weakness: no}\n")
    assert "'no'" in str(caught.value)


def test_a_whole_number_serves_where_a_number_is_wanted():
    assert parse_case(HEAD + "labs: [{analyte: sodium, value: 140, unit: mmol/L}]").labs[0].value == 140.0


def test_all_faults_come_at_once_each_with_its_path():
    found = faults(HEAD + "person: {age_years: 130, sex: yes}\nlabs: [{analyte: sodium, value: high}]\nanswerz: {}\n")
    assert {"$.person.age_years", "$.person.sex", "$.labs[0].value", "$.labs[0].unit", "$.answerz"} <= set(found)


def test_a_day_that_no_calendar_has_is_told_with_its_field_and_not_as_a_broken_file():
    found = faults(HEAD + "medicines: [{name: salbutamol, since: 2026-13-10}]\nlabs: [{analyte: sodium, value: x, unit: mmol/L}]")
    assert set(found) == {"$.medicines[0].since", "$.labs[0].value"}
    assert str(parse_case(HEAD + "medicines: [{name: salbutamol, since: 2026-01-10}]").medicines[0].since) == "2026-01-10"


def mends(text: str) -> dict[str, str]:
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    return {issue.where: str(issue.fix) for issue in caught.value.issues}


def test_a_misspelt_field_within_another_gets_the_near_miss_too():
    found = mends(f"{HEAD}person: {{age_yeers: 34}}\nlabs: [{{analyte: sodium, valeu: 140, unit: mmol/L}}]\n")
    assert "'age_years'" in found["$.person.age_yeers"]
    assert "'value'" in found["$.labs[0].valeu"]


def test_a_decimal_comma_is_called_one():
    assert "2.4, not 2,4" in mends(f"{HEAD}labs: [{{analyte: calcium_total, value: 2,4, unit: mmol/L}}]\n")["$.labs[0].4"]


def test_a_fault_of_form_hides_no_fault_of_a_word_beside_it():
    with pytest.raises(MalformedCase) as refused:
        parse_case(f"{HEAD}complaint: {{places: [{{where: gastrocnemus, side: lft}}]}}\nperson: {{age_years: 34, sex: man}}\n")
    rest = refused.value.rest
    assert rest and rest.complaint.places[0].where == "gastrocnemus" and rest.person.age_years == 34


def test_a_misspelt_field_gets_the_near_miss():
    with pytest.raises(CaseError, match="answers"):
        parse_case(HEAD + "answer: {}\n")


@pytest.mark.parametrize("value", ["-1", "121", ".nan", ".inf", "'34'", "true"])
def test_an_impossible_age_is_refused(value: str):
    assert "$.person.age_years" in faults(HEAD + f"person: {{age_years: {value}}}\n")


@pytest.mark.parametrize("text", ["", "7", "[1, 2]", "just words", "a: [", "a: 1\na: 2\n", "{", "\x00", "&a [*a]", "? [1]\n: 2\n"])
def test_what_is_no_case_is_refused_without_a_traceback(text: str):
    with pytest.raises(CaseError):
        parse_case(text)


def test_a_newer_format_is_refused_with_a_word_on_updating():
    with pytest.raises(CaseError, match="Update"):
        parse_case("schema: myognosis/case/99\n")


def test_a_case_without_its_format_is_told_the_line_to_add():
    with pytest.raises(CaseError, match="myognosis/case/1"):
        parse_case("person: {age_years: 3}\n")


def test_billion_laughs_do_not_grow():
    lines = ["a0: &a0 [lol, lol]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    with pytest.raises(CaseError):
        parse_case(HEAD + "\n".join(lines))


def test_a_python_tag_is_never_obeyed():
    with pytest.raises(CaseError):
        parse_case(HEAD + "about: !!python/object/apply:os.system ['true']\n")


@pytest.mark.whole
def test_ten_thousand_answers_are_read():
    text = HEAD + "answers:\n" + "".join(f"  f{i}: unknown\n" for i in range(10_000))
    assert len(parse_case(text).answers) == 10_000


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str):
    with pytest.raises(CaseError):
        read_case(tmp_path / name)


def test_a_huge_file_and_a_file_of_other_bytes_are_refused(tmp_path: Path):
    (tmp_path / "big.yaml").write_bytes(b"a" * (MAX_BYTES + 1))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\x01")
    for name in ("big.yaml", "bytes.yaml"):
        with pytest.raises(CaseError):
            read_case(tmp_path / name)


def test_the_schema_is_published_and_names_every_field():
    schema = case_schema()
    assert set(schema["properties"]) >= {"schema", "person", "complaint", "answers", "medicines", "labs", "conduction", "tests"}


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), st.sampled_from(list(Answer)), max_size=8),
    st.one_of(st.none(), st.floats(0, 120)),
    texts,
)
@example(answers={}, age=None, words="a\x85b\u2028c")
def test_a_saved_case_reads_back_the_same(answers: dict[str, Answer], age: float | None, words: str):
    medicine = Medicine(name="salbutamol")
    case = Case(person=Person(age_years=age), complaint=Complaint(words=words), answers=answers, medicines=(medicine,))
    assert parse_case(dump_case(case)) == case


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_an_unforeseen_way(data: bytes):
    try:
        parse_case(data.decode("utf-8", "replace"))
    except CaseError as error:
        assert error.issues


@given(texts)
def test_no_text_in_a_field_makes_the_reader_fail_in_an_unforeseen_way(text: str):
    import json

    try:
        case = parse_case(json.dumps({"schema": "myognosis/case/1", "complaint": {"words": text}}))
    except CaseError as error:
        assert error.issues
    else:
        assert case.complaint.words == text
