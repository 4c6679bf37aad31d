"""How deliveries leave: connections to receivers, threads that keep receivers apart, the courier that runs it all."""
