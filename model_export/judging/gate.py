"""What a candidate must reach to be published."""

from dataclasses import dataclass

from model_export.judging.judgement import Judgement
from model_export.judging.tasks import quality_drop

MIN_COSINE = 0.99
MAX_QUALITY_DROP = 0.005


@dataclass(frozen=True, slots=True)
class Gate:
    """The least mean cosine to the original, and the most that task quality may fall, relatively."""

    min_cosine: float = MIN_COSINE
    max_quality_drop: float = MAX_QUALITY_DROP

    def objections(self, judgement: Judgement) -> list[str]:
        """Return each number that failed, with its limit."""
        found = []
        cosine = judgement.closeness.mean_cosine
        # Written so that a NaN fails as well.
        if not cosine >= self.min_cosine:
            found.append(f"mean cosine {cosine:.4f} is below {self.min_cosine}")
        drop = quality_drop(judgement.tasks)
        if drop is not None and not drop <= self.max_quality_drop:
            limit = f"{self.max_quality_drop:.2%}"
            found.append(f"task quality falls by {drop:.2%}, more than {limit}")
        return found
