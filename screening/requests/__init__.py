"""Requests for help to functions outside the school, with the guardians' consent, and contacts with the home."""
