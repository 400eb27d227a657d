"""Troth with its real settings and many clients: its pages, and the work that must not grow with their number."""
