"""How a target system takes damage, recovers and delivers: pure JAX, no files, no logging.

Axes: P plants, K products (aviation gasoline, motor gasoline, diesel), R raids, E raid slots of a plant, T days,
M months. Time is axis 0. Weights are metric tons.
"""
