"""Words of the trade as the pages explain them, on hover and on the page of help."""

from __future__ import annotations

import re

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def month_words(month: str) -> str:
    """A month as a reader writes it: ``September 1944`` for ``1944-09``."""
    return f"{MONTH_NAMES[int(month[5:7]) - 1]} {month[:4]}"


def sentence(words: str) -> str:
    """Words with a capital letter at the beginning; the rest as it is."""
    return words[:1].upper() + words[1:]


POINTER = re.compile(r" ?\(?[Ss]ee \w+\.csv [\w-]+\)?\.?")


def without_pointers(note: str) -> str:
    """A note of the record without the rows that it points to by their file, which a reader of a page cannot follow."""
    return POINTER.sub("", note)


GLOSSARY: dict[str, str] = {
    "arm": "one choice of orders, flown in every possible war; two arms differ in the orders and in nothing else",
    "as flown": "the raids of the record, on their days and with their tons",
    "aviation gasoline": "petrol for aircraft engines, most of it made from coal by hydrogenation",
    "belief": "what planners could think a plant delivers, from photographs that come late and err, and from tons dropped",
    "benzol": "motor spirit won as a by-product where coke is made; the Ruhr had many small works",
    "capacity": "what a plant could make in a year undamaged",
    "claim": "one sentence of the letters, or of an historian, that a measure can be put to",
    "directive": "the standing order of what to attack first",
    "draw": "one set of the unknowns (damage, repair, luck, weather) that agrees with the record; here also called a possible war",
    "the eleven": "the synthetic plants in central and eastern Germany that Portal's letter named in December 1944",
    "Fischer-Tropsch": "a process that makes oil from coal by way of gas; little of it was aviation fuel",
    "flown anew": "worked out again by the model, day by day, with the weather and the luck of every possible war",
    "grade": "how a claim stands after its test: well supported, leans supported, open, leans against, contradicted; or mixed, "
    "a judgement, or no data",
    "history's orders": "the orders that history had, flown anew with the same luck as every other: the fair base of every comparison",
    "hydrogenation": "a process that makes petrol from coal and tar under pressure; the chief source of aviation gasoline",
    "interval": "the range that holds 90 of 100 draws, or possible wars; 5 lie under it and 5 over it",
    "marked": "known from memory or of low confidence: shown with an open circle",
    "P": "the probability that a claim holds, over what is not known of the record and of the model",
    "panacea": "Harris's word for a target said to win the war by itself",
    "possible war": "one draw flown day by day: its own weather, luck and damage",
    "rule": "what would speak for a claim, what against it, and what lies between, where the odds are taken as even",
    "stock": "fuel in store at a month's end",
    "ton": "metric, 1,000 kg, wherever no other is named; long ton 1,016 kg, short ton 907 kg",
}
