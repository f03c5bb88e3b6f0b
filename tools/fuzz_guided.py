"""Change sound files as libFuzzer does, led by the lines of the readers that each file reaches: ``pip install atheris``.

``python tools/fuzz_guided.py edf --runs 100000 --found FOLDER`` tries so many files on one parser and reports as
``tools/fuzz.py`` does. One file of a set is changed at a time; the first byte of what libFuzzer makes says which. What reached new
lines is kept in ``FOLDER/corpus_edf`` and is where the next call begins, what leaked beside it.
"""

import argparse
import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
import time
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

with atheris.instrument_imports(include=["myognosis.readers"]):  # before anything else loads them
    import myognosis.readers

    for module in pkgutil.walk_packages(myognosis.readers.__path__, "myognosis.readers."):
        importlib.import_module(module.name)

from tools.fuzz import WORDS, Bench, in_memory, seeds  # noqa: E402


def prepare(bench: Bench, found: Path) -> Path:
    """The folder of files to begin with, and the words that formats are made of."""
    corpus = found / f"corpus_{bench.parser}"
    corpus.mkdir(parents=True, exist_ok=True)
    for index, content in enumerate(bench.files.values()):
        (corpus / f"seed_{index}").write_bytes(bytes([index]) + content)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
    (found / "words.dict").write_text("".join(f'"{word}"\n' for word in quoted))
    return corpus


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parser", choices=list(seeds()))
    options.add_argument("--runs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()) / "fuzz")
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(dir=in_memory()))
    bench = Bench(asked.parser, folder, asked.found)
    names, corpus, began = list(bench.files), prepare(bench, asked.found), time.process_time()

    def one(data: bytes) -> None:
        if data:
            bench.attempt({names[data[0] % len(names)]: data[1:]})
        if bench.tried >= asked.runs:
            sys.stdout.write(bench.report(time.process_time() - began) + "\n")
            sys.stdout.flush()
            shutil.rmtree(folder)
            os._exit(1 if bench.leaks else 0)  # libFuzzer ends no other way without a word of its own

    longest = 4 * max(map(len, bench.files.values()))
    limits = [f"-seed={asked.seed}", f"-max_len={longest}", f"-dict={asked.found / 'words.dict'}", "-verbosity=0"]
    atheris.Setup([sys.argv[0], str(corpus), *limits, "-timeout=60", "-rss_limit_mb=1000"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
