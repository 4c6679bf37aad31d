"""X.509 certificates of the embedded authority, in both suites. Named as a demonstration in every subject."""
