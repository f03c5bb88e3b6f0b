"""What the rules of urgency tell to do: the number to call stands in it, and nothing is said twice."""

import re

import pytest

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import advised
from myognosis.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_rules_tell_alike_is_said_once_and_nothing_is_lost(knowledge: Knowledge, language: Language):
    rules = knowledge.content.red_flags.values()
    told = advised(rules, "112", language)
    said = [sentence for text in told for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]
    assert len(told) == len(rules) and len(said) == len(set(said))
    every = {s for rule in rules for s in re.split(r"(?<=[.!?])\s+", rule.do.in_language(language).replace("{number}", "112"))}
    assert set(said) == every and not any("{" in sentence for sentence in said)


def test_one_rule_alone_tells_all_of_its_own(knowledge: Knowledge):
    (told,) = advised([knowledge.content.red_flags["first_seizure"]], "112", "en")
    assert told.startswith("Go to an emergency department now") and told.endswith("Call 112 if it lasts more than five minutes.")
