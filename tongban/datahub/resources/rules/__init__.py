"""Pure rules of the data hub's lists: the answer, its days, who may act, what the lists are worth."""
