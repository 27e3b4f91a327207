"""How days are said: short, weekday first, the year only where it is another one."""

from datetime import date

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def say_day(day: date) -> str:
    """Say a day with its weekday: "Sun 28 Jul"."""
    return f"{day:%a} {day.day} {day:%b}"


def say_day_month(day: date) -> str:
    """Say a day without its weekday: "25 Jul"."""
    return f"{day.day} {day:%b}"


def say_long_day(day: date) -> str:
    """Say a day in full: "Thu 25 Jul 2024"."""
    return f"{say_day(day)} {day.year}"


def say_date(day: date) -> str:
    """Say a source's day: "26 Mar 2024"."""
    return f"{day.day} {day:%b} {day.year}"


def say_span(first: date, last: date) -> str:
    """Say the days from `first` to `last`, both included: "28 Jul – 1 Aug", "3–4 Feb"."""
    if first == last:
        return say_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {first:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def say_coming(day: date, today: date) -> str:
    """Say when a day comes, in a sentence: "today", "on Sunday", "on 7 August", "in 2025"."""
    ahead = (day - today).days
    if ahead <= 0:
        return "today"
    if ahead == 1:
        return "tomorrow"
    if ahead < 7:
        return f"on {day:%A}"
    return f"on {day.day} {day:%B}" if ahead < 300 else f"on {day.day} {day:%B} {day.year}"


def say_days_left(days: int) -> str:
    """Say a number of days to go: "today", "tomorrow", "in 5 days"."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def say_number(count: int) -> str:
    """Say a small number in words, a larger one in figures."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def say_list(names: list[str]) -> str:
    """Join names as a sentence does: "Ada, Lin and Noor"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
