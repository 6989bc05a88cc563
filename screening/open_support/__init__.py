"""Öppet stöd, familjecentraler and the like: contact details that a school gives to families on paper.

Nothing is stored of who got them: a family goes there by itself, and that is nobody else's business.
"""
