"""What factoryfloor costs beside its peers, as ratios of one interleaved run."""
