"""What a frightened person types of an emergency alarms in each language, and ordinary sentences do not; it decides nothing."""

import re

import pytest

from myognosis.findings import check_case
from myognosis.interview.words import read_words
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case, Complaint
from myognosis.reason.triage import grave_signs, triage

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
    return [t.name for t in read_words(text, KNOWLEDGE).terms if t.name in traps and traps[t.name].alarm]


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


def test_an_alarm_in_free_text_asks_and_decides_nothing():
    case = Case(complaint=Complaint(words="He drank weedkiller"))
    assert triage(check_case(case, KNOWLEDGE)[0], KNOWLEDGE) == triage(check_case(Case(), KNOWLEDGE)[0], KNOWLEDGE)
