"""What a simulation is written as: EDF+, BIDS-EMG, NPZ or Parquet, always with its labels; pictures; data sets of many."""

from myognosis.simulate.output.files import FORMATS, Format, write_simulation

__all__ = ["FORMATS", "Format", "write_simulation"]
