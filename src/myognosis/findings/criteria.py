"""The limits that measurements of movement are held against, taken from the knowledge.

The signals know no disease and no knowledge; what decides is handed to them here.
"""

from typing import TYPE_CHECKING

from myognosis.knowledge import Knowledge

if TYPE_CHECKING:
    from myognosis.signals.jerks import JerkCriteria
    from myognosis.signals.jumps import JumpRules
    from myognosis.signals.tremor import TremorCriteria

__all__ = ["jerk_criteria", "jump_rules", "tremor_criteria"]


def tremor_criteria(knowledge: Knowledge) -> "TremorCriteria":
    """What a tremor, and the recording of one, is held against."""
    from myognosis.signals.tremor import TremorCriteria

    number = knowledge.number
    return TremorCriteria(
        loading_shift_hz=number("tremor_loading_shift_hz"),
        pause_share=number("tremor_pause_share"),
        functional_signs=round(number("tremor_functional_signs")),
        entrained_hz=number("tremor_entrained_hz"),
        entrained_left=number("tremor_entrained_left"),
        tapping_error=number("tremor_tapping_error"),
        antagonists_deg=number("tremor_antagonists_deg"),
        task_least=round(number("tremor_task_least")),
        orthostatic_hz=knowledge.content.tremor["orthostatic"].hz,
        phone_min_rate_hz=number("phone_min_rate_hz"),
        phone_min_seconds=number("phone_min_seconds"),
        phone_missing_share=number("phone_missing_share"),
        phone_min_movement=number("phone_min_movement"),
        gravity_m_s2=(number("phone_gravity_from_m_s2"), number("phone_gravity_to_m_s2")),
        no_gravity_m_s2=number("phone_no_gravity_m_s2"),
        phone_limit_share=number("phone_limit_share"),
        phone_limit_m_s2=number("phone_limit_m_s2"),
        phone_limit_deg_s=number("phone_limit_deg_s"),
    )


def jerk_criteria(knowledge: Knowledge) -> "JerkCriteria":
    """What jerks, and the potentials and reflexes around them, are held against."""
    from myognosis.signals.jerks.criteria import DurationClass, JerkCriteria, ReflexWindow

    number = knowledge.number
    windows = [(i, number(f"{i}_from_ms"), number(f"{i}_to_ms")) for i in ("c_reflex", "llr2", "llr3")]
    windows.insert(1, ("llr1", windows[0][1], windows[1][1]))
    return JerkCriteria(
        min_bursts=round(number("jerk_min_bursts")),
        min_snr=number("jerk_min_snr"),
        cortical_below_ms=number("jerk_cortical_below_ms"),
        durations=tuple(DurationClass(id=b.id, low_ms=b.ms[0], high_ms=b.ms[1]) for b in knowledge.content.jerks.values()),
        lapse_ms=(number("lapse_shortest_ms"), number("lapse_longest_ms")),
        contraction_uv=number("lapse_contraction_uv"),
        unit_rate_hz=number("lapse_unit_rate_hz"),
        alike_per_min=number("lapse_alike_per_min"),
        chance_per_min=number("lapse_chance_per_min"),
        spread_m_s=(number("spread_slowest_m_s"), number("spread_fastest_m_s")),
        same_jerk_s=number("jerk_same_s"),
        rhythmic_cv=number("jerk_rhythmic_cv"),
        min_jerks_cortical=round(number("jerk_min_cortical_average")),
        min_jerks_readiness=round(number("jerk_min_readiness_average")),
        cortical_window_s=(-number("jerk_cortical_from_s"), -number("jerk_cortical_to_s")),
        readiness_window_s=(-number("jerk_readiness_from_s"), -number("jerk_readiness_to_s")),
        min_stimuli=round(number("reflex_min_stimuli")),
        reflexes=tuple(ReflexWindow(id=i, low_ms=low, high_ms=high) for i, low, high in windows),
        sep_ms=tuple((number(f"sep_{i}_from_ms"), number(f"sep_{i}_to_ms")) for i in ("n20", "p25", "n33")),
        giant_n20_p25_uv=number("giant_n20_p25_uv"),
        giant_p25_n33_uv=number("giant_p25_n33_uv"),
        jumps=jump_rules(knowledge),
    )


def jump_rules(knowledge: Knowledge) -> "JumpRules":
    """When a trace jumps from one sample to the next."""
    from myognosis.signals.jumps import JumpRules

    names = ("steep", "reach_s", "apart", "alone", "at_once", "rings_s", "electrodes")
    return JumpRules(**{name: knowledge.number(f"quality_jump_{name}") for name in names})
