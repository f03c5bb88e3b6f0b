"""What one says on the telephone is said in words that anybody knows; the name that doctors use stands behind them."""

import datetime as dt
from collections.abc import Iterator

import pytest

from myognosis.assessing import assess_findings
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, Language
from myognosis.model.case import Answer, Case, Person
from myognosis.report.build import build_page
from myognosis.report.words import Words, spoken

MEDICAL = {
    "en": """algia athetosis ataxi asterixis ballis chorea clonus delirium dysarthri dysphagi dystoni fasciculat meningis myoclon
    nystagm opisthot paresthes paraesthes rigidity spastic stridor tetany tonic trismus trousseau orthopn""",
    "uk": """ажитац арефлекс астериксис атаксі балізм брадикінез гіпергідроз гіпотенз гіпотермі гіпертермі делірі дизартрі диплопі
    дистоні дисфагі екзофтальм ішіалгі клонус люмбал менінг мідріаз міоз міоклон ністагм опістотон опсоклон ортопн офтальмопл
    парапарез парестез птоз ригідн синкопе спастич стридор тахікарді тетані тонік тризм труссо фасцикул хорея хорею""",
    "ru": """ажитац арефлекс астериксис атакси баллизм брадикинез гипергидроз гипотенз гипотерми гипертерми делири дизартри диплопи
    дистони дисфаги экзофтальм ишиалги клонус люмбал менинг мидриаз миоз миоклон нистагм опистотон опсоклон ортопн офтальмопл
    парапарез парестез птоз ригидн синкопе спастич стридор тахикарди тетани тоник тризм труссо фасцикул хорея хорею""",
}


def signs_of(condition: object) -> Iterator[str]:
    """The findings that a condition speaks of."""
    if isinstance(condition, str):
        yield condition
    for part in condition.values() if isinstance(condition, dict) else condition if isinstance(condition, list | tuple) else ():
        yield from signs_of(part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sign_of_an_emergency_is_said_in_words_that_only_doctors_know(knowledge: Knowledge, language: Language):
    flags = [flag for flag in knowledge.content.red_flags.values() if flag.level == "emergency"]
    signs = {sign for flag in flags for sign in signs_of(flag.model_dump()["when"]) if sign in knowledge.findings}
    told = {sign: knowledge.findings[sign] for sign in signs if knowledge.findings[sign].ask}
    assert len(told) > 100
    first = {sign: (known.plain or known.names).in_language(language).partition(" (")[0] for sign, known in told.items()}
    assert {sign: text for sign, text in first.items() if any(term in text.casefold() for term in MEDICAL[language].split())} == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "the throat closes, breathing in is noisy (stridor or throat spasm)"),
     ("uk", "горло стискається, вдих шумний або важкий (стридор або спазм гортані)"),
     ("ru", "горло сжимается, вдох шумный или трудный (стридор или спазм гортани)")],
)  # fmt: skip
def test_plain_words_come_first_and_the_doctors_name_behind(knowledge: Knowledge, language: Language, said: str):
    case = Case(answers={"laryngospasm": Answer.PRESENT})
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date(2026, 11, 29))
    assert page.emergency
    assert any(said in line for line in page.emergency.say), page.emergency.say


@pytest.mark.parametrize(
    ("age", "language", "who"),
    [(0.03, "en", "boy, less than a month old"), (0.03, "uk", "хлопчик, менше місяця"), (0.03, "ru", "мальчик, меньше месяца"),
     (12, "uk", "хлопчик, 12 років"), (16, "uk", "хлопець, 16 років"), (16, "ru", "юноша, 16 лет"), (18, "ru", "мужчина, 18 лет")],
)  # fmt: skip
def test_a_newborn_and_a_youth_are_called_as_people_call_them(knowledge: Knowledge, age: float, language: Language, who: str):
    case = Case(person=Person(age_years=age, sex="male"), answers={"laryngospasm": Answer.PRESENT})
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date(2026, 11, 29))
    assert page.person.startswith(who)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_stands_behind_one_colon_only(knowledge: Knowledge, language: Language):
    words = Words(language)
    for finding in knowledge.findings.values():
        told = words.stated(finding.names.in_language(language), "present")
        assert told.count(": ") <= 1, told


@pytest.mark.parametrize(("language", "said"), [("uk", "важко дихати (задишка)"), ("ru", "трудно дышать (одышка)")])
def test_warning_signs_that_nobody_asked_or_knew_are_told_to_a_person_in_plain_words(
    knowledge: Knowledge, language: Language, said: str
):
    case = Case(answers={"fasciculation": Answer.PRESENT, "dysphagia": Answer.UNKNOWN})
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date(2026, 11, 29))
    assert said in page.urgency.not_asked_told
    assert len(page.urgency.not_asked_told) == len(page.urgency.not_asked)
    assert any("(дисфаг" in sign for sign in page.urgency.unknown_told)


def test_on_the_telephone_what_is_wrong_is_told_before_how_it_came(knowledge: Knowledge):
    case = Case(answers=dict.fromkeys(("tempo_sudden", "ataxia", "headache", "vomiting", "diplopia"), Answer.PRESENT))
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, "en", today=dt.date(2026, 11, 29))
    assert page.emergency
    signs = next(line for line in page.emergency.say if "double vision" in line.casefold()).casefold().rstrip(".").split("; ")
    assert "seconds to minutes" in signs[-1], signs


@pytest.mark.parametrize(("age", "asked_for"), [(4, True), (None, True), (40, False)])
def test_only_a_child_is_told_to_bring_the_child_s_record(knowledge: Knowledge, age: float | None, asked_for: bool):
    case = Case(person=Person(age_years=age), answers=dict.fromkeys(("opsoclonus", "confusion"), Answer.PRESENT))
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, "en", today=dt.date(2026, 11, 29))
    assert page.emergency
    assert any("child's health record" in item for item in page.emergency.bring) is asked_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sign_is_said_twice_in_one_breath(knowledge: Knowledge, language: Language):
    for finding in knowledge.findings.values():
        said, _, name = spoken(finding, language).partition(" (")
        assert not name or name.rstrip(")").casefold() not in said.casefold(), finding.id


@pytest.mark.parametrize(("language", "told"), [("uk", "„остеохондроз“"), ("ru", "„остеохондроз“")])
def test_quotation_marks_stand_within_others_in_another_form(knowledge: Knowledge, language: Language, told: str):
    case = Case(answers=dict.fromkeys(("neck_pain", "stiffness", "tempo_years"), Answer.PRESENT))
    findings, _ = check_case(case, knowledge)
    page = build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date(2026, 11, 29))
    told_apart = [step.separates for step in (*page.questions, *page.tests) if "остеохондроз" in step.separates]
    assert told_apart
    assert all(told in text for text in told_apart), told_apart


@pytest.mark.parametrize(
    ("language", "finding", "said"),
    [("en", "incontinence", "lost control of bladder or bowel"), ("en", "ataxia", "unsteady walk or clumsy hands (ataxia)"),
     ("uk", "water_fear", "горло стискається від вигляду чи звуку води (гідрофобія)"),
     ("ru", "atrophy", "мышца стала тоньше (атрофия мышц)")],
)  # fmt: skip
def test_a_sign_is_not_told_twice_in_nearly_the_same_words(knowledge: Knowledge, language: Language, finding: str, said: str):
    assert spoken(knowledge.findings[finding], language) == said


@pytest.mark.parametrize(
    ("language", "stay", "alone"),
    [("en", "Stay with the child", "Do not stay alone"), ("uk", "Не залишайте дитину саму", "на самоті"),
     ("ru", "Не оставляйте ребёнка одного", "в одиночестве")],
)  # fmt: skip
def test_until_help_is_there_it_is_told_to_whoever_is_with_a_small_child(
    knowledge: Knowledge, language: Language, stay: str, alone: str
):
    for age, told, untold in ((0.5, stay, alone), (40, alone, stay)):
        case = Case(person=Person(age_years=age), answers={"laryngospasm": Answer.PRESENT})
        findings, _ = check_case(case, knowledge)
        page = build_page(
            assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date(2026, 11, 29)
        )
        assert page.emergency
        until = " ".join(page.emergency.until)
        assert told in until and untold not in until


@pytest.mark.parametrize(("language", "said"), [("en", "45,200"), ("uk", "45\u202f200"), ("ru", "45\u202f200")])
def test_the_thousands_of_a_large_result_are_set_apart(language: Language, said: str):
    assert Words(language).number(45_200.0, 3) == said
    assert Words(language).number(1250.0, 4) == "1250"
