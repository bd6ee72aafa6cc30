"""Measures of speed and memory: ours beside a floor or a peer, in the same run, as ratios. `python -m tests.bench`."""
