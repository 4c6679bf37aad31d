"""Time as the law counts it: working days from the official lists, limits, clocks that stop for lawful procedures and run on."""
