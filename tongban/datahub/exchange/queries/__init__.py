"""Every read of the exchange."""

from tongban.datahub.exchange.evidence.checking import check as check_evidence
from tongban.datahub.exchange.queries.about import (
    digest_of,
    find_about,
    new_about,
    readings_about,
    tally_about,
)
from tongban.datahub.exchange.queries.auditing import audit_exchanges
from tongban.datahub.exchange.queries.descriptions import (
    changes_of_description,
    find_description,
    read_description,
    sample_rows,
    samples_of,
)
from tongban.datahub.exchange.queries.districts import (
    beats,
    begin,
    district_flows,
    finest_step,
    main_services,
)
from tongban.datahub.exchange.queries.elsewhere import (
    MOST_TOLD,
    decided_about,
    heard,
    is_about,
    is_in_account,
    read_proof,
    read_since,
    said_proof,
)
from tongban.datahub.exchange.queries.flows import (
    department_calls,
    flows,
    how_busy,
    latest_calls,
    latest_failures,
    pulses,
    service_calls,
    service_course,
    service_steps,
    waiting_since,
)
from tongban.datahub.exchange.queries.history import evidence_of, exchanges_about, exchanges_of, find_exchange
from tongban.datahub.exchange.queries.log import Sought, keys_used, search_log
from tongban.datahub.exchange.queries.offers import Offer, Offers, Unprovided, offers, unprovided
from tongban.datahub.exchange.queries.own import get_subsystem, systems_of
from tongban.datahub.exchange.queries.performance import performance_of, trials_of
from tongban.datahub.exchange.queries.proving import proof_of
from tongban.datahub.exchange.queries.purposes import asked_for, uses_of_grants
from tongban.datahub.exchange.queries.registered import audit_registered
from tongban.datahub.exchange.queries.registry import (
    bulkheads,
    circuits,
    find_service,
    find_services,
    keys_of,
    resources_given,
    service_at,
    services,
    subsystems,
)
from tongban.datahub.exchange.queries.secrecy import (
    SECRECY_LAWS,
    get_secrecy,
    kept_beside,
    not_kept,
    secrecies,
)
from tongban.datahub.exchange.queries.signing import Signer, signer_of
from tongban.datahub.exchange.queries.trying import DryRun, databases_of, dry_run, registers, trial_keys_of
from tongban.datahub.exchange.queries.usage import quotas_used, usage, usage_of
from tongban.datahub.exchange.rules.lasting import longest_day
from tongban.datahub.exchange.rules.pasted import Pasted, read_pasted
from tongban.datahub.exchange.rules.protocol import PREFIX, is_trial, read_call, real, twin

__all__ = [
    "MOST_TOLD",
    "PREFIX",
    "SECRECY_LAWS",
    "DryRun",
    "Offer",
    "Offers",
    "Pasted",
    "Signer",
    "Sought",
    "Unprovided",
    "asked_for",
    "audit_exchanges",
    "audit_registered",
    "beats",
    "begin",
    "bulkheads",
    "changes_of_description",
    "check_evidence",
    "circuits",
    "databases_of",
    "decided_about",
    "department_calls",
    "digest_of",
    "district_flows",
    "dry_run",
    "evidence_of",
    "exchanges_about",
    "exchanges_of",
    "find_about",
    "find_description",
    "find_exchange",
    "find_service",
    "find_services",
    "finest_step",
    "flows",
    "get_secrecy",
    "get_subsystem",
    "heard",
    "how_busy",
    "is_about",
    "is_in_account",
    "is_trial",
    "kept_beside",
    "keys_of",
    "keys_used",
    "latest_calls",
    "latest_failures",
    "longest_day",
    "main_services",
    "new_about",
    "not_kept",
    "offers",
    "performance_of",
    "proof_of",
    "pulses",
    "quotas_used",
    "read_call",
    "read_description",
    "read_pasted",
    "read_proof",
    "read_since",
    "readings_about",
    "real",
    "registers",
    "resources_given",
    "said_proof",
    "sample_rows",
    "samples_of",
    "search_log",
    "secrecies",
    "service_at",
    "service_calls",
    "service_course",
    "service_steps",
    "services",
    "signer_of",
    "subsystems",
    "systems_of",
    "tally_about",
    "trial_keys_of",
    "trials_of",
    "twin",
    "unprovided",
    "usage",
    "usage_of",
    "uses_of_grants",
    "waiting_since",
]
