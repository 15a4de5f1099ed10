"""A stock Rasa assistant made from this project's own training data, to compare with."""
