"""The fast kernel on a graphics card, checked against the processor and set beside the card's own limit."""
