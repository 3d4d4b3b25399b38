"""${message}. Revises: ${down_revision | comma,n}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward; there is none back."""
    ${upgrades if upgrades else "raise NotImplementedError"}
