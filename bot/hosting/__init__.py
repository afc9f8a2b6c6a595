"""Runs quizzes: between the pure engine, the store and the platforms."""
