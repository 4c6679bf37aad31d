"""One thing 一件事: the compiler from the items that apply to one form, one list of materials and one path."""
