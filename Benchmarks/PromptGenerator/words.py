"""Words that templates are filled with. All of it was written for this project."""

NAMES = ["Ines Carvalho", "Tomas Lindgren", "Aisha Rahman", "Marek Dvorak", "Yuki Tanabe", "Grace Okafor", "Pedro Salinas",
         "Hanna Vogel", "Liam Byrne", "Sofia Conti", "Arjun Mehta", "Noor Haddad", "Elise Fontaine", "Viktor Petrov"]
COMPANIES = ["Norvik Shipping", "Bluefern Foods", "Halden Robotics", "Castelo Energy", "Tern Airlines", "Quill Insurance",
             "Ostra Health", "Mirador Telecom", "Pinewood Furniture", "Sable Mining", "Kestrel Bank", "Lumen Textiles"]
CITIES = ["Lisbon", "Gdansk", "Trondheim", "Nantes", "Osaka", "Valparaiso", "Leipzig", "Tallinn", "Cork", "Bergen", "Turin"]
PRODUCTS = ["espresso machine", "electric bicycle", "rain jacket", "noise-cancelling headset", "standing desk", "tent",
            "kitchen scale", "robot vacuum", "hiking boot", "garden hose", "air purifier", "mechanical keyboard"]
MONTHS = ["January", "March", "April", "June", "August", "September", "October", "December"]
LANGUAGES = ["Python", "Go", "Rust", "TypeScript", "Java", "C++", "Swift", "Kotlin"]
SPOKEN = ["German", "French", "Spanish", "Portuguese", "Italian", "Polish", "Swedish", "Dutch"]

FUNCTIONS = [
    ("merge overlapping intervals in a list of pairs", "an empty list"),
    ("parse an ISO 8601 duration such as PT1H30M into seconds", "malformed input"),
    ("find the longest palindromic substring of a text", "texts of one character"),
    ("flatten a nested dictionary into keys joined by dots", "lists inside of it"),
    ("debounce calls so that only the last one within 200 ms runs", "cancellation"),
    ("compute the edit distance between two words", "Unicode text"),
    ("rotate a square matrix by ninety degrees in place", "a matrix of one cell"),
    ("read a CSV file line by line and sum a numeric column", "missing values"),
    ("validate an IBAN by its check digits", "spaces between the groups"),
    ("evict the least recently used entry of a cache", "a capacity of zero"),
    ("group anagrams in a list of words", "upper and lower case"),
    ("walk a directory tree and list the ten largest files", "symbolic links"),
    ("retry a request with exponential backoff and jitter", "errors that should not be retried"),
    ("convert Roman numerals to integers", "numerals that are not canonical"),
    ("topologically sort tasks with dependencies", "cycles"),
    ("encode bytes as Base64 without a library", "input whose length is no multiple of three"),
]
SNIPPETS = [
    "def average(values):\n    total = 0\n    for v in values:\n        total += v\n    return total / len(values)",
    "func Load(path string) []byte {\n\tf, _ := os.Open(path)\n\tdata, _ := io.ReadAll(f)\n\treturn data\n}",
    "for (let i = 0; i <= items.length; i++) {\n  console.log(items[i].name.toUpperCase());\n}",
    "SELECT c.name, COUNT(o.id) FROM customers c, orders o\nWHERE o.created > '2024-01-01'\nGROUP BY c.name;",
    "class Queue:\n    items = []\n    def push(self, x): self.items.append(x)\n    def pop(self): return self.items.pop(0)",
    "fn largest(list: Vec<i32>) -> i32 {\n    let mut m = 0;\n    for i in list { if i > m { m = i } }\n    m\n}",
    "#!/bin/sh\nfor f in $(ls *.log); do\n  grep ERROR $f > errors.txt\ndone",
    "try {\n    return Integer.parseInt(text);\n} catch (Exception e) {\n    return 0;\n}",
]
FACTS = [
    "What is the boiling point of water on top of a mountain of {small} thousand metres, roughly, and why is it lower?",
    "Who invented the printing press with movable type, and when?",
    "What does a notary do in a house sale in {city}?",
    "How many bones does an adult human have?",
    "What is the difference between a gecko and a salamander?",
    "Which countries border Switzerland?",
    "How do I descale an {product}?",
    "What is the capital of the region around {city}, and about how many people live there?",
    "When is the usual rainy season in {city}?",
    "What does the abbreviation TCP stand for, and what is it used for?",
    "How is vinegar made?",
    "What are the symptoms of vitamin D deficiency?",
    "Define the word 'ephemeral' and use it in one sentence.",
    "How long does it take light to reach the Earth from the Sun?",
    "What is the legal warranty period for a {product} bought online in the European Union?",
]
SUBJECTS = ["a lighthouse keeper who collects lost letters", "a baker who can taste memories", "two rival gardeners",
            "a train that never arrives", "the last bookshop in {city}", "a clockmaker's apprentice", "a storm with a name",
            "an old {product} with a will of its own", "a translator who falls silent", "children who map a forest",
            "a whale seen from a balcony in {city}", "{name}, who inherits a theatre"]
QUESTIONS = [
    "whether {company} should open a second warehouse in {city} or rent space from a partner",
    "whether a team of {small} should move from a monolith to microservices",
    "whether to lease or buy {medium} delivery vans",
    "the advantages and drawbacks of a four-day week at {company}",
    "how {company} should price its new {product}",
    "PostgreSQL and a document store for an event log of {medium} million rows",
    "three ways to reduce returns of the {product}",
    "the risks of moving {company}'s payroll to an outside provider",
    "whether {city} should make its centre free of cars",
    "how to plan the merger of two support teams of {medium} people",
]
SENTENCES = [
    "{company} said on {month} {day} that sales of its {product} rose by {small} percent in the last quarter.",
    "{name}, who has led the company since 20{two}, called the result better than expected.",
    "A new site in {city} is to employ about {medium} people by the end of next year.",
    "Costs for energy and transport went up again, which took {small} million euros from the profit.",
    "The board proposes a dividend of {small} cents a share.",
    "Analysts had warned that demand in {city} was weakening.",
    "The recall of {medium} units of an older {product} is nearly complete, according to {name}.",
    "Talks with {company} about a joint purchase of parts are at an early stage.",
    "Trade unions in {city} criticised the plan and asked for a meeting in {month}.",
    "The company will publish its full report on {month} {day}.",
    "In a letter to staff, {name} promised that no site would be closed.",
    "Deliveries were late by {small} days on average, mostly because of a strike at the port of {city}.",
]
EVERYDAY = [
    "The meeting on {month} {day} has been moved to the small room on the second floor, and {name} will join by phone.",
    "Please return the {product} in its original box, together with the receipt from our shop in {city}.",
    "Your appointment at the clinic in {city} is confirmed for {month} {day} at {small} o'clock.",
    "We are sorry that your order of {small} items was delayed and have refunded the shipping costs.",
    "The hike takes about {small} hours; bring water, a warm layer and good shoes.",
    "Since the heating failed last night, the library in {city} stays closed until further notice.",
    "{name} asked me to send you the draft of the contract before the weekend.",
    "If the warning light of your {product} blinks {small} times, switch it off and wait for a minute.",
]
