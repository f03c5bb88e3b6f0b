"""What a frightened person types of an emergency alarms in each language, and ordinary sentences do not; it decides nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case, Complaint
from myognosis.reason.advice import ask_back
from myognosis.reason.terms import traps_in
from myognosis.reason.triage import grave_signs, triage
from myognosis.reason.words import read_words

KNOWLEDGE = load_knowledge()
FRIGHTENED = """
breathing:
    I can't get enough air | hard to breathe | struggling to breathe | gasping | мені тяжко дихати | важко дихати | не
    вистачає повітря | мне тяжело дышать | не хватает воздуха | задыхаюсь
throat:
    my throat is closing | choking | горло стискає, давлюся | горло сжимает | давлюсь
stroke:
    face drooping | arm went limp | can't feel my left side | speech slurred | перекосило обличчя | відняло руку |
    отнялась рука | перекосило лицо | язык заплетается | язик заплітається
legs:
    my legs gave way | can't feel my legs | legs are paralysed | ноги відмовили | не відчуваю ніг | ноги отказали | не
    чувствую ног
bladder:
    I am not able to urinate | I cannot pee | can't pee | wet myself | lost control of my bladder | numb between my legs |
    не можу помочитися | не можу сходити в туалет | не втримую сечу | німіє промежина | не могу помочиться | не удерживаю
    мочу | онемела промежность
tetanus:
    stepped on a rusty nail, my jaw is stiff | my jaw is locked | lockjaw | can't open my mouth | не можу відкрити рот |
    звело щелепу | щелепи не розтуляються | не могу открыть рот | свело челюсть | челюсть заклинило
poison:
    he drank weedkiller | swallowed poison | drank bleach | ate a strange mushroom | випив отруту | наковтався таблеток |
    наївся грибів | выпил яд | наглоталась таблеток | отравился грибами | надышался ядохимикатами
overdose:
    I took too many tablets and am shaking, hot | too many pills | double dose by mistake | випила забагато таблеток |
    передозування | выпил слишком много таблеток | передозировка
seizure:
    he is having a seizure | she won't stop fitting | fitting on the floor | having convulsions | піна з рота | б'ється в
    судомах | припадок не прекращается | пена изо рта | бьётся в судорогах
awake:
    she won't wake up | can't wake him | collapsed | не можу розбудити | впав без тями | не могу разбудить | упал без
    сознания
mind:
    suddenly confused | does not know where he is | talking nonsense | не впізнає рідних | марить | не узнаёт родных |
    бредит
brain:
    fever and stiff neck | worst headache of my life | rash that does not fade | температура і не можу нагнути голову |
    найсильніший біль голови в житті | температура и не могу наклонить голову | самая сильная головная боль в жизни
suicide:
    I don't want to live | want to end it all | hurt myself | не бачу сенсу жити | хочу вмерти | хочу покінчити з собою |
    не вижу смысла жить | хочу покончить с собой | не хочу больше жить
bite:
    bitten by a snake | bitten by a bat | bitten by a stray dog | вкусила змія | вкусив собака | укусила змея | укусила
    собака
rabies:
    can't drink water, throat spasms | afraid of water | боюся води | боюсь воды
gas:
    carbon monoxide alarm | smell of gas | чадний газ | угарный газ | угорела
heart:
    chest pain | my heart stopped | біль у грудях | болить у грудях | боль в груди | болит в груди
heat:
    heat stroke | тепловий удар | тепловой удар
urine:
    my urine is like cola | dark brown urine | сеча як кола | моча как кола
sugar:
    my sugar is very low | I am having a hypo | цукор дуже низький | сахар очень низкий
"""
ORDINARY = """
My left calf twitches at night | My eyelid has flickered for three weeks | I drink a lot of coffee and my hands shake |
I get cramps after running | I fall asleep and my whole body jerks | I read about ALS and am afraid | I feel my legs
twitch | My hands won't stop shaking after coffee | I have hypothyroidism | I want to live a calm life | My legs are
restless in the evening | My thumb twitches when I type | The twitching gets worse with stress | I take magnesium and it
helps a bit | I slept badly this week | My tongue feels fine and I swallow well | I am breathing fine | I take many
tablets | My jaw clicks when I open my mouth | My mother has a tremor | I had a blood test last year and it was normal |
Сіпається повіка вже місяць | Литка смикається ввечері | Руки тремтять після кави | Зводить ногу вночі | Боюся хвороби,
начитався в інтернеті | Здригаюся, коли засинаю | Болить спина після роботи | Посмикується палець, коли друкую | П'ю
магній, трохи краще | Добре сплю і добре їм | Дёргается веко уже месяц | Икра дёргается по вечерам | Руки дрожат после
кофе | Сводит ногу ночью | Вздрагиваю, когда засыпаю | Боюсь болезни, начитался в интернете | Болит спина после работы |
Подёргивается палец, когда печатаю | Пью магний, немного лучше | Сплю хорошо
"""


def sentences(text: str) -> list[str]:
    return [one for one in map(str.strip, " ".join(text.split()).split("|")) if one]


def alarms(text: str) -> list[str]:
    traps = KNOWLEDGE.content.traps
    return [t.name for t in read_words(text, KNOWLEDGE).terms if t.name in traps and traps[t.name].alarm and not t.denied]


def signs(text: str) -> list[str]:
    """The warning signs that a text names: they are to be confirmed, and a rule tells what to do."""
    asked = {*KNOWLEDGE.content.must_ask, *grave_signs(KNOWLEDGE)}
    return [t.name for t in read_words(text, KNOWLEDGE).terms if t.name in asked and not t.denied]


@pytest.mark.parametrize("said", re.split(r"\n(?=\w)", FRIGHTENED.strip()))
def test_what_a_frightened_person_types_alarms(said: str):
    assert [text for text in sentences(said.split(":", 1)[1]) if not alarms(text) + signs(text)] == []


def test_ordinary_sentences_do_not_alarm():
    assert len(sentences(ORDINARY)) >= 30
    assert [text for text in sentences(ORDINARY) if alarms(text)] == []


CALM = """
No chest pain | I have no chest pain or fever | never had seizures | I have never had seizures in my life | not choking |
No weakness, chest pain or fever. | neither chest pain nor fever | denies chest pain | no chest pain but cramps |
I do not have and never had seizures | no double vision | немає болю в грудях | болю в грудях немає | жодного болю в грудях |
ніколи не було болю в грудях | немає ні болю в грудях, ні задишки | не втрачаю свідомості | не було втрати свідомості |
інсульту не було | без одышки | боли в груди нет и не было | никогда не было боли в груди | обморок без потери сознания |
Нет одышки или боли в груди | у меня нет боли в груди | боли в груди у меня нет | without chest pain and loss of consciousness |
My calf twitches without fever, chest pain and seizures | without chest pain, seizures and slurred speech |
без боли в груди и потери сознания | без болю в грудях та задишки |
без судом, болю в грудях і втрати свідомості | Chest pain: no | Chest pain - no. | Any chest pain? No. | fever or chest pain: none |
Chest pain: no, seizures: no, coffee: yes | Біль у грудях: немає | Боль в груди — нет. | Боли в груди: не было
"""
"""A clear "no"."""
STANDS = """
not only chest pain | no relief of chest pain | never without chest pain | I can't say there is no chest pain |
I never had no chest pain | No, chest pain | no chest pain until today | no sleep, chest pain or pressure | no new chest pain |
No chest pain but when I walk it comes | not sure if chest pain | no chest pain yesterday, now chest pain |
I don't think it is no chest pain | chest pain does not stop | no break from seizures | не тільки біль у грудях |
не скажу, що немає болю в грудях | не перестає біль у грудях | не без боли в груди | не только одышка |
нельзя сказать, что нет боли в груди | боль в груди не проходит | боль в груди нет сил терпеть | нет, боль в груди |
нет спасения от боли в груди | не могу дышать | не можу помочитися | не хочу жить | I would never kill myself |
no fever and chest pain | without warning and chest pain | without fever and now chest pain | without fever and collapsed |
without fever and lost consciousness | not without fever and chest pain | without fever and chest pain when I walk |
без температуры и потерял сознание | без температуры и боль в груди | без температури і відмовили ноги |
не без температури і болю в грудях | Chest pain: no relief | Chest pain: no change, it stays | Chest pain. No. |
chest pain: not now | Chest pain: no, pressure | not only chest pain: no | Chest pain: no, but it burns | Chest pain, no fever |
Chest pain: none until yesterday | I can't say chest pain: no | Боль в груди: нет облегчения | Біль у грудях: не минає
"""
"""No "no", or one that is limited, turned round, or part of the sign itself."""


def is_calm(text: str) -> bool:
    written = traps_in(text, KNOWLEDGE)
    return not alarms(text) + signs(text) + list(ask_back(check_case(Case(), KNOWLEDGE)[0], written, KNOWLEDGE)[1])


def test_a_clear_no_takes_an_alarm_back_and_any_other_leaves_it():
    assert [text for text in sentences(CALM) if not is_calm(text)] == []
    assert [text for text in sentences(STANDS) if is_calm(text)] == []


SIGNS = [text for trap in KNOWLEDGE.content.traps.values() if trap.alarm for text in (*trap.sign_words, *trap.signs)]
LATIN = [text for text in SIGNS if text.isascii()]
CYRILLIC = [text for text in SIGNS if not text.isascii()]


@given(sign=st.sampled_from(SIGNS), data=st.data())
@settings(max_examples=40, deadline=None)
def test_every_warning_sign_can_be_denied_and_no_other_words_deny_it(sign: str, data: st.DataObject):
    english = sign in LATIN
    no = (
        "no {}|not {}|never had {}|without any {}|no fever or {}"
        if english
        else "без {}|не було {}|никогда не было {}|нет {}|жодних {}"
    )
    half = "not only {}|no relief of {}|not without {}|never had no {}|no, {}|no {} until today|{}"
    other = "не тільки {}|не только {}|не без {}|нет спасения от {}|нельзя сказать, что нет {}|не скажу, що немає {}|нет, {}|{}"
    assert is_calm(data.draw(st.sampled_from(no.split("|"))).format(sign))
    assert not is_calm(data.draw(st.sampled_from((half if english else other).split("|"))).format(sign))


@given(st.sampled_from([t for trap in KNOWLEDGE.content.traps.values() if trap.alarm for t in (*trap.words, *trap.stems)]))
@settings(max_examples=20, deadline=None)
def test_what_holds_its_own_no_or_speaks_of_ending_life_stands_whatever_is_before_it(words: str):
    assert not any(is_calm(f"{no} {words}") for no in ("not", "never", "не", "без"))


def test_an_alarm_in_free_text_asks_and_decides_nothing():
    case = Case(complaint=Complaint(words="He drank weedkiller"))
    assert triage(check_case(case, KNOWLEDGE)[0], KNOWLEDGE) == triage(check_case(Case(), KNOWLEDGE)[0], KNOWLEDGE)


@pytest.mark.parametrize(
    ("trap", "texts"),
    [("sudoroga", "судороги в ногах | ночью судорога | сводит судорогой | зводить судомою | были конвульсии"),
     ("tic", "нервный тик | мучаюсь тиком | таких тиков раньше не было | нервовий тік | страждаю на тики | тиком сіпає око"),
     ("osteochondrosis", "врач сказал остеохондроз | лечу остеохондроз шеи | від остеохондрозу | при остеохондрозі")],
)  # fmt: skip
def test_a_word_that_stands_for_two_things_is_asked_back_in_each_of_its_forms(trap: str, texts: str):
    nothing, _ = check_case(Case(), KNOWLEDGE)
    for text in texts.split(" | "):
        assert trap in ask_back(nothing, traps_in(text, KNOWLEDGE), KNOWLEDGE)[0], text
