"""A grid of directives and rival laws flown in blocks of draws by many workers, into one chunked Zarr folder."""
