"""Sign-on for departments' own systems: what allauth's OpenID provider asks of this installation.

Each system knows an account by a name of its own, so that two systems can not put together what each knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey

from tongban.foundation.identity.errors import StaffUnknown
from tongban.foundation.identity.models import Account, PairwiseSubject
from tongban.foundation.identity.queries.people import get_person
from tongban.foundation.identity.queries.staff import staff_access
from tongban.foundation.identity.signing_keys import signing_keys
from tongban.foundation.identity.types import DATA_SCOPES
from tongban.kernel import clock

HIDDEN = (
    "device_authorization_endpoint",
    "introspection_endpoint",
    "registration_endpoint",
)


class SignOnAdapter(DefaultOIDCAdapter):
    """How tokens name people and who signs them."""

    def get_user_sub(self, client: Client, user: Account) -> str:  # type: ignore[override]
        """Return the opaque name of an account for this system: random, kept, and another for each system."""
        row, _ = PairwiseSubject.objects.get_or_create(
            client=client.id, account_id=user.pk, defaults={"sub": secrets.token_hex(20)}
        )
        return row.sub

    def get_user_by_sub(self, client: Client, sub: str) -> Account | None:
        """Return the open account that has this name for this system."""
        row = PairwiseSubject.objects.select_related("account").filter(client=client.id, sub=sub[:64]).first()
        return row.account if row and row.account.is_active else None

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Account,  # type: ignore[override]
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return what a system is told: the name with ``profile``, posts and duties with ``staff``; never a number."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes and user.person_id:
            claims |= {"name": get_person(user.person_id).name, "kind": "person"}
        if user.staff_id and {"profile", "staff"} & set(scopes):
            claims |= _of_staff(user.staff_id, "staff" in scopes)
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Tell only what is offered here."""
        for name in HIDDEN:
            data.pop(name, None)
        data |= {
            "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid", "profile", "staff", *DATA_SCOPES],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": False,
        }

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        """Return the keys that sign or have signed, the newest first; the first time, one is made."""
        return [
            PrivateKey(pem=pem, issued_at=row.made_at, expires_at=row.ends_at)
            for row, pem in signing_keys(at=clock.now())
        ]


def _of_staff(code: str, wants_posts: bool) -> dict[str, Any]:
    try:
        access = staff_access(code)
    except StaffUnknown:
        return {"kind": "staff"}
    claims: dict[str, Any] = {"name": access.name, "kind": "staff", "staff": code}
    if wants_posts:
        claims["posts"] = [post.code for post in access.posts]
        claims["departments"] = sorted(access.departments)
        claims["duties"] = sorted(access.duties)
    return claims
