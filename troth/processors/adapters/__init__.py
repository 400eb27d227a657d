"""Adapters: each speaks to one kind of organisation by its own library, and only through the one door out."""
