# ruff: noqa: E501  # a fault a row
"""The catalogue of faults: files and signals with one fault each, and what a reader must make of it.

``SOUND``: read, and nothing graver than a note. A code: read with that doubt or note. ``REFUSED``: no number comes out, and the
place and the mend are said. Rows with ``keeps`` hold the known trace in their first channel, whole or up to where they were cut.
"""

import gzip
import json
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tests.readers import made
from tests.readers.edf_bytes import EdfFile, wave

SOUND, REFUSED = "sound", "refused"
HEADER, RECORD = 768, 800
Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Fault:
    """One faulty file: its name, how it is made, what must come of it."""

    name: str
    make: Make
    outcome: str
    keeps: bool = False
    units: dict[str, str] = field(default_factory=dict)


def catalogue() -> Iterator[Fault]:
    """Every fault, by format."""
    from tests.readers.faults_of_programs import of_programs
    from tests.readers.faults_within import within

    for group in (places, edf_fields, edf_sizes, edf_marks, edf_signals, bdf, wfdb, logs, archives, tsdf, cwa, sound, otb, otb4, matlab,
                  streams, text, bids, within, of_programs):  # fmt: skip
        yield from group()


def put(name: str, content: bytes | str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def edf(**change: object) -> Make:
    return put("a.edf", EdfFile(**change).to_bytes())  # type: ignore[arg-type]


# --- places: what is no plain file, and names


def places() -> Iterator[Fault]:
    def link(folder: Path, target: str = "real.edf") -> Path:
        (folder / "real.edf").write_bytes(EdfFile().to_bytes())
        (folder / "link.edf").symlink_to(folder / target)
        return folder / "link.edf"

    def pipe(folder: Path) -> Path:
        os.mkfifo(folder / "pipe.edf")
        return folder / "pipe.edf"

    def fold(folder: Path) -> Path:
        (folder / "folder.edf").mkdir()
        return folder / "folder.edf"

    def around(folder: Path) -> Path:
        edf()(folder)
        return folder / ".." / folder.name / "a.edf"

    yield Fault("a symbolic link to a file", link, SOUND, keeps=True)
    yield Fault("a symbolic link to nothing", lambda folder: link(folder, "none"), REFUSED)
    yield Fault("a pipe", pipe, REFUSED)
    yield Fault("a folder", fold, REFUSED)
    yield Fault("a path with two dots", around, SOUND, keeps=True)
    yield Fault("no such file", lambda folder: folder / "none.edf", REFUSED)
    yield Fault("a name longer than a system allows", lambda folder: folder / ("a" * 300 + ".edf"), REFUSED)
    yield Fault("a name with a zero byte", lambda folder: folder / "a\0b.edf", REFUSED)
    whole = EdfFile().to_bytes()
    for name in ("запис м'яза.edf", "😀.edf", "a b\tc.edf", "новый\nфайл.edf", "A.EDF", "rec.rec"):
        yield Fault(f"the name {name!r}", put(name, whole), SOUND, keeps=True)
    for name, content in {
        "empty": b"", "a zip": made.zip_bytes({"a": b"a"}), "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(500), "random bytes": bytes(range(256)) * 9,
        "gzip": gzip.compress(whole), "a web page": b"<!DOCTYPE html><html>not found</html>", "zeros": bytes(9000), "spaces": b" " * 9000,
        "text": b"0 is the first digit\n" * 99,
    }.items():  # fmt: skip
        yield Fault(f"EDF: {name} named so", put("a.edf", content), REFUSED)
    yield Fault("no suffix, but the first bytes of EDF", put("recording", whole), SOUND, keeps=True)
    yield Fault("an unknown suffix and unknown bytes", put("a.xyz", b"\1\2\3"), REFUSED)
    yield Fault("a test of Qtrac given as a recording", put("a.MEM", b"Qtrac\r\n"), REFUSED)
    yield Fault("samples of WFDB without their heading", put("a.dat", bytes(4000)), REFUSED)
    yield Fault("a program", put("a.exe", b"MZ" + bytes(100)), REFUSED)
    yield Fault("a gzip bomb", put("a.csv.gz", gzip.compress(bytes(3_000_000))), REFUSED)


# --- EDF, field by field


def edf_fields() -> Iterator[Fault]:
    for value in ("0", "NaN", "inf", "-inf", "-1", "one", "", "1e-9", "1e12", "1,000,0"):
        yield Fault(f"EDF: a record lasts {value!r} s", edf(record_s=value), REFUSED)
    yield Fault("EDF: a record lasts '1,0' s", edf(record_s="1,0"), "edf.comma", keeps=True)
    for value in (b"0   ", b"-3  ", b"two ", b"    ", b"4000", b"9999", b"1   ", b"3   ", b"2.0 ", b"\xff\xff\xff\xff"):
        yield Fault(f"EDF: {value!r} signals", edf(overrides={252: value}), REFUSED)
    for value, outcome in {"-1": "edf.count", "99999999": "truncated", "11": "truncated", "9": "length", "many": "edf.count", "0": REFUSED,
                           "-7": "edf.count", "1e1": "edf.count"}.items():  # fmt: skip
        yield Fault(f"EDF: {value} records", edf(stated_records=value), outcome, keeps=True)
    for value in ("512", "0", "", "-1", "header", "99999999"):
        yield Fault(
            f"EDF: the header says it is {value!r} bytes long", edf(header_bytes=value or " "), "edf.header_bytes", keeps=True
        )
    limits = {"NaN": ("NaN", "NaN"), "equal": ("5", "5"), "infinite": ("-inf", "inf"), "blank": ("", ""), "words": ("low", "high")}
    for name, pair in limits.items():
        yield Fault(f"EDF: physical limits {name}", edf(physical=pair), REFUSED)
        yield Fault(f"EDF: digital limits {name}", edf(digital=pair), REFUSED)
    yield Fault("EDF: digital limits swapped", edf(digital=("32767", "-32768")), REFUSED)
    yield Fault("EDF: physical limits swapped", edf(physical=("3276.7", "-3276.8")), "edf.inverted")
    yield Fault("EDF: limits with a decimal comma", edf(physical=("-3276,8", "3276,7")), "edf.comma", keeps=True)
    yield Fault("EDF: digital limits narrower than the samples", edf(digital=("-100", "100"), physical=("-10", "10")), "edf.beyond")
    for unit in (b"", b"furlong", b"%", b"\0\0\0", b"uV/mV", "ЙЛч".encode(), "мкВ".encode("koi8-u"), b"uV2"):
        yield Fault(f"EDF: the unit {unit!r}", edf(units=(unit, unit)), REFUSED)
    for unit in (
        "мкВ".encode(),
        "мкВ".encode("cp1251"),
        "µV".encode("latin-1"),
        "µV".encode(),
        "μV".encode(),
        b"uv",
        b"UV",
        b" uV",
        b"uV\0",
    ):
        yield Fault(f"EDF: microvolts as {unit!r}", edf(units=(unit, unit)), SOUND, keeps=True)
    yield Fault("EDF: one unit of two blank", edf(units=(b"uV", b"")), "unit", keeps=True)
    for value in (b"0       ", b"-200    ", b"many    ", b"99999999", b"        ", b"1.5     "):
        yield Fault(f"EDF: {value!r} samples a record", edf(overrides={256 + 2 * 216: value}), REFUSED)
    for start in ("99.99.9999.99.99", "30.02.2511.12.13", "........ ........", "дд.мм.рр", "01.02.2525.12.13", "01/02/2511:12:13"):
        yield Fault(
            f"EDF: the start {start!r}",
            edf(start=start[:16].ljust(16)) if start.isascii() else put("a.edf", _cyrillic_start()),
            "edf.start",
            keeps=True,
        )
    for name in ("Шевченко Т.", "Ґалаґан Є. Ї.", "Søren Ø", "李雷", "🤕"):
        for coding in ("utf-8", "cp1251", "koi8-u"):
            written = name.encode(coding, "replace")
            yield Fault(f"EDF: the person {name} in {coding}", edf(patient=written), SOUND, keeps=True)
    for labels in (("EMG", "EMG"), ("", ""), ("\0\0\0", "EMG"), ("<b>EMG</b>", "EMG"), ("ЕМГ", "ЭМГ"), ("=cmd()", "EMG")):
        yield Fault(f"EDF: labels {labels}", edf(labels=labels), SOUND, keeps=True)


def _cyrillic_start() -> bytes:
    whole = bytearray(EdfFile().to_bytes())
    whole[168:176] = "дд.мм.рр".encode("cp1251")
    return bytes(whole)


def edf_sizes() -> Iterator[Fault]:
    whole = EdfFile().to_bytes()
    for size in (1, 7, 8, 100, 184, 255, 256, 257, 300, 511, 512, 700, HEADER - 1, HEADER, HEADER + 1, HEADER + RECORD - 1):
        yield Fault(f"EDF: cut at byte {size}", put("a.edf", whole[:size]), REFUSED)
    for size in (HEADER + RECORD, HEADER + RECORD + 1, 5000, len(whole) - RECORD, len(whole) - 2, len(whole) - 1):
        yield Fault(f"EDF: cut at byte {size}", put("a.edf", whole[:size]), "truncated", keeps=True)
    for extra in (1, RECORD - 1, RECORD, 10_000):
        yield Fault(f"EDF: {extra} bytes behind the end", edf(extra=bytes(extra)), "length", keeps=True)
    for lost in (1, 2, 7):
        yield Fault(
            f"EDF: {lost} bytes lost in the patient's field", put("a.edf", whole[: 88 - lost] + whole[88:]), "edf.shift", keeps=True
        )
        yield Fault(
            f"EDF: {lost} bytes lost there and one at the end", put("a.edf", (whole[: 88 - lost] + whole[88:])[:-1]), REFUSED
        )
    yield Fault("EDF: no record", edf(n_records=0), REFUSED)


def marks(onsets: list[str], reserved: str, more: bytes = b"", labels: tuple[str, ...] = ("EMG", "EDF Annotations")) -> Make:
    file = EdfFile(labels=labels, n_records=len(onsets), per_record=200, reserved=reserved)
    body = b""
    for index, onset in enumerate(onsets):
        body += wave(200 * len(onsets)).reshape(-1, 200)[index].tobytes()
        body += (f"{onset}\x14\x14\0".encode() + more).ljust(400, b"\0")
    return put("marks.edf", file.header() + body)


def edf_marks() -> Iterator[Fault]:
    yield Fault("EDF+: sound marks", marks(["+0", "+1"], "EDF+C", b"+0.5\x15\x140\x14\0"), SOUND)
    yield Fault("EDF+D without marks", edf(reserved="EDF+D"), REFUSED)
    yield Fault("EDF+C without marks", edf(reserved="EDF+C"), SOUND, keeps=True)
    yield Fault("EDF+D with a pause", marks(["+0", "+5"], "EDF+D"), "edf.pauses")
    yield Fault("EDF+C with a pause that its header denies", marks(["+0", "+5"], "EDF+C"), "edf.pauses")
    yield Fault("EDF+D without a pause", marks(["+0", "+1"], "EDF+D"), SOUND)
    for name, onsets in {"backwards": ["+9", "+1"], "at once": ["+0", "+0"], "overlapping": ["+0", "+0.2"], "in the year 3000": ["+0", "+3e9"],
                         "weeks apart": ["+0", "+900000"]}.items():  # fmt: skip
        outcome = "edf.marks" if name == "in the year 3000" else REFUSED
        yield Fault(f"EDF+: records {name}", marks(onsets, "EDF+D"), outcome)
    for name, more in {"no end": b"+1\x14word", "no number": b"+x\x14word\x14\0", "nan": b"nan\x14word\x14\0", "infinite": b"inf\x14word\x14\0",
                       "negative length": b"+1\x15-5\x14word\x14\0", "no words": b"+1\0"}.items():  # fmt: skip
        outcome = SOUND if name == "no end" else "edf.marks"
        yield Fault(f"EDF+: a mark with {name}", marks(["+0", "+1"], "EDF+C", more), outcome)
    yield Fault("EDF+: marks in bytes that are no UTF-8", marks(["+0", "+1"], "EDF+C", b"+1\x14\xff\xfe\x14\0"), SOUND)
    only = EdfFile(labels=("EDF Annotations",), units=(b"",), record_s="0", reserved="EDF+C").to_bytes()
    yield Fault("EDF+: marks alone", put("a.edf", only), REFUSED)


# --- signals


def signal(samples: np.ndarray, **change: object) -> Make:
    """One channel 'EMG TA' of given stored numbers, a second a record."""
    rate = int(change.pop("rate", 200))  # type: ignore[call-overload]
    n = len(samples) // rate
    file = EdfFile(labels=("EMG TA",), units=(b"uV",), per_record=rate, n_records=n, **change)  # type: ignore[arg-type]
    return put("a.edf", file.header() + samples[: n * rate].astype("<i2").tobytes())


def edf_signals() -> Iterator[Fault]:
    noise = wave(2000)
    yield Fault("all zero", signal(np.zeros(2000)), "flat")
    yield Fault("constant", signal(np.full(2000, 999)), "flat")
    yield Fault("one of two channels dead", put("a.edf", _dead()), "flat")
    yield Fault("a thousand times too small", edf(physical=("-3.2768", "3.2767")), "implausible")
    yield Fault("a thousand times too large", edf(physical=("-3276800", "3276700")), "implausible")
    yield Fault("a million times too large", edf(physical=("-3.3e9", "3.3e9")), "implausible")
    yield Fault("microvolts called volts", edf(units=(b"V", b"V")), "implausible")
    yield Fault("microvolts called millivolts", edf(units=(b"mV", b"mV"), physical=("-32768", "32767")), "implausible")
    yield Fault("microvolts called nanovolts", edf(units=(b"nV", b"nV"), physical=("-327.68", "327.67")), "implausible")
    yield Fault("half of it clipped", signal(np.clip(noise, -1, 1) * 32767), "clipped")
    yield Fault("polarity inverted", signal(-noise), SOUND)
    yield Fault("1 sample", signal(np.ones(1), rate=1), "flat")
    yield Fault("1 sample a second", signal(noise, rate=1), SOUND)
    yield Fault("10 Hz", signal(noise, rate=10), SOUND)
    yield Fault("100 kHz", signal(wave(200_000), rate=100_000), SOUND)
    yield Fault("a million Hz", signal(np.tile(noise, 20), rate=2000, record_s="0.002"), REFUSED)
    yield Fault("a sample in three seconds", signal(noise, rate=1, record_s="3"), REFUSED)
    yield Fault("seven days", signal(np.tile(noise, 303), rate=1), SOUND)
    yield Fault("two records written again", signal(np.concatenate([noise[:800], noise[400:]])), "edf.repeated")
    yield Fault("one record from end to end", signal(np.tile(noise[:200], 10)), "edf.repeated")
    yield Fault("two seconds of zeros in between", signal(np.concatenate([noise[:800], np.zeros(400), noise[800:]])), "still")
    yield Fault("a moment of zeros", signal(np.concatenate([noise[:800], np.zeros(60), noise[860:]])), SOUND)


def _dead() -> bytes:
    whole = bytearray(EdfFile().to_bytes())
    for record in range(10):
        whole[HEADER + record * RECORD : HEADER + record * RECORD + 400] = bytes(400)
    return bytes(whole)


def bdf() -> Iterator[Fault]:
    def made_bdf(reserved: str = "24BIT", cut: int = 0, high: int = 8_388_607) -> Make:
        file = EdfFile(
            labels=("EMG",), units=(b"uV",), digital=("-8388608", str(high)), per_record=100, n_records=5, reserved=reserved
        )
        head = b"\xffBIOSEMI" + file.header()[8:]
        stored = (wave(500).astype("<i4") * 100).view("u1").reshape(-1, 4)[:, :3]
        whole = head + np.ascontiguousarray(stored).tobytes()
        return put("a.bdf", whole[: len(whole) - cut])

    yield Fault("BDF: sound", made_bdf(), SOUND)
    yield Fault("BDF: cut by a byte", made_bdf(cut=1), "truncated")
    yield Fault("BDF: cut in the first record", made_bdf(cut=1300), REFUSED)
    yield Fault("BDF: limits of 16 bits for samples of 24", made_bdf(high=-8_000_000), "edf.beyond")
    yield Fault("BDF: marked as EDF by its name", lambda folder: made_bdf()(folder).rename(folder / "b.edf"), SOUND)


# --- WFDB


def wfdb() -> Iterator[Fault]:
    head = (made.DATA / "emg_healthy.hea").read_text()
    data = (made.DATA / "emg_healthy.dat").read_bytes()

    def record(old: str = "", new: str = "", content: bytes | None = data, marked: bytes | None = None) -> Make:
        def make(folder: Path) -> Path:
            (folder / "emg_healthy.hea").write_text(head.replace(old, new, 1) if old else head)
            if content is not None:
                (folder / "emg_healthy.dat").write_bytes(content)
            if marked is not None:
                (folder / "emg_healthy.atr").write_bytes(marked)
            return folder / "emg_healthy.hea"

        return make

    for old, new in (
        ("10000/mV", "0/mV"), ("10000/mV", "nan/mV"), ("10000/mV", "inf/mV"), ("10000/mV", "10000/furlong"), (".dat 16", ".dat 310"),
        (".dat 16", ".dat 16x4"), (".dat 16", ".dat 16:9"), (".dat 16", ".dat"), ("emg_healthy.dat", "../emg_healthy.dat"),
        ("emg_healthy.dat", "/etc/passwd"), ("emg_healthy.dat", "absent.dat"), ("y 1 4000", "y 2 4000"), ("y 1 4000", "y 0 4000"),
        ("y 1 4000", "y 99999 4000"), ("y 1 4000", "y/3 1 4000"), ("y 1 4000", "y one 4000"), ("y 1 4000", "y 1 -4000"),
        ("y 1 4000", "y 1 nan"), ("y 1 4000", "y 1 inf"), ("y 1 4000", "y 1 0"), ("y 1 4000", "y 1 9999999"), (head, ""), (head, "\0" * 99),
        (head, "# only words\n"), (".dat 16 ", ".dat 16+99999999 "),
    ):  # fmt: skip
        yield Fault(f"WFDB: {new!r:.30} for {old!r:.20}", record(old, new), REFUSED)
    yield Fault("WFDB: no rate", record(" 4000 50860", ""), "rate.default")
    yield Fault("WFDB: an hour that is none", record("4000 50860", "4000 50860 99:99:99 99/99/9999"), SOUND)
    yield Fault("WFDB: words in Cyrillic", record("EMG\n", "ЕМГ\n"), SOUND)
    yield Fault("WFDB: one bit of the samples turned", record(content=bytes([data[0] ^ 1]) + data[1:]), "checksum")
    for cut in (1, 1001, 50_001, 101_718):
        yield Fault(f"WFDB: {cut} bytes cut off", record(content=data[:-cut]), "truncated")
    yield Fault("WFDB: no samples", record(content=b""), REFUSED)
    yield Fault("WFDB: more samples than stated", record(content=data + data[:100]), "length")
    yield Fault("WFDB: samples missing", record(content=None), REFUSED)
    yield Fault("WFDB: marks cut off", record(marked=b"\x05\x04\x09"), "marks")
    yield Fault("WFDB: marks of random bytes", record(marked=bytes(range(1, 252))), "marks")
    yield Fault("WFDB: marks empty", record(marked=b""), "marks")


# --- logs of phones


def log(text: str, coding: str = "utf-8") -> Make:
    return put("log.csv", text.encode(coding))


def logs() -> Iterator[Fault]:
    t, head = made.times(), "Time (s),x (m/s^2)\n"
    whole = head + made.rows(t, made.shake(t))
    lines = whole.splitlines()
    yield Fault("log: sound", log(whole), SOUND)
    for name, text in {
        "a mark of byte order": "\ufeff" + whole, "line feeds of an old Mac": whole.replace("\n", "\r"),
        "line feeds of Windows": whole.replace("\n", "\r\n"), "both line feeds": whole.replace("\n", "\r\n", 900),
        "empty lines": whole.replace("\n", "\n\n"), "no last line feed": whole[:-1], "words in front": "phyphox\nexport\n\n" + whole,
        "decimal commas": whole.replace(",", ";").replace(".", ","), "quoted headings": whole.replace("Time (s)", '"Time (s)"'),
        "Cyrillic headings": whole.replace("Time (s)", "Час (с)").replace("m/s^2", "м/с2"), "tabs": whole.replace(",", "\t"),
        "an empty column at the end": "\n".join(line + "," for line in lines), "numbers as 1e0": whole.replace(",9.", ",09.e0", 0),
    }.items():  # fmt: skip
        yield Fault(f"log: {name}", log(text), SOUND)
    yield Fault("log: UTF-16", log(whole, "utf-16"), SOUND)
    yield Fault("log: Windows-1251", log(whole.replace("Time (s)", "Время (с)").replace("m/s^2", "м/с2"), "cp1251"), SOUND)
    for name, text, code in (
        ("a row of words", "\n".join([*lines[:50], "stop,stop", *lines[50:]]), "rows"),
        ("a formula", "\n".join([*lines[:50], "=cmd(),1", *lines[50:]]), "rows"),
        ("a row cut off", "\n".join([*lines[:-1], lines[-1][:7]]), "rows"),
        ("a row too long", "\n".join([*lines[:50], "0.49,1,2", *lines[50:]]), "rows"),
        ("an empty cell", "\n".join([*lines[:50], lines[50].split(",")[0] + ",", *lines[51:]]), "missing"),
        ("a cell that is NaN", "\n".join([*lines[:50], lines[50].split(",")[0] + ",NaN", *lines[51:]]), "missing"),
        ("a cell that is infinite", "\n".join([*lines[:50], lines[50].split(",")[0] + ",inf", *lines[51:]]), "infinite"),
        ("a number beyond all measure", "\n".join([*lines[:50], lines[50].split(",")[0] + ",1e300", *lines[51:]]), "missing"),
        ("rows lost", "\n".join([*lines[:50], *lines[150:]]), "clock.gap"),
        ("a row twice", "\n".join([*lines[:50], lines[49], *lines[50:]]), "clock.twice"),
        ("a jump of the clock", head + made.rows(np.where(t > 9, t + 3600, t), t), "clock.gap"),
        ("a clock that jitters", head + made.rows(made.times(0.3), t), "clock.jitter"),
        ("half of the columns without a unit", whole.replace("x (m/s^2)", "x (m/s^2),y").replace("\n", ",1\n").replace("y,1", "y"), "unit"),
        ("every row with two samples", head + made.rows(np.repeat(t, 2), made.shake(np.repeat(t, 2))), "clock.half"),
        ("g called m/s2", _three(t, made.shake(t) / 9.81), "implausible"),
        ("m/s2 called g", _three(t, made.shake(t)).replace("m/s^2", "g"), "implausible"),
    ):  # fmt: skip
        yield Fault(f"log: {name}", log(text), code)
    for name, text in {
        "no clock": "x (m/s^2),y (m/s^2)\n1,2\n3,4\n", "an unknown clock": "Time (h),x (m/s^2)\n1,2\n2,4\n", "Excel days": whole.replace("(s)", "(d)"),
        "no headings": "\n".join(lines[1:]), "headings only": head, "one row": head + "1,2\n", "words only": "hello, world\n" * 50,
        "a clock that runs backwards": head + "1,2\n2,3\n1.5,3\n3,4\n", "a clock that stands": head + "1,2\n1,3\n1,3\n",
        "a clock that is NaN": head + "nan,2\n0.1,3\n0.2,3\n", "a clock that is infinite": head + "0,2\ninf,3\n0.2,3\n",
        "0.1 Hz": head + "0,2\n10,3\n20,3\n", "a million Hz": head + "0,2\n0.000001,3\n0.000002,3\n", "twins": head[:-1] + ",x (m/s^2)\n0,2,2\n0.1,3,2\n",
        "two clocks of which one is twice as fast": "Time (s),Timestamp (ms),x (m/s^2)\n" + made.rows(t, 2000 * t, made.shake(t)),
        "two clocks of which one stands": "Time (s),Timestamp (ms),x (m/s^2)\n" + made.rows(t, 0 * t, made.shake(t)),
        "no unit": whole.replace(" (m/s^2)", ""), "an unknown unit": whole.replace("m/s^2", "furlong"), "JSON": json.dumps([1, 2, 3]),
        "a web page": "<html><time>1</time></html>", "zero bytes": "a\0b,c\n1,2\n", "thousands with commas": head + "0,1,234\n1,1,235\n2,1,236\n",
        "numbers with underlines": head + "0_0,1\n1_0,2\n2_0,3\n", "empty": "\n\n\n",
    }.items():  # fmt: skip
        yield Fault(f"log: {name}", log(text), REFUSED)
    yield Fault("log: one line of a megabyte", log("Time (s)," * 120_000), REFUSED)
    yield Fault("log: one line of six megabytes", log("Time (s)," * 600_000), REFUSED)
    yield Fault("log: 10 Hz", log(head + made.rows(t * 10, t)), SOUND)
    yield Fault("log: 100 kHz", log(head + made.rows(t / 1000, t)), "rate.odd")
    both = "Time (s),Timestamp (ms),x (m/s^2)\n" + made.rows(t, 1.7e12 + 1000.4 * t, made.shake(t))
    yield Fault("log: two clocks that agree", log(both), SOUND)
    toolbox = "time,gFx,gFy,gFz,TgF\n" + made.rows(t, 0 * t, 0 * t, made.shake(t) / 9.81 - 1, 0 * t)
    for name, text, code in (
        ("of Physics Toolbox", toolbox, "clock.toolbox"), ("of Physics Toolbox, with a blank line", "\n" + toolbox, "clock.toolbox"),
        ("of Physics Toolbox, with decimal commas", toolbox.replace(",", ";").replace(".", ","), "clock.toolbox"),
        ("of Physics Toolbox, with a typographic minus", toolbox.replace("-", "\N{MINUS SIGN}"), "clock.toolbox"),
        ("of Physics Toolbox, with infinite decibels", toolbox.replace("TgF", "Gain").replace(",0.0\n", ",\N{MINUS SIGN}\N{INFINITY}\n"), "clock.toolbox"),
    ):  # fmt: skip
        yield Fault(f"log: {name}", log(text), code)
    yield Fault("log: of Physics Toolbox, with a gyroscope whose unit it does not say", log(toolbox.replace("TgF", "wx")), "unit")
    stamps = [f"2024-02-28 23:59:{50 + x:06.3f}" for x in t[t < 9]]
    yield Fault("log: dates of Excel", log("time,x (m/s^2)\n" + "\n".join(f"{s},9.8" for s in stamps)), SOUND)


def _three(t: np.ndarray, a: np.ndarray) -> str:
    nothing = np.zeros(len(t))
    return "Time (s),x (m/s^2),y (m/s^2),z (m/s^2)\n" + made.rows(t, nothing, nothing, a)


def archives() -> Iterator[Fault]:
    one, whole = made.log_text().encode(), EdfFile().to_bytes()
    for name, content, outcome in (
        ("two logs", made.phyphox_zip(), SOUND), ("no log", made.zip_bytes({"a.png": b"x"}), REFUSED), ("nothing", made.zip_bytes({}), REFUSED),
        ("a bomb", made.zip_bytes({"a.csv": bytes(20_000_000)}), REFUSED), ("cut off", made.phyphox_zip()[:2000], REFUSED),
        ("a wrong sum", _broken(made.zip_bytes({"a.csv": one})), REFUSED), ("random bytes", b"PK\3\4" + bytes(range(256)), REFUSED),
        ("a name that leads out", made.zip_bytes({"../../a.csv": one}), SOUND), ("an absolute name", made.zip_bytes({"/etc/a.csv": one}), SOUND),
        ("files of a Mac beside", made.zip_bytes({"a.csv": one, "__MACOSX/._a.csv": b"\0\1"}), SOUND),
        ("logs an hour apart", made.phyphox_zip(late_s=4000), REFUSED), ("a log in a log", made.zip_bytes({"a.zip": made.phyphox_zip()}), REFUSED),
        ("a password", _locked(made.zip_bytes({"a.csv": one})), REFUSED),
        ("an EDF alone", made.zip_bytes({"day/a.edf": whole, "readme.txt": b"x"}), SOUND),
        ("two EDF", made.zip_bytes({"a.edf": whole, "b.edf": whole}), REFUSED),
        ("an EDF whose name leads out", made.zip_bytes({"../../a.edf": whole}), SOUND),
        ("an EDF cut off inside", made.zip_bytes({"a.edf": whole[:300]}), REFUSED),
        ("an EDF with a wrong sum", _broken(made.zip_bytes({"a.edf": whole})), REFUSED),
        ("an EDF that is a bomb", made.zip_bytes({"a.edf": whole[:768] + bytes(20_000_000)}), REFUSED),
        ("an EDF under a password", _locked(made.zip_bytes({"a.edf": whole})), REFUSED),
        ("a header of WFDB without its samples", made.zip_bytes({"a.hea": b"a 1 100 50\na.dat 16 200/mV 12 0 0 0 0 EMG\n"}), REFUSED),
    ):  # fmt: skip
        yield Fault(f"zip: {name}", put("a.zip", content), outcome)


def _broken(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


def _locked(content: bytes) -> bytes:
    raw = bytearray(content)
    for sign in (b"PK\3\4", b"PK\1\2"):
        raw[raw.index(sign) + (6 if sign == b"PK\3\4" else 8)] |= 1
    return bytes(raw)


# --- TSDF, CWA, sound, OTB+, MATLAB


def tsdf() -> Iterator[Fault]:
    def described(**change: object) -> Make:
        def make(folder: Path) -> Path:
            path = folder / "meta.json"
            t = np.arange(500) / 100
            np.asarray(change.pop("clock", t)).astype("<f8").tofile(folder / "t.bin")
            np.asarray(change.pop("values", np.sin(t))).astype("<f8").tofile(folder / "v.bin")
            sensors = [
                {"file_name": "t.bin", "channels": ["time"], "units": ["relative_s"]},
                {"file_name": "v.bin", "channels": ["accelerometer_x"], "units": ["g"]},
            ]
            meta = {"rows": 500, "endianness": "little", "data_type": "float", "bits": 64, "sensors": sensors}
            path.write_text(json.dumps(meta | change))
            return path

        return make

    yield Fault("TSDF: sound", described(), SOUND)
    for name, change in {
        "too many rows": {"rows": 501}, "too few rows": {"rows": 7}, "no rows": {"rows": 0}, "rows as words": {"rows": "many"},
        "an unknown order of bytes": {"endianness": "middle"}, "63 bits": {"bits": 63}, "no sensors": {"sensors": []},
        "sensors as a word": {"sensors": "x"}, "a clock of NaN": {"clock": np.full(500, np.nan)}, "a clock of zeros": {"clock": np.zeros(500)},
        "a clock backwards": {"clock": -np.arange(500.0)}, "a clock of random numbers": {"clock": np.random.default_rng(1).normal(size=500)},
    }.items():  # fmt: skip
        yield Fault(f"TSDF: {name}", described(**change), REFUSED)  # type: ignore[arg-type]
    odd = np.sin(np.arange(500.0))
    for name, value in (("not a number", np.nan), ("infinite", np.inf), ("beyond all measure", 1e308)):
        yield Fault(f"TSDF: a sample {name}", described(values=np.where(np.arange(500) == 9, value, odd)), "missing")
    yield Fault("TSDF: infinitely many rows", described(rows=float("inf")), REFUSED)
    yield Fault("TSDF: a clock of the far future", described(clock=np.arange(500) * 1e300), REFUSED)
    yield Fault(
        "TSDF: a clock that leaps a thousand years",
        described(clock=np.where(np.arange(500) > 9, 3e10, 0) + np.arange(500)),
        REFUSED,
    )
    yield Fault(
        "TSDF: a clock with ticks of nothing",
        described(clock=np.arange(500) / 100 + np.where(np.arange(500) == 7, 1e-300, 0)),
        SOUND,
    )
    yield Fault("TSDF: nested too deep", put("a.json", '{"sensors": "data_type", "a": ' + "[" * 99_999), REFUSED)
    yield Fault("TSDF: no JSON", put("a.json", '{"sensors": data_type'), REFUSED)


def cwa() -> Iterator[Fault]:
    whole = made.cwa_bytes()
    yield Fault("CWA: sound", put("a.cwa", whole), SOUND)
    for name, change in {"a wrong sum": {"sum_off": 1}, "a wrong sign": {"overrides": {0: b"ZZ"}}, "no stamp": {"overrides": {14: b"\0\0\0\0"}},
                         "no samples": {"overrides": {28: b"\0\0"}}}.items():  # fmt: skip
        yield Fault(f"CWA: a block with {name}", put("a.cwa", made.cwa_bytes(**change)), "cwa.blocks")  # type: ignore[arg-type]
    yield Fault("CWA: a block of another rate", put("a.cwa", made.cwa_bytes(rate=0x4B)), "cwa.settings")
    yield Fault("CWA: blocks lost", put("a.cwa", made.cwa_bytes(missing=(5, 6))), "clock.gap")
    yield Fault("CWA: cut in a block", put("a.cwa", whole[:-7]), "cwa.blocks")
    yield Fault("CWA: a second copy behind the first", put("a.cwa", whole + whole[1024:]), REFUSED)
    for size in (2, 4, 1023, 1024, 1025, 1536, 2047):
        yield Fault(f"CWA: cut at byte {size}", put("a.cwa", whole[:size]), REFUSED)
    yield Fault("CWA: a header only in name", put("a.cwa", b"MD" + bytes(5000)), REFUSED)


def sound() -> Iterator[Fault]:
    told = {"*": "1000 uV"}
    stored = (np.sin(np.arange(4000) / 7) * 30_000).astype("<i2")
    whole = made.wav_bytes(stored)
    at = whole.index(b"fmt ") + 8

    def form(values: bytes) -> bytes:
        return whole[:at] + values + whole[at + 16 :]

    yield Fault("WAV: sound", put("a.wav", whole), "wav.sound", units=told)
    yield Fault("WAV: no scale told", put("a.wav", whole), REFUSED)
    yield Fault("WAV: a scale of nothing", put("a.wav", whole), REFUSED, units={"*": "0 uV"})
    yield Fault(
        "WAV: a length that was never filled in", put("a.wav", made.wav_bytes(stored, length=0xFFFFFFFF)), "wav.sound", units=told
    )
    yield Fault("WAV: a length of zero", put("a.wav", made.wav_bytes(stored, length=0)), "wav.sound", units=told)
    yield Fault("WAV: cut off", put("a.wav", whole[:-999]), "truncated", units=told)
    yield Fault("WAV: 3 Hz", put("a.wav", made.wav_bytes(stored, rate=3)), "wav.sound", units=told)
    yield Fault("WAV: NaN", put("a.wav", made.wav_bytes(np.full(99, np.nan, "<f4"), kind=3)), "wav.sound", units=told)
    for name, content in {
        "cut in the header": whole[:30], "no samples": whole[: at + 24], "no form": whole.replace(b"fmt ", b"xxxx"), "0 Hz": made.wav_bytes(stored, rate=0),
        "300 kHz": made.wav_bytes(stored, rate=300_000), "no channels": form(struct.pack("<HHIIHH", 1, 0, 8000, 16000, 2, 16)),
        "12 bits": form(struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 12)), "compressed": form(struct.pack("<HHIIHH", 85, 1, 8000, 16000, 2, 16)),
        "a frame that does not fit": form(struct.pack("<HHIIHH", 1, 1, 8000, 16000, 7, 16)), "another form": b"RIFF" + bytes(4) + b"AVI " + bytes(99),
    }.items():  # fmt: skip
        yield Fault(f"WAV: {name}", put("a.wav", content), REFUSED, units=told)


def otb() -> Iterator[Fault]:
    xml, counts = made.OTB_XML, made.otb_counts().tobytes()
    yield Fault("OTB+: sound", put("a.otb+", made.otb_bytes()), "unit")
    yield Fault("OTB+: samples cut off", put("a.otb+", made.otb_bytes(counts=counts[:-5])), "truncated")
    yield Fault(
        "OTB+: two recordings",
        put("a.otb+", made.tar_bytes({n: c for s in "ab" for n, c in ((f"{s}.sig", counts), (f"{s}.xml", xml.encode()))})),
        "otb.several",
    )
    yield Fault(
        "OTB+: two channels in one place", put("a.otb+", made.otb_bytes(xml.replace('Index="1"', 'Index="0"'))), "otb.channel"
    )
    yield Fault(
        "OTB+: a channel outside of the data", put("a.otb+", made.otb_bytes(xml.replace('Index="1"', 'Index="77"'))), "otb.channel"
    )
    yield Fault(
        "OTB+: a name that leads out", put("a.otb+", made.tar_bytes({"../../a.sig": counts, "../../a.xml": xml.encode()})), "unit"
    )
    for name, content in {
        "no tar": b"no tar at all", "nothing": made.tar_bytes({}), "no description": made.tar_bytes({"a.sig": counts}),
        "a newer form": made.tar_bytes({"Tracks_000.xml": b"<a/>", "b.sig": counts}), "no XML": made.otb_bytes("<Device"),
        "another XML": made.otb_bytes("<other/>"), "entities": made.otb_bytes("<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml),
        "24 bits": made.otb_bytes(xml.replace("16", "24")), "a rate of words": made.otb_bytes(xml.replace("2048", "fast")),
        "a rate of zero": made.otb_bytes(xml.replace("2048", "0")), "no channels": made.otb_bytes(xml.replace('Channels="3"', 'Channels="0"')),
        "no gain": made.otb_bytes(xml.replace('Gain="150"', 'Gain="0"')), "an unknown device": made.otb_bytes(xml.replace("QUATTRO", "FUTURE", 1)),
        "no samples": made.otb_bytes(counts=b""), "cut off": made.otb_bytes()[:400], "a gzip of it": gzip.compress(made.otb_bytes()),
        "a million channels": made.otb_bytes(xml.replace('Channels="3"', 'Channels="1000000"')),
    }.items():  # fmt: skip
        yield Fault(f"OTB+: {name}", put("a.otb+", content), REFUSED)


def otb4() -> Iterator[Fault]:
    xml, counts = made.OTB4_XML, made.otb4_counts().tobytes()
    yield Fault("OTB4: sound", put("a.otb4", made.otb4_bytes()), "otb4.unchecked")
    yield Fault("OTB4: samples cut off", put("a.otb4", made.otb4_bytes(counts=counts[:-5])), "truncated")
    yield Fault(
        "OTB4: two tracks in one place", put("a.otb4", made.otb4_bytes(xml.replace("Channel>2<", "Channel>1<"))), "otb.channel"
    )
    yield Fault(
        "OTB4: a track beyond the data", put("a.otb4", made.otb4_bytes(xml.replace("Channel>2<", "Channel>9<"))), "otb4.track"
    )
    for name, content in {
        "no tar": b"no tar at all", "no tracks": made.otb4_bytes("<ArrayOfTrackInfo/>"), "no XML": made.otb4_bytes("<Track"),
        "no description": made.tar_bytes({"b.sig": counts}), "no samples": made.otb4_bytes(counts=b""),
        "entities": made.otb4_bytes("<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml), "a rate of zero": made.otb4_bytes(xml.replace("2000", "0")),
        "numbers of three bytes": made.otb4_bytes(xml.replace("Size>4", "Size>3")), "no such signal": made.otb4_bytes(xml.replace("b.sig", "c.sig")),
        "a million channels": made.otb4_bytes(xml.replace("File>3", "File>1000000")),
    }.items():  # fmt: skip
        yield Fault(f"OTB4: {name}", put("a.otb4", content), REFUSED)


def matlab() -> Iterator[Fault]:
    def array(**change: object) -> Make:
        def make(folder: Path) -> Path:
            from scipy.io import savemat

            path, layout = (
                folder / "a.mat",
                change.get("layout", {"rate_hz": 1000, "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}),
            )
            numbers = change.get("x", np.random.default_rng(1).normal(0, 50, (300, 2)))
            savemat(path, {"x": numbers}, do_compression="byte" not in change)
            raw = bytearray(path.read_bytes())
            raw[change.get("byte", 0)] = change.get("to", raw[0])  # type: ignore[call-overload]
            path.write_bytes(raw[: int(change.get("cut", len(raw)))])  # type: ignore[call-overload]
            if layout is not None:
                path.with_name("a.layout.json").write_text(json.dumps(layout))
            return path

        return make

    yield Fault("MATLAB: described", array(), SOUND)
    yield Fault("MATLAB: not described", array(layout=None), REFUSED)
    yield Fault("MATLAB: no rate", array(layout={"channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}), REFUSED)
    yield Fault(
        "MATLAB: a column that is not there",
        array(layout={"rate_hz": 9, "channels": [{"column": 3, "name": "a", "unit": "uV"}]}),
        REFUSED,
    )
    yield Fault("MATLAB: an array of words", array(x=np.array(["a", "b"])), REFUSED)
    yield Fault("MATLAB: an array of nothing", array(x=np.zeros((0, 0))), REFUSED)
    yield Fault("MATLAB: complex numbers", array(x=np.ones((9, 2)) * 1j), REFUSED)
    for size in (8, 100, 127, 128, 130, 200, 900):
        yield Fault(f"MATLAB: cut at byte {size}", array(cut=size), REFUSED)
    yield Fault(
        "MATLAB: random bytes behind the head", put("a.mat", b"MATLAB 5.0 MAT-file".ljust(126) + b"IM" + bytes(range(256))), REFUSED
    )
    yield Fault("MATLAB: 7.3 only in name", put("a.mat", b"MATLAB 7.3 MAT-file".ljust(512) + bytes(512)), REFUSED)
    for name, byte in (("kind", 128), ("length", 132), ("flags", 136), ("class", 144), ("axes", 152), ("rows", 160), ("columns", 164),
                       ("name", 168), ("kind of numbers", 176), ("number of numbers", 181)):  # fmt: skip
        yield Fault(f"MATLAB: not compressed, its {name} damaged", array(byte=byte, to=99), REFUSED)
    yield Fault("MATLAB: not compressed", array(byte=0, to=ord("M")), SOUND)
    yield Fault("MATLAB: a bomb", array(x=np.zeros((2_000_000, 1))), REFUSED)


# --- streams, laboratory files, described text, side files


def streams() -> Iterator[Fault]:
    t, x = 100 + np.arange(500) / 500, np.random.default_rng(2).normal(0, 30, (500, 1))
    whole = made.xdf_bytes(x, t)
    yield Fault("XDF: sound", put("a.xdf", whole), SOUND)
    yield Fault("XDF: no unit", put("a.xdf", made.xdf_bytes(x, t, unit="")), REFUSED)
    yield Fault("XDF: an unknown unit", put("a.xdf", made.xdf_bytes(x, t, unit="furlong")), REFUSED)
    for size in (4, 20, 200, 500):
        yield Fault(f"XDF: cut at byte {size}", put("a.xdf", whole[:size]), REFUSED)

    at = whole.index(b"\4" + (500).to_bytes(4, "little")) + 1
    yield Fault(
        "XDF: a chunk that promises more than it holds", put("a.xdf", whole[:at] + b"\xff\xff\xff\x7f" + whole[at + 4 :]), REFUSED
    )
    yield Fault("XDF: a million channels", put("a.xdf", whole.replace(b"<channel_count>1<", b"<channel_count>9<")), REFUSED)
    yield Fault("XDF: cut in the last chunk", put("a.xdf", whole[:-1]), "truncated")

    def laboratory(**change: str) -> Make:
        return lambda folder: made.brain_vision(folder, **change)

    yield Fault("BrainVision: sound", laboratory(), SOUND)
    for old, new in (
        ("µV", ""),
        ("µV", "furlong"),
        ("INT_16", "INT_99"),
        ("=2", "=0"),
        ("=1000", "=0"),
        ("=1000", "=x"),
        ("MULTIPLEXED", "ODD"),
    ):
        yield Fault(f"BrainVision: {new!r} for {old!r}", laboratory(**{old: new}), REFUSED)
    for suffix in (".rhd", ".smr", ".trc", ".ns5", ".abf", ".wcp", ".plx"):
        yield Fault(f"laboratory: random bytes named {suffix}", put(f"a{suffix}", bytes(range(256)) * 9), REFUSED)
        yield Fault(f"laboratory: zeros named {suffix}", put(f"a{suffix}", bytes(5000)), REFUSED)


def text() -> Iterator[Fault]:
    def beside(content: str, layout: object = made.LAYOUT) -> Make:
        return lambda folder: made.described(folder / "a.txt", content.encode(), layout)

    numbers, channel = "512\n513\n514\n", {"column": 1, "name": "EMG", "unit": "uV"}
    yield Fault("text: sound", beside(numbers), SOUND)
    yield Fault(
        "text: raw counts without a unit",
        put("a.txt", "# Simple Text Format\n# Sampling Rate (Hz):= 1000\n# Labels:= EMG\n1\n2\n"),
        REFUSED,
    )
    yield Fault("text: raw counts without a rate", put("a.txt", "# Simple Text Format\n# Labels:= EMG\n1\n2\n"), REFUSED)
    yield Fault("text: a rate of two points", put("a.txt", "# Simple Text Format\n# Sampling Rate (Hz):= 1.0.0\n1\n2\n"), REFUSED)
    yield Fault("text: a row of words", beside(numbers + "end\n513\n"), "rows")
    yield Fault(
        "text: an empty cell",
        beside("1;2\n3;\n", {"rate_hz": 9, "channels": [channel, channel | {"column": 2, "name": "b"}]}),
        "missing",
    )
    for name, layout in {
        "an unknown field": made.LAYOUT | {"rat": 1}, "no channels": {"rate_hz": 1}, "a rate of zero": made.LAYOUT | {"rate_hz": 0},
        "a negative rate": made.LAYOUT | {"rate_hz": -5}, "a rate of words": made.LAYOUT | {"rate_hz": "x"}, "a list": [1], "a number": 7,
        "an unknown unit": {"rate_hz": 9, "channels": [channel | {"unit": "furlong"}]}, "twins": {"rate_hz": 9, "channels": [channel, channel]},
        "column 0": {"rate_hz": 9, "channels": [channel | {"column": 0}]}, "column 9": {"rate_hz": 9, "channels": [channel | {"column": 9}]},
        "a scale of NaN": {"rate_hz": 9, "channels": [channel | {"scale": float("nan")}]}, "no rate": {"channels": [channel]},
        "a million header lines": made.LAYOUT | {"header_rows": 1_000_000}, "an unknown kind": {"rate_hz": 9, "channels": [channel | {"kind": "x"}]},
        "0.01 Hz": made.LAYOUT | {"rate_hz": 0.01},
    }.items():  # fmt: skip
        yield Fault(f"description: {name}", beside(numbers, layout), REFUSED)
    yield Fault("text: nothing but head lines", beside("a\nb\n", made.LAYOUT | {"header_rows": 2}), REFUSED)
    yield Fault("text: words", beside("a\nb\n"), REFUSED)


def bids() -> Iterator[Fault]:
    def tree(name: str, content: str) -> Make:
        def make(folder: Path) -> Path:
            (folder / f"sub-01_task-a_{name}").write_text(content)
            (folder / "dataset_description.json").write_text("{}")
            path = folder / "sub-01_task-a_emg.edf"
            path.write_bytes(EdfFile().to_bytes())
            return path

        return make

    head = "name\ttype\tunits\n"
    for name, file, content, code in (
        ("a table without names", "channels.tsv", "a\tb\n1\t2\n", "bids.tsv"), ("an empty table", "channels.tsv", "", "bids.tsv"),
        ("a table of random bytes", "channels.tsv", "\x01\x02\n\x03", "bids.tsv"), ("other units", "channels.tsv", head + "EMG TA\tEMG\tV\nEEG Cz\tEEG\tV\n", "bids.unit"),
        ("too many channels", "channels.tsv", head + "EMG TA\tEMG\tuV\n" * 3, "bids.channels"), ("no JSON", "emg.json", "{", "bids.json"),
        ("JSON of a list", "emg.json", "[]", "bids.json"), ("another rate", "emg.json", '{"SamplingFrequency": 2000}', "bids.rate"),
        ("another length", "emg.json", '{"RecordingDuration": 99}', "bids.seconds"), ("nested too deep", "emg.json", "[" * 99_999, "bids.json"),
    ):  # fmt: skip
        yield Fault(f"BIDS: {name}", tree(file, content), code, keeps=True)
    yield Fault("BIDS: a rate of words", tree("emg.json", '{"SamplingFrequency": "fast"}'), SOUND, keeps=True)
