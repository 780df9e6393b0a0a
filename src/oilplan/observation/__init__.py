"""What gets written down about a state: photographs and their errors. Never more than a planner was shown."""
