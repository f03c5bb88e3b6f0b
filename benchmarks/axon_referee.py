"""The referee of conduction: the fibre of McIntyre et al. 2002 as an ordinary system for a general solver at 1e-10.

Written apart from the simulator: plain NumPy, six unknowns a compartment (the membrane's potential, the potential under the myelin,
four gates that only nodes use), LSODA with a banded Jacobian.
"""

import math

import numpy as np

N_NODES, OUTER, SPACING, RHO = 21, 10.0, 1150.0, 70.0
LENGTH = {"n": 1.0, "m": 3.0, "f": 46.0, "s": (1150.0 - 7.0 - 92.0) / 6.0}
INNER = {"n": 3.3, "m": 3.3, "f": 6.9, "s": 6.9}
GAP = {"n": 0.002, "m": 0.002, "f": 0.004, "s": 0.004}
KINDS = "nmfssssssfm" * (N_NODES - 1) + "n"
Q1, Q2, Q3 = 2.2**1.7, 2.9**1.7, 3.0**0.1


def lin(x):
    return np.where(np.abs(x) < 1e-7, 1.0 + x / 2.0, x / -np.expm1(-np.where(np.abs(x) < 1e-7, 1.0, x)))


def rates(v):
    up = (
        Q1 * 1.86 * 10.3 * lin((v + 21.4) / 10.3), Q2 * 0.062 * 11.0 * lin(-(v + 114.0) / 11.0),
        Q1 * 0.01 * 10.2 * lin((v + 27.0) / 10.2), Q3 * 0.3 / (1.0 + np.exp(-(v + 53.0) / 5.0)),
    )  # fmt: skip
    down = (
        Q1 * 0.086 * 9.16 * lin(-(v + 25.7) / 9.16), Q2 * 2.3 / (1.0 + np.exp(-(v + 31.8) / 13.4)),
        Q1 * 0.00025 * 10.0 * lin(-(v + 34.0) / 10.0), Q3 * 0.03 / (1.0 + np.exp(-(v + 90.0))),
    )  # fmt: skip
    return np.array(up), np.array(down)


def fibre():
    """Constants of the compartments: nF, uS."""
    length, inner, gap = (np.array([table[kind] for kind in KINDS]) for table in (LENGTH, INNER, GAP))
    axial = 1e-2 * RHO * length / (math.pi * inner**2 / 4.0)
    under = 1e-2 * RHO * length / (math.pi * ((inner / 2.0 + gap) ** 2 - (inner / 2.0) ** 2))
    area, sheath = math.pi * inner * length * 1e-8, math.pi * OUTER * length * 1e-8
    leak = np.array([{"n": 0.007, "m": 1e-3, "f": 1e-4, "s": 1e-4}[kind] for kind in KINDS]) * area * 1e6
    return {
        "axial": 2.0 / (axial[:-1] + axial[1:]), "under": 2.0 / (under[:-1] + under[1:]), "cm": 2e3 * area, "leak": leak,
        "cmy": 0.1 / 240.0 * sheath * 1e3, "gmy": 1e-3 / 240.0 * sheath * 1e6, "area": area * 1e6,
        "el": np.where(np.array(list(KINDS)) == "n", -90.0, -80.0), "node": np.array(list(KINDS)) == "n",
    }  # fmt: skip


def slope(y, c, inject):
    x = y.reshape(-1, 6)
    out, node = np.zeros_like(x), c["node"]
    u, w = x[:, 0], np.where(node, 0.0, x[:, 1])
    vi = u + w
    inside, outside = np.zeros(len(u)), np.zeros(len(u))
    flow, seep = c["axial"] * np.diff(vi), c["under"] * np.diff(w)
    inside[:-1] += flow
    inside[1:] -= flow
    outside[:-1] += seep
    outside[1:] -= seep
    inside[0] += inject
    v, (m, h, p, s) = u[node], x[node, 2:].T
    current = c["leak"] * (u - c["el"])
    current[node] += c["area"][node] * (3.0 * m**3 * h * (v - 50.0) + 0.01 * p**3 * (v - 50.0) + 0.08 * s * (v + 90.0))
    out[:, 0] = (inside - current) / c["cm"]
    out[:, 1] = np.where(node, 0.0, (inside + outside - c["gmy"] * w) / c["cmy"])
    a, b = rates(v)
    out[node, 2:] = (a * (1.0 - x[node, 2:].T) - b * x[node, 2:].T).T
    return out.ravel()


def velocity(tolerance=1e-10):
    """m/s between nodes 5 and 15, timed at -20 mV."""
    from scipy.integrate import solve_ivp

    c = fibre()
    y = np.zeros((len(KINDS), 6))
    y[:, 0] = -80.0
    a, b = rates(np.full(N_NODES, -80.0))
    y[c["node"], 2:] = (a / (a + b)).T
    nodes = np.flatnonzero(c["node"]) * 6
    at = [lambda _, z, i=nodes[j]: z[i] + 20.0 for j in (5, 15)]
    flat = y.ravel()
    for inject, length in ((0.0, 5.0), (2.0, 0.1), (0.0, 0.55)):
        moved = lambda _, z, now=inject: slope(z, c, now)  # noqa: E731
        exact = {"rtol": tolerance, "atol": tolerance, "lband": 11, "uband": 11}
        found = solve_ivp(moved, (0.0, length), flat, "LSODA", events=at, **exact)
        flat = found.y[:, -1]
    return 1e-2 * SPACING / float(found.t_events[1][0] - found.t_events[0][0])
