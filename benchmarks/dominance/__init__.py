"""Whether any order of the seminar, held throughout, is the best answer in more than half of the worlds."""
