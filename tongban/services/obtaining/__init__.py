"""Papers that a department has: obtained by a signed call of the exchange instead of being asked for.

Where a demand for a paper was granted, its provider is asked about the applicant when a draft begins, in the applicant's
page view or after it; what came back stands in the case as evidence. Where nothing comes, the paper is asked for again.
"""
