"""Build step: compile the knowledge into one validated JSON and the message catalogues into .mo files."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileAssets(BuildHookInterface):
    """Runs before a wheel is put together, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; a fault in the knowledge stops the build."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from myognosis.knowledge.compile import compile_knowledge
        from myognosis.language import compile_catalogues

        compile_knowledge()
        compile_catalogues()
