"""The interview as an adaptive form: FHIR Structured Data Capture 4.0, operation ``$next-question``.

The QuestionnaireResponse carries its Questionnaire, one item an asked finding, and grows by one item a call until it is completed.
"""

from myognosis.exchange.fhir.parts import HPO, Json, checked, coding, our
from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer

__all__ = ["answered", "form_of"]

_CANONICAL = "urn:myognosis:interview"
_SYSTEM = our("answer")
_ANSWERS = {answer.value: answer for answer in Answer}
_SPELLED = {
    Answer.PRESENT: mark("Yes"),
    Answer.ABSENT: mark("No"),
    Answer.UNKNOWN: mark("I don't know"),
    Answer.DECLINED: mark("Rather not say"),
}


def form_of(
    asked: dict[str, Answer], next_finding: str | None, knowledge: Knowledge, language: Language, emergency: str = ""
) -> Json:
    """The response with what was answered, and the next question as an item without an answer; completed where there is none.

    What an emergency says is an item to display, the first of all: a question below it is an offer.
    """
    shown = [{"linkId": "emergency", "type": "display", "text": emergency}] if emergency else []
    names = [*asked, *([next_finding] if next_finding else [])]
    form = {
        "resourceType": "Questionnaire",
        "id": "interview",
        "status": "active",
        "url": _CANONICAL,
        "item": [*shown, *(_question(name, knowledge, language) for name in names)],
    }
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress" if next_finding else "completed",
        "questionnaire": "#interview",
        "contained": [form if names or shown else {key: value for key, value in form.items() if key != "item"}],
    }
    items = [{"linkId": name} | _answer(asked.get(name)) for name in names]
    return checked(response | ({"item": items} if items else {}), "QuestionnaireResponse")


def _question(name: str, knowledge: Knowledge, language: Language) -> Json:
    finding = knowledge.findings[name]
    codes = coding((HPO, finding.hpo), (our("finding"), name))["coding"]
    _ = catalogue(language).gettext
    options = [{"valueCoding": {"system": _SYSTEM, "code": answer.value, "display": _(_SPELLED[answer])}} for answer in Answer]
    text = (finding.ask or finding.names).in_language(language)
    return {"linkId": name, "text": text, "type": "choice", "code": codes, "answerOption": options}


def _answer(answer: Answer | None) -> Json:
    return {"answer": [{"valueCoding": {"system": _SYSTEM, "code": answer.value}}]} if answer else {}


def answered(response: Json, knowledge: Knowledge) -> dict[str, Answer]:
    """What a QuestionnaireResponse has answered so far, in its order.

    Raises
    ------
    CaseError
        It is not valid FHIR, an item is none of our questions, or an answer none of our answers; every fault is listed.
    """
    checked(response, "QuestionnaireResponse")
    found: dict[str, Answer] = {}
    faults: list[Issue] = []
    for index, item in enumerate(response.get("item", [])):
        name, given = item.get("linkId", ""), item.get("answer") or []
        code = given[0].get("valueCoding", {}).get("code") if given else None
        where = f"$.item[{index}]"
        if name not in knowledge.findings:
            faults.append(_fault(where, mark("'{name}' is none of our questions."), name=name[:80]))
        elif code in _ANSWERS:
            found[name] = _ANSWERS[code]
        elif given:
            faults.append(_fault(where, mark("'{given}' is none of the answers."), given=str(code)[:80]))
    if faults:
        raise CaseError(faults)
    return found


def _fault(where: str, what: str, **params: object) -> Issue:
    fix = mark("Answer with one of the options of the question that was asked.")
    return Issue("fhir.answer", Level.REFUSE, where, Message(what, params), Message(fix))
