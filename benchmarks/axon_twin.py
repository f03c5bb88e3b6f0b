"""The node with internode of the figures, written twice more: for NEURON (NMODL, CVODE) and for a general solver (LSODA at 1e-10).

Both are written apart from the simulator's kernels, from the equations of ``docs/axon.md``; only the numbers of a run
(conductances, potentials, shifts) are those of ``columns``, by name.
"""

import numpy as np

from myognosis.simulate.axon import AxonState, healthy_axon
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.membrane import columns, lanes, steady_gates

NAMES = {
    "cn": k.CN, "ci": k.CI, "cmy": k.CMY, "gbb": k.GBB, "gnaf": k.GNAF, "gnap": k.GNAP, "gksn": k.GKSN, "gkfn": k.GKFN,
    "gln": k.GLN, "gksi": k.GKSI, "gkfi": k.GKFI, "gli": k.GLI, "gh": k.GH, "eln": k.EL_N, "eli": k.EL_I, "eh": k.EH,
    "phi": k.PHI, "ratio": k.RATIO, "ek": k.EK, "kratio": k.K_RATIO, "pumpn": k.PUMP_N, "pumpi": k.PUMP_I, "qm": k.Q_M,
    "qh": k.Q_H, "qn": k.Q_N, "qs": k.Q_S, "qq": k.Q_Q, "shna": k.SHIFT_NA, "shk": k.SHIFT_K, "vnap": k.V_NAP,
    "ksrate": k.KS_RATE, "kshalf": k.KS_HALF, "ksslope": k.KS_SLOPE, "ksdown": k.KS_DOWN, "qhalf": k.Q_HALF,
}  # fmt: skip

NMODL = """
NEURON { POINT_PROCESS motoraxon NONSPECIFIC_CURRENT i RANGE inject, u, vn, vi, NAMES }
UNITS { (nA) = (nanoamp) (mV) = (millivolt) }
PARAMETER { inject = 0 u = 1 VALUES v (mV) }
ASSIGNED { i (nA) }
STATE { vn vi m h p nn sn ni si q }
BREAKPOINT { SOLVE gates METHOD derivimplicit i = 0 }
INITIAL { }
FUNCTION lin(x) { if (fabs(x) < 1e-6) { lin = 1 + x/2 } else { lin = x/(1-exp(-x)) } }
FUNCTION drive(w) { LOCAL x
  x = (w-ek)/phi
  if (fabs(x) < 1e-6) { drive = phi*(1-kratio*(1-x))*(1+x/2) } else { drive = phi*x*(1-kratio*exp(-x))/(1-exp(-x)) } }
DERIVATIVE gates { LOCAL w, y, na, in, ii, fn, fi, det
  w = vn - shna
  m' = qm*(1.86*10.3*lin((w+18.4)/10.3)*(1-m) - 0.086*9.16*lin(-(w+22.7)/9.16)*m)
  h' = qh*(0.0336*11*lin(-(w+111)/11)*(1-h) - 2.3/(1+exp(-(w+28.8)/13.4))*h)
  y = w - vnap
  p' = 0.5*qm*(1.86*10.3*lin((y+18.4)/10.3)*(1-p) - 0.086*9.16*lin(-(y+22.7)/9.16)*p)
  w = vn - shk
  nn' = qn*(0.00798*1.1*lin((w+93.2)/1.1)*(1-nn) - 0.0142*10.5*lin(-(w+76)/10.5)*nn)
  sn' = qs*ksrate*(0.00122*ksslope*lin((w+12.5-kshalf)/ksslope)*(1-sn) - ksdown*0.000739*21.8*lin(-(w+80.1)/21.8)*sn)
  w = vi - shk
  ni' = qn*(0.00798*1.1*lin((w+93.2)/1.1)*(1-ni) - 0.0142*10.5*lin(-(w+76)/10.5)*ni)
  si' = qs*ksrate*(0.00122*ksslope*lin((w+12.5-kshalf)/ksslope)*(1-si) - ksdown*0.000739*21.8*lin(-(w+80.1)/21.8)*si)
  q' = qq*0.00522*(exp(-(w-qhalf)/12.2)*(1-q) - exp((w-qhalf)/12.2)*q)
  na = gnaf*m*m*m*h*u + gnap*p*p*p
  in = na*vn*(ratio*exp(vn/phi)-1)/(exp(vn/phi)-1) + (gkfn*nn*nn*nn*nn + gksn*sn)*drive(vn) + gln*(vn-eln) + pumpn - inject
  ii = (gkfi*ni*ni*ni*ni + gksi*si)*drive(vi) + gli*(vi-eli) + gh*q*(vi-eh) + pumpi
  fn = gbb*(vi-vn) - in  fi = gbb*(vn-vi) - ii
  det = (cn+cmy)*(ci+cmy) - cmy*cmy
  vn' = ((ci+cmy)*fn + cmy*fi)/det
  vi' = (cmy*fn + (cn+cmy)*fi)/det }
""".replace("NAMES", ", ".join(NAMES)).replace("VALUES", " ".join(f"{name} = 0" for name in NAMES))

STATES = ("vn", "vi", "m", "h", "p", "nn", "sn", "ni", "si", "q")
"""In the order of the kernels' rows; slow inactivation stands still."""

UNBRAKED = AxonState(fast_sodium=2.4, slow_potassium=0.2, fast_potassium=0.5, persistent_sodium=0.34, potassium_mm=4.6)
"""An axon that goes on firing while a current lasts: with its slow brake it answers with one spike."""
CURRENT_PA, LENGTH_MS, STEP_MS = 30.0, 100.0, 0.001


def start(state: AxonState = UNBRAKED) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and state at the resting potential of health, a column each."""
    p = columns([healthy_axon()], state)
    rest = np.array([healthy_axon().rest_mv])
    return p, steady_gates(p, rest, rest)


def upward(t, v, level):
    """The moments at which a trace rises through a level."""
    i = np.flatnonzero((v[:-1] < level) & (v[1:] >= level))
    return t[i] + (level - v[i]) / (v[i + 1] - v[i]) * (t[i + 1] - t[i])


def ours(step_ms: float = STEP_MS) -> np.ndarray:
    """When the kernels' node passes -10 mV upward, ms."""
    p, s = start()
    block, now, current = lanes(p)[0], lanes(s)[0].copy(), np.full(k.LANES, CURRENT_PA)
    seen = [now[k.VN * k.LANES]]
    for _ in range(round(LENGTH_MS / step_ms)):
        k.step(block, now, current, step_ms)
        seen.append(now[k.VN * k.LANES])
    v = np.array(seen)
    i = np.flatnonzero((v[:-1] < -10.0) & (v[1:] >= -10.0))
    slope = (v[i + 1] - v[i]) / step_ms
    return i * step_ms + (-10.0 - v[i]) / slope


def lin(x: float) -> float:
    return 1.0 + x / 2.0 if abs(x) < 1e-7 else x / -np.expm1(-x)


def derivative(y: np.ndarray, c: dict[str, float], u: float) -> list[float]:
    """The right-hand side in plain Python: potentials from the two balances of charge, gates from their rates."""
    vn, vi, m, h, p, nn, sn, ni, si, q = y

    def gate(x: float, up: float, down: float) -> float:
        return up * (1.0 - x) - down * x

    def outward(v: float) -> float:
        """Potassium's constant-field current for a conductance of one: the ohmic one in health, times what ions make of it."""
        x = (v - c["ek"]) / c["phi"]
        return c["phi"] * lin(x) * (1.0 - c["kratio"] * np.exp(-x))

    def potassium(v: float, n: float, s: float) -> tuple[float, float]:
        w, slow = v - c["shk"], c["qs"] * c["ksrate"]
        n_ = gate(n, c["qn"] * 0.00798 * 1.1 * lin((w + 93.2) / 1.1), c["qn"] * 0.0142 * 10.5 * lin(-(w + 76.0) / 10.5))
        opens = slow * 0.00122 * c["ksslope"] * lin((w + 12.5 - c["kshalf"]) / c["ksslope"])
        return n_, gate(s, opens, slow * c["ksdown"] * 0.000739 * 21.8 * lin(-(w + 80.1) / 21.8))

    w, x = vn - c["shna"], vn - c["shna"] - c["vnap"]
    up = c["qm"] * 1.86 * 10.3
    m_ = gate(m, up * lin((w + 18.4) / 10.3), c["qm"] * 0.086 * 9.16 * lin(-(w + 22.7) / 9.16))
    p_ = gate(p, 0.5 * up * lin((x + 18.4) / 10.3), 0.5 * c["qm"] * 0.086 * 9.16 * lin(-(x + 22.7) / 9.16))
    h_ = gate(h, c["qh"] * 0.0336 * 11.0 * lin(-(w + 111.0) / 11.0), c["qh"] * 2.3 / (1.0 + np.exp(-(w + 28.8) / 13.4)))
    e = np.exp((vi - c["shk"] - c["qhalf"]) / 12.2)
    q_ = gate(q, c["qq"] * 0.00522 / e, c["qq"] * 0.00522 * e)
    (nn_, sn_), (ni_, si_) = potassium(vn, nn, sn), potassium(vi, ni, si)
    goldman = vn * (c["ratio"] * np.exp(vn / c["phi"]) - 1.0) / np.expm1(vn / c["phi"])
    node = (c["gnaf"] * m**3 * h * u + c["gnap"] * p**3) * goldman + (c["gkfn"] * nn**4 + c["gksn"] * sn) * outward(vn)
    node += c["gln"] * (vn - c["eln"]) + c["pumpn"] - CURRENT_PA
    under = (c["gkfi"] * ni**4 + c["gksi"] * si) * outward(vi) + c["gli"] * (vi - c["eli"])
    under += c["gh"] * q * (vi - c["eh"]) + c["pumpi"]
    through = c["gbb"] * (vi - vn)
    charge = np.linalg.solve([[c["cn"] + c["cmy"], -c["cmy"]], [-c["cmy"], c["ci"] + c["cmy"]]], [through - node, -through - under])
    return [*charge, m_, h_, p_, nn_, sn_, ni_, si_, q_]


def referee(tolerance: float = 1e-10) -> np.ndarray:
    """The same passages by LSODA."""
    from scipy.integrate import solve_ivp

    p, s = start()
    c, u = {name: float(p[row, 0]) for name, row in NAMES.items()}, float(s[k.U, 0])

    def passes(_: float, y: np.ndarray) -> float:
        return y[0] + 10.0

    passes.direction = 1.0  # type: ignore[attr-defined]
    at, most = s[: len(STATES), 0], {"rtol": tolerance, "atol": tolerance, "max_step": 0.1}
    found = solve_ivp(lambda _, y: derivative(y, c, u), (0.0, LENGTH_MS), at, "LSODA", events=passes, **most)
    return found.t_events[0]


def neuron(h) -> np.ndarray:
    """The same passages by NEURON's CVODE at 1e-10; ``h`` with ``motoraxon`` compiled."""
    p, s = start()
    section = h.Section(name="twin")
    cell = h.motoraxon(section(0.5))
    for name, row in NAMES.items():
        setattr(cell, name, float(p[row, 0]))
    cell.inject, cell.u = CURRENT_PA, float(s[k.U, 0])
    t, v = h.Vector().record(h._ref_t), h.Vector().record(cell._ref_vn)
    h.cvode_active(1)
    h.cvode.atol(1e-10)
    h.cvode.rtol(1e-10)
    h.cvode.maxstep(0.005)
    h.finitialize(-65.0)
    for row, name in enumerate(STATES):
        setattr(cell, name, float(s[row, 0]))
    h.cvode.re_init()
    t.resize(0)
    v.resize(0)
    h.continuerun(LENGTH_MS)
    h.cvode_active(0)
    return upward(np.array(t), np.array(v), -10.0)
