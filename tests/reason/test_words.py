"""Free text: what is found in it in three languages, what is denied, what is not understood, and that it never decides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import LANGUAGES
from myognosis.model.case import Answer, Case, Complaint, Duration
from myognosis.reason.advice import ask_back
from myognosis.reason.terms import traps_in
from myognosis.reason.words import is_told, read_words, with_term, without_term
from myognosis.report.written import term_label


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My left calf twitches, no numbness.", ["calf left", "fasciculation", "-numbness"]),
        (
            "Смикається литка правої ноги, оніміння немає. П'ю сальбутамол.",
            ["fasciculation", "calf right", "-numbness", "salbutamol"],
        ),
        (
            "Дёргается левая икра, без онемения; принимаю сальбутамола две дозы",
            ["fasciculation", "calf left", "-numbness", "salbutamol"],
        ),
        ("Третій тиждень посмикується повіка.", ["eyelid_twitch"]),
        ("Третій тиждень сіпається ліве око", ["eyelid_twitch", "eyelid left"]),
        ("Сіпається повіка", ["eyelid_twitch", "eyelid"]),
        ("дьоргається глаз, нервую", ["eyelid_twitch", "eyelid", "anxiety"]),
        ("дергается половина лица", ["hemifacial_spasm"]),
        ("нервный тик глаза", ["eyelid_twitch"]),
        ("судороги в икрах по ночам", ["nocturnal_cramp", "calf"]),
        (
            "пять дней назад удалили щитовидку, немеет вокруг рта",
            ["thyroid_neck_surgery", "perioral_tingling", "neck_surgery_recent"],
        ),
        ("Щитоподібну видалили десять років тому", ["thyroid_neck_surgery"]),
        ("Thyroid removed two weeks ago", ["thyroid_neck_surgery", "neck_surgery_recent"]),
        ("Пальцы сложились щепоткой", ["fingers", "tetany"]),
        ("My hands shake, my mother had it too, I take a statin", ["hand", "tremor", "family_history", "takes_statin"]),
        ("When I fall asleep my whole body jerks", ["whole_body", "hypnic_jerk"]),
        ("Fasiculations everywhere, I can't sleep", ["fasciculation", "wandering_sites", "insomnia"]),
        ("Руки хлопают, стал сонливым и путаю дни", ["asterixis", "reduced_consciousness", "confusion"]),
        ("Син моргає очима й шморгає носом, може ненадовго стримати", ["tics_motor", "tics_vocal", "suppressible"]),
        ("Рука дрожит в покое, почерк мелкий", ["tremor", "present_at_rest", "micrographia"]),
        ("Моргает глазами, во сне этого нет", ["tics_motor", "stops_in_sleep"]),
        ("Кліпає очима, уві сні цього немає", ["tics_motor", "stops_in_sleep"]),
        ("He stops if asked, not in his sleep", ["suppressible", "stops_in_sleep"]),
        ("Худеет большой палец правой руки. Врач говорит, что нерв", ["atrophy", "thumb right"]),
        ("Уночі читаю про БАС", ["self_testing", "health_worry_mnd"]),
        ("Я худею, рука дёргается", ["fasciculation"]),
        ("I googled ALS. Weak grip in both hands", ["self_testing", "health_worry_mnd", "hand_grip_weak", "hand both"]),
    ],
)
def test_terms_are_found_in_every_language_with_side_and_denial(text: str, found: list[str], knowledge: Knowledge):
    terms = [t for t in read_words(text, knowledge).terms if t.kind not in ("later", "since")]
    assert [f"{'-' if t.denied else ''}{t.name} {t.side}".strip() for t in terms] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Удалили щитовидную железу", []),
        ("Принимаю железо", ["iron"]),
        ("Видалили щитоподібну залозу, приймаю залізо", ["iron"]),
    ],
)
def test_a_gland_is_no_iron(text: str, found: list[str], knowledge: Knowledge):
    assert [term.name for term in read_words(text, knowledge).terms if term.kind == "medicine"] == found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Calf twitches, no twitching in the face or the hands", ["calf"]),
        ("The face does not twitch, the hand does", ["hand"]),
        ("The calf, not the face", ["calf"]),
        ("Сіпається повіка, в обличчі посмикувань немає", ["eyelid"]),
        ("Дёргается икра, в лице подёргиваний нет", ["calf"]),
        ("My calf is not weak but twitches", ["calf"]),
        ("My face twitches without pain", ["face"]),
        ("Не только лицо дёргается", ["face"]),
    ],
)
def test_a_place_where_nothing_moves_is_no_place_of_the_complaint(text: str, places: list[str], knowledge: Knowledge):
    reading = read_words(text, knowledge)
    assert [term.name for term in reading.terms if term.kind == "place"] == places
    assert not {"face", "hands", "лице", "обличчі"} & set(reading.left)


def test_what_no_term_covers_is_called_not_understood(knowledge: Knowledge):
    assert read_words("My calf twitches all day.", knowledge).left == ()
    assert read_words("My calf twitches like purple elephants, and I like jazz.", knowledge).left == ("purple elephants", "jazz")


@pytest.mark.parametrize(
    ("text", "left"), [("Повіка сіпається. Болю немає.", "Болю немає"), ("The calf twitches. No jazz now", "No jazz")]
)
def test_what_is_not_understood_keeps_its_no(text: str, left: str, knowledge: Knowledge):
    assert read_words(text, knowledge).left == (left,)


@pytest.mark.parametrize("text", ["Випиваю 5 чашок кави", "Пью по 6 чашек кофе в день", "I drink 5 cups of coffee"])
def test_coffee_is_not_announced_where_its_amount_was_understood(text: str, knowledge: Knowledge):
    assert [(t.kind, t.name) for t in read_words(text, knowledge).terms] == [("finding", "caffeine_high")]


def test_a_word_with_two_meanings_is_never_taken_for_one(knowledge: Knowledge):
    for text in ("судороги", "судоми", "a spasm", "слабость"):
        assert [t.kind for t in read_words(text, knowledge).terms] == ["later"]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("My calves have twitched for 5 months", "5 mo"),
        ("It began two weeks ago", "2 wk"),
        ("Третій тиждень сіпається повіка", "3 wk"),
        ("Литки сіпаються 5 місяців", "5 mo"),
        ("Уже год дёргается веко", "1 a"),
        ("Дёргается полгода", "6 mo"),
        ("Пять дней назад прооперировали", "5 d"),
        ("Сводит уже 3 года", "3 a"),
        ("Мне 29 лет, дёргается веко", ""),
        ("Сыну 8 лет, моргает", ""),
        ("My 8 year old son blinks", ""),
        ("She is five months old and nods", ""),
        ("My baby of six months folds up", ""),
        ("Ребёнку 7 месяцев, вздрагивает", ""),
        ("Малюк 6 місяців здригається", ""),
        ("Малюк здригається 2 тижні", "2 wk"),
        ("My son 3 weeks ago began to blink", "3 wk"),
        ("Я вагітна, 7 місяць", ""),
        ("Сіпається дві години", ""),
        ("кожен день", ""),
    ],
)
def test_how_long_is_read_and_an_age_is_not(text: str, length: str, knowledge: Knowledge):
    assert [t.name for t in read_words(text, knowledge).terms if t.kind == "since"] == ([length] if length else [])


def test_a_length_counts_once_it_is_confirmed_and_goes_again(knowledge: Knowledge):
    (term,) = read_words("for 5 months", knowledge).terms
    told = with_term(Case(), term, knowledge)
    assert told.complaint.since == Duration(value=5, unit="mo") and is_told(told, term, knowledge)
    assert without_term(told, term, knowledge) == Case()
    assert term_label(term, knowledge, "uk") == "«for 5 months»: 5 місяців"


def test_terms_of_two_sentences_or_a_denied_one_are_not_taken_together(knowledge: Knowledge):
    for text in ("The calf twitches. The eyelid is dry.", "No twitching of the eyelid"):
        assert "eyelid_twitch" not in [t.name for t in read_words(text, knowledge).terms if not t.denied]


def test_words_alone_change_no_finding_and_a_confirmed_term_does(knowledge: Knowledge):
    case = Case(complaint=Complaint(words="My calf cramps, no numbness. Salbutamol."))
    assert check_case(case, knowledge)[0].states == check_case(Case(), knowledge)[0].states
    told = case
    for term in read_words("My calf cramps, no numbness. Salbutamol.", knowledge).terms:
        told = with_term(told, term, knowledge)
        assert is_told(told, term, knowledge)
    assert told.answers == {"cramp": Answer.PRESENT, "numbness": Answer.ABSENT}
    assert [p.where for p in told.complaint.places] == ["calf"] and [m.name for m in told.medicines] == ["salbutamol"]
    for term in read_words("My calf cramps, no numbness. Salbutamol.", knowledge).terms:
        told = without_term(told, term, knowledge)
    assert told == case


@given(st.text(max_size=80))
@settings(max_examples=30, deadline=None)
def test_any_text_is_read_and_shown_back_in_its_own_words(text: str):
    knowledge = load_knowledge()
    reading = read_words(text, knowledge)
    assert all(term.wrote in text for term in reading.terms) and all(part in text for part in reading.left)
    for term in reading.terms:
        if term.kind != "later":
            assert all(term.wrote in term_label(term, knowledge, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "text", ["No numbness at first, now numbness in the foot.", "Numbness in the foot. No numbness in the hand."]
)
def test_what_is_told_once_is_not_hidden_by_its_denial_elsewhere(text: str, knowledge: Knowledge):
    assert [t.denied for t in read_words(text, knowledge).terms if t.name == "numbness"] == [False]


@pytest.mark.parametrize("text", ["На руці схудли м'язи", "Похудели мышцы кисти"])
def test_wasting_is_read_from_how_people_call_it(text: str, knowledge: Knowledge):
    assert "atrophy" in [t.name for t in read_words(text, knowledge).terms]


@pytest.mark.parametrize(
    "text",
    [
        "No weakness but cramps",
        "Не только дрожь, но и крампи",
        "У меня не проходят крампи",
        "Крампи, что не прекращаются",
        "My cramps do not stop",
    ],
)
def test_what_does_not_end_or_comes_after_a_turn_is_not_denied(text: str, knowledge: Knowledge):
    assert {t.denied for t in read_words(text, knowledge).terms if t.kind == "finding"} == {False}


@pytest.mark.parametrize("text", ["I have not got numbness", "Нет сильной дрожи", "Немає сильних крампі"])
def test_a_denial_of_what_is_strong_or_got_is_one(text: str, knowledge: Knowledge):
    assert {t.denied for t in read_words(text, knowledge).terms if t.kind == "finding"} == {True}


@pytest.mark.parametrize(
    "text",
    [
        "my husband passed out", "I can’t breathe", "one side of my face droops", "чоловік не може дихати", "хочу померти",
        "судоми з втратою свідомості", "хочу умереть", "теряю сознание", "перекосило лицо", "не может говорить",
    ],
)  # fmt: skip
def test_words_of_an_emergency_are_known_as_people_write_them(text: str, knowledge: Knowledge):
    traps = knowledge.content.traps
    assert [t.name for t in read_words(text, knowledge).terms if t.name in traps and traps[t.name].alarm]
    assert ask_back(check_case(Case(), knowledge)[0], traps_in(text, knowledge), knowledge)[1]


@pytest.mark.parametrize(
    ("text", "side"), [("Right now my calf twitches", ""), ("Правда, икра дергается", ""), ("права литка", "right")]
)
def test_a_side_is_a_side_and_no_other_word(text: str, side: str, knowledge: Knowledge):
    assert [t.side for t in read_words(text, knowledge).terms if t.kind == "place"] == [side]
