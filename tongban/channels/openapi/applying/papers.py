"""Papers: why they need not be brought or what to bring; given as a file, taken back, replaced by a commitment."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from tongban.channels.openapi.applying.drafts import CASE
from tongban.channels.openapi.applying.records import ANY_KIND, CommitmentText, MaterialLine, Sent, file_of
from tongban.channels.openapi.bearer import of_case
from tongban.channels.openapi.parameters import Day
from tongban.channels.openapi.problems import Refusal
from tongban.channels.openapi.promises import promises
from tongban.foundation.documents import operations as documents
from tongban.foundation.documents import queries as stored
from tongban.foundation.documents.types import MEDIA_TYPES
from tongban.foundation.identity.types import Bearer
from tongban.kernel.errors import N_
from tongban.services.cases import operations, queries
from tongban.services.cases.errors import PaperUnknown
from tongban.services.cases.types import CaseMaterial, MaterialState

router = Router(tags=["applying"])

PURPOSE = "case-material"
FIELD = "file"
ITEM: Any = Path(..., max_length=80, description=N_("材料所属事项的代码"))
MATERIAL: Any = Path(..., max_length=80, description=N_("材料的代码"))
NAME: Any = Query("", max_length=200, description=N_("文件名；用 multipart 发送时不用给"))
UNTIL: Any = Query(None, description=N_("承诺以后补交的日子；不给就是代替这份材料的承诺"))
BINARY = {"type": "string", "format": "binary"}
FILE_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {FIELD: BINARY}, "required": [FIELD]},
        },
        **{kind: {"schema": BINARY} for kind in MEDIA_TYPES.values()},
    },
}


class EarlierUpload(Sent):
    """A file that was given before and is offered again."""

    document: uuid.UUID = Field(description="``offered`` of the paper")


class Signing(Sent):
    """What is signed: the digest of the text that was shown to the person."""

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    until: Day | None = Field(None, description="To hand the paper in by a day, where it may follow")


@router.get(
    "/my/cases/{case}/materials", response=list[MaterialLine], operation_id="list_materials", summary=N_("材料清单"),
    description=N_("每份材料：不用带的写明为什么和依据，要带的写明带什么，以前交过的可以再用一次。"),
)  # fmt: skip
@promises(scope="cases:read")
def list_materials(request: HttpRequest, case: uuid.UUID = CASE) -> list[CaseMaterial]:
    """All papers of a case in their order."""
    bearer, at = of_case(request, case)
    return list(queries.get_case(case, by=bearer.actor, at=at).materials)


@router.post(
    "/my/cases/{case}/materials/{item}/{material}/file", response=MaterialLine, operation_id="give_file",
    summary=N_("上传一份材料"), openapi_extra={"requestBody": FILE_BODY},
    description=N_("文件本身作为请求体，或者 multipart 里名叫 file 的一项。看内容认类型，图片重新编码。再传一次就换掉前一份。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", takes="file", refuses=(409,))
def give_file(
    request: HttpRequest, case: uuid.UUID = CASE, item: str = ITEM, material: str = MATERIAL, name: str = NAME
) -> CaseMaterial:
    """Take a file as a paper; what it is, is seen from its content."""
    bearer, at = of_case(request, case)
    paper = _paper(bearer, case, item, material, at)
    data, given = _file(request)
    # Both or neither: a file that is no paper of the case would lie about for nobody.
    with transaction.atomic():
        document = documents.store(
            data=data,
            name=name or given or material,
            purpose=PURPOSE,
            owner=bearer.party,
            by=bearer.actor,
            at=at,
        )
        _given(paper)(
            case_id=case, item=item, material=material, document=document.id, name=document.name,
            by=bearer.actor, at=at,
        )  # fmt: skip
    return _paper(bearer, case, item, material, at)


def _given(paper: CaseMaterial) -> Callable[..., None]:
    """Return the act by which this paper is given: one that was promised for later is brought."""
    return operations.bring_promised if paper.state is MaterialState.LATER else operations.attach


def _file(request: HttpRequest) -> tuple[bytes, str]:
    if request.content_type != "multipart/form-data":
        # Larger than what Django keeps of a form in memory; the gate has looked at the length.
        return request.read(), ""
    found = request.FILES.get(FIELD)
    if not isinstance(found, UploadedFile):
        raise Refusal("file-missing")
    return found.read(), found.name or ""


def _paper(bearer: Bearer, case: uuid.UUID, item: str, material: str, at: datetime) -> CaseMaterial:
    found = queries.get_case(case, by=bearer.actor, at=at).materials
    paper = next((one for one in found if (one.item, one.code) == (item, material)), None)
    if paper is None:
        raise PaperUnknown(material)
    return paper


@router.put(
    "/my/cases/{case}/materials/{item}/{material}/file", response=MaterialLine, operation_id="give_earlier_file",
    summary=N_("再用一次以前交过的文件"), description=N_("document 是材料清单里 offered 给出的那一份。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", refuses=(409,))
def give_earlier_file(
    request: HttpRequest,
    body: EarlierUpload,
    case: uuid.UUID = CASE,
    item: str = ITEM,
    material: str = MATERIAL,
) -> CaseMaterial:
    """Give a file again that the party gave before."""
    bearer, at = of_case(request, case)
    give = _given(_paper(bearer, case, item, material, at))
    give(case_id=case, item=item, material=material, document=body.document, by=bearer.actor, at=at)
    return _paper(bearer, case, item, material, at)


@router.delete(
    "/my/cases/{case}/materials/{item}/{material}/file", response=MaterialLine, operation_id="take_file_back",
    summary=N_("撤下一份材料"), description=N_("提交之前，交上的文件可以撤下。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", takes="nothing", refuses=(409,))
def take_file_back(
    request: HttpRequest, case: uuid.UUID = CASE, item: str = ITEM, material: str = MATERIAL
) -> CaseMaterial:
    """Take a given paper back, before it is handed in."""
    bearer, at = of_case(request, case)
    operations.detach(case_id=case, item=item, material=material, by=bearer.actor, at=at)
    return _paper(bearer, case, item, material, at)


@router.get(
    "/my/cases/{case}/materials/{item}/{material}/file", operation_id="get_file", openapi_extra=file_of(ANY_KIND),
    summary=N_("读一份交上的文件"), description=N_("文件本身，保存的样子。谁读过都有记录。"),
)  # fmt: skip
@promises(kind=ANY_KIND, scope="cases:read")
def get_file(
    request: HttpRequest, case: uuid.UUID = CASE, item: str = ITEM, material: str = MATERIAL
) -> HttpResponse:
    """The file that was given, as it is kept."""
    bearer, at = of_case(request, case)
    paper = _paper(bearer, case, item, material, at)
    if paper.document is None:
        raise PaperUnknown(material)
    kind = stored.get(paper.document).kind
    data = stored.read(paper.document, by=bearer.actor, purpose=PURPOSE, at=at)
    answer = HttpResponse(data, kind.media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(paper.document_name or paper.name)}"
    return answer


@router.get(
    "/my/cases/{case}/materials/{item}/{material}/commitment", response=CommitmentText, operation_id="get_commitment",
    summary=N_("承诺书的内容"), description=N_("要原样给人看的承诺书，和签字时要带回的摘要。"),
)  # fmt: skip
@promises(scope="cases:read")
def get_commitment(
    request: HttpRequest,
    case: uuid.UUID = CASE,
    item: str = ITEM,
    material: str = MATERIAL,
    until: Day | None = UNTIL,
) -> CommitmentText:
    """The text to be shown, and its digest."""
    bearer, at = of_case(request, case)
    _paper(bearer, case, item, material, at)
    text, digest = queries.commitment_text(
        case, item=item, material=material, until=until, by=bearer.actor, at=at
    )
    return CommitmentText(text=text, digest=digest)


@router.post(
    "/my/cases/{case}/materials/{item}/{material}/commitment", response=MaterialLine, operation_id="sign_commitment",
    summary=N_("签承诺书"), description=N_("digest 证明签的就是看过的那一份；内容变了就答 409，请重新给人看。带 until 是承诺以后补交（容缺后补）。"),
)  # fmt: skip
@promises(speaks=True, scope="cases:write", refuses=(409,))
def sign_commitment(
    request: HttpRequest, body: Signing, case: uuid.UUID = CASE, item: str = ITEM, material: str = MATERIAL
) -> CaseMaterial:
    """Sign a commitment instead of a paper, or promise it for a later day."""
    bearer, at = of_case(request, case)
    operations.sign_commitment(
        case_id=case,
        item=item,
        material=material,
        shown=body.digest,
        until=body.until,
        by=bearer.actor,
        at=at,
    )
    return _paper(bearer, case, item, material, at)
