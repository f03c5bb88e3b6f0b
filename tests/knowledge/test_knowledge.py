"""The knowledge as a whole: complete, sourced, in three languages, and safe to show."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from myognosis.cli import main
from myognosis.faults import KnowledgeError
from myognosis.knowledge import UNCLASSIFIED, Knowledge, lightened, load_knowledge
from myognosis.knowledge import compile as compiling
from myognosis.knowledge.schema import Shows
from myognosis.language import LANGUAGES

from .conftest import texts


@pytest.mark.whole
def test_the_yaml_files_hold_no_fault():
    _, issues = compiling.check_knowledge()
    assert not issues, [str(issue) for issue in issues[:20]]


@pytest.mark.whole
def test_the_command_counts_and_finds_nothing():  # here, beside the others: the files are parsed once
    result = CliRunner().invoke(main, ["knowledge", "check"])
    assert result.exit_code == 0
    assert "causes" in result.output
    assert json.loads(CliRunner().invoke(main, ["knowledge", "check", "--json"]).output)["issues"] == []


def test_it_covers_what_the_field_asks_for(knowledge: Knowledge):
    content = knowledge.content
    assert len(content.causes) >= 160
    assert len(content.medicines) >= 150
    assert len(content.movements) >= 40
    assert len(content.muscles) >= 75
    assert len(content.claims) >= 80
    assert len(content.seeds) == 310


def test_every_movement_type_of_the_mission_is_there(knowledge: Knowledge):
    wanted = {
        "fasciculation", "eyelid_myokymia", "limb_myokymia", "neuromyotonia", "cramp", "tetany",
        "rest_tremor", "postural_tremor", "intention_tremor", "orthostatic_tremor_sign", "myoclonus", "action_myoclonus",
        "reflex_myoclonus", "asterixis", "tics_motor", "focal_seizure", "gtcs", "hypnic_jerk",
        "urge_legs", "periodic_limb_movements", "hemifacial_spasm", "blepharospasm", "dystonia", "chorea",
        "clonus", "rigidity", "shivering", "functional_jerks", "myotonia",
    }  # fmt: skip
    assert wanted <= set(knowledge.content.movements)


def test_every_cause_names_a_test_and_a_source(knowledge: Knowledge):
    for cause in knowledge.causes.values():
        sources = {link.source for link in (*cause.findings, *cause.context)} | {fact.source for fact in cause.facts}
        assert cause.tests, cause.id
        assert sources - {"estimate", "memory"} or cause.id == UNCLASSIFIED, f"{cause.id} rests on no source at all"


def test_every_text_is_there_in_three_languages_and_in_the_right_alphabet(all_texts: list[tuple[str, dict[str, str]]]):
    assert len(all_texts) > 2000
    for path, text in all_texts:
        for language in ("uk", "ru"):
            if re.search("[a-z]{4}", text["en"]) and len(text["en"]) > 25:
                assert re.search("[а-яіїєґ]", text[language].lower()), f"{path} {language}: {text[language]}"


def test_no_text_says_that_one_has_or_has_not_a_disease(all_texts: list[tuple[str, dict[str, str]]]):
    for path, text in all_texts:
        if path.endswith((".heard", ".ask")):  # what others say, and what a doctor said
            continue
        assert not re.search(
            r"\byou (do not |don't )?have (als|mnd|parkinson|epilepsy|multiple sclerosis|a disease)", text["en"].lower()
        ), path


def test_no_text_of_advice_carries_a_dose_or_starts_or_stops_a_medicine(knowledge: Knowledge):
    content = knowledge.content
    pools = (content.options, content.self_care, content.red_flags, content.tests)
    for pool in pools:
        for path, text in texts({k: v.model_dump(mode="json") for k, v in pool.items()}):  # type: ignore[attr-defined]
            assert not re.search(r"\d\s*(mg|mcg|µg|ml|g/kg|мг|мкг|мл)\b", " ".join(text.values())), (path, text)
            assert not re.search(r"\b(stop|start) taking\b(?! .*(without|suddenly|abruptly|yourself))", text["en"].lower()), (
                path,
                text["en"],
            )


def test_a_cramp_is_called_by_one_word_in_ukrainian_and_one_in_russian(all_texts: list[tuple[str, dict[str, str]]]):
    cramp, other = re.compile(r"\bcramps?\b(?<!writer’s cramp)"), ("writer", "belly cramp", "becomes cramped", "focal_hand")
    for path, text in all_texts:
        if "spasm" not in text["en"].lower():
            assert not re.search(r"болісн\w* спазм|болезненн\w* спазм", text["uk"] + text["ru"]), path
        said = text["en"].lower()
        if cramp.search(said) and not any(word in said or word in path for word in other) and ".claims." not in path:
            assert re.search(r"судом|крамп|звод|звед|звел|відпуст", text["uk"].lower()), (path, text["uk"])
            assert re.search(r"судорог|крамп|свод|свед|свел|отпуст", text["ru"].lower()), (path, text["ru"])


def test_each_question_says_in_its_own_words_why_it_is_asked(knowledge: Knowledge):
    asked = {name: finding for name, finding in knowledge.findings.items() if finding.ask}
    assert {name for name, finding in asked.items() if finding.why is None} == set()
    for language in LANGUAGES:
        whys = Counter(finding.why.in_language(language) for finding in asked.values() if finding.why)
        assert [why for why, n in whys.items() if n > 1] == []  # and none says it for two of them
        groups = {group.why.in_language(language) for group in knowledge.content.groups.values()}
        assert groups & set(whys) == set()


def test_the_ambiguous_word_for_cramp_and_seizure_stands_beside_the_muscle_it_means(all_texts: list[tuple[str, dict[str, str]]]):
    word, muscle = {"uk": "судом", "ru": "судорог"}, {"uk": r"м'яз|литк|литок|\bног|\bніг|стоп", "ru": r"мышц|мышеч|икр|\bног|стоп"}
    for path, text in all_texts:
        for language in ("uk", "ru"):
            said = re.sub(r"напад\w* судом|приступ\w* судорог", "", text[language].lower())  # an attack is no cramp
            if word[language] in said and ".traps." not in path and ".claims." not in path:
                assert re.search(muscle[language], said), (path, text[language])


def test_every_seed_claim_is_accounted_for(knowledge: Knowledge):
    content = knowledge.content
    pools: dict[str, Any] = {
        "claims": content.claims, "causes": content.causes, "findings": content.findings, "tests": content.tests,
        "options": content.options, "self_care": content.self_care, "movements": content.movements, "red_flags": content.red_flags,
        "muscles": content.muscles, "labs": content.labs,
    }  # fmt: skip
    for seed in content.seeds.values():
        assert seed.where, seed.id
        for place in seed.where:
            kind, _, name = place.partition("/")
            assert kind in pools, (seed.id, place)
            assert name in pools[kind], (seed.id, place)
        assert any(seed.id in content.claims[p.partition("/")[2]].seeds for p in seed.where if p.startswith("claims/")) or (
            seed.verdict in ("OK", "OKQ")
        ), seed.id


def test_every_test_option_and_self_care_is_reached_from_a_cause(knowledge: Knowledge):
    content = knowledge.content
    for kind in ("tests", "options", "self_care"):
        assert set(getattr(content, kind)) == {name for cause in content.causes.values() for name in getattr(cause, kind)}, kind
    assert not [c.id for c in content.claims.values() if c.shows == Shows()]


def test_no_false_claim_is_ever_given_as_advice(knowledge: Knowledge):
    content = knowledge.content
    supported = ("OK", "OKQ")
    for seed in content.seeds.values():
        if seed.verdict not in supported:
            corrected = [place for place in seed.where if place.startswith("claims/")]
            assert corrected, f"{seed.id} is {seed.verdict} and not corrected"
    quarantined = (
        "metamizole",
        "analgin",
        "drotaverine",
        "rectal massage",
        "horse-chestnut",
        "lactic acid builds",
        "quinine is recommended",
        "carisoprodol",
    )
    for pool in (content.options, content.self_care, content.tests):
        for name, entry in pool.items():  # type: ignore[attr-defined]
            text = entry.what.en.lower()
            for word in quarantined:
                assert word not in text, (name, word)


def test_piriformis_is_complete(knowledge: Knowledge):
    from myognosis.report.pictures import picture

    cause, content = knowledge.causes["piriformis_syndrome"], knowledge.content
    links = {link.id for link in cause.findings}
    assert {"buttock_pain", "sitting_worse", "fair_test"} <= links
    assert {"pace_test", "freiberg_test", "beatty_test", "seated_piriformis_stretch"} & links
    exercises = [content.self_care[name] for name in content.self_care if name.startswith("piriformis_exercise")]
    assert len(exercises) == 5
    for exercise in exercises:
        assert len(exercise.steps) >= 3
        assert picture(exercise.picture or "").startswith("<svg")
    assert {e.id for e in exercises} <= set(cause.self_care)


def test_every_hpo_code_is_well_formed_and_means_one_thing(knowledge: Knowledge):
    assert knowledge.by_hpo["HP:0002380"] == "fasciculation"
    assert knowledge.by_hpo["HP:0001250"] == "seizure"
    assert len(knowledge.by_hpo) > 150


def test_medicine_names_are_found_in_three_languages(knowledge: Knowledge):
    for spelling in ("lithium", "літій", "литий", "haloperidol", "галоперидол"):
        assert spelling in knowledge.medicine_names, spelling
    coded = [m for m in knowledge.content.medicines.values() if m.atc]
    assert len(coded) >= 150
    assert len({m.atc for m in coded}) == len({(m.atc, m.id) for m in coded}) or len({m.atc for m in coded}) > 0.9 * len(coded)


def test_every_number_carries_its_trust_and_a_read_one_has_a_source(knowledge: Knowledge):
    for cause in knowledge.causes.values():
        for row in (*cause.findings, *cause.context, cause.prior):
            if row.trust in ("read", "quoted"):
                assert knowledge.content.sources[row.source].kind not in ("memory", "estimate"), (cause.id, row)


def test_no_source_points_to_a_mirror_or_a_bare_address(knowledge: Knowledge):
    for key, source in knowledge.content.sources.items():
        if source.url:
            assert re.match(r"https?://[a-z0-9.-]+\.[a-z]{2,}(/|$)", source.url), key
            assert not re.search(r"scribd|studylib|pdffox|docslib|laibokeji|\d+\.\d+\.\d+\.\d+", source.url), key


def test_the_hierarchy_has_no_circle(knowledge: Knowledge):
    for name, chain in knowledge.ancestors.items():
        assert name not in chain
        assert all(name in knowledge.descendants[parent] for parent in chain)


@pytest.mark.whole  # every file of the knowledge is read
class TestFaults:
    """The loader names every fault at once."""

    def broken(self, tmp_path: Path, name: str, change: dict[str, str]) -> list[str]:
        import shutil

        folder = tmp_path / "data"
        shutil.copytree(compiling.DATA, folder)
        text = (folder / name).read_text("utf-8")
        for old, new in change.items():
            assert old in text
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, "utf-8")
        with pytest.raises(KnowledgeError) as caught:
            compiling.compile_knowledge(folder, tmp_path / "out.json")
        assert not (tmp_path / "out.json").exists()
        return [str(issue) for issue in caught.value.issues]

    def test_unknown_ids_missing_text_and_bad_numbers_all_at_once(self, tmp_path: Path):
        change = {"id: als\n": "id: als\ncolour: red\n", "class: anterior_horn": "class: anterior_hron"}
        found = "\n".join(self.broken(tmp_path, "causes/als.yaml", change))
        assert "colour" in found
        assert "class" in found

    def test_a_duplicate_key_is_refused(self, tmp_path: Path):
        found = self.broken(tmp_path, "causes/als.yaml", {"id: als\n": "id: als\nid: als\n"})
        assert any("YAML" in text for text in found)

    def test_an_unknown_finding_gets_the_near_miss(self, tmp_path: Path):
        found = self.broken(tmp_path, "genetic_clues.yaml", {"- family_history": "- familiy_history"})
        assert any("family_history" in text and "Did you mean" in text for text in found)

    def test_a_rule_outside_the_language_is_refused(self, tmp_path: Path):
        found = self.broken(tmp_path, "red_flags.yaml", {"when: laryngospasm": "when: {not: laryngospasm}"})
        assert any("not a rule" in text for text in found)

    def test_an_id_that_is_not_the_file_name_is_refused(self, tmp_path: Path):
        found = self.broken(tmp_path, "causes/als.yaml", {"id: als\n": "id: alsx\n"})
        assert any("als.yaml" in text for text in found)

    def test_a_mechanism_in_the_brain_has_no_axon_and_a_cause_has_one_mechanism(self, tmp_path: Path):
        change = {
            "- id: rhythm_of_the_brain": "- id: rhythm_of_the_brain\n  cuff_s: 5",
            "causes: [caffeine,": "causes: [caffeine, als,",
        }
        found = self.broken(tmp_path, "mechanisms.yaml", change)
        assert any("rhythm_of_the_brain" in text and "arises in the axon" in text for text in found)
        assert any("ailing_motor_cell" in text and "'als' stands in two mechanisms" in text for text in found)

    def test_a_published_feature_gives_a_group_with_numbers_or_a_sentence_and_a_muscle_that_is_known(self, tmp_path: Path):
        change = {"  range: [0, 3]\n": "", "muscle: abductor_hallucis": "muscle: abductor_halucis"}
        found = self.broken(tmp_path, "fasciculation_features.yaml", change)
        assert any("rate_healthy_shin" in text and "neither" in text for text in found)
        assert any("abductor_halucis" in text and "abductor_hallucis" in text for text in found)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("muscle_wasting", "atrophy"), ("sweating", "hyperhidrosis"), ("головний біль", "headache"), ("слабость", "weakness"),
        ("слабкість", "weakness"), ("weakness", "weakness"), ("судороги", "cramp"),
    ],
)  # fmt: skip
def test_words_that_are_no_id_lead_to_the_finding_of_that_name(knowledge: Knowledge, words: str, meant: str):
    assert knowledge.finding_named(words) == meant
    assert knowledge.finding_named("qqqq") == ""


def test_what_is_kept_in_memory_for_long_takes_less_of_it_and_says_the_same():
    content = load_knowledge().content
    before = content.model_dump_json(exclude_unset=True)
    lightened(load_knowledge())
    assert content.model_dump_json(exclude_unset=True) == before
    links = [link for cause in content.causes.values() for link in cause.findings]
    assert len({id(link.__pydantic_fields_set__) for link in links}) < len(links) / 100


def test_a_copy_of_what_shares_its_fields_changes_no_other():
    first, second, *_ = [f for f in lightened(load_knowledge()).findings.values() if not f.hpo]
    given = set(second.model_fields_set)
    assert first.model_copy(update={"hpo": "HP:0002380"}).model_fields_set >= {"hpo"}
    assert second.model_fields_set == given
