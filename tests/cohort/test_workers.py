"""Real processes: one is killed in the middle, and nothing is lost. The only test that starts any."""

import os
import shutil
import signal
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cohort.held import held

from myognosis.cohort.listing import list_recordings
from myognosis.cohort.running import Cohort, check_workers
from myognosis.cohort.tables import FILES, write_tables
from myognosis.cohort.tally import Tally
from myognosis.spread import here, processes

DATA = Path(__file__).parents[1] / "data" / "recordings"


@pytest.fixture(autouse=True)
def _no_network():
    """The processes are reached by loopback; that nothing else is, the watch over the whole run sees."""


def _written(cohort, folder):
    write_tables(cohort.done(), cohort.listing.others, folder, "en", Tally().add)
    return [pq.read_table(folder / name).to_pylist() for name in FILES[:2]] + [(folder / FILES[3]).read_bytes()]


def _kill_once(pipes, killed):
    """End the process that works on the held recording; let the next one go."""
    pid = int((pipes / "working").read_text())
    os.kill(pid, signal.SIGKILL)
    killed += [pid, int((pipes / "working").read_text())]
    (pipes / "go").write_text("go")


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the test holds the work by named pipes")
def test_a_killed_worker_loses_nothing(tmp_path, knowledge):
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.MEM", "held.MEM", "z.MEM"):
        shutil.copy(DATA / "MSCC00128A_OM2.MEM", source / name)
    (source / "torn.edf").write_bytes(b"0       ")
    for name in ("working", "go"):
        os.mkfifo(tmp_path / name)
    listing, killed = list_recordings(source, knowledge), []
    calm, disturbed = Cohort(listing, tmp_path / "calm"), Cohort(listing, tmp_path / "disturbed")
    assert len(list(calm.run(here(), None))) == 4

    killer = threading.Thread(target=_kill_once, args=(tmp_path, killed), daemon=True)
    killer.start()
    with processes(2) as crew:
        check_workers(crew)
        assert crew.client.scheduler.address.startswith("tls://127.0.0.1:"), "loopback, and nobody without the key"
        ignored = crew.client.run(signal.getsignal, signal.SIGINT).values()
        assert set(ignored) == {signal.SIG_IGN}, "Ctrl-C is for the one who asked"
        outcomes = {step.found.name: step.done.outcome for step in disturbed.run(crew, 60.0, held)}
    killer.join(60.0)  # at once; a fault is told and holds up nobody

    assert killed[0] != killed[1], "it was done by another process"
    assert outcomes == {"a.MEM": "measured", "held.MEM": "measured", "z.MEM": "measured", "torn.edf": "refused"}
    assert _written(disturbed, tmp_path / "disturbed") == _written(calm, tmp_path / "calm")
