"""我的数据: who read one's data, what one asks about it, whether the ledger still begins as one saw it."""

from __future__ import annotations

from django.urls import path

from tongban.channels.portal.views.my_data import checking, contesting, looking, taking

urls = [
    path("my-data", looking.my_data),
    path("my-data.csv", taking.as_csv),
    path("my-data/check", checking.check),
    path("my-data/districts", looking.with_districts),
    path("my-data/tell", contesting.tell),
    path("my-data/<uuid:reading>", looking.entry),
    path("my-data/<uuid:reading>/contest", contesting.contest),
    path("my-data/<uuid:reading>/evidence", taking.evidence),
    path("my-data/contests/<uuid:contest>/withdraw", contesting.withdraw),
    path("account/readers", looking.moved),
]
