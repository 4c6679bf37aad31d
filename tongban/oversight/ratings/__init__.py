"""Ratings 好差评: the applicant rates a finished case once; a bad rating is followed up by its department.

Nobody can change or take away a rating, not even who gave it; the figures are counted from them.
"""
