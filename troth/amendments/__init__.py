"""Changes of the statement, from the draft to the day on which they govern.

Owns the drafts (every language, side by side with the version in force), who decided whether a change is material, what
the program does with values as each version tells it (the practices), who was told of which version and how, and the
letters to those whom no mail reaches. It stands above the statement and the announcements, and joins them.

Serves: O1 and O3 (a change is classed by two people beside the opinion of the checks, announced for its days, told to
everybody who still holds data, and governs for nobody before); and, of A1, A6 and H1, that what a version adds
is done for nobody before that version governs for them.
"""
