"""The parts of `busy-month`: a farm, its calendar, and what happened on it day by day."""
