"""What a person says of a recording that is brought: kind, place and state; a clinician also task, pair, stimuli and electrode."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Recording as Entry
from myognosis.report.words import small
from myognosis.web.forms import Given
from myognosis.web.places import place_name

__all__ = ["DURING", "KINDS", "Described", "what_recorded"]

KINDS = {"emg": mark("Muscle (EMG)"), "accelerometer": mark("Movement (phone, watch, accelerometer)"),
         "eeg": mark("Brain (EEG)"), "other": mark("Something else")}  # fmt: skip
DURING = {"rest": mark("At rest"), "posture": mark("Arms or legs held out"), "movement": mark("While moving"),
          "standing": mark("Standing still")}  # fmt: skip

Field = Annotated[str, Form()]


@dataclass
class Described:
    """The fields of the form as they were sent; what is empty was not told."""

    kind: Field = "other"
    during: Field = ""
    place: Field = ""
    side: Field = ""
    loaded: Field = ""
    unit: Field = ""
    shows: Field = ""
    electrode: Field = ""
    task: Field = ""
    asked_hz: Field = ""
    before: Field = ""
    moments: Field = ""
    are: Field = ""
    one: Field = ""
    other: Field = ""

    def given(self) -> Given:
        """The fields, to show them again."""
        return Given({name: [value] for name, value in vars(self).items()})

    def entry(self, file: str, before: str | None) -> Entry:
        """The recording as an entry of the case.

        Raises
        ------
        HTTPException
            422, where a field holds what the form does not offer, or of a place or a pair something is missing.
        """
        told: dict[str, Any] = {name: value for name in _WORDS if (value := getattr(self, name).strip())}
        if self.side and not self.place:
            raise HTTPException(422, "place")
        if self.place:
            told["place"] = {"where": self.place, "side": self.side or None}
        if self.unit:
            told["units"] = {"*": self.unit}
        if self.loaded:
            told["loaded"] = True
        try:
            if self.asked_hz.strip():
                told["asked_hz"] = float(self.asked_hz.replace(",", "."))
            if self.moments.strip():
                told["moments_s"] = [float(part) for part in self.moments.replace(";", " ").replace(",", ".").split()]
            if self.are or self.one.strip() or self.other.strip():  # half a pair is no pair, and is not passed over in silence
                told["pairs"] = [{"one": self.one.strip(), "other": self.other.strip(), "are": self.are}]
            return Entry.model_validate_json(json.dumps({"file": file, "before": before} | told))
        except (ValueError, ValidationError):
            raise HTTPException(422) from None


_WORDS = ("kind", "during", "shows", "electrode", "task")


def what_recorded(row: Entry, knowledge: Knowledge, language: Language) -> str:
    """What a recording is of: its kind, the state, and the place with its side."""
    gettext = catalogue(language).gettext
    where = place_name(row.place.where, row.place.side, knowledge, language) if row.place else ""
    during = DURING.get(row.during or "")
    rest = filter(None, (gettext(during) if during else "", where))
    return ", ".join((gettext(KINDS.get(row.kind, KINDS["other"])), *map(small, rest)))
