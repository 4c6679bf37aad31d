"""Reads of identity: people and companies, for whom one may act, staff and their posts, what registers hold."""

from tongban.foundation.identity.adapters.demonstration import Citizen, Firm, Population
from tongban.foundation.identity.queries.accounts import (
    account,
    account_of,
    account_of_person,
    account_of_staff,
    contact_key,
    contact_of,
    find_account_by_contact,
    handle_of,
    is_demonstration,
    kept_form,
    personas,
    recovery_codes_left,
)
from tongban.foundation.identity.queries.acting import (
    acting_for,
    acting_options,
    can_act_for,
    get_mandate,
    mandates_of,
    represents,
    rights_for,
)
from tongban.foundation.identity.queries.bearers import bearer
from tongban.foundation.identity.queries.facts import facts, population
from tongban.foundation.identity.queries.held import of_one_reading
from tongban.foundation.identity.queries.identifiers import Identifiers, identifiers_of, masked_value
from tongban.foundation.identity.queries.officers import (
    lock_outs,
    questioned_readings,
    readings_in_full,
    staff_accounts,
)
from tongban.foundation.identity.queries.people import (
    companies_of,
    find_company,
    find_person,
    get_company,
    get_person,
    name_of,
    names_of,
)
from tongban.foundation.identity.queries.staff import (
    absences,
    is_unmasked,
    officers,
    staff_access,
    staff_with,
    unmasked,
)
from tongban.foundation.identity.queries.systems import origins_of_system, systems, systems_of
from tongban.foundation.identity.rules.masks import mask_within as masked_within
from tongban.foundation.identity.rules.numbers import numbers_in
from tongban.foundation.identity.rules.sessions import session_state

__all__ = [
    "Citizen",
    "Firm",
    "Identifiers",
    "Population",
    "absences",
    "account",
    "account_of",
    "account_of_person",
    "account_of_staff",
    "acting_for",
    "acting_options",
    "bearer",
    "can_act_for",
    "companies_of",
    "contact_key",
    "contact_of",
    "facts",
    "find_account_by_contact",
    "find_company",
    "find_person",
    "get_company",
    "get_mandate",
    "get_person",
    "handle_of",
    "identifiers_of",
    "is_demonstration",
    "is_unmasked",
    "kept_form",
    "lock_outs",
    "mandates_of",
    "masked_value",
    "masked_within",
    "name_of",
    "names_of",
    "numbers_in",
    "of_one_reading",
    "officers",
    "origins_of_system",
    "personas",
    "population",
    "questioned_readings",
    "readings_in_full",
    "recovery_codes_left",
    "represents",
    "rights_for",
    "session_state",
    "staff_access",
    "staff_accounts",
    "staff_with",
    "systems",
    "systems_of",
    "unmasked",
]
