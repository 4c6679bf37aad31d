"""The services that people of the demonstration want, with what their route needs to know; a test holds them to the pack."""

from __future__ import annotations

from tongban.demo.plan.types import Line

Answers = tuple[tuple[str, str | int | bool], ...]
SELF: Answers = (("filer", "self"),)
RESTAURANT: Answers = (("drainage", "direct"), ("fire_way", "check"), *SELF)
STORE: Answers = (("licensed", True), ("hot_food", True), ("devices", False), ("drug_scope", "none"), *SELF)

LINES: tuple[Line, ...] = (
    # persons, at once
    Line("rent-contract-filing", "person", 0, 9, is_immediate=True),
    Line("residence-registration", "person", 0, 9, situation="rented", is_immediate=True, commitment=True),
    Line("temporary-id-card", "person", 0, 5, is_immediate=True),
    Line("unemployment-registration", "person", 0, 4, is_immediate=True, age=(18, 59)),
    Line("flexible-employment-registration", "person", 0, 5, situation="self", is_immediate=True, age=(18, 59)),
    Line("remote-care-filing", "person", 0, 5, situation="retired", is_immediate=True, licence=False, age=(55, 120)),
    Line("vaccination-record", "ward", 0, 4, situation="first", is_immediate=True),
    Line("resident-medical-insurance", "ward", 0, 4, situation="students", is_immediate=True),
    # persons, promised
    Line("residence-permit", "person", 7, 9, situation="first", commitment=True),
    Line("id-card-reissue", "person", 15, 7, situation="lost"),
    Line("social-security-card-reissue", "person", 10, 5, situation="formal"),
    Line("household-move", "person", 5, 5, situation="own-home"),
    Line("elderly-card", "person", 30, 4, situation="self", age=(65, 120)),
    Line("disability-card", "person", 15, 6, situation="first", lower=True),
    Line("subsistence-allowance", "person", 20, 4, situation="local", visit=True),
    Line("pension-claim", "person", 10, 4, situation="personal", age=(50, 75)),
    Line("real-estate-transfer", "person", 3, 4, situation="sale"),
    Line("no-criminal-record-proof", "person", 1, 4, situation="self"),
    Line("dog-licence", "person", 5, 4, situation="person-first"),
    Line("vehicle-registration", "person", 1, 5, situation="domestic", age=(18, 70)),
    Line("medical-insurance-transfer", "person", 7, 3, situation="in", licence=False),
    Line("social-security-card", "ward", 10, 4, situation="child-first"),
    Line("primary-school-enrolment", "ward", 15, 4, situation="local"),
    # companies, at once and promised
    Line("packaged-food-filing", "company", 0, 6, situation="first", is_immediate=True),
    Line("device-class2-filing", "company", 0, 3, situation="first", is_immediate=True),
    Line("tax-registration", "company", 0, 4, is_immediate=True, licence=False),
    Line("shop-sign-filing", "company", 1, 8, situation="new", silence=True),
    Line("food-business-licence", "company", 10, 12, situation="catering", visit=True),
    Line("food-business-licence", "company", 10, 4, situation="bulk", visit=True),
    Line("drug-retail-licence", "company", 10, 3, situation="full"),
    Line("tobacco-retail-licence", "company", 10, 3, situation="new", visit=True),
    Line("public-place-hygiene-licence", "company", 10, 5, situation="new", visit=True, later=True, commitment=True),
    Line("hotel-special-trade-licence", "company", 10, 2, situation="new", visit=True),
    Line("fire-safety-check", "company", 10, 6, situation="check", visit=True, commitment=True),
    Line("drainage-permit", "company", 15, 5, situation="general", visit=True, commitment=True),
    Line("planning-permit", "company", 10, 2, situation="facade"),
    Line("construction-permit", "company", 5, 3, situation="building", visit=True, commitment=True),
    # bundles
    Line("opening-a-restaurant-2024", "company", 10, 14, True, answers=RESTAURANT, visit=True, combined=True),
    Line("convenience-store", "company", 10, 5, True, answers=STORE, visit=True, combined=True),
    Line("food-workshop", "company", 12, 2, True, answers=(("subject", "company"), ("drainage", "direct")), visit=True),
    Line("losing-ones-wallet", "person", 15, 4, True),
    Line("moving-household", "person", 7, 4, True),
    Line("retirement", "person", 20, 2, True, age=(55, 75)),
)  # fmt: skip
