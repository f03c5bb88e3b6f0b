"""axe-core finds nothing on any page, in any language, light or dark; no page of the application is left out.

On the way each page is also made as narrow as 400 % make it, where nothing may scroll sideways, and every part that takes the focus
takes it once on a small phone, where no fixed bar may lie over it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from tests.conftest import COUNTED
from tests.web.test_recordings import tremor_log

from myognosis.web import Settings, create_app
from myognosis.web.steps import STEPS

from .conftest import AXE
from .walk import ANSWER, forward, leave, opening, questions, result

WORDS = {
    "en": "My left calf twitches, I have headaches. Purple elephants.",
    "uk": "Сіпається ліва литка, болить голова. Фіолетові слони.",
    "ru": "Дёргается левая икра, болит голова. Фиолетовые слоны.",
}
NO_PAGES = {
    "/bodymap.css", "/report.css", "/enter", "/case/{name}", "/case/{name}/case.json", "/case/{name}/question",
    "/case/{name}/report.pdf", "/case/{name}/result.json", "/case/{name}/phenopacket.json",
    "/case/{name}/fhir.json", "/medicines", "/why/grid.json", "/case/{name}/recordings/{token}",
    "/case/{name}/recordings/{token}/trace", "/case/{name}/recordings/{token}/columns",
    "/case/{name}/recordings/{token}/trace.csv", "/case/{name}/recordings/{token}/file",
    "/case/{name}/recordings/{token}/marks",
}  # fmt: skip
"""What answers with a style, a file, a part of a page, or leads on to a page."""
PACKET = '{"subject": {"sex": "FEMALE"}, "phenotypicFeatures": [{"type": {"id": "HP:0999999", "label": "Odd"}}]}'
"""A file of which not all is taken, which a page of its own says."""
SCHEMES = "light", "dark"
FIND = "(how) => axe.run(how).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3)]))"
OFF_BY_DEFAULT = (
    "target-size", "css-orientation-lock", "label-content-name-mismatch", "p-as-heading", "table-fake-caption", "td-has-header",
)  # fmt: skip
"""Rules of WCAG 2.2 A and AA that axe-core leaves out unless they are asked for; what is best practice or AAA stays out."""
HOW: dict[str, dict[str, Any]] = {
    "light": {"rules": {rule: {"enabled": True} for rule in OFF_BY_DEFAULT}},
    "dark": {"runOnly": {"type": "tag", "values": ["cat.color"]}},
}
"""Two schemes differ in their colours alone."""
WIDE, ZOOMED, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}, {"width": 390, "height": 640}
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""What is drawn anew when the page changes its size is drawn."""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('main *')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && (e === document.documentElement
    || /auto|scroll/.test(getComputedStyle(e).overflowX)) && !e.matches('textarea, input, select, .figure *'))
  .map(e => e.outerHTML.slice(0, 120))"""
"""What has to be scrolled sideways to be read."""
COVERED = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0)
  const bar = e => e && (/fixed|sticky/.test(getComputedStyle(e).position) ? e : bar(e.parentElement))
  const hidden = e => {
    e.focus()
    const box = e.getBoundingClientRect(), seen = (x, y) => {
      const on = document.elementFromPoint(x, y)
      return on && (on === e || e.contains(on) || on.contains(e) || e.labels && [...e.labels].some(l => l.contains(on)) || !bar(on))
    }
    const top = Math.max(box.top, 0), low = Math.min(box.bottom, innerHeight), parts = [.1, .5, .9]
    const xs = parts.map(p => box.left + p * box.width), ys = parts.map(p => top + p * (low - top))
    return box.width > 2 && box.height > 2 && !xs.some(x => ys.some(y => seen(x, y)))
  }
  const found = [...all.filter(hidden), ...all.reverse().filter(hidden)].map(e => e.outerHTML.slice(0, 120))
  document.activeElement.blur()
  scrollTo(0, 0)
  return found
}"""
"""What takes the focus, forward and back, and lies wholly under a fixed or sticky bar (WCAG 2.4.11) or out of sight then."""
UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"


class Judge:
    """Looks at page after page, and keeps what axe finds and where it looked."""

    def __init__(self, page: Any) -> None:
        self.page, self.faults, self.seen = page, list[str](), set[str]()

    def look(self, path: str = "", *, unfolded: bool = False) -> None:
        """The page as it stands, or the one at a path; folded and, if asked, unfolded."""
        page = self.page
        if path:
            page.goto(path)
        self._judge(urlsplit(page.url).path, unfolded=unfolded)

    def look_at(self, path: str, html: str) -> None:
        """A page that is sent as a file to keep."""
        self.page.goto("about:blank")
        self.page.set_content(html)
        self._judge(path, unfolded=True)

    def _judge(self, path: str, *, unfolded: bool) -> None:
        page = self.page
        self.seen.add(urlsplit(path).path)
        page.evaluate(AXE.read_text("utf-8"))
        for last in (False, True) if unfolded else (True,):  # what is folded is looked at in one scheme, and with all else unfolded
            for scheme in SCHEMES if last else SCHEMES[:1]:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour is on its way to another
                found = page.evaluate(FIND, HOW[scheme])
                self.faults.extend(f"{path} {scheme}: {rule} {nodes}" for rule, nodes in found)
                COUNTED.update({"axe looks": 1, "axe faults": len(found)})
            if not last:
                page.evaluate(UNFOLD)
        self.faults.extend(
            f"{path} {amiss}" for amiss in (*self._small(ZOOMED, SIDEWAYS, "sideways"), *self._small(PHONE, COVERED, "covered"))
        )
        page.set_viewport_size(WIDE)
        page.evaluate(DRAWN)

    def _small(self, size: dict[str, int], script: str, what: str) -> list[str]:
        """What is amiss on a small screen."""
        self.page.set_viewport_size(size)
        self.page.evaluate(DRAWN)
        amiss = self.page.evaluate(script)
        COUNTED.update({f"{what} looks": 1, what: len(amiss)})
        return [f"{what}: {node}" for node in amiss]


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_no_page_has_a_fault_that_axe_can_find(open_page: Callable[..., Any], language: str, tmp_path: Path):
    page = open_page(language)
    judge = Judge(page)
    judge.look(unfolded=True)
    judge.look("/help", unfolded=True)
    page.fill("#number", "not a number")
    leave(page, "form[action='/number'] button")
    judge.look()
    judge.look("/why")
    judge.look("/why/hypocalcaemia_cause")
    judge.look("/claims")
    page.goto("/")
    case = opening(page, age="34", sex="male", place="gastrocnemius/left", medicine="salbutamol", words=WORDS[language])
    judge.look()
    questions(page, {"feel_flicker_under_skin", "health_worry_mnd"})
    judge.look()
    result(page)
    for path in ("result", "clinician", "summary", "bench", "bench?try=atrophy:present", "exchange", "keeping"):
        judge.look(f"{case}/{path}", unfolded=True)
    for path in ("erase", "question/cramp?then=review", *(f"step/{step}" for step in STEPS)):
        judge.look(f"{case}/{path}")
    judge.look_at(f"{case}/report.html", page.request.get(f"{case}/report.html").text())
    _faults(page, judge, case)
    _recording(page, judge, case, tmp_path)
    judge.look("/")  # with a case in the list
    _again(page, judge)
    _emergency(page, judge, case)
    judge.look("/nothing-here")
    page.goto(f"{case}/erase")
    leave(page, "main form button")
    judge.look()
    refused = urlsplit(page.request.post(f"{case}/result").url)
    judge.look(f"{refused.path}?{refused.query}")
    for brought in ("[1, 2]", PACKET):
        (tmp_path / "brought.json").write_text(brought)
        page.goto("/")
        page.locator("details summary").click()
        page.set_input_files("#file", str(tmp_path / "brought.json"))
        leave(page, "form[action='/open'] button")
        judge.look()
    COUNTED.update({"axe walks": 1, "axe pages": len(judge.seen)})
    assert not judge.faults, "\n".join(judge.faults)
    assert _not_seen(judge, tmp_path) == set()


def _faults(page: Any, judge: Judge, case: str) -> None:
    """Pages that say what is wrong: a number, an empty list, what contradicts the person's own words, another window."""
    page.goto(f"{case}/step/about")
    page.fill("#age", "400")
    leave(page, "form#page button.go")
    judge.look()
    page.goto(f"{case}/step/labs")
    page.select_option("#new", "calcium_total")
    leave(page, "button[value=row]")
    judge.look()
    page.goto(f"{case}/step/words")
    page.check("input[value^='finding/headache']")
    forward(page)
    page.goto(f"{case}/step/body")
    page.check("fieldset .whole input")
    judge.look()
    page.check("input[name=none]")
    leave(page, "form#page button.go")
    assert page.locator("input[name=despite]").count() == 1
    judge.look()
    page.goto(f"{case}/step/where?then=review")
    page.check("input[value=list]")
    judge.look()
    page.goto(f"{case}/step/story")
    page.evaluate("document.querySelector('input[name=seen]').value = 'another'")
    page.fill("#words", "otherwise")
    leave(page, "form#page button.go")
    judge.look()


def _recording(page: Any, judge: Judge, case: str, folder: Path) -> None:
    """A recording with its traces, and a file that is none."""
    for name, content in (("log.csv", tremor_log(seconds=3)), ("no.edf", b"this is no recording")):
        (folder / name).write_bytes(content)
        page.goto(f"{case}/recordings")
        page.set_input_files("#file", str(folder / name))
        page.check("input[value=accelerometer]")
        with page.expect_navigation():
            page.locator("form[enctype] button").click()
    page.wait_for_selector(".uplot canvas")
    page.locator("[hx-trigger^=every]").first.wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    judge.look(unfolded=True)


def _again(page: Any, judge: Judge) -> None:
    """The same answers again: nothing new."""
    for _ in range(2):
        page.goto("/")
        leave(page, "form[action='/case'] button")
        page.fill("#age", "51")
        forward(page)
        page.goto(page.url.split("/step")[0] + "/review")
        result(page)
    judge.look(unfolded=True)


def _emergency(page: Any, judge: Judge, case: str) -> None:
    """The emergency page with and without an offer, and the result, the summary and the review behind it."""
    page.goto(f"{case}/question/head_injury")
    leave(page, ANSWER.format("present"))
    page.goto(f"{case}/question/vomiting")
    leave(page, ANSWER.format("present"))
    judge.look()
    leave(page, ANSWER.format("absent"))
    judge.look()
    page.goto(f"{case}/step/warnings")
    page.uncheck("input[name=none]")
    page.check("input[value=laryngospasm]")
    leave(page, ".at-once button")
    judge.look(unfolded=True)
    for path in ("result", "clinician", "summary", "bench", "review?change=1"):
        judge.look(f"{case}/{path}", unfolded=True)


def _not_seen(judge: Judge, folder: Path) -> set[str]:
    """The pages of the application that axe did not look at."""
    app = create_app(Settings(folder=folder / "other", hosts=("127.0.0.1",), key="key"))
    pages = [r for r in app.routes if isinstance(r, APIRoute) and "GET" in r.methods and not r.path.startswith(("/api", "/static"))]
    seen = {route.path for route in pages if any(route.path_regex.match(path) for path in judge.seen)}
    return {route.path for route in pages} - seen - NO_PAGES
