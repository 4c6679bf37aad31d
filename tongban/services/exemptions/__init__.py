"""What this applicant need not bring, and why.

For each paper that the items ask for: exempt (with reason and law), an earlier upload offered, a commitment
to sign instead, or required. What the applicant's papers are is told by sources that plug in: the licence
library, registers, earlier cases. The decision itself is pure and is kept with everything it stood on.
"""
