"""Writes of identity: each function is one act, told who acts and when, in one transaction with its record."""

from tongban.foundation.identity.adapters import install_registers
from tongban.foundation.identity.operations.accounts import (
    change_contact,
    close_account,
    end_sessions,
    keep_form,
    open_account,
    record_lock_out,
    record_second_factor,
    record_sign_in,
    record_sign_out,
    set_password,
    take_kept_form,
)
from tongban.foundation.identity.operations.codes import redeem_code, send_code
from tongban.foundation.identity.operations.companies import (
    bind_company,
    record_dissolution,
    register_company,
)
from tongban.foundation.identity.operations.guardians import confirm_wards
from tongban.foundation.identity.operations.mandates import (
    accept_mandate,
    decline_mandate,
    give_mandate,
    revoke_mandate,
)
from tongban.foundation.identity.operations.officers import (
    lift_lock_out,
    question_reading,
    read_ledger,
    review_unmasking,
)
from tongban.foundation.identity.operations.people import confirm_real_name, record_death, register_person
from tongban.foundation.identity.operations.personas import enter_as_persona, settle_persona
from tongban.foundation.identity.operations.signon import register_system, remove_system
from tongban.foundation.identity.operations.staff import (
    appoint_officer,
    cancel_absence,
    close_staff_account,
    open_staff_account,
    record_absence,
    relieve_officer,
    reset_second_factor,
    seat_officers,
)
from tongban.foundation.identity.operations.tidying import tidy
from tongban.foundation.identity.operations.tokens import (
    end_token_family,
    leave_systems,
    record_tokens,
    spend_refresh_token,
    take_refresh_token,
)
from tongban.foundation.identity.operations.unmasking import record_unmasking, unmask

__all__ = [
    "accept_mandate",
    "appoint_officer",
    "bind_company",
    "cancel_absence",
    "change_contact",
    "close_account",
    "close_staff_account",
    "confirm_real_name",
    "confirm_wards",
    "decline_mandate",
    "end_sessions",
    "end_token_family",
    "enter_as_persona",
    "give_mandate",
    "install_registers",
    "keep_form",
    "leave_systems",
    "lift_lock_out",
    "open_account",
    "open_staff_account",
    "question_reading",
    "read_ledger",
    "record_absence",
    "record_death",
    "record_dissolution",
    "record_lock_out",
    "record_second_factor",
    "record_sign_in",
    "record_sign_out",
    "record_tokens",
    "record_unmasking",
    "redeem_code",
    "register_company",
    "register_person",
    "register_system",
    "relieve_officer",
    "remove_system",
    "reset_second_factor",
    "review_unmasking",
    "revoke_mandate",
    "seat_officers",
    "send_code",
    "set_password",
    "settle_persona",
    "spend_refresh_token",
    "take_kept_form",
    "take_refresh_token",
    "tidy",
    "unmask",
]
