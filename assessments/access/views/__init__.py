"""The pages of this room, one module per subject."""

from assessments.access.programs import views as programs
from assessments.access.providers import views as providers
from assessments.access.trail import views as trail
from assessments.access.views import duties, own, password, staff

# The pages of links belong to the blueprint of sign_in.py.
BLUEPRINTS = [password.bp, providers.bp, own.bp, staff.bp, duties.bp, trail.bp, programs.bp]
