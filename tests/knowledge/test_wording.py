"""The words of the Ukrainian and the Russian texts: the letters of their own language, one word for one idea, none borrowed."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po

import myognosis
from myognosis.knowledge import Knowledge

CATALOGUES = {of: Path(myognosis.__file__).parent / f"locale/{of}/LC_MESSAGES/myognosis.po" for of in ("uk", "ru")}
FOREIGN = {"uk": "ыэъё", "ru": "іїєґ"}
QUOTED = "Answer y (yes)"
"""How a message begins that names a word of the other language on purpose: what may be typed in a terminal."""


class Word(NamedTuple):
    """What is not said, and what is said in its place; ``|`` is where a word begins or ends."""

    language: str
    wrong: str
    right: str


WORDS = (
    # Russian words in a Ukrainian text
    *(
        Word("uk", wrong, right)
        for wrong, right in {
            "приймати участь": "брати участь", "приймає участь": "бере участь", "співпада": "збігається", "слідуюч": "наступний",
            "|являється": "є", "на протязі": "протягом", "міроприєм": "захід", "|любий": "будь-який", "|получ": "отримати",
            "у відповідності": "відповідно", "в залежності": "залежно", "по крайній": "принаймні", "в якості": "як",
            "приводить до": "спричиняє", "|вірно": "правильно", "|невірн": "неправильно", "настоящ": "справжній",
            "не дивлячись": "попри", "в області": "в ділянці", "оточуюч": "довколишній", "|діюч": "чинний", "|існуюч": "наявний",
            "слідкува": "стежити", "виясни": "з'ясувати", "заключен": "висновок", "лікуюч": "який лікує", "на рахунок": "щодо",
            "при допомозі": "за допомогою", "із-за": "через", "по причині": "через", "|добави": "додати", "кишечн": "кишківник",
            "головна біль": "головний біль", "сильна біль": "сильний біль", "тошнот": "нудота", "|рвот": "блювання",
            "судорог": "судома", "опухол": "пухлина", "мозжеч": "мозочок", "позвон": "хребет", "мочев": "сечовий", "|моча": "сеча",
            "печінь": "печінка", "|почк": "нирка", "сустав": "суглоб", "мишц": "м'яз", "|нервний": "нервовий",
            "головокруж": "запаморочення", "усталіст": "втома", "отравл": "отруєння", "|употреб": "уживати", "приступ": "напад",
            "|даний": "цей", "протирічч": "суперечність", "приналежн": "належність", "прийом ліків": "приймання ліків",
            "прийому ліків": "приймання ліків", "поперхується": "давиться",
        }.items()
    ),
    # one word for one idea
    Word("uk", "щитовидн", "щитоподібна: так її звуть і в назві прищитоподібних"),
    Word("uk", "міоклонія", "міоклонус"),
    Word("uk", "плеска", "помахування: кисті падають і знову піднімаються"),
    Word("uk", "напружена шия", "скута шия: підборіддя не дістає до грудей"),
    Word("uk", "шлак", "продукти обміну"),
    Word("uk", "скасову", "не припиняйте самостійно"),
    Word("uk", "відмінюват", "не припиняйте самостійно"),
    Word("uk", "невідкладніст", "терміновість"),
    Word("uk", "М-хвил", "М-відповідь"),
    Word("uk", "провали тонусу", "випадіння тонусу"),
    Word("uk", "|мова стала", "мовлення: те, як людина говорить"),
    Word("uk", "порушилася мова", "мовлення: те, як людина говорить"),
    Word("uk", "зникла мова", "мовлення: те, як людина говорить"),
    Word("uk", "нечітка мова", "мовлення: те, як людина говорить"),
    Word("uk", "порушення мови", "мовлення: те, як людина говорить"),
    Word("ru", "миоклония", "миоклонус"),
    Word("ru", "хлопа", "порхание: кисти падают и снова поднимаются"),
    Word("ru", "плеска", "порхание: кисти падают и снова поднимаются"),
    Word("ru", "напряжена шея", "скована шея: подбородок не достаёт до груди"),
    Word("ru", "шлак", "продукты обмена"),
    Word("ru", "не отменяйте", "не прекращайте самостоятельно"),
    Word("ru", "припадок", "приступ"),
    Word("ru", "лихорад", "высокая температура"),
    Word("ru", "|жар|", "высокая температура; сухая горячая кожа"),
    Word("ru", "|жаром|", "высокая температура"),
    Word("uk", "рухового нейрон", "хвороба мотонейрона"),
    Word("ru", "моторного нейрон", "болезнь двигательного нейрона"),
    Word("ru", "мотонейрон", "двигательный нейрон"),
    Word("uk", "згортання крові", "ліки, що розріджують кров"),
    Word("ru", "против свёртывания крови", "лекарства, разжижающие кровь"),
    Word("ru", "врач общей практики", "семейный врач или терапевт"),
    Word("ru", "М-волн", "М-ответ"),
    Word("ru", "провалы тонуса", "выпадения тонуса"),
    # a time in which something comes on, said in full
    *(Word("uk", f"|за {unit}", f"за кілька … {unit}: «за {unit}» каже, коли саме") for unit in ("години", "дні", "тижні")),
    *(Word("ru", f"|за {unit}", f"за несколько … {unit}: «за {unit}» говорит, когда") for unit in ("часы", "дни", "недели")),
    # nobody is addressed as a child, as a man or as a woman
    *(Word("uk", f"|{word}|", "ви") for word in ("ти", "тебе", "тобі", "твій", "твоя", "твої", "твого")),
    *(Word("ru", f"|{word}|", "вы") for word in ("ты", "тебя", "тебе", "твой", "твоя", "твои", "твоего")),
    *(Word("uk", f"|ви {word}", "сказати інакше") for word in ("готовий", "впевнений", "певний", "хворий", "сам ", "повинен")),
    *(Word("ru", f"|вы {word}", "сказать иначе") for word in ("готов ", "уверен ", "болен", "сам ", "должен")),
    Word("ru", "оставайтесь одни", "в одиночестве"),
    Word("ru", "поезжайте одни", "в одиночку"),
)  # fmt: skip
SEIZURE = {
    "uk": ("епілеп", "судом", "протинапад", "абсанс", "дистонічн", "функціональн"),
    "ru": ("эпилеп", "судорог", "противоприступ", "абсанс", "дистоническ", "функциональн"),
}
"""One of these stands where the English text speaks of a seizure: a bare «напад» or «приступ» may be one of anything."""


@pytest.fixture(scope="module")
def catalogues() -> dict[str, dict[str, str]]:
    """What every page says around the knowledge, by the English message."""
    found: dict[str, dict[str, str]] = {}
    for of, path in CATALOGUES.items():
        with path.open("rb") as stream:
            for message in read_po(stream, locale=of):
                if message.id:
                    ids, strings = (x if isinstance(x, tuple) else (x,) for x in (message.id, message.string))
                    found.setdefault(of, {})["\n".join(ids)] = "\n".join(map(str, strings))
    return found


@pytest.fixture(scope="module")
def said(
    knowledge: Knowledge, all_texts: list[tuple[str, dict[str, str]]], catalogues: dict[str, dict[str, str]]
) -> dict[str, list[tuple[str, str]]]:
    """Every text of a language, with the English one that it says."""
    notes = {of: [(note.id, getattr(note, of)) for note in knowledge.content.notes.values()] for of in catalogues}
    return {of: [(text["en"], text[of]) for _, text in all_texts] + list(catalogues[of].items()) + notes[of] for of in catalogues}


def hits(language: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each text that says what is not said, and what is said in its place."""
    whole = "\n".join(["", *(text.lower() for text in texts), ""])
    words = {word.wrong.lower(): word.right for word in WORDS if word.language == language}
    begun = "|".join(re.escape(wrong[1:]).replace(r"\|", r"\b") for wrong in words if wrong[0] == "|")
    found = [(match[0], match.start()) for match in re.finditer(rf"\b(?<!')(?:{begun})", whole)]
    found += [(wrong, whole.index(wrong)) for wrong in words if wrong[0] != "|" and wrong in whole]
    for wrong, at in found:
        right = words.get(wrong) or words.get(f"|{wrong}") or words[f"|{wrong}|"]
        yield right, whole[whole.rindex("\n", 0, at) + 1 : whole.index("\n", at)]


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_one_word_is_said_for_one_idea_and_none_is_borrowed(said: dict[str, list[tuple[str, str]]], language: str):
    assert list(hits(language, (text for _, text in said[language]))) == []


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_letter_is_of_its_own_language(said: dict[str, list[tuple[str, str]]], language: str):
    whole = "\n".join(text for english, text in said[language] if not english.startswith(QUOTED)).lower()
    cyrillic = "[а-яіїєґё]"
    strange = [whole.index(letter) for letter in f"{FOREIGN[language]}’" if letter in whole]
    strange += [match.start() for match in re.finditer(f"[a-z](?:(?={cyrillic})|(?<={cyrillic}[a-z]))", whole)]
    assert [whole[max(0, at - 40) : at + 40] for at in strange] == []


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_a_seizure_is_never_a_bare_attack(said: dict[str, list[tuple[str, str]]], language: str):
    for english, text in said[language]:
        if "seizure" in english.lower():
            assert any(stem in text.lower() for stem in SEIZURE[language]), (english, text)


CRAMP = {
    "uk": ("м'яз", "литк", "литок", "ніг", "ногах", "нічн", "напад", "крампі", "судомний", "«", "посмикування, судоми"),
    "ru": ("мышц", "мышеч", "икр", "ног", "ночн", "приступ", "крампи", "«", "подёргивания, судороги"),
}
"""One of these stands in a sentence that says «судома» or «судорога»: the bare word may be a cramp or a seizure."""


@pytest.mark.parametrize(("language", "word"), [("uk", "судом"), ("ru", "судорог")])
def test_a_cramp_is_never_a_word_that_may_be_a_seizure(said: dict[str, list[tuple[str, str]]], language: str, word: str):
    told = [text.lower() for _, text in said[language] if word in text.lower()]
    assert len(told) > 80
    bare = [part for text in told for part in re.split(r"(?<=[.?!])\s", text) if word in part]
    assert [part for part in bare if not any(known in part for known in CRAMP[language])] == []


def numbers(text: str) -> set[str]:
    """The numbers of a text, a decimal comma as a point and no mark between thousands."""
    return {found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text))}


def test_the_numbers_of_a_text_are_the_same_in_three_languages(all_texts: list[tuple[str, dict[str, str]]]):
    digit = re.compile(r"\d")
    for path, text in all_texts:
        if digit.search("".join(text.values())) and not path.endswith(".names"):  # a name may say 24 hours or a day
            assert numbers(text["en"]) == numbers(text["uk"]) == numbers(text["ru"]), (path, text)


def test_a_word_is_found_where_it_stands_and_not_within_another():
    uk = ["Це являється нормою.", "Тремтіння з'являється.", "Любий лікар.", "Люба людина.", "Ти йдеш.", "Ходити.", "Сильна біль."]
    assert [text for _, text in hits("uk", uk)] == ["це являється нормою.", "любий лікар.", "ти йдеш.", "сильна біль."]
