"""Every registered reader keeps the published contract on a sound file of its format."""

from pathlib import Path

import pytest
from tests.readers.made import log_text, sound_files

from myognosis.readers import reader_for, readers
from myognosis.testing import reader_contract

for part in ("scipy", "pyxdf", "neo"):
    pytest.importorskip(part)


def test_every_reader_keeps_the_contract(tmp_path: Path):
    files = sound_files(tmp_path)
    assert {reader.name for reader in readers()} == set(files)
    for reader in readers():
        path, units = files[reader.name]
        reader_contract(reader, path, units)


def test_each_format_is_recognised_by_its_own_reader_alone(tmp_path: Path):
    for name, (path, _) in sound_files(tmp_path).items():
        assert reader_for(path).name == name
        assert [r.name for r in readers() if r.recognises(path, path.read_bytes()[:4096])] == [name]


def test_the_parser_of_each_format_is_in_the_list_of_the_fuzzer(tmp_path: Path):
    from tools.fuzz import seeds

    tried = set[str]()
    for parser, (name, write) in seeds().items():
        if parser in ("table", "matlab_mapped", "mem", "mem_scan", "labels", "labels_table"):
            continue  # the same parsers in other conditions, and those of what is no recording
        folder = tmp_path / parser
        folder.mkdir()
        write(folder)
        tried.add("box" if parser == "box" else reader_for(folder / name).name)
    assert tried == {reader.name for reader in readers(ours_only=True)} | {"box"}


def test_the_contract_notices_a_reader_that_guesses(tmp_path: Path):
    from myognosis.readers.base import Source, Span
    from myognosis.readers.formats.sensorlog import SensorLogReader

    class Shifted(SensorLogReader):
        def load(self, source: Source, span: Span):  # type: ignore[no-untyped-def]
            return super().load(source, Span(span.start_s * 0.9, span.stop_s))

    (tmp_path / "log.csv").write_text(log_text(0.2))
    with pytest.raises(AssertionError, match="differs"):
        reader_contract(Shifted(), tmp_path / "log.csv")
