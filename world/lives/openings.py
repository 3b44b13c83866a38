"""The first days of a county: its parties bring their agreement into force."""

from datetime import timedelta

from domain.kernel import legal_day
from world.counties import adapt_text, read_id
from world.life import Life, Story
from world.lives.agreements import publish


def open_county(life: Life) -> Story:
    """Bring the county's agreement into force, for five years."""
    county, today = life.staff.directory.county, legal_day(life.now)
    version = f"{today.year}"
    text = adapt_text(county, version, today, today + timedelta(days=5 * 365))
    yield from publish(life, text, (read_id(county), version))
