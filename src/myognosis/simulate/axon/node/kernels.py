"""Single nodes and membranes as they were published, 64 at once; second order as ``myognosis.simulate.axon.kernels``."""

import numpy as np

from myognosis.simulate.axon.kernels import compiled, exp, linear_rate, moved

LANES = 64

# Rows of the state: the potential (mV) and the gates, of which each membrane has its own; the internode's potential and gate.
V, M, H, N, S, P, V_I, S_I = range(8)
N_STATES = 8

SQUID, HUMAN, FROG, NODE_AND_INTERNODE = range(4)


@compiled
def squid_gates(s, factor, dt):  # type: ignore[no-untyped-def]
    """The gates of Hodgkin and Huxley 1952, rest at -65 mV."""
    for j in range(LANES):
        v = s[V * LANES + j]
        a, b = linear_rate((v + 40.0) / 10.0, factor), factor * 4.0 * exp((-65.0 - v) / 18.0)
        s[M * LANES + j] = moved(s[M * LANES + j], a, b, dt)
        a, b = factor * 0.07 * exp((-65.0 - v) / 20.0), factor / (1.0 + exp((-35.0 - v) / 10.0))
        s[H * LANES + j] = moved(s[H * LANES + j], a, b, dt)
        a, b = linear_rate((v + 55.0) / 10.0, factor * 0.1), factor * 0.125 * exp((-65.0 - v) / 80.0)
        s[N * LANES + j] = moved(s[N * LANES + j], a, b, dt)


@compiled
def squid_step(s, p, current, dt):  # type: ignore[no-untyped-def]
    """One step of the squid's membrane; p: gNa, gK, gL (mS/cm2), ENa, EK, EL (mV), C (uF/cm2), factor of rates."""
    squid_gates(s, p[7], dt)
    g_na, g_k, g_l, e_na, e_k, e_l, c = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
    for j in range(LANES):
        v, m, n = s[V * LANES + j], s[M * LANES + j], s[N * LANES + j] * s[N * LANES + j]
        na, kk = g_na * m * m * m * s[H * LANES + j], g_k * n * n
        total = na + kk + g_l
        s[V * LANES + j] = v + dt * (current[j] + na * e_na + kk * e_k + g_l * e_l - total * v) / (c + 0.5 * dt * total)


@compiled
def human_gates(s, p, dt):  # type: ignore[no-untyped-def]
    """The gates of Schwarz, Reid and Bostock 1995; p[8..10]: factors by temperature of m, h, n and s; p[12..13]: s's slopes."""
    q_m, q_h, q_n, up, down = p[8], p[9], p[10], p[12], p[13]
    for j in range(LANES):
        v = s[V * LANES + j]
        a, b = linear_rate((v + 18.4) / 10.3, q_m * 1.86 * 10.3), linear_rate((-22.7 - v) / 9.16, q_m * 0.086 * 9.16)
        s[M * LANES + j] = moved(s[M * LANES + j], a, b, dt)
        a, b = linear_rate((-111.0 - v) / 11.0, q_h * 0.0336 * 11.0), q_h * 2.3 / (1.0 + exp((-28.8 - v) / 13.4))
        s[H * LANES + j] = moved(s[H * LANES + j], a, b, dt)
    for j in range(LANES):
        v = s[V * LANES + j]
        a, b = linear_rate((v + 93.2) / 1.1, q_n * 0.00798 * 1.1), linear_rate((-76.0 - v) / 10.5, q_n * 0.0142 * 10.5)
        s[N * LANES + j] = moved(s[N * LANES + j], a, b, dt)
        a, b = linear_rate((v + 12.5) / up, q_n * 0.00122 * up), linear_rate((-80.1 - v) / down, q_n * 0.000739 * down)
        s[S * LANES + j] = moved(s[S * LANES + j], a, b, dt)


@compiled
def human_step(s, p, current, dt):  # type: ignore[no-untyped-def]
    """One step of the human node; p: limiting gNa, gKf, gKs, gL (mS/cm2), EK, EL, RT/F (mV), C (uF/cm2), factors, Nai/Nao."""
    human_gates(s, p, dt)
    g_na, g_kf, g_ks, g_l, e_k, e_l, phi, c, ratio = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[11]
    for j in range(LANES):
        v, m, n = s[V * LANES + j], s[M * LANES + j], s[N * LANES + j] * s[N * LANES + j]
        z = v if abs(v) > 1e-5 else 1e-5
        e = exp(z / phi)
        over = 1.0 / (e - 1.0)
        ghk = (ratio * e - 1.0) * over
        na, kk = g_na * m * m * m * s[H * LANES + j], g_kf * n * n + g_ks * s[S * LANES + j]
        out = na * z * ghk + kk * (v - e_k) + g_l * (v - e_l) - current[j]
        total = na * (ghk + z / phi * e * (1.0 - ratio) * over * over) + kk + g_l
        s[V * LANES + j] = v - dt * out / (c + 0.5 * dt * total)


@compiled
def frog_gates(s, factor, dt):  # type: ignore[no-untyped-def]
    """The gates of Frankenhaeuser and Huxley 1964, rest at -70 mV."""
    for j in range(LANES):
        v = s[V * LANES + j] + 70.0
        a, b = linear_rate((v - 22.0) / 3.0, factor * 0.36 * 3.0), linear_rate((13.0 - v) / 20.0, factor * 0.4 * 20.0)
        s[M * LANES + j] = moved(s[M * LANES + j], a, b, dt)
        a, b = linear_rate((-10.0 - v) / 6.0, factor * 0.1 * 6.0), factor * 4.5 / (1.0 + exp((45.0 - v) / 10.0))
        s[H * LANES + j] = moved(s[H * LANES + j], a, b, dt)
    for j in range(LANES):
        v = s[V * LANES + j] + 70.0
        a, b = linear_rate((v - 35.0) / 10.0, factor * 0.02 * 10.0), linear_rate((10.0 - v) / 10.0, factor * 0.05 * 10.0)
        s[N * LANES + j] = moved(s[N * LANES + j], a, b, dt)
        a, b = linear_rate((v - 40.0) / 10.0, factor * 0.006 * 10.0), linear_rate((-25.0 - v) / 20.0, factor * 0.09 * 20.0)
        s[P * LANES + j] = moved(s[P * LANES + j], a, b, dt)


@compiled
def frog_step(s, p, current, dt):  # type: ignore[no-untyped-def]
    """One step of the frog's node.

    p: P F of sodium, of the late current, of potassium (uA/cm2 a mM), gL (mS/cm2), EL, RT/F (mV), C (uF/cm2), factor, sodium in and
    out, potassium in and out (mM).
    """
    frog_gates(s, p[7], dt)
    p_na, p_p, p_k, g_l, e_l, phi, c = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
    na_i, na_d, k_i, k_d = p[8], p[8] - p[9], p[10], p[10] - p[11]
    for j in range(LANES):
        v, m, h, n, q = s[V * LANES + j], s[M * LANES + j], s[H * LANES + j], s[N * LANES + j], s[P * LANES + j]
        z = v / phi if abs(v) > 1e-5 else 1e-5
        over = 1.0 / (exp(z) - 1.0)
        e = z * over
        bent = over - e * (over + 1.0)
        na, kk = p_na * m * m * h + p_p * q * q, p_k * n * n
        out = na * (na_i * z + na_d * e) + kk * (k_i * z + k_d * e) + g_l * (v - e_l) - current[j]
        total = (na * (na_i + na_d * bent) + kk * (k_i + k_d * bent)) / phi + g_l
        s[V * LANES + j] = v - dt * out / (c + 0.5 * dt * total)


@compiled
def node_and_internode_gates(s, p, dt):  # type: ignore[no-untyped-def]
    """The gates of Hennings et al. 2005: those of the human node, persistent sodium, slow potassium under the myelin."""
    human_gates(s, p, dt)
    q_m, q_n, up, down = 0.5 * p[8], p[10], p[12], p[13]
    for j in range(LANES):
        v = s[V * LANES + j] + 20.0
        a, b = linear_rate((v + 18.4) / 10.3, q_m * 1.86 * 10.3), linear_rate((-22.7 - v) / 9.16, q_m * 0.086 * 9.16)
        s[P * LANES + j] = moved(s[P * LANES + j], a, b, dt)
        v = s[V_I * LANES + j]
        a, b = linear_rate((v + 12.5) / up, q_n * 0.00122 * up), linear_rate((-80.1 - v) / down, q_n * 0.000739 * down)
        s[S_I * LANES + j] = moved(s[S_I * LANES + j], a, b, dt)


@compiled
def node_and_internode_step(s, p, current, dt):  # type: ignore[no-untyped-def]
    """One step of node and internode; ``current`` in pA.

    p: gNa, gNap, gKf, gKs of the node, gKs and leak of the internode, between them (nS), Cmy (pF), factors (p[8..10]), Cn (pF),
    slopes (p[12..13]), Ci (pF), ENa, EK (mV).
    """
    node_and_internode_gates(s, p, dt)
    g_bb, cmy, e_na, e_k = p[6], p[7], p[15], p[16]
    for j in range(LANES):
        vn, vi = s[V * LANES + j], s[V_I * LANES + j]
        m, n, q = s[M * LANES + j], s[N * LANES + j] * s[N * LANES + j], s[P * LANES + j]
        na = p[0] * m * m * m * s[H * LANES + j] + p[1] * q * q * q
        kn, ki = p[2] * n * n + p[3] * s[S * LANES + j], p[4] * s[S_I * LANES + j]
        f_n = dt * (current[j] + g_bb * (vi - vn) - na * (vn - e_na) - kn * (vn - e_k))
        f_i = dt * (g_bb * (vn - vi) - ki * (vi - e_k) - p[5] * (vi - e_na))
        a, b = p[11] + cmy + 0.5 * dt * (na + kn + g_bb), cmy + 0.5 * dt * g_bb
        d = p[14] + cmy + 0.5 * dt * (ki + p[5] + g_bb)
        det = 1.0 / (a * d - b * b)
        s[V * LANES + j] = vn + (d * f_n + b * f_i) * det
        s[V_I * LANES + j] = vi + (b * f_n + a * f_i) * det


@compiled
def step(kind, s, p, current, dt):  # type: ignore[no-untyped-def]
    """One step of a membrane of this kind."""
    if kind == SQUID:
        squid_step(s, p, current, dt)
    elif kind == HUMAN:
        human_step(s, p, current, dt)
    elif kind == FROG:
        frog_step(s, p, current, dt)
    else:
        node_and_internode_step(s, p, current, dt)


@compiled
def gates(kind, s, p, dt):  # type: ignore[no-untyped-def]
    """Only the gates of that step."""
    if kind == SQUID:
        squid_gates(s, p[7], dt)
    elif kind == HUMAN:
        human_gates(s, p, dt)
    elif kind == FROG:
        frog_gates(s, p[7], dt)
    else:
        node_and_internode_gates(s, p, dt)


@compiled
def run(kind, s, p, current, start, until, dt, n_steps, spikes, n_spikes):  # type: ignore[no-untyped-def]
    """Step blocks: ``s`` (blocks, rows), ``current`` (blocks, LANES) from ``start`` to ``until`` ms.

    Upward passages of 0 mV are added to ``spikes`` (blocks, LANES, room), ms. Returns the step at which a potential left
    [-500, 500] mV, else ``n_steps``. The first gate step is half, so that gates stand between the potentials.
    """
    now, last, room = np.zeros(LANES), np.empty(LANES), spikes.shape[2]
    for b in range(s.shape[0]):
        gates(kind, s[b], p, -0.5 * dt)
        for i in range(n_steps):
            on = start <= (i + 0.5) * dt < until
            for j in range(LANES):
                now[j] = current[b, j] if on else 0.0
            for j in range(LANES):
                last[j] = s[b, V * LANES + j]
            step(kind, s[b], p, now, dt)
            wild = 0
            for j in range(LANES):
                wild += not abs(s[b, j]) < 500.0
            if wild:
                return i
            for j in range(LANES):
                v = s[b, j]
                if last[j] < 0.0 and v >= 0.0:
                    if n_spikes[b, j] < room:
                        spikes[b, j, n_spikes[b, j]] = (i - last[j] / (v - last[j])) * dt
                    n_spikes[b, j] += 1
    return n_steps
