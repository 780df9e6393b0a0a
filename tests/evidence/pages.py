"""Passages of our own with the structure of overlapping scans, for the tests of the reader."""

FULL = (
    "mined every road to the works. The smoke was no great hindrance, I am told, and we should be content with "
    "half of what the papers promise us. My crews will try again.7==  There was little doubt what Harris wanted. "
    "The stocks had been counted twice over and the figure was not in dispute, whatever the command made of it. "
    "Bufton began by saying the paper tried “to raise doubt... over the plan.”17° He also held that the larger "
    "share of the spirit came from a handful of works. Nine hydrogenation plants in Silesia gave 60 percent of the "
    "army’s petrol. Their loss would be felt within a month. The first attacks had failed for want of weight.+*7 "
    "That time was past, as the autumn proved.17%  Portal’s 20 December reply to Harris, again a copy of Bufton’s "
    "draft, told him his fears of “standing alone” were without ground— the others were fully at work. The "
    "task was “to stop and keep stopped the 9 plants in Silesia.”79 Their pro- duction, he repeated, gave 60 "
    "percent of all German needs.18° The weather would not always serve. The rest could wait until the sp"
)
CUT = FULL.index("hare of the spirit")
END = FULL.index("without ground") + 20
FIRST = FULL[:END]
SECOND = FULL[CUT:].replace("weight.+*7", "weight.4*“").replace("proved.17%", "proved.478")
