"""What each part of a score is worth. The numbers are judgement: round, few, and the same for every review."""

from __future__ import annotations

__all__ = [
    "ALL_GROUPS",
    "ANIMALS_INDEXED",
    "ANIMAL_WORDS",
    "COMPARISON",
    "FILTER_PASSED",
    "LOWERED_TYPES",
    "MOST_COMPARISON",
    "RANDOM_IN_ABSTRACT",
    "RANDOM_IN_TITLE",
    "REGISTERED",
    "REVIEW_IN_ABSTRACT",
    "REVIEW_IN_TITLE",
    "SIMILARITY",
    "TERM_IN_ABSTRACT",
    "TERM_IN_HEADING",
    "TERM_IN_TITLE",
    "TRIAL_TYPES",
    "WITHIN_PERSON",
]

# The type that is worth most counts. Words of the text can make up for a type that is not there yet.
TRIAL_TYPES = {
    "Randomized Controlled Trial": 6.0,
    "Controlled Clinical Trial": 5.0,
    "Pragmatic Clinical Trial": 5.0,
    "Equivalence Trial": 5.0,
    "Adaptive Clinical Trial": 5.0,
    "Clinical Trial": 4.0,
    "Clinical Trial, Phase I": 4.0,
    "Clinical Trial, Phase II": 4.0,
    "Clinical Trial, Phase III": 4.0,
    "Clinical Trial, Phase IV": 4.0,
    "Clinical Study": 2.0,
    "Clinical Trial Protocol": 1.0,
    "Comparative Study": 1.0,
    "Multicenter Study": 1.0,
}
# The type that takes most away counts. A letter may well report a trial, and is hardly lowered.
LOWERED_TYPES = {
    "Letter": -1.0,
    "Meta-Analysis": -3.0,
    "Network Meta-Analysis": -3.0,
    "Systematic Review": -3.0,
    "Guideline": -3.0,
    "Practice Guideline": -3.0,
    "Case Reports": -3.0,
    "Review": -4.0,
    "Scoping Review": -4.0,
    "Comment": -4.0,
    "Editorial": -5.0,
    "News": -5.0,
    "Newspaper Article": -5.0,
    "Interview": -5.0,
    "Biography": -5.0,
    "Historical Article": -5.0,
    "Patient Education Handout": -5.0,
    "Clinical Trial, Veterinary": -5.0,
    "Randomized Controlled Trial, Veterinary": -5.0,
    "Observational Study, Veterinary": -5.0,
}
FILTER_PASSED = 2.0
ANIMALS_INDEXED = -4.0
RANDOM_IN_TITLE = 5.0
RANDOM_IN_ABSTRACT = 4.0
WITHIN_PERSON = 3.0
COMPARISON = 1.0
MOST_COMPARISON = 3.0
REGISTERED = 1.0
REVIEW_IN_TITLE = -4.0
REVIEW_IN_ABSTRACT = -2.0
ANIMAL_WORDS = -3.0
TERM_IN_TITLE = 4.0
TERM_IN_ABSTRACT = 2.0
TERM_IN_HEADING = 1.0
ALL_GROUPS = 2.0
SIMILARITY = 6.0
