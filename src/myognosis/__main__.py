"""``python -m myognosis`` is the same as ``myognosis``."""

from myognosis.cli import main

if __name__ == "__main__":
    main(prog_name="myognosis")
