"""Promises on who speaks: paraphrase by persons and bodies, letters in all their forms, cut words, claims held already."""

import pytest

from oilplan.evidence import read_text, read_texts

HARRIS, PORTAL, BUFTON = "Sir Arthur Harris", "Sir Charles Portal", "Sydney Bufton"

SPOKEN = [
    ("The Air Staff replied that the weather had been bad. It added that October was over.", ["Air Staff"] * 2),
    ("Bomber Command's staff claimed that the moon forced their choice.", ["RAF Bomber Command"]),
    ("The Eighth Air Force began operations and continued them that month.", []),
    ("Tedder, in a note of 25 October 1944, argued that railways came first.", ["Sir Arthur Tedder"]),
    ("Spaatz went on to say that the fighters would rise to defend the plants.", ["Carl Spaatz"]),
    ("Harris was convinced that the plan was another panacea.", [HARRIS]),
    ("Harris was told that the plan would go on. Portal had been informed of the losses.", []),
    ("It was estimated that 75 percent of the tank capacity was lost.", []),
    ("Bufton wrote often. In that paper he argued that the plants were few.", [BUFTON]),
    ("Portal spoke first. When Harris met Spaatz there, he said that oil came later.", []),
    ("Colonel Josiah Blenkin came over. Blenkin warned that Leuna was at work again.", ["Josiah Blenkin"]),
    ("As noted above, Gen. Spaatz believed that the plants could be reached.", ["Carl Spaatz"]),
    ("Harris stayed. Writing to Portal on 24 January 1945, he complained that it was late.", [HARRIS]),
    ("Portal met Harris. He regretted that Harris should feel so strongly.", [PORTAL]),
    ("In Tedder's view, the railways came first. As Bufton saw it, they did not.", ["Sir Arthur Tedder", BUFTON]),
    ("Harris never claimed that oil plants were impossible to hit. If Harris had argued it, Portal left.", []),
    ("Spaatz said that the Air Staff urged that oil be attacked first.", ["Carl Spaatz"]),
    ("Portal asked whether Harris believed that oil was decisive.", [PORTAL]),
    ("According to Spaatz, the fighters would rise.", ["Carl Spaatz"]),
    ("Harris said that it was done at last. The Air Ministry objected that it was not.", [HARRIS, "Air Ministry"]),
]


@pytest.mark.parametrize(("text", "speakers"), SPOKEN)
def test_a_reported_sentence_is_its_speakers_and_nobody_elses(text, speakers):
    assert [p.speaker for p in read_text("x", text).paraphrases] == speakers


LETTERS = [
    ("In his letter to Portal of 1 November 1944 Harris complained.", (HARRIS, PORTAL, "1944-11-01")),
    ("On 12 July 1944, in a minute to Portal, Bufton warned of it.", (BUFTON, PORTAL, "1944-07-12")),
    ("Harris complained in a letter to Portal of 24 January 1945.", (HARRIS, PORTAL, "1945-01-24")),
    ("Harris sent Portal a long paper on 25 October 1944.", (HARRIS, PORTAL, "1944-10-25")),
    ("Harris rose. In a letter to Portal (November 2, 1942), he said so.", (HARRIS, PORTAL, "1942-11-02")),
    ("The reply that Portal sent to Harris on 12 November 1944 was mild.", (PORTAL, HARRIS, "1944-11-12")),
    ("Harris said so in his reply of 1 November 1944.", (HARRIS, "", "1944-11-01")),
    ("In his June 29, 1944 letter to Spaatz, Bufton asked for more.", (BUFTON, "Carl Spaatz", "1944-06-29")),
    ("On 9 February 1945 Mrs. Edith Garland wrote to Colonel Josiah Blenkin.", ("Edith Garland", "Josiah Blenkin", "1945-02-09")),
    ("On 2 May 1944 Kindel wrote to Lovell that they were ready.", ("Kindel", "Lovell", "1944-05-02")),
    ("A letter from Wing Commander Pettif to Squadron Leader Oaks, dated 3 March 1945.", ("Pettif", "Oaks", "1945-03-03")),
    ("12. Portal to Harris, 5 November 1944, Portal Papers, folder 10.", (PORTAL, HARRIS, "1944-11-05")),
    ("15. Ltr, Spaatz to Maj. Gen. Kenneth Strang, 21 Nov. 1944.", ("Carl Spaatz", "Kenneth Strang", "1944-11-21")),
    ("16. Cable, Arnold to Spaatz, U-63894, 4 May 1944.", ("Henry Arnold", "Carl Spaatz", "1944-05-04")),
    ("Ltrs., Eaker to Spaatz, 11 and 19 Sept. 1944.", ("Ira Eaker", "Carl Spaatz", "1944-09-19")),
    ("Wick, 3rd October, 1944\n\nSir, we flew.\n\nI have the honour to be, Sir, Your obedient Servant,\n\nL. Pendle\nAir Vice-Marshal\n", ("L. Pendle", "", "1944-10-03")),
    ("8 May 1944\n\nMy dear Harris,\n\nI have your letter of 2 May.\n\nYours ever,\nC. Portal\n", (HARRIS, PORTAL, "1944-05-02")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LETTERS)
def test_a_letter_is_known_by_writer_reader_and_day(text, expected):
    assert expected in {(x.sender, x.to, x.date) for x in read_text("x", text).letters}


def test_words_take_reader_and_drafter_from_another_mention_of_their_letter():
    text = (
        "Bufton drafted the reply that Portal sent to Harris on 12 November 1944. Portal's letter of 12 November 1944 "
        "went out unchanged. In it Portal said that oil had the first claim."
    )
    document = read_text("x", text)
    (letter,) = document.letters
    assert (letter.to, letter.drafted_by, len(letter.also)) == (HARRIS, BUFTON, 1)
    assert {(p.addressee, p.drafter) for p in document.paraphrases} == {(HARRIS, BUFTON)}


def test_quoted_words_take_their_reader_from_the_report_behind_them():
    (quoted,) = read_text("x", "“You are not convinced of oil,” Portal wrote to Harris on 28 January 1945.").quotations
    assert (quoted.speaker, quoted.addressee) == (PORTAL, HARRIS)


def test_a_claim_is_known_over_a_broken_line_and_a_misread_letter():
    text = "Portal wrote: “you will be unable to put your hcart into the at-\ntack of oil”."
    proposals = read_texts([("x", text)]).proposals
    assert [p.candidates for p in proposals if p.table == "claims"] == [("C27",)]


def test_a_proposal_cut_at_the_edge_of_one_scan_has_its_words_from_the_other():
    text = (
        "Portal answered that the directive already gave oil the first place, and that what was wanted was not another "
        "order but more concentrated effort by all the groups. Harris replied that the reconnaissance of the week showed "
        "the boiler house of the works still under repair and the rest at a standstill for want of coal and steam."
    )
    cut = text.index("boiler house") + 3
    claims = [p for p in read_texts([("a", text[:cut]), ("b", text[25:])]).proposals if p.table == "claims"]
    (found,) = [p for p in claims if p.row["speaker"] == HARRIS]
    assert found.quote.endswith("steam.") and found.also


def test_a_paragraph_ends_behind_a_garbled_note_as_behind_a_clean_one():
    text = (
        "The works were hit.145  Harris wrote again that the plants were few.14==  There was little truth in it. He said "
        "so.147  Portal answered at length, as he was wont to do. It was read. Nobody replied to it. So it lay. Others came "
        "and went. They were busy. Rain fell."
    )
    breaks = [r.start for r in read_text("x", text).repairs if r.kind == "paragraph_break"]
    assert breaks == [text.index("  Harris"), text.index("  There"), text.index("  Portal")]
