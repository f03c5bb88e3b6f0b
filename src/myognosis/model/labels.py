"""Labels of a recording: what somebody, or some program, saw when and where. The format is ``myognosis/labels/1``."""

from typing import Annotated

from pydantic import ConfigDict, Field

from myognosis.model.base import Model

__all__ = ["LABELS_SCHEMA", "Label", "Labels"]

LABELS_SCHEMA = "myognosis/labels/1"

_Seconds = Annotated[float, Field(ge=0, le=1e8)]
_Word = Annotated[str, Field(max_length=200)]


class Label(Model):
    """One thing seen: when it began, how long it lasted (0 is a moment), in which channel (empty is all), its class, by whom."""

    model_config = ConfigDict(populate_by_name=True)

    start_s: _Seconds
    duration_s: _Seconds = 0.0
    channel: _Word = ""
    kind: Annotated[str, Field(alias="class", min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=4000)] = ""
    rater: _Word = ""

    @property
    def end_s(self) -> float:
        """When it ended."""
        return self.start_s + self.duration_s


class Labels(Model):
    """The labels of one recording, and how many seconds of it were looked at."""

    model_config = ConfigDict(populate_by_name=True)

    format: Annotated[str, Field(alias="schema")] = LABELS_SCHEMA
    recording: _Word = ""
    seconds: _Seconds | None = None
    labels: tuple[Label, ...] = ()
