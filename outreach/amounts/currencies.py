"""The currencies of ISO 4217, how finely each is divided, and the signs that people write."""

from outreach.language import gettext as _
from outreach.refusal import Refused

_UNDIVIDED = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_IN_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_IN_HUNDREDTHS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD"
    " GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL"
    " MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK"
    " PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL"
    " THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
)
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_UNDIVIDED.split(), 0),
    **dict.fromkeys(_IN_HUNDREDTHS.split(), 2),
    **dict.fromkeys(_IN_THOUSANDTHS.split(), 3),
}
"""How many digits stand behind the point, by code; those that went lately are read in old lists."""

_DOLLARS = "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD"
_CROWNS = "SEK NOK DKK ISK CZK"
_SIGNS: dict[str, str] = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS",
    "₽": "RUB", "₺": "TRY", "₴": "UAH", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN",
    "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "FR.": "CHF", "SFR": "CHF", "RM": "MYR",
    "US": "USD", "US$": "USD", "C$": "CAD", "CA$": "CAD", "CAN$": "CAD", "A$": "AUD", "AU$": "AUD",
    "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN",
    "$": _DOLLARS, "DOLLAR": _DOLLARS, "DOLLARS": _DOLLARS, "¥": "JPY CNY", "KR": _CROWNS,
    "KR.": _CROWNS, "RS": "INR PKR LKR NPR MUR", "RS.": "INR PKR LKR NPR MUR",
}  # fmt: skip
"""Which currencies a sign may stand for; several where it does not tell."""


def exponent(currency: str) -> int:
    """Return how many digits of this currency stand behind the point: 0, 2 or 3."""
    return EXPONENTS[currency]


def read_currency(text: str) -> str:
    """Read the code of a currency as it is typed: "eur"."""
    code = text.strip().upper()
    if code not in EXPONENTS:
        raise Refused(
            _("“%(code)s” is no currency: give the three letters, like EUR.", code=text[:20])
        )
    return code


def meant_by(signs: list[str], usual: str | None) -> str | None:
    """Return the currency that signs beside an amount stand for together.

    `usual` is what counts where nothing is written, and settles a sign that several share.
    None where nothing is written and nothing is usual. Refuses what tells no currency, or two.
    """
    meant: set[str] | None = None
    for sign in signs:
        may_be = _currencies_of(sign)
        meant = may_be if meant is None else meant & may_be
    if meant is None:
        return usual
    if not meant:
        raise Refused(_("“%(signs)s” names two currencies.", signs=" ".join(signs)))
    if len(meant) == 1:
        return next(iter(meant))
    if usual in meant:
        return usual
    raise Refused(
        _(
            "“%(signs)s” may be %(one)s or another currency: write the three letters.",
            signs=" ".join(signs),
            one=next(code for sign in signs for code in _SIGNS[sign.upper()].split()),
        )
    )


def _currencies_of(sign: str) -> set[str]:
    plain = sign.upper()
    if plain in EXPONENTS:
        return {plain}
    if plain not in _SIGNS:
        raise Refused(_("“%(sign)s” is no currency that is known here.", sign=sign[:20]))
    return set(_SIGNS[plain].split())
