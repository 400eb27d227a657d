"""The pages of the statement. All are public, all are read from published versions only."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.statement import queries
from troth.statement.article import show_article
from troth.statement.comparison import compare_texts
from troth.statement.feed import make_feed
from troth.statement.models import StatementVersion


def in_asked_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language that ``?language=`` names, if the operator speaks it; else in the reader's."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: int) -> HttpResponse:
        asked = request.GET.get("language", "")
        language = asked if asked in read_operator().languages else translation.get_language() or "en"
        with translation.override(language):
            response = view(request, **kwargs)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


@page("public")
@in_asked_language
def show_current(request: HttpRequest) -> HttpResponse:
    """Show the version in force."""
    version = queries.find_current_version()
    if version is None:
        raise Http404
    return _show(request, version, current=True)


@page("public")
@in_asked_language
def show_version(request: HttpRequest, *, number: int) -> HttpResponse:
    """Show one version of the archive."""
    current = queries.find_current_version()
    version = _find(number)
    return _show(request, version, current=current is not None and version.pk == current.pk)


@page("public")
@in_asked_language
def list_versions(request: HttpRequest) -> HttpResponse:
    """Show the archive: every version, the newest first, with its reasons and what to compare it with."""
    return render(request, "statement/versions.jinja", {"versions": queries.list_versions()})


@page("public")
@in_asked_language
def compare(request: HttpRequest, *, old: int, new: int) -> HttpResponse:
    """Show what changed from one version to another, clause by clause and word by word."""
    before, after = _find(old), _find(new)
    language = translation.get_language() or "en"
    changes = compare_texts(queries.read_text(before, language), queries.read_text(after, language))
    changed = [change for change in changes if change.kind != "same"]
    context = {
        "old": before,
        "new": after,
        "changes": changed,
        "same": sum(1 for change in changes if change.kind == "same"),
        "versions": queries.list_versions(),
    }
    return render(request, "statement/compare.jinja", context)


@page("public")
@in_asked_language
def show_feed(_request: HttpRequest) -> HttpResponse:
    """Answer with the Atom feed of all versions."""
    versions = queries.list_versions()
    if not versions:
        raise Http404
    content = make_feed(versions, translation.get_language() or "en")
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


@page("public")
@in_asked_language
def download_pdf(_request: HttpRequest) -> HttpResponse:
    """Answer with the version in force as a PDF."""
    version = queries.find_current_version()
    if version is None:
        raise Http404
    language = translation.get_language() or "en"
    from troth.statement.pdf import make_pdf

    name = f"statement-{version.number}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(make_pdf(version, language), content_type="application/pdf", headers=headers)


def _find(number: int) -> StatementVersion:
    version = queries.find_version(number)
    if version is None:
        raise Http404
    return version


def _show(request: HttpRequest, version: StatementVersion, *, current: bool) -> HttpResponse:
    text = queries.read_text(version, translation.get_language() or "en")
    context = {
        "version": version,
        "current": current,
        "article": show_article(version, text, current=current),
        "text": text,
        "languages": [(tag, _name_language(tag)) for tag in queries.read_texts(version.pk)],
    }
    return render(request, "statement/statement.jinja", context)


def _name_language(tag: str) -> str:
    return str(translation.get_language_info(tag)["name_local"])
