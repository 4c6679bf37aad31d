"""Playing the plan: each step calls an operation of the city with its actor and its moment."""
