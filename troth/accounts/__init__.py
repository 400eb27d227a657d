"""Who may use the site, and how a person shows to be the one: user name, password, welcome mail, sessions.

Owns the account (its id is the subject's id everywhere), the profile (sealed), sessions, kept sign-ins, the links that
account mails carry, and the counts that limit guessing. None of its plain columns says who a person is or from where
they came.

Serves: B1–B4 (registration, what is asked, interests), G1 (welcome mail), J2–J4 (session cookie, keep signed in), A2
(passwords, second factors), A9 (confirming one's details), L1 (deactivate, delete), I3 (no address beside an account).
"""
