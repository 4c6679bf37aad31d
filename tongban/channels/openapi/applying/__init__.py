"""Applying by one's own software: everything that the pages to apply can do, as JSON, with a token."""

from __future__ import annotations

from ninja import Router

from tongban.channels.openapi.applying import drafts, filing, following, holding, papers, parties, public

ROUTERS: tuple[Router, ...] = (
    parties.router,
    drafts.router,
    papers.router,
    filing.router,
    following.router,
    holding.router,
    public.router,
)
