"""Bundles: list, read, compile for one applicant's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from tongban.channels.openapi.negotiation import language_of
from tongban.channels.openapi.parameters import (
    AUDIENCE,
    BUNDLE,
    THEME,
    VERSION,
    AudienceCode,
    VersionNumber,
    check_theme,
)
from tongban.channels.openapi.promises import promises
from tongban.kernel.errors import N_
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.queries import BundleCard, BundleVersionCard
from tongban.services.bundles.types import Bundle, Compiled, Figures

router = Router(tags=["bundles"])

Given = Annotated[StrictStr, Field(max_length=200)] | StrictBool | StrictInt | StrictFloat
"""An answer as it is sent: nothing is guessed, “1” is no 1 and 1 no “yes”."""


class BundleAsPublished(BaseModel):
    """A bundle in one of its versions. ``bundle`` is the record that a city pack holds."""

    number: int = Field(description="Which version this is")
    current: int = Field(description="Which version is published now")
    published_at: datetime
    by: str = Field(description="Who published it")
    why: str = Field(description="Why it was published")
    before: Figures | None = Field(description="The reference case when every item is done alone")
    after: Figures | None = Field(description="The reference case in the bundle")
    bundle: Bundle


class Answers(BaseModel):
    """Answers by question: yes or no, a number, or one of the question's choices."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Given] = Field(
        {}, description="By the question's code; none at all asks for the reference case, "
        "a question left out takes its default", max_length=100,
    )  # fmt: skip


@router.get(
    "/bundles", response=list[BundleCard], operation_id="list_bundles", summary=N_("列出一件事"),
    description=N_("正在提供的一件事，各带标准情形办理前后的数字。"),
)  # fmt: skip
def list_bundles(
    request: HttpRequest, theme: str | None = THEME, audience: AudienceCode | None = AUDIENCE
) -> list[BundleCard]:
    """Bundles that are offered, each with the figures of its reference case before and after."""
    check_theme(theme)
    return list(bundles.list_bundles(theme=theme, audience=audience))


@router.get(
    "/bundles/{code}", response=BundleAsPublished, operation_id="get_bundle", summary=N_("读一件事"),
    description=N_("它的问题、包含的事项、联合核查，以及公布过的数字。"),
)  # fmt: skip
def get_bundle(
    request: HttpRequest, code: str = BUNDLE, version: VersionNumber | None = VERSION
) -> BundleAsPublished:
    """Its questions, items, joint check, and what was ever published about it."""
    found = bundles.get_bundle(code, version)
    return BundleAsPublished(
        number=found.number, current=found.current, published_at=found.published_at, by=found.by, why=found.why,
        before=found.before, after=found.after, bundle=found.bundle,
    )  # fmt: skip


@router.get(
    "/bundles/{code}/versions", response=list[BundleVersionCard], operation_id="list_bundle_versions",
    summary=N_("一件事的各个版本"), description=N_("全部版本，新的在前，各带当时的数字。"),
)  # fmt: skip
def list_bundle_versions(request: HttpRequest, code: str = BUNDLE) -> list[BundleVersionCard]:
    """All versions, newest first, each with its figures."""
    return list(bundles.versions(code))


@router.get(
    "/bundles/{code}/reference", response=Compiled, operation_id="compile_reference", summary=N_("标准情形的结果"),
    description=N_("标准情形要些什么：办理前后、每一处节省及其理由和依据、办理路线。"),
)  # fmt: skip
@promises(speaks=True)
def compile_reference(request: HttpRequest, code: str = BUNDLE) -> Compiled:
    """What the reference case needs, before and after, with every saving, its reason and its law."""
    return bundles.compiled(bundles.get_bundle(code).bundle, {}, language_of(request))


@router.post(
    "/bundles/{code}/compile", response=Compiled, operation_id="compile_bundle", summary=N_("按这些回答算出结果"),
    description=N_("一张表单、一份材料清单、一条路线：正好适用于这些回答。什么都不保存。"),
)  # fmt: skip
@promises(speaks=True)
def compile_bundle(request: HttpRequest, body: Answers, code: str = BUNDLE) -> Compiled:
    """One form, one list of materials, one path: exactly what applies to these answers. Nothing is kept."""
    return bundles.compiled(bundles.get_bundle(code).bundle, body.answers, language_of(request))
