"""Troth with one page twice: fifteen sealed values, and the same fifteen in plain columns. Real settings otherwise."""
