"""Where answers come from: registers of this node, departments' databases, departments' own services."""
