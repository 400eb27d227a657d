"""Surveys: voluntary questions, and aggregate results from which nobody can be singled out.

Owns the surveys and their questions, who took part (and nothing of what they said), the answers (and nothing of who
gave them), and the releases: the tables that left the room, each audited together with all before it and signed by a
second person.

Serves: D1 (clients may take part in surveys), D2 (what they may ask is declared like every personal value), D3 (taking
part, and each answer, is voluntary), A3 and B5 (what is asked, why, and how long it is kept).
"""
