"""Errors as HTTP tells them: problem+json (RFC 9457), one table from error to status."""

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from concierge import errors

PROBLEM = "application/problem+json"
RETRY_AFTER_S = 5

# status, code, title; the first class that fits counts, so narrow ones come first.
STATUS_OF: tuple[tuple[type[errors.ConciergeError], int, str, str], ...] = (
    (errors.InvalidRecord, 422, "invalid_request", "The request is not valid"),
    (errors.UnknownItem, 404, "unknown_item", "No such item"),
    (errors.UnknownCustomer, 404, "unknown_customer", "No such customer"),
    (errors.UnknownAnswer, 404, "unknown_answer", "No such answer"),
    (errors.UnknownConversation, 404, "unknown_conversation", "No such conversation"),
    (errors.UnknownDraft, 404, "unknown_draft", "No such draft"),
    (errors.DraftSettled, 409, "draft_settled", "The draft was decided on before"),
    (errors.DraftChanged, 409, "draft_changed", "The draft is being changed; read it again"),
    (errors.StalePageToken, 400, "stale_page_token", "The page token cannot be used"),
    (errors.ProfileChanged, 409, "profile_changed", "The profile is being changed; try again"),
    (errors.Warming, 503, "warming", "Not ready yet"),
    (errors.OldSnapshot, 503, "old_snapshot", "The catalogue must be imported again"),
    (errors.Throttled, 503, "throttled", "Too busy; try again"),
    (errors.Unavailable, 503, "unavailable", "A service we depend on failed; try again"),
)


# msgspec ends its messages with the place: "Expected `int` <= 100 - at `$.limit`".
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?", re.DOTALL)
# A field that is missing or unknown is named in the message, below the place.
_FIELD = re.compile(r"(?:missing required|contains unknown) field `(?P<name>[^`]*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]+)\]")


class ProblemPart(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a request."""

    pointer: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as RFC 9457 describes it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemPart] | None = None
    request_id: str = ""


def new_problem(
    status: int, code: str, title: str, detail: str, parts: Sequence[ProblemPart] = ()
) -> Problem:
    """Return a problem; the request id is filled in where it is sent."""
    return Problem(
        type="about:blank",
        title=title,
        status=status,
        detail=detail,
        code=code,
        errors=list(parts) or None,
    )


def invalid(error: msgspec.ValidationError) -> Problem:
    """Return the problem of a message that breaks a rule, with a pointer to the field."""
    place = _PLACE.fullmatch(str(error))
    what, path = (place["what"], place["path"] or "") if place else (str(error), "")
    steps = [name or index for name, index in _STEP.findall(path)]
    field = _FIELD.search(what)
    if field:
        steps.append(field["name"])
    part = ProblemPart(pointer="/" + "/".join(steps), detail=what)
    detail = f"{part.pointer}: {part.detail}"
    return new_problem(422, "invalid_request", "The request is not valid", detail, [part])


def problem_of(error: Exception) -> Problem | None:
    """Return what one of our errors tells a caller, or None where it is not for callers."""
    for kind, status, code, title in STATUS_OF:
        if isinstance(error, kind):
            parts = []
            if isinstance(error, errors.InvalidRecord):
                parts = [ProblemPart(pointer=f"/{error.field}", detail=error.reason)]
            return new_problem(status, code, title, str(error), parts)
    return None
