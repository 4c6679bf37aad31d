"""The citizens' and companies' web: find a matter, read its guide, open a bundle."""
