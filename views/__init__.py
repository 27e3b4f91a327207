"""HTTP: read the request, call one rule, commit, redirect or render."""

from flask import Flask
from jinja2 import StrictUndefined

from views.booth import (
    booth_paste,
    booths,
    briefs,
    covers,
    duty,
    house_rules,
    newcomers,
    roster,
    roster_out,
    shifts,
    times,
)
from views.booth.asking import sign_up_answers
from views.booth.handed_out import desk, gaps
from views.booth.kinds import kinds
from views.booth.letters import letters
from views.booth.proposing import proposals
from views.calendars import feed_addresses, feeds, lists
from views.calls import calls, calls_paste
from views.deadlines import checklist_paste, checklists, deadlines, notices
from views.events import decisions, editions, events, notes, plans
from views.kits import bookings, kit_paste, kits
from views.mine import (
    certificates,
    my_brief,
    my_calendar,
    my_mail,
    my_privacy,
    my_shifts,
    my_swaps,
    my_times,
    sign_up,
    ways_in,
)
from views.mine.answering import my_answers
from views.money import money, money_paste, money_rules, my_trips
from views.office import (
    accounts,
    foundation,
    handing_over,
    history,
    imports,
    outbox,
    personal_links,
    trackers,
    webhooks,
    workbook,
)
from views.plan import (
    asks,
    fit,
    gatherings,
    issues,
    people,
    portfolios,
    privacy,
    search,
    season,
    segments,
    signs,
    twins,
    weights,
)
from views.talks import library, paste
from views.talks import proposals as talks
from views.trips import trip_paste, trip_shifts, trips
from views.web import errors, health, page, reach, security, sentences
from views.web.white_space import Folding

BLUEPRINTS = (
    accounts.blueprint,
    asks.blueprint,
    bookings.blueprint,
    booth_paste.blueprint,
    booths.blueprint,
    briefs.blueprint,
    calls.blueprint,
    calls_paste.blueprint,
    checklist_paste.blueprint,
    checklists.blueprint,
    covers.blueprint,
    deadlines.blueprint,
    decisions.blueprint,
    desk.blueprint,
    letters.blueprint,
    kinds.blueprint,
    my_answers.blueprint,
    sign_up_answers.blueprint,
    duty.blueprint,
    house_rules.blueprint,
    editions.blueprint,
    events.blueprint,
    feed_addresses.blueprint,
    feeds.blueprint,
    lists.blueprint,
    fit.blueprint,
    foundation.blueprint,
    handing_over.blueprint,
    gaps.blueprint,
    gatherings.blueprint,
    health.blueprint,
    history.blueprint,
    imports.blueprint,
    issues.blueprint,
    kit_paste.blueprint,
    kit_paste.swag_blueprint,
    kits.blueprint,
    money.blueprint,
    money_paste.blueprint,
    money_rules.blueprint,
    library.blueprint,
    my_brief.blueprint,
    my_calendar.blueprint,
    my_mail.blueprint,
    my_privacy.blueprint,
    certificates.blueprint,
    my_shifts.blueprint,
    my_swaps.blueprint,
    my_times.blueprint,
    my_trips.blueprint,
    ways_in.blueprint,
    newcomers.blueprint,
    notes.blueprint,
    notices.blueprint,
    outbox.blueprint,
    paste.blueprint,
    people.blueprint,
    personal_links.blueprint,
    plans.blueprint,
    portfolios.blueprint,
    privacy.blueprint,
    proposals.blueprint,
    roster.blueprint,
    roster_out.blueprint,
    search.blueprint,
    season.blueprint,
    segments.blueprint,
    shifts.blueprint,
    sign_up.blueprint,
    talks.blueprint,
    times.blueprint,
    trackers.blueprint,
    trip_paste.blueprint,
    trip_shifts.blueprint,
    trips.blueprint,
    twins.blueprint,
    webhooks.blueprint,
    weights.blueprint,
    workbook.blueprint,
)


def register(app: Flask) -> None:
    """Hang every page on the application, behind its guards."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension(Folding)
    sentences.register(app)
    page.register(app)
    reach.register(app)
    signs.register(app)
    security.protect(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
