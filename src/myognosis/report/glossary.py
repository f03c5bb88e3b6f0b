"""A term is explained where it first stands on a page: it becomes a button that opens its meaning, without a script."""

import re
from functools import cache

from markupsafe import Markup, escape

from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import Language

__all__ = ["explained"]

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_LEFT_ALONE = frozenset(
    ("a", "button", "dfn", "form", "h1", "h2", "h3", "h4", "h5", "label", "legend", "option", "q", "script", "select", "style",
     "summary", "svg", "table", "textarea", "title")
)  # fmt: skip
"""Inside these no term is explained: headings, what can be pressed already, what a person wrote, tables for clinicians."""

_OPENS, _CLOSES = re.compile("[(«“„]+$"), re.compile("[)»”,.;:!?…]+")
"""The marks around a word. A line may break beside a button, but never between it and these."""


def explained(html: str, language: Language) -> Markup:
    """The same page part, in which the first use of each term of the glossary can be opened; nothing else of it changes."""
    terms, inside, out = dict(_patterns(load_knowledge(), language)), list[str](), list[str]()
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            _follow(piece, inside)
        elif not inside and piece.strip():
            piece = _in_text(piece, terms)
        out.append(piece)
    return Markup("".join(out))  # noqa: S704  # the part was escaped when it was made; what is added is of the knowledge, escaped


def _follow(tag: str, inside: list[str]) -> None:
    """Keep count of the elements that are left alone."""
    found = _NAME.match(tag)
    if found is None or found[1] not in _LEFT_ALONE or tag.endswith("/>"):
        return
    if not tag.startswith("</"):
        inside.append(found[1])
    elif inside and inside[-1] == found[1]:
        inside.pop()


def _in_text(text: str, terms: dict[str, tuple[re.Pattern[str], str]]) -> str:
    """A text with the terms that stand in it for the first time; these are taken from the terms that are left."""
    found = sorted((m.start(), m.end(), name) for name, (pattern, _) in terms.items() if (m := pattern.search(text)))
    out, at = [], 0
    for start, end, name in found:
        if start >= at:
            first, last = _OPENS.search(text, at, start), _CLOSES.match(text, end)
            begin, over = (first.start() if first else start), (last.end() if last else end)
            opened = _opened(name, text[start:end], terms.pop(name)[1], text[begin:start], text[end:over])
            out += [text[at:begin], opened]
            at = over
    return "".join([*out, text[at:]])


def _opened(name: str, word: str, means: str, before: str, after: str) -> str:
    """The word as a button, held to the marks around it, and its meaning, which the browser shows when it is pressed."""
    button = Markup('<dfn>{}<button type="button" class="term" popovertarget="gloss-{}">{}</button>{}</dfn>')
    meaning = Markup('<span class="gloss" popover id="gloss-{}">{}</span>')
    return str(button.format(before, name, Markup(word), after) + meaning.format(name, escape(means)))  # noqa: S704  # a word of the part itself


@cache
def _patterns(knowledge: Knowledge, language: Language) -> tuple[tuple[str, tuple[re.Pattern[str], str]], ...]:
    """For each term how it is seen in a text, and what it means."""
    return tuple(
        (gloss.id, (re.compile("|".join(_seen(word) for word in gloss.words[language])), gloss.means.in_language(language)))
        for gloss in knowledge.content.glossary.values()
    )


def _seen(word: str) -> str:
    """A word in capitals as it stands, any other by its beginning, with a capital letter or without."""
    if word.isupper():
        return rf"\b{re.escape(word)}\b"
    return rf"\b[{word[0]}{word[0].upper()}]{re.escape(word[1:])}\w*"
