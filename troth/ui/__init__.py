"""The design system: the frame of every page and mail, components, styles, fonts, marks and charts. Owns no tables.

A page is a museum label: the *thing* stands in the main column, and its *label* (why, who saw it, kept until when, by
which promise) beside it. Higher rooms hand in what the frame shows (links, banners) by the registries in ``ui.api``, so
that the frame knows none of them.

Serves: A10 (Admin is linked from every page and every mail), A13 (a refusal says why, what was kept and what to do),
B4 (optional is said in words, and the reason stands beside the field), J5 (a place for feedback on every page),
O1 and O2 (a place for notices on every page, and the date of the statement's last change).
"""
