"""Stores to test against: SQLite, and a real PostgreSQL started for the tests where its programs are installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .postgres import programs, running

pytest.importorskip("sqlalchemy")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of the tests."""
    at = programs()
    if at is None:
        pytest.skip("PostgreSQL is not installed")
    with running(at) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    address: str = request.getfixturevalue("postgres")
    import sqlalchemy as sa

    engine = sa.create_engine(address)
    with engine.begin() as db:
        db.exec_driver_sql("DROP SCHEMA public CASCADE")
        db.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return address
