"""Making the slips: new sign-in links are made with them, so it takes a press."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from oppipari.materials.pdf import can_draw
from oppipari.materials.slips.build import Opening, build_slips
from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import hand_over_links, record_read
from oppipari.organisation.addresses import shareable
from oppipari.organisation.models import AccessEntry, PersonalLink
from oppipari.organisation.reach import Way
from oppipari.organisation.web import number_in, person_of
from oppipari.pairs.queries.to_tell import ToTell, to_tell
from oppipari.rounds.access import rounds_supervised


@sensitive_variables()
def openings_for(request: HttpRequest, people: list[ToTell]) -> dict[int, Opening]:
    """How each gets to their own page, by person's id: by a new link where no code reaches them by e-mail."""
    tokens = hand_over_links([told.person for told in people], person_of(request))
    until = timezone.localdate(timezone.now() + PersonalLink.LIFETIMES[PersonalLink.Kind.HANDED])
    openings = {
        who: Opening(shareable(request, reverse("sign_in_link", args=[token])), signs_in=True, until=until)
        for who, token in tokens.items()
    }
    page = shareable(request, reverse("home"))
    return openings | {told.person.pk: Opening(page) for told in people if told.way is Way.UNSURE}


@login_required
@never_cache
@require_POST
@sensitive_variables()
def round_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """The slips of all whom the supervisor tells by hand, or of `only` one person, as a PDF."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    only = [number_in(request.POST["only"])] if request.POST.get("only") else None
    people = to_tell(round_, person, only)
    if not people:
        return redirect("board", pk=pk)
    if not can_draw():  # before any link is made: making one ends an older one
        return render(request, "materials/no_slips.html", {"round": round_}, status=503)
    record_read(person, [told.person.pk for told in people], AccessEntry.What.PAIR)
    made = build_slips(round_, people, openings_for(request, people), request.LANGUAGE_CODE[:2])
    response = HttpResponse(made, content_type="application/pdf")
    name = slugify(round_.name) or "round"
    # A file of its own, which the browser does not keep: whoever opens it can sign in as each of them.
    response["Content-Disposition"] = f'attachment; filename="oppipari-{name}-slips.pdf"'
    return response
