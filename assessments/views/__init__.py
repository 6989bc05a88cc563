"""The pages of this room, one module per subject."""

from flask import Blueprint

BLUEPRINTS: list[Blueprint] = []
