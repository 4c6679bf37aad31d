"""Pure decisions of effectiveness: who answers for what until when, and what earlier cases say of this one."""
