"""Short names of the plants, as histories call them; the record has the firms' full names."""

from __future__ import annotations

SHORT_NAMES = {
    "leuna": "Leuna", "poelitz": "Pölitz", "bruex": "Brüx", "boehlen": "Böhlen", "welheim": "Welheim",
    "magdeburg_rothensee": "Magdeburg", "troeglitz_zeitz": "Zeitz", "luetzkendorf": "Lützkendorf",
    "luetzkendorf_ft": "Lützkendorf (F-T)", "scholven": "Scholven", "gelsenberg": "Gelsenberg",
    "wesseling": "Wesseling", "ludwigshafen_oppau": "Ludwigshafen", "blechhammer_north": "Blechhammer North",
    "blechhammer_south": "Blechhammer South", "odertal": "Odertal", "auschwitz_monowitz": "Monowitz",
    "moosbierbaum": "Moosbierbaum", "ruhland_schwarzheide": "Ruhland", "sterkrade_holten": "Sterkrade-Holten",
    "homberg_moers": "Moers-Homberg", "kamen_essener_steinkohle": "Kamen", "dortmund_hoesch": "Dortmund",
    "wanne_eickel": "Wanne-Eickel", "castrop_rauxel": "Castrop-Rauxel",
}  # fmt: skip


def short_name(plant_id: str) -> str:
    """Name for a map or a narrow table; for a plant of a user's own record its id in words."""
    return SHORT_NAMES.get(plant_id, plant_id.replace("_", " ").title())
