"""The tables of a store of many cases. A change here needs a step in ``migrations/versions``; tests compare the two."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table, Text

__all__ = ["LAST_STEP", "access", "audit", "cases", "metadata", "refused", "step"]

metadata = MetaData()

LAST_STEP = "0003"
"""The step in ``migrations/versions`` that leads to these tables."""

step = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Where Alembic keeps the last step that a database has taken, in its own form."""

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("document", Text, nullable=False),
)
"""The current version of each case."""

refused = Table(
    "refused",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("based_on", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("document", Text, nullable=False),
    Column("actor", String(200)),
)
"""Writes that came too late: kept, so that nothing that somebody entered is lost; ``actor`` is who."""

access = Table(
    "access",
    metadata,
    Column("case_id", String(36), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("actor", String(200), primary_key=True),
    Column("role", String(10), nullable=False, server_default="write"),
)
"""Who may see a case ("read"), change it ("write"), share and erase it ("own"). Who is not here may nothing."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("whom", String(200)),
    Index("audit_case", "case_id"),
)
"""Who did what, when, and with whom it was shared: ids and actions, never a value of a case. It outlives the case."""
