"""The limits that measurements of movement are held against, taken from the knowledge.

The signals know no disease and no knowledge; what decides is handed to them here.
"""

from typing import TYPE_CHECKING

from myognosis.knowledge import Knowledge

if TYPE_CHECKING:
    from myognosis.signals.tremor import TremorCriteria

__all__ = ["tremor_criteria"]


def tremor_criteria(knowledge: Knowledge) -> "TremorCriteria":
    """What a tremor, and the recording of one, is held against."""
    from myognosis.signals.tremor import TremorCriteria

    number = knowledge.number
    return TremorCriteria(
        loading_shift_hz=number("tremor_loading_shift_hz"),
        pause_share=number("tremor_pause_share"),
        functional_signs=round(number("tremor_functional_signs")),
        entrained_hz=number("tremor_entrained_hz"),
        tapping_error=number("tremor_tapping_error"),
        orthostatic_hz=knowledge.content.tremor["orthostatic"].hz,
        phone_min_rate_hz=number("phone_min_rate_hz"),
        phone_min_seconds=number("phone_min_seconds"),
        phone_missing_share=number("phone_missing_share"),
        phone_min_movement=number("phone_min_movement"),
    )
