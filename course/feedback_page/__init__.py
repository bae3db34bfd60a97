"""The feedback page: what a delegate reads once marks are released, and the same as data."""
