"""Search: finding a matter by the words people use.

An *entry* is anything that can be found (item, bundle, question, theme). Its *phrases* are its title and
aliases without spoken stop words; its *terms* are the lexemes kept in one GIN index (terms.py says which).
A query is *understood* (understanding.py) as groups of words with their synonyms, fetched in one statement
(statement.py) as few candidates, and ranked in Python (ranking.py), where the order is easy to explain.

The database needs no extension and no dictionary: words are cut here, so any PostgreSQL does.
"""
