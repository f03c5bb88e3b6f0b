"""The forms in which a source is named."""

from collections.abc import Callable

from myognosis.knowledge.schema import Source

__all__ = ["long_source", "short_source", "source_link"]


def short_source(source: Source, gettext: Callable[[str], str]) -> str:
    """A source as it is named within the text."""
    if source.kind == "estimate":
        return gettext("our estimate")
    if source.kind == "memory":
        return gettext("from memory")
    title = source.title if len(source.title) <= 70 else _cut(source.title)
    return f"{title} ({source.year})" if source.year and str(source.year) not in title else title


def _cut(title: str) -> str:
    """The beginning of a long title in whole words; a bracket that would stay open is left out."""
    begun = title[:67].rsplit(" ", 1)[0]
    if begun.count("(") > begun.count(")"):
        begun = begun[: begun.rindex("(")].rstrip()
    return begun.rstrip(",;:") + " …"


def long_source(source: Source) -> str:
    """A source as the list of sources names it, with its authors where they are known, and its identifiers."""
    ids = [f"doi:{source.doi}" if source.doi else "", f"PMID {source.pmid}" if source.pmid else "", source.pmcid or ""]
    return ". ".join(filter(None, (source.authors, source.title, str(source.year or ""), *ids)))


def source_link(source: Source) -> str:
    """Where a source can be read; empty when nowhere is known."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    if source.pmcid:
        return f"https://www.ncbi.nlm.nih.gov/pmc/articles/{source.pmcid}/"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return source.url or ""
