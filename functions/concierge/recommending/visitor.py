"""Who asks, and what of their profile may be used."""

from concierge.shop.profile import Actor, Personalization, Profile
from concierge.shop.profiles import Profiles


def profile_of(profiles: Profiles, customer_id: str, session_id: str) -> Profile:
    """Return the customer's profile, or the session's or whose it became; raise Unavailable."""
    if customer_id:
        return profiles.get(Actor("customer", customer_id))
    profile = profiles.get(Actor("session", session_id))
    if profile.merged_into:
        profile = profiles.get(Actor("customer", profile.merged_into))
    return profile


def narrower(asked: Personalization, profile: Profile | None) -> Personalization:
    """Return the narrower of what the request and what the customer allow."""
    order: tuple[Personalization, ...] = ("off", "session", "full")
    allowed = profile.personalization if profile else "full"
    return min(asked, allowed, key=order.index)
