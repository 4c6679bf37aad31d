"""Scenes that are set by hand: what the people of the sign-in page find, and desks with every light on them today."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.demo.plan.types import Route, Via


@dataclass(frozen=True, slots=True)
class Scene:
    """A case that was filed so many working days before the last; without ``applicant`` anybody's."""

    line: str
    route: Route
    back: int
    applicant: str = ""
    filer: str = ""
    via: Via = Via.SELF


RESTAURANT = "opening-a-restaurant-2024"
R, V = Route, Via
MANDATES = ("c001 p003", "p005 p004")
"""Who of them acts for whom: giver and agent."""

PERSONAS: tuple[Scene, ...] = (
    # wants to open a small restaurant, has no company yet
    Scene("residence-permit", R.GRANTED, 40, "p001", "p001"),
    Scene("rent-contract-filing", R.ON_THE_SPOT, 20, "p001", "p001"),
    Scene("id-card-reissue", R.UNDER_WAY, 6, "p001", "p001"),
    Scene("household-move", R.DRAFT, 2, "p001", "p001"),
    # speaks for a restaurant company: an older shop with its licences, a new one under way
    Scene(RESTAURANT, R.COMBINED, 45, "c001", "p002", V.REPRESENTATIVE),
    Scene("packaged-food-filing", R.ON_THE_SPOT, 30, "c001", "p002", V.REPRESENTATIVE),
    Scene("public-place-hygiene-licence", R.PROMISED_LATER, 25, "c001", "p002", V.REPRESENTATIVE),
    Scene(RESTAURANT, R.UNDER_WAY, 6, "c001", "p002", V.REPRESENTATIVE),
    Scene("tobacco-retail-licence", R.NOTICE_LEFT, 5, "c001", "p002", V.REPRESENTATIVE),
    Scene("no-criminal-record-proof", R.GRANTED, 33, "p002", "p002"),
    Scene("dog-licence", R.UNDER_WAY, 3, "p002", "p002"),
    # handles the papers of that company
    Scene("residence-permit", R.UNDER_WAY, 4, "p003", "p003"),
    Scene("shop-sign-filing", R.GRANTED, 28, "c001", "p003", V.MANDATE),
    Scene("drainage-permit", R.STOPPED_LEFT, 7, "c001", "p003", V.MANDATE),
    Scene("convenience-store", R.UNDER_WAY, 3, "c001", "p003", V.MANDATE),
    # mother of two
    Scene("vaccination-record", R.ON_THE_SPOT, 50, "p009", "p004", V.GUARDIAN),
    Scene("resident-medical-insurance", R.ON_THE_SPOT, 49, "p008", "p004", V.GUARDIAN),
    Scene("social-security-card", R.GRANTED, 35, "p008", "p004", V.GUARDIAN),
    Scene("primary-school-enrolment", R.UNDER_WAY, 9, "p008", "p004", V.GUARDIAN),
    Scene("moving-household", R.REFUSED, 30, "p004", "p004"),
    # retired, the daughter acts for her
    Scene("remote-care-filing", R.ON_THE_SPOT, 42, "p005", "p004", V.MANDATE),
    Scene("elderly-card", R.GRANTED, 24, "p005", "p004", V.MANDATE),
)

LIGHTS = ((R.LATE_OPEN, 3), (R.LATE_OPEN, 1), (R.UNDER_WAY, -1), (R.UNDER_WAY, -2))
"""So many working days after (before) the last day of the promise is today: red, red, amber, amber."""
DESKS: tuple[tuple[str, int], ...] = (
    ("food-business-licence", 10),
    ("fire-safety-check", 10),
    ("drainage-permit", 15),
    ("subsistence-allowance", 20),
    ("public-place-hygiene-licence", 10),
)
"""The desks that visitors look at first, by a service that each decides alone, and its days."""


def desks() -> tuple[Scene, ...]:
    """Return for each desk cases with every light, and some that wait to be accepted."""
    found = []
    for line, days in DESKS:
        found += [Scene(line, route, days + after) for route, after in LIGHTS]
        found += [Scene(line, R.UNDER_WAY, back) for back in (2, 3, 4)]
        found += [Scene(line, R.STOPPED_LEFT, 6), *(Scene(line, R.WAITING, back) for back in (0, 1, 4))]
    found += [Scene(RESTAURANT, R.UNDER_WAY, back) for back in (1, 2, 4, 7)]
    return tuple(found)
