"""The one door from raw facts to findings, each with where it was read and what was read there."""

from myognosis.findings.door import check_case, find

__all__ = ["check_case", "find"]
