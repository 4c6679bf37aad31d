"""Pure decisions of the federation: what of the changes counts, who may say what, how old is too old, the headers."""
