"""What people read that is false, in the browser: all of it, or where a word stands; found from the first page and a result."""

import pytest

from myognosis.knowledge import load_knowledge
from myognosis.language import LANGUAGES

from .conftest import Reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_correction_stands_on_one_page(reader: Reader, language: str):
    reader.post("/language", {"to_language": language})
    page = reader.get("/claims")
    assert page.status_code == 200 and f'lang="{language}"' in page.text
    assert page.text.count('<article class="claim">') == len(load_knowledge().content.claims)


def test_a_word_leaves_those_in_which_it_stands_in_the_readers_language(reader: Reader):
    reader.post("/language", {"to_language": "ru"})
    page = reader.get("/claims", params={"words": " МОЛОЧНАЯ  кислота "})
    assert page.text.count('<article class="claim">') == 1
    assert "топливо" in page.text and 'value="МОЛОЧНАЯ кислота"' in page.text
    assert "топливо" in reader.get("/claims", params={"words": "lactic"}).text
    strange = reader.get("/claims", params={"words": "<script>" * 50})
    assert strange.status_code == 200
    assert "<script>&lt;" not in strange.text and "&lt;script&gt;" in strange.text


def test_it_is_found_from_the_first_page(reader: Reader):
    assert 'href="/claims"' in reader.get("/").text
