"""FilaOps' tests, and the test data that they stand on."""
