"""What each document says, as frozen values: no database, no drawing.

``reports.gathering`` fills them, ``reports.documents`` prints them. The same figures give the same bytes.
"""
