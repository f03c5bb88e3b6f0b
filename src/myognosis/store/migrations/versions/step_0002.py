"""Who may do what: whoever made a case owns it, others may write; the audit says with whom a case was shared."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None

_MADE = """UPDATE access SET role = 'own' WHERE EXISTS (
    SELECT 1 FROM audit WHERE audit.case_id = access.case_id AND audit.actor = access.actor AND audit.action = 'create')"""


def upgrade() -> None:
    """Add the two columns; owners are known by the audit."""
    op.add_column("access", sa.Column("role", sa.String(10), nullable=False, server_default="write"))
    op.add_column("audit", sa.Column("whom", sa.String(200)))
    op.execute(_MADE)


def downgrade() -> None:
    """Take them out."""
    op.drop_column("audit", "whom")
    op.drop_column("access", "role")
