"""Which customers take part in which arm of an experiment: dealt by a hash, so nothing is kept."""

from concierge.retrieval.identifiers import lot_of
from concierge.retrieval.merchandising import Experiment

LEARNT = "learnt"
TRADITIONAL = "traditional"
EXPLORING = "exploring"


def arm_of(experiment: Experiment | None, actor_key: str) -> str:
    """Return the arm of a customer or session, the same while the experiment keeps its name.

    An empty key is nobody in particular, who takes no part. The arms grow from opposite ends, so a
    share that is raised takes customers from the learnt lists alone.
    """
    if experiment is None or not actor_key:
        return LEARNT
    # Neither a name nor an id holds a line break, so no two pairs read the same.
    lot = lot_of(f"{experiment.name}\n{actor_key}")
    if lot < experiment.traditional:
        return TRADITIONAL
    return EXPLORING if lot >= 1 - experiment.exploring else LEARNT
