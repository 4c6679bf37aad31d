"""What templates show: records of the domain turned into words and figures. No request, no database."""
