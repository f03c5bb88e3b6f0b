"""What a trace is held against before it is measured has a source, as every number of the knowledge has."""

import json
from pathlib import Path
from typing import get_args

import pytest

import myognosis.readers
from myognosis.knowledge import load_knowledge
from myognosis.model.base import Trust

LIMITS = json.loads((Path(myognosis.readers.__file__).parent / "data" / "limits.json").read_text("utf-8"))


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_of_a_trace_has_a_known_source_and_says_why(name: str):
    told = LIMITS[name]
    assert told["source"] in load_knowledge().content.sources
    assert told["trust"] in get_args(Trust)
    assert len(told["note"]) > 20 or told["note"].endswith("above.")
