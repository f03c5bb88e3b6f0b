"""The interview: steps of the opening, then one question a page, a review, and the emergency page that ends it.

Nothing is kept between requests but the case itself. A step sent twice changes nothing the second time; a step sent from
a page that is out of date is taken where nobody answered otherwise in between, and asked about where somebody did.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from myognosis.interview.session import Session, followed, next_step, said_alike, self_tests
from myognosis.interview.session import Step as Next
from myognosis.language import LANGUAGES, catalogue
from myognosis.model.case import Case
from myognosis.store import Kept, Stale
from myognosis.web.desk import AtDesk, Desk
from myognosis.web.drafts import Draft
from myognosis.web.forms import Given, Posted
from myognosis.web.steps import OPENING, STEPS, Step
from myognosis.web.steps.question import Question, question_of
from myognosis.web.told import other_parts
from myognosis.web.verdict import is_emergency, result_page, told

router = APIRouter(prefix="/case/{name}")

_ANSWERED, _EMERGENCY, _HOME = "question", "emergency", "home"


@dataclass(frozen=True)
class Trail:
    """Where one is, and how far it is."""

    id: str
    left: int
    grown: bool
    """Whether more questions are left than the page before said."""
    done: int
    """Parts of a hundred."""


@router.get("")
def go_on(name: str, desk: AtDesk) -> Response:
    """Where the interview stands: the first step that was not told, the next question, or the result."""
    kept = desk.shelf.load(name)
    return _to(kept, "result" if kept.case.assessed_on else _stands(kept.case, desk))


def _stands(case: Case, desk: Desk) -> str:
    last = next((step.name for step in reversed(OPENING) if step.said(case, desk.knowledge, "en")), None)
    return _after(last, case, desk) if last else OPENING[0].name


@router.get("/question")
def next_question(request: Request, name: str, desk: AtDesk, left: int = 0) -> Response:
    """The question that settles most now; none left means the review, and before it what is offered once.

    ``left`` is what the page before said.
    """
    kept = desk.shelf.load(name)
    step = _next_step(kept, desk)
    if step.kind == "emergency" or step.question is None:
        return _to(kept, _EMERGENCY if step.kind == "emergency" else _offered(kept.case, desk))
    about, grown = _counted(step.about_left, left)
    return _show(request, desk, kept, Question(step.question.id), left=about, grown=grown)


def _offered(case: Case, desk: Desk) -> str:
    """What is offered when nothing more is asked: self tests where one would tell much, results of blood tests, the review."""
    if not case.self_tests and self_tests(case, desk.knowledge)[0]:
        return "tests"
    return "review" if case.labs else "labs"


_WAVERS = 2
"""An estimate that grows by no more than this goes on counting down; one that grows by more is said to."""


def _counted(about: int, before: int) -> tuple[int, bool]:
    """How many questions a page says are left, after a page that said ``before``; and whether it must say that these are more."""
    if not before or about < before:
        return about, False
    return (before - 1, False) if before > 1 and about <= before + _WAVERS else (about, True)


@router.get("/question/{finding}")
def one_question(request: Request, name: str, finding: str, desk: AtDesk) -> Response:
    """A question that was asked before, with its answer, to change it."""
    return _page(request, desk, name, _question(finding, desk))


@router.post("/question/{finding}")
def take_question(request: Request, name: str, finding: str, desk: AtDesk, given: Posted) -> Response:
    """An answer."""
    return _take(request, desk, name, _question(finding, desk), given)


@router.get("/review")
def review(request: Request, name: str, desk: AtDesk, change: str = "") -> Response:
    """All that was told, to read once more and to change."""
    kept = desk.shelf.load(name)
    if is_emergency(kept.case, desk) and not change:
        return _to(kept, _EMERGENCY)
    language = desk.language(request)
    gettext = catalogue(language).gettext
    steps = [step for step in STEPS.values() if step.needed(kept.case, desk.knowledge)]
    parts = tuple((step.name, gettext(step.title), step.said(kept.case, desk.knowledge, language)) for step in steps)
    asked = tuple(question_of(finding, kept.case, desk.knowledge, language) for finding in session_of(kept.case, desk).asked)
    n, more = len(kept.case.recordings), "&change=1" if change else ""
    others = [part for part in other_parts(kept.case, desk.knowledge, language) if part.field not in ("recordings", "assessed_on")]
    return desk.show(
        request, "review.html", id=kept.id, parts=parts, asked=asked, others=others, recordings=n, change=more,
        relieved=_relieved(request), lost=desk.shelf.notes_beside(name),
    )  # fmt: skip


@router.get("/emergency")
def emergency(request: Request, name: str, desk: AtDesk) -> Response:
    """What to do at once, and why. Nothing more is asked; one question may be offered that a clear no takes it back with."""
    kept, language = desk.shelf.load(name), desk.language(request)
    step = _next_step(kept, desk)
    if step.kind != _EMERGENCY:
        return _to(kept, "")
    offer = Question(step.question.id).view(kept.case, Given(), desk.knowledge, language) if step.question else None
    asked = step.question.id if step.question else ""
    page, stays = result_page(kept, desk, language), "stays" in request.query_params
    return desk.show(request, "emergency.html", page=page, id=kept.id, offer=offer, asked=asked, stays=stays)


@router.get("/step/{step}")
def show_step(request: Request, name: str, step: str, desk: AtDesk) -> Response:
    """A step with what was told in it."""
    return _page(request, desk, name, _step(step))


@router.post("/step/{step}")
def take_step(request: Request, name: str, step: str, desk: AtDesk, given: Posted) -> Response:
    """What was told in a step."""
    return _take(request, desk, name, _step(step), given)


def session_of(case: Case, desk: Desk) -> Session:
    """The session that a case is: its answers stand in the order in which they were given."""
    opening = {name for step in STEPS.values() for name in step.findings(desk.knowledge)} | followed(case, desk.knowledge)
    return Session(case, tuple(name for name in case.answers if name not in opening and name in desk.knowledge.findings))


def _next_step(kept: Kept, desk: Desk) -> Next:
    """What comes next in a case, reckoned once for each state of it."""
    return desk.steps.once(kept, lambda: next_step(session_of(kept.case, desk), desk.knowledge))


def _page(request: Request, desk: Desk, name: str, step: Step) -> Response:
    kept, asked = desk.shelf.load(name), request.query_params
    if is_emergency(kept.case, desk) and not asked.get("change"):
        return _to(kept, _EMERGENCY)
    draft = desk.drafts.find(kept.id, _address(step), asked.get("draft", ""))
    if draft is None:
        return _show(request, desk, kept, step, then="review" if asked.get("then") else "")
    given = draft.given.changed(draft=[asked["draft"]])
    return _show(request, desk, kept, step, given, left=_left(given), then=given.one("then"), status=draft.status)


def _show(
    request: Request, desk: Desk, kept: Kept, step: Step, given: Given | None = None, *, left: int = 0,
    grown: bool = False, then: str = "", status: int = 200,
) -> Response:  # fmt: skip
    """A step as a page: with what the case says, or with what was just sent and its faults."""
    tongue = desk.language(request)
    stands = step.given(kept.case, desk.knowledge)
    shown = stands if given is None else given
    faults = step.faults(kept.case, given, desk.knowledge, tongue) if given is not None and status == 422 else ()
    seen = given.one("seen") if given is not None and given.one("seen") else stands.digest()
    return desk.show(
        request,
        f"steps/{step.template}.html",
        status=status,
        form=True,
        title=catalogue(tongue).gettext(step.title),
        trail=_trail(kept, step, desk, left, grown=grown),
        faults=faults,
        by_field={fault.field: fault.text for fault in faults},
        given=shown,
        seen=seen,
        then=then,
        view=step.view(kept.case, shown, desk.knowledge, tongue),
        action=f"/case/{kept.id}/{_address(step)}",
        said=step.said(kept.case, desk.knowledge, tongue),
        relieved=_relieved(request),
    )


def _relieved(request: Request) -> bool:
    return "relieved" in request.query_params


def _take(request: Request, desk: Desk, name: str, step: Step, given: Given) -> Response:
    """Take a form: a wish for another language first, then faults, then changes made elsewhere, then the case."""
    kept = desk.shelf.load(name)
    wish = next((language for language in LANGUAGES if language == given.one("to_language")), None)
    if wish is not None or given.one("do") in ("search", "row"):  # a helper of the page itself: nothing is kept yet
        answer = _again(kept, step, desk, given)
        return answer if wish is None else desk.speaks(answer, wish)
    if step.faults(kept.case, given, desk.knowledge, desk.language(request)):
        if given.one("to") and given.one("tried"):  # what is wrong was said, and the person leaves all the same
            return _to(kept, _next(kept, step, given, desk))
        return _unless_offered(kept, step, desk) or _again(kept, step, desk, given, 422)
    while True:
        stands = step.given(kept.case, desk.knowledge)
        new = said_alike(step.take(kept.case, given, desk.knowledge), kept.case, desk.knowledge)
        wanted = step.given(new, desk.knowledge)
        changed_elsewhere = given.one("seen") != stands.digest() and stands.names_told() and wanted.digest() != stands.digest()
        if changed_elsewhere and not given.one("overwrite"):
            desk.shelf.set_aside(kept.id, told(new, kept.case))  # the person chooses, now or later among the versions
            sent = given.changed(seen=[stands.digest()], overwrite=["1"])
            return _unless_offered(kept, step, desk) or _again(kept, step, desk, sent, 409)
        try:
            before, kept = kept, desk.shelf.save(name, told(new, kept.case), kept.revision, keep_late=False)
            break
        except Stale as stale:  # another window was faster by a moment: look again at what it told
            kept = stale.kept
    if given.one("draft"):
        desk.drafts.drop(kept.id, number=given.one("draft"))
    was = _is_known_emergency(before, desk)  # while it is remembered
    place = _next(kept, step, given, desk)
    return _to(kept, place, "" if not was else "stays" if place == _EMERGENCY else "relieved")


def _again(kept: Kept, step: Step, desk: Desk, given: Given, status: int = 200) -> Response:
    """The way to the same page once more, with what was just sent."""
    number = desk.drafts.keep(kept.id, _address(step), Draft(given, status), given.one("draft"))
    change = "&change=1" if is_emergency(kept.case, desk) else ""
    return RedirectResponse(f"/case/{kept.id}/{_address(step)}?draft={number}{change}", 303)


def _unless_offered(kept: Kept, step: Step, desk: Desk) -> Response | None:
    """A question never stands in the way of an emergency: what is wrong with an answer to it leads back there."""
    return _to(kept, _EMERGENCY) if isinstance(step, Question) and is_emergency(kept.case, desk) else None


def _is_known_emergency(kept: Kept, desk: Desk) -> bool:
    """Whether the case is an emergency, by the step that was reckoned of it where it was."""
    known = desk.steps.at_hand(kept)
    return is_emergency(kept.case, desk) if known is None else known.kind == _EMERGENCY


def _next(kept: Kept, step: Step, given: Given, desk: Desk) -> str:
    case = kept.case
    if isinstance(step, Question) and not (given.one("to") or given.one("then")):
        _next_step(kept, desk)  # the page to come asks for it
    if _is_known_emergency(kept, desk):
        return _EMERGENCY
    then = given.one("then") == "review"
    if given.one("to"):
        return "review" if given.one("to") == "stop" or then else _before(step, case, desk)
    if step.stays(given):
        return _address(step) + ("?then=review" if then else "")
    if then:
        return "review"
    left = _left(given)
    said = f"?left={left}" if left else ""
    if not isinstance(step, Question):
        return _after(step.name, case, desk)
    place = _stands(case, desk)  # a question that took an emergency back was answered before the rest of the opening
    return place + said if place == _ANSWERED else place


def _left(given: Given) -> int:
    """How many questions the page said are left."""
    left = given.one("left")
    return int(left) if left.isdecimal() and len(left) < 3 else 0


def _after(step: str, case: Case, desk: Desk) -> str:
    """Where one goes after a step of the opening; the offered ones lead back to the review."""
    names = _opening(case, step, desk)
    if step not in names:
        return "review" if step != "tests" else _ANSWERED if case.self_tests else "labs"
    return f"step/{names[names.index(step) + 1]}" if step != names[-1] else _ANSWERED


def _trail(kept: Kept, step: Step, desk: Desk, left: int, *, grown: bool) -> Trail:
    names, before = _opening(kept.case, step.name, desk), _asked_before(kept.case, step, desk)
    if isinstance(step, Question):
        done = len(names) + len(before)
        return Trail(kept.id, left, grown, round(100 * done / (done + max(left, 1))))
    return Trail(kept.id, 0, False, round(100 * names.index(step.name) / (len(names) + 20)) if step.name in names else 100)


def _before(step: Step, case: Case, desk: Desk) -> str:
    """Where one goes back to from a step."""
    names, before = _opening(case, step.name, desk), _asked_before(case, step, desk)
    if isinstance(step, Question):
        return f"question/{before[-1]}" if before else f"step/{names[-1]}"
    if step.name not in names:
        return f"question/{before[-1]}" if step.name == "tests" and before else "review"
    return f"step/{names[names.index(step.name) - 1]}" if step.name != names[0] else _HOME


def _opening(case: Case, step: str, desk: Desk) -> list[str]:
    return [one.name for one in OPENING if one.name == step or one.needed(case, desk.knowledge)]


def _asked_before(case: Case, step: Step, desk: Desk) -> tuple[str, ...]:
    """The questions that were asked before this one."""
    asked = session_of(case, desk).asked
    return asked[: asked.index(step.finding)] if isinstance(step, Question) and step.finding in asked else asked


def _address(step: Step) -> str:
    return f"question/{step.finding}" if isinstance(step, Question) else f"step/{step.name}"


def _to(kept: Kept, place: str, said: str = "") -> Response:
    """Where to go on, and what that page says of an emergency: that it stays, or that it is none any more."""
    if place == _HOME:
        return RedirectResponse("/", 303)
    place = f"step/{place}" if place in STEPS else place
    place += f"{'&' if '?' in place else '?'}{said}=1" if said else ""
    return RedirectResponse(f"/case/{kept.id}/{place}" if place else f"/case/{kept.id}", 303)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise HTTPException(404)
    return STEPS[name]


def _question(finding: str, desk: Desk) -> Question:
    known = desk.knowledge.findings.get(finding)
    if known is None or known.ask is None:
        raise HTTPException(404)
    return Question(finding)
