"""The reviewers' desk: the queue by the clock, the case on one screen, every act a key."""
