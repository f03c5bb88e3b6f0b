"""The steps of the interview, in their order. Each is a page with one form; see ``base.Step``."""

from myognosis.web.steps.about import About
from myognosis.web.steps.asked import Also, Body, Function, History, Movement, Warnings
from myognosis.web.steps.base import Step
from myognosis.web.steps.habits import Habits
from myognosis.web.steps.labs import Labs
from myognosis.web.steps.medicines import Medicines
from myognosis.web.steps.selftests import SelfTests
from myognosis.web.steps.story import Story
from myognosis.web.steps.where import Where
from myognosis.web.steps.words import Words

__all__ = ["OPENING", "STEPS", "Step"]

OPENING: tuple[Step, ...] = (
    About(), Warnings(), Story(), Words(), Movement(), Where(), Medicines(), Habits(), History(), Body(), Also(),
    Function(),
)  # fmt: skip
"""What everybody is asked, in this order; the questions follow."""

STEPS: dict[str, Step] = {step.name: step for step in (*OPENING, SelfTests(), Labs())}
"""Every step by its address; self tests and laboratory values are offered, not asked of everybody."""
