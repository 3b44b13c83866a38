"""The choice of a track for a need, by the kinds of need and the units that each track of the agreement is for."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.model import NotRegulated, Track
from domain.intervention import Intervention, InterventionKind
from domain.kernel import Slug
from domain.refusals import TrackRequired, UnknownReference


def choose_track(act: Act, track: Slug | None, interventions: Iterable[Intervention]) -> Slug:
    """Choose the track of a new need. Refuse a track that is not for needs of its kind.

    If a track is for needs of this kind, it is that track (ORE-3-7). If not, it is the track of the actor's unit, or
    the only track that is open to all (ORE-3-5).
    """
    interventions = tuple(interventions)
    tracks = act.in_force.tracks
    ids = [known.id for known in tracks]
    if track is not None and track not in ids:
        raise UnknownReference(
            f"The agreement has no track {track}",
            rule=_rule(tracks),
            remedy=f"give {' or '.join(ids)}",
            where=("track",),
        )
    own = _tracks_of_kinds(tracks, interventions)
    if track is not None:
        refuse_other_kinds(act, track, interventions)
        own_ids = [known.id for known in own]
        if own and track not in own_ids:
            raise TrackRequired(
                f"Needs of this kind belong on the track {' or '.join(own_ids)}",
                rule=_rule(own),
                remedy=f"give {' or '.join(own_ids)}",
                where=("track",),
            )
        return track
    open_to_all = [known for known in tracks if not known.kinds]
    of_unit = [known for known in open_to_all if act.actor.unit_kind in known.from_unit_kinds]
    for possible in (own, of_unit, open_to_all):
        if len(possible) == 1:
            return possible[0].id
        if possible:
            break
    raise TrackRequired(
        "More than one track is possible",
        rule=_rule(tracks),
        remedy=f"give {' or '.join(ids)}",
        where=("track",),
    )


def refuse_other_kinds(act: Act, track: Slug, interventions: Iterable[Intervention]) -> None:
    """Refuse interventions of another kind than the track is for (ORE-3-7)."""
    found = act.in_force.track(track)
    if isinstance(found, NotRegulated) or not found.kinds:
        return
    others = [intervention.key for intervention in interventions if intervention.kind.value not in found.kinds]
    if others:
        raise TrackRequired(
            f"The track {track} is only for {' and '.join(found.kinds)} needs, and {', '.join(others)} is not",
            rule=_rule([found]),
            remedy="raise the other need on a track of its own",
            where=others,
        )


def _tracks_of_kinds(tracks: Iterable[Track], interventions: tuple[Intervention, ...]) -> list[Track]:
    kinds: set[InterventionKind] = {intervention.kind for intervention in interventions}
    return [track for track in tracks if kinds and {kind.value for kind in kinds} <= set(track.kinds)]


def _rule(tracks: Iterable[Track]) -> str:
    return next(clause for track in tracks for clause in track.clauses)
