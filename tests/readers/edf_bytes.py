"""EDF files made byte by byte, sound or with one fault each."""

from dataclasses import dataclass, field

import numpy as np


def wave(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 500, n).astype("<i2")


@dataclass
class EdfFile:
    """A sound file of two channels; change a field and it has that fault."""

    labels: tuple[str, ...] = ("EMG TA", "EEG Cz")
    units: tuple[bytes, ...] = (b"uV", b"uV")
    physical: tuple[str, ...] = ("-3276.8", "3276.7")
    digital: tuple[str, ...] = ("-32768", "32767")
    per_record: int = 200
    n_records: int = 10
    record_s: str = "1"
    stated_records: str | None = None
    reserved: str = ""
    patient: bytes = b"X X X X"
    start: str = "01.02.2511.12.13"
    header_bytes: str | None = None
    extra: bytes = b""
    cut: int = 0
    overrides: dict[int, bytes] = field(default_factory=dict)

    def header(self) -> bytes:
        n = len(self.labels)
        fixed = b"0".ljust(8) + self.patient.ljust(80) + b"Startdate 01-FEB-2025 X X X".ljust(80) + self.start.encode()
        fixed += (self.header_bytes or str(256 * (n + 1))).ljust(8).encode() + self.reserved.ljust(44).encode()
        fixed += (
            (self.stated_records or str(self.n_records)).ljust(8).encode()
            + self.record_s.ljust(8).encode()
            + str(n).ljust(4).encode()
        )

        def column(values: list[bytes], width: int) -> bytes:
            return b"".join(value.ljust(width) for value in values)

        parts = column([label.encode() for label in self.labels], 16) + column([b""] * n, 80) + column(list(self.units), 8)
        for low_high in (self.physical[0], self.physical[1], self.digital[0], self.digital[1]):
            parts += column([low_high.encode()] * n, 8)
        return fixed + parts + column([b""] * n, 80) + column([str(self.per_record).encode()] * n, 8) + column([b""] * n, 32)

    def samples(self) -> np.ndarray:
        """Digital values, channel by sample."""
        return np.stack([wave(self.n_records * self.per_record, i) for i in range(len(self.labels))])

    def to_bytes(self) -> bytes:
        stored = self.samples().reshape(len(self.labels), self.n_records, self.per_record).transpose(1, 0, 2).tobytes()
        whole = bytearray(self.header() + stored + self.extra)
        for at, new in self.overrides.items():
            whole[at : at + len(new)] = new
        return bytes(whole[: len(whole) - self.cut])
