"""Bundles: list, read, compile for one applicant's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from tongban.channels.openapi.problems import language_of
from tongban.kernel.conditions import Answer
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.queries import BundleCard, BundleVersionCard
from tongban.services.bundles.types import Bundle, Compiled

router = Router(tags=["bundles"])


class PublishedBundle(BaseModel):
    """A bundle in one of its versions. ``bundle`` is the record a city pack holds."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    current: int
    published_at: datetime
    by: str
    why: str
    bundle: Bundle


class Answers(BaseModel):
    """Answers by question: yes or no, a number, or one of the question's choices."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Answer] = Field({}, description="Unanswered questions take their default", max_length=100)


@router.get("/bundles", response=list[BundleCard], operation_id="list_bundles", summary="List bundles")
def list_bundles(
    request: HttpRequest,
    theme: Annotated[str, Query(max_length=80)] = "",
    audience: Annotated[str, Query(pattern="^[1-6]?$")] = "",
) -> tuple[BundleCard, ...]:
    """Bundles that are offered, each with the figures of its reference case before and after."""
    return bundles.list_bundles(theme=theme or None, audience=audience or None)


@router.get(
    "/bundles/{code}", response=PublishedBundle, operation_id="get_bundle", summary="Read a bundle", exclude_none=True
)
def get_bundle(
    request: HttpRequest, code: str, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None
) -> bundles.PublishedBundle:
    """Its questions, items, joint check, and what was ever published about it."""
    return bundles.get_bundle(code, version)


@router.get(
    "/bundles/{code}/versions", response=list[BundleVersionCard], operation_id="list_bundle_versions",
    summary="Versions of a bundle",
)  # fmt: skip
def list_bundle_versions(request: HttpRequest, code: str) -> tuple[BundleVersionCard, ...]:
    """All versions, newest first, each with its figures."""
    return bundles.versions(code)


@router.get(
    "/bundles/{code}/reference", response=Compiled, operation_id="compile_reference", summary="The reference case",
    exclude_none=True,
)  # fmt: skip
def compile_reference(request: HttpRequest, code: str) -> Compiled:
    """What the reference case needs, before and after, with every saving, its reason and its law."""
    return bundles.compiled(bundles.get_bundle(code).bundle, {}, language_of(request))


@router.post(
    "/bundles/{code}/compile", response=Compiled, operation_id="compile_bundle", summary="Compile for these answers",
    exclude_none=True,
)  # fmt: skip
def compile_bundle(request: HttpRequest, code: str, body: Answers) -> Compiled:
    """One form, one list of materials, one path: exactly what applies to these answers. Nothing is kept."""
    return bundles.compiled(bundles.get_bundle(code).bundle, body.answers, language_of(request))
