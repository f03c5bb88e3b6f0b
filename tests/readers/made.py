"""Sound files of every format, made byte by byte; change an argument and a file has one fault."""

import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from tests.readers.edf_bytes import EdfFile
from tests.readers.made_programs import discover, eeglab, logger_json

DATA = Path(__file__).parents[1] / "data" / "recordings"
RATE, SECONDS = 100.0, 20.0


def times(jitter: float = 0.0) -> np.ndarray:
    t = np.arange(int(RATE * SECONDS)) / RATE
    return t + np.random.default_rng(1).uniform(-jitter, jitter, len(t)) / RATE


def shake(t: np.ndarray) -> np.ndarray:
    """A tremor on the weight of the hand, m/s2."""
    return 9.81 + 0.5 * np.sin(2 * np.pi * 5.3 * t)


def rows(*columns: np.ndarray, delimiter: str = ",", comma: bool = False) -> str:
    text = "\n".join(delimiter.join(f"{value:.9f}" for value in row) for row in zip(*columns, strict=True))
    return (text.replace(".", ",") if comma else text) + "\n"


def log_text(jitter: float = 0.0) -> str:
    t = times(jitter)
    return '"Time (s)","Acceleration x (m/s^2)"\n' + rows(t, shake(t))


def zip_bytes(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def phyphox_zip(late_s: float = 0.05) -> bytes:
    t = times()
    turn = '"Time (s)","Gyroscope x (rad/s)"\n' + rows(t + late_s, np.cos(t))
    device = "property,value\ndeviceModel,phone\n"
    return zip_bytes({"Accelerometer.csv": log_text().encode(), "Gyroscope.csv": turn.encode(), "meta/device.csv": device.encode()})


def wav_bytes(samples: np.ndarray, rate: int = 8000, *, kind: int = 1, length: int | None = None) -> bytes:
    """Sound of one channel, in the number type of the samples."""
    data, bits = samples.tobytes(), samples.dtype.itemsize * 8
    form = struct.pack("<HHIIHH", kind, 1, rate, rate * bits // 8, bits // 8, bits)
    stated = len(data) if length is None else length
    body = b"WAVE" + b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 16) + form
    body += b"data" + struct.pack("<I", stated) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def cwa_block(number: int, begin_s: float, stored: np.ndarray, *, axes: int = 3, rate: int = 0x4A, **change: object) -> bytes:
    """One block; its stamp is the second in which it begins, its offset the sample at which that second was full."""
    second = int(begin_s)
    stamp = (25 << 26) | (3 << 22) | (9 << 17) | ((10 + second // 3600) << 12) | ((second // 60 % 60) << 6) | second % 60
    fraction = 0x8000 | int((begin_s - second) * 32768)
    offset = -int((fraction & 0x7FFF) / 32768 * 100)
    head = struct.pack(
        "<2sHHIIIHHBBBBhH", b"AX", 508, fraction, 0, number, stamp, 0, 0, 0, 0, rate, axes << 4 | 2, offset, len(stored)
    )
    body = bytearray((head + stored.astype("<i2").tobytes()).ljust(510, b"\0"))
    for at, new in change.get("overrides", {}).items():  # type: ignore[attr-defined]
        body[at : at + len(new)] = new
    total = int(np.frombuffer(bytes(body), "<u2").sum(dtype=np.uint64)) + int(change.get("sum_off", 0))  # type: ignore[call-overload]
    return bytes(body) + struct.pack("<H", -total % 65536)


def cwa_bytes(n_blocks: int = 25, *, missing: tuple[int, ...] = (), **change: object) -> bytes:
    """Blocks of 80 samples of three axes at 100 Hz, of a shake in the first axis."""
    out = b"MD" + struct.pack("<H", 1020) + bytes(1020)
    for index in range(n_blocks):
        if index not in missing:
            t = (index * 80 + np.arange(80)) / 100
            stored = np.stack([shake(t) / 9.80665 * 256, np.zeros(80), np.full(80, 7)], 1).round()
            out += cwa_block(index, index * 0.8, stored, **(change if index == 12 else {}))  # type: ignore[arg-type]
    return out


OTB_XML = (
    '<Device Name="QUATTRO" ad_bits="16" SampleFrequency="2048" DeviceTotalChannels="3"><Channels>'
    '<Adapter ID="AdapterQuattro" Gain="150" ChannelStartIndex="0"><Channel ID="grid" Index="0" Muscle="TA" Gain="1"/>'
    '<Channel ID="grid" Index="1" Muscle="TA" Gain="1"/></Adapter>'
    '<Adapter ID="AdapterAux" Gain="0.5" ChannelStartIndex="2"><Channel ID="AUX force" Index="0"/></Adapter></Channels></Device>'
)


def tar_bytes(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def otb_counts() -> np.ndarray:
    return np.random.default_rng(4).integers(-3000, 3000, (2048, 3)).astype("<i2")


def otb_bytes(xml: str = OTB_XML, counts: bytes | None = None) -> bytes:
    signal = otb_counts().tobytes() if counts is None else counts
    return tar_bytes({"patient.xml": b"<p><name>Somebody</name></p>", "a.sig": signal, "a.xml": xml.encode()})


TRACK = (
    "<TrackInfo><Title>{title}</Title><Gain>{gain}</Gain><ADC_Nbits>24</ADC_Nbits><ADC_Range>4.8</ADC_Range>"
    "<SamplingFrequency>2000</SamplingFrequency><SignalStreamPath>b.sig</SignalStreamPath><NumberOfChannels>{n}</NumberOfChannels>"
    "<AcquisitionChannel>{first}</AcquisitionChannel><TotalChannelsInFile>3</TotalChannelsInFile><SampleSize>4</SampleSize></TrackInfo>"
)
OTB4_XML = (
    "<ArrayOfTrackInfo>"
    + TRACK.format(title="TA", gain=2, n=2, first=0)
    + TRACK.format(title="AUX", gain=1, n=1, first=2)
    + "</ArrayOfTrackInfo>"
)


def otb4_counts() -> np.ndarray:
    return np.random.default_rng(5).integers(-30_000, 30_000, (2000, 3)).astype("<i4")


def otb4_bytes(xml: str = OTB4_XML, counts: bytes | None = None) -> bytes:
    signal = otb4_counts().tobytes() if counts is None else counts
    return tar_bytes({"Tracks_000.xml": xml.encode(), "b.sig": signal})


def otbiolab(folder: Path, **change: object) -> Path:
    """An export of OTBiolab with a grid of 64, a force and a result of its decomposition."""
    from scipy.io import savemat

    def cells(values: list[object]) -> np.ndarray:
        out = np.empty((len(values), 1), object)
        out[:, 0] = values
        return out

    names = [f"TA - GR08MM1305 ({i})[uV]" for i in range(1, 65)] + ["force[N]", "Source for decomposition of TA (1)[a.u]"]
    data = np.random.default_rng(6).normal(0, 40, (500, 66))
    arrays = {"Data": cells([data]), "Description": cells(list(names)), "SamplingFrequency": np.array([[2048]], np.uint16)}
    path = folder / "grid.mat"
    savemat(path, arrays | change)
    return path


LAYOUT: dict[str, object] = {"rate_hz": 1000, "channels": [{"column": 1, "name": "EMG", "unit": "uV", "scale": 0.5, "zero": 512}]}


def described(path: Path, content: bytes, layout: object = LAYOUT) -> Path:
    path.write_bytes(content)
    path.with_name(f"{path.stem}.layout.json").write_text(json.dumps(layout))
    return path


def sound_files(folder: Path) -> dict[str, tuple[Path, dict[str, str]]]:
    """One file of each format that a reader must read without a word, and the units that it must be told."""

    def put(name: str, content: bytes | str) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    t = np.arange(500) / 100
    t.astype("<f8").tofile(folder / "t.bin")
    np.sin(t).astype("<f8").tofile(folder / "v.bin")
    sensors = [
        {"file_name": "t.bin", "channels": ["time"], "units": ["relative_s"]},
        {"file_name": "v.bin", "channels": ["accelerometer_x"], "units": ["g"]},
    ]
    meta = {"rows": 500, "endianness": "little", "data_type": "float", "bits": 64, "sensors": sensors}
    numbers = "\n".join(str(512 + n % 7) for n in range(3000)) + "\n"
    return {
        "wfdb": (DATA / "bw_3min.hea", {}),
        "edf": (put("a.edf", EdfFile().to_bytes()), {}),
        "tsdf": (put("meta.json", json.dumps(meta)), {}),
        "cwa": (put("wrist.cwa", cwa_bytes()), {}),
        "matlab": (otbiolab(folder), {}),
        "otb": (put("grid.otb+", otb_bytes()), {"AUX force 3": "N"}),
        "otb4": (put("grid.otb4", otb4_bytes()), {"AUX 1": "N"}),
        "xdf": (put("a.xdf", xdf_bytes(np.sin(np.arange(2000.0)).reshape(1000, 2), np.arange(1000) / 500)), {}),
        "neo": (brain_vision(folder), {}),
        "text": (described(folder / "counts.txt", numbers.encode()), {}),
        "npz": (npz(folder), {}),
        "wav": (put("needle.wav", wav_bytes(np.arange(-8000, 8000).astype("<i2"))), {"*": "1000 uV"}),
        "sensor_log": (put("phyphox.zip", phyphox_zip()), {}),
        "eeglab": (eeglab(folder), {"*": "uV"}),
        "trigno": (put("trial.csv", discover()), {}),
        "workbook": (DATA / "phyphox.xls", {}),
        "sensor_logger": (put("log.json", logger_json()), {}),
    }


def npz(folder: Path, **other: object) -> Path:
    """Two channels at two rates, as a simulation is written."""
    rows = [
        {"name": "EMG", "kind": "emg", "unit": "uV", "rate_hz": 1000.0, "place_mm": [0.0, 8.0]},
        {"name": "Force", "kind": "force", "unit": "N", "rate_hz": 100.0, "place_mm": None},
    ]
    truth = {"epochs": [{"start_s": 0.0, "duration_s": 3.0, "kind": "rest"}], "events": []}
    arrays = {"channels": np.array(json.dumps(rows)), "truth": np.array(json.dumps(truth))}
    arrays |= {"signal_1000": np.sin(np.arange(3000.0))[None], "signal_100": np.ones((1, 300), np.float32)}
    np.savez(folder / "made.npz", **{name: value for name, value in (arrays | other).items() if value is not None})
    return folder / "made.npz"


def xdf_bytes(
    samples: np.ndarray, stamps: np.ndarray, *, unit: str = "microvolts", marks: tuple[tuple[float, str], ...] = ()
) -> bytes:
    """Two streams: samples of type EMG with a description, and markers."""

    def chunk(tag: int, content: bytes) -> bytes:
        return b"\4" + struct.pack("<IH", len(content) + 2, tag) + content

    def header(number: int, xml: str) -> bytes:
        return chunk(2, struct.pack("<I", number) + f"<?xml version='1.0'?><info>{xml}</info>".encode())

    described = "".join(f"<channel><label>M{i + 1}</label><unit>{unit}</unit></channel>" for i in range(samples.shape[1]))
    out = b"XDF:" + chunk(1, b"<?xml version='1.0'?><info><version>1.0</version></info>")
    out += header(1, f"<name>amp</name><type>EMG</type><channel_count>{samples.shape[1]}</channel_count>"
                     f"<nominal_srate>500</nominal_srate><channel_format>float32</channel_format>"
                     f"<desc><channels>{described}</channels></desc>")  # fmt: skip
    out += header(2, "<name>m</name><type>Markers</type><channel_count>1</channel_count><nominal_srate>0</nominal_srate>"
                     "<channel_format>string</channel_format>")  # fmt: skip
    body = b"".join(b"\x08" + struct.pack("<d", t) + row.astype("<f4").tobytes() for t, row in zip(stamps, samples, strict=True))
    out += chunk(3, struct.pack("<IBI", 1, 4, len(samples)) + body)
    words = b"".join(b"\x08" + struct.pack("<d", t) + b"\x01" + struct.pack("B", len(w)) + w.encode() for t, w in marks)
    return out + chunk(3, struct.pack("<IBI", 2, 4, len(marks)) + words)


def brain_vision(folder: Path, **change: str) -> Path:
    """A header, its marks and its samples in 16 bits, of two channels."""
    counts = np.random.default_rng(8).integers(-2000, 2000, (1500, 2)).astype("<i2")
    (folder / "b.eeg").write_bytes(counts.tobytes())
    (folder / "b.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\nDataFile=b.eeg\n[Marker Infos]\n"
        "Mk1=New Segment,,1,1,0,20250101120000000000\nMk2=Stimulus,S  1,501,1,0\n", "utf-8",
    )  # fmt: skip
    text = (
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\nDataFile=b.eeg\nMarkerFile=b.vmrk\n"
        "DataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels=2\nSamplingInterval=1000\n[Binary Infos]\n"
        "BinaryFormat=INT_16\n[Channel Infos]\nCh1=EMG TA,,0.5,µV\nCh2=Cz,,0.1,µV\n"
    )
    for old, new in change.items():
        text = text.replace(old, new)
    path = folder / "b.vhdr"
    path.write_text(text, "utf-8")
    return path
