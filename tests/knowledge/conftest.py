"""What the tests of the knowledge share."""

from collections.abc import Iterator
from typing import Any

import pytest

from myognosis.knowledge import Knowledge


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every three-language text in a value."""
    if isinstance(value, dict):
        if set(value) == {"en", "uk", "ru"} and all(isinstance(text, str) for text in value.values()):
            yield path, value
        else:
            for key, inner in value.items():
                yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]")


@pytest.fixture(scope="session")
def all_texts(knowledge: Knowledge) -> list[tuple[str, dict[str, str]]]:
    return list(texts(knowledge.content.model_dump(mode="json", by_alias=True)))
