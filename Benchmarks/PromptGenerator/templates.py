"""What prompts of each group say: a group's function makes one prompt (system text or None, user text, and sampling)."""
import words


class Writer:
    """Fills templates by one random generator."""

    def __init__(self, random):
        self.random = random

    def one(self, values):
        return self.random.choice(values)

    def fill(self, text):
        return text.format(
            name=self.one(words.NAMES), company=self.one(words.COMPANIES), city=self.one(words.CITIES),
            product=self.one(words.PRODUCTS), month=self.one(words.MONTHS), day=self.random.randint(1, 28),
            small=self.random.randint(3, 19), medium=self.random.randint(20, 480), two=self.random.randint(10, 24))

    def passage(self, least, most):
        count = self.random.randint(least, most)
        return " ".join(self.fill(text) for text in self.random.sample(words.SENTENCES, count))


def code(w):
    task, case = w.one(words.FUNCTIONS)
    language = w.one(words.LANGUAGES)
    forms = [
        f"Write a {language} function to {task}. Handle {case}.",
        f"In {language}, implement a function that can {task}. Add a docstring and three unit tests.",
        f"I need {language} code to {task}; think of {case} and explain the complexity in a comment.",
        f"Show me idiomatic {language} to {task}.",
    ]
    system = w.one([None, None, f"You are a senior {language} developer. Answer with code only."])
    return system, w.one(forms), {"temperature": w.one([0, 0.2, 0.3])}


def code_edit(w):
    snippet = w.one(words.SNIPPETS)
    forms = [
        f"Find the bugs in this code and give the corrected version in full:\n\n```\n{snippet}\n```",
        f"Refactor this without changing what it does, and print the whole file:\n\n```\n{snippet}\n```",
        f"Add error handling and logging to this code for {w.one(words.COMPANIES)}'s import job:\n\n```\n{snippet}\n```",
        f"Rewrite in {w.one(words.LANGUAGES)}, keeping the names:\n\n```\n{snippet}\n```",
    ]
    return None, w.one(forms), {"temperature": w.one([0, 0.2])}


def math(w):
    a, b, c = (w.random.randint(3, 97) for _ in range(3))
    forms = [
        f"{w.one(words.NAMES)} buys {a} boxes of {b} pencils each and gives away {c}. How many pencils are left? "
        "Show each step.",
        f"A train leaves {w.one(words.CITIES)} at {a % 12 + 1}:00 at {b + 40} km/h, another follows {c % 50 + 10} minutes "
        f"later at {b + 70} km/h. When does it catch up?",
        f"Solve for x: {a}x + {b} = {c}x - {a + b}. Show your work.",
        f"Prove that the sum of {a % 5 + 3} consecutive odd numbers that starts at {2 * b + 1} is a multiple of "
        f"{a % 5 + 3}.",
        f"What is the probability of drawing {a % 3 + 2} red balls in a row from an urn with {b} red and {c} blue ones?",
        f"Compute {a} * {b} + {c} * {a + 1} - {b}, step by step.",
        f"A loan of {b * 1000} euros at {a % 7 + 1}.{c % 10} percent a year is paid back over {c % 20 + 5} years. "
        "What is the monthly rate?",
    ]
    return None, w.one(forms), {"temperature": w.one([0, 0.2])}


def factual(w):
    return w.one([None, None, "Answer briefly."]), w.fill(w.one(words.FACTS)), {"temperature": w.one([0, 0.3, 0.7])}


def translation(w):
    language = w.one(words.SPOKEN)
    text = " ".join(w.fill(text) for text in w.random.sample(words.EVERYDAY, w.random.randint(1, 3)))
    forms = [f"Translate into {language}:\n\n{text}", f"What is the following in {language}? \"{text}\"",
             f"Give me a natural {language} translation of this message, formal address:\n{text}"]
    system = w.one([None, f"You are a professional translator from English to {language}."])
    return system, w.one(forms), {"temperature": w.one([0, 0.3])}


def extraction(w):
    text = w.passage(3, 6)
    forms = [
        f"Extract all companies, people and places from the text as JSON with the keys companies, people, places.\n\n{text}",
        f"Return a table of every date and amount mentioned, one per row:\n\n{text}",
        f"Text: {text}\n\nFill this JSON object from it: {{\"company\": \"\", \"city\": \"\", \"change_percent\": 0}}",
        f"Label each sentence as positive, negative or neutral and output one label per line.\n\n{text}",
    ]
    body = {"temperature": 0}
    if w.random.random() < 0.3:
        body["response_format"] = {"type": "json_object"}
    return None, w.one(forms), body


def summarization(w):
    text = w.passage(6, 12)
    forms = [f"Summarize the following article in two sentences.\n\n{text}",
             f"{text}\n\nTL;DR:",
             f"Condense this report for a busy reader, at most 60 words:\n\n{text}",
             f"Rewrite this text in plain language, and shorter:\n\n{text}"]
    return None, w.one(forms), {"temperature": w.one([0.2, 0.3, 0.5])}


def analysis(w):
    question = w.fill(w.one(words.QUESTIONS))
    forms = [f"Analyse {question}. Weigh the arguments and end with a recommendation.",
             f"Write a memo that discusses {question}: options, costs, risks, what you would do.",
             f"What should one consider about {question}? Compare at least three points of view.",
             f"You advise the management. Discuss {question} in depth."]
    return None, w.one(forms), {"temperature": w.one([0.5, 0.7])}


def creative(w):
    subject = w.fill(w.one(words.SUBJECTS))
    forms = [f"Write a short story about {subject}.", f"Write a poem of six stanzas about {subject}.",
             f"Tell a bedtime story about {subject}, with a surprising end.",
             f"Write the opening scene of a novel about {subject}, in the first person.",
             f"Brainstorm ten titles and a blurb for a film about {subject}.",
             f"Write a playful advertisement for a {w.one(words.PRODUCTS)} in the voice of {subject}."]
    return None, w.one(forms), {"temperature": w.one([0.8, 0.9, 1.0])}


GROUPS = {"code": code, "code-edit": code_edit, "math": math, "factual": factual, "translation": translation,
          "extraction": extraction, "summarization": summarization, "analysis": analysis, "creative": creative}
