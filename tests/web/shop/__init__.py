"""A small application with test endpoints, served by real processes in the tests."""
