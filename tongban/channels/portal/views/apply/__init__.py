"""Applying: begin, fill in one matter a page, papers, check, hand in."""

from __future__ import annotations

from django.urls import path

from tongban.channels.portal.views.apply import filling, handing, papers, starting

urls = [
    path("apply/item/<str:code>", starting.of_item),
    path("apply/bundle/<str:code>", starting.of_bundle),
    path("apply/<uuid:case_id>", filling.resume),
    path("apply/<uuid:case_id>/form/<int:number>", filling.form_page),
    path("apply/<uuid:case_id>/form/<int:number>/save", filling.save),
    path("apply/<uuid:case_id>/dispute", filling.dispute),
    path("apply/<uuid:case_id>/materials", papers.materials),
    path("apply/<uuid:case_id>/materials/give", papers.give),
    path("apply/<uuid:case_id>/materials/take", papers.take),
    path("apply/<uuid:case_id>/materials/sign", papers.sign),
    path("apply/<uuid:case_id>/materials/file/<uuid:document>", papers.file),
    path("apply/<uuid:case_id>/check", handing.check),
    path("apply/<uuid:case_id>/drop", handing.drop),
]
