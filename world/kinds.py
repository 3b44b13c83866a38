"""The kinds of lives: their stories, where they take place, and how common they are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from domain.kernel import Role
from world.counties import GAVLEBORG, OREBRO, SKARGARDEN, STORSKOG, VASTMANLAND
from world.life import Life, Story
from world.lives import (
    agreements,
    decisions,
    disagreements,
    hospital,
    islands,
    rehabilitation,
    settlement,
    severe_illness,
    specialised,
    threshold,
)
from world.lives.home_care import live_at_home

OLD, ADULT, CHILD, NOBODY = range(67, 99), range(19, 67), range(2, 17), range(0)


@dataclass(frozen=True)
class Kind:
    """A kind of life: its story, how old the persons are, how common it is, and within how many days it ends."""

    name: str
    story: Callable[[Life], Story]
    counties: tuple[str, ...]
    ages: range = OLD
    weight: int = 1
    roles: tuple[Role, ...] = (Role.NURSE,)
    """The roles that the municipality must have staff in."""
    days: int = 0
    """The most days that it takes to its end. None of the lives that a world must have begins later than that."""
    units: int = 1
    """The least number of units that the municipality must have."""
    begins: int = 0
    """For a matter between the parties: the day on which it begins."""


_HOME_CARE = (OREBRO, STORSKOG)
_FULL = (Role.NURSE, Role.OCCUPATIONAL_THERAPIST, Role.CARE_STAFF)
KINDS = (
    Kind("declined", decisions.decline, _HOME_CARE, weight=6, days=40),
    Kind("withdrawn-at-once", decisions.withdraw_at_once, _HOME_CARE, weight=3, days=10),
    Kind("withdrawn-refused", partial(decisions.withdraw_later, reason="individual-refuses"), _HOME_CARE, days=40),
    Kind("withdrawn-death", partial(decisions.withdraw_later, reason="death"), _HOME_CARE, days=40),
    Kind("withdrawn-move", partial(decisions.withdraw_later, reason="move"), _HOME_CARE, days=40),
    Kind("withdrawn-accepted", decisions.withdraw_accepted, _HOME_CARE, days=40),
    Kind("level-changed", decisions.change_level, _HOME_CARE, weight=2, days=140),
    Kind("exception", decisions.agree_on_exception, _HOME_CARE, range(15, 17), weight=3, days=60),
    Kind("refused", decisions.refuse, _HOME_CARE, weight=2, days=40),
    Kind("advanced", decisions.consider_advanced_care, _HOME_CARE, weight=2, days=60),
    Kind("without-the-person", decisions.plan_without_the_person, _HOME_CARE, weight=2, days=60),
    Kind("with-specialists", decisions.share_with_specialists, _HOME_CARE, weight=3, days=140),
    *(
        Kind(f"disagreement-{way}", partial(disagreements.disagree_on_request, way=way), _HOME_CARE, days=100)
        for way in ("resolved", "declined", "withdrawn", "escalated", "open")
    ),
    Kind("disagreement-level", disagreements.disagree_on_level, _HOME_CARE, days=160),
    *(
        Kind(f"disagreement-{who}", partial(disagreements.disagree_on_enrolment, performer=who), _HOME_CARE, days=160)
        for who in ("region", "municipality", "nobody-yet")
    ),
    Kind("disagreement-plan", disagreements.disagree_on_plan, _HOME_CARE, days=80),
    Kind("disagreement-discharge", disagreements.disagree_on_discharge, _HOME_CARE, days=220),
    Kind("psychiatric-drugs", specialised.give_psychiatric_drugs, _HOME_CARE, ADULT, weight=5, days=200),
    Kind("psychiatric-rising", partial(specialised.give_psychiatric_drugs, stable=False), _HOME_CARE, ADULT, days=40),
    Kind("clinic", specialised.come_from_clinic, _HOME_CARE, weight=4, days=60),
    *(
        Kind(f"ward-{way}", partial(specialised.leave_ward, way=way), _HOME_CARE, weight=weight, days=110)
        for way, weight in (("superseded", 8), ("lapsed", 2), ("late", 2))
    ),
    Kind("rehabilitation", rehabilitation.train, _HOME_CARE, CHILD, weight=3, roles=_FULL),
    Kind("self-care", partial(rehabilitation.train, end="self-care"), _HOME_CARE, weight=4, roles=_FULL, days=130),
    Kind("over-threshold", threshold.stay_over_threshold, (VASTMANLAND,), weight=8),
    *(
        Kind(f"over-threshold-{end}", partial(threshold.stay_over_threshold, end=end), (VASTMANLAND,), days=600)
        for end in ("death", "move", "discharge")
    ),
    *(
        Kind(
            f"over-threshold-{circumstance}",
            partial(threshold.stay_over_threshold, circumstance=circumstance, ground=ground),
            (VASTMANLAND,),
        )
        for circumstance, ground in (
            ("doctor-elsewhere", "residence"),
            ("asylum-seeker", "stay"),
            ("psychiatric-diagnosis", "residence"),
        )
    ),
    Kind("departure", threshold.depart_from_threshold, (VASTMANLAND,), ADULT, weight=2, days=60),
    Kind("home-visit", threshold.visit_once, (VASTMANLAND,), weight=6, days=60),
    Kind("adaptation", threshold.adapt_home, (VASTMANLAND,), weight=3, roles=_FULL, days=130),
    Kind("declined-alone", threshold.decline_alone, (VASTMANLAND,), weight=2, days=20),
    Kind("closed-hours", threshold.need_help_when_closed, (VASTMANLAND,), days=20),
    Kind("visitor", threshold.visit_the_county, (VASTMANLAND,), ADULT, weight=2, days=160),
    Kind("immediate", threshold.need_immediate_care, (VASTMANLAND,), ADULT, days=20),
    Kind("device", severe_illness.live_with_device, (GAVLEBORG,), ADULT, weight=5),
    Kind("device-primary", severe_illness.stay_with_health_centre, (GAVLEBORG,), ADULT, weight=2),
    *(
        Kind(f"device-{end}", partial(severe_illness.live_with_device, end=end), (GAVLEBORG,), ADULT, 2, days=300)
        for end in ("death", "discharge")
    ),
    Kind("child", severe_illness.care_for_child, (GAVLEBORG,), CHILD, days=90),
    Kind("child-refused", severe_illness.refuse_child, (GAVLEBORG,), CHILD, days=20),
    Kind("distrust", severe_illness.distrust_assessment, (GAVLEBORG,), ADULT, days=40),
    Kind("island", islands.live_on_island, (SKARGARDEN,), weight=2),
    Kind("island-ended", partial(islands.live_on_island, end=True), (SKARGARDEN,), weight=3, days=180),
    Kind("goal", partial(rehabilitation.train, end="goal"), _HOME_CARE, weight=6, roles=_FULL, days=130),
    Kind("home-care", live_at_home, _HOME_CARE, weight=40),
    Kind("home-care-with-mistakes", partial(live_at_home, mistakes=True), _HOME_CARE, weight=3),
    *(
        Kind(f"home-care-{end}", partial(live_at_home, end=end, mistakes=mistakes), _HOME_CARE, weight=weight, days=330)
        for end, weight, mistakes in (
            ("discharge", 20, False),
            ("new-care", 5, True),
            ("death", 12, False),
            ("special-housing", 4, False),
        )
    ),
    Kind("cognitive-aid", rehabilitation.use_cognitive_aid, _HOME_CARE, ADULT, weight=2, roles=_FULL, days=130),
    Kind("specialists", rehabilitation.need_specialists, _HOME_CARE, ADULT, weight=2, roles=_FULL, days=30),
    Kind("coming-of-age", severe_illness.come_of_age, (GAVLEBORG,), range(17, 18), days=380),
    Kind("over-threshold-coming-of-age", threshold.come_of_age, (VASTMANLAND,), range(17, 18), days=400),
    *(
        Kind(f"misdirected-{way}", partial(decisions.send_to_wrong_receiver, way=way), _HOME_CARE, weight=0, days=100)
        for way in ("sent-anew", "open")
    ),
    *(
        Kind(f"cancelled-{answer}", partial(decisions.cancel, answer=answer), _HOME_CARE, weight=0, days=100)
        for answer in ("yes", "no", "none")
    ),
    Kind("redirected", decisions.pass_on, (STORSKOG,), weight=0, days=100, units=2),
    *(
        Kind(f"asked-twice-{way}", partial(decisions.ask_twice, way=way), _HOME_CARE, weight=0, days=100)
        for way in ("told", "despite")
    ),
    *(
        Kind(f"questions-{way}", partial(decisions.ask_and_answer, way=way), _HOME_CARE, weight=0, days=100)
        for way in ("answered", "unopened")
    ),
    Kind("questions-in-vain", decisions.ask_in_vain, _HOME_CARE, weight=0, days=100),
    *(
        Kind(f"hospital-{end}", partial(hospital.go_to_hospital, end=end), _HOME_CARE, weight=0, days=150)
        for end in ("home", "death", "open")
    ),
    Kind("ready-for-discharge", hospital.wait_in_hospital, _HOME_CARE, weight=0, days=150),
    Kind("ready-for-discharge-ward", hospital.wait_before_home_care, _HOME_CARE, weight=0, days=60),
)
"""Every kind of life. A world has at least one life of each."""


MATTERS = (
    Kind("agreement", agreements.bring_into_force, (SKARGARDEN,), NOBODY),
    Kind("agreement", partial(agreements.bring_into_force, routine=agreements.ROUTINE), (STORSKOG,), NOBODY),
    Kind("agreements", agreements.renew, (GAVLEBORG,), NOBODY),
    Kind(
        "signatures",
        partial(agreements.sign_and_add, version=("1085641", "R1"), routine=agreements.ROUTINE),
        (OREBRO,),
        NOBODY,
    ),
    Kind("signatures", partial(agreements.sign_and_add, version=("vml-overtagande", "1")), (VASTMANLAND,), NOBODY),
    Kind(
        "closed-hours",
        partial(agreements.agree_on_closed_hours, version=("vml-overtagande", "1")),
        (VASTMANLAND,),
        NOBODY,
    ),
    Kind("supplements", settlement.settle_supplements, (OREBRO, STORSKOG), NOBODY, begins=2),
    Kind("rates", settlement.publish_rates, (GAVLEBORG,), NOBODY, begins=2),
    Kind("months", settlement.settle_months, (GAVLEBORG,), NOBODY, begins=2),
    Kind("hospital-days", settlement.claim_hospital_days, (OREBRO, STORSKOG), NOBODY, begins=2),
)
"""The matters between the parties, in the order in which they begin."""
