"""What the coordinator looks at: shares and counts of schools and municipalities, never a pupil.

Everything that is shown has gone out through a release: counted when somebody asks for it, audited for small
groups, and kept as it went out. Pages only read the latest release.
"""
