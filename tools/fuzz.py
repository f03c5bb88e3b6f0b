"""Change sound files at random and read them: whatever comes, it is a recording or one of our own refusals.

``python tools/fuzz.py --seconds 60 --seed 1 edf wfdb`` spends so much processor time on each parser named (on all, if none is)
and reports how many files were read and refused, and what leaked. A leak is printed, and its file is kept under ``--keep``.
``tools/fuzz_guided.py`` is led by the lines of code that a file reaches; it needs atheris.
"""

import argparse
import json
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.readers import made, made_programs, made_workbooks  # noqa: E402
from tests.readers.edf_bytes import EdfFile  # noqa: E402

from myognosis.exchange.labels import read_labels  # noqa: E402
from myognosis.faults import RecordingError  # noqa: E402
from myognosis.readers import glance, glance_at, read_recording, table  # noqa: E402
from myognosis.readers.formats import matlab_arrays  # noqa: E402
from myognosis.readers.qtrac import read_mem  # noqa: E402

SLOW_S, HANG_S, LARGE_KB = 2.0, 20.0, 100_000
WORDS = (
    b"0", b"-1", b"nan", b"inf", b"1e400", b"99999999", b"1.5", b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b";", b",", b"\t", b"\r",
    b"\n", b'"', b"<", b"[" * 9, b"{", b"../", "мкВ".encode(), b"uV", b"\xfe\xff", b"PK",
)  # fmt: skip
Files = dict[str, bytes]


def small_edf(folder: Path) -> None:
    file = EdfFile(labels=("EMG", "EDF Annotations"), per_record=30, n_records=3, reserved="EDF+C")
    body = b"".join(bytes(range(60)) + f"+{i}\x14\x14\0+{i}.5\x150.1\x14a\x14\0".encode().ljust(60, b"\0") for i in range(3))
    (folder / "a.edf").write_bytes(file.header() + body)


def small_bids(folder: Path) -> None:
    (folder / "sub-01_emg.edf").write_bytes(EdfFile(per_record=20, n_records=2).to_bytes())
    (folder / "sub-01_channels.tsv").write_text("name\ttype\tunits\tsignal_electrode\nEMG TA\tEMG\tuV\tE1\nEEG Cz\tEEG\tuV\tE2\n")
    (folder / "sub-01_electrodes.tsv").write_text("name\tx\ty\tcoordinate_system\nE1\t0\t0\tg\nE2\t0\t8\tg\n")
    (folder / "sub-01_space-g_coordsystem.json").write_text('{"EMGCoordinateUnits": "mm"}')
    (folder / "sub-01_emg.json").write_text('{"SamplingFrequency": 20, "RecordingDuration": 2}')


def small_wfdb(folder: Path) -> None:
    (folder / "a.hea").write_text("a 2 100 50\na.dat 212 200(3)/mV 12 0 1 7 0 EMG\na.dat 212 200(3)/mV 12 0 1 7 0 ECG\n")
    (folder / "a.dat").write_bytes(bytes(range(150)))
    (folder / "a.atr").write_bytes(b"\x05\x04\x09\x04\x03\xfcabc\0\0\xec\1\0\2\0\x05\x04\0\0")


def small_tsdf(folder: Path) -> None:
    np.arange(20.0).tofile(folder / "t.bin")
    np.arange(20.0).tofile(folder / "v.bin")
    sensors = [
        {"file_name": "t.bin", "channels": ["time"], "units": ["relative_s"]},
        {"file_name": "v.bin", "channels": ["accelerometer_x"], "units": ["g"]},
    ]
    meta = {"rows": 20, "endianness": "little", "data_type": "float", "bits": 64, "sensors": sensors}
    (folder / "a.json").write_text(json.dumps(meta))


def small_text(folder: Path) -> None:
    made.described(folder / "a.txt", b"513;1\n514;2\n515,5;3\n" * 5, made.LAYOUT)


def small_log(folder: Path) -> None:
    t = made.times()[:40]
    (folder / "a.csv").write_text("Time (s),x (m/s^2),y (g)\n" + made.rows(t, t, t))


def small_zip(folder: Path) -> None:
    t = made.times()[:30]
    one = ("Time (s),x (m/s^2)\n" + made.rows(t, t)).encode()
    (folder / "a.zip").write_bytes(made.zip_bytes({"a.csv": one, "b.csv": one}))


def small_box(folder: Path) -> None:
    hea = b"a 1 100 20\na.dat 16 200/mV 12 0 0 0 0 EMG\n"
    (folder / "a.zip").write_bytes(made.zip_bytes({"a/a.hea": hea, "a/a.dat": bytes(40), "a/x.txt": b"-", "b.csv": b"1"}))


def small_table(folder: Path) -> None:
    """A log that counts as large, so that places all over it are looked at and NumPy reads the file."""
    table._BLOCK_BYTES, glance.LARGE_BYTES, glance._PLACES, glance._PLACE_BYTES = 200, 400, 5, 150
    t = made.times()[:40]
    (folder / "t.csv").write_text("Time (s),x (m/s^2),y (g)\n" + made.rows(t, t, t))


def small_matlab(folder: Path) -> None:
    from scipy.io import savemat

    savemat(folder / "a.mat", {"x": np.random.default_rng(1).normal(0, 9, (40, 2)), "y": np.arange(3)}, do_compression=True)
    (folder / "a.layout.json").write_text(
        '{"rate_hz": 100, "variable": "x", "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}'
    )


def small_mapped(folder: Path) -> None:
    """An array that is not compressed and counts as large, so that it stays on the disk."""
    from scipy.io import savemat

    small_matlab(folder)
    matlab_arrays._LARGE_BYTES = 100
    savemat(folder / "a.mat", {"x": np.random.default_rng(1).normal(0, 9, (40, 2)), "y": np.arange(3), "z": "word"})


def small_npz(folder: Path) -> None:
    rows = json.dumps([{"name": "EMG", "unit": "uV", "rate_hz": 100.0}])
    np.savez_compressed(folder / "a.npz", channels=np.array(rows), signal_100=np.arange(30.0).reshape(1, 30))


def small_trigno(folder: Path) -> None:
    (folder / "a.csv").write_text("\n".join(made_programs.discover().splitlines()[:60]))


def small_xls(folder: Path) -> None:
    (folder / "a.xls").write_bytes(made_workbooks.xls(made_workbooks.phyphox(n=30)))


def small_xlsx(folder: Path) -> None:
    (folder / "a.xlsx").write_bytes(made_workbooks.xlsx(made_workbooks.phyphox(n=30), shared=True))


def small_logger(folder: Path) -> None:
    (folder / "a.json").write_text(json.dumps(json.loads(made_programs.logger_json())[:60]))


def small_eeglab(folder: Path) -> None:
    """A dataset that is not compressed, with its samples apart."""
    wave = np.random.default_rng(1).normal(0, 9, (2, 40)).astype(np.float32)
    made_programs.eeglab(folder, data="set.fdt", pnts=40.0)
    (folder / "set.fdt").write_bytes(wave.T.tobytes())


def small_hdf(folder: Path) -> None:
    """A file of MATLAB 7.3, packed in chunks as MATLAB packs it."""
    import h5py

    small_matlab(folder)
    with h5py.File(folder / "a.mat", "w", userblock_size=512) as file:
        data = np.random.default_rng(1).normal(0, 9, (2, 40))
        file.create_dataset("x", data=data, chunks=(1, 20), compression="gzip")
    with (folder / "a.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))


def small_grid(folder: Path) -> None:
    made.otbiolab(folder)


def small_bdf(folder: Path) -> None:
    ends = ("-8388608", "8388607")
    file = EdfFile(per_record=20, n_records=3, reserved="24BIT", digital=ends, physical=ends, overrides={0: b"\xffBIOSEMI"})
    (folder / "a.bdf").write_bytes(file.header() + bytes(k % 7 for k in range(3 * 20 * 3 * 2)))


def small_record(kind: str) -> Callable[[Path], None]:
    """A record of WFDB in one of its other formats."""

    def write(folder: Path) -> None:
        (folder / "a.hea").write_text(f"a 2 100 20\na.dat {kind} 20/uV 8 0 0 0 0 EMG\na.dat {kind} 20/uV 8 0 0 0 0 ECG\n")
        (folder / "a.dat").write_bytes(bytes(k % 7 for k in range(40 * {"80": 1, "24": 3, "32": 4}.get(kind, 2))))

    return write


def small_labchart(folder: Path) -> None:
    heads = "Interval=\t0.001 s\nTimeFormat=\tTime\nChannelTitle=\tEMG\tForce\nRange=\t10.000 mV\t50.000 N\n"
    (folder / "a.txt").write_text(heads + "".join(f"{k / 1000:.3f}\t{k % 5 / 9:.4f}\t{k % 3}\n" for k in range(40)))


def small_labels(folder: Path) -> None:
    lines = [f"{k / 2},0.02,TA,fasciculation,note,AB" for k in range(9)]
    (folder / "labels.csv").write_text("\n".join(["start_s,duration_s,channel,class,note,rater", *lines, ""]))


def small_label_file(folder: Path) -> None:
    row = {"start_s": 1.25, "duration_s": 0.02, "channel": "TA", "class": "fasciculation", "note": "", "rater": "AB"}
    (folder / "labels.json").write_text(
        json.dumps({"schema": "myognosis/labels/1", "recording": "a", "seconds": 9, "labels": [row] * 2})
    )


def one_file(name: str, content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return write


def seeds() -> dict[str, tuple[str, Callable[[Path], object]]]:
    """For each parser the file to open, and what writes it with all that belongs to it."""
    wave, stamps = np.arange(60.0).reshape(30, 2), np.arange(30) / 100
    test = (made.DATA / "FESB70821A.MEM").read_bytes()
    scan = (made.DATA / "MSCC00128A_OM2.MEM").read_bytes()
    return {
        "edf": ("a.edf", small_edf),
        "bids": ("sub-01_emg.edf", small_bids),
        "wfdb": ("a.hea", small_wfdb),
        "tsdf": ("a.json", small_tsdf),
        "text": ("a.txt", small_text),
        "log": ("a.csv", small_log),
        "zip": ("a.zip", small_zip),
        "box": ("a.zip", small_box),
        "trigno": ("a.csv", small_trigno),
        "emgworks": ("a.csv", one_file("a.csv", "\n".join(made_programs.emgworks().splitlines()[:60]).encode())),
        "opensignals": ("a.txt", one_file("a.txt", "\n".join(made_programs.opensignals().splitlines()[:60]).encode())),
        "shimmer": ("a.csv", one_file("a.csv", "\n".join(made_programs.shimmer().splitlines()[:60]).encode())),
        "xls": ("a.xls", small_xls),
        "xlsx": ("a.xlsx", small_xlsx),
        "logger": ("a.json", small_logger),
        "table": ("t.csv", small_table),
        "cwa": ("a.cwa", one_file("a.cwa", made.cwa_bytes(4))),
        "wav": ("a.wav", one_file("a.wav", made.wav_bytes(np.arange(40).astype("<i2")))),
        "otb": ("a.otb+", one_file("a.otb+", made.otb_bytes(counts=made.otb_counts()[:20].tobytes()))),
        "otb4": ("a.otb4", one_file("a.otb4", made.otb4_bytes(counts=made.otb4_counts()[:20].tobytes()))),
        "matlab": ("a.mat", small_matlab),
        "matlab_mapped": ("a.mat", small_mapped),
        "npz": ("a.npz", small_npz),
        "mem": ("a.MEM", one_file("a.MEM", test)),
        "mem_scan": ("a.MEM", one_file("a.MEM", scan[:900] + scan[-2500:])),
        "xdf": ("a.xdf", one_file("a.xdf", made.xdf_bytes(wave, stamps, marks=((0.1, "a"),)))),
        "neo": ("b.vhdr", made.brain_vision),
        "eeglab": ("set.set", small_eeglab),
        "bdf": ("a.bdf", small_bdf),
        **{f"wfdb_{kind}": ("a.hea", small_record(kind)) for kind in ("16", "24", "32", "61", "80", "160")},
        "hdf": ("a.mat", small_hdf),
        "otbiolab": ("grid.mat", small_grid),
        "labchart": ("a.txt", small_labchart),
        "labels_table": ("labels.csv", small_labels),
        "labels": ("labels.json", small_label_file),
        "eeglab_hdf": ("set.set", made_programs.eeglab_hdf),
    }


def mutate(raw: bytes, rng: random.Random) -> bytes:
    """One to eight changes: a bit, a byte, a word, a piece lost, doubled, moved or cut off."""
    out = bytearray(raw)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = min(rng.randrange(len(out) + 1), rng.randrange(len(out) + 1)) if rng.random() < 0.5 else rng.randrange(len(out) + 1)
        n = rng.choice((1, 2, 4, 8, 80, 256))
        match rng.randrange(8):
            case 0 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(out):
                out[at] = rng.randrange(256)
            case 2:
                word = rng.choice(WORDS)
                out[at : at + len(word)] = word
            case 3:
                out[at:at] = rng.choice(WORDS)
            case 4:
                del out[at : at + n]
            case 5:
                out[at:at] = out[at : at + n]
            case 6:
                piece = out[at : at + n]
                place = rng.randrange(len(out) + 1)
                out[place : place + len(piece)] = piece
            case 7 if rng.random() < 0.3:
                del out[at:]
    return bytes(out)


class Bench:
    """A folder in memory with the sound files of one parser, in which changed ones are tried and put back."""

    def __init__(self, parser: str, base: Path, keep: Path) -> None:
        self.parser, self.base, self.keep = parser, base, keep
        self.name, write = seeds()[parser]
        write(base)
        self.files: Files = {path.name: path.read_bytes() for path in sorted(base.iterdir())}
        self.outcomes, self.leaks = Counter[str](), Counter[str]()
        self.said = set[tuple[str, ...]]()
        signal.signal(signal.SIGVTALRM, _hang)

    def attempt(self, changed: Files) -> bool:
        """Reads the files with some of them changed; whether what is said of them was never said before."""
        for which, content in changed.items():
            (self.base / which).write_bytes(content)
        found, before, most = Counter[str](), time.process_time(), _most_kb()
        signal.setitimer(signal.ITIMER_VIRTUAL, HANG_S)
        try:
            said = _outcome(self.base / self.name, found)
        except Hang:
            said = ("leaked at once",)
            found[f"hang: no end within {HANG_S:g} s"] += 1
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.outcomes[said[0]] += 1
        found["slow: more than 2 s"] += time.process_time() - before > SLOW_S
        found["memory: 100 MB for a file of some kilobytes"] += self.tried > 1 and _most_kb() - most > LARGE_KB
        if +found:
            self._keep(+found)
        for which in changed:
            (self.base / which).unlink()  # a new file each time, so that nothing remembered of the old one is met again
            (self.base / which).write_bytes(self.files[which])
        is_new = said not in self.said
        self.said.add(said)
        return is_new

    def _keep(self, found: Counter[str]) -> None:
        new = found.keys() - self.leaks.keys()
        self.leaks += found
        place = self.keep / f"{self.parser}_{len(self.leaks)}"
        if new:
            place.mkdir(parents=True, exist_ok=True)
            for which in self.files:
                (place / which).write_bytes((self.base / which).read_bytes())

    @property
    def tried(self) -> int:
        """How many files were read or refused."""
        return self.outcomes.total()

    def report(self, seconds: float) -> str:
        """What came of it, and where foreign errors came from."""
        read, refused, leaks = self.outcomes["read"], self.outcomes["refused"], self.leaks.total()
        line = f"{self.parser:9} {self.tried:8} files, {self.tried / seconds:6.0f} a second: "
        line += f"{read} read, {refused} refused, {leaks} leaks"
        return "\n".join([line, *(f"    {count:6} x {leak}" for leak, count in self.leaks.most_common(12))])


class Hang(BaseException):
    """A reader that does not come back; no ``except Exception`` stops it."""


def _hang(*_: object) -> None:
    raise Hang


def _most_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_memory() -> str | None:
    """Where folders lie that no disk slows down, if the system has such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a folder of our own is made in it


def fuzz(parser: str, seconds: float, seed: int, keep: Path) -> Bench:
    """What came of so many seconds of the processor. Files of which something new was said are changed further."""
    rng = random.Random(f"{parser}{seed}")  # noqa: S311  # chance, no secret
    with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        bench = Bench(parser, Path(folder), keep)
        names, known = sorted(bench.files), list[Files]()
        stop = time.process_time() + seconds
        while time.process_time() < stop:
            changed = dict(rng.choice(known)) if known and rng.random() < 0.5 else {}
            for which in rng.sample(names, k=min(len(names), rng.choice((1, 1, 2)))):
                changed[which] = mutate(changed.get(which, bench.files[which]), rng)
            if bench.attempt(changed) and all(len(content) < 4 * len(bench.files[which]) for which, content in changed.items()):
                known.append(changed)
    return bench


def _outcome(path: Path, leaks: Counter[str]) -> tuple[str, ...]:
    """Read, refused or leaked, and the codes of all that was said."""
    try:
        if path.suffix == ".MEM":
            return ("read", *sorted({issue.code for issue in read_mem(path).issues}))
        if path.stem == "labels":
            read_labels(path)
            return ("read",)
        if path.name == "t.csv":
            glance_at(path, units={"*": "2 uV"})
        recording = read_recording(path, units={"*": "2 uV"})
    except RecordingError as error:
        return ("refused", *sorted({issue.code for issue in error.issues}))
    except Exception as error:  # what a fuzzer is for
        last = traceback.extract_tb(error.__traceback__)[-1]
        leaks[f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"[:160]] += 1
        return ("leaked at once",)
    if any(not 1 <= c.rate_hz <= 200_000 or np.isinf(c.samples).any() for c in recording.channels):
        leaks["a rate that cannot be, or infinite samples"] += 1
    return ("read", *sorted({issue.code for issue in recording.issues}))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parsers", nargs="*", choices=[*seeds(), []])
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz")
    asked, total = options.parse_args(), 0
    for parser in asked.parsers or seeds():
        bench = fuzz(parser, asked.seconds, asked.seed, asked.keep)
        total += bench.leaks.total()
        print(bench.report(asked.seconds), flush=True)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
