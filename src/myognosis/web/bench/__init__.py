"""The clinician's bench: findings entered by name, studies by row, and what each of them does to the ranking before it is kept."""

from myognosis.web.bench.entering import BenchFault, enter, finding_named, read_study, tried
from myognosis.web.bench.studies import form_of, form_views
from myognosis.web.bench.view import BenchView, bench_view, limit_lines

__all__ = [
    "BenchFault", "BenchView", "bench_view", "enter", "finding_named", "form_of", "form_views", "limit_lines", "read_study",
    "tried",
]  # fmt: skip
