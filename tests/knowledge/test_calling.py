"""What the rules of urgency tell to do: the number to call stands in it, and nothing is said twice."""

import re
from itertools import combinations_with_replacement
from typing import get_args

import pytest

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import GOING, TIMES, advised, soonest
from myognosis.knowledge.schema import Urgency
from myognosis.language import LANGUAGES, Language, catalogue
from myognosis.report.words import Words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", get_args(Urgency))
def test_what_rules_tell_alike_is_said_once_and_nothing_is_lost(knowledge: Knowledge, level: Urgency, language: Language):
    rules = [rule for rule in knowledge.content.red_flags.values() if rule.level == level]
    told = advised(rules, "112", language)
    said = [sentence for text in told for sentence in sentences(text)]
    assert len(told) == len(rules) and len(said) == len(set(said))
    every = {s for rule in rules for s in sentences(rule.do.in_language(language).replace("{number}", "112"))}
    left_out = {catalogue(language).gettext(TIMES[level])} if soonest(rules) else set()
    if level == "emergency":
        left_out = {
            s
            for rule in rules
            if rule.who in GOING
            for s in sentences(rule.do.in_language(language).replace("{number}", "112"))[:2]
        }
    assert set(said) == every - left_out and not any("{" in sentence for sentence in said)


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if one]


SAID: dict[Language, dict[str, str]] = {
    "en": {"three": "within one to three days", "today": "See a doctor today", "week": "within a week",
           "weeks": "within one to two weeks", "later": "in the coming weeks"},
    "uk": {"three": "упродовж одного-трьох днів", "today": "Зверніться до лікаря сьогодні",
           "week": "протягом тижня", "weeks": "протягом одного-двох тижнів", "later": "у найближчі тижні"},
    "ru": {"three": "в течение одного-трёх дней", "today": "Обратитесь к врачу сегодня",
           "week": "в течение недели", "weeks": "в течение одной-двух недель", "later": "в ближайшие недели"},
}  # fmt: skip
"""The times that a rule can tell; each is the time of one title."""
TITLES = {"urgent": "three", "urgent today": "today", "soon": "weeks", "soon week": "week",
          "routine": "later"}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_of_a_result_tell_the_time_of_its_title_and_no_other(knowledge: Knowledge, language: Language):
    flags = knowledge.content.red_flags.values()
    for one, other in combinations_with_replacement(flags, 2):
        if one.level != other.level:
            continue
        title = f"{one.level} {soonest([one, other]) or ''}".strip()
        told = " ".join(advised([one, other], "112", language))
        times = {time for time, phrase in SAID[language].items() if phrase in told}
        assert times <= {TITLES.get(title)}, (one.id, other.id, told)
        assert Words(language).level(one.level, soonest([one, other]))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_less_urgent_rule_tells_no_time_beside_a_more_urgent_one(knowledge: Knowledge, language: Language):
    flags = knowledge.content.red_flags
    told = advised([flags["first_seizure"], flags["seizure_any"], flags["body_signs"]], "112", language)
    assert not any(phrase in " ".join(told) for phrase in SAID[language].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_drive_where_an_ambulance_is_called(knowledge: Knowledge, language: Language):
    flags = knowledge.content.red_flags
    going = [rule for rule in flags.values() if rule.level == "emergency" and rule.who in GOING]
    how = {sentence for rule in going for sentence in sentences(rule.do.in_language(language))[:2]}
    assert len(how) == 3  # every such rule begins with how to go, told alike, and with when to call after all
    called = next(rule for rule in flags.values() if rule.who == "ambulance")
    for rule in going:
        together = advised([called, rule], "{number}", language)[1]
        assert sentences(together) == [
            s for s in sentences(rule.do.in_language(language))[2:] if s not in called.do.in_language(language)
        ]
        assert advised([rule], "{number}", language) == (rule.do.in_language(language),)


def test_one_rule_alone_tells_all_of_its_own(knowledge: Knowledge):
    (told,) = advised([knowledge.content.red_flags["first_seizure"]], "112", "en")
    assert told.startswith("Go to an emergency department now") and told.endswith("Call 112 if it lasts more than five minutes.")
