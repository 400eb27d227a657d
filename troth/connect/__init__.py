"""Other sites that ask "is this a member?": OpenID Connect with a pseudonym for each, and consent to each claim.

Owns the sites that staff registered, the pseudonyms, the codes and tokens. What a site is told is a disclosure like any
other: on the client's authorisation, written down before it leaves, refused once the client has taken it back.

Serves: A6 (authorised, with its evidence), A7 (no value a site has no right to), H1 (for one purpose, to one site).
"""
