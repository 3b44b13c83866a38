"""Which way a need goes: the agreement's tracks, and the kinds of need and the units that they are meant for."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.model import NotRegulated, Track
from domain.intervention import Intervention, InterventionKind
from domain.kernel import Slug
from domain.refusals import TrackRequired, UnknownReference


def chosen(act: Act, track: Slug | None, interventions: Iterable[Intervention]) -> Slug:
    """The track of a new need: the one named, if it may go there, or else the only one that is meant for it.

    Where every need is of a kind that a track is for, it goes that way (ORE-3-7); else the way that is meant for the
    actor's unit, or the only way there is (ORE-3-5).
    """
    interventions = tuple(interventions)
    tracks = act.in_force.tracks
    named = [one.id for one in tracks]
    if track is not None and track not in named:
        raise UnknownReference(
            f"The agreement has no track {track}",
            rule=_rule(tracks),
            remedy=f"give {' or '.join(named)}",
            where=("track",),
        )
    own = _meant_for(tracks, interventions)
    if track is not None:
        refuse_other_kinds(act, track, interventions)
        if own and track not in {one.id for one in own}:
            raise TrackRequired(
                f"Needs of this kind alone go by {' or '.join(one.id for one in own)}",
                rule=_rule(own),
                remedy=f"give {' or '.join(one.id for one in own)}",
                where=("track",),
            )
        return track
    open_to_all = [one for one in tracks if not one.kinds]
    of_unit = [one for one in open_to_all if act.actor.unit_kind in one.from_unit_kinds]
    for possible in (own, of_unit, open_to_all):
        if len(possible) == 1:
            return possible[0].id
        if possible:
            break
    raise TrackRequired(
        "More than one track is possible",
        rule=_rule(tracks),
        remedy=f"give {' or '.join(named)}",
        where=("track",),
    )


def refuse_other_kinds(act: Act, track: Slug, interventions: Iterable[Intervention]) -> None:
    """Refuse on a track that is for one kind of need what is of another; the refusal names it (ORE-3-7)."""
    found = act.in_force.track(track)
    if isinstance(found, NotRegulated) or not found.kinds:
        return
    foreign = [one.key for one in interventions if one.kind.value not in found.kinds]
    if foreign:
        raise TrackRequired(
            f"The track {track} is for {' and '.join(found.kinds)} needs; {', '.join(foreign)} is none",
            rule=_rule([found]),
            remedy="raise the other need on a track of its own",
            where=foreign,
        )


def _meant_for(tracks: Iterable[Track], interventions: tuple[Intervention, ...]) -> list[Track]:
    kinds: set[InterventionKind] = {one.kind for one in interventions}
    return [one for one in tracks if kinds and one.kinds and {kind.value for kind in kinds} <= set(one.kinds)]


def _rule(tracks: Iterable[Track]) -> str:
    return next(clause for one in tracks for clause in one.clauses)
