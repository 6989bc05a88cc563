"""moves"""

import sqlalchemy as sa
from alembic import op
from assessments.database import types

revision = '85835769b67f'
down_revision = 'fa92b5abac48'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
# What was held of a pupil was before the latest move; what is held besides is written when the database is made
# ready, with what is judged by it.
LATEST = """
    SELECT pupil_id, before_on, from_school_id, to_school_id FROM held_history AS held WHERE NOT EXISTS (
        SELECT 1 FROM held_history AS other WHERE other.pupil_id = held.pupil_id
        AND (other.before_on > held.before_on
             OR other.before_on = held.before_on AND other.to_school_id > held.to_school_id)
    )
"""
BACK = """
    INSERT INTO held_history (pupil_id, before_on, from_school_id, to_school_id)
    SELECT pupil_id, before_on, from_school_id, to_school_id FROM held_before
"""


def _again(*columns: sa.Column, key: list[str], checks: list[sa.CheckConstraint]) -> None:
    """The table anew, with one row of each pupil."""
    op.execute(f"CREATE TEMPORARY TABLE held_before AS {LATEST}")
    op.drop_table('held_history')
    op.create_table('held_history',
    sa.Column('pupil_id', ID, nullable=False),
    *columns,
    sa.Column('from_school_id', ID, nullable=False),
    *checks,
    sa.ForeignKeyConstraint(['from_school_id'], ['school.id'], name=op.f('fk_held_history_from_school_id_school')),
    sa.ForeignKeyConstraint(['pupil_id'], ['pupil.id'], name=op.f('fk_held_history_pupil_id_pupil')),
    sa.ForeignKeyConstraint(['to_school_id'], ['school.id'], name=op.f('fk_held_history_to_school_id_school')),
    sa.PrimaryKeyConstraint(*key, name=op.f('pk_held_history')),
    sqlite_strict=True
    )
    op.execute(BACK)
    op.execute("DROP TABLE held_before")


def upgrade() -> None:
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.add_column(sa.Column('accepted_at', types.Moment(), nullable=True))
    _again(
        sa.Column('to_school_id', ID, nullable=False),
        sa.Column('before_on', types.Day(), nullable=False),
        sa.Column('since_on', types.Day(), nullable=True),
        key=['pupil_id', 'to_school_id', 'before_on'],
        checks=[sa.CheckConstraint('since_on IS NULL OR since_on < before_on', name=op.f('ck_held_history_some_time'))],
    )


def downgrade() -> None:
    _again(
        sa.Column('before_on', types.Day(), nullable=False),
        sa.Column('to_school_id', ID, nullable=False),
        key=['pupil_id'],
        checks=[],
    )
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.drop_column('accepted_at')
