"""The motor axon as node and internode, stepped for blocks of 16 axons at once.

One step is second order: gates stand at half steps and move by Crank-Nicolson with the membrane potential of the whole step
between them; the two potentials move by a linearised Crank-Nicolson step with the gates in their middle. A block is a flat array,
row ``k`` of axon ``j`` at ``k * LANES + j``, so that the compiler sees one base and turns every loop into vector instructions. The
exponential is a polynomial raised by squaring: vectorised without any library, relative error below 1e-10 (tested).
"""

from typing import Any

import numpy as np
from numba import njit

LANES = 16

# Rows of a block's parameters.
(CN, CI, CMY, GBB, GNAF, GNAP, GKSN, GKFN, GLN, GKSI, GKFI, GLI, GH, EL_N, EL_I, EH, PHI, RATIO, EK, PUMP_N, PUMP_I,
 Q_M, Q_H, Q_N, Q_S, Q_Q, SHIFT_NA, SHIFT_K, V_NAP, KS_RATE, KS_HALF, KS_SLOPE, KS_DOWN,
 Q_HALF, K_RATIO, K_UNDER) = range(36)  # fmt: skip
N_PARAMETERS = 36

# Rows of a block's state: two potentials, nine gates (U is slow inactivation, moved by ``slow_step`` only), and by how much more
# persistent sodium channels are open than P says (moved by ``shake`` only).
VN, VI, M, H, P, N_N, S_N, N_I, S_I, Q, U, MORE = range(12)
N_STATES = 12

# Rows of what changes slowly: concentrations near the node (mM), sums of currents over steps (pA), of the slow gate's end value.
NA_IN, K_OUT, SUM_NA, SUM_K, SUM_U = range(5)
N_SLOW = 5

# Rows of the constants of the slow changes; see ``slow_step`` and docs/axon.md.
(NA_BULK, K_BULK, NA_OUT, K_IN, NA_FLUX, K_FLUX, NA_CHARGE, K_CHARGE, NA_TAU, K_TAU, U_TAU, SHARE_N, SHARE_I, SHARE_H,
 FULL_PUMP_N, FULL_PUMP_I, REST_PUMP, CHANNELS, SHARE_CL, E_CL, UNDER, SLOW_CHANNELS) = range(22)  # fmt: skip
N_CONSTANTS = 22

U_HALF, U_SLOPE = -66.0, 9.0
"""Where half of the sodium channels are shut by slow inactivation, and how steeply, mV (docs/axon.md)."""

compiled: Any = njit(cache=True, error_model="numpy")
written_in: Any = njit(inline="always", error_model="numpy")
"""For what is called with rows that are known: compiled for each of them it would lie in the cache twice, and for any row it
takes twice the time."""


@compiled
def exp(x):  # type: ignore[no-untyped-def]
    """E to a power that is held within +-60."""
    y = min(max(x, -60.0), 60.0) * (1.0 / 256.0)
    r = y * (1.0 / 40320.0 + y * (1.0 / 362880.0))
    r = y * (1.0 / 24.0 + y * (1.0 / 120.0 + y * (1.0 / 720.0 + y * (1.0 / 5040.0 + r))))
    r = 1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0 + r)))
    r *= r
    r *= r
    r *= r
    r *= r
    r *= r
    r *= r
    r *= r
    return r * r


@compiled
def linear_rate(x, scale):  # type: ignore[no-untyped-def]
    """``scale * x / (1 - exp(-x))``, 1 at x = 0: the customary rate of opening."""
    y = x if abs(x) > 1e-5 else 1e-5
    return scale * y / (1.0 - exp(-y))


@compiled
def moved(x, a, b, dt):  # type: ignore[no-untyped-def]
    """A gate one step on: Crank-Nicolson of dx/dt = a (1 - x) - b x."""
    return x + dt * (a - (a + b) * x) / (1.0 + 0.5 * dt * (a + b))


@compiled
def sodium_gates(p, s, dt):  # type: ignore[no-untyped-def]
    """Fast activation, inactivation, and the activation of persistent sodium."""
    for j in range(LANES):
        v = s[VN * LANES + j] - p[SHIFT_NA * LANES + j]
        q = p[Q_M * LANES + j]
        a = linear_rate((v + 18.4) / 10.3, q * 1.86 * 10.3)
        b = linear_rate((-22.7 - v) / 9.16, q * 0.086 * 9.16)
        s[M * LANES + j] = moved(s[M * LANES + j], a, b, dt)
        w = v - p[V_NAP * LANES + j]
        a = linear_rate((w + 18.4) / 10.3, 0.5 * q * 1.86 * 10.3)
        b = linear_rate((-22.7 - w) / 9.16, 0.5 * q * 0.086 * 9.16)
        s[P * LANES + j] = moved(s[P * LANES + j], a, b, dt)
    for j in range(LANES):
        v = s[VN * LANES + j] - p[SHIFT_NA * LANES + j]
        q = p[Q_H * LANES + j]
        a = linear_rate((-111.0 - v) / 11.0, q * 0.0336 * 11.0)
        b = q * 2.3 / (1.0 + exp((-28.8 - v) / 13.4))
        s[H * LANES + j] = moved(s[H * LANES + j], a, b, dt)


@written_in
def potassium_gates(p, s, v_row, n_row, s_row, dt):  # type: ignore[no-untyped-def]
    """Fast and slow potassium of the node or of the internode."""
    for j in range(LANES):
        v = s[v_row * LANES + j] - p[SHIFT_K * LANES + j]
        q = p[Q_N * LANES + j]
        a = linear_rate((v + 93.2) / 1.1, q * 0.00798 * 1.1)
        b = linear_rate((-76.0 - v) / 10.5, q * 0.0142 * 10.5)
        s[n_row * LANES + j] = moved(s[n_row * LANES + j], a, b, dt)
    for j in range(LANES):
        v = s[v_row * LANES + j] - p[SHIFT_K * LANES + j]
        q = p[Q_S * LANES + j] * p[KS_RATE * LANES + j]
        slope = p[KS_SLOPE * LANES + j]
        a = linear_rate((v + 12.5 - p[KS_HALF * LANES + j]) / slope, q * 0.00122 * slope)
        b = linear_rate((-80.1 - v) / 21.8, q * p[KS_DOWN * LANES + j] * 0.000739 * 21.8)
        s[s_row * LANES + j] = moved(s[s_row * LANES + j], a, b, dt)


@compiled
def mixed_gate(p, s, dt):  # type: ignore[no-untyped-def]
    """The gate of the current activated by hyperpolarisation (Ih), in the internode."""
    for j in range(LANES):
        e = exp((s[VI * LANES + j] - p[SHIFT_K * LANES + j] - p[Q_HALF * LANES + j]) / 12.2)
        q = p[Q_Q * LANES + j] * 0.00522
        s[Q * LANES + j] = moved(s[Q * LANES + j], q / e, q * e, dt)


@compiled
def potassium_drive(v, ek, ratio, phi):  # type: ignore[no-untyped-def]
    """What drives potassium out, mV, and its slope: ``v - ek`` in health, elsewhere moved as a constant-field current is."""
    x = v - ek if abs(v - ek) > 1e-5 else 1e-5
    inward = exp(-x / phi)
    under = 1.0 / (1.0 - inward)
    share = (1.0 - ratio * inward) * under
    return x * share, share + x / phi * inward * (ratio - 1.0) * under * under


@compiled
def potentials(p, s, current, dt):  # type: ignore[no-untyped-def]
    """Both potentials one step on; ``current`` is what is injected at the node, in pA, outward depolarising."""
    for j in range(LANES):
        vn, vi, ek, phi = s[VN * LANES + j], s[VI * LANES + j], p[EK * LANES + j], p[PHI * LANES + j]
        xn, dn = potassium_drive(vn, ek, p[K_RATIO * LANES + j], phi)
        xi, di = potassium_drive(vi, ek, p[K_UNDER * LANES + j], phi)
        z = vn if abs(vn) > 1e-5 else 1e-5
        e, r = exp(z / phi), p[RATIO * LANES + j]
        over = 1.0 / (e - 1.0)
        m, q = s[M * LANES + j], s[P * LANES + j]
        na = p[GNAF * LANES + j] * m * m * m * s[H * LANES + j] * s[U * LANES + j]
        na += p[GNAP * LANES + j] * max(q * q * q + s[MORE * LANES + j], 0.0)
        ghk = (r * e - 1.0) * over
        n, i = s[N_N * LANES + j] * s[N_N * LANES + j], s[N_I * LANES + j] * s[N_I * LANES + j]
        kn = p[GKFN * LANES + j] * n * n + p[GKSN * LANES + j] * s[S_N * LANES + j]
        ki = p[GKFI * LANES + j] * i * i + p[GKSI * LANES + j] * s[S_I * LANES + j]
        gln, gli, gh, gbb = p[GLN * LANES + j], p[GLI * LANES + j], p[GH * LANES + j] * s[Q * LANES + j], p[GBB * LANES + j]
        i_n = na * z * ghk + kn * xn + gln * (vn - p[EL_N * LANES + j]) + p[PUMP_N * LANES + j] - current[j]
        i_i = ki * xi + gli * (vi - p[EL_I * LANES + j]) + gh * (vi - p[EH * LANES + j]) + p[PUMP_I * LANES + j]
        g_n = na * (ghk + z / phi * e * (1.0 - r) * over * over) + kn * dn + gln + gbb
        g_i = ki * di + gli + gh + gbb
        cmy = p[CMY * LANES + j]
        a, d = p[CN * LANES + j] + cmy + 0.5 * dt * g_n, p[CI * LANES + j] + cmy + 0.5 * dt * g_i
        b = cmy + 0.5 * dt * gbb
        f_n, f_i = dt * (gbb * (vi - vn) - i_n), dt * (gbb * (vn - vi) - i_i)
        det = 1.0 / (a * d - b * b)
        s[VN * LANES + j] = vn + (d * f_n + b * f_i) * det
        s[VI * LANES + j] = vi + (b * f_n + a * f_i) * det


@compiled
def step(p, s, current, dt):  # type: ignore[no-untyped-def]
    """One step of a block."""
    sodium_gates(p, s, dt)
    potassium_gates(p, s, VN, N_N, S_N, dt)
    potassium_gates(p, s, VI, N_I, S_I, dt)
    mixed_gate(p, s, dt)
    potentials(p, s, current, dt)


@compiled
def normal(seed, count):  # type: ignore[no-untyped-def]
    """A normal number, the sum of four 16-bit ones from one hash (splitmix64) of seed and count: the same in any order of work."""
    x = seed + np.uint64(count) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    low = np.uint64(0xFFFF)
    total = np.int64(x & low) + np.int64((x >> np.uint64(16)) & low)
    total += np.int64((x >> np.uint64(32)) & low) + np.int64(x >> np.uint64(48))
    return (np.float64(total) - 131070.0) * (1.0 / 37837.2)


@compiled
def shaken(x, a, b, chance, n, dt):  # type: ignore[no-untyped-def]
    """A gate after a Langevin step: ``n`` two-state channels that open at ``a`` and close at ``b`` (Fox 1997, remembered)."""
    held = min(max(x, 0.0), 1.0)
    y = held + chance * np.sqrt(dt * (a * (1.0 - held) + b * held) / n)
    return min(max(y, 0.0), 1.0)


@compiled
def shake(p, s, c, seed, count, dt):  # type: ignore[no-untyped-def]
    """Noise of the node's persistent sodium channels: ``CHANNELS`` of three gates each, open where all three are.

    Their open share varies about ``x^3`` by ``x^3 (1 - x^3) / CHANNELS``, in three modes that fade at one, two and three times
    the rate of a gate (Linaro, Storace and Giugliano 2011, remembered). One mode stands for them, of the same variance and, by its
    rate, of the same power at low frequencies, which alone make spikes.
    """
    for j in range(LANES):
        v = s[VN * LANES + j] - p[SHIFT_NA * LANES + j] - p[V_NAP * LANES + j]
        q = 0.5 * p[Q_M * LANES + j]
        a = linear_rate((v + 18.4) / 10.3, q * 1.86 * 10.3)
        b = linear_rate((-22.7 - v) / 9.16, q * 0.086 * 9.16)
        x = min(max(s[P * LANES + j], 0.0), 1.0)
        kept = exp(-dt * (a + b) * 6.0 * (1.0 + x + x * x) / (2.0 + 5.0 * x + 11.0 * x * x))
        spread = x * x * x * (1.0 - x * x * x) / c[CHANNELS * LANES + j]
        s[MORE * LANES + j] = kept * s[MORE * LANES + j] + normal(seed[j], count) * np.sqrt(spread * (1.0 - kept * kept))


@compiled
def shake_slowly(p, s, c, seed, count, time):  # type: ignore[no-untyped-def]
    """Noise of the node's slow potassium channels, ``SLOW_CHANNELS``: they take tens of ms, so that one step is ``time`` ms."""
    for j in range(LANES):
        v = s[VN * LANES + j] - p[SHIFT_K * LANES + j]
        q = p[Q_S * LANES + j] * p[KS_RATE * LANES + j]
        slope = p[KS_SLOPE * LANES + j]
        a = linear_rate((v + 12.5 - p[KS_HALF * LANES + j]) / slope, q * 0.00122 * slope)
        b = linear_rate((-80.1 - v) / 21.8, q * p[KS_DOWN * LANES + j] * 0.000739 * 21.8)
        chance = normal(seed[j] ^ np.uint64(0xD1B54A32D192ED03), count)
        s[S_N * LANES + j] = shaken(s[S_N * LANES + j], a, b, chance, c[SLOW_CHANNELS * LANES + j], time)


@compiled
def sum_currents(p, s, w):  # type: ignore[no-untyped-def]
    """Add this step's currents through the sodium and the potassium channels, and the end value of slow inactivation."""
    for j in range(LANES):
        vn, vi, phi, ek = s[VN * LANES + j], s[VI * LANES + j], p[PHI * LANES + j], p[EK * LANES + j]
        z = vn if abs(vn) > 1e-5 else 1e-5
        e = exp(z / phi)
        m, q = s[M * LANES + j], s[P * LANES + j]
        na = p[GNAF * LANES + j] * m * m * m * s[H * LANES + j] * s[U * LANES + j]
        na += p[GNAP * LANES + j] * max(q * q * q + s[MORE * LANES + j], 0.0)
        w[SUM_NA * LANES + j] += na * z * (p[RATIO * LANES + j] * e - 1.0) / (e - 1.0)
        n, i = s[N_N * LANES + j] * s[N_N * LANES + j], s[N_I * LANES + j] * s[N_I * LANES + j]
        kn = p[GKFN * LANES + j] * n * n + p[GKSN * LANES + j] * s[S_N * LANES + j]
        ki = p[GKFI * LANES + j] * i * i + p[GKSI * LANES + j] * s[S_I * LANES + j]
        drive_n = potassium_drive(vn, ek, p[K_RATIO * LANES + j], phi)[0]
        drive_i = potassium_drive(vi, ek, p[K_UNDER * LANES + j], phi)[0]
        w[SUM_K * LANES + j] += kn * drive_n + ki * drive_i
        w[SUM_U * LANES + j] += 1.0 / (1.0 + exp((vn - p[SHIFT_NA * LANES + j] - U_HALF) / U_SLOPE))


@compiled
def pump_factor(sodium, potassium):  # type: ignore[no-untyped-def]
    """How fast the pump turns by sodium inside and potassium outside; one at 9 and 4.2 mM."""
    a = sodium * sodium / (sodium * sodium + 100.0)
    return a * potassium / (potassium + 1.5) / (81.0 / 181.0 * 4.2 / 5.7)


@compiled
def slow_step(p, s, w, c, n_sums, time):  # type: ignore[no-untyped-def]
    """Concentrations near the node, pump, reversal potentials and slow inactivation, ``time`` ms on; sums begin anew."""
    for j in range(LANES):
        na, kp = w[NA_IN * LANES + j], w[K_OUT * LANES + j]
        over = c[FULL_PUMP_N * LANES + j] * pump_factor(na, kp) - c[REST_PUMP * LANES + j]
        over += c[FULL_PUMP_I * LANES + j] * pump_factor(na, kp + c[UNDER * LANES + j])
        enter = w[SUM_NA * LANES + j] / n_sums - c[NA_FLUX * LANES + j] + 3.0 * over
        leave = w[SUM_K * LANES + j] / n_sums - c[K_FLUX * LANES + j] - 2.0 * over
        na += time * (-enter / c[NA_CHARGE * LANES + j] - (na - c[NA_BULK * LANES + j]) / c[NA_TAU * LANES + j])
        kp += time * (leave / c[K_CHARGE * LANES + j] - (kp - c[K_BULK * LANES + j]) / c[K_TAU * LANES + j])
        na, kp = min(max(na, 1.0), 100.0), min(max(kp, 0.5), 40.0)
        w[NA_IN * LANES + j], w[K_OUT * LANES + j] = na, kp
        under = kp + c[UNDER * LANES + j]
        phi, inside, rest = p[PHI * LANES + j], c[K_IN * LANES + j], p[EK * LANES + j]
        ena, ek, ei = phi * np.log(c[NA_OUT * LANES + j] / na), phi * np.log(kp / inside), phi * np.log(under / inside)
        p[RATIO * LANES + j] = na / c[NA_OUT * LANES + j]
        p[K_RATIO * LANES + j], p[K_UNDER * LANES + j] = exp((ek - rest) / phi), exp((ei - rest) / phi)
        cl, ecl = c[SHARE_CL * LANES + j], c[E_CL * LANES + j]
        p[EL_N * LANES + j] = ek + c[SHARE_N * LANES + j] * (ena - ek) + cl * (1.0 - c[SHARE_N * LANES + j]) * (ecl - ek)
        p[EL_I * LANES + j] = ei + c[SHARE_I * LANES + j] * (ena - ei) + cl * (1.0 - c[SHARE_I * LANES + j]) * (ecl - ei)
        p[EH * LANES + j] = ei + c[SHARE_H * LANES + j] * (ena - ei)
        p[PUMP_N * LANES + j] = c[FULL_PUMP_N * LANES + j] * pump_factor(na, kp)
        p[PUMP_I * LANES + j] = c[FULL_PUMP_I * LANES + j] * pump_factor(na, under)
        s[U * LANES + j] += time * (w[SUM_U * LANES + j] / n_sums - s[U * LANES + j]) / c[U_TAU * LANES + j]
        w[SUM_NA * LANES + j] = 0.0
        w[SUM_K * LANES + j] = 0.0
        w[SUM_U * LANES + j] = 0.0


@compiled
def note_spikes(s, last, time, dt, armed, spikes, n_spikes):  # type: ignore[no-untyped-def]
    """Write down when armed nodes passed -10 mV in the step that began at ``time`` (ms), and disarm them."""
    for j in range(LANES):
        v = s[VN * LANES + j]
        if armed[j] > 0.5 and v >= -10.0:
            armed[j] = 0.0
            if n_spikes[j] < spikes.shape[1]:
                spikes[j, n_spikes[j]] = time + dt * (-10.0 - last[j]) / (v - last[j])
            n_spikes[j] += 1


@compiled
def free_run(p, s, w, c, current, seed, first, dt, n_fast, n_slow, armed, spikes, n_spikes, shut):  # type: ignore[no-untyped-def]
    """Step one block on its own: ``n_slow`` slow steps of ``n_fast`` steps each; spike times (ms from the start) are added.

    A spike is an upward passage of -10 mV after the node was below -50 mV. ``armed`` (LANES), ``spikes`` (LANES, room) and
    ``n_spikes`` (LANES) are changed in place; ``shut`` (LANES) counts the slow steps at whose end fast and slow inactivation shut
    more than nine tenths of the sodium channels. Returns the slow step at which a potential left [-250, 250] mV, else ``n_slow``.
    """
    last = np.empty(LANES)
    for i in range(n_slow):
        for f in range(n_fast):
            for j in range(LANES):
                last[j] = s[VN * LANES + j]
            shake(p, s, c, seed, first + i * n_fast + f, dt)
            step(p, s, current, dt)
            sum_currents(p, s, w)
            highest = -1e9
            for j in range(LANES):
                v = s[VN * LANES + j]
                highest = v if armed[j] > 0.5 and v > highest else highest
                armed[j] = 1.0 if v < -50.0 else armed[j]
            if highest >= -10.0:
                note_spikes(s, last, (first + i * n_fast + f) * dt, dt, armed, spikes, n_spikes)
        slow_step(p, s, w, c, n_fast, n_fast * dt)
        shake_slowly(p, s, c, seed, first + i * n_fast, n_fast * dt)
        for j in range(LANES):
            shut[j] += 1.0 if s[H * LANES + j] * s[U * LANES + j] < 0.1 else 0.0
            if not abs(s[VN * LANES + j]) < 250.0 or not abs(s[VI * LANES + j]) < 250.0:
                return i
    return n_slow


@compiled
def condition(p, s, current, until, dt, marks, kept, peak, above, fired, level):  # type: ignore[no-untyped-def]
    """Step blocks through a conditioning current and keep their states at the steps named in ``marks``.

    p (blocks, parameters), s (blocks, states) changed in place; current pA and until ms (blocks, LANES); kept (marks, blocks,
    states); peak mV and time above -40 mV ms (blocks, LANES) of the node; ``fired`` (blocks, LANES) when it first passed ``level``
    mV, ms, and left as it is where it never did.
    """
    now, last = np.zeros(LANES), np.empty(LANES)
    for b in range(p.shape[0]):
        mark = 0
        for i in range(marks[-1] + 1):
            if i == marks[mark]:
                for row in range(s.shape[1]):
                    kept[mark, b, row] = s[b, row]
                mark += 1
            t = (i + 0.5) * dt
            for j in range(LANES):
                now[j] = current[b, j] if t < until[b, j] else 0.0
                last[j] = s[b, VN * LANES + j] + 40.0
            step(p[b], s[b], now, dt)
            for j in range(LANES):
                v = s[b, VN * LANES + j]
                if v > level and peak[b, j] <= level:
                    fired[b, j] = i * dt
                peak[b, j] = max(peak[b, j], v)
                # the part of the step above the level, on a straight line: counted whole, a fit would see leaps of a step
                high, low = max(last[j], v + 40.0), min(last[j], v + 40.0)
                above[b, j] += dt * max(high, 0.0) / (high - low) if low < 0.0 else dt


@compiled
def track(p, s0, current, until, width, low, high, level, dt, n_steps, rounds):  # type: ignore[no-untyped-def]
    """Halve the bracket of the threshold current of every lane ``rounds`` times; ``low`` and ``high`` are changed in place.

    A test pulse of ``width`` ms starts at once on top of the conditioning current that lasts ``until`` ms; it excites when the
    node passes ``level`` mV upward within ``n_steps``.
    """
    s, now, last, fired = np.empty(N_STATES * LANES), np.zeros(LANES), np.empty(LANES), np.zeros(LANES)
    for b in range(p.shape[0]):
        for _ in range(rounds):
            for row in range(s.size):
                s[row] = s0[b, row]
            for j in range(LANES):
                fired[j] = 0.0
            for i in range(n_steps):
                t = (i + 0.5) * dt
                for j in range(LANES):
                    test = 0.5 * (low[b, j] + high[b, j]) if t < width[b, j] else 0.0
                    now[j] = test + (current[b, j] if t < until[b, j] else 0.0)
                    last[j] = s[VN * LANES + j]
                step(p[b], s, now, dt)
                for j in range(LANES):
                    fired[j] = 1.0 if 0.5 * (last[j] + s[VN * LANES + j]) > level else fired[j]
            for j in range(LANES):
                middle = 0.5 * (low[b, j] + high[b, j])
                hit = fired[j] > 0.5
                high[b, j] = middle if hit else high[b, j]
                low[b, j] = low[b, j] if hit else middle


@compiled
def chain(p, s, axial, felt, starts, sizes, dt, n_steps, level, arrived):  # type: ignore[no-untyped-def]
    """One block as 16 nodes in a row, each with its internode, joined by ``axial`` nS; two pulses of 1 ms.

    The first node is the middle of a fibre whose other half does the same. ``felt`` (LANES): what share of a pulse each node feels;
    ``starts`` (ms) and ``sizes`` (pA) of the pulses; ``arrived`` (LANES) receives when each node passes ``level`` mV upward at or
    after the start of the second pulse, else -1. The axial currents are those at the start of a step.
    """
    now, last = np.zeros(LANES), np.empty(LANES)
    for i in range(n_steps):
        t = (i + 0.5) * dt
        for j in range(LANES):
            v = s[VN * LANES + j]
            left = s[VN * LANES + (j - 1 if j > 0 else 1)] - v
            right = s[VN * LANES + j + 1] - v if j < LANES - 1 else 0.0
            now[j] = axial * (left + right)
            last[j] = v
        for k in range(2):
            if starts[k] <= t < starts[k] + 1.0:
                for j in range(LANES):
                    now[j] += sizes[k] * felt[j]
        step(p, s, now, dt)
        for j in range(LANES):
            v = s[VN * LANES + j]
            if t >= starts[1] and arrived[j] < 0.0 and last[j] < level and v >= level:
                arrived[j] = (i + (level - last[j]) / (v - last[j])) * dt
