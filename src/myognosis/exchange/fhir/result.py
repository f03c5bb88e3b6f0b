"""An assessment as FHIR R4B: urgency and movement as Observations, causes as a RiskAssessment, measurements as Observations."""

from collections.abc import Iterable

from myognosis.exchange.fhir.case import resources_of_case
from myognosis.exchange.fhir.parts import SECTION, Json, checked, coding, entry, our
from myognosis.faults import Message
from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import advised, emergency_numbers, one_of
from myognosis.language import Language, catalogue, mark, say
from myognosis.model.assessment import Assessment, CauseResult
from myognosis.model.case import Case
from myognosis.model.recording import Measurement

__all__ = ["bundle_of_result"]

_NOT_A_DIAGNOSIS = mark("For research and education. It measures, explains and advises whom to see. It does not diagnose.")


def bundle_of_result(
    result: Assessment, case: Case, knowledge: Knowledge, language: Language, left: Iterable[Message] = ()
) -> Json:
    """The case and its assessment in one Bundle, and what was ``left`` of the one that came, as information.

    Raises
    ------
    MissingExtra
        ``fhir.resources`` is not installed.
    """
    entries = [entry(resource, number) for number, resource in enumerate(resources_of_case(case, knowledge))]
    subject, basis = entries[0]["fullUrl"], [{"reference": row["fullUrl"]} for row in entries[1:]]
    made = [_urgency(result, knowledge, language), _movement(result, knowledge, language)]
    made += [_measured(m, row.file) for row in result.measured for m in row.measurements if m.value is not None]
    made.append(_causes(result, knowledge, language) | ({"basis": basis} if basis else {}))
    for resource in made:
        entries.append(entry(resource | {"subject": {"reference": subject}}, len(entries)))
    if issues := [_information(message, language) for message in left]:
        entries.append(entry({"resourceType": "OperationOutcome", "issue": issues}, len(entries)))
    return checked({"resourceType": "Bundle", "type": "collection", "entry": entries}, "Bundle")


def _information(message: Message, language: Language) -> Json:
    return {"severity": "information", "code": "not-supported", "details": {"text": say(message, language)}}


def _observation(section: str, code: Json) -> Json:
    return {"resourceType": "Observation", "status": "final", "category": [coding((SECTION, section))], "code": code}


def _urgency(result: Assessment, knowledge: Knowledge, language: Language) -> Json:
    """The level, and the rules it comes from with the findings they hold by."""
    flags = knowledge.content.red_flags
    rules = [
        {
            "code": coding((our("rule"), rule.rule), text=flags[rule.rule].names.in_language(language)),
            "valueString": f"{rule.level}: {', '.join(rule.because)}",
        }
        for rule in result.urgency.rules
    ]
    value = {"valueCodeableConcept": coding((our("urgency"), result.urgency.level))}
    return _observation("urgency", coding((our("result"), "urgency"))) | value | ({"component": rules} if rules else {})


def _movement(result: Assessment, knowledge: Knowledge, language: Language) -> Json:
    kinds = [
        {
            "code": coding((our("finding"), m.movement), text=knowledge.findings[m.movement].names.in_language(language)),
            "valueQuantity": {"value": m.probability, "unit": "1"},
        }
        for m in result.movements
    ]
    code = coding((our("result"), "movement"))
    return _observation("movement", code) | ({"component": kinds} if kinds else {"dataAbsentReason": {"text": "unknown"}})


def _measured(m: Measurement, file: str) -> Json:
    """One number of a recording with its interval, its method and how long was watched."""
    bounds = [("low", m.low, m.unit), ("high", m.high, m.unit), ("watched", m.seconds, "s")]
    parts = [
        {"code": coding((our("field"), name)), "valueQuantity": {"value": value, "unit": unit}}
        for name, value, unit in bounds
        if value is not None
    ]
    made = _observation("measured", coding((our("measurement"), m.name), text=f"{file} {m.channel}".strip()))
    value = {"value": m.value, "unit": m.unit} | ({"comparator": ">="} if m.at_least else {})
    said = [*filter(None, (m.doubt, m.spread if m.spread != "interval" else ""))]
    note: Json = {"note": [{"text": text} for text in said]} if said else {}
    return made | {"valueQuantity": value, "method": {"text": m.method}, "component": parts} | note


def _causes(result: Assessment, knowledge: Knowledge, language: Language) -> Json:
    flags = knowledge.content.red_flags
    number = one_of(emergency_numbers(language), language)
    advice = " ".join(filter(None, advised([flags[rule.rule] for rule in result.urgency.rules[:4]], number, language)))
    return {
        "resourceType": "RiskAssessment",
        "status": "final",
        "method": {"text": f"Myognosis, {result.knowledge}"},
        "prediction": [_prediction(cause, knowledge, language) for cause in result.causes],
        "note": [{"text": catalogue(language).gettext(_NOT_A_DIAGNOSIS)}],
    } | ({"mitigation": advice} if advice else {})


def _prediction(cause: CauseResult, knowledge: Knowledge, language: Language) -> Json:
    """A cause, its probability with the range that doubtful numbers allow, and the evidence in decibans."""
    for_it = [f"{e.finding} {e.decibans:+.1f} dB ({e.source}, {e.trust})" for e in cause.evidence]
    return {
        "outcome": coding((our("cause"), cause.cause), text=knowledge.causes[cause.cause].names.in_language(language)),
        "probabilityDecimal": cause.probability,
        "qualitativeRisk": coding((our("band"), cause.band)),
        "rationale": "; ".join([f"{cause.low:.3g} - {cause.high:.3g}", *for_it]),
    }
