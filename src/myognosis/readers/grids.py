"""Where the electrodes of ready-made grids lie: facts of the maker's data sheets, for grids whose order is published.

Grids of 13 rows and 5 columns (OT Bioelettronica GR04MM1305, GR08MM1305, HD04MM1305, HD08MM1305) number their 64 electrodes along a
snake that starts at the second place of the first column, whose first place is empty.
"""

import re

__all__ = ["grid_places"]

_CODE = re.compile(r"(?:GR|HD)(\d\d)MM1305")


def grid_places(code: str, n: int) -> tuple[tuple[float, float], ...] | None:
    """Along (rows) and across (columns), mm, of each of ``n`` electrodes; None for a grid that we do not know.

    >>> places = grid_places("GR08MM1305", 64)
    >>> places[0], places[11], places[12], places[63]
    ((8.0, 0.0), (96.0, 0.0), (96.0, 8.0), (96.0, 32.0))
    """
    found = _CODE.search(code)
    if not found or n != 64:
        return None
    apart = float(found[1])
    snake = (divmod(place, 13) for place in range(1, 65))
    return tuple(((row if column % 2 == 0 else 12 - row) * apart, column * apart) for column, row in snake)
