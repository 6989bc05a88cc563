"""Requests for help to functions outside the school, the guardians' consent, and contacts with the home."""
