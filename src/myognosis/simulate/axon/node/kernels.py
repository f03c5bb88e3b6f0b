"""Single nodes and membranes as they were published, 64 at once; second order as ``myognosis.simulate.axon.kernels``."""

import numpy as np

from myognosis.simulate.axon.kernels import compiled, exp, linear_rate, moved

LANES = 64

# Rows of the state: the potential (mV) and the gates; the squid's membrane has no S.
V, M, H, N, S = range(5)
N_STATES = 5


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
    """The gates of Schwarz, Reid and Bostock 1995; p[8..10]: factors by temperature of m, of h, of n and s."""
    q_m, q_h, q_n = p[8], p[9], p[10]
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
        a, b = linear_rate((v + 12.5) / 23.6, q_n * 0.00122 * 23.6), linear_rate((-80.1 - v) / 21.8, q_n * 0.000739 * 21.8)
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
def run(human, s, p, current, start, until, dt, n_steps, spikes, n_spikes):  # type: ignore[no-untyped-def]
    """Step blocks: ``s`` (blocks, rows), ``current`` (blocks, LANES) uA/cm2 from ``start`` to ``until`` ms.

    Upward passages of 0 mV are added to ``spikes`` (blocks, LANES, room), ms. Returns the step at which a potential left
    [-500, 500] mV, else ``n_steps``. The first gate step is half, so that gates stand between the potentials.
    """
    now, last, room = np.zeros(LANES), np.empty(LANES), spikes.shape[2]
    for b in range(s.shape[0]):
        if human:
            human_gates(s[b], p, -0.5 * dt)
        else:
            squid_gates(s[b], p[7], -0.5 * dt)
        for i in range(n_steps):
            on = start <= (i + 0.5) * dt < until
            for j in range(LANES):
                now[j] = current[b, j] if on else 0.0
            for j in range(LANES):
                last[j] = s[b, V * LANES + j]
            if human:
                human_step(s[b], p, now, dt)
            else:
                squid_step(s[b], p, now, dt)
            for j in range(LANES):
                v = s[b, j]
                if last[j] < 0.0 and v >= 0.0:
                    if n_spikes[b, j] < room:
                        spikes[b, j, n_spikes[b, j]] = (i - last[j] / (v - last[j])) * dt
                    n_spikes[b, j] += 1
            if not abs(s[b, 0]) < 500.0:
                return i
    return n_steps
