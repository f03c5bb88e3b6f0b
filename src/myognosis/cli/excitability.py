"""``myognosis excitability``: a nerve-excitability test among 280 healthy people, and the axon that would answer like it."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.faults import Message, MissingExtra, RecordingError, near_miss
from myognosis.language import Language, decimal, mark, say

if TYPE_CHECKING:
    from myognosis.model.stimulation import ExcitabilityTest
    from myognosis.simulate.axon import AxonState
    from myognosis.simulate.excitability import AxonFit, Explanation

__all__ = ["excitability_command"]

_THRESHOLD_MA = 4.5
"""Scale of a model's currents: the mean stimulus for half of the largest response in 280 people."""
_NAMES = {
    "sdtc_ms": mark("Strength-duration time constant, ms"), "rheobase_ma": mark("Rheobase, mA"),
    "rrp_ms": mark("Relative refractory period, ms"), "refractoriness_2": mark("Refractoriness at 2 ms, %"),
    "refractoriness_2_5": mark("Refractoriness at 2.5 ms, %"), "superexcitability": mark("Superexcitability, %"),
    "super_5": mark("Superexcitability at 5 ms, %"), "super_7": mark("Superexcitability at 7 ms, %"),
    "subexcitability": mark("Subexcitability, %"), "ted_10_20": mark("Depolarised, 10-20 ms (TEd), %"),
    "ted_40_60": mark("Depolarised, 40-60 ms (TEd), %"), "ted_90_100": mark("Depolarised, 90-100 ms (TEd), %"),
    "ted_peak": mark("Depolarised, peak (TEd), %"), "ted_undershoot": mark("After depolarisation, undershoot, %"),
    "s2_accommodation": mark("Accommodation (S2), %"), "accommodation_half_ms": mark("Half-time of accommodation, ms"),
    "teh_10_20": mark("Hyperpolarised, 10-20 ms (TEh), %"), "teh_20_40": mark("Hyperpolarised, 20-40 ms (TEh), %"),
    "teh_90_100": mark("Hyperpolarised, 90-100 ms (TEh), %"), "teh_overshoot": mark("After hyperpolarisation, overshoot, %"),
    "teh_slope": mark("After hyperpolarisation, slope, % a ms"), "iv_resting": mark("Current-threshold slope at rest"),
    "iv_least": mark("Current-threshold slope, least"), "iv_hyperpolarised": mark("Current-threshold slope, hyperpolarised"),
}  # fmt: skip

_CONSTANTS = {
    "node_pf": mark("Capacity of the node"), "internode_pf": mark("Capacity of the internode"),
    "myelin_pf": mark("Capacity of the myelin"), "barrett_barrett_ns": mark("Conductance past the myelin"),
    "na_ns": mark("Sodium"), "nap_share": mark("Sodium, persistent share"),
    "nap_shift_mv": mark("Persistent sodium, shift"), "ks_node_ns": mark("Slow potassium, node"),
    "kf_node_ns": mark("Fast potassium, node"), "leak_node_ns": mark("Leak, node"),
    "ks_internode_ns": mark("Slow potassium, internode"), "kf_internode_ns": mark("Fast potassium, internode"),
    "leak_internode_ns": mark("Leak, internode"), "h_ns": mark("Inward rectifier (Ih)"),
    "h_half_mv": mark("Inward rectifier, half-activation"), "ks_rate": mark("Slow potassium, speed"),
    "ks_half_mv": mark("Slow potassium, half-activation"), "ks_slope_mv": mark("Slow potassium, slope"),
    "ks_down": mark("Slow potassium, speed of closing"), "inactivation_rate": mark("Sodium, speed of inactivation"),
    "rest_mv": mark("Resting potential"),
}  # fmt: skip
_UNITS = {"pf": mark("pF"), "ns": mark("nS"), "mv": mark("mV")}


@click.command("excitability", cls=SpokenCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="NAME=NUMBER", help="Without FILE: what the modelled axon lives in.")
@click.option("--fit", is_flag=True, help="Find the axon that would answer so (a minute or two).")
@click.option("--starts", type=click.IntRange(1, 100), default=4, help="Starting points of the fit.")
@click.option("--seed", type=int, default=1, help="The same seed gives the same fit.")
@click.option("--svg", type=click.Path(path_type=Path), help="Write a picture over the range of healthy people.")
@language_option
@json_option
def excitability_command(
    file: Path | None, changes: tuple[str, ...], language: str | None, as_json: bool, svg: Path | None, fit: bool, **search: int
) -> None:
    """A nerve-excitability test (Qtrac .MEM FILE, or of the modelled axon) among 280 healthy people's motor axons."""
    from myognosis.simulate.axon import AxonError

    tongue = c.language_of(language)
    try:
        if file and changes:
            raise misused(mark("--set changes the modelled axon; a recording cannot be changed."), tongue)
        test = _recorded(file, tongue) if file else _modelled(_state(changes, tongue))
        found = _fitted(test, **search) if fit else None
        _answer(test, found, tongue, as_json)
        if svg:
            c.write_atomic(svg, _picture(test, found, file, tongue))
    except (RecordingError, AxonError) as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS, counted=False)
    except MissingExtra as error:
        c.without(error, tongue)


def _recorded(file: Path, tongue: Language) -> "ExcitabilityTest":
    from myognosis.model.stimulation import ExcitabilityTest
    from myognosis.readers.qtrac import read_mem

    test = read_mem(file)
    if not isinstance(test, ExcitabilityTest):
        raise misused(mark("{file}: a scan of the muscle's response, no excitability test."), tongue, file=file.name)
    return test


def _modelled(state: "AxonState") -> "ExcitabilityTest":
    from myognosis.simulate.axon import healthy_axon
    from myognosis.simulate.excitability import run_excitability

    return run_excitability(healthy_axon(), state, threshold_ma=_THRESHOLD_MA)


def _state(changes: tuple[str, ...], tongue: Language) -> "AxonState":
    from myognosis.simulate.axon import REST

    known, values = [f.name for f in fields(REST)], {}
    for text in changes:
        name, _, number = text.partition("=")
        if name not in known:
            hint = near_miss(name, known)
            guess, whole = mark("--set {name}: did you mean '{hint}'?"), mark("--set {name}: there is {known}.")
            raise misused(guess if hint else whole, tongue, name=name, hint=hint, known=", ".join(known))
        try:
            values[name] = float(number)
        except ValueError:
            raise click.UsageError(f"--set {text}: NAME=NUMBER") from None
    return REST.changed(**values)


def _fitted(test: "ExcitabilityTest", starts: int, seed: int) -> "tuple[AxonFit, tuple[Explanation, ...], float]":
    from myognosis.simulate.axon import REST
    from myognosis.simulate.excitability import explain, fit_axon

    skin = test.head.temperature_c
    nerve = REST.temperature_c if skin is None else min(max(skin, 28.0), 37.0)
    return fit_axon(test, temperature_c=nerve, starts=starts, seed=seed), explain(test, temperature_c=nerve)[:5], nerve


def _answer(test: "ExcitabilityTest", found: Any, tongue: Language, as_json: bool) -> None:
    from myognosis.simulate.excitability import points_of, share_within, standings

    rows, within = standings(test), share_within(points_of(test), 2.0)
    if as_json:
        told: dict[str, Any] = {"indices": [asdict(row) | {"usual": row.usual} for row in rows], "points_within_2_sd": within}
        if found:
            explained = [asdict(e) | {"unit": e.unit} for e in found[1]]
            told["fit"] = asdict(found[0]) | {"explained_by": explained, "temperature_c": found[2]}
        told["issues"] = c.issue_rows(test.issues, tongue)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    head = mark("{share} % of the points are within two standard deviations of 280 healthy people's mean.")
    click.echo(say(Message(head, {"share": f"{100 * within:.0f}"}), tongue))
    outside = say(Message(mark("unlike nine of ten healthy people")), tongue)
    _heads(48, (9, mark("value")), (11, mark("mean")), (1, mark("(nine of ten healthy people)")), tongue=tongue)
    for row in rows:
        name = say(Message(_NAMES[row.name]), tongue)
        note = "" if row.usual else f"  {outside}"
        numbers = f"{row.value:9.2f}   {row.mean:8.2f} ({row.low:.2f} … {row.high:.2f})".replace("-", "−")
        click.echo(f"  {name:46}{decimal(numbers, tongue)}{note}")
    for issue in test.issues:
        click.echo(c.told(c.issue_rows((issue,), tongue)[0], tongue))
    if found:
        _tell_fit(found[0], found[1], found[2], tongue)
    click.echo(say(Message(mark("A range is of healthy people; a value outside of it is no diagnosis.")), tongue))


def _heads(indent: int, *heads: tuple[int, str], tongue: Language) -> None:
    """The heads of columns, each pushed to the right edge of its width."""
    click.echo(" " * indent + " ".join(f"{say(Message(text), tongue):>{width}}" for width, text in heads))


def _constant(name: str, tongue: Language) -> str:
    """A constant of the axon in words, with its unit."""
    unit = _UNITS.get(name.rpartition("_")[2])
    named = say(Message(_CONSTANTS[name]), tongue)
    return f"{named}, {say(Message(unit), tongue)}" if unit else named


def _change(reason: "Explanation", tongue: Language) -> str:
    """By how much a constant was changed: so many times, or so many mV more or less."""
    if reason.unit == "times":
        return say(Message(mark("{n} times"), {"n": decimal(f"{reason.change:.3g}", tongue)}), tongue)
    return f"{decimal(f'{reason.change:+.3g}', tongue)} {say(Message(_UNITS['mv']), tongue)}"


def _tell_fit(found: "AxonFit", reasons: "tuple[Explanation, ...]", nerve: float, tongue: Language) -> None:
    text = mark(
        "The axon that answers so at {nerve} degrees is {rms} SD away from the test on average; constants with their 95 % interval:"
    )
    click.echo(say(Message(text, {"nerve": f"{nerve:.1f}", "rms": f"{found.rms:.2f}"}), tongue))
    untold = say(Message(mark("the test does not tell")), tongue)
    _heads(42, (10, mark("value")), (0, mark("  95 % interval   (healthy)")), tongue=tongue)
    for row in found.constants:
        note = "" if row.told else f"  {untold}"
        numbers = f"{row.value:10.4g}   {row.low:.4g} … {row.high:.4g}   ({row.healthy:.4g})".replace("-", "−")
        click.echo(f"  {_constant(row.name, tongue):40}{decimal(numbers, tongue)}{note}")
    click.echo(say(Message(mark("One change alone of the healthy axon, and the share of the distance that it explains:")), tongue))
    for reason in reasons:
        named = say(Message(_CONSTANTS[reason.name]), tongue)
        click.echo(f"  {named:40}{_change(reason, tongue):>14}   {100 * reason.share:.0f} %")
    if found.untold:
        click.echo(say(Message(mark("These can be traded for one another without much change of the test:")), tongue))
        for way in found.untold[:5]:
            click.echo(
                "  "
                + "; ".join(f"{say(Message(_CONSTANTS[name]), tongue)} {decimal(f'{size:+.2f}', tongue)}" for name, size in way)
            )


def _picture(test: "ExcitabilityTest", found: Any, file: Path | None, tongue: Language) -> bytes:
    from myognosis.simulate.axon import REST
    from myognosis.simulate.excitability import run_excitability
    from myognosis.simulate.excitability.picture import draw

    name = file.stem if file else say(Message(mark("modelled axon")), tongue)
    tests = [(name, test)]
    if found:
        state = REST.changed(temperature_c=found[2])
        tests.append(
            (say(Message(mark("fitted axon")), tongue), run_excitability(found[0].axon, state, threshold_ma=_THRESHOLD_MA))
        )
    return draw(tests, tongue)
