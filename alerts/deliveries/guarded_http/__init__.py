"""HTTP to addresses that users choose, which must not lead into the networks behind us."""

from alerts.deliveries.guarded_http.client import Answer, post
from alerts.deliveries.guarded_http.look_ups import LookUps
from alerts.deliveries.guarded_http.networks import AllowedNetworks, ForbiddenAddressError
from alerts.deliveries.guarded_http.urls import refusal_of_url

__all__ = ["AllowedNetworks", "Answer", "ForbiddenAddressError", "LookUps", "post", "refusal_of_url"]
