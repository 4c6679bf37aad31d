"""What the pages of the desk of data show: rows, drawings, words. Nothing here asks the database."""
