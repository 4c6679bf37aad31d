"""Pure rules of licences: identifiers, numbers, validity, life cycle, what is signed."""
