"""A myelinated fibre as a double cable, stepped for 16 fibres of one geometry at once.

Unknowns are the potential inside and the potential in the space under the myelin of every compartment. A step solves backward
Euler over half of it (block Thomas elimination, 2 x 2 blocks) and extrapolates to the whole, which is Crank-Nicolson; gates stand
at half steps and move by Crank-Nicolson too. So a step is second order, where the customary backward Euler is first. All that
changes is one flat array, row ``r`` of compartment ``c`` of fibre ``j`` at ``(c * N_STATES + r) * LANES + j``: from one base, at
distances known to the compiler, which then works on eight fibres with one instruction.
"""

import numpy as np

from myognosis.simulate.axon.kernels import compiled, exp, linear_rate, moved

LANES = 16

# Rows of a compartment's constants: axial conductance to the next one inside and under the myelin, membrane capacity, myelin's
# capacity and conductance (uS, nF); conductances of sodium, persistent sodium, slow and fast potassium, leak, Ih (uS); leak's
# reversal potential (mV).
G_AX, G_PAX, C_M, C_MY, G_MY, G_NAF, G_NAP, G_KS, G_KF, G_L, G_H, E_L = range(12)
N_ROWS = 12

# Numbers that a whole fibre shares: reversal potentials (mV), factors of rates, the shift of sodium's gates and of the others (mV).
# From GATES on the rate (1/ms and mV) and the half (mV below zero) of m opening and closing; of h, with slopes (mV); of p; and the
# half of Ih.
E_NA, E_K, E_H, Q_M, Q_H, Q_S, SHIFT, SHIFT_K = range(8)
GATES = 8
M_UP, M_UP_HALF, M_DOWN, M_DOWN_HALF = range(GATES, 12)
H_UP, H_UP_HALF, H_UP_SLOPE, H_DOWN, H_DOWN_HALF, H_DOWN_SLOPE = range(12, 18)
P_UP, P_UP_HALF, P_DOWN, P_DOWN_HALF, Q_HALF = range(18, 23)
N_SHARED = 23

# Rows of what changes: potentials inside and under the myelin; gates; conductance and driving current of the membrane; the
# elimination's inverse block and right side.
VI, VP, M, H, P, S, N, Q, CON, DRI, T_A, T_B, T_D, T_R, T_S = range(15)
N_STATES = 15


@compiled
def sodium_gates(shared, x, dt):  # type: ignore[no-untyped-def]
    """Sodium gates of a node (McIntyre, Richardson and Grill 2002); ``x`` are the rows of its compartment."""
    shift, q_m, q_h = shared[SHIFT], shared[Q_M], shared[Q_H]
    m_half, m_down_half, p_half, p_down_half = shared[M_UP_HALF], shared[M_DOWN_HALF], shared[P_UP_HALF], shared[P_DOWN_HALF]
    h_half, h_slope, h_down_half, h_down_slope = shared[H_UP_HALF], shared[H_UP_SLOPE], shared[H_DOWN_HALF], shared[H_DOWN_SLOPE]
    m_up, m_down = q_m * shared[M_UP] * 10.3, q_m * shared[M_DOWN] * 9.16
    h_up, h_down = q_h * shared[H_UP] * h_slope, q_h * shared[H_DOWN]
    p_up, p_down = q_m * shared[P_UP] * 10.2, q_m * shared[P_DOWN] * 10.0
    for j in range(LANES):
        u = x[VI * LANES + j] - x[VP * LANES + j] - shift
        a = linear_rate((u + m_half) / 10.3, m_up)
        b = linear_rate((-m_down_half - u) / 9.16, m_down)
        x[M * LANES + j] = moved(x[M * LANES + j], a, b, dt)
        a = linear_rate((-h_half - u) / h_slope, h_up)
        b = h_down / (1.0 + exp((-h_down_half - u) / h_down_slope))
        x[H * LANES + j] = moved(x[H * LANES + j], a, b, dt)
        a = linear_rate((u + p_half) / 10.2, p_up)
        b = linear_rate((-p_down_half - u) / 10.0, p_down)
        x[P * LANES + j] = moved(x[P * LANES + j], a, b, dt)


@compiled
def slow_gate(shared, x, dt):  # type: ignore[no-untyped-def]
    """Slow potassium of node or internode."""
    q_s, shift = shared[Q_S], shared[SHIFT_K]
    for j in range(LANES):
        u = x[VI * LANES + j] - x[VP * LANES + j] - shift
        a = q_s * 0.3 / (1.0 + exp((-53.0 - u) / 5.0))
        b = q_s * 0.03 / (1.0 + exp(-90.0 - u))
        x[S * LANES + j] = moved(x[S * LANES + j], a, b, dt)


@compiled
def more_gates(shared, x, dt):  # type: ignore[no-untyped-def]
    """Fast potassium and Ih of node or internode (Gaines, Finn, Slopsema, Heyboer and Polasek 2018)."""
    q_s, shift, half = shared[Q_S], shared[SHIFT_K], shared[Q_HALF]
    for j in range(LANES):
        u = x[VI * LANES + j] - x[VP * LANES + j] - shift
        a = linear_rate((u + 83.2) / 1.1, q_s * 0.0462 * 1.1)
        b = linear_rate((-66.0 - u) / 10.5, q_s * 0.0824 * 10.5)
        x[N * LANES + j] = moved(x[N * LANES + j], a, b, dt)
        e = exp((u + half) / 12.2)
        x[Q * LANES + j] = moved(x[Q * LANES + j], q_s * 0.00522 / e, q_s * 0.00522 * e, dt)


@compiled
def membranes(rows, shared, is_node, is_active, w, dt):  # type: ignore[no-untyped-def]
    """Move every gate by ``dt`` and gather the conductance and the driving current of membranes that have gates."""
    n = is_node.size
    ena, ek, eh = shared[E_NA], shared[E_K], shared[E_H]
    for c in range(n):
        if not is_node[c] and not is_active[c]:
            continue
        x = w[c * N_STATES * LANES : (c + 1) * N_STATES * LANES]
        g_na, g_nap, g_ks, g_kf = rows[G_NAF * n + c], rows[G_NAP * n + c], rows[G_KS * n + c], rows[G_KF * n + c]
        g_l, g_h, el = rows[G_L * n + c], rows[G_H * n + c], rows[E_L * n + c]
        if is_node[c]:
            sodium_gates(shared, x, dt)
        slow_gate(shared, x, dt)
        if is_active[c]:
            more_gates(shared, x, dt)
        for j in range(LANES):
            m, p = x[M * LANES + j], x[P * LANES + j]
            k = x[N * LANES + j] * x[N * LANES + j]
            na = g_na * m * m * m * x[H * LANES + j] + g_nap * p * p * p
            kk, hh = g_ks * x[S * LANES + j] + g_kf * k * k, g_h * x[Q * LANES + j]
            x[CON * LANES + j] = na + kk + g_l + hh
            x[DRI * LANES + j] = na * ena + kk * ek + g_l * el + hh * eh


@compiled
def eliminate(rows, w, n, over):  # type: ignore[no-untyped-def]
    """Forward sweep of the half step: each compartment's inverse block and right side; ``over`` is one by the half step."""
    far = N_STATES * LANES
    for c in range(1, n):
        x, y = w[c * far : (c + 1) * far], w[(c - 1) * far : c * far]
        ax, pax = (rows[G_AX * n + c], rows[G_PAX * n + c]) if c < n - 1 else (0.0, 0.0)
        lax, lpax = rows[G_AX * n + c - 1], rows[G_PAX * n + c - 1]
        cm, cmy = rows[C_M * n + c] * over, rows[C_MY * n + c] * over
        a0, d0 = cm + ax + lax, cm + pax + lpax + cmy + rows[G_MY * n + c]
        aa, ab, bb = lax * lax, lax * lpax, lpax * lpax
        for j in range(LANES):
            con, vp = x[CON * LANES + j], x[VP * LANES + j]
            f = cm * (x[VI * LANES + j] - vp) + x[DRI * LANES + j]
            a = a0 + con - aa * y[T_A * LANES + j]
            b = -cm - con - ab * y[T_B * LANES + j]
            d = d0 + con - bb * y[T_D * LANES + j]
            r = f + lax * y[T_R * LANES + j]
            s = cmy * vp - f + lpax * y[T_S * LANES + j]
            det = 1.0 / (a * d - b * b)
            a, b, d = d * det, -b * det, a * det
            x[T_A * LANES + j] = a
            x[T_B * LANES + j] = b
            x[T_D * LANES + j] = d
            x[T_R * LANES + j] = a * r + b * s
            x[T_S * LANES + j] = b * r + d * s


@compiled
def begin(rows, w, inject, n, over):  # type: ignore[no-untyped-def]
    """The first compartment of the sweep, where the current (nA) is injected."""
    cm, cmy = rows[C_M * n] * over, rows[C_MY * n] * over
    a0, d0 = cm + rows[G_AX * n], cm + rows[G_PAX * n] + cmy + rows[G_MY * n]
    for j in range(LANES):
        con, vp = w[CON * LANES + j], w[VP * LANES + j]
        f = cm * (w[VI * LANES + j] - vp) + w[DRI * LANES + j]
        a, b, d, r, s = a0 + con, -cm - con, d0 + con, f + inject[j], cmy * vp - f
        det = 1.0 / (a * d - b * b)
        a, b, d = d * det, -b * det, a * det
        w[T_A * LANES + j] = a
        w[T_B * LANES + j] = b
        w[T_D * LANES + j] = d
        w[T_R * LANES + j] = a * r + b * s
        w[T_S * LANES + j] = b * r + d * s


@compiled
def substitute(rows, w, n, extrapolate):  # type: ignore[no-untyped-def]
    """Backward sweep: the half step's solution stands in place of the right sides, and the potentials move on."""
    far = N_STATES * LANES
    for i in range(n):
        c = n - 1 - i
        ax, pax = (rows[G_AX * n + c], rows[G_PAX * n + c]) if i else (0.0, 0.0)
        x, z = w[c * far : (c + 1) * far], w[(c + 1) * far : (c + 2) * far] if i else w[c * far : (c + 1) * far]
        for j in range(LANES):
            u, v = ax * z[T_R * LANES + j], pax * z[T_S * LANES + j]
            r = x[T_R * LANES + j] + x[T_A * LANES + j] * u + x[T_B * LANES + j] * v
            s = x[T_S * LANES + j] + x[T_B * LANES + j] * u + x[T_D * LANES + j] * v
            x[T_R * LANES + j] = r
            x[T_S * LANES + j] = s
            x[VI * LANES + j] += extrapolate * (r - x[VI * LANES + j])
            x[VP * LANES + j] += extrapolate * (s - x[VP * LANES + j])


@compiled
def run(rows, shared, is_node, is_active, w, current, until, dt, n_steps, first_order, level, nodes, last, passed):  # type: ignore[no-untyped-def]
    """Step fibres from their state; ``passed`` (nodes, LANES) receives when each node first rose through ``level`` (ms), else -1.

    ``nodes`` are their compartments, ``last`` (nodes, LANES) room for their potentials.

    ``current`` (LANES, nA) flows into the first node until ``until`` ms. ``first_order`` steps by backward Euler, to be compared.
    Returns the step at which a potential of a node left [-1000, 1000] mV, else ``n_steps``.
    """
    n, inject = is_node.size, np.zeros(LANES)
    half = dt if first_order else 0.5 * dt
    for i in range(n_steps):
        for j in range(LANES):
            inject[j] = current[j] if (i + 0.5) * dt < until else 0.0
        # gates: a half step at first, so that they stand between the potentials; backward Euler moves them after the potentials
        membranes(rows, shared, is_node, is_active, w, 0.5 * dt if i == 0 and not first_order else 0.0 if i == 0 else dt)
        begin(rows, w, inject, n, 1.0 / half)
        eliminate(rows, w, n, 1.0 / half)
        substitute(rows, w, n, dt / half)
        bad = False
        for k in range(nodes.size):
            at = nodes[k] * N_STATES * LANES
            for j in range(LANES):
                v = w[at + j]
                if passed[k, j] < 0.0 and last[k, j] < level and v >= level:
                    passed[k, j] = (i + (level - last[k, j]) / (v - last[k, j])) * dt
                bad |= not abs(v) < 1000.0
                last[k, j] = v
        if bad:
            return i
    return n_steps
