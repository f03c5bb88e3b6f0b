"""Which measure each finding of a recording rests on, so that a table of numbers can say what a number became."""

__all__ = ["RESTS_ON"]

RESTS_ON = {
    "emg_fp": "fasciculation_rate",
    "rest_tremor": "tremor_frequency",
    "postural_tremor": "tremor_frequency",
    "orthostatic_tremor_sign": "tremor_frequency",
    "emg_tremor_13_18hz": "tremor_frequency",
    "tremor": "tremor_frequency",
    "tremor_slow": "tremor_frequency",
    "tremor_middle": "tremor_frequency",
    "tremor_fast": "tremor_frequency",
    "tremor_loading_shift": "tremor_loading_fall",
    "entrainable": "tremor_shift_while_tapping",
    "distractible": "tremor_left_while_tapping",
    "legs_coherent": "coherence",
    "emg_burst_short": "jerk_burst_duration",
    "emg_burst_long": "jerk_burst_duration",
    "emg_silent_period_lapse": "lapse_rate",
    "eeg_backaverage_spike": "cortical_potential",
    "eeg_premovement_potential": "readiness_potential",
    "emg_c_reflex": "c_reflex_latency",
    "giant_sep": "sep_p25_n33",
    "emg_fib": "fibrillation_rate",
    "emg_myokymic": "myokymic_discharge_rate",
    "emg_neuromyotonic": "neuromyotonic_discharge_rate",
    "emg_myotonic": "myotonic_discharge_rate",
    "emg_crd": "complex_repetitive_discharge_rate",
    "emg_cramp_discharge": "cramp_discharge_rate",
    "emg_cmua": "single_unit_continuous_discharge_inside",
}
"""Finding -> the measure that decides it, or the first of them."""
