"""Tests without the database."""
