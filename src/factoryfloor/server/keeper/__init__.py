"""The process that owns the embedded server: starts it, counts its clients, leaves with it.

It uses the standard library alone and is started apart from the package around it, so that it
is up in milliseconds, stays small, and needs no access to anybody's site-packages.
"""
