"""Names for made-up projects: thousands that read like names, and a few that mean harm."""

from __future__ import annotations

_BRANDS = (
    "Acme",
    "Coyote",
    "Roadrunner",
    "Anvil",
    "Rocket",
    "Käsekästchen",
    "Žluťoučký",
    "Ελλάδα",
    "Москва",
    "Київ",
    "東京",
    "서울",
    "北京",
    "मुंबई",
    "ไทย",
    "שלום",
    "مرحبا",
    "Piñata",
    "Café",
    "naïve",
)
_AREAS = (
    "Checkout",
    "Onboarding",
    "Search",
    "Payments",
    "Billing",
    "Loyalty",
    "Newsletter",
    "Support",
    "Catalog",
    "Returns",
    "Shipping",
    "Wishlist",
    "Reviews",
    "Referrals",
    "Gift Cards",
    "Accounts",
    "Growth",
    "Ads",
    "Partners",
    "Warehouse",
    "Delivery",
    "Fraud",
    "Pricing",
    "Experiments",
    "Academy",
)
_KINDS = (
    "Production",
    "Staging",
    "Development",
    "QA",
    "Sandbox",
    "iOS",
    "Android",
    "Web",
    "Desktop",
    "TV",
    "Kiosk",
    "API",
    "Backend",
    "EMEA",
    "APAC",
    "LATAM",
    "B2B",
    "Beta",
    "Legacy",
    "🚀 Next",
)
_ALL = len(_BRANDS) * len(_AREAS) * len(_KINDS)
_STRIDE = 3_779  # shares no factor with _ALL, so counting visits every name before one repeats

HOSTILE_ORGANIZATION = "Evil \x1b[31mCorp\x1b]0;owned\x07 [bold red]Ltd.[/] \u202egnirts"
"""Colours, a window title, markup and a reversed direction in one name."""

HOSTILE_NAMES = (
    "\x1b[2J\x1b[HEscape",
    "\x1b]52;c;cm0gLXJmIH4=\x07Clipboard",
    "\x1b]0;Title\x1b\\Title",
    "\x1b]8;;http://example.invalid/\x1b\\Link\x1b]8;;\x1b\\",
    "\x9b31mC1\x9d52;c;eA==\x9c",
    "\u202eThgir ot tfel\u202c \u2066isolated\u2069",
    "[red]Markup[/red]",
    "[/",
    "[@click=app.quit]Press[/]",
    "\\[not markup\\] {braces} %s $HOME `id`",
    "Nul\x00and\x7fdel",
    "Two\r\nlines\tand\u2028more\u2029",
    "Zero\u200bwidth\u200d\ufeff\u00ad",
    "Z\u0335\u0321\u0322" + "\u0301" * 60 + "algo",
    "Half a pair \ud83d",
    "W" * 300,
    "Very long " * 1_000,
    "   ",
    "",
    "3713224",
    "😀👩‍👩‍👧‍👦🏳️‍🌈 全角ＡＢＣ",
    "AI Demo",
)
"""What a name must not do: act on a terminal, be read as markup, break a line, be mistaken."""


def generated_name(index: int) -> str:
    """A name for the project of this number; no two numbers have the same."""
    turn, place = index // _ALL, index * _STRIDE % _ALL
    brand, rest = place % len(_BRANDS), place // len(_BRANDS)
    area, kind = rest % len(_AREAS), rest // len(_AREAS)
    name = f"{_BRANDS[brand]} {_AREAS[area]} {_KINDS[kind]}"
    return f"{name} {turn + 1}" if turn else name


def hostile_name(index: int) -> str:
    """One of the names that mean harm, taken in turn."""
    return HOSTILE_NAMES[index % len(HOSTILE_NAMES)]
