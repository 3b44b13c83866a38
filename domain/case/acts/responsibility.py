"""The act by which Kvittens itself looks at a case whose responsibility time alone may have changed."""

from domain.act import Act
from domain.case.permission import refuse_role
from domain.case.state.case import Case
from domain.kernel import Events


def settle(case: Case, *, act: Act) -> Events:
    """Enter the changes of responsibility that time alone has brought: by a birthday, or by another agreement version.

    Only Kvittens itself does this, also as of a past day from which another version is known only now to have been in
    force (SYS-9). The act has no event of its own, and none at all if nothing has changed.
    """
    refuse_role(act)
    act.refuse_future()
    act.refuse_strangers((case.region, case.municipality))
    return ()
