"""The widgets of a lesson page that are not explorers: questions, submit, passport."""
