"""All mail to many: service announcements, news by interest, and the notices that the statement promises.

Owns the notices, who reviewed them, the one delivery ledger (a row for each recipient, frozen before the first mail
leaves), the speed at which mail goes, bounces, and the budget that makes "rare" a number. It stores no address: each is
opened when its mail leaves, through the one door in and the one door out.

Serves: F1 and F2 (service announcements: rare, reviewed by a second person, no opt-out but deactivation), B3 (news goes
to those who chose it, and one click ends it), O3 and N2 (the mails of notices), A9 (bounces).
"""
