"""Small deliberate faults in the code, each of which named tests must catch."""
