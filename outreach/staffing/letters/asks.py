"""Letters between volunteers: cover and swap. Of others they tell first names only."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cover, CoverAsk, Message, Person, Shift, SignUp, Swap
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters.own_place import NOT_NEWS, Letter
from outreach.staffing.letters.told_about import ToldAbout, about, letter, notes, own_link


def cover_asked(scene: ToldAbout) -> Written | Dropped:
    """Ask somebody to take over a place."""
    cover, ask = _find_cover(scene)
    if cover is None or ask is None or cover.closed_at is not None or ask.state != "asked":
        return NOT_NEWS
    if scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    leaving = scene.session.get(SignUp, cover.leaving_id) if cover.leaving_id else None
    who = scene.session.get(Person, leaving.person_id) if leaving else None
    line = _("Somebody is missing. Can you come?")
    if who:
        line = compose(_("$name cannot come. Can you take over?"), name=who.first_name)
    link = own_link(_("Say yes or no here; the first yes has it:"))
    title = _("$start_time: can you help out at $event?")
    return letter(scene, title, line, about(scene), notes(scene), link)


def cover_closed(scene: ToldAbout) -> Written | Dropped:
    """Tell those who were asked that nobody is needed any more."""
    cover, ask = _find_cover(scene)
    if cover is None or ask is None or cover.closed_at is None or scene.is_over:
        return NOT_NEWS
    if not _was_asked_by_mail(scene, cover):
        return Dropped("The reader was never asked by mail.")
    line = _("Somebody is found, so you need not come. Thank you all the same.")
    title = _("$start_time: nobody is missing any more at $event")
    if scene.is_cancelled:
        line = _("This shift does not take place, so you need not come. Thank you all the same.")
    elif cover.taken_by_id is None:
        line = _("Nobody is asked any more, so you need not come. Thank you all the same.")
        title = _("$start_time: nobody is asked any more for $event")
    return letter(scene, title, line, about(scene))


def _find_cover(scene: ToldAbout) -> tuple[Cover | None, CoverAsk | None]:
    number = scene.message.facts.get("cover_id")
    if number is None:
        return None, None
    ask = scene.session.get(CoverAsk, (number, scene.reader.id))
    return scene.session.get(Cover, number), ask


def _was_asked_by_mail(scene: ToldAbout, cover: Cover) -> bool:
    """Tell whether the letter that asked has left; one that is dropped needs no second."""
    asked = scene.session.scalars(
        select(Message).where(
            Message.person_id == scene.reader.id,
            Message.kind == "cover_asked",
            Message.state == "sent",
        )
    )
    return any(message.facts.get("cover_id") == cover.id for message in asked)


def swap_offered(scene: ToldAbout) -> Written | Dropped:
    """Ask somebody whether they exchange shifts."""
    pair = _find_pair(scene)
    if pair is None or pair.swap.state != "offered" or pair.is_over(scene):
        return NOT_NEWS
    name = pair.other.first_name
    return letter(
        scene,
        _("$start_time: swap with $name at $event?"),
        compose(_("$name offers to swap shifts with you."), name=name),
        _("You would give:\n%(shift)s", shift=about(scene, pair.own_shift)),
        _("You would get:\n%(shift)s", shift=about(scene, pair.other_shift)),
        own_link(_("Say yes or no here:")),
        shift=pair.own_shift,
        name=name,
    )


def swap_refused(scene: ToldAbout) -> Written | Dropped:
    """Tell who offered a swap that it does not come about."""
    pair = _find_pair(scene)
    if pair is None or pair.swap.state not in {"refused", "void"} or pair.is_over(scene):
        return NOT_NEWS
    stays = _("Your shift stays as it was:\n%(shift)s", shift=about(scene, pair.own_shift))
    return letter(
        scene,
        _("$start_time: no swap at $event"),
        compose(_("The swap with $name does not come about."), name=pair.other.first_name),
        stays if pair.own.state == "taken" else "",
        own_link(_("Your shifts:")),
        shift=pair.own_shift,
    )


class _Pair:
    """An offer to swap as its reader sees it."""

    def __init__(self, session: Session, swap: Swap, own: SignUp, theirs: SignUp) -> None:
        self.swap, self.own = swap, own
        self.other = session.get_one(Person, theirs.person_id)
        self.own_shift = session.get_one(Shift, own.shift_id)
        self.other_shift = session.get_one(Shift, theirs.shift_id)

    def is_over(self, scene: ToldAbout) -> bool:
        """Tell whether one of the two shifts is over."""
        return scene.now >= min(self.own_shift.ends_at, self.other_shift.ends_at)


def _find_pair(scene: ToldAbout) -> _Pair | None:
    rows = _find_rows(scene.session, scene.message)
    if rows is None:
        return None
    swap, mine, theirs = rows
    if scene.reader.id == theirs.person_id:
        return _Pair(scene.session, swap, theirs, mine)
    return _Pair(scene.session, swap, mine, theirs) if scene.reader.id == mine.person_id else None


def find_shift(session: Session, message: Message) -> int | None:
    """Return a shift that the swap of a letter is about."""
    rows = _find_rows(session, message)
    return rows[1].shift_id if rows else None


def _find_rows(session: Session, message: Message) -> tuple[Swap, SignUp, SignUp] | None:
    swap = session.get(Swap, message.facts.get("swap_id", 0))
    if swap is None:
        return None
    if message.kind == "swap_offered" and swap.state == "withdrawn":
        swap = _find_again(session, swap)
    mine, theirs = session.get(SignUp, swap.mine_id), session.get(SignUp, swap.theirs_id)
    return None if mine is None or theirs is None else (swap, mine, theirs)


def _find_again(session: Session, swap: Swap) -> Swap:
    """Return the newest offer of this exchange: one that was taken back is mailed once a day."""
    same = (Swap.mine_id == swap.mine_id, Swap.theirs_id == swap.theirs_id)
    newest = select(Swap).where(*same).order_by(Swap.id.desc()).limit(1)
    return session.scalars(newest).one()


LETTERS: dict[str, Letter] = {
    "cover_asked": cover_asked,
    "cover_closed": cover_closed,
    "swap_offered": swap_offered,
    "swap_refused": swap_refused,
}
