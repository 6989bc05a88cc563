"""Ids of rows as forms and addresses name them: whoever writes there may write anything."""


def row_id(text: str) -> int:
    """The number; 0, which is nobody's, where it is none, or none that a database counts to."""
    is_number = text.isascii() and text.isdigit() and len(text) < 20  # Python itself reads no 5,000 digits
    return int(text) if is_number and int(text) < 2**63 else 0
