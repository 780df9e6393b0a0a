"""What planners could believe on a day: reports and their own raids in, Belief out. Never the state."""
