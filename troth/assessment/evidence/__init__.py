"""What other programs may read of the promises: assessment results, and what is held, why, and who receives it.

Nothing here is written by hand. Results are made of the runs and drills; declarations are made of what the code, the
register of companies and the statement say at this moment, and are withheld while a promise that they rest on is
broken (docs/decisions/machine-readable-claims.md).
"""
