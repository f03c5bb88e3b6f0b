"""Terms of the Human Phenotype Ontology as findings."""

from myognosis.knowledge import Knowledge


def test_a_form_of_a_finding_is_the_finding_where_it_is_present(knowledge: Knowledge):
    assert knowledge.meant_by("HP:0002061", True) == ("spasticity",)  # lower limb spasticity


def test_the_absence_of_a_form_says_nothing_of_the_finding(knowledge: Knowledge):
    assert knowledge.meant_by("HP:0002061", False) == ()


def test_a_term_that_is_the_same_counts_absent_as_well(knowledge: Knowledge):
    assert knowledge.meant_by("HP:0100543", False) == ("cognitive_decline",)
    assert knowledge.meant_by("HP:0001270", False) == ("delayed_walking",)
    assert knowledge.meant_by("HP:0001270", True) == ("delayed_walking", "developmental_delay")


def test_a_wider_term_is_absent_with_all_its_forms_and_means_none_of_them_where_it_is_present(knowledge: Knowledge):
    assert {"rigidity", "spasticity"} <= set(knowledge.meant_by("HP:0001276", False))  # hypertonia
    assert not {"rigidity", "spasticity"} & set(knowledge.meant_by("HP:0001276", True))


def test_dementia_is_not_taken_for_a_decline_within_weeks(knowledge: Knowledge):
    assert knowledge.meant_by("HP:0000726", True) == ("cognitive_decline",)


def test_sleepiness_is_no_clouded_consciousness(knowledge: Knowledge):
    assert not any("reduced_consciousness" in knowledge.meant_by(f"HP:{code}", True) for code in ("0001262", "0002329", "0030050"))


def test_no_term_stands_twice_and_no_form_repeats_its_finding(knowledge: Knowledge):
    own = {finding.hpo for finding in knowledge.findings.values()}
    assert not own & {code for code, term in knowledge.content.hpo.items() if term.same}
    for term in knowledge.content.hpo.values():
        assert not any(a in knowledge.ancestors[b] for a in term.forms for b in term.forms)
