"""Measurements: ratios between Kvittens and the plainest thing that could do the same, taken in the same run."""
