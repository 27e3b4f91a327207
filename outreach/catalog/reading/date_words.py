"""The words that stand in dates: months and weekdays in the languages of those who send lists."""

import unicodedata
from functools import cache

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = (
    " ".join(MONTHS),
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "segunda terca quarta quinta sexta sabado domingo",
)
_SHORT_WEEKDAYS = ("mo di mi do fr sa so", "lu ma me je ve sa di", "- - weds - - - -")
UNTIL = frozenset("to until till through thru bis zum au al a ate".split())
"""Words between the first day and the last."""
AND = frozenset("and und et y e".split())
"""Words between two days that follow each other."""
FILLERS = frozenset("of from the on at von vom am den der du le de del do el dia".split())
"""Words that say nothing about a date."""
_LEAST = 3


def fold_date(text: str) -> str:
    """Return a text in small letters without accents; digits of other scripts stay as they are."""
    apart = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def find_month(word: str) -> int | None:
    """Return the number of a month by its name or the beginning of it; None where two are meant."""
    found = _beginnings(_MONTHS).get(word, frozenset())
    return min(found) if len(found) == 1 else None


def find_weekday(word: str) -> frozenset[int]:
    """Return which days of the week a word may mean, Monday as 1; none where it is no weekday."""
    short = {row.split().index(word) + 1 for row in _SHORT_WEEKDAYS if word in row.split()}
    return frozenset(short) | _beginnings(_WEEKDAYS).get(word, frozenset())


@cache
def _beginnings(rows: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Return for every beginning of a name, of three letters or more, what it may mean."""
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        for number, name in enumerate(row.split(), start=1):
            for length in range(_LEAST, len(name) + 1):
                key = name[:length]
                found[key] = found.get(key, frozenset()) | {number}
    return found
