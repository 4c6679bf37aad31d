"""Pure decisions of approvals: the life cycle, who may, limits, lights, whose days, what a decision needs."""
