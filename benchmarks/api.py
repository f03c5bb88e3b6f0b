"""The interface for other programs, asked by schemathesis what nobody would ask: no server error, nothing invalid accepted."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.reasoning import Tables

CASES = 5000
KEY = "k" * 32
HOST = "127.0.0.1:8123"
HEADERS = {"Host": HOST, "Authorization": f"Bearer {KEY}"}
NOTE = """Schemathesis makes bodies from the OpenAPI description, half of them valid by it and half not, for every call in turn.
Valid by the description does not mean valid: ids and units are checked by the knowledge, so that most bodies are refused."""


class Tally:
    """What came back."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.accepted_invalid = self.shapeless = 0

    def take(self, case: Any, negative: bool) -> None:
        """One call and its answer."""
        answer = case.call(headers=HEADERS)
        refused = answer.status_code >= 400
        self.statuses[answer.status_code] += 1
        self.accepted_invalid += negative and not refused and _is_about_the_body(case)
        self.shapeless += refused and "error" not in answer.json()


def _is_about_the_body(case: Any) -> bool:
    """Whether it is the body that does not fit; a header that does not matter may be anything."""
    parts = {str(kind).lower(): part for kind, part in case.meta.components.items()}
    body = next((part for kind, part in parts.items() if "body" in kind), None)
    return body is not None and body.mode.is_negative


def ask(operation: Any, mode: Any, times: int, tally: Tally) -> None:
    """One call, again and again."""
    from hypothesis import HealthCheck, Phase, given, settings

    calm = settings(
        max_examples=times, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    calm(given(case=operation.as_strategy(generation_mode=mode))(lambda case: tally.take(case, mode.is_negative)))()


def tables() -> Tables:
    """What came back, by status."""
    import schemathesis
    from schemathesis.generation import GenerationMode

    from myognosis.web import Settings, create_app

    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(folder=Path(folder), hosts=(HOST,), key="x", api_key=KEY))
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HEADERS)
        posts = [found.ok() for found in schema.get_all_operations() if found.ok().method.upper() == "POST"]
        for operation in posts:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask(operation, mode, -(-CASES // (2 * len(posts))), tally)
    asked = sum(tally.statuses.values())
    errors = sum(n for status, n in tally.statuses.items() if status >= 500)
    spread = ", ".join(f"{n} x {status}" for status, n in sorted(tally.statuses.items()))
    return NOTE, {
        "Schemathesis": [
            (f"server errors in {asked} calls ({spread})", f"{errors}", f"0 in >= {CASES}"),
            ("accepted although the body does not fit the description", f"{tally.accepted_invalid}", "0"),
            ("refused without the one shape of a fault", f"{tally.shapeless}", "0"),
        ]
    }
