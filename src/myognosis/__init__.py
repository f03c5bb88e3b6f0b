"""Myognosis works out why a muscle twitches.

>>> import myognosis
>>> knowledge = myognosis.load_knowledge()
>>> case = myognosis.read_case("case.yaml")  # doctest: +SKIP
>>> result = myognosis.assess(case, knowledge)  # doctest: +SKIP

It measures, explains and advises whom to see; it never says that somebody has or does not have a disease.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Assessment", "Case", "Knowledge", "__version__", "assess", "load_knowledge", "parse_case", "read_case"]
__version__ = "0.1.0"

_HOMES = {
    "Assessment": "myognosis.model.assessment",
    "Case": "myognosis.model.case",
    "Knowledge": "myognosis.knowledge",
    "assess": "myognosis.assessing",
    "load_knowledge": "myognosis.knowledge",
    "parse_case": "myognosis.exchange.casefile",
    "read_case": "myognosis.exchange.casefile",
}

if TYPE_CHECKING:
    from myognosis.assessing import assess
    from myognosis.exchange.casefile import parse_case, read_case
    from myognosis.knowledge import Knowledge, load_knowledge
    from myognosis.model.assessment import Assessment
    from myognosis.model.case import Case


def __getattr__(name: str) -> Any:  # names load their module when first used: the import stays fast
    if name not in _HOMES:
        raise AttributeError(f"module 'myognosis' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
