"""Published people, none of this house: coded from their reports into ``examples/``, and what was found in them.

Those marked new were coded on one day and assessed once, before anything was changed; the knowledge may have been written with an
eye on the others. A report in a journal tells more, and of rarer causes, than a person who asks.
"""

import statistics
from pathlib import Path

Row = tuple[str, str, str]

EXAMPLES = Path(__file__).parents[1] / "examples"
FOUND = {
    "benign_fasciculation_clinicians": "benign_fasciculation_syndrome",
    "benign_fasciculation_physician": "benign_fasciculation_syndrome",
    "cramp_fasciculation_carbamazepine": "cramp_fasciculation_syndrome",
    "cramp_fasciculation_footballer": "cramp_fasciculation_syndrome",
    "eyelid_myokymia": "eyelid_myokymia", "faciobrachial_dystonic_seizures": "autoimmune_encephalitis_lgi1",
    "functional_jerks": "functional_movement", "gabapentin_asterixis": "gabapentinoid_myoclonus",
    "hemifacial_spasm": "hemifacial_spasm_cause", "hypocalcaemia_after_thyroidectomy": "hypocalcaemia_cause",
    "hypocalcaemia_lansoprazole": "hypocalcaemia_cause", "hypomagnesaemia_omeprazole": "hypomagnesaemia_cause",
    "isaacs_syndrome_thighs": "isaacs_syndrome", "limb_shaking_tia": "limb_shaking_tia", "multifocal_motor_neuropathy": "mmn",
    "organophosphate_infant": "organophosphate_poisoning", "orthostatic_tremor": "orthostatic_tremor",
    "parkinsonian_rest_tremor": "parkinson_disease", "piriformis_syndrome": "piriformis_syndrome", "restless_legs": "restless_legs",
    "serotonin_syndrome": "serotonin_syndrome", "tic_disorder_adult": "persistent_motor_tic", "demo": "sbma",
}  # fmt: skip
"""Example: the cause that its report names."""
NEW = {
    "cjd_young": "cjd", "hoffmann_oedema": "hypothyroidism_cause", "hoffmann_squatting": "hypothyroidism_cause",
    "morvan_after_thymectomy": "morvan", "stiff_person_panic": "stiff_person", "stiff_person_startle": "stiff_person",
    "tetanus_dysphagia": "tetanus", "tetanus_farmer": "tetanus", "tetanus_lethal": "tetanus",
}  # fmt: skip


def published() -> list[Row]:
    """The place of each report's cause, and the urgency."""
    from myognosis.exchange.casefile import read_case
    from myognosis.findings import find
    from myognosis.knowledge import load_knowledge
    from myognosis.reason.causes import weigh
    from myognosis.reason.triage import triage

    knowledge, rows = load_knowledge(), list[Row]()
    for label, cases in (("new, assessed once", NEW), ("examples", FOUND)):
        ranks = []
        for name, cause in cases.items():
            findings = find(read_case(EXAMPLES / f"{name}.yaml"), knowledge, EXAMPLES)
            weighed = weigh(findings, knowledge)
            ranks.append([weighed.posterior.network.causes[i] for i in weighed.order].index(cause) + 1)
            rows.append((f"{label}: {name}", f"{cause} is no. {ranks[-1]}, {triage(findings, knowledge).level}", "-"))
        first, three = statistics.mean(r == 1 for r in ranks), statistics.mean(r <= 3 for r in ranks)
        rows.append((f"{label}: first, in the first three, of {len(ranks)}", f"{first:.2f}, {three:.2f}", "-"))
    return rows
