"""The page of a bundle for one person's answers, and the same for printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import bundle as presenter
from tongban.channels.portal.presenters import guide as guide_presenter
from tongban.channels.portal.presenters.squares import squares
from tongban.channels.ui.access import public
from tongban.channels.ui.environment import local
from tongban.channels.ui.frame import frame
from tongban.channels.ui.pages import reader_of, render
from tongban.kernel.language import translate
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.types import Bundle, Compiled, PathStep
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Item

NameOf = Callable[[str | None, str | None, str], str]


@public
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Show exactly what applies to the reader's answers; without any, to the reference case."""
    return _bundle(request, code, "portal/bundle.html")


@public
def print_bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Show the list to bring and the path as sheets of paper."""
    return _bundle(request, code, "portal/print_bundle.html")


def _bundle(request: HttpRequest, code: str, template: str) -> HttpResponse:
    published = bundles.get_bundle(code)
    found = published.bundle
    language = reader_of(request).language
    raw = {one.code: asked.text(request.GET, one.code, most=40) for one in found.questions}
    good, wrong = bundles.read_answers(found, raw)
    compiled = bundles.compiled(found, good, language)
    parts, _ = bundles.ingredients(found, catalogue.current_revision())
    items = {code: local(language, one.name, one.english) for code, one in parts.items()}
    steps = {one.step: _step_name(one, items) for one in compiled.path}
    material_name = _material_names(parts, language)
    city = frame().city
    departments = frame().departments.values()
    plain = _plain_names(
        [
            *((one.code, one.short, one.english) for one in departments),
            *((one.code, one.name, one.english) for one in parts.values()),
        ],
        language,
    )
    return render(
        request,
        template,
        status=422 if wrong else 200,
        published=published,
        bundle=found,
        compiled=compiled,
        page=presenter.present(found, compiled),
        answered=bool(good or wrong),
        answers_query=asked.address("", {name: text for name, text in raw.items() if text})[1:],
        problems={name: translate(one.sentence, language, **one.values) for name, one in wrong.items()},
        raw={name: raw[name] for name in wrong},
        agrees=_agrees(found, compiled),
        see_also=[one for one in bundles.list_bundles() if one.code in found.see_also],
        department_names={one.code: local(language, one.short, one.english) for one in departments},
        item_name=lambda item, name: items.get(item, name),
        material_name=material_name,
        saved_names=lambda group: _saved_names(group, material_name),
        step_name=lambda one: steps[one.step],
        step_names=steps,
        channels=presenter.CHANNELS,
        groups=presenter.GROUPS,
        squares=squares,
        remedies=(city and ((language == "en" and city.remedies_english) or city.remedies)) or (),
        drawing=bundles.lanes(compiled, plain, language),
        drawing_phone=bundles.lanes_phone(compiled, plain, language),
        purposes=guide_presenter.PURPOSES,
    )


def _agrees(bundle: Bundle, compiled: Compiled) -> bool:
    published = bundle.published
    if published is None:
        return False
    return presenter.reached(published.before, compiled.before.model_dump()) and presenter.reached(
        published.after, compiled.after.model_dump()
    )


def _material_names(items: Mapping[str, Item], language: str) -> NameOf:
    names: dict[tuple[str | None, str | None], str] = {
        (code, material.code): local(language, material.name, material.english)
        for code, one in items.items()
        for material in one.materials
    }
    return lambda item, material, name: names.get((item, material), name)


def _saved_names(group: presenter.SavingGroup, material_name: NameOf) -> list[tuple[str, int]]:
    """Return what a group of savings spares, each name once with how often."""
    names = (
        (one.material and material_name(one.item, one.material, one.what)) or one.what
        for one in group.savings
    )
    return list(Counter(names).items())


def _plain_names(named: Iterable[tuple[str, str, str | None]], language: str) -> dict[str, str]:
    """Return code → name without tags: drawings measure and cut their words."""
    return {code: (language == "en" and english) or chinese for code, chinese, english in named}


def _step_name(step: PathStep, items: dict[str, str]) -> str:
    return items.get(step.step, step.name)


urls = [
    path("bundles/<str:code>", bundle),
    path("bundles/<str:code>/print", print_bundle),
]
