"""Names and sentences of a made-up coast, for make_tasks.py. {a}, {b} and {c} are towns, {p} and {q}
people; what the other places stand for is said in make_tasks.draw."""

TOWNS = ["Tornhaven", "Elsby", "Brackwell", "Quist Bay", "Lower Marl", "Saltmere", "Hovering Point",
         "Old Dunnet", "Fennick", "Three Wells"]
PEOPLE = ["Ada Morrow", "Jonas Wick", "Petra Holm", "Silas Oake", "Ines Varga", "Tomas Reed",
          "Mina Castell", "Oscar Lunde", "Rhea Tamm", "Felix Arden", "Nora Bly", "Emil Strand"]
SHIPS = ["Grey Heron", "Marigold", "North Lamp", "Second Wind", "Lady Fennick", "Cormorant"]
CLUBS = ["Saltmere Rowing Club", "Tornhaven Choir", "Elsby Chess Circle", "Brackwell Weaving Guild",
         "Fennick Band", "Marl Historical Society"]
GOODS = ["smoked eel", "plum jam", "wool socks", "honey", "sea salt", "clay bowls", "rye bread"]
THINGS = ["a bronze bell", "an old sea chart", "a whale's jawbone", "a model of the harbour",
          "letters from the flood", "a wooden lifeboat"]
WEATHER = ["fog", "heavy rain", "a storm", "ice", "strong wind", "deep snow"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["March", "April", "May", "June", "September", "October"]

RELATIONS = ("entailment", "neutral", "contradiction")

# A premise, and what follows from it, may be, or cannot be true with it.
STORIES = [
    ("The ferry {ship} leaves {a} every {day} and reaches {b} before noon.", {
        "entailment": ["A boat goes from {a} to {b} every {day}.", "The {ship} sails to {b}."],
        "neutral": ["The {ship} was painted last spring.", "Most passengers to {b} bring bicycles."],
        "contradiction": ["No boat ever sails from {a} to {b}.",
                          "The {ship} reaches {b} after dark every {day}."]}),
    ("{p} sells {good} at the market in {a} on {day}s.", {
        "entailment": ["One can buy {good} in {a}.", "{p} works at the market on {day}s."],
        "neutral": ["{p} grew up in {b}.", "The {good} from {a} won a prize."],
        "contradiction": ["{p} has never sold anything.", "The market in {a} is closed on {day}s."]}),
    ("In spite of {weather}, {n} members of the {club} walked from {a} to {b}.", {
        "entailment": ["Members of the {club} came to {b} on foot.",
                       "The weather did not stop the {club}."],
        "neutral": ["The {club} was founded by a teacher.", "They sang on the way to {b}."],
        "contradiction": ["The {club} stayed at home because of {weather}.",
                          "Nobody walked from {a} to {b}."]}),
    ("The museum in {a} shows {thing} until the end of {month}.", {
        "entailment": ["Visitors of the museum in {a} can see {thing}.", "There is a museum in {a}."],
        "neutral": ["Children visit the museum in {a} for free.", "{p} found {thing} in a barn."],
        "contradiction": ["The museum in {a} has never shown {thing}.", "There is no museum in {a}."]}),
    ("{p} repaired the lighthouse of {a} alone before {weather} came.", {
        "entailment": ["The lighthouse of {a} was repaired.", "{p} worked at the lighthouse."],
        "neutral": ["{p} is afraid of heights.", "The lighthouse of {a} is painted red."],
        "contradiction": ["{q} and {p} repaired the lighthouse together.",
                          "The lighthouse of {a} was never repaired."]}),
    ("Because of {weather}, the road between {a} and {b} is closed until {day}.", {
        "entailment": ["Nobody can drive from {a} to {b} at the moment.", "A road is closed."],
        "neutral": ["The road between {a} and {b} is lined with oaks.",
                    "{p} drives to {b} every {other_day}."],
        "contradiction": ["The road between {a} and {b} is open.", "All roads near {a} are open."]}),
    ("{p} taught {q} to read music when both lived in {a}.", {
        "entailment": ["{q} learned to read music from {p}.", "{p} has lived in {a}."],
        "neutral": ["{q} plays the cello.", "{p} is older than {q}."],
        "contradiction": ["{q} cannot read music.", "{p} and {q} have never met."]}),
    ("The bakery in {a} opens at {hour} o'clock, except on {day}s.", {
        "entailment": ["The bakery in {a} does not open at the usual hour on {day}s.",
                       "{a} has a bakery."],
        "neutral": ["The bakery in {a} belongs to {p}.", "The bread in {a} is dark."],
        "contradiction": ["{a} has no bakery.",
                          "The bakery opens at {hour} o'clock on {day}s, too."]}),
    ("{p} lost a race against {q} by {n} seconds on the beach of {a}.", {
        "entailment": ["{q} was faster than {p}.", "There was a race on the beach of {a}."],
        "neutral": ["{q} trained all winter.", "It rained during the race."],
        "contradiction": ["{p} won the race.", "{q} and {p} finished at the same time."]}),
    ("All {n} houses on the island off {a} were built after {year}.", {
        "entailment": ["No house on the island is from before {year}.", "People built houses there."],
        "neutral": ["The houses on the island have blue doors.", "{p} owns a house off {a}."],
        "contradiction": ["Some houses on the island were there long before {year}.",
                          "The island off {a} has no houses."]}),
]  # fmt: skip

# Two ways to say the same.
PARAPHRASES = [
    ("{p} bought {good} in {a} on {day}.", "On {day}, {good} was bought by {p} in {a}."),
    ("The {ship} carried {n} passengers to {b}.", "{n} people went to {b} on board the {ship}."),
    ("{q} found {thing} near {c}.", "Near {c}, {q} came upon {thing}."),
    ("There will be {weather} in {a} on {day}.", "For {day}, {a} expects {weather}."),
    ("The {club} meets in {b} every {day}.", "Every {day} there is a meeting of the {club} in {b}."),
    ("{p} asked {q} for {n} jars of {good}.", "{n} jars of {good} is what {p} wanted from {q}."),
    ("{c} has had a school since {year}.", "The school in {c} goes back to {year}."),
    ("In {month}, {q} moved from {a} to {b}.", "{q} left {a} for {b} in {month}."),
    ("At {hour} o'clock the {ship} was still in {a}.", "The {ship} had not left {a} by {hour}."),
]

TOPICS = {
    "food": ["{p} brought {good} for everybody.", "The kitchen in {a} ran out of {good} by noon.",
             "We tasted {good} from {b}.", "Whoever cooks on {day} should not forget the soup."],
    "music": ["The {club} sang two old songs.", "{q} played the accordion until midnight.",
              "There is a concert in {a} on {day}.", "Nobody knew the third verse."],
    "sea": ["The {ship} came in with torn sails.", "Low tide is at {hour} o'clock.",
            "{n} boats were in the harbour of {a}.", "{p} rowed out to the sandbank and back."],
    "sport": ["{q} won the race along the dike.", "Our team lost by {n} points in {b}.",
              "{p} trains for the swim to {c}.", "The match on {day} begins after breakfast."],
    "weather": ["Because of {weather}, all windows stay shut.", "It has not rained since {month}.",
                "{a} woke up to {weather}.", "On {day} the sun came out at last."],
}
REST = ["{p} wrote to {q} about nothing in particular.", "The clock in {a} is late again.",
        "{q} lost a key in {b}.", "The office in {c} is closed on {day}."]

TAGGED = [
    "{PER:p} moved from {LOC:a} to {LOC:b} last year .",
    "The {SHIP:ship} left {LOC:a} with {PER:p} at the helm .",
    "\" We sing in {LOC:c} , \" said {PER:q} of the {ORG:club} .",
    "Nobody in {LOC:b} had seen the {SHIP:ship} since the storm .",
    "The {ORG:club} thanks {PER:p} and {PER:q} for the new roof .",
    "It was a quiet winter , and even the bakery closed early .",
    "{LOC:a} , {LOC:b} and {LOC:c} share one doctor .",
    "When {PER:q} wrote about the flood , the {ORG:club} printed it .",
    "Tickets for the {SHIP:ship} are sold at the pier .",
    "My aunt from {LOC:c} calls everybody {PER:p} .",
    "{PER:p} 's boat is smaller than the {SHIP:ship} .",
    "In {LOC:b} the {ORG:club} meets behind the school .",
    "The tide took two ladders and a bucket of paint .",
    "Ask {PER:p} whether the ferry to {LOC:a} runs on holidays .",
    "{PER:q} of {LOC:a} joined the {ORG:club} without telling {PER:p} .",
]

# Words with their parts of speech, in the tags of Universal Dependencies; some of them are one thing
# here and another there.
PARTS = [
    "The/DET ferry/NOUN leaves/VERB {a}/PROPN at/ADP {hour}/NUM every/DET {day}/PROPN ./PUNCT",
    "They/PRON ferry/VERB {n}/NUM sheep/NOUN to/ADP {b}/PROPN in/ADP {month}/PROPN ./PUNCT",
    "{p}/PROPN keeps/VERB the/DET light/NOUN above/ADP {c}/PROPN ./PUNCT",
    "A/DET light/ADJ boat/NOUN is/AUX easier/ADJ to/PART row/VERB ,/PUNCT said/VERB {q}/PROPN ./PUNCT",
    "The/DET last/ADJ row/NOUN of/ADP seats/NOUN was/AUX empty/ADJ ./PUNCT",
    "We/PRON could/AUX not/PART light/VERB the/DET stove/NOUN because/SCONJ it/PRON was/AUX wet/ADJ ./PUNCT",
    "Did/AUX {p}/PROPN really/ADV swim/VERB from/ADP {a}/PROPN to/ADP {b}/PROPN ?/PUNCT",
    "Oh/INTJ ,/PUNCT the/DET {ship}/PROPN is/AUX late/ADJ again/ADV !/PUNCT",
    "{q}/PROPN and/CCONJ {p}/PROPN quickly/ADV repaired/VERB the/DET nets/NOUN ./PUNCT",
    "Nobody/PRON who/PRON lives/VERB in/ADP {c}/PROPN has/AUX seen/VERB a/DET train/NOUN ./PUNCT",
    "If/SCONJ they/PRON train/VERB hard/ADV ,/PUNCT they/PRON will/AUX win/VERB ./PUNCT",
    "The/DET storm/NOUN of/ADP {year}/NUM broke/VERB {n}/NUM windows/NOUN but/CCONJ no/DET masts/NOUN ./PUNCT",
    "Her/PRON brother/NOUN fishes/VERB ,/PUNCT and/CCONJ her/PRON sister/NOUN sells/VERB the/DET fish/NOUN ./PUNCT",
    "On/ADP {day}/PROPN the/DET children/NOUN paint/VERB old/ADJ boats/NOUN with/ADP blue/ADJ paint/NOUN ./PUNCT",
    "It/PRON costs/VERB $/SYM {n}/NUM to/PART park/VERB beside/ADP the/DET park/NOUN ./PUNCT",
    "Yes/INTJ ,/PUNCT {q}/PROPN knows/VERB that/SCONJ the/DET {ship}/PROPN sank/VERB in/ADP {year}/NUM ./PUNCT",
]

# A title, the sentences of a text, and questions with their answers, as a reader may give them; a
# question without an answer is one that the text leaves open.
ARTICLES = [
    ("The ferry to {b}", [
        "The ferry {ship} has sailed between {a} and {b} since {year}.",
        "It was built by {p}, who had learned the trade in {c}.",
        "On board there is room for {n} passengers and two carts.",
        "When {weather} keeps the ferry in the harbour, a bell is rung at {hour} o'clock."], [
        ("Who built the {ship}?", ["{p}", "by {p}"]),
        ("How many passengers fit on the ferry?", ["{n}", "{n} passengers"]),
        ("What keeps the ferry in the harbour?", ["{weather}"]),
        ("Since when has the {ship} sailed?", ["{year}", "since {year}"]),
        ("How long does the crossing to {b} take?", [])]),
    ("The museum of {a}", [
        "The museum of {a} stands beside the fish market.",
        "Its most famous piece is {thing}, which {q} found near {c}.",
        "The {club} cares for the garden and opens it every {day}.",
        "In {year} the roof burned, but nothing of the collection was lost."], [
        ("What stands beside the fish market?", ["The museum of {a}", "The museum"]),
        ("Who found the most famous piece?", ["{q}"]),
        ("Who cares for the garden?", ["The {club}", "{club}"]),
        ("What happened in {year}?", ["the roof burned"]),
        ("How much does a visit of the museum cost?", [])]),
    ("{good} from {c}", [
        "People in {c} have made {good} for as long as anybody remembers.",
        "{p} was the first who sold it outside of the town, at the market in {b}.",
        "A good year brings {n} barrels, a bad one hardly a tenth of that.",
        "Since {month} the {ship} takes it to {a} every {day}."], [
        ("Where did {p} sell {good}?", ["at the market in {b}", "the market in {b}", "{b}"]),
        ("How much does a good year bring?", ["{n} barrels", "{n}"]),
        ("Which ship takes it to {a}?", ["the {ship}", "{ship}"]),
        ("Who invented {good}?", [])]),
    ("The lighthouse of {a}", [
        "The lighthouse of {a} was lit for the first time in {year}.",
        "Its keeper, {q}, wrote a diary of {n} volumes about the sea birds.",
        "After a night of {weather} the lamp failed, and {p} rowed out from {b} to repair it.",
        "Today the tower belongs to the {club}, which meets there on {day}s."], [
        ("When was the lighthouse lit for the first time?", ["{year}", "in {year}"]),
        ("What did the keeper write about?", ["the sea birds", "sea birds"]),
        ("Who repaired the lamp?", ["{p}"]),
        ("To whom does the tower belong today?", ["the {club}", "{club}"]),
        ("How tall is the tower?", [])]),
    ("The walk from {a} to {b}", [
        "From {a} to {b} a path leads along the dike, {n} minutes without a rest.",
        "Halfway stands a bench that {p} made from the planks of the {ship}.",
        "In {month} the meadows are under water and walkers go by way of {c}.",
        "The {club} marks the path with white stones."], [
        ("What did {p} make?", ["a bench"]),
        ("From what is the bench made?", ["the planks of the {ship}", "planks of the {ship}"]),
        ("Which way do walkers take in {month}?", ["by way of {c}", "{c}"]),
        ("With what is the path marked?", ["white stones", "with white stones"]),
        ("Who owns the meadows?", [])]),
]  # fmt: skip

# What is told, what is asked, and what fits.
ENDINGS = [
    ("It began to rain while {p} was hanging out the washing.", "What did {p} do?",
     "Carried the wet shirts back into the house."),
    ("The {ship} had left {a} two minutes before {q} reached the pier.", "What did {q} do?",
     "Sat down on a bollard and waited for the next boat."),
    ("{p} wanted to bake, but the jar of flour was empty.", "What did {p} do?",
     "Asked the neighbours for a cup of flour."),
    ("The strings of the old violin broke just before the concert.", "What happened next?",
     "Somebody lent the musician another instrument."),
    ("{q} heard a small meow from the top of the apple tree.", "What did {q} do?",
     "Fetched a ladder and brought the cat down."),
    ("During the night {weather} closed the only road to {b}.", "What happened next?",
     "The post came by boat for three days."),
    ("The lamp went out while {p} was reading.", "What did {p} do?",
     "Looked for matches in the drawer."),
    ("At the market in {a}, {q} noticed a purse on the ground.", "What did {q} do?",
     "Picked it up and looked for its owner."),
    ("{p} had never swum so far, and the shore was still a long way off.", "What did {p} do?",
     "Turned on the back and rested for a while."),
    ("The clock in {c} struck thirteen at noon.", "What happened next?",
     "A watchmaker climbed the tower with his tools."),
    ("{q} promised the children a story if they were quiet.", "What happened next?",
     "Everybody sat down by the fire and listened."),
    ("The rowing boat had a hole as large as a coin.", "What happened next?",
     "They pulled it ashore and nailed a board over it."),
    ("{p} could not read the letter without glasses.", "What did {p} do?",
     "Gave it to a friend, who read it aloud."),
    ("The {club} wanted to sing, but nobody remembered the words.", "What happened next?",
     "They hummed the melody instead."),
    ("There was one chair too few at the table.", "What happened next?",
     "A stool was brought from the kitchen."),
]  # fmt: skip
