"""A place is read from the right; what cannot be settled stays as it is written."""

import pytest

from outreach.catalog.reading.place_cells import WrittenPlace, read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Online", WrittenPlace(online=True)),
        ("Virtual + Berlin, Germany", WrittenPlace("Berlin", "Germany", online=True)),
        ("Online & Copenhagen, Denmark", WrittenPlace("Copenhagen", "Denmark", online=True)),
        ("Berlin (hybrid)", WrittenPlace("Berlin", online=True)),
        ("Paris, France (Online)", WrittenPlace("Paris", "France", online=True)),
        ("Remote, Oregon", WrittenPlace("Remote, Oregon")),
        ("Frankfurt (Germany)", WrittenPlace("Frankfurt", "Germany")),
        ("Dallas, TX (USA)", WrittenPlace("Dallas, TX", "USA")),
        ("Montreal QC, Canada)", WrittenPlace("Montreal QC", "Canada")),
        ("Hong Kong, China", WrittenPlace("Hong Kong", "Hong Kong")),
        ("Singapore (Singapore)", WrittenPlace("Singapore", "Singapore")),
        ("Tarndanya (Adelaide), Australia", WrittenPlace("Adelaide", "Australia")),
        ("Atlanta, Georgia", WrittenPlace("Atlanta, Georgia")),
        ("Tbilisi, Georgia", WrittenPlace("Tbilisi", "Georgia")),
        ("Lagos NG", WrittenPlace("Lagos", "NG")),
        ("Texas, USA", WrittenPlace(country="USA", beside="Texas")),
        ("New York, USA", WrittenPlace("New York", "USA")),
        ("Hamburg, Germany", WrittenPlace("Hamburg", "Germany")),
        ("North Nowhere, Germany", WrittenPlace("North Nowhere", "Germany")),
        (
            "University of Canberra, Canberra, Australia.",
            WrittenPlace("Canberra", "Australia", beside="University of Canberra"),
        ),
    ],
)
def test_a_place_is_taken_apart(text: str, place: WrittenPlace) -> None:
    assert read_place(text) == place
