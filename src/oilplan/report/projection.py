"""Europe on a plane: Lambert's azimuthal equal-area projection about 50 N 15 E, in kilometres."""

from __future__ import annotations

from math import cos, radians, sin, sqrt

CENTRE_LATITUDE, CENTRE_LONGITUDE = 50.0, 15.0
EARTH_RADIUS_KM = 6371.0088


def lambert_km(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of the centre in kilometres; areas are true, distances to a few percent over Europe.

    latitude, longitude: degrees. [Snyder, Map Projections: A Working Manual, USGS 1395 (1987), p. 185]
    """
    phi, phi0 = radians(latitude), radians(CENTRE_LATITUDE)
    turn = radians(longitude - CENTRE_LONGITUDE)
    k = sqrt(2.0 / (1.0 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(turn)))
    east = EARTH_RADIUS_KM * k * cos(phi) * sin(turn)
    north = EARTH_RADIUS_KM * k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(turn))
    return east, north
