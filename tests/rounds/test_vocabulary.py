"""The vocabulary and its suggestions."""

from oppipari.rounds import vocabulary


def test_entries_are_found_by_any_language_and_letters() -> None:
    assert {vocabulary.find(t) for t in ("lääkehoito", "MEDICATION", " Läkemedelsbehandling ")} == {"medication"}
    assert vocabulary.find("jotain aivan muuta") is None
    assert vocabulary.label("medication", "fi") == "Lääkehoito"


def test_own_words_suggest_entries() -> None:
    assert vocabulary.suggest("haavojen hoito")[0] == "wound-care"
    assert "ergonomics" in vocabulary.suggest("nostot ja siirrot")
    assert vocabulary.suggest("   ") == []
