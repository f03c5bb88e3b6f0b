"""Languages: complete catalogues, equal placeholders, the person's own language by default."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from tools.messages import extract

import myognosis
from myognosis.faults import Message, fill
from myognosis.language import Language, catalogue, place_in, preferred_language, say

LOCALE = Path(myognosis.__file__).parent / "locale"


@pytest.fixture(scope="module")
def wanted() -> set[object]:
    return {message.id for message in extract() if message.id}


@cache
def written(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "myognosis.po").open("rb") as stream:
        return read_po(stream, locale=language)


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_message_is_translated_and_none_is_fuzzy(language: str, wanted: set[object]):
    known = written(language)
    for message in known:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), message.id
            assert not message.fuzzy, message.id
    assert wanted <= {message.id for message in known}


def test_a_message_inside_an_f_string_is_found_too(wanted: set[object]):
    assert {"There is no finding of this name.", "Who to see"} <= wanted


def words_beside(text: str) -> dict[str, set[int]]:
    """Of each number how many words are given to go with it."""
    found: dict[str, set[int]] = {}
    for name, words in re.findall(r"\{(\w+):([^}]*\|[^}]*)\}", text):
        found.setdefault(name, set()).add(words.count("|") + 1)
    return found


@pytest.mark.parametrize(("language", "sizes"), [("en", {2}), ("uk", {3, 4}), ("ru", {3, 4})])
def test_beside_a_number_stands_a_word_for_every_form_of_the_language(language: str, sizes: set[int], wanted: set[object]):
    texts = (
        [str(message.string) for message in written(language) if message.id] if language != "en" else [str(one) for one in wanted]
    )
    given = [(text, name, n) for text in texts for name, several in words_beside(text).items() for n in several]
    assert len(given) > 15
    assert [one for one in given if one[2] not in sizes] == []
    assert [one for one in given if f"{{{one[1]}}}" not in one[0]] == []


@pytest.mark.parametrize(
    ("language", "n", "told"),
    [("en", 1, "1 recording;"), ("en", 2, "2 recordings;"), ("en", 12_345, "12,345 recordings;"), ("uk", 1, "1 запис;"),
     ("uk", 3, "3 записи;"), ("uk", 11, "11 записів;"), ("uk", 21, "21 запис;"), ("ru", 2, "2 записи;"), ("ru", 14, "14 записей;"),
     ("ru", 12_342, "12\u202f342 записи;")],
)  # fmt: skip
def test_what_is_counted_agrees_with_its_number(language: Language, n: int, told: str):
    message = Message("The archive holds {n} {n:recording|recordings}; the first is read.", {"n": n})
    assert told in say(message, language)
    assert told in say(Message(message.template, {"n": n if n >= 10_000 else str(n)}), language)


def test_a_broken_number_has_a_word_of_its_own():
    assert fill("{x} {x:раз|рази|разів|раза}", {"x": "2,5"}) == "2,5 раза"


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_placeholders_are_the_same_in_every_language(language: str):
    for message in written(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            pattern = r"\{\w+\}|%\(\w+\)s"
            assert set(re.findall(pattern, string)) == set(re.findall(pattern, ids[-1])), message.id


def test_a_parameter_may_be_a_message_of_its_own():
    message = Message("'{name}' is not a known {kind}.", {"name": "x", "kind": Message("muscle or region")})
    assert say(message, "en") == "'x' is not a known muscle or region."
    assert "muscle" not in say(message, "uk")


@pytest.mark.parametrize(("language", "shown"), [("en", "2.5"), ("uk", "2,5"), ("ru", "2,5")])
def test_a_number_takes_the_decimal_sign_of_the_language(language: Language, shown: str):
    assert shown in say(Message("{a} s", {"a": "2.5"}), language)
    assert f"−{shown}" in say(Message("{a} s", {"a": "−2.5"}), language)


@pytest.mark.parametrize("text", ["1.2.3", "a.edf", "v1.5", "10.1002/mds.1"])
def test_what_only_looks_like_a_number_keeps_its_points(text: str):
    assert text in say(Message("{a}", {"a": text}), "uk")


def test_hostile_parameters_are_text_and_nothing_more():
    message = Message("'{given}' is not one of the answers.", {"given": "{0.__class__}"})
    assert "{0.__class__}" in say(message, "en")


@pytest.mark.parametrize(
    ("environ", "language"),
    [({"LANG": "uk_UA.UTF-8"}, "uk"), ({"LANG": "ru_RU"}, "ru"), ({"LANG": "de_DE"}, "en"), ({}, "en"),
     ({"MYOGNOSIS_LANGUAGE": "ru", "LANG": "uk_UA"}, "ru"), ({"LC_ALL": "C", "LANG": "uk_UA"}, "uk")],
)  # fmt: skip
def test_the_language_of_the_system_is_the_default(environ: dict[str, str], language: str):
    assert preferred_language(environ) == language


def test_english_needs_no_catalogue():
    assert catalogue("en").gettext("present") == "present"


def test_a_newer_catalogue_is_compiled_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import shutil

    from myognosis import language as module

    shutil.copytree(LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(module, "LOCALE", tmp_path / "locale")
    module.catalogue.cache_clear()
    try:
        assert module.catalogue("uk").gettext("present") != "present"
        assert (tmp_path / "locale" / "uk" / "LC_MESSAGES" / "myognosis.mo").exists()
    finally:
        module.catalogue.cache_clear()


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_nothing_stays_nothing_in_every_language(language: Language):
    assert say(Message(""), language) == ""


@pytest.mark.parametrize(
    ("where", "told"),
    [("list.csv, line 3", "list.csv, рядок 3"), ("signal 2 'EMG 1', samples in a record", "сигнал 2 'EMG 1', відліків у блоці"),
     ("number of signals, byte 252", "кількість сигналів, байт 252"), ("$.labs[0].unit", "$.labs[0].unit"),
     ("channel 1", "channel 1"), ("EMG line 3", "EMG line 3")],
)  # fmt: skip
def test_a_place_is_told_in_the_language_and_what_the_file_calls_its_own_stays(where: str, told: str):
    assert place_in(where, "uk") == told
    assert place_in(where, "en") == where
