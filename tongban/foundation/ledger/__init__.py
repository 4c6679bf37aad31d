"""Who did what to which subject, and why: append-only, each record chained to the one before."""
