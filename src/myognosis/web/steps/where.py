"""Where it moves: the muscles and regions, tapped on a body or ticked in a list."""

from dataclasses import dataclass

from markupsafe import Markup

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Case, Place
from myognosis.web.bodymap import VIEWS, drawing, spots
from myognosis.web.forms import Given
from myognosis.web.places import SIDES, place_name
from myognosis.web.steps.base import Step

__all__ = ["Where"]

_WHOLE = "whole_body/midline"


@dataclass(frozen=True)
class _Mark:
    value: str
    css: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class _Figure:
    view: str
    title: str
    drawn: Markup
    marks: tuple[_Mark, ...]


@dataclass(frozen=True)
class _View:
    figures: tuple[_Figure, ...]
    elsewhere: tuple[_Mark, ...]
    whole: _Mark


class Where(Step):
    """The places of the complaint. What another step or file told, and the map does not show, is offered below it."""

    name = "where"
    title = mark("Where it moves")
    template = "where"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The places as ticks."""
        return Given({"place": [_value(place) for place in case.complaint.places]})

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The places from the ticks; a place that is not in the knowledge is left out."""
        places = []
        for value in given.many("place"):
            where, _, side = value.partition("/")
            if where in knowledge.content.muscles:
                places.append(Place(where=where, side=side if side in SIDES else None))  # type: ignore[arg-type]
        return case.model_copy(update={"complaint": case.complaint.model_copy(update={"places": tuple(places)})})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The drawings with their boxes."""
        _, chosen = catalogue(language).gettext, given.many("place")

        def marked(value: str, css: str = "") -> _Mark:
            return _Mark(value, css, _label(value, knowledge, language), value in chosen)

        shown: set[str] = {_WHOLE}
        figures = []
        for view, title in VIEWS.items():
            here = [spot for spot in spots(view) if spot.value not in shown]
            shown |= {spot.value for spot in here}
            figures.append(_Figure(view, _(title), drawing(view), tuple(marked(s.value, s.css) for s in here)))
        rest = tuple(marked(v) for v in chosen if v not in shown and v.partition("/")[0] in knowledge.content.muscles)
        return _View(tuple(figures), rest, marked(_WHOLE))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The places."""
        known = [place for place in case.complaint.places if place.where in knowledge.content.muscles]
        return tuple(_label(_value(place), knowledge, language) for place in known)


def _value(place: Place) -> str:
    return f"{place.where}/{place.side or 'midline'}"


def _label(value: str, knowledge: Knowledge, language: Language) -> str:
    """The name of a place with its side."""
    where, _, side = value.partition("/")
    return place_name(where, side, knowledge, language)
