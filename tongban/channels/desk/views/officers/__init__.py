"""The desks of the three officers: accounts and systems, rights and readings, the ledger of acts."""

from __future__ import annotations

from django.urls import path

from tongban.channels.desk.views.officers import audit, security, system

urls = [
    path("desk/system", system.accounts),
    path("desk/system/registered", system.registered),
    path("desk/security", security.rights),
    path("desk/security/readings", security.readings),
    path("desk/security/lock-outs", security.lock_outs),
    path("desk/audit", audit.ledger),
]
__all__ = ["urls"]
