"""My cases: the list, one case with its lanes and clocks, the receipt, the supplement, withdrawal."""

from __future__ import annotations

from django.urls import path

from tongban.channels.portal.views.cases import looking, receipts, supplementing, withdrawing

urls = [
    path("cases", looking.mine),
    path("cases/<uuid:case_id>", looking.one),
    path("cases/<uuid:case_id>/receipt", receipts.receipt),
    path("cases/<uuid:case_id>/receipt.pdf", receipts.receipt_pdf),
    path("cases/<uuid:case_id>/letters/<int:number>", receipts.letter),
    path("cases/<uuid:case_id>/branch-letters/<int:number>", receipts.branch_letter),
    path("cases/<uuid:case_id>/licences/<uuid:licence>.pdf", receipts.licence_pdf),
    path("cases/<uuid:case_id>/supplement", supplementing.supplement),
    path("cases/<uuid:case_id>/withdraw", withdrawing.withdraw),
]
