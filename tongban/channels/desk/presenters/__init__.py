"""What pages of the desk show: plain records made of what domain queries give."""
