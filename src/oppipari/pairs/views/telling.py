"""Telling of the pairs by hand: to whom no message comes, and a text to copy."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from oppipari.organisation.access import get_or_404, may_be_handed_links
from oppipari.organisation.actions import record_read
from oppipari.organisation.addresses import opens_only_here, shareable
from oppipari.organisation.models import AccessEntry, Person
from oppipari.organisation.reach import Way
from oppipari.organisation.web import person_of
from oppipari.pairs.queries.on_their_way import letters_leave
from oppipari.pairs.queries.to_tell import ToTell, to_tell
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import RUNNING, Round


def _texts(people: list[ToTell], by: Person, round_: Round, url: str) -> list[tuple[str, str]]:
    """(language, text to copy) for each language of those who are told by hand; it names nobody but who sends it."""
    spoken = [by.language, *sorted({told.person.language for told in people} - {by.language})]
    made = []
    for lang in spoken:
        with translation.override(lang):
            text = _(
                "Hello! The mentoring pairs are ready (%(round)s). On your own page you see who your partner is, "
                "why you two, and what happens next: %(url)s\n\nIf you cannot get to your page, tell me and I will help."
                "\n\n%(name)s"
            ) % {"round": round_.name, "url": url, "name": by.name}
        made.append((lang, text))
    return made


@login_required
@never_cache
@require_GET
def pairs_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to tell by hand, with slips to hand over and a text to copy."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    if round_.state not in RUNNING:
        return redirect("board", pk=pk)
    people = to_tell(round_, person)
    record_read(person, [told.person.pk for told in people], AccessEntry.What.PAIR)
    by_page = [told.person.pk for told in people if told.way is Way.PAGE]
    handed = may_be_handed_links(person, by_page)
    url = shareable(request, reverse("home"))
    context = {
        "round": round_,
        "leaves": letters_leave(round_),
        "people": [(told, told.person.pk in handed) for told in people],
        "handed": len(handed),
        "texts": _texts(people, person, round_, url),
        "only_here": opens_only_here(url),
    }
    return render(request, "pairs/tell.html", context)
