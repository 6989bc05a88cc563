"""Signing in through a municipality's own provider (OpenID Connect)."""
