"""Medicines under the names by which people know them."""

import pytest

from myognosis.knowledge import load_knowledge

_TAKEN = """
    magnesium, Магне B6, Панангин, аспірин, Парацетамол, ibuprofen, Но-шпа, L-тироксин, Феназепам, Леводопа, вальпроат, вітамін D,
    инсулин, карбонат лития, Adderall, metformin, омепразол, Еутирокс, Мелатонин, Лизиноприл, Сертралін, трамадол, Корвалол
"""


@pytest.mark.parametrize("name", [name.strip() for name in _TAKEN.split(",")])
def test_what_many_people_take_is_known_by_its_everyday_name(name: str) -> None:
    assert name.casefold() in load_knowledge().medicine_names


def test_a_name_with_an_explanation_in_brackets_is_known_without_it() -> None:
    knowledge = load_knowledge()
    for medicine in knowledge.content.medicines.values():
        for name in medicine.names.model_dump().values():
            assert name.partition("(")[0].strip().casefold() in knowledge.medicine_names, name


def test_no_spelling_names_two_medicines() -> None:
    knowledge = load_knowledge()
    for medicine in knowledge.content.medicines.values():
        for spelling in (*medicine.names.model_dump().values(), *medicine.also):
            assert knowledge.medicine_names[spelling.casefold()] == medicine.id, spelling
