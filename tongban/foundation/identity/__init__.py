"""Who somebody is and for whom they may act: persons, companies, accounts, mandates, staff and their posts.

Words: a *person* (自然人) and a *company* (法人) are who has rights; an *account* is how a person or a member of
staff comes in; a *mandate* (委托) lets a person act for another or for a company; a *guardian* (监护人) acts for a
child. Numbers, names, phones and addresses are encrypted in their columns (trust), found by a keyed index and shown
masked; to see one in full is an act with a purpose, on the ledger.
"""
