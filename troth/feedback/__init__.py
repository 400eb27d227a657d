"""Feedback: what people think of a page, said in a word or a number; and what was heard and done, said to everybody.

Owns what was said (sealed, a client's own or somebody's without an account), the counts of numbers by month and page
that belong to nobody, and the public answers.

Serves: J5 (nobody is tracked to learn what they like: they are asked, and a form for it is on every page), A3 (as
little as it takes: the name of the page and never its address, no address of a browser, contact only by choice).
"""
