"""ticks of schools"""

import sqlalchemy as sa
from alembic import op
from assessments.database import types

revision = '9b64e0d8f1a7'
down_revision = '5d1c9a7e42b3'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
COLUMNS = 'id, pupil_id, academic_year, item, ticked_on, line, competence, account_id, duty_id, created_at'
# The school of the duty; where a row has none, the one where the pupil went that day, or went first.
SCHOOL = """
    COALESCE(
        (SELECT duty.school_id FROM duty WHERE duty.id = tick.duty_id),
        (SELECT school_class.school_id FROM duty JOIN school_class ON school_class.id = duty.school_class_id
         WHERE duty.id = tick.duty_id),
        (SELECT school_class.school_id FROM enrolment
         JOIN school_class ON school_class.id = enrolment.school_class_id
         WHERE enrolment.pupil_id = tick.pupil_id AND enrolment.starts_on <= tick.ticked_on
         ORDER BY enrolment.starts_on DESC, enrolment.id DESC LIMIT 1),
        (SELECT school_class.school_id FROM enrolment
         JOIN school_class ON school_class.id = enrolment.school_class_id
         WHERE enrolment.pupil_id = tick.pupil_id
         ORDER BY enrolment.starts_on, enrolment.id LIMIT 1),
        (SELECT MIN(school.id) FROM school JOIN pupil ON pupil.municipality_id = school.municipality_id
         WHERE pupil.id = tick.pupil_id)
    )
"""
# The former tables hold one of each year: the latest.
LATEST = """
    NOT EXISTS (
        SELECT 1 FROM tick AS other WHERE other.pupil_id = tick.pupil_id
        AND other.academic_year = tick.academic_year AND other.item = tick.item
        AND (other.ticked_on > tick.ticked_on OR other.ticked_on = tick.ticked_on AND other.id > tick.id)
    )
"""


def _again(chosen: str, columns: str, school: list[sa.schema.SchemaItem], key: list[str]) -> None:
    """The table anew, with the rows that ``chosen`` finds in it."""
    op.execute(f"CREATE TEMPORARY TABLE tick_before AS {chosen}")
    op.drop_table('tick')
    op.create_table('tick',
    sa.Column('id', ID, nullable=False),
    sa.Column('pupil_id', ID, nullable=False),
    *school,
    sa.Column('academic_year', sa.Text(), nullable=False),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('ticked_on', types.Day(), nullable=False),
    sa.Column('line', sa.Text(), nullable=True),
    sa.Column('competence', sa.Text(), nullable=True),
    sa.Column('account_id', ID, nullable=True),
    sa.Column('duty_id', ID, nullable=True),
    sa.Column('created_at', types.Moment(), nullable=False),
    sa.CheckConstraint('competence IS NULL OR length(competence) BETWEEN 1 AND 300', name=op.f('ck_tick_competence_is_one_line')),
    sa.CheckConstraint('line IS NULL OR length(line) BETWEEN 1 AND 300', name=op.f('ck_tick_line_is_one_line')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_tick_account_id_account')),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_tick_duty_id_duty')),
    sa.ForeignKeyConstraint(['pupil_id'], ['pupil.id'], name=op.f('fk_tick_pupil_id_pupil')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tick')),
    sa.UniqueConstraint(*key, name=op.f('uq_tick_' + '_'.join(key))),
    sqlite_strict=True
    )
    op.execute(f"INSERT INTO tick ({columns}) SELECT {columns} FROM tick_before")
    op.execute("DROP TABLE tick_before")
    if op.get_bind().dialect.name == 'postgresql':  # the numbers of rows to come go on after those that are there
        op.execute("SELECT setval(pg_get_serial_sequence('tick', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM tick), false)")
    op.create_index(op.f('ix_tick_duty_id'), 'tick', ['duty_id'], unique=False)


def upgrade() -> None:
    _again(
        f"SELECT {COLUMNS}, {SCHOOL} AS school_id FROM tick",
        f"{COLUMNS}, school_id",
        [
            sa.Column('school_id', ID, nullable=False),
            sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_tick_school_id_school')),
        ],
        ['pupil_id', 'academic_year', 'item', 'school_id'],
    )


def downgrade() -> None:
    _again(
        f"SELECT {COLUMNS} FROM tick WHERE {LATEST}",
        COLUMNS,
        [],
        ['pupil_id', 'academic_year', 'item'],
    )
