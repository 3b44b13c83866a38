"""The control of T on a case's page: each moment at which something happened is one step, with its name."""

from tests.web.cases import LiveCase, at
from tests.web.conftest import Browser
from tests.web.forms import Forms
from tests.web.html import Page

RAISED = "1 april 2025 kl. 08.00: Doris Distriktssköterska tog upp ett behov av kommunal hemsjukvård"
SENT = "1 april 2025 kl. 09.00: Doris Distriktssköterska skickade vårdbegäran till hemsjukvården, Ekeby kommun"
ACKNOWLEDGED = "2 april 2025 kl. 08.00: Kajsa Kommunsjuksköterska kvitterade vårdbegäran"


def read_slider(page: Page) -> tuple[int, str]:
    """Return the step on which the slider stands, and its name."""
    (slider,) = page.all("input", type="range")
    assert (slider["min"], slider["max"], slider["step"]) == ("0", str(len(read_steps(page)) - 1), "1")
    return int(str(slider["value"])), str(slider["aria-valuetext"])


def read_steps(page: Page) -> list[str]:
    """Return the names of the slider's steps, in order."""
    (slider,) = page.all("input", type="range")
    assert slider["list"] in page.ids
    return [str(option["label"]) for option in page.all("option") if "data-x" in option]


def test_each_moment_of_the_case_is_one_step_with_what_happened(nurse: Browser, discharged: LiveCase) -> None:
    page = nurse.page(f"/cases/{discharged.id}")
    steps = read_steps(page)
    assert steps[:3] == [RAISED, SENT, ACKNOWLEDGED]
    assert len(steps) == len(set(steps))
    assert steps[-1].startswith("18 juni 2025 kl. 10.00: ")
    assert read_slider(page) == (len(steps) - 1, f"Senast {steps[-1]}")
    places = [float(str(option["data-x"])) for option in page.all("option") if "data-x" in option]
    assert places == sorted(places)
    assert places[0] == 0
    assert 90 < places[-1] <= 100


def test_the_slider_works_without_javascript(nurse: Browser, discharged: LiveCase) -> None:
    html = nurse.page(f"/cases/{discharged.id}").html
    ((own, fields),) = [form for form in Forms(html).forms if "step" in form[1]]
    page = nurse.page(str(own["action"]), **{name: value for name, (value,) in fields.items()} | {"step": "2"})
    assert "Vald tid: 2 april 2025 kl. 08.00" in page.text
    assert read_slider(page) == (2, ACKNOWLEDGED)
    assert "kvitterade vårdbegäran." in page.text
    assert "tog kontakt med regionen" not in page.text
    (back,), (following,) = page.all("a", rel="prev"), page.all("a", rel="next")
    assert read_slider(nurse.page(str(back["href"]))) == (1, SENT)
    assert read_slider(nurse.page(str(following["href"])))[0] == 3


def test_between_two_events_the_slider_stands_on_the_earlier_one_and_says_so(
    nurse: Browser, discharged: LiveCase
) -> None:
    between = nurse.page(f"/cases/{discharged.id}", t=at("2025-04-02 09:00"))
    before = nurse.page(f"/cases/{discharged.id}", t=at("2025-01-01 09:00"))
    assert read_slider(between) == (2, f"Senast {ACKNOWLEDGED}")
    assert read_slider(before) == (0, "Före den första händelsen")


def test_what_was_recorded_late_is_a_step_when_it_became_known_or_when_it_happened(
    nurse: Browser, disputed: LiveCase
) -> None:
    position = "Kajsa Kommunsjuksköterska angav kommunens ståndpunkt i oenigheten"
    for mode, moment in (("as-known-at", "6 april 2025 kl. 15.00"), ("as-known-now", "24 mars 2025 kl. 14.00")):
        steps = read_steps(nurse.page(f"/cases/{disputed.id}", mode=mode))
        place = steps.index(f"{moment}: {position}")
        page = nurse.page(f"/cases/{disputed.id}", mode=mode, step=str(place))
        assert f"Vald tid: {moment}" in page.text
        assert read_slider(page) == (place, steps[place])
