"""Any target system as a folder: plants, links, raids or events, a recorded series, and what is not known about them."""
