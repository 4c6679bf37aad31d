"""Pure decisions of the account: merging, periods, who answers a contest until when."""
