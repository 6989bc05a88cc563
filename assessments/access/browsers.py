"""What a browser is called by the person who sits at it; no more is kept."""

BROWSERS = (("Edg", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"), ("CrOS", "Chromebook"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def called(user_agent: str) -> str | None:
    """``Firefox, Windows`` of what the browser says about itself."""
    found = [
        next((word for sign, word in signs if sign in user_agent), None) for signs in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(word for word in found if word) or None
