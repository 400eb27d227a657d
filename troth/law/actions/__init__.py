"""What changes: legal requests, holds, tellings, breaches."""
