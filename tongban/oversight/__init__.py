"""Watching the work: limits, breaches, effectiveness. Stands on services and never acts in their place."""
