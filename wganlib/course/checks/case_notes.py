"""Checks for chapter 11, Find the bug: whole patients, judged in one of three words."""

from wganlib.course.checks.verdict import NOT_YET, Verdict, unanswered

WORDS = ("mistake", "setting", "right")
# {key: (the right word, where to look)}
LAST_PATIENTS = {
    13: ("right", "one update of the generator alone, with the critic fixed: which way do its points go?"),
    14: ("setting", "go through every measurement of the chapter: is any part other than it should be?"),
}
ARTICLE_LOOP = {
    "a": ("mistake", "put one digit into two companies, in training mode: does its value change? (Patient 5)"),
    "b": ("right", "where do the points lie, on their lines and along them? (Patients 1 and 2)"),
    "c": ("mistake", "in which mode is the critic called for the losses, and in which here? (Patient 6)"),
    "d": ("right", "how many norms come out for 64 images? (Patient 3)"),
    "e": ("mistake", "what is the slope of this where the critic is flat? (Patient 4)"),
    "f": ("right", "one generator update, the critic fixed: does D(G(z)) rise? (Patient 7)"),
    "g": ("setting", "does either number of updates break a formula, or does one have to try?"),
    "h": ("setting", "does the optimiser do anything but what its paper says? (Patient 11)"),
    "i": ("right", "does any formula ask for another z, and are the samples drawn from the same? (Patient 9)"),
}


def check_last_patients(answer):
    """Patients 13 and 14: a dictionary {13: word, 14: word}."""
    return _judge(answer, LAST_PATIENTS, "Yes: one had nothing, and the other needed another number and no other code.")


def check_article_loop(answer):
    """Article 004's loop: a dictionary {letter: word} for the letters a to i."""
    return _judge(answer, ARTICLE_LOOP, "Three mistakes and two settings, among four lines that are as they should be.")


def _judge(answer, notes, praise):
    if unanswered(answer):
        return NOT_YET
    if not isinstance(answer, dict):
        example = dict.fromkeys(list(notes)[:2], "…")
        return Verdict(False, f"A dictionary was expected, {example}, but this is {type(answer).__name__}.")
    missing = [key for key in notes if key not in answer]
    if missing:
        return Verdict(False, f"Nothing is said of {', '.join(map(str, missing))}.")
    strange = [key for key in notes if answer[key] not in WORDS]
    if strange:
        return Verdict(False, f"{strange[0]} is {answer[strange[0]]!r}, but should be one of {', '.join(WORDS)}.")
    wrong = [key for key, (word, _) in notes.items() if answer[key] != word]
    if wrong:
        good = len(notes) - len(wrong)
        return Verdict(
            False, f"{good} of {len(notes)} are judged rightly. Look again at {wrong[0]}: {notes[wrong[0]][1]}"
        )
    return Verdict(True, praise)
