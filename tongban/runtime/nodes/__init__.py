"""Districts' nodes on this machine: prepared each in a process of its own, served from one parent that all share."""
