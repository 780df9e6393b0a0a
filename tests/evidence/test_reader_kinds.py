"""Every kind of fault seen on real books, in several forms of our own: nothing is invented, nothing falsely repaired."""

import pytest

from oilplan.evidence import read_text, read_texts

FIGURES = {
    "raised point": [
        ("Losses came to 4·7 per cent of the force.", [(4.7, "percent")]),
        ("The rate fell from 11•5 to 2·5 per cent.", [(11.5, "percent"), (2.5, "percent")]),
        ("It drew 0·25 tons a day.", [(0.25, "tons a day")]),
    ],
    "halves": [
        ("They asked for three and a half million gallons.", [(3.5e6, "gallons")]),
        ("It stood idle for one and a half months.", [(1.5, "months")]),
        ("The march took four and one-half days.", [(4.5, "days")]),
        ("Half a million tons were lost.", [(500_000, "tons")]),
        ("It held a quarter of a million barrels.", [(250_000, "barrels")]),
        ("Some 2½ million tons were made.", [(2.5e6, "tons")]),
    ],
    "share": [
        ("Two-thirds of the crews came home.", [(0.667, "share")]),
        ("A quarter of the bombs fell in the fields.", [(0.25, "share")]),
        ("They lost half of the tanks.", [(0.5, "share")]),
        ("A third British raid failed.", []),
    ],
    "dozens": [
        ("He sent two dozen aircraft.", [(24, "aircraft")]),
        ("Half a dozen bombers came back.", [(6, "aircraft")]),
    ],
    "broken words": [
        ("The group lost one hundred forty-\nfive aircraft.", [(145, "aircraft")]),
        ("It sent fifty- two bombers.", [(52, "aircraft")]),
        ("He counted twenty-\nnine trains.", [(29, "trains")]),
    ],
    "broken thousands": [
        ("It came to 12, 450 tons in all.", [(None, "tons")]),
        ("It came to 7 300 tons in all.", [(None, "tons")]),
        ("It came to 3. 250 tons in all.", [(None, "tons")]),
        ("On April 17, 115 aircraft flew.", [(115, "aircraft")]),
        ("On 5 May 12 aircraft flew.", [(12, "aircraft")]),
    ],
    "German": [
        ("Das Werk erzeugte 4.250 Tonnen.", [(4250, "metric tons")]),
        ("Nur 3,5 Prozent der Anlagen standen.", [(3.5, "percent")]),
        ("Es waren 1.250.000 t im Jahr, und die Werke standen.", [(1_250_000, "metric tons")]),
        ("The works made 4.250 tons.", [(None, "tons")]),
    ],
    "letters for digits": [
        ("The depot lay 6o miles off.", [(60, "miles")]),
        ("They took 1O0 tons of coal.", [(100, "tons")]),
        ("He asked for I,500 men.", [(1500, "persons")]),
        ("Some 2l aircraft came back.", [(21, "aircraft")]),
    ],
    "weights and builds": [
        ("The 2000-pound bombs fell wide.", []),
        ("Each carried 1,000-lb. bombs and 250 lb bombs.", []),
        ("A 12,000-pounder hit the hall.", []),
        ("Twin-engine fighters met six four-engined bombers.", [(6, "aircraft")]),
        ("The 88-mm guns and 100-octane spirit were scarce.", []),
        ("A 300-mile flight took them home.", [(300, "miles")]),
        ("The thousand-bomber raid was the first.", []),
    ],
    "types and units": [
        ("Ju 88 bombers and Bf 110 fighters came.", []),
        ("The He 111 aircraft turned back; the B-17 bombers did not.", []),
        ("The 91st sent eighteen bombers, 5 Group bombers none.", [(18, "aircraft")]),
        ("No. 617 Squadron Lancasters flew at dusk.", []),
        ("Table 12 Targets and Figure 9 plants follow.", []),
    ],
    "years": [
        ("By 1943 bombers were many; in 1942 tons had not counted.", []),
        ("During 1944 sorties doubled.", []),
        ("They dropped 1944 tons.", [(None, "tons")]),
        ("They dropped 1,944 tons.", [(1944, "tons")]),
    ],
    "page furniture": [
        ("the rest of the force\n118 THE OIL WAR\ntargets in the Ruhr.", []),
        ("the rest of the force\nTHE OIL WAR 119\ntargets in the Ruhr.", []),
        ("the rest of the force\n\n120\n\nbombers turned back.", []),
        ("was put off Page 8 of 300 3% until the raids ceased", []),
        ("was put off Loc 1200 of 5300 22% until spring", []),
        ("It lost 46% of its crews.", [(46, "percent")]),
    ],
    "bare decimals": [
        ("The share was .8 per cent.", [(0.8, "percent")]),
        ("It rose from .25 to .75 per cent.", [(None, "percent")]),
    ],
    "ligatures": [
        ("The ofﬁce counted ﬁfteen tanks.", [(15, "tanks")]),
        ("It took ﬁve days and ﬂew four sorties.", [(5, "days"), (4, "sorties")]),
    ],
    "split decimals": [("The rate was 4. 5 per cent.", [(None, "percent")])],
    "index of a book": [("Targets: 12, 57, 70–71, 268 bombs: 15, 22, 30.", [])],
    "attributes": [
        ("Twelve modern aircraft carriers and nine aircraft factories.", [(9, "factories")]),
        ("Six or seven hundred bombers flew.", [(None, "aircraft")]),
    ],
    "pronouns": [
        ("For that purpose one attacks him.", []),
        ("One of the plants stood.", []),
        ("At no one plant was this so.", []),
    ],
}


def _cases(table):
    return [pytest.param(text, want, id=f"{kind}: {text[:40]}") for kind, rows in table.items() for text, want in rows]


@pytest.mark.parametrize(("text", "expected"), _cases(FIGURES))
def test_no_figure_is_invented(text, expected):
    found = [(q.value if q.value is None else round(q.value, 3), q.unit) for q in read_text("x", text).quantities]
    assert found == expected


DATES = {
    "ranges": [
        ("On March 24-25, 1944 they flew.", ["1944-03-24/1944-03-25"]),
        ("On the night of 24/25 March 1944 they flew.", ["1944-03-24/1944-03-25"]),
        ("From 30 September to 2 October 1944 it rained.", ["1944-09-30/1944-10-02"]),
        ("The raid of December 31-January 1, 1945 failed.", ["1944-12-31/1945-01-01"]),
        ("Between 12 and 28 May 1944 they flew.", ["1944-05-12/1944-05-28"]),
    ],
    "lists": [
        ("On 12, 28 and 29 May 1944 they flew.", ["1944-05-12", "1944-05-28", "1944-05-29"]),
        ("On June 20 and 21, 1944 they flew.", ["1944-06-20", "1944-06-21"]),
        ("In June and July 1944 it was kept up.", ["1944-06", "1944-07"]),
    ],
    "figures": [
        ("Raid of 12.5.44.", ["1944-05-12"]),
        ("Raid of 4/5.4.45.", ["1945-04-04/1945-04-05"]),
        ("Raid of 24/12/44.", ["1944-12-24"]),
        ("Raid of 5/12/44.", ["[1944-05-12,1944-12-05]"]),
        ("Signal of 12 V 44.", ["1944-05-12"]),
        ("Signal of 3.XII.1944.", ["1944-12-03"]),
    ],
    "German": [
        ("Am 3. März 1944 und im Dezember 1944 brannte es.", ["1944-03-03", "1944-12"]),
        ("Vom 12. bis 14. Mai 1944 und im Herbst 1944.", ["1944-05-12/1944-05-14", "1944-23"]),
    ],
    "capitals": [
        ("SIGNAL OF 3RD JUNE 1944. STOCKS FELL BY DECEMBER 1944.", ["1944-06-03", "1944-12"]),
        ("TO ALL GROUPS, 12 MAY 44.", ["1944-05-12"]),
    ],
    "letters for days": [
        ("On I June 1944 he wrote.", ["1944-06-01"]),
        ("The plan of 2I July 1944 failed.", ["1944-07-21"]),
        ("The order of March I, 1945 stood.", ["1945-03-01"]),
    ],
    "decades": [
        ("Through the 1920s it grew.", ["192X"]),
        ("It was taught in the late 1930’s.", ["193X"]),
        ("The nineteen-forties ended it.", ["194X"]),
    ],
    "seasons": [
        ("In the autumn of 1944 and spring 1945 it failed.", ["1944-23", "1945-21"]),
        ("The winter of 1944-45 was cold.", ["1944-24"]),
    ],
    "short years": [("It began in May ’44.", ["1944-05"])],
    "no year": [
        ("In March 1945 it lay idle. In late November it had worked.", ["1945-03", "XXXX-11"]),
        ("See the file B 1904/7. On 3 June they flew.", ["XXXX-06-03"]),
        ("On 3 June they flew. It was told again in July 1952.", ["XXXX-06-03", "1952-07"]),
        ("The plan of 1938 was old. On 3 June they flew.", ["1938", "XXXX-06-03"]),
        ("In May 1944 it failed. On 22 June they flew.", ["1944-05", "1944-06-22"]),
        ("In February 1944 it failed. On 22 December they flew.", ["1944-02", "XXXX-12-22"]),
        ("In June 1944 it failed. On 3 March they flew.", ["1944-06", "XXXX-03-03"]),
        ("Printed on 2024-06-17. On 3 July they flew.", ["2024-06-17", "XXXX-07-03"]),
    ],
    "another year in the sentence": [
        ("Output had peaked in March and fell to 12,000 tons in 1945.", ["XXXX-03", "1945"]),
        ("The raids that began on September 7 tapered off in 1941.", ["XXXX-09-07", "1941"]),
        ("In June, July and August 1944 they flew.", ["1944-06", "1944-07", "1944-08"]),
        ("The winter of 1941-42 stayed cold until April.", ["1941-24", "XXXX-04"]),
        ("It grew in the summer of 1943 and ripened in March the following year.", ["1943-22", "XXXX-03"]),
        ("In May 1944 they bombed works idle since the previous November.", ["1944-05", "XXXX-11"]),
        ("So the survey [Survey, 1945-49] says. In December it went on.", ["1945/1949", "XXXX-12"]),
        ("In the autumn of 1944 they flew; by December they stopped.", ["1944-23", "1944-12"]),
    ],
    "months of a table": [
        ("Jun 8 Jul 11 Aug 24 Sep 28 Oct 35 Nov 38", []),
        ("Raids: 27 March 30 March 8 April 1945", ["XXXX-03-27", "XXXX-03-30", "1945-04-08"]),
    ],
    "headings": [
        ("6th December, 1944\n\nThe raid of 28 November failed.", ["1944-12-06", "1944-11-28"]),
        ("3rd January, 1945\n\nThe raid of 28 December failed.", ["1945-01-03", "1944-12-28"]),
    ],
}


@pytest.mark.parametrize(("text", "expected"), _cases(DATES))
def test_no_year_is_invented(text, expected):
    assert [d.edtf for d in read_text("x", text).dates] == expected


REPAIRED = {
    "own spelling": [
        ("A re-\nentry. The re-entry was planned.", "re-entry. The"),
        ("Their co-\nordination; co-ordination is good.", "co-ordination; co-ordination"),
        ("Their co-\nordination; coordination is good.", "coordination; coordination"),
        ("The week-\nend came; each week-end was free.", "week-end came"),
    ],
    "compounds": [
        ("A well-\nknown man, a long-\nterm plan.", "well-known man, a long-term plan"),
        ("A fuel-\nstarved army.", "fuel-starved"),
        ("A knock-\nout blow.", "knock-out|knockout"),
    ],
    "words": [
        ("The equip-\nment and the mainte-\nnance of rail-\nways.", "equipment and the maintenance of railways"),
        ("The air- fields were wet.", "airfields were"),
        ("The organi-\nsation of the defence.", "organisation"),
    ],
    "suspended": [
        ("Die Luft- und Seewege, die Stahl- oder Kohlewerke.", "Luft- und Seewege, die Stahl- oder"),
        ("The short- and long-term plans.", "short- and long-term"),
    ],
    "dashes": [
        ("He knew- it was plain- that all was lost.", "knew- it was plain- that"),
        ("The order- which came late- was dropped.", "order- which came late- was"),
    ],
    "columns": [("It was consid- the works were out.", "consid- the"), ("The manu- was never sent.", "manu- was")],
    "capital tails": [
        ("The Sterkrade-\nHolten works.", "Sterkrade-Holten"),
        ("A Franco-\nBritish plan.", "Franco-British"),
        ("The Leverkusen-\nOpladen line.", "Leverkusen-Opladen"),
    ],
    "glued": [
        ("The opera-tion of refine-ries.", "operation of refineries"),
        ("A co-operative, by-pass and re-arm.", "co-operative, by-pass and re-arm"),
    ],
    "over a page": [
        ("The equip-\n\n42 THE OIL WAR\n\nment was lost.", "equipment"),
        ("The mainte-\nTHE OIL WAR 43\nnance was poor.", "maintenance"),
        ("The refi-\n12\nnery burned, and the trans-\nCHAPTER FOUR 99\nport stopped.", "transport"),
    ],
    "codes": [
        ("See C.A.S.(44)17 and W.P.(44)203 of that week.", "C.A.S.(44)17 and W.P.(44)203"),
        ("It lost .5 per cent, then 1,200 men.", "lost .5 per cent, then 1,200 men"),
    ],
}


@pytest.mark.parametrize(("text", "expected"), _cases(REPAIRED))
def test_no_repair_is_false_and_none_is_missed(text, expected):
    reading = read_text("x", text).reading
    assert any(form in reading for form in expected.split("|")), reading


def test_set_apart_note_figures_are_one_marker():
    notes = read_text("x", "It fell.4 1 The trains stopped.4 2 It rained.4 3 It ended.").notes
    assert [n.number for n in notes] == [41, 42, 43]
    assert not read_text("x", "It fell. 8 August was dry.").notes


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hamburg, Kiel and Magdeburg burned.", ["Hamburg", "Magdeburg"]),
        ("Bremen, Magdeburg and Essen had oil refineries nearby.", ["Bremen", "Essen"]),
        ("Harris of 1880 wrote of Ireland.", ["Harris"]),
        ("The novelist Frank Harris knew him.", ["Harris"]),
        ("The Prime Minister, Mr. Baldwin, said so.", ["Prime Minister"]),
        ("In 1936 the Prime Minister spoke.", ["Prime Minister"]),
        ("The Joint Chiefs of Staff agreed.", ["Chiefs of Staff"]),
    ],
)
def test_no_identity_is_invented(text, unknown):
    names = {n.raw: n for n in read_text("x", text).names}
    assert all(names[raw].id is None and names[raw].candidates and names[raw].collision for raw in unknown)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("The oil refinery at Bremen burned.", "bremen_oslebshausen"),
        ("Leuna burned.", "leuna"),
        ("In June 1944 the Prime Minister spoke.", "churchill_winston"),
        ("Air Chief Marshal Harris wrote.", "harris_arthur"),
        ("A. T. HARRIS signed it.", "harris_arthur"),
    ],
)
def test_an_identity_is_given_where_context_bears_it(text, identity):
    assert identity in {n.id for n in read_text("x", text).names}


@pytest.mark.parametrize(
    "text",
    [
        "The Chief of the General Staff and the Lord Mayor.",
        "He saw General Headquarters and Lord Chancellor.",
        "General Electric and the General Post Office.",
        "Major General Staff Corps rules.",
    ],
)
def test_no_office_or_firm_is_a_person(text):
    assert not [n for n in read_text("x", text).names if n.kind == "person"]


LETTERS = [
    ("Ltr., Spaatz to Arnold, 10 Jan. 1944.", ("Carl Spaatz", "Henry Arnold", "1944-01-10")),
    ("Memo, Knerr to Fechet, 28 May 1938.", ("Knerr", "Fechet", "1938-05-28")),
    ("1 Letter, Portal to Sinclair, 3rd May 1944.", ("Sir Charles Portal", "Sinclair", "1944-05-03")),
    ("I have your letter of the 3rd June 1944.", ("", "", "1944-06-03")),
    ("My letter of 5 June 1944 said so.", ("", "", "1944-06-05")),
    (
        "AIR MINISTRY\n\n3rd May, 1944\n\nDear Harris,\n\nThe works must go.\n\nYours sincerely,\nC. F. A. PORTAL\n",
        ("Sir Charles Portal", "Sir Arthur Harris", "1944-05-03"),
    ),
    (
        "FROM: S. O. Bufton\nTO: Portal\nDATE: 12 December 1944\n\nThe works must go.",
        ("Sydney Bufton", "Sir Charles Portal", "1944-12-12"),
    ),
    (
        "12 June 1944\n\nDear Miss Holt,\n\nThank you.\n\nSincerely yours,\nJohn Q. Barlow\n",
        ("John Q. Barlow", "Miss Holt", "1944-06-12"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), LETTERS)
def test_a_letter_is_found_with_what_the_page_gives(text, expected):
    assert expected in {(x.sender, x.to, x.date) for x in read_text("x", text).letters}


def test_a_letter_found_twice_is_one_letter():
    text = "Portal’s letter of 5 January 1945 was mild. Later accounts agree. Letter Portal to Harris, 5th Jan. 1945, App. 9."
    (letter,) = read_text("x", text).letters
    assert (letter.to, letter.reference, len(letter.also)) == ("Sir Arthur Harris", "App. 9", 1)


def test_what_is_reported_has_its_speaker_and_what_is_open_says_so():
    text = "Harris said that the works were few. They held 60 percent of the oil. Nobody else was asked."
    document = read_text("x", text)
    speakers = [p.speaker for p in document.paraphrases]
    assert speakers[:2] == ["Sir Arthur Harris", "Sir Arthur Harris / narrator"]
    assert [q.speaker for q in document.quantities] == ["Sir Arthur Harris / narrator"]
    assert not read_text("x", "There was truth in what Harris said.").paraphrases


def test_a_proposal_names_the_claim_that_holds_its_words():
    text = "Bufton replied at length. He also said the major proportion of oil production came from a limited number of plants."
    claims = [p for p in read_texts([("x", text)]).proposals if p.table == "claims"]
    assert ("C13",) in {p.candidates for p in claims}
    assert all(p.row["note"].startswith("paraphrase, reported by narrator") for p in claims)


def test_every_figure_proposed_has_its_speaker():
    text = "“We lost 12 aircraft,” Harris said. The group had 40 aircraft."
    notes = [p.row["note"] for p in read_texts([("x", text)]).proposals if p.table not in ("claims", "letters")]
    assert [n.split(";")[0] for n in notes] == ["said by Sir Arthur Harris", "said by narrator"]


def test_a_doubtful_figure_is_flagged_and_not_proposed():
    reading = read_texts([("x", "It came to 12, 450 tons in all.")])
    assert reading.documents[0].quantities[0].caution
    assert not [p for p in reading.proposals if p.table not in ("claims", "letters")]


@pytest.mark.parametrize(
    "unit", ["a", "1", "1,", "a-", "A ", "'a", "12 ", "l,", "I", "one and ", "May ", "1 May and ", "Dear Sir,\n"]
)
def test_no_pattern_runs_away_on_a_long_repeated_text(unit):
    assert len(read_text("x", unit * (60_000 // len(unit))).raw) > 50_000
