"""Rewrite what the stored plans of the sample files show, after sentences have changed; their proofs stay as they are.

python tools/sample_plans.py
"""

import json
from pathlib import Path

from oppipari import pairing
from oppipari.exchange import plan_files
from oppipari.exchange.bridge import gather_people
from oppipari.exchange.pair_command import SAYS, problem_of, read_files, remarks_of, sides_of

DATA = Path(__file__).parent.parent / "tests" / "data"
FILES = {
    "forms-fi-28": ["forms-fi-28.xlsx"],
    "forms-sv-17": ["forms-sv-17.xlsx"],
    "forms-en-40": ["forms-en-40.csv"],
    "forms-fi-300": ["forms-fi-300.xlsx"],
    "uk-civil-service": ["uk-civil-service/mentors.csv", "uk-civil-service/mentees.csv"],
}


def main() -> None:
    """Write each of them anew."""
    for name, files in FILES.items():
        path = DATA / "plans" / f"{name}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        settings, plan = content["settings"], pairing.Plan.from_dict(content["proof"])
        lang = settings["lang"]
        readings = read_files([DATA / file for file in files], settings["map"], lang)
        people = gather_people(readings, sides_of(readings) if len(readings) == 2 else [None])
        problem = problem_of(people, settings, SAYS[lang])
        shown = plan_files.as_json(problem, plan, people, remarks_of(readings, people), lang, settings)
        plan_files.write_json(path, shown | {"seconds": content["seconds"]})


if __name__ == "__main__":
    main()
