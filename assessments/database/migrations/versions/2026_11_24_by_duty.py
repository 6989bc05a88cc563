"""by duty"""

from alembic import op

revision = '5d1c9a7e42b3'
down_revision = '264f4bef7fe5'
branch_labels = None
depends_on = None

BY_DUTY = (
    ('next_step', 'duty_id'),
    ('step_outcome', 'duty_id'),
    ('consultation', 'duty_id'),
    ('consultation', 'closed_duty_id'),
    ('case_note', 'duty_id'),
    ('tick', 'duty_id'),
)


def upgrade() -> None:
    for table, column in BY_DUTY:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False)


def downgrade() -> None:
    for table, column in reversed(BY_DUTY):
        op.drop_index(op.f(f'ix_{table}_{column}'), table_name=table)
