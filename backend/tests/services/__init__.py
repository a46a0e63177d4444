"""Tests of FilaOps' services on the database."""
