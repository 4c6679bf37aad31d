"""Who shows an access token to the JSON interface, and for whom the token is good."""

from __future__ import annotations

import datetime as dt
import hashlib

from tongban.foundation.identity.queries.acting import can_act_for
from tongban.foundation.identity.types import Bearer
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Subject

LONGEST = 200
"""Characters; a token of ours has 30."""
BEARER = """
SELECT account.id, account.person_id, token.client_id, token.scopes, issue.party_kind, issue.party_id
FROM allauth_idp_oidc_token token
JOIN identity_account account ON account.id = token.user_id AND account.is_active
JOIN identity_tokengrant issue ON issue.access_hash = token.hash AND issue.revoked_at IS NULL
WHERE token.type = 'at' AND token.hash = %s AND token.expires_at > %s AND account.person_id IS NOT NULL
"""


def bearer(token: str, *, at: dt.datetime) -> Bearer | None:
    """Return who shows this access token and what it is good for; None when it is good for nothing (any more).

    A token for somebody else holds only while the person may still act for them: a mandate that is revoked ends
    the tokens that stood on it with the next request.
    """
    if not 0 < len(token) <= LONGEST:
        return None
    row = statements.one(BEARER, [hashlib.sha256(token.encode()).hexdigest(), at])
    if row is None:
        return None
    account, person, client, scopes, kind, id = row
    own = Subject("person", str(person))
    party = Subject(kind, id) if kind else own
    if party != own and not can_act_for(person, party, at=at):
        return None
    return Bearer(person, client, frozenset(scopes.split()), party, account)
