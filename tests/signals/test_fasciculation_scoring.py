"""How detectors are scored: what the figure says hangs on the detector, not on what the recordings happen to hold."""

import numpy as np
from benchmarks.detectors import Cell, size_classes


def scored(small: int) -> Cell:
    """A detector that finds nine in ten large and one in ten small potentials, of a muscle that makes so many small ones."""
    cell = Cell(20.0, rand=[1.0])
    for size, count, share in ((12.0, 50, 0.9), (6.0, small, 0.1)):
        classes = size_classes(np.full(count, size))
        cell.seen.update(classes)
        cell.hits.update(classes[: round(share * count)])
    return cell


def test_recall_of_a_size_does_not_hang_on_how_many_of_another_size_the_muscle_makes():
    few, many = (scored(n).rows("B20", 0.0)[0][1] for n in (10, 100))
    assert few == many
    assert "0.900 (0.100, 0.000)" in few
