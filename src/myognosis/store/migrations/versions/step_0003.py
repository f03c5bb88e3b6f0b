"""A version that came too late says who wrote it."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    """Add the column; of the versions that are there nobody knows it."""
    op.add_column("refused", sa.Column("actor", sa.String(200)))


def downgrade() -> None:
    """Take it out."""
    op.drop_column("refused", "actor")
