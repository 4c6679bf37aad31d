"""Pure decisions of the exchange: the protocol, what may leave, what may be published."""
