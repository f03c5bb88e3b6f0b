"""What every page needs at hand: the settings, the knowledge, the shelf, and a way to say a page in a language."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from jinja2 import Environment
from starlette.responses import HTMLResponse, Response

from myognosis.interview.session import Step
from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import emergency_numbers, is_number, labelled, one_of
from myognosis.language import LANGUAGES, Language, catalogue
from myognosis.model.assessment import Assessment
from myognosis.model.finding import Findings
from myognosis.report.html import environment
from myognosis.store import Kept, Shelf
from myognosis.web.children import Children
from myognosis.web.doorway import Doorway
from myognosis.web.drafts import Drafts
from myognosis.web.known import Known
from myognosis.web.recorded import file_of, is_done
from myognosis.web.settings import Settings

__all__ = ["COOKIE", "LANGUAGE_NAMES", "NUMBER_COOKIE", "AtDesk", "Desk", "Frame", "own_number", "pages", "spoken"]

COOKIE, NUMBER_COOKIE = "myognosis_language", "myognosis_number"
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "uk": "Українська", "ru": "Русский"}
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Call:
    """A number to call, as it is read and as it is dialled."""

    shown: str
    dial: str


@dataclass(frozen=True)
class Frame:
    """What stands round every page: its language and the others, the emergency numbers, where it is."""

    language: Language
    languages: tuple[tuple[Language, str], ...]
    number: str
    calls: tuple[Call, ...]
    path: str
    back: str
    """Where another language leads back to: the address with what was asked for in it."""
    form: bool
    """Whether the page has a form of its own, which then also carries the wish for another language."""
    served: bool
    """Whether others run this for many people, so that this computer is not where the case is."""


@cache
def pages(language: Language) -> Environment:
    """The templates of the pages in a language."""
    return environment(language, _TEMPLATES)


def spoken(request: Request, otherwise: Language) -> Language:
    """The language of a reader: chosen here before, else the browser's, where it is one of ours."""
    chosen = request.cookies.get(COOKIE, "")
    wishes = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((language for wish in (chosen, *wishes) for language in LANGUAGES if wish == language), otherwise)


@dataclass(frozen=True)
class Desk:
    """The parts of one running application."""

    settings: Settings
    knowledge: Knowledge
    shelves: Callable[[str], Shelf]
    actor: str = "owner"
    doorway: Doorway = field(default_factory=Doorway)
    """Where a door for a phone may stand open."""
    children: Children = field(default_factory=Children)
    """The processes that open recordings."""
    drafts: Drafts = field(default_factory=Drafts)
    """Forms that were sent and not taken yet."""
    steps: Known[Step] = field(default_factory=Known)
    """What is asked next, of the latest cases."""
    verdicts: Known[tuple[Assessment, Findings]] = field(default_factory=Known)
    """Their assessments, and the findings that these rest on."""
    number: str | None = None
    """The emergency number that whoever asks has set."""

    @property
    def shelf(self) -> Shelf:
        """The cases of whoever asks."""
        return self.shelves(self.actor)

    @property
    def given_number(self) -> str | None:
        """The emergency number set by whoever asks, else the one of the start; none means those of the language."""
        return self.number or self.settings.emergency_number

    @property
    def recordings(self) -> Path:
        """Where the recordings of all cases lie, a folder for each case."""
        return self.settings.folder / "recordings"

    def is_measured(self, kept: Kept) -> bool:
        """Whether nothing is left to be measured in the recordings of a case, or can be."""
        paths = (file_of(self.recordings, kept.id, row.file) for row in kept.case.recordings)
        return all(is_done(path) or self.children.is_unwritten(path) for path in paths if path)

    def forget(self, case: str) -> None:
        """Keep nothing of a case in memory any more, once it has left the shelf."""
        self.drafts.erase(case)
        self.steps.erase(case)
        self.verdicts.erase(case)

    def language(self, request: Request) -> Language:
        """The language chosen, else the browser's, else that of the start."""
        return spoken(request, self.settings.language)

    def show(self, request: Request, template: str, *, status: int = 200, form: bool = False, **context: object) -> HTMLResponse:
        """A page from its template and its context."""
        tongue = self.language(request)
        names = tuple((code, LANGUAGE_NAMES[code]) for code in LANGUAGES)
        numbers = emergency_numbers(tongue, self.given_number)
        shown = zip(labelled(numbers, tongue), numbers, strict=True)
        calls = tuple(Call(label, "".join(ch for ch in number if ch in "+0123456789")) for label, number in shown)
        path, query = request.url.path, request.url.query
        back = f"{path}?{query}" if query and request.method == "GET" else path
        frame = Frame(tongue, names, one_of(numbers, tongue), calls, path, back, form, bool(self.settings.user_header))
        return HTMLResponse(pages(tongue).get_template(template).render(frame=frame, **context), status)

    def speaks(self, answer: Response, language: Language) -> Response:
        """An answer that has the browser ask in this language from now on."""
        answer.set_cookie(COOKIE, language, max_age=365 * 86400, httponly=True, samesite="strict", path="/")
        return answer

    def gettext(self, request: Request, text: str) -> str:
        """A sentence of ours in the reader's language."""
        return catalogue(self.language(request)).gettext(text)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    header, case = desk.settings.user_header, request.path_params.get("name")
    mine = replace(desk, actor=request.headers[header].strip() if header else desk.actor, number=own_number(request))
    if case is not None and request.method == "POST":
        mine.shelf.may_change(case)  # before anything of the request is done: a file that is brought is on the disk first
    return mine


def own_number(request: Request) -> str | None:
    """The emergency number that this browser was told to show."""
    number = request.cookies.get(NUMBER_COOKIE, "")
    return number if is_number(number) else None


AtDesk = Annotated[Desk, Depends(_desk)]
