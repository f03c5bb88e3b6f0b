"""The closed table of laboratory units: what is accepted, under which spellings, and how it converts.

An unknown unit is refused, never guessed. Conversions between mass and substance concentration use the molar mass
of the analyte, which stands with the analyte in the knowledge. Checked against pint in the tests.
"""

from dataclasses import dataclass

__all__ = ["UnitError", "canonical_unit", "convert", "known_units"]


class UnitError(ValueError):
    """A unit that is unknown, or that cannot become the wanted one."""


@dataclass(frozen=True)
class _Unit:
    dimension: str
    factor: float


# UCUM code -> dimension and factor to the base unit of that dimension.
_UNITS = {
    "mol/L": _Unit("substance", 1.0),
    "mmol/L": _Unit("substance", 1e-3),
    "umol/L": _Unit("substance", 1e-6),
    "nmol/L": _Unit("substance", 1e-9),
    "pmol/L": _Unit("substance", 1e-12),
    "meq/L": _Unit("charge", 1e-3),
    "g/L": _Unit("mass", 1.0),
    "g/dL": _Unit("mass", 10.0),
    "mg/L": _Unit("mass", 1e-3),
    "mg/dL": _Unit("mass", 1e-2),
    "ug/L": _Unit("mass", 1e-6),
    "ug/dL": _Unit("mass", 1e-5),
    "ug/mL": _Unit("mass", 1e-3),
    "ng/mL": _Unit("mass", 1e-6),
    "ng/dL": _Unit("mass", 1e-8),
    "ng/L": _Unit("mass", 1e-9),
    "pg/mL": _Unit("mass", 1e-9),
    "U/L": _Unit("activity", 1.0),
    "kU/L": _Unit("activity", 1e3),
    "nkat/L": _Unit("activity", 0.06),
    "ukat/L": _Unit("activity", 60.0),
    "mU/L": _Unit("hormone activity", 1e-3),
    "u[IU]/mL": _Unit("hormone activity", 1e-3),
    "mol/mol": _Unit("ratio", 1.0),
    "mmol/mol": _Unit("ratio", 1e-3),
    "%": _Unit("per cent", 1.0),  # not a ratio: HbA1c in per cent and in mmol/mol are not proportional
    "mL/min/{1.73_m2}": _Unit("filtration", 1.0),
    "kPa": _Unit("pressure", 1000.0),
    "mm[Hg]": _Unit("pressure", 133.322387415),
    "[pH]": _Unit("pH", 1.0),
    "Cel": _Unit("temperature", 1.0),
    "{x_ULN}": _Unit("multiple of the upper limit", 1.0),
    "umol/d": _Unit("substance a day", 1e-6),
    "ug/d": _Unit("mass a day", 1e-6),
}

_CYRILLIC = str.maketrans({"µ": "u", "μ": "u"})
_ALIASES = {
    "mmol/l": "mmol/L", "umol/l": "umol/L", "nmol/l": "nmol/L", "pmol/l": "pmol/L", "mol/l": "mol/L",
    "mm": "", "mmoles/l": "mmol/L", "meq/l": "meq/L", "meq": "", "mval/l": "meq/L",
    "g/l": "g/L", "g/dl": "g/dL", "mg/l": "mg/L", "mg/dl": "mg/dL", "mg%": "mg/dL", "ug/l": "ug/L", "mcg/l": "ug/L",
    "ug/dl": "ug/dL", "mcg/dl": "ug/dL", "ug/ml": "ug/mL", "mcg/ml": "ug/mL", "ng/ml": "ng/mL", "ng/dl": "ng/dL",
    "ng/l": "ng/L", "pg/ml": "pg/mL", "u/l": "U/L", "iu/l": "U/L", "[iu]/l": "U/L", "ku/l": "kU/L",
    "nkat/l": "nkat/L", "ukat/l": "ukat/L", "mu/l": "mU/L", "miu/l": "mU/L", "m[iu]/l": "mU/L", "uiu/ml": "u[IU]/mL",
    "u[iu]/ml": "u[IU]/mL", "mmol/mol": "mmol/mol", "mol/mol": "mol/mol", "%": "%",
    "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73 m2": "mL/min/{1.73_m2}", "ml/min/1.73m²": "mL/min/{1.73_m2}",
    "ml/min/{1.73_m2}": "mL/min/{1.73_m2}", "ml/min": "mL/min/{1.73_m2}", "kpa": "kPa", "mmhg": "mm[Hg]",
    "mm[hg]": "mm[Hg]", "ph": "[pH]", "[ph]": "[pH]", "cel": "Cel", "°c": "Cel", "x uln": "{x_ULN}",
    "{x_uln}": "{x_ULN}", "umol/d": "umol/d", "umol/24h": "umol/d", "ug/d": "ug/d", "ug/24h": "ug/d",
    # the spellings printed by laboratories in Ukrainian and Russian
    "ммоль/л": "mmol/L", "мкмоль/л": "umol/L", "нмоль/л": "nmol/L", "пмоль/л": "pmol/L", "моль/л": "mol/L",
    "мг-экв/л": "meq/L", "мг-екв/л": "meq/L", "мэкв/л": "meq/L", "мекв/л": "meq/L", "г/л": "g/L", "г/дл": "g/dL",
    "мг/л": "mg/L", "мг/дл": "mg/dL", "мг%": "mg/dL", "мкг/л": "ug/L", "мкг/дл": "ug/dL", "мкг/мл": "ug/mL",
    "нг/мл": "ng/mL", "нг/дл": "ng/dL", "нг/л": "ng/L", "пг/мл": "pg/mL", "ед/л": "U/L", "од/л": "U/L", "мо/л": "U/L",
    "ме/л": "U/L", "мед/л": "mU/L", "мме/л": "mU/L", "ммо/л": "mU/L", "мод/л": "mU/L", "мкме/мл": "u[IU]/mL",
    "мкмо/мл": "u[IU]/mL", "мкед/мл": "u[IU]/mL", "мкод/мл": "u[IU]/mL", "кпа": "kPa", "мм рт.ст.": "mm[Hg]",
    "мм рт. ст.": "mm[Hg]", "мкг/сут": "ug/d", "мкг/добу": "ug/d", "мл/мин/1.73м2": "mL/min/{1.73_m2}",
    "мл/хв/1.73м2": "mL/min/{1.73_m2}", "ммоль/моль": "mmol/mol",
    "мл/мин/1,73 м²": "mL/min/{1.73_m2}", "мл/хв/1,73 м²": "mL/min/{1.73_m2}", "ml/min/1.73 m²": "mL/min/{1.73_m2}",
    "моль/моль": "mol/mol", "код/л": "kU/L", "кед/л": "kU/L", "нкат/л": "nkat/L", "мккат/л": "ukat/L",
    "мкмоль/добу": "umol/d", "мкмоль/сут": "umol/d", "umol/24 h": "umol/d", "ug/24 h": "ug/d",
}  # fmt: skip


def known_units() -> tuple[str, ...]:
    """Every accepted unit, as UCUM writes it."""
    return tuple(_UNITS)


def canonical_unit(spelling: str) -> str:
    """The UCUM code of a unit as a laboratory printed it.

    Raises
    ------
    UnitError
        The spelling is not in the table. ``mkg`` is refused on purpose: it has been read as both micro- and milligram.

    >>> canonical_unit("ммоль/л"), canonical_unit("mEq/L"), canonical_unit("µg/L")
    ('mmol/L', 'meq/L', 'ug/L')
    """
    plain = spelling.strip().translate(_CYRILLIC)
    if plain in _UNITS:
        return plain
    code = _ALIASES.get(plain.lower(), "")
    if not code:
        raise UnitError(spelling)
    return code


def convert(value: float, unit: str, wanted: str, *, molar_mass: float | None = None, valence: int | None = None) -> float:
    """A concentration in another unit of the table.

    Parameters
    ----------
    value, unit, wanted
        The number and its unit, and the unit wanted, as UCUM codes.
    molar_mass
        Grams a mole, where mass and substance meet.
    valence
        Charges an ion, where substance and equivalents meet.

    >>> round(convert(9.2, "mg/dL", "mmol/L", molar_mass=40.078), 3)
    2.296
    """
    have, want = _UNITS[canonical_unit(unit)], _UNITS[canonical_unit(wanted)]
    base = value * have.factor
    if have.dimension == want.dimension:
        return base / want.factor
    substance = _as_substance(base, have.dimension, molar_mass, valence)
    if substance is None:
        raise UnitError(unit)
    out = _from_substance(substance, want.dimension, molar_mass, valence)
    if out is None:
        raise UnitError(unit)
    return out / want.factor


def _as_substance(base: float, dimension: str, molar_mass: float | None, valence: int | None) -> float | None:
    if dimension == "substance":
        return base
    if dimension == "mass" and molar_mass:
        return base / molar_mass
    if dimension == "charge" and valence:
        return base / valence
    return None


def _from_substance(substance: float, dimension: str, molar_mass: float | None, valence: int | None) -> float | None:
    if dimension == "substance":
        return substance
    if dimension == "mass" and molar_mass:
        return substance * molar_mass
    if dimension == "charge" and valence:
        return substance * valence
    return None
