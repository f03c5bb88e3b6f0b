"""NEURON, the peer of the axon figures: the same equations written for it, compiled into a folder of their own."""

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.axon_twin import NMODL, upward

NODE = """
NEURON { SUFFIX mrgnode NONSPECIFIC_CURRENT i RANGE gnaf, gnap, gks, gl }
UNITS { (mA) = (milliamp) (mV) = (millivolt) }
PARAMETER { gnaf = 3.0 gnap = 0.01 gks = 0.08 gl = 0.007 ena = 50 ek = -90 el = -90 celsius v }
STATE { m h p s }
ASSIGNED { i am bm ah bh ap bp as bs }
BREAKPOINT { SOLVE gates METHOD cnexp
  i = gnaf*m*m*m*h*(v-ena) + gnap*p*p*p*(v-ena) + gks*s*(v-ek) + gl*(v-el) }
INITIAL { rates(v) m = am/(am+bm) h = ah/(ah+bh) p = ap/(ap+bp) s = as/(as+bs) }
DERIVATIVE gates { rates(v)
  m' = am*(1-m)-bm*m  h' = ah*(1-h)-bh*h  p' = ap*(1-p)-bp*p  s' = as*(1-s)-bs*s }
FUNCTION lin(x) { if (fabs(x) < 1e-6) { lin = 1 } else { lin = x/(1-exp(-x)) } }
PROCEDURE rates(v) { LOCAL q1, q2, q3
  q1 = 2.2^((celsius-20)/10) q2 = 2.9^((celsius-20)/10) q3 = 3.0^((celsius-36)/10)
  am = q1*1.86*10.3*lin((v+21.4)/10.3)  bm = q1*0.086*9.16*lin(-(v+25.7)/9.16)
  ah = q2*0.062*11*lin(-(v+114)/11)     bh = q2*2.3/(1+exp(-(v+31.8)/13.4))
  ap = q1*0.01*10.2*lin((v+27)/10.2)    bp = q1*0.00025*10*lin(-(v+34)/10)
  as = q3*0.3/(exp(-(v+53)/5)+1)        bs = q3*0.03/(exp(-(v+90))+1) }
"""

GAINES = """
NEURON { SUFFIX gaines NONSPECIFIC_CURRENT i RANGE gnaf, gnap, gks, gkf, gl, gh }
UNITS { (mA) = (milliamp) (mV) = (millivolt) }
PARAMETER { gnaf = 0 gnap = 0 gks = 0 gkf = 0 gl = 0 gh = 0 ena = 50 ek = -90 el = -90 eh = -54.9 celsius v }
STATE { m h p s n q }
ASSIGNED { i am bm ah bh ap bp as bs an bn aq bq }
BREAKPOINT { SOLVE gates METHOD cnexp
  i = gnaf*m*m*m*h*(v-ena) + gnap*p*p*p*(v-ena) + (gks*s + gkf*n*n*n*n)*(v-ek) + gl*(v-el) + gh*q*(v-eh) }
INITIAL { rates(v) m = am/(am+bm) h = ah/(ah+bh) p = ap/(ap+bp) s = as/(as+bs) n = an/(an+bn) q = aq/(aq+bq) }
DERIVATIVE gates { rates(v)
  m' = am*(1-m)-bm*m  h' = ah*(1-h)-bh*h  p' = ap*(1-p)-bp*p  s' = as*(1-s)-bs*s  n' = an*(1-n)-bn*n  q' = aq*(1-q)-bq*q }
FUNCTION lin(x) { if (fabs(x) < 1e-6) { lin = 1 } else { lin = x/(1-exp(-x)) } }
PROCEDURE rates(v) { LOCAL q1, q2, q3
  q1 = 2.2^((celsius-20)/10) q2 = 2.9^((celsius-20)/10) q3 = 3.0^((celsius-36)/10)
  am = q1*1.86*10.3*lin((v+20.4)/10.3)  bm = q1*0.086*9.16*lin(-(v+25.7)/9.16)
  ah = q2*0.062*11*lin(-(v+114)/11)     bh = q2*2.3/(1+exp(-(v+31.8)/13.4))
  ap = q1*0.01*10.2*lin((v+27)/10.2)    bp = q1*0.00025*10*lin(-(v+34)/10)
  as = q3*0.3/(exp(-(v+53)/5)+1)        bs = q3*0.03/(exp(-(v+90))+1)
  an = q3*0.0462*1.1*lin((v+83.2)/1.1)  bn = q3*0.0824*10.5*lin(-(v+66)/10.5)
  aq = q3*0.00522*exp(-(v+107.3)/12.2)  bq = q3*0.00522*exp((v+107.3)/12.2) }
"""
SENSORY = (
    GAINES.replace("SUFFIX gaines", "SUFFIX sensory")
    .replace("1.86*10.3*lin((v+20.4)", "1.77753*10.3*lin((v+20.1795)")
    .replace("0.086*9.16*lin(-(v+25.7)", "0.0823*9.16*lin(-(v+25.4746)")
    .replace("0.062*11*lin(-(v+114)/11)", "0.075286*8.391*lin(-(v+112.7124)/8.391)")
    .replace("2.3/(1+exp(-(v+31.8)/13.4))", "2.8083/(1+exp(-(v+30.5435)/10.2263))")
    .replace("0.01*10.2*lin((v+27)", "0.00957*10.2*lin((v+26.852)")
    .replace("0.00025*10*lin(-(v+34)", "0.0002401*10*lin(-(v+33.8333)")
    .replace("v+107.3", "v+94.2")
)  # fmt: skip
INTERNODE = {"gks": 0.002581, "gkf": 0.02568, "gl": 2e-4, "gh": 0.002232}
PARANODE = INTERNODE | {"gkf": 0.15074, "gl": 2e-3}
DENSITIES = {
    "gaines": ({"gnaf": 3.0, "gnap": 0.01, "gks": 0.08, "gkf": 0.02568, "gl": 0.007}, PARANODE, INTERNODE),
    "sensory": (
        {"gnaf": 3.0, "gnap": 0.01, "gks": 0.04106, "gkf": 0.02737, "gl": 0.006005},
        {"gks": 0.001324, "gkf": 0.1642, "gl": 0.001716, "gh": 0.003102},
        {"gks": 0.001324, "gkf": 0.02737, "gl": 1.716e-4, "gh": 0.003102},
    ),
}  # fmt: skip
REST = {"": -80.0, "gaines": -85.18, "sensory": -77.78}


def start():
    """NEURON with the node compiled."""
    from neuron import h

    h.load_file("stdrun.hoc")
    folder = Path(tempfile.mkdtemp())
    (folder / "mrgnode.mod").write_text(NODE)
    (folder / "gaines.mod").write_text(GAINES)
    (folder / "sensory.mod").write_text(SENSORY)
    (folder / "motoraxon.mod").write_text(NMODL)
    import neuron

    tools = [Path(sys.executable).parent, *(parent / "bin" for parent in Path(neuron.__file__).parents)]
    path = os.pathsep.join([*(str(tool) for tool in tools), os.environ["PATH"]])
    subprocess.run(
        ["nrnivmodl", "."],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ | {"PATH": path},
    )
    h.nrn_load_dll(str(next(folder.rglob("libnrnmech.so"))))
    return h


MRG = {"axon": 6.9, "node": 3.3, "para": 3.3, "spacing": 1150.0, "flut": 46.0, "turns": 120}
GAINES_10 = {"axon": 6.9796, "node": 3.3006, "para": 3.3466, "spacing": 969.3 * math.log(10) - 1144.6, "flut": 45.401, "turns": 119}


def fibre(h, gaines="", n=21, outer=10.0):
    """The fibre of 10 um (MRG without a name), backward Euler and the ``extracellular`` mechanism, as it is customarily run."""
    size = GAINES_10 if gaines else MRG
    rho, sections, nodes = 70.0, [], []
    stin = (size["spacing"] - 7 - 2 * size["flut"]) / 6
    inner = [("m", 3.0, size["para"], 0.002), ("f", size["flut"], size["axon"], 0.004), *[("s", stin, size["axon"], 0.004)] * 6]
    for i in range(n):
        parts = [("n", 1.0, size["node"], 0.002)] + ([*inner, inner[1], inner[0]] if i < n - 1 else [])
        for kind, length, d, gap in parts:
            s = h.Section(name=f"{kind}{len(sections)}")
            s.nseg, s.L = 1, length
            s.insert("extracellular")
            if kind == "n":
                s.diam, s.Ra, s.cm = d, rho, 2
                s.insert(gaines or "mrgnode")
                s.xg[0], s.xc[0] = 1e10, 0
                nodes.append(s)
                if gaines:
                    densities(s, gaines, DENSITIES[gaines][0], 1.0)
            else:
                s.diam, s.Ra, s.cm = outer, rho / (d / outer) ** 2, 2 * d / outer
                if gaines:
                    s.insert(gaines)
                    densities(s, gaines, DENSITIES[gaines][1 if kind == "m" else 2], d / outer)
                else:
                    s.insert("pas")
                    s.g_pas, s.e_pas = (1e-3 if kind == "m" else 1e-4) * d / outer, -80
                s.xg[0], s.xc[0] = 1e-3 / (2 * size["turns"]), 0.1 / (2 * size["turns"])
            s.xraxial[0] = rho / (math.pi * ((d / 2 + gap) ** 2 - (d / 2) ** 2) * 1e-8) * 1e-6
            if sections:
                s.connect(sections[-1](1))
            sections.append(s)
    return sections, nodes, size["spacing"]


def densities(section, model, values, share):
    for name, value in values.items():
        setattr(section, f"{name}_{model}", value * share)


def velocity(h, step_ms, gaines=""):
    """m/s of that fibre, and CPU seconds a step."""
    sections, nodes, spacing = fibre(h, gaines)
    h.celsius, h.secondorder, h.dt, h.steps_per_ms = 37, 0, step_ms, 1 / step_ms
    clamp = h.IClamp(nodes[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 5.0, 0.1, 2.0
    t, a, b = (h.Vector().record(r) for r in (h._ref_t, nodes[5](0.5)._ref_v, nodes[15](0.5)._ref_v))
    h.finitialize(REST[gaines])
    begun = time.process_time()
    h.continuerun(6.0)
    spent = time.process_time() - begun
    first, last = upward(np.array(t), np.array(a), -20.0)[0], upward(np.array(t), np.array(b), -20.0)[0]
    del sections
    return 1e-2 * spacing / (last - first), spent / (6.0 / step_ms)


def converged(h, gaines=""):
    """That velocity with the errors of first and second order taken away, from steps of 1, .5 and .25 us."""
    coarse, middle, fine = (velocity(h, step, gaines)[0] for step in (1e-3, 5e-4, 2.5e-4))
    return (8.0 * fine - 6.0 * middle + coarse) / 3.0


def patches(h, n, milliseconds, step_ms):
    """Axon-seconds a CPU second of ``n`` squid membranes (second order, no rate tables)."""
    sections = [h.Section(name=f"p{i}") for i in range(n)]
    clamps = []
    for i, s in enumerate(sections):
        s.L = s.diam = 10.0
        s.insert("hh")
        clamp = h.IClamp(s(0.5))
        clamp.delay, clamp.dur, clamp.amp = 0.0, 1e9, (5.0 + 10.0 * i / n) * s(0.5).area() * 1e-5
        clamps.append(clamp)
    h.usetable_hh, h.celsius, h.secondorder, h.dt, h.steps_per_ms = 0, 6.3, 2, step_ms, 1 / step_ms
    h.finitialize(-65)
    begun = time.process_time()
    h.continuerun(milliseconds)
    return n * milliseconds * 1e-3 / (time.process_time() - begun)


def spike_times(h, milliseconds):
    """Upward passages of 0 mV of one squid membrane at 10 uA/cm2, by CVODE at 1e-9."""
    s = h.Section(name="judge")
    s.L = s.diam = 10.0
    s.insert("hh")
    h.usetable_hh, h.celsius = 0, 6.3
    clamp = h.IClamp(s(0.5))
    clamp.delay, clamp.dur, clamp.amp = 0.0, 1e9, 10.0 * s(0.5).area() * 1e-5
    t, v = h.Vector().record(h._ref_t), h.Vector().record(s(0.5)._ref_v)
    h.cvode_active(1)
    h.cvode.atol(1e-9)
    h.cvode.rtol(1e-9)
    h.cvode.maxstep(0.01)
    h.finitialize(-65.0)
    h.continuerun(milliseconds)
    h.cvode_active(0)
    return upward(np.array(t), np.array(v), 0.0)
