"""Effectiveness: what missed its limit or broke a duty becomes an entry with an owner and a deadline; forecasts.

Lights are rules of approvals, where limits are; here is what follows from a red one, and when a case will be done
by what is known of earlier ones.
"""
