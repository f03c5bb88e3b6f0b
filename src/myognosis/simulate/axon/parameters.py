"""The constants of one motor axon."""

from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from myognosis.simulate.axon.faults import outside, refuse_all, unknown

__all__ = ["BOUNDS", "MotorAxon", "check_axon", "healthy_axon"]


def _bounded(low: float, high: float) -> float:
    return field(metadata={"bounds": (low, high)})  # type: ignore[no-any-return]


@dataclass(frozen=True)
class MotorAxon:
    """A human motor axon as one node and one internode.

    Fast and persistent sodium, fast and slow potassium and a leak in the node; fast and slow potassium, the current activated by
    hyperpolarisation and a leak under the myelin; joined by the resistance of Barrett and Barrett and the capacity of the myelin.
    Conductances in nS, capacities in pF, potentials in mV. ``na_ns`` is the limiting sodium conductance of the constant-field
    current; ``nap_share`` its persistent part; shifts and rates move the published kinetics (see ``docs/axon.md``).
    """

    node_pf: float = _bounded(0.2, 4.0)
    internode_pf: float = _bounded(50.0, 1500.0)
    myelin_pf: float = _bounded(0.05, 25.0)
    barrett_barrett_ns: float = _bounded(8.0, 300.0)
    na_ns: float = _bounded(100.0, 6000.0)
    nap_share: float = _bounded(0.001, 0.08)
    nap_shift_mv: float = _bounded(-35.0, -8.0)
    ks_node_ns: float = _bounded(3.0, 800.0)
    kf_node_ns: float = _bounded(0.3, 200.0)
    leak_node_ns: float = _bounded(0.1, 30.0)
    ks_internode_ns: float = _bounded(0.05, 60.0)
    kf_internode_ns: float = _bounded(10.0, 1500.0)
    leak_internode_ns: float = _bounded(0.1, 30.0)
    h_ns: float = _bounded(0.2, 60.0)
    h_half_mv: float = _bounded(-125.0, -90.0)
    ks_rate: float = _bounded(0.08, 2.0)
    ks_half_mv: float = _bounded(-20.0, 30.0)
    ks_slope_mv: float = _bounded(8.0, 26.0)
    ks_down: float = _bounded(0.1, 10.0)
    inactivation_rate: float = _bounded(0.5, 2.0)
    rest_mv: float = _bounded(-92.0, -76.0)

    def changed(self, **values: float) -> "MotorAxon":
        """The same axon with other constants; a name that is none of theirs is refused."""
        refuse_all(unknown("axon", values, BOUNDS))
        return replace(self, **values)


BOUNDS: dict[str, tuple[float, float]] = {f.name: f.metadata["bounds"] for f in fields(MotorAxon)}
"""Within these a constant is sought and accepted: wide about the fits of Bostock and colleagues to human motor axons."""


def check_axon(axon: MotorAxon) -> None:
    """Refuse constants that no fit of a human motor axon comes near, with every fault at once.

    Raises
    ------
    AxonError
        A constant is not a number or lies outside of ``BOUNDS``.
    """
    refuse_all([issue for name, (low, high) in BOUNDS.items() for issue in outside("axon", name, getattr(axon, name), low, high)])


@cache
def healthy_axon() -> MotorAxon:
    """The axon fitted to 280 healthy people (``data/motor_axon.yaml``, which also says how far it is from them)."""
    from ruamel.yaml import YAML

    path = Path(__file__).parent.parent / "data" / "motor_axon.yaml"
    values = YAML(typ="safe").load(path.read_text("utf-8"))["axon"]
    return MotorAxon(**{name: float(value) for name, value in values.items()})
