"""Owns the accounting of disclosures: who read whose data, shown to whom it is about, and what they ask about it.

A *reading* is one entry of that account: a call through the exchange, granted or refused; a look of an official at a case,
a file or a full number; a showing by the person. None is written here: exchange and ledger have them, and this package reads
them together. A *contest* is a person's question about a reading, or that the data is wrong: it has a clock, an owner and
an answer. “Accounting of disclosures” is the term of 45 CFR 164.528; the right is that of 个人信息保护法 44–50.
Stands on exchange, resources, cases and licences; oversight hears of contests that nobody answered in time.
"""
