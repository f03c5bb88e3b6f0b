"""Units of laboratory values as the laboratories of a country print them."""

from myognosis.language import Language, catalogue, decimal, mark
from myognosis.units import UnitError, canonical_unit

__all__ = ["lab_unit"]

_PARTS = {
    "mol": mark("mol"), "mmol": mark("mmol"), "umol": mark("µmol"), "nmol": mark("nmol"), "pmol": mark("pmol"), "meq": mark("meq"),
    "g": mark("g"), "mg": mark("mg"), "ug": mark("µg"), "ng": mark("ng"), "pg": mark("pg"),
    "L": mark("L"), "dL": mark("dL"), "mL": mark("mL"),
    "U": mark("U"), "kU": mark("kU"), "mU": mark("mU"), "u[IU]": mark("µIU"), "nkat": mark("nkat"), "ukat": mark("µkat"),
    "kPa": mark("kPa"), "mm[Hg]": mark("mmHg"), "min": mark("min"), "d": mark("24 h"), "{1.73_m2}": mark("1.73 m²"),
    "Cel": "°C", "[pH]": "", "%": "%", "{x_ULN}": mark("× the upper limit"),
}  # fmt: skip


def lab_unit(unit: str, language: Language) -> str:
    """A unit by any of its spellings as it stands on a laboratory's paper; one that we do not know stands as it was written.

    >>> lab_unit("umol/L", "en"), lab_unit("[pH]", "en"), lab_unit("cups", "en")
    ('µmol/L', '', 'cups')
    """
    try:
        parts = canonical_unit(unit).split("/")
    except UnitError:
        return unit
    gettext = catalogue(language).gettext
    said = [gettext(found) if (found := _PARTS.get(part, part)) else "" for part in parts]
    return decimal("/".join(said), language)
