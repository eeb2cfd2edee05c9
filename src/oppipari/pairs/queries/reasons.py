"""Why these people, in words to one of them."""

from collections.abc import Sequence

from oppipari.organisation.models import Person
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds import vocabulary


def reasons_of(pair: Pair, members: Sequence[PairMember], person: Person) -> list[str]:
    """Why these people suit each other, to one of them; the engine's word for the pair is left out: nobody is graded.

    Three are told of together, one line for each of them: what one finds in either of the others.
    """
    lang = problem.language()
    names = {str(m.sign_up_id): str(m.person) for m in members}
    mine = next((str(m.sign_up_id) for m in members if m.person_id == person.pk), None)
    whys = [problem.retold(data) for data in pair.explanation.get("whys", [])]
    # The latest of each two, and none of somebody who has left.
    whys = list({frozenset((why.a, why.b)): why for why in whys if why.a in names and why.b in names}.values())
    labels = {c: vocabulary.label(c, lang) for why in whys for c in (*why.a_learns, *why.b_learns)}
    if len(names) > 2 and whys:
        return words.trio(whys, names, labels, lang, to=mine)[1:]
    return [line for why in whys for line in words.reasons(why, names, labels, lang, to=mine)[1:]]
