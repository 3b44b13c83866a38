"""The demonstration county's persons: fictional, with numbers from the tax agency's published test series."""

from datetime import date
from uuid import UUID, uuid5

from domain.person import NumberSystem, Person
from service.bootstrap import Services

_NAMESPACE = UUID("8f2f6c1e-7f0b-4f5e-9f39-5c4f1f0c0d11")

PERSONS = (
    ("194205159801", "Testsson", "Tora", date(1942, 5, 15)),
    ("195011029989", "Provell", "Pelle", date(1950, 11, 2)),
)


def load(services: Services) -> None:
    """Register the county's persons, unless they are."""
    for county in services.directories:
        for value, family, given, birth_date in PERSONS:
            services.persons.register(
                Person(
                    id=uuid5(_NAMESPACE, value),
                    county=county,
                    system=NumberSystem.PERSONNUMMER,
                    value=value,
                    family=family,
                    given=given,
                    birth_date=birth_date,
                    protected=False,
                )
            )
