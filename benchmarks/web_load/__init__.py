"""Twenty visitors at once: how long they wait, and what the server's processor takes for them."""
