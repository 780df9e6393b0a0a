"""How a sweep scales with its workers, and what that makes of a million campaigns."""
