"""One print farm, built from FilaOps' factories, to look at and to serve."""
