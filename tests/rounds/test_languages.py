"""Languages that people talk in: each that a spreadsheet may bring has its name everywhere, in three languages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.factories import RoundFactory, SignUpFactory, member_of, pair_of, supervisor_of

from oppipari.exchange.answers import LANGUAGES
from oppipari.pairs.queries.living import pair_part
from oppipari.rounds import actions
from oppipari.rounds.forms import HowForm
from oppipari.rounds.languages import NAMES, language_names
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
TOLD = {"shares": ["medication"], "wants": ["first-aid"], "slots": [0], "stage": "mid", "languages": [*LANGUAGES]}


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_every_language_of_a_spreadsheet_has_a_name(lang: str) -> None:
    assert set(LANGUAGES) <= set(NAMES)
    with translation.override(lang):
        names = {code: language_names([code]) for code in LANGUAGES}
    with translation.override("en"):
        others = {code: language_names([code]) for code in LANGUAGES}
    assert names["so"] == {"fi": "somali", "sv": "somaliska", "en": "Somali"}[lang]
    assert all(name not in ("", code) for code, name in names.items())
    assert lang == "en" or not any(names[code] == others[code] for code in LANGUAGES)
    assert language_names(["xx"]) == "xx"  # of an earlier version: better than nothing


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_they_stand_on_every_page_that_tells_what_was_told(lang: str) -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit, language=lang)
    actions.invite(round_, supervisor_of(round_.unit), [{"email": person.email, "name": person.name, "answers": TOLD}])
    client = Client(headers={"accept-language": lang})
    client.force_login(person, backend=BACKEND)
    with translation.override(lang):
        said = language_names(LANGUAGES)
    assert said in client.get(reverse("my_data")).content.decode()
    made = actions.sign_up(round_, person, TOLD)
    assert made.languages == list(NAMES)
    for page in (reverse("my_data"), reverse("my_sign_up", args=[made.pk])):
        assert said in client.get(page).content.decode(), page


@pytest.mark.django_db
def test_a_partner_reads_them_too() -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    mine, other = pair.members.order_by("pk")
    other.sign_up.languages = ["so", "ru"]
    other.sign_up.save()
    with translation.override("sv"):
        assert [p.languages for p in pair_part(pair, mine.person)["partners"]] == ["somaliska, ryska"]


@pytest.mark.django_db
def test_whoever_changes_an_answer_keeps_a_language_that_the_form_does_not_ask_for(client: Client) -> None:
    round_ = RoundFactory()
    made = SignUpFactory(round=round_, languages=["fi", "so"])
    client.force_login(made.person, backend=BACKEND)
    client.post(reverse("sign_up_change", args=[made.pk]))
    how = reverse("join_step", args=[round_.invite_token, "how"])
    page = client.get(how).content.decode()
    assert 'value="so"' in page
    assert 'value="ru"' not in page
    told = {"stage": "mid", "way": "either", "languages": ["fi", "so"], "wished_stage": "", "exclusion": ""}
    client.post(how, told)
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    made.refresh_from_db()
    assert made.languages == ["fi", "so"]
    assert not HowForm({**told, "languages": ["xx"]}, round=round_).is_valid()
