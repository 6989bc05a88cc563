"""rights"""

import sqlalchemy as sa
from alembic import op
from assessments.database import types

revision = '264f4bef7fe5'
down_revision = '85835769b67f'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REFUSED = 'the audit trail is only added to'
ON_SQLITE = f"""
    CREATE TRIGGER guard_audit_entry_delete BEFORE DELETE ON audit_entry FOR EACH ROW
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
"""
ON_POSTGRESQL = f"""
    CREATE OR REPLACE FUNCTION guard_audit_entry_delete() RETURNS trigger LANGUAGE plpgsql AS
    $guard$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $guard$
"""


def upgrade() -> None:
    op.create_table('narrowing',
    sa.Column('id', ID, nullable=False),
    sa.Column('pupil_id', ID, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since_on', types.Day(), nullable=False),
    sa.Column('duty_id', ID, nullable=True),
    sa.Column('lifted_at', types.Moment(), nullable=True),
    sa.Column('lifted_duty_id', ID, nullable=True),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.CheckConstraint('length(reason) BETWEEN 1 AND 200', name=op.f('ck_narrowing_reason_is_short')),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_narrowing_duty_id_duty')),
    sa.ForeignKeyConstraint(['lifted_duty_id'], ['duty.id'], name=op.f('fk_narrowing_lifted_duty_id_duty')),
    sa.ForeignKeyConstraint(['pupil_id'], ['pupil.id'], name=op.f('fk_narrowing_pupil_id_pupil')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_narrowing')),
    sqlite_strict=True
    )
    with op.batch_alter_table('narrowing', schema=None) as batch_op:
        batch_op.create_index('ix_narrowing_open', ['pupil_id'], unique=True, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_narrowing_pupil_id'), ['pupil_id'], unique=False)
    op.create_table('trail_anchor',
    sa.Column('id', ID, nullable=False),
    sa.Column('chain', ID, nullable=False),
    sa.Column('number', ID, nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('disposal_id', ID, nullable=False),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.CheckConstraint('number >= 0', name=op.f('ck_trail_anchor_number_of_a_link')),
    sa.ForeignKeyConstraint(['disposal_id'], ['disposal.id'], name=op.f('fk_trail_anchor_disposal_id_disposal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_anchor')),
    sa.UniqueConstraint('chain', 'number', name=op.f('uq_trail_anchor_chain_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('trail_anchor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trail_anchor_disposal_id'), ['disposal_id'], unique=False)
    with op.batch_alter_table('staff_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('disposed_at', types.Moment(), nullable=True))


def downgrade() -> None:
    # The guard of the trail asks the anchors whether a row may go: without them no row may.
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DROP TRIGGER IF EXISTS guard_audit_entry_delete")
        op.execute(ON_SQLITE)
    else:
        op.execute(ON_POSTGRESQL)
    op.drop_column('staff_member', 'disposed_at')  # in place: others point at the table
    with op.batch_alter_table('trail_anchor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trail_anchor_disposal_id'))
    op.drop_table('trail_anchor')
    with op.batch_alter_table('narrowing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_narrowing_pupil_id'))
        batch_op.drop_index('ix_narrowing_open', sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_table('narrowing')
