"""The guard: what is measured and said, against the limits. It may only slow or stop."""
